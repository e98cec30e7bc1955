"""The ground of Clairval at its size: waters, rails, zones, communes, and the first streets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from shapely.geometry.base import BaseGeometry

from hygie.territories.clairval import plan, quarters

OUTER = -1
"""Kind of the edge of a built-up area: it bounds blocks, nobody walks on it."""
GRID_METRES = 0.01
"""Drawing precision: positions nearer than this are one."""
BEND_METRES = 40.0
"""Longest straight piece of a line: the ground's undulation bends what is longer."""


@dataclass(frozen=True)
class Ground:
    """The structure on which streets are grown, in metres before the undulation of ``bent``.

    Attributes
    ----------
    scale
        Metres drawn for one metre of the plan.
    zones
        Polygon of each of ``quarters.ZONES``, waters and rails left out.
    water, rail
        What nobody builds on.
    gaps
        River, railway and canal with their banks: no street but those that cross them.
    lines, kinds
        First streets and edges, and their kind (``OUTER`` for an edge).
    communes
        Polygon by INSEE code; they tile the territory.
    """

    scale: float
    zones: tuple[BaseGeometry, ...]
    water: Mapping[str, BaseGeometry]
    rail: BaseGeometry
    gaps: BaseGeometry
    lines: tuple[BaseGeometry, ...]
    kinds: tuple[int, ...]
    communes: Mapping[str, BaseGeometry]


