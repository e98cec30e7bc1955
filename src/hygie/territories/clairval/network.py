"""From the ground and the cuts to one connected network of ways, and to the blocks between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays
from hygie.territories.clairval import plan, quarters
from hygie.territories.clairval.ground import BEND_METRES, GRID_METRES, OUTER, Ground, bent
from hygie.territories.clairval.splitting import Cuts, Keep, cut_blocks

Geometries = NDArray[np.object_]
STUMP_METRES = 8.0
"""Shorter dead ends are left over by the drawing, not streets."""


@dataclass(frozen=True)
class Network:
    """Streets between crossings, and the blocks they bound, in metres after undulation.

    Attributes
    ----------
    lines
        Pieces of street between crossings or bends, shape (ways,).
    kinds
        As in ``RawWays``, shape (ways,).
    stubs
        Culs-de-sac, shape (stubs,).
    blocks
        Polygons between streets and edges of built-up areas, shape (blocks,).
    zone
        Position in ``quarters.ZONES`` of each block, -1 outside; shape (blocks,).
    reserve
        Position in ``plan.RESERVES`` of the block's use, -1 for none; shape (blocks,).
    """

    lines: Geometries
    kinds: NDArray[np.int8]
    stubs: Geometries
    blocks: Geometries
    zone: NDArray[np.int32]
    reserve: NDArray[np.int32]


def grow_network(ground: Ground, rng: np.random.Generator) -> Network:
    """Grow the streets of every zone and join them into one network."""
    cuts = Cuts()
    keeps = _keeps(ground.scale)
    for zone, area in zip(quarters.ZONES, ground.zones, strict=True):
        for block in _large_blocks(area, ground.lines):
            ring = shapely.get_coordinates(shapely.orient_polygons(block).exterior.simplify(0.5))[:-1]
            cut_blocks(ring, zone.character, keeps, cuts, rng)
    drawn, kinds = _segments(ground, cuts)
    pieces = np.asarray(shapely.get_parts(shapely.union_all(drawn, grid_size=GRID_METRES)))
    piece_kinds = _kinds_of(pieces, drawn, kinds)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(pieces)))
    faces, zone_of, reserve_of = _uses(faces, ground)
    pieces, piece_kinds = _park_paths(pieces, piece_kinds, faces, reserve_of)
    kept, piece_kinds = _connected(pieces, piece_kinds)
    stubs = shapely.linestrings(np.array(cuts.ends)[np.array(cuts.dead)].reshape(-1, 2, 2))
    return Network(
        shapely.transform(kept, bent),
        piece_kinds,
        shapely.transform(shapely.segmentize(stubs, BEND_METRES), bent),
        shapely.transform(faces, bent),
        zone_of,
        reserve_of,
    )


def _keeps(scale: float) -> list[Keep]:
    return [
        (r.at[0] * scale, r.at[1] * scale, r.hectares * 10_000 * min(1.0, scale**2)) for r in plan.RESERVES
    ]


def _large_blocks(area: BaseGeometry, lines: Sequence[BaseGeometry]) -> Geometries:
    """What the first streets cut a zone into."""
    crossing = [line.intersection(area) for line in lines if line.intersects(area)]
    edges = shapely.union_all([area.boundary, *crossing], grid_size=GRID_METRES)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(edges))))
    return faces[shapely.contains(area, shapely.point_on_surface(faces))]


def _segments(ground: Ground, cuts: Cuts) -> tuple[Geometries, NDArray[np.int8]]:
    """All lines as straight pieces short enough to bend, with their kinds."""
    own = shapely.linestrings(np.array(cuts.ends).reshape(-1, 2, 2))
    lines = shapely.segmentize(np.concatenate([np.array(ground.lines, dtype=object), own]), BEND_METRES)
    kinds = np.array([*ground.kinds, *cuts.kinds], dtype=np.int8)
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line_of[1:] == line_of[:-1])
    pieces = np.asarray(shapely.linestrings(np.stack([points[first], points[first + 1]], 1)))
    return pieces, kinds[line_of[first]]


def _kinds_of(pieces: Geometries, drawn: Geometries, kinds: NDArray[np.int8]) -> NDArray[np.int8]:
    """Kind of each piece: the largest of the lines it was drawn as."""
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, line = shapely.STRtree(drawn).query(middles, predicate="dwithin", distance=0.1)
    found = np.full(len(pieces), OUTER, np.int8)
    np.maximum.at(found, piece, kinds[line])
    return found


def _uses(faces: Geometries, ground: Ground) -> tuple[Geometries, NDArray[np.int32], NDArray[np.int32]]:
    """Blocks of the zones only, each with its zone and its reserved use."""
    inner = shapely.point_on_surface(faces)
    zone_of = np.full(len(faces), -1, np.int32)
    zone, face = shapely.STRtree(inner).query(np.array(ground.zones, dtype=object), predicate="contains")
    zone_of[face] = zone
    blocks, zone_of = faces[zone_of >= 0], zone_of[zone_of >= 0]
    at = shapely.points(np.array([r.at for r in plan.RESERVES]) * ground.scale)
    reserve, block = shapely.STRtree(blocks).query(at, predicate="within")
    reserve_of = np.full(len(blocks), -1, np.int32)
    reserve_of[block[::-1]] = reserve[::-1]
    return blocks, zone_of, reserve_of


def _park_paths(
    pieces: Geometries, kinds: NDArray[np.int8], blocks: Geometries, reserve_of: NDArray[np.int32]
) -> tuple[Geometries, NDArray[np.int8]]:
    """Two paths across every park, from crossing to crossing of the streets around it."""
    paths = []
    for block, reserve in zip(blocks, reserve_of, strict=True):
        if reserve >= 0 and plan.RESERVES[reserve].use == "park":
            paths += _across(block, pieces)
    if not paths:
        return pieces, kinds
    laid = np.array(paths, dtype=object)
    return np.concatenate([pieces, laid]), np.concatenate([kinds, np.zeros(len(laid), np.int8)])


def _across(block: BaseGeometry, pieces: Geometries) -> list[BaseGeometry]:
    """Paths through the middle of a block, from the corners nearest to four directions."""
    corners = shapely.get_coordinates(shapely.get_exterior_ring(block))[:-1]
    ends = shapely.get_coordinates(pieces[shapely.intersects(pieces, block)])
    middle = shapely.get_coordinates(shapely.point_on_surface(block))[0]
    on_rim = np.array([c for c in corners if np.any(np.all(np.abs(ends - c) < GRID_METRES / 2, axis=1))])
    paths: list[BaseGeometry] = []
    for turn in (0.4, 2.5, 4.6):
        wanted = np.array([np.cos(turn), np.sin(turn)])
        away = on_rim - middle
        best = on_rim[((away @ wanted) / np.maximum(np.hypot(*away.T), 1e-9)).argmax()]
        path = shapely.LineString([middle, best])
        if shapely.contains(block.buffer(0.1), path):
            paths.append(path)
    return paths


def _ends(pieces: Geometries) -> tuple[NDArray[np.int64], int]:
    """Node number of both ends of each piece, shape (pieces, 2), and the number of nodes."""
    first = shapely.get_coordinates(shapely.get_point(pieces, 0))
    last = shapely.get_coordinates(shapely.get_point(pieces, -1))
    whole = np.rint(np.concatenate([first, last]) / GRID_METRES).astype(np.int64)
    nodes, number = np.unique(whole, axis=0, return_inverse=True)
    return number.reshape(2, -1).T, len(nodes)


def _connected(pieces: Geometries, kinds: NDArray[np.int8]) -> tuple[Geometries, NDArray[np.int8]]:
    """Walkable pieces, with the edges of built-up areas that join what else would be islands."""
    ends, nodes = _ends(pieces)
    kinds = kinds.copy()
    joined = _joining(pieces, kinds, ends, _components(ends[kinds >= 0], nodes))
    kinds[joined] = 1
    kinds[_loose(kinds, ends, nodes, of=joined)] = OUTER
    kinds[_loose(kinds, ends, nodes, of=shapely.length(pieces) < STUMP_METRES)] = OUTER
    return _largest(pieces, kinds, ends, nodes)


def _joining(
    pieces: Geometries, kinds: NDArray[np.int8], ends: NDArray[np.int64], island: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Edges that join islands, shortest first (Kruskal)."""
    parent = np.arange(island.max() + 1)

    def root(c: int) -> int:
        while parent[c] != c:
            parent[c] = parent[parent[c]]
            c = int(parent[c])
        return c

    outer = np.flatnonzero(kinds == OUTER)
    joined = np.zeros(len(pieces), np.bool_)
    for piece in outer[np.argsort(shapely.length(pieces[outer]), kind="stable")]:
        a, b = (root(int(island[e])) for e in ends[piece])
        if a != b:
            parent[a] = b
            joined[piece] = True
    return joined


