"""Forests of shortest ways: the times of an independent search, and flows that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.streets.drawn import Recipe, dijkstra_each, drawn_graph, drawn_points, recipes
from tests.engines.walking.footpaths import on_streets, random_points, random_town, ticks_of, town, walk

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.walking.ways import NOWHERE, edge_flow, flow_of, starts_of, ways_to

FAR = UNREACHABLE - 1


@given(recipe=recipes)
@settings(max_examples=60, deadline=None)
def test_times_are_those_of_another_search_even_on_one_way_streets(recipe: Recipe) -> None:
    graph, rng = drawn_graph(recipe), recipe.generator()
    homes, goals = drawn_points(graph, rng, 6), drawn_points(graph, rng, 4)
    forest = ways_to(graph, goals, FAR)
    starts = starts_of(graph, forest, homes, goals, FAR)
    each = dijkstra_each(graph, homes, goals)
    assert starts.ticks.tolist() == each.min(axis=1).tolist()
    for home in np.flatnonzero(starts.walking).tolist():
        assert each[home, starts.goal[home]] == starts.ticks[home]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_following_the_forest_is_walking_the_shortest_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_town(rng, 9, 14)
    homes, goals = random_points(graph, rng, 5), random_points(graph, rng, 1)
    forest = ways_to(graph, goals, FAR)
    starts = starts_of(graph, forest, homes, goals, FAR)
    for home in range(len(homes)):
        found = walk(graph, homes.take([home]), goals)
        assert (found is None) == (starts.ticks[home] >= UNREACHABLE)
        if found is None:
            continue
        assert starts.ticks[home] == found[0]
        path, node = [], int(starts.node[home])
        while node != NOWHERE:
            path.append(node)
            node = int(forest.onward[node])
        assert path == found[1]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_flows_are_those_of_every_walk_told_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_town(rng, 9, 14)
    homes, goals = random_points(graph, rng, 7), random_points(graph, rng, 1)
    people = rng.integers(0, 5, len(homes)).astype(np.float64)
    forest = ways_to(graph, goals, FAR)
    starts = starts_of(graph, forest, homes, goals, FAR)
    nodes, edges = np.zeros(graph.nodes), np.zeros(graph.edges)
    street = {
        frozenset(ends): e
        for e, ends in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    }
    for home in range(len(homes)):
        found = walk(graph, homes.take([home]), goals)
        if found is None:
            continue
        nodes[found[1]] += people[home]
        used = {int(homes.edge[home]), int(goals.edge[0])}
        used |= {street[frozenset(pair)] for pair in zip(found[1], found[1][1:], strict=False)}
        edges[list(used)] += people[home]
    assert flow_of(forest, starts, people).tolist() == nodes.tolist()
    assert edge_flow(graph.edges, forest, starts, people).tolist() == edges.tolist()


def test_nobody_walks_beyond_the_limit_and_exactly_the_limit_is_within() -> None:
    graph = town([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    homes, goals = on_streets(graph, [(0, 0.0)]), on_streets(graph, [(1, 1.0)])
    exact = ticks_of(100) * 2
    for limit, reached in ((exact, True), (exact - 1, False)):
        forest = ways_to(graph, goals, limit)
        assert bool(starts_of(graph, forest, homes, goals, limit).walking[0]) is reached


def test_a_town_without_a_goal_or_without_a_street_has_no_way() -> None:
    graph = town([(0, 0), (100, 0)], [(0, 1)])
    nowhere = on_streets(graph, [(-1, 0.0)])
    forest = ways_to(graph, nowhere, FAR)
    assert not starts_of(graph, forest, on_streets(graph, [(0, 0.5)]), nowhere, FAR).walking.any()
    assert not forest.sequence.size


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_home_beside_its_goal_walks_along_its_street_alone(share: float) -> None:
    graph = town([(0, 0), (100, 0)], [(0, 1)])
    homes, goals = on_streets(graph, [(0, share)]), on_streets(graph, [(0, 0.75)])
    forest = ways_to(graph, goals, FAR)
    starts = starts_of(graph, forest, homes, goals, FAR)
    assert starts.node[0] == NOWHERE
    assert starts.goal[0] == 0
    assert edge_flow(graph.edges, forest, starts, np.array([3.0])).tolist() == [3.0]
