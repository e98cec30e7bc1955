"""Exact area of polygons within a distance of points: water, and crowns cut by a shore."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled, compiled_inline, compiled_parallel, parallel_range

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Outlines = NDArray[np.object_]

PIECE_METRES = 250.0
"""Polygons are first cut in squares of this side: a river is then near few points at a time."""


def polygon_areas_within(polygons: Outlines, px: Floats, py: Floats, reach: float) -> Floats:
    """Area of polygons that do not overlap each other within ``reach`` metres of points, m².

    Parameters
    ----------
    polygons
        Valid (multi)polygons, metres.
    px, py
        Points, shape (n,).
    reach
        Metres, above zero.
    """
    out = np.zeros(len(px))
    pieces = _pieces(polygons)
    if not len(pieces) or not len(px):
        return out
    points = shapely.points(px, py)
    point, piece = shapely.STRtree(pieces).query(points, predicate="dwithin", distance=reach)
    rings, of = shapely.get_rings(pieces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.column_stack([xy[:-1], xy[1:]])[same]
    start = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum(np.bincount(of[ring[:-1][same]], minlength=len(pieces)), out=start[1:])
    found = np.zeros(len(point))
    _cut(ends, start, piece.astype(np.int64), px[point], py[point], reach, found)
    return np.bincount(point, found, minlength=len(px)).astype(np.float64)


def _pieces(polygons: Outlines) -> Outlines:
    polygons = polygons[~shapely.is_empty(polygons)]
    if not len(polygons):
        return np.zeros(0, object)
    west, south, east, north = shapely.total_bounds(polygons)
    columns = np.arange(math.floor(west / PIECE_METRES), math.floor(east / PIECE_METRES) + 1)
    rows = np.arange(math.floor(south / PIECE_METRES), math.floor(north / PIECE_METRES) + 1)
    x, y = (axis.ravel() * PIECE_METRES for axis in np.meshgrid(columns, rows))
    squares = shapely.box(x, y, x + PIECE_METRES, y + PIECE_METRES)
    shapely.prepare(polygons)
    polygon, square = shapely.STRtree(squares).query(polygons, predicate="intersects")
    parts = shapely.get_parts(shapely.intersection(polygons[polygon], squares[square]))
    flat = shapely.get_parts(parts)
    areal = flat[shapely.get_dimensions(flat) == 2]
    return np.asarray(shapely.orient_polygons(areal), dtype=object)


@compiled_inline
def _sector(ax: float, ay: float, bx: float, by: float, reach: float) -> float:
    """Signed area between the centre and the arc that a far edge is seen under."""
    return 0.5 * reach * reach * math.atan2(ax * by - ay * bx, ax * bx + ay * by)


@compiled
def _edge(ax: float, ay: float, bx: float, by: float, reach: float) -> float:
    """Signed area of the triangle (centre, a, b) inside the disc around the centre."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    middle = -(ax * dx + ay * dy) / square
    depth = middle * middle - (ax * ax + ay * ay - reach * reach) / square
    if depth <= 0.0:
        return _sector(ax, ay, bx, by, reach)
    half = math.sqrt(depth)
    one, two = max(middle - half, 0.0), min(middle + half, 1.0)
    if one >= two:
        return _sector(ax, ay, bx, by, reach)
    px, py, qx, qy = ax + one * dx, ay + one * dy, ax + two * dx, ay + two * dy
    total = 0.5 * (px * qy - py * qx)
    if one > 0.0:
        total += _sector(ax, ay, px, py, reach)
    if two < 1.0:
        total += _sector(qx, qy, bx, by, reach)
    return total


@compiled_parallel
def _cut(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    ends: Floats,
    start: Integers,
    piece: Integers,
    px: Floats,
    py: Floats,
    reach: float,
    out: Floats,
) -> None:
    for p in parallel_range(len(piece)):
        total = 0.0
        for e in range(start[piece[p]], start[piece[p] + 1]):
            total += _edge(
                ends[e, 0] - px[p], ends[e, 1] - py[p], ends[e, 2] - px[p], ends[e, 3] - py[p], reach
            )
        out[p] = total
