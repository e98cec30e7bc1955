"""Where the public enters a place: a drawn entrance, a way across its edge, else the nearest street."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Outlines, points_at
from hygie.engines.kernel.territory import Floats
from hygie.engines.perimeters.protected import Protected
from hygie.engines.perimeters.rules import PerimeterParameters
from hygie.engines.streets.graph import StreetGraph


class How(StrEnum):
    """How an access is known; all but the first are estimates."""

    ENTRANCE = "entrance"
    """A source draws it on the edge of the place."""
    CROSSING = "crossing"
    """A way crosses the edge of the place."""
    FACING = "facing"
    """The point of the edge nearest to a street that runs along it."""
    POINT = "point"
    """The place itself: no outline, or no way near."""


@dataclass(frozen=True, slots=True)
class Access:
    """A public access; ``place`` is the rank of its place, ``x`` and ``y`` are metres."""

    place: int
    x: float
    y: float
    how: How

    @property
    def estimate(self) -> bool:
        """Whether nobody drew it."""
        return self.how is not How.ENTRANCE


@dataclass(frozen=True)
class Ways:
    """Walkable ways as lines in metres; empty where the territory has none."""

    lines: Outlines
    tree: shapely.STRtree

    def __len__(self) -> int:
        return len(self.lines)


def ways_of(graph: StreetGraph | None, plane: Plane) -> Ways:
    """Edges of a street graph as lines in metres."""
    if graph is None or not graph.edges:
        none = np.zeros(0, object)
        return Ways(none, shapely.STRtree(none))
    x, y = plane.to_metres(graph.shape_lon, graph.shape_lat)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    lines = np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=owner), dtype=object)
    return Ways(lines, shapely.STRtree(lines))


def accesses_of(
    places: Sequence[Protected], entrances: Floats, ways: Ways, parameters: PerimeterParameters
) -> tuple[Access, ...]:
    """Accesses of every place, by place then from west to east; each place has one at least.

    Parameters
    ----------
    places
        Surfaces or points, in metres.
    entrances
        Drawn entrances, shape (n, 2), metres; one far from every edge opens none of the places.
    ways
        Walkable ways.
    parameters
        Distances.
    """
    gates = points_at(entrances)
    tree = shapely.STRtree(gates)
    found: list[Access] = []
    for rank, place in enumerate(places):
        at, how = _of_place(place, (gates, tree), ways, parameters)
        found += [Access(rank, float(x), float(y), how) for x, y in _thinned(at, parameters.same_access)]
    return tuple(found)


def _of_place(
    place: Protected, gates: tuple[Outlines, shapely.STRtree], ways: Ways, parameters: PerimeterParameters
) -> tuple[Floats, How]:
    if not place.areal:
        return _xy(shapely.centroid(place.outline)), How.POINT
    edge = shapely.boundary(place.outline)
    drawn = np.sort(gates[1].query(edge, predicate="dwithin", distance=parameters.access_near))
    if len(drawn):
        return _xy(gates[0][drawn]), How.ENTRANCE
    crossing = np.sort(ways.tree.query(edge, predicate="intersects"))
    if len(crossing):
        return _crossed(ways.lines[crossing], edge), How.CROSSING
    near = ways.tree.query_nearest(edge, max_distance=parameters.access_facing, all_matches=False)
    if len(near):
        line = shapely.shortest_line(edge, ways.lines[near[0]])
        return shapely.get_coordinates(line)[:1], How.FACING
    return _xy(shapely.point_on_surface(place.outline)), How.POINT


def _crossed(lines: Outlines, edge: shapely.Geometry) -> Floats:
    """Points where lines meet an edge; where one runs along it, its middle."""
    parts = shapely.get_parts(shapely.intersection(lines, edge))
    # a part may itself be a collection: points and lines together
    parts = shapely.get_parts(parts)
    lineal = shapely.get_dimensions(parts) == 1
    parts[lineal] = shapely.line_interpolate_point(parts[lineal], 0.5, normalized=True)
    return _xy(parts)


def _xy(points: shapely.Geometry | NDArray[np.object_]) -> Floats:
    return np.asarray(shapely.get_coordinates(points), np.float64)


def _thinned(at: Floats, apart: float) -> Floats:
    """Points from west to east, but for those closer than ``apart`` to one that is kept."""
    kept: list[Floats] = []
    for point in at[np.lexsort((at[:, 1], at[:, 0]))]:
        if all(np.hypot(*(point - other)) >= apart for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)
