"""An independent reading of ``hygie streets export``: plain CSV and heapq, nothing of Hygie."""

from __future__ import annotations

import csv
import heapq
import math
from collections import defaultdict
from pathlib import Path

Point = tuple[str, str, float, float]


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def nearest_minutes(streets: Path, goals: set[str]) -> dict[str, float]:
    """Minutes from every point of points.csv to the nearest of ``goals``; infinite when none."""
    edges = {
        (r["a"], r["b"]): (float(r["minutes_ab"]), float(r["minutes_ba"]))
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


def _dijkstra(edges: dict[tuple[str, str], tuple[float, float]], goals: list[Point]) -> dict[str, float]:
    """Minutes from each node to the nearest goal: a search backwards along the edges."""
    into: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (a, b), (ab, ba) in edges.items():
        if math.isfinite(ab):
            into[b].append((a, ab))
        if math.isfinite(ba):
            into[a].append((b, ba))
    time: dict[str, float] = {}
    heap = [(minutes, node) for a, b, to_a, to_b in goals for node, minutes in ((a, to_a), (b, to_b))]
    heapq.heapify(heap)
    while heap:
        minutes, node = heapq.heappop(heap)
        if node in time:
            continue
        time[node] = minutes
        for other, step in into[node]:
            if other not in time:
                heapq.heappush(heap, (minutes + step, other))
    return time


def _from(
    point: Point | None,
    time: dict[str, float],
    beside: dict[tuple[str, str], list[Point]],
    edges: dict[tuple[str, str], tuple[float, float]],
) -> float:
    if point is None:
        return math.inf
    a, b, to_a, to_b = point
    best = min(to_a + time.get(a, math.inf), to_b + time.get(b, math.inf))
    length = edges[a, b][0]
    for _, _, goal_a, goal_b in beside[a, b]:
        offset, goal_offset = (to_a + to_b - length) / 2, (goal_a + goal_b - length) / 2
        apart = abs((to_a - offset) - (goal_a - goal_offset))
        best = min(best, offset + goal_offset + apart)
    return best
