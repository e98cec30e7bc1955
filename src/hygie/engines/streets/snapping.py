"""Points placed on the nearest street, not on the nearest crossing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, Ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.graph import THROUGH, StreetGraph

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class EdgeIndex:
    """The straight segments of all edges a point may stand on, ready to be searched.

    Attributes
    ----------
    edge
        Edge of each segment, ascending; shape (s,).
    x, y, dx, dy
        Where each segment starts, and its extent; metres.
    before
        Metres along the edge before the segment starts.
    metres, ticks
        Length of each edge, and its time end to end: that of its faster way; shape (m,).
    tree
        Search tree of the segments.
    """

    edge: Positions
    x: Floats
    y: Floats
    dx: Floats
    dy: Floats
    before: Floats
    metres: Floats
    ticks: Ticks
    tree: shapely.STRtree


def edge_ticks(graph: StreetGraph) -> Ticks:
    """Time along each edge, end to end: that of its faster way when the two differ."""
    return np.minimum(graph.ticks_forward, graph.ticks_back)


def edge_index(graph: StreetGraph, plane: Plane) -> EdgeIndex:
    """Prepare the search of the edges of a graph; lengths are those of the plane."""
    x, y = plane.to_metres(graph.shape_lon, graph.shape_lat)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    begin = np.flatnonzero(owner[:-1] == owner[1:])
    edge = owner[begin]
    dx, dy = x[begin + 1] - x[begin], y[begin + 1] - y[begin]
    hop = np.hypot(dx, dy)
    travelled = np.cumsum(hop) - hop
    first = np.searchsorted(edge, np.arange(graph.edges))
    ends = np.stack([np.stack([x[begin], y[begin]], 1), np.stack([x[begin + 1], y[begin + 1]], 1)], 1)
    before = travelled - travelled[first][edge] if len(edge) else travelled
    joined = graph.kind[edge] != THROUGH
    lines = np.atleast_1d(np.asarray(shapely.linestrings(ends[joined]), np.object_))
    return EdgeIndex(
        edge=edge[joined],
        x=x[begin][joined],
        y=y[begin][joined],
        dx=dx[joined],
        dy=dy[joined],
        before=before[joined],
        metres=np.bincount(edge, weights=hop, minlength=graph.edges).astype(np.float64),
        ticks=edge_ticks(graph),
        tree=shapely.STRtree(lines),
    )


def snap(
    graph: StreetGraph,
    plane: Plane,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    limit_metres: float,
    metres_per_minute: float,
) -> Located:
    """Project points onto the nearest edge of a graph.

    Parameters
    ----------
    graph, plane
        The streets, and the plane that measures them.
    lon, lat
        Degrees, shape (n,).
    limit_metres
        A point further than this from every edge stays unsnapped; at exactly this it is snapped.
    metres_per_minute
        Speed of the straight walk between the point and the edge.

    Returns
    -------
    Located
        Equally near edges: the lowest; never one of kind ``THROUGH``. A point's times do not depend
        on the other points.
    """
    index = edge_index(graph, plane)
    return snap_on(index, plane, lon, lat, limit_metres=limit_metres, metres_per_minute=metres_per_minute)


def snap_on(
    index: EdgeIndex,
    plane: Plane,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    limit_metres: float,
    metres_per_minute: float,
) -> Located:
    """Project points onto the nearest edge of an index; see ``snap``."""
    if not (limit_metres > 0 and metres_per_minute > 0):
        raise ValueError("the snap limit and the walking speed are above zero")
    lon, lat = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    x, y = plane.to_metres(lon, lat)
    point, segment = _nearest_segment(index, x, y, limit_metres)
    away, along = _project(index, segment, x[point], y[point])
    near = away <= limit_metres
    point, segment, away, along = point[near], segment[near], away[near], along[near]
    edge = index.edge[segment]
    length = index.metres[edge]
    share = np.divide(along, length, out=np.zeros_like(along), where=length > 0)
    offset = np.rint(away / metres_per_minute * TICKS_PER_MINUTE)
    position = np.rint(np.clip(share, 0, 1) * index.ticks[edge])
    located = _nowhere(lon, lat)
    located.edge[point] = edge
    located.ticks_tail[point] = np.minimum(offset + position, UNREACHABLE)
    located.ticks_head[point] = np.minimum(offset + index.ticks[edge] - position, UNREACHABLE)
    return located


def _nowhere(lon: Floats, lat: Floats) -> Located:
    """Points on no edge."""
    n = len(lon)
    return Located(
        lon,
        lat,
        np.full(n, UNSNAPPED, np.int32),
        np.full(n, UNREACHABLE, np.int32),
        np.full(n, UNREACHABLE, np.int32),
    )


def _nearest_segment(index: EdgeIndex, x: Floats, y: Floats, limit: float) -> tuple[Positions, Positions]:
    """Points that have a segment about as near as the limit, and the nearest one, lowest first."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    reach = limit * (1 + 1e-9)
    points = shapely.points(x[known], y[known])
    found, segment = index.tree.query_nearest(points, max_distance=reach, all_matches=True)
    sequence = np.lexsort((segment, found))
    found, segment = found[sequence], segment[sequence]
    first = np.flatnonzero(np.diff(found, prepend=-1))
    return known[found[first]], segment[first]


def _project(index: EdgeIndex, segment: Positions, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Metres from each point to its segment, and along the edge up to the foot."""
    x0, y0, dx, dy = index.x[segment], index.y[segment], index.dx[segment], index.dy[segment]
    square = dx * dx + dy * dy
    dot = (x - x0) * dx + (y - y0) * dy
    share = np.clip(np.divide(dot, square, out=np.zeros_like(dot), where=square > 0), 0, 1)
    away = np.hypot(x - x0 - share * dx, y - y0 - share * dy)
    return away, index.before[segment] + share * np.sqrt(square)
