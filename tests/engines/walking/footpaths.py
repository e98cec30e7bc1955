"""Small street graphs for walking tests, and an independent Dijkstra on a heap."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph

PLANE = Plane(2.0, 46.0)
METRES_A_MINUTE = 80.0


def ticks_of(metres: float) -> int:
    """Ticks of a walk of so many metres."""
    return round(metres / METRES_A_MINUTE * TICKS_PER_MINUTE)


def town(
    at: Sequence[tuple[float, float]], streets: Sequence[tuple[int, int]], main: Sequence[int] = ()
) -> StreetGraph:
    """Crossings in metres joined by straight streets; those of ``main`` are main roads."""
    xy = np.array(at, np.float64).reshape(-1, 2)
    lon, lat = PLANE.to_degrees(xy[:, 0], xy[:, 1])
    pairs = np.array(streets, np.int32).reshape(-1, 2)
    metres = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    ticks = np.array([ticks_of(one) for one in metres], np.int32)
    return StreetGraph(
        profile="walk",
        lon=lon,
        lat=lat,
        tail=pairs[:, 0].copy(),
        head=pairs[:, 1].copy(),
        ticks_forward=ticks,
        ticks_back=ticks.copy(),
        shape_start=np.arange(0, 2 * len(pairs) + 1, 2, dtype=np.int32),
        shape_lon=lon[pairs].ravel(),
        shape_lat=lat[pairs].ravel(),
        kind=np.array([2 if rank in main else 1 for rank in range(len(pairs))], np.int8),
    )


def on_streets(graph: StreetGraph, spots: Sequence[tuple[int, float]]) -> Located:
    """Points by (street, share of it from its tail); a street of -1 is nowhere."""
    edge = np.array([spot[0] for spot in spots], np.int32)
    share = np.array([spot[1] for spot in spots], np.float64)
    length = graph.ticks_forward[edge]
    tail = np.rint(share * length).astype(np.int32)
    gone = edge < 0
    return Located(
        lon=graph.lon[graph.tail[edge]],
        lat=graph.lat[graph.tail[edge]],
        edge=edge,
        ticks_tail=np.where(gone, UNREACHABLE, tail).astype(np.int32),
        ticks_head=np.where(gone, UNREACHABLE, length - tail).astype(np.int32),
    )


def walk(graph: StreetGraph, home: Located, goal: Located) -> tuple[int, list[int]] | None:
    """Ticks and crossings of the shortest walk between two single points of a two-way town."""
    around: dict[int, list[tuple[int, int]]] = {node: [] for node in range(graph.nodes)}
    for tail, head, ticks in zip(graph.tail, graph.head, graph.ticks_forward, strict=True):
        around[int(tail)].append((int(head), int(ticks)))
        around[int(head)].append((int(tail), int(ticks)))
    own, end = int(home.edge[0]), int(goal.edge[0])
    if own < 0 or end < 0:
        return None
    ways: list[tuple[int, list[int]]] = [
        (int(home.ticks_tail[0]), [int(graph.tail[own])]),
        (int(home.ticks_head[0]), [int(graph.head[own])]),
    ]
    arrivals: list[tuple[int, list[int]]] = []
    if own == end:
        arrivals.append((abs(int(home.ticks_tail[0]) - int(goal.ticks_tail[0])), []))
    seen: set[int] = set()
    heapq.heapify(ways)
    while ways:
        ticks, path = heapq.heappop(ways)
        node = path[-1]
        if node in seen:
            continue
        seen.add(node)
        if node == graph.tail[end]:
            arrivals.append((ticks + int(goal.ticks_tail[0]), path))
        if node == graph.head[end]:
            arrivals.append((ticks + int(goal.ticks_head[0]), path))
        for after, more in around[node]:
            heapq.heappush(ways, (ticks + more, [*path, after]))
    return min(arrivals, key=lambda one: one[0], default=None)


def random_town(rng: np.random.Generator, crossings: int, streets: int) -> StreetGraph:
    """Crossings at random in a kilometre, joined at random; maybe in several pieces."""
    at = rng.uniform(0, 1000, (crossings, 2))
    drawn = {tuple(sorted(rng.choice(crossings, 2, replace=False).tolist())) for _ in range(streets)}
    pairs = sorted((int(a), int(b)) for a, b in drawn)
    main = [rank for rank in range(len(pairs)) if rng.random() < 0.2]
    return town([(float(x), float(y)) for x, y in at], pairs, main)


def random_points(graph: StreetGraph, rng: np.random.Generator, count: int) -> Located:
    """Points anywhere on the streets, one in ten nowhere."""
    gone = rng.random(count) < 0.1
    edge = np.where(gone, -1, rng.integers(0, graph.edges, count))
    return on_streets(graph, list(zip(edge.tolist(), rng.random(count).tolist(), strict=True)))


def blocks(rng: np.random.Generator, side: int) -> StreetGraph:
    """Blocks of a hundred metres or so, a few streets missing: no street is long."""
    at = [
        (120.0 * x + float(rng.uniform(-20, 20)), 120.0 * y + float(rng.uniform(-20, 20)))
        for y in range(side)
        for x in range(side)
    ]
    across = [(y * side + x, y * side + x + 1) for y in range(side) for x in range(side - 1)]
    up = [(y * side + x, (y + 1) * side + x) for y in range(side - 1) for x in range(side)]
    kept = [street for street in (*across, *up) if rng.random() < 0.8]
    return town(at, kept or across)
