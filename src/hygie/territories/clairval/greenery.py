"""Parks with their outlines, and trees: along streets, in gardens, in parks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.territories.clairval import plan, quarters
from hygie.territories.clairval.buildings import Buildings
from hygie.territories.clairval.ground import Ground, bent_shapes
from hygie.territories.clairval.network import Geometries, Network

FENCE_METRES = 5.0
"""From the axis of the street to the fence of a park."""
PARK_TREES = 55.0
"""Trees by hectare of park."""
TREE_CLEAR_METRES = 1.6
"""Nearest a trunk stands to the axis of a way."""


@dataclass(frozen=True)
class Parks:
    """Outlines in metres and positions in ``plan.RESERVES``, shape (n,) each."""

    outlines: Geometries
    reserve: NDArray[np.int32]


def parks_of(network: Network) -> Parks:
    """The reserved parks, inside the streets around them."""
    use = np.array([r.use for r in plan.RESERVES])[network.reserve]
    chosen = np.flatnonzero((network.reserve >= 0) & (use == "park"))
    outlines = shapely.buffer(network.blocks[chosen], -FENCE_METRES, join_style="mitre")
    whole = (shapely.get_type_id(outlines) == 3) & ~shapely.is_empty(outlines)
    return Parks(outlines[whole], network.reserve[chosen[whole]])


def plant(
    ground: Ground, network: Network, buildings: Buildings, parks: Parks, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Trees as (x, y, crown radius) in metres, shape (n, 3), clear of walls, ways and water."""
    points = np.concatenate(
        [
            _along_streets(ground, network, rng),
            _in_gardens(buildings, rng),
            *(_in_park(outline, rng) for outline in parks.outlines),
        ]
    )
    trunks = shapely.points(points)
    free = np.ones(len(points), np.bool_)
    for things, distance in (
        (buildings.outlines, 1.0),
        (network.lines, TREE_CLEAR_METRES),
        (bent_shapes(ground.water.values()), 0.5),
    ):
        free[shapely.STRtree(things).query(trunks, predicate="dwithin", distance=distance)[0]] = False
    crowns = np.clip(rng.normal(3.2, 0.9, int(free.sum())), 1.2, 7.0)
    return np.column_stack([points[free], crowns])


def _along_streets(ground: Ground, network: Network, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rows on either side; main roads of the town have twice as many."""
    middles = shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    zones = bent_shapes(ground.zones)
    line, zone = shapely.STRtree(zones).query(middles, predicate="dwithin", distance=2.0)
    by_zone = np.array([z.character.street_trees for z in quarters.ZONES])
    rows = np.full(len(network.lines), np.inf)
    np.minimum.at(rows, line, by_zone[zone])
    rows[np.isinf(rows)] = 0.0
    length = shapely.length(network.lines)
    count = rng.poisson(rows * length / 100 * np.where(network.kinds == 2, 2.0, 1.0))
    of = np.repeat(np.arange(len(count)), count)
    at = rng.uniform(0.0, 1.0, len(of)) * length[of]
    point = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[of], at))
    ends = [shapely.get_coordinates(shapely.get_point(network.lines[of], i)) for i in (0, -1)]
    along = (ends[1] - ends[0]) / np.maximum(np.hypot(*(ends[1] - ends[0]).T), 1e-9)[:, None]
    side = np.where(rng.random(len(of)) < 0.5, 2.9, -2.9)
    return np.asarray(point + side[:, None] * np.column_stack([-along[:, 1], along[:, 0]]), np.float64)


def _in_gardens(buildings: Buildings, rng: np.random.Generator) -> NDArray[np.float64]:
    by_zone = np.array([z.character.garden_trees for z in quarters.ZONES])
    of = np.repeat(np.arange(len(buildings.zone)), rng.poisson(by_zone[buildings.zone]))
    centre = shapely.get_coordinates(shapely.centroid(buildings.outlines))[of]
    reach = np.sqrt(shapely.area(buildings.outlines))[of] * 0.6
    away = reach + rng.uniform(1.0, 9.0, len(of))
    turn = rng.uniform(0.0, 2 * np.pi, len(of))
    return np.asarray(centre + away[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]), np.float64)


def _in_park(outline: shapely.Geometry, rng: np.random.Generator) -> NDArray[np.float64]:
    x0, y0, x1, y1 = shapely.bounds(outline)
    wanted = int(PARK_TREES * (x1 - x0) * (y1 - y0) / 10_000)
    points = rng.uniform((x0, y0), (x1, y1), (wanted, 2))
    return points[shapely.contains_xy(outline, points)]
