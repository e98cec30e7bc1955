"""Where public green spaces are entered: their boundary meets a walkable way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from hygie.engines.kernel.french import counted
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays
from hygie.readers.records import OsmArea, PlaceRecord

SAME_ENTRANCE_METRES = 10.0
"""Crossings of one boundary closer than this are one gate; it moves no time by more than seconds."""


def entrances(
    greens: Sequence[OsmArea], ways: RawWays, plane: Plane, smallest_square_metres: float
) -> tuple[list[PlaceRecord], list[str]]:
    """Places of category ``green``, one an entrance, sharing the site of their green space.

    Parameters
    ----------
    greens
        Public green spaces of any size.
    ways
        Walkable ways.
    plane
        Where sizes and distances are measured.
    smallest_square_metres
        Smaller spaces are left out.

    Returns
    -------
    tuple
        The entrances, and French warnings naming the large spaces no way enters.
    """
    lines = _segments(ways)
    tree = shapely.STRtree(lines)
    places: list[PlaceRecord] = []
    closed = []
    for green in greens:
        if green.value < smallest_square_metres:
            continue
        gates = _gates(shapely.from_wkb(green.outline), lines, tree, plane)
        if not gates:
            closed.append(green.name or green.id)
        for i, (lon, lat) in enumerate(gates, 1):
            places.append(PlaceRecord(f"{green.id}:green:e{i}", green.id, "green", green.name, lon, lat))
    warnings = []
    if closed:
        named = ", ".join(closed[:10])
        spaces = counted(len(closed), "espace vert", "espaces verts")
        warnings.append(f"{spaces} sans entrée connue, hors des comptes : {named}.")
    return places, warnings


def _segments(ways: RawWays) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    first = np.ones(len(ways.nodes), np.bool_)
    first[ways.start[1:-1] - 1] = False
    first[-1:] = False
    a = np.flatnonzero(first)
    tail, head = ways.nodes[a], ways.nodes[a + 1]
    xy = np.stack(
        [
            np.column_stack([ways.lon[tail], ways.lat[tail]]),
            np.column_stack([ways.lon[head], ways.lat[head]]),
        ],
        1,
    )
    return np.asarray(shapely.linestrings(xy))


def _gates(
    outline: shapely.Geometry,
    lines: np.ndarray[tuple[int], np.dtype[np.object_]],
    tree: shapely.STRtree,
    plane: Plane,
) -> list[tuple[float, float]]:
    edge = shapely.boundary(outline)
    near = np.sort(tree.query(edge, predicate="intersects"))
    if not len(near):
        return []
    points = shapely.get_coordinates(shapely.intersection(lines[near], edge))
    points = points[np.lexsort((points[:, 1], points[:, 0]))]
    x, y = plane.to_metres(points[:, 0], points[:, 1])
    kept: list[int] = []
    for i in range(len(points)):
        if all(np.hypot(x[i] - x[j], y[i] - y[j]) >= SAME_ENTRANCE_METRES for j in kept):
            kept.append(i)
    return [(float(points[i, 0]), float(points[i, 1])) for i in kept]
