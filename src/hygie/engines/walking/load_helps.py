"""Where a bench, a crossing or shade helps most walkers: the best spots, far enough from one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.ways import Floats


@dataclass(frozen=True)
class Spot:
    """A crossing or a street that something would help.

    ``at`` is the position of a node, or of an edge for shade; ``people`` walk there; ``value`` is what
    ranks it: people, or people × metres without shade.
    """

    at: int
    x: float
    y: float
    people: float
    value: float


def best_spots(
    where: tuple[Floats, Floats], people: Floats, value: Floats, *, count: int, apart: float
) -> tuple[Spot, ...]:
    """The spots of greatest value, one after the other, none nearer than ``apart`` metres to another.

    Parameters
    ----------
    where
        Metres east and north of each spot.
    people, value
        See ``Spot``; a spot without value is never chosen; shape (spots,).
    count
        How many at most.
    apart
        Metres; zero or more.
    """
    x, y = where
    chosen: list[int] = []
    for at in np.lexsort((np.arange(len(value)), -value)).tolist():
        if len(chosen) == count or not value[at] > 0:
            break
        if all(np.hypot(x[at] - x[one], y[at] - y[one]) >= apart for one in chosen):
            chosen.append(at)
    return tuple(Spot(at, float(x[at]), float(y[at]), float(people[at]), float(value[at])) for at in chosen)


def bare_metres(
    graph: StreetGraph, plane: Plane, crowns: Sequence[shapely.Geometry] | NDArray[np.object_]
) -> Floats:
    """Metres of each street under no tree; shape (edges,).

    Parameters
    ----------
    graph, plane
        Streets, and what measures them.
    crowns
        Crowns of trees on the plane, in metres: polygons.
    """
    streets = street_lines(graph, plane)
    metres = np.asarray(shapely.length(streets), np.float64)
    shapes = np.asarray(crowns, dtype=object)
    if not shapes.size or not streets.size:
        return metres
    crown, edge = shapely.STRtree(streets).query(shapes, predicate="intersects")
    for one in np.unique(edge).tolist():
        shade = shapely.union_all(shapes[crown[edge == one]])
        metres[one] -= float(shapely.length(shapely.intersection(streets[one], shade)))
    return np.maximum(metres, 0.0)


def street_lines(graph: StreetGraph, plane: Plane) -> NDArray[np.object_]:
    """Every street as a line on the plane, in metres; shape (edges,)."""
    if not graph.edges:
        return np.zeros(0, dtype=object)
    x, y = plane.to_metres(graph.shape_lon, graph.shape_lat)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    return np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=owner), dtype=object)


def middles(lines: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Metres east and north of the middle of each line."""
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    return np.asarray(shapely.get_x(middle), np.float64), np.asarray(shapely.get_y(middle), np.float64)
