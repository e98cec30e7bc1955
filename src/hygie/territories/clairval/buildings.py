"""Buildings along the streets: never on one, never in the water, never one over another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.territories.clairval import plan, quarters
from hygie.territories.clairval.characters import Character
from hygie.territories.clairval.network import Geometries, Network

CLEAR_METRES = 3.0
"""Nearest a wall stands to the axis of a street."""
DOOR_METRES = 8.0
"""A front wall further than its setback and this from any street has no address."""
CAMPUS = Character(0, 0, 0, 60, 38, 18, 14.0, (2, 4), 1, 1, 1.0, 1.0)
WORKSHOP = Character(0, 0, 0, 62, 44, 28, 14.0, (1, 1), 1, 1, 0.6, 0.2)


@dataclass(frozen=True)
class Buildings:
    """Footprints with their front doors, in metres.

    Attributes
    ----------
    outlines
        Polygons, shape (n,).
    doors
        Middle of the front wall, shape (n, 2).
    zone
        Position in ``quarters.ZONES``, shape (n,).
    reserve
        Position in ``plan.RESERVES`` for the buildings of a campus, else -1.
    floors
        Levels, shape (n,).
    homes
        Whether people may live there.
    """

    outlines: Geometries
    doors: NDArray[np.float64]
    zone: NDArray[np.int32]
    reserve: NDArray[np.int32]
    floors: NDArray[np.int32]
    homes: NDArray[np.bool_]

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Buildings:
        """The buildings at these positions, in that order."""
        return Buildings(
            self.outlines[which],
            self.doors[which],
            self.zone[which],
            self.reserve[which],
            self.floors[which],
            self.homes[which],
        )


@dataclass(frozen=True)
class _Sizes:
    """Numbers of the characters of some blocks, one value a block."""

    lot: NDArray[np.float64]
    width: NDArray[np.float64]
    depth: NDArray[np.float64]
    setback: NDArray[np.float64]

    @classmethod
    def of(cls, characters: list[Character]) -> _Sizes:
        columns = np.array([(c.lot, c.width, c.depth, c.setback) for c in characters], np.float64)
        return cls(*columns.reshape(-1, 4).T)

    def take(self, which: NDArray[np.int64]) -> _Sizes:
        return _Sizes(self.lot[which], self.width[which], self.depth[which], self.setback[which])


def build(network: Network, scale: float, rng: np.random.Generator) -> Buildings:
    """Every building that fits along the streets and culs-de-sac of the built-up blocks."""
    use = np.array([r.use for r in plan.RESERVES])[network.reserve]
    built = np.flatnonzero((network.reserve < 0) | (use != "park"))
    business = _in_business(network.blocks, scale)
    characters = [_character(network, int(b), business) for b in built]
    outlines, doors, of = _fronts(network.blocks[built], _Sizes.of(characters))
    more = _cul_de_sac_fronts(network, built, characters)
    outlines, doors, of = (np.concatenate(pair) for pair in zip((outlines, doors, of), more, strict=True))
    fitting = _fitting(outlines, doors, np.array([c.setback for c in characters])[of], network)
    block = built[of[fitting]]
    low, high = np.array([characters[i].floors for i in of[fitting]]).reshape(-1, 2).T
    return Buildings(
        outlines[fitting],
        doors[fitting],
        network.zone[block],
        network.reserve[block],
        rng.integers(low, high + 1).astype(np.int32),
        (network.reserve[block] < 0) & ~business[block],
    )


def _in_business(blocks: Geometries, scale: float) -> NDArray[np.bool_]:
    inner = shapely.point_on_surface(blocks)
    parks = [shapely.Polygon(np.array(ring) * scale) for ring in plan.BUSINESS]
    return np.asarray(shapely.contains(shapely.union_all(parks), inner))


def _character(network: Network, block: int, business: NDArray[np.bool_]) -> Character:
    if network.reserve[block] >= 0:
        return CAMPUS
    return WORKSHOP if business[block] else quarters.ZONES[network.zone[block]].character


def _fronts(blocks: Geometries, sizes: _Sizes) -> tuple[Geometries, NDArray[np.float64], NDArray[np.int64]]:
    """Rectangles along the inside of each block, their doors, and the block of each."""
    inner = shapely.buffer(blocks, -sizes.setback, join_style="mitre")
    parts, of = shapely.get_parts(inner, return_index=True)
    rings = shapely.get_exterior_ring(shapely.orient_polygons(parts))
    walls, doors, wall_of = _rectangles(rings, sizes.take(of))
    inside = shapely.contains(shapely.buffer(parts, 0.4)[wall_of], walls)
    return walls[inside], doors[inside], of[wall_of[inside]]


def _rectangles(
    lines: Geometries, sizes: _Sizes
) -> tuple[Geometries, NDArray[np.float64], NDArray[np.int64]]:
    """Rectangles on the left of lines, one a lot; those that would stand across a corner left out."""
    length = shapely.length(lines)
    lots = np.floor(length / sizes.lot).astype(np.int64)
    of = np.repeat(np.arange(len(lines)), lots)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(lots) - lots, lots)
    middle = (rank + 0.5) * (length / np.maximum(lots, 1))[of]
    half = sizes.width[of] / 2
    first, last = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines[of], np.maximum(at, 0)))
        for at in (middle - half, middle + half)
    )
    front = last - first
    wide = np.hypot(*front.T)
    straight = wide > 1.86 * half
    first, front, wide, of = first[straight], front[straight], wide[straight], of[straight]
    inward = np.column_stack([-front[:, 1], front[:, 0]]) / wide[:, None] * sizes.depth[of, None]
    corners = np.stack([first, first + front, first + front + inward, first + inward, first], axis=1)
    return np.asarray(shapely.polygons(corners)), first + front / 2, of


def _cul_de_sac_fronts(
    network: Network, built: NDArray[np.int64], characters: list[Character]
) -> tuple[Geometries, NDArray[np.float64], NDArray[np.int64]]:
    """Rectangles along both sides of the culs-de-sac of the built-up blocks."""
    middles = shapely.line_interpolate_point(network.stubs, 0.5, normalized=True)
    block, stub = shapely.STRtree(middles).query(network.blocks[built], predicate="contains")
    sizes = _Sizes.of([characters[b] for b in block])
    found = []
    for line in (network.stubs[stub], shapely.reverse(network.stubs[stub])):
        front = shapely.offset_curve(line, sizes.setback) if len(line) else line
        single = np.flatnonzero((shapely.get_type_id(front) == 1) & ~shapely.is_empty(front))
        walls, doors, of = _rectangles(front[single], sizes.take(single))
        inside = shapely.contains(shapely.buffer(network.blocks[built], -2.0)[block[single][of]], walls)
        found.append((walls[inside], doors[inside], block[single][of[inside]]))
    (w1, d1, b1), (w2, d2, b2) = found
    return np.concatenate([w1, w2]), np.concatenate([d1, d2]), np.concatenate([b1, b2])


def _fitting(
    outlines: Geometries, doors: NDArray[np.float64], setback: NDArray[np.float64], network: Network
) -> NDArray[np.int64]:
    """Positions of the buildings clear of streets, near one, and not over an earlier building."""
    streets = shapely.STRtree(network.lines)
    fits = np.zeros(len(outlines), np.bool_)
    fits[streets.query(shapely.points(doors), predicate="dwithin", distance=setback + DOOR_METRES)[0]] = True
    fits[streets.query(outlines, predicate="dwithin", distance=CLEAR_METRES)[0]] = False
    fitting = np.flatnonzero(fits)
    one, other = shapely.STRtree(outlines[fitting]).query(outlines[fitting], predicate="intersects")
    kept = np.ones(len(fitting), np.bool_)
    order = np.lexsort((other, one))
    for i, j in zip(one[order].tolist(), other[order].tolist(), strict=True):
        if i < j and kept[i]:
            kept[j] = False
    return fitting[kept]