def _loose(
    kinds: NDArray[np.int8],
    ends: NDArray[np.int64],
    nodes: int,
    *,
    of: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Walkable pieces among ``of`` that lead nowhere, found again until none is left."""
    walkable = kinds >= 0
    while True:
        meets = np.bincount(ends[walkable].ravel(), minlength=nodes)
        loose = walkable & of & (meets[ends].min(axis=1) == 1)
        if not loose.any():
            return (kinds >= 0) & ~walkable
        walkable &= ~loose


def _components(ends: NDArray[np.int64], nodes: int) -> NDArray[np.int32]:
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    return np.asarray(connected_components(links, directed=False)[1], np.int32)


def _largest(
    pieces: Geometries, kinds: NDArray[np.int8], ends: NDArray[np.int64], nodes: int
) -> tuple[Geometries, NDArray[np.int8]]:
    walkable = kinds >= 0
    label = _components(ends[walkable], nodes)[ends[:, 0]]
    main = np.bincount(label[walkable], weights=shapely.length(pieces[walkable])).argmax()
    kept = walkable & (label == main)
    return pieces[kept], kinds[kept]


def raw_ways(network: Network, plane: Plane, metres_per_minute: float) -> RawWays:
    """Ways for walking, in degrees."""
    points, way = shapely.get_coordinates(network.lines, return_index=True)
    whole = np.rint(points / GRID_METRES).astype(np.int64)
    _, first, number = np.unique(whole, axis=0, return_index=True, return_inverse=True)
    lon, lat = plane.to_degrees(points[first, 0], points[first, 1])
    ways = len(network.lines)
    both = np.ones(ways, np.bool_)
    return RawWays(
        profile="walk",
        lon=lon,
        lat=lat,
        start=np.searchsorted(way, np.arange(ways + 1)).astype(np.int32),
        nodes=number.reshape(-1).astype(np.int32),
        metres_per_minute=np.full(ways, metres_per_minute),
        forward=both,
        back=both.copy(),
        kind=network.kinds,
    )