def bent(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undulate positions by some metres, smoothly and one to one: no street stays straight.

    Parameters
    ----------
    coordinates
        Metres, shape (n, 2).

    Returns
    -------
    NDArray
        Same shape. The gradient stays below one, so that nothing folds over.
    """
    x, y = coordinates[:, 0], coordinates[:, 1]
    dx = 9 * np.sin(x / 150 + 1.3) * np.sin(y / 95 + 0.4) + 16 * np.sin(y / 260 + 2.1)
    dy = 9 * np.sin(x / 105 + 2.6) * np.sin(y / 140 + 1.1) + 16 * np.sin(x / 290 + 0.7)
    return np.column_stack([x + dx, y + dy])


def bent_shapes(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    """Undulate shapes, their long straight edges included."""
    pieces = shapely.segmentize(np.array(list(shapes), dtype=object), BEND_METRES)
    return np.asarray(shapely.transform(pieces, bent))


def lay_ground(scale: float, rng: np.random.Generator) -> Ground:
    """Draw the plan at ``scale``, with the contours of villages and communes that chance decides."""
    river, rail, canal = (_smooth(line, scale) for line in (plan.RIVER, plan.RAIL, plan.CANAL))
    banks = river.buffer(plan.QUAY_HALF * scale)
    tracks = rail.buffer(plan.RAIL_HALF * scale)
    towpaths = canal.buffer(plan.TOWPATH_HALF * scale, cap_style="flat").difference(banks)
    gaps = shapely.union_all([banks, tracks, towpaths])
    sides = _sides(river, scale), _sides(rail, scale)
    zones = tuple(_zone(zone, scale, sides, gaps, rng) for zone in quarters.ZONES)
    lines, kinds = _first_streets(zones, gaps, towpaths, scale)
    water: dict[str, BaseGeometry] = {
        "La Clère": river.buffer(plan.RIVER_HALF * scale),
        "Canal de Clairval": canal.buffer(plan.CANAL_HALF * scale, cap_style="flat"),
    }
    communes = _communes(scale, rng)
    limit = shapely.union_all(list(communes.values()))
    water = {name: shape.intersection(limit) for name, shape in water.items()}
    return Ground(scale, zones, water, rail.intersection(limit), gaps, tuple(lines), tuple(kinds), communes)


def _smooth(line: quarters.Line, scale: float) -> BaseGeometry:
    points = np.array(line) * scale
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    fine = np.linspace(0, along[-1], int(along[-1] / 60) + 2)
    return shapely.LineString(np.column_stack([PchipInterpolator(along, c)(fine) for c in points.T]))


def _sides(line: BaseGeometry, scale: float) -> tuple[BaseGeometry, BaseGeometry]:
    """North and south of a line that runs from west to east."""
    points = shapely.get_coordinates(line)
    far = 30_000 * scale

    def side(y: float) -> BaseGeometry:
        return shapely.Polygon([*points, (points[-1, 0], y), (points[0, 0], y)])

    return side(far), side(-far)


def _zone(
    zone: quarters.Zone,
    scale: float,
    sides: tuple[tuple[BaseGeometry, BaseGeometry], tuple[BaseGeometry, BaseGeometry]],
    gaps: BaseGeometry,
    rng: np.random.Generator,
) -> BaseGeometry:
    if not zone.parts:
        return shapely.set_precision(_blob(zone, scale, rng).difference(gaps), GRID_METRES)
    shapes = []
    for part in zone.parts:
        shape: BaseGeometry = shapely.Polygon(np.array(part.ring) * scale)
        for wanted, (north, south) in zip((part.left_bank, part.north_of_rail), sides, strict=True):
            if wanted is not None:
                shape = shape.intersection(north if wanted else south)
        shapes.append(shape)
    return shapely.set_precision(shapely.union_all(shapes).difference(gaps), GRID_METRES)


def _blob(zone: quarters.Zone, scale: float, rng: np.random.Generator) -> BaseGeometry:
    radius = np.sqrt(zone.people / zone.density / np.pi) * 1000 * scale
    angles = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    reach = radius * (1 + 0.14 * np.sin(2 * angles + rng.uniform(0, 6)) + rng.uniform(-0.09, 0.09, 18))
    centre = np.array(zone.centre) * scale
    return shapely.Polygon(centre + np.column_stack([reach * np.cos(angles), reach * np.sin(angles)]))


def _first_streets(
    zones: tuple[BaseGeometry, ...], gaps: BaseGeometry, towpaths: BaseGeometry, scale: float
) -> tuple[list[BaseGeometry], list[int]]:
    """Edges of zones, quays, boulevards between quarters, roads and bridges; later ones win."""
    found: list[tuple[int, BaseGeometry]] = []
    rim = gaps.boundary
    for i, zone in enumerate(zones):
        edge = zone.boundary
        found.append((OUTER, edge))
        found.append((1, edge.intersection(rim.buffer(0.05))))
        found += [
            (2, edge.intersection(other.boundary.buffer(0.05)))
            for other in zones[i + 1 : len(quarters.QUARTERS)]
            if i < len(quarters.QUARTERS) and zone.distance(other) < 0.1
        ]
    found.append((0, towpaths.boundary.difference(shapely.union_all(list(zones)).buffer(1))))
    found += [(2, _drawn(line, scale)) for line in plan.MAIN_ROADS]
    found += [(1, _drawn(line, scale)) for line in plan.STREETS]
    found += [(0, _drawn(line, scale).intersection(gaps)) for line in plan.FOOTBRIDGES]
    kinds, lines = [], []
    for kind, shape in found:
        for part in shapely.get_parts(shape):
            if part.length > 1.0 and part.geom_type in {"LineString", "LinearRing"}:
                kinds.append(kind)
                lines.append(part)
    return lines, kinds


def _drawn(line: quarters.Line, scale: float) -> BaseGeometry:
    return shapely.LineString(np.array(line) * scale)


def _communes(scale: float, rng: np.random.Generator) -> dict[str, BaseGeometry]:
    """Irregular contours: each of many small cells goes to the village it leans to."""
    limit = plan.LIMIT * scale
    points = rng.uniform(-1.25 * limit, 1.25 * limit, (1400, 2))
    cells = np.asarray(shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True)))
    seeds = [(zone.commune, zone.centre, zone.people) for zone in quarters.ZONES]
    at = np.array([centre for _, centre, _ in seeds]) * scale
    pull = np.array([people for *_, people in seeds], dtype=np.float64) ** 0.3
    distance = np.hypot(*(points[:, None, :] - at[None]).transpose(2, 0, 1)) / pull
    inside = np.hypot(*points.T) <= limit * (1 + 0.05 * np.sin(3 * np.arctan2(points[:, 1], points[:, 0])))
    owner = np.array([commune for commune, *_ in seeds])[distance.argmin(axis=1)]
    return {
        code: shapely.union_all(cells[inside & (owner == code)])
        for code in sorted({zone.commune for zone in quarters.ZONES})
    }
