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


@settings(deadline=None, max_examples=30)
@given(recipe=recipes)
def test_times_found_from_the_tables_are_exactly_ours(recipe: Recipe) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (4, 6))
    arcs: Arcs = {}
    length: dict[tuple[object, object], float] = {}
    for a, b, ab, ba in edge_rows(travel.graph):
        for tail, head, minutes in ((a, b, ab), (b, a, ba)):
            if isinstance(minutes, float):
                arcs.setdefault(int(str(tail)), []).append((int(str(head)), minutes))
        length[a, b] = min(m for m in (ab, ba) if isinstance(m, float))
    times = travel.each(origins, goals)
    starts = list(point_rows(travel.graph, [f"o{i}" for i in range(4)], origins))
    ends = list(point_rows(travel.graph, [f"p{j}" for j in range(6)], goals))
    for i, (_, a, b, to_a, to_b) in enumerate(starts):
        seeds = {int(str(n)): m for n, m in ((a, to_a), (b, to_b)) if isinstance(m, float)}
        known = shortest(arcs, seeds)
        for j, (_, c, d, to_c, to_d) in enumerate(ends):
            ways = [np.inf]
            if isinstance(to_c, float) and isinstance(to_d, float):
                ways += [known.get(int(str(c)), np.inf) + to_c, known.get(int(str(d)), np.inf) + to_d]
                if (a, b) == (c, d) and isinstance(to_a, float) and isinstance(to_b, float):
                    ways.append(max(to_a + to_d, to_b + to_c) - length[a, b])
            ours = np.inf if times[i, j] == UNREACHABLE else times[i, j] / TICKS_PER_MINUTE
            assert min(ways) == ours  # exact: minutes of whole ticks are binary fractions


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
