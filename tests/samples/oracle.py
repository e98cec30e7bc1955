"""An independent reading of ``hygie streets export``: plain CSV and heapq, nothing of Hygie.

One-way edges have an empty field: a point is then left by one end and reached from the other, unless it
stands at that very end.
"""

from __future__ import annotations

import csv
import heapq
import math
from collections import defaultdict
from pathlib import Path

Point = tuple[str, str, float, float]
Edges = dict[tuple[str, str], tuple[float, float]]


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def minutes(field: str) -> float:
    return float(field) if field else math.inf


def nearest_minutes(streets: Path, goals: set[str]) -> dict[str, float]:
    """Minutes from every point of points.csv to the nearest of ``goals``; infinite when none."""
    edges: Edges = {
        (r["a"], r["b"]): (minutes(r["minutes_ab"]), minutes(r["minutes_ba"]))
        for r in read(streets / "edges.csv")
    }
    points: dict[str, Point] = {
        r["id"]: (r["a"], r["b"], float(r["minutes_to_a"]), float(r["minutes_to_b"]))
        for r in read(streets / "points.csv")
        if r["a"]
    }
    everyone = [r["id"] for r in read(streets / "points.csv")]
    time = _dijkstra(edges, [points[g] for g in goals if g in points])
    beside: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for goal in goals:
        if goal in points:
            beside[points[goal][:2]].append(points[goal])
    return {name: _from(points.get(name), time, beside, edges) for name in everyone}


def _by_ends(point: Point, towards_a: float, towards_b: float) -> list[tuple[str, float]]:
    """Ends of a point's edge and minutes by each, where the edge goes towards that end."""
    a, b, to_a, to_b = point
    length = min(towards_a, towards_b)
    open_a, open_b = math.isfinite(towards_a), math.isfinite(towards_b)
    ends = ((a, to_a, open_a or to_b - to_a == length), (b, to_b, open_b or to_a - to_b == length))
    return [(node, taken) for node, taken, free in ends if free]


def _dijkstra(edges: Edges, goals: list[Point]) -> dict[str, float]:
    """Minutes from each node to the nearest goal: a search backwards along the edges."""
    into: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (a, b), (ab, ba) in edges.items():
        if math.isfinite(ab):
            into[b].append((a, ab))
        if math.isfinite(ba):
            into[a].append((b, ba))
    time: dict[str, float] = {}
    # searched backwards, a goal is left towards a where the edge is travelled from a
    heap = [(taken, node) for goal in goals for node, taken in _by_ends(goal, *edges[goal[:2]])]
    heapq.heapify(heap)
    while heap:
        taken, node = heapq.heappop(heap)
        if node in time:
            continue
        time[node] = taken
        for other, step in into[node]:
            if other not in time:
                heapq.heappush(heap, (taken + step, other))
    return time


def _from(
    point: Point | None,
    time: dict[str, float],
    beside: dict[tuple[str, str], list[Point]],
    edges: Edges,
) -> float:
    if point is None:
        return math.inf
    a, b, to_a, to_b = point
    ab, ba = edges[a, b]
    best = min(
        (taken + time.get(node, math.inf) for node, taken in _by_ends(point, ba, ab)), default=math.inf
    )
    length = min(ab, ba)
    for _, _, goal_a, goal_b in beside[a, b]:
        offset, goal_offset = (to_a + to_b - length) / 2, (goal_a + goal_b - length) / 2
        ahead = (goal_a - goal_offset) - (to_a - offset)
        if (ahead > 0 and math.isfinite(ab)) or (ahead < 0 and math.isfinite(ba)) or ahead == 0:
            best = min(best, offset + goal_offset + abs(ahead))
    return best
