"""Street graphs drawn at random, and an independent way of computing times on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.minutes import UNREACHABLE, Ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

PLANE = Plane(3.0, 43.2)
SPEED = 80.0
LIMIT = 300.0


@dataclass(frozen=True)
class Recipe:
    """What a random graph is drawn from."""

    seed: int
    nodes: int
    edges: int
    one_way: float
    asymmetric: bool

    def generator(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


recipes = st.builds(
    Recipe,
    seed=st.integers(0, 2**32 - 1),
    nodes=st.integers(2, 40),
    edges=st.integers(1, 90),
    one_way=st.sampled_from([0.0, 0.3]),
    asymmetric=st.booleans(),
)
"""Sparse ones are in several pieces; dense ones give many shortcuts; short ties abound."""


def drawn_graph(recipe: Recipe) -> StreetGraph:
    """Nodes within a kilometre or so, and edges between random pairs of them."""
    rng = recipe.generator()
    lon, lat = 3.0 + rng.uniform(0, 0.02, recipe.nodes), 43.2 + rng.uniform(0, 0.02, recipe.nodes)
    pairs = np.sort(rng.integers(0, recipe.nodes, (recipe.edges, 2)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    m = len(pairs)
    longest = int(rng.choice([4, 1_000, 10_000_000]))
    forward = rng.integers(1, longest, m).astype(np.int32)
    back = rng.integers(1, longest, m).astype(np.int32) if recipe.asymmetric else forward.copy()
    closed = rng.random(m) < recipe.one_way
    against = rng.random(m) < 0.5
    forward[closed & against] = UNREACHABLE
    back[closed & ~against] = UNREACHABLE
    return StreetGraph(
        profile="walk",
        lon=lon,
        lat=lat,
        tail=pairs[:, 0].astype(np.int32),
        head=pairs[:, 1].astype(np.int32),
        ticks_forward=forward,
        ticks_back=back,
        shape_start=np.arange(0, 2 * m + 1, 2, dtype=np.int32),
        shape_lon=lon[pairs].ravel(),
        shape_lat=lat[pairs].ravel(),
        kind=np.ones(m, np.int8),
    )


def drawn_travel(recipe: Recipe) -> StreetTravel:
    graph = drawn_graph(recipe)
    return StreetTravel(graph, build_hierarchy(graph), PLANE, LIMIT, SPEED)


def drawn_points(graph: StreetGraph, rng: np.random.Generator, count: int) -> Located:
    """Points anywhere along random edges, a few of them unsnapped."""
    if not graph.edges:
        edge = np.full(count, -1, np.int32)
    else:
        edge = np.where(rng.random(count) < 0.1, -1, rng.integers(0, graph.edges, count)).astype(np.int32)
    length = np.append(np.minimum(graph.ticks_forward, graph.ticks_back), 0)[edge]
    offset = rng.integers(0, 50, count) * rng.integers(0, 2, count)
    position = rng.integers(0, length + 1)
    tail, head = offset + position, offset + length - position
    return Located(
        lon=rng.uniform(3.0, 3.02, count),
        lat=rng.uniform(43.2, 43.22, count),
        edge=edge,
        ticks_tail=np.where(edge < 0, UNREACHABLE, tail).astype(np.int32),
        ticks_head=np.where(edge < 0, UNREACHABLE, head).astype(np.int32),
    )


def at_nodes(graph: StreetGraph) -> Located:
    """A point exactly on each node that has an edge."""
    nodes = np.unique(np.concatenate([graph.tail, graph.head]))
    edge = np.array([np.flatnonzero((graph.tail == n) | (graph.head == n))[0] for n in nodes], np.int32)
    length = np.minimum(graph.ticks_forward, graph.ticks_back)[edge]
    starts = graph.tail[edge] == nodes
    tail, head = np.where(starts, 0, length), np.where(starts, length, 0)
    return Located(graph.lon[nodes], graph.lat[nodes], edge, tail.astype(np.int32), head.astype(np.int32))


def dijkstra_each(graph: StreetGraph, origins: Located, places: Located) -> Ticks:
    """Ticks from each origin to each place by scipy's Dijkstra, points added as nodes.

    Origins only lead out and places only lead in, never against a one-way edge; two points of one
    edge are also joined by their offsets and the difference of their positions, found again from
    their ticks.
    """
    n, o, p = graph.nodes, len(origins), len(places)
    arcs = {}
    for e in range(graph.edges):
        arcs[int(graph.tail[e]), int(graph.head[e])] = graph.ticks_forward[e]
        arcs[int(graph.head[e]), int(graph.tail[e])] = graph.ticks_back[e]
    for i, e in enumerate(origins.edge):
        if e >= 0:
            open_tail, open_head = _open_ends(graph, origins, i, graph.ticks_back, graph.ticks_forward)
            arcs[n + i, int(graph.tail[e])] = origins.ticks_tail[i] if open_tail else UNREACHABLE
            arcs[n + i, int(graph.head[e])] = origins.ticks_head[i] if open_head else UNREACHABLE
    for j, e in enumerate(places.edge):
        if e >= 0:
            open_tail, open_head = _open_ends(graph, places, j, graph.ticks_forward, graph.ticks_back)
            arcs[int(graph.tail[e]), n + o + j] = places.ticks_tail[j] if open_tail else UNREACHABLE
            arcs[int(graph.head[e]), n + o + j] = places.ticks_head[j] if open_head else UNREACHABLE
        for i in np.flatnonzero((origins.edge == e) & (e >= 0)):
            length = min(graph.ticks_forward[e], graph.ticks_back[e])
            x, off = _position(origins, int(i), length)
            y, other = _position(places, j, length)
            along = graph.ticks_forward[e] if x < y else graph.ticks_back[e]
            if along < UNREACHABLE or x == y:
                arcs[n + int(i), n + o + j] = abs(x - y) + off + other
    arcs = {ends: ticks for ends, ticks in arcs.items() if ticks < UNREACHABLE}
    ends = np.array(list(arcs), np.int64).reshape(-1, 2)
    ticks = np.array(list(arcs.values()), np.float64)
    matrix = csr_array((ticks, (ends[:, 0], ends[:, 1])), shape=(n + o + p, n + o + p))
    times = dijkstra(matrix, indices=np.arange(n, n + o))[:, n + o :]
    return np.where(times < UNREACHABLE, times, UNREACHABLE).astype(np.int32)


def _open_ends(
    graph: StreetGraph, points: Located, i: int, by_tail: Ticks, by_head: Ticks
) -> tuple[bool, bool]:
    """Whether a point is joined to each end: that way of its edge is open, or it stands there."""
    e = points.edge[i]
    length = int(min(graph.ticks_forward[e], graph.ticks_back[e]))
    position, _ = _position(points, i, length)
    return bool(by_tail[e] < UNREACHABLE or position == 0), bool(
        by_head[e] < UNREACHABLE or position == length
    )


def _position(points: Located, i: int, length: int) -> tuple[int, int]:
    tail, head = int(points.ticks_tail[i]), int(points.ticks_head[i])
    return (tail - head + int(length)) // 2, (tail + head - int(length)) // 2


def nearest_of(times: Ticks, group: NDArray[np.int32], groups: int) -> Ticks:
    """Least of the times to each place, by group."""
    columns = [times[:, group == g].min(axis=1, initial=UNREACHABLE) for g in range(groups)]
    return np.stack(columns, axis=1).astype(np.int32)
