"""Anyone can find every time again from the exported tables, to the tick."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.engines.streets.drawn import Recipe, drawn_points, drawn_travel, recipes

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.streets.export import edge_rows, node_rows, point_rows

Arcs = dict[int, list[tuple[int, float]]]


def shortest(arcs: Arcs, seeds: dict[int, float]) -> dict[int, float]:
    """Minutes from the seeds to every node, by repeated relaxation."""
    best = dict(seeds)
    waiting = list(seeds)
    while waiting:
        node = waiting.pop()
        for other, minutes in arcs.get(node, []):
            if best[node] + minutes < best.get(other, np.inf):
                best[other] = best[node] + minutes
                waiting.append(other)
    return best


Row = tuple[object, ...]
Edges = dict[tuple[object, object], tuple[float, float]]


def number(cell: object) -> float:
    """Minutes of a field, infinite where it is empty."""
    return cell if isinstance(cell, float) else np.inf


def by_ends(point: Row, edges: Edges, *, leaving: bool) -> dict[int, float]:
    """Minutes by each end of the edge of a point, the ends that one-way streets forbid left out."""
    _, a, b, to_a, to_b = point
    if a is None:
        return {}
    ab, ba = edges[a, b]
    length, apart = min(ab, ba), number(to_b) - number(to_a)
    open_a, open_b = (ba, ab) if leaving else (ab, ba)
    used = ((a, to_a, open_a < np.inf or apart == length), (b, to_b, open_b < np.inf or -apart == length))
    return {int(str(node)): number(minutes) for node, minutes, free in used if free}


def along_one_edge(start: Row, end: Row, edges: Edges) -> float:
    """Minutes from a point to another of the same edge without leaving it."""
    if start[1] is None or start[1:3] != end[1:3]:
        return np.inf
    ab, ba = edges[start[1], start[2]]
    towards_a = number(start[3]) + number(end[4])
    towards_b = number(start[4]) + number(end[3])
    if (towards_b > towards_a and ab == np.inf) or (towards_a > towards_b and ba == np.inf):
        return np.inf
    return max(towards_a, towards_b) - min(ab, ba)


@settings(deadline=None, max_examples=60)
@given(recipe=recipes)
def test_times_found_from_the_tables_are_exactly_ours(recipe: Recipe) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (4, 6))
    arcs: Arcs = {}
    edges: Edges = {}
    for a, b, ab, ba in edge_rows(travel.graph):
        edges[a, b] = number(ab), number(ba)
        for tail, head, minutes in ((a, b, ab), (b, a, ba)):
            if isinstance(minutes, float):
                arcs.setdefault(int(str(tail)), []).append((int(str(head)), minutes))
    times = travel.each(origins, goals)
    starts = list(point_rows(travel.graph, [f"o{i}" for i in range(4)], origins))
    ends = list(point_rows(travel.graph, [f"p{j}" for j in range(6)], goals))
    for i, start in enumerate(starts):
        known = shortest(arcs, by_ends(start, edges, leaving=True))
        for j, end in enumerate(ends):
            reached = by_ends(end, edges, leaving=False).items()
            ways = [known.get(node, np.inf) + minutes for node, minutes in reached]
            ours = np.inf if times[i, j] == UNREACHABLE else times[i, j] / TICKS_PER_MINUTE
            # exact: minutes of whole ticks are binary fractions
            assert min([*ways, along_one_edge(start, end, edges)]) == ours


def test_nodes_are_named_by_position_and_unsnapped_points_by_id_alone() -> None:
    recipe = Recipe(seed=1, nodes=3, edges=6, one_way=0, asymmetric=False)
    graph = drawn_travel(recipe).graph
    assert [row[0] for row in node_rows(graph)] == [0, 1, 2]
    lost = drawn_points(graph, recipe.generator(), 60)
    rows = list(point_rows(graph, [str(i) for i in range(60)], lost))
    empty = [row for row in rows if row[1] is None]
    assert len(empty) == np.count_nonzero(lost.edge == -1) > 0
    assert all(row[1:] == (None, None, None, None) for row in empty)


def test_one_id_a_point_is_asked_for() -> None:
    recipe = Recipe(seed=1, nodes=3, edges=6, one_way=0, asymmetric=False)
    graph = drawn_travel(recipe).graph
    with pytest.raises(ValueError, match="one a point"):
        point_rows(graph, ["a"], drawn_points(graph, recipe.generator(), 2))
