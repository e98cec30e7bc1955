"""Times by street are those of a Dijkstra, to the tick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.streets.drawn import (
    PLANE,
    Recipe,
    at_nodes,
    dijkstra_each,
    drawn_graph,
    drawn_points,
    drawn_travel,
    nearest_of,
    recipes,
)

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.travel import TravelModel
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

careful = settings(deadline=None, max_examples=60)
TOWN = Recipe(seed=7, nodes=600, edges=900, one_way=0.2, asymmetric=True)


@careful
@given(recipe=recipes, places=st.integers(0, 70))
def test_each_time_is_that_of_dijkstra(recipe: Recipe, places: int) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (20, places))
    expected = dijkstra_each(travel.graph, origins, goals)
    np.testing.assert_array_equal(travel.each(origins, goals), expected)


@careful
@given(recipe=recipes, places=st.integers(0, 30), groups=st.sampled_from([1, 2, 9, 70]))
def test_nearest_of_each_group_is_that_of_dijkstra(recipe: Recipe, places: int, groups: int) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (20, places))
    group = rng.integers(0, groups, places).astype(np.int32)
    expected = nearest_of(dijkstra_each(travel.graph, origins, goals), group, groups)
    np.testing.assert_array_equal(travel.nearest(origins, goals, group, groups), expected)


@careful
@given(recipe=recipes, places=st.integers(0, 30), groups=st.sampled_from([1, 3, 20]))
def test_two_nearest_are_those_of_dijkstra_with_ties_to_the_lowest(
    recipe: Recipe, places: int, groups: int
) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (20, places))
    group = rng.integers(0, groups, places).astype(np.int32)
    times = dijkstra_each(travel.graph, origins, goals)
    two = travel.nearest_two(origins, goals, group, groups)
    for g in range(groups):
        members = np.flatnonzero(group == g)
        for i in range(len(origins)):
            by_time = sorted((int(times[i, p]), int(p)) for p in members if times[i, p] < UNREACHABLE)
            by_time += [(UNREACHABLE, -1)] * 2
            assert (two.first[i, g], two.first_place[i, g]) == by_time[0]
            assert two.second[i, g] == by_time[1][0]


def test_a_larger_network_agrees_too() -> None:
    travel, rng = drawn_travel(TOWN), TOWN.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (300, 200))
    expected = dijkstra_each(travel.graph, origins, goals)
    assert 0.2 < np.mean(expected < UNREACHABLE) < 1
    np.testing.assert_array_equal(travel.each(origins, goals), expected)


def test_the_nearest_of_two_is_the_nearest() -> None:
    travel, rng = drawn_travel(TOWN), TOWN.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (300, 200))
    group = rng.integers(0, 40, 200).astype(np.int32)
    two = travel.nearest_two(origins, goals, group, 40)
    np.testing.assert_array_equal(two.first, travel.nearest(origins, goals, group, 40))


@careful
@given(recipe=recipes)
def test_one_more_place_never_lengthens_a_time(recipe: Recipe) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (20, 6))
    group = np.zeros(6, np.int32)
    fewer = travel.nearest(origins, goals.take(np.arange(5)), group[:5], 1)
    assert np.all(travel.nearest(origins, goals, group, 1) <= fewer)


@careful
@given(recipe=recipes)
def test_the_order_of_origins_and_places_is_irrelevant(recipe: Recipe) -> None:
    travel, rng = drawn_travel(recipe), recipe.generator()
    origins, goals = (drawn_points(travel.graph, rng, count) for count in (12, 9))
    group = rng.integers(0, 3, 9).astype(np.int32)
    o, p = rng.permutation(12), rng.permutation(9)
    shuffled = travel.nearest(origins.take(o), goals.take(p), group[p], 3)
    np.testing.assert_array_equal(shuffled, travel.nearest(origins, goals, group, 3)[o])


@careful
@given(recipe=recipes)
def test_no_detour_by_a_third_crossing_is_shorter_where_streets_go_both_ways(recipe: Recipe) -> None:
    travel = drawn_travel(replace(recipe, one_way=0.0, asymmetric=False))
    times = travel.each(at_nodes(travel.graph), at_nodes(travel.graph)).astype(np.int64)
    detours = (times[:, :, None] + times[None, :, :]).min(axis=1, initial=UNREACHABLE)
    assert np.all(times <= detours)


def test_without_any_place_everything_is_unreachable() -> None:
    travel, rng = drawn_travel(TOWN), TOWN.generator()
    origins, none = drawn_points(travel.graph, rng, 5), drawn_points(travel.graph, rng, 0)
    group = np.empty(0, np.int32)
    assert np.all(travel.nearest(origins, none, group, 3) == UNREACHABLE)
    two = travel.nearest_two(origins, none, group, 3)
    assert np.all(two.first_place == -1)
    assert travel.each(origins, none).shape == (5, 0)


def test_a_graph_without_streets_reaches_nothing() -> None:
    travel = drawn_travel(Recipe(seed=1, nodes=2, edges=0, one_way=0, asymmetric=False))
    points = travel.locate([3.0, 3.01], [43.2, 43.21])
    assert np.all(points.edge == -1)
    assert np.all(travel.each(points, points) == UNREACHABLE)


@pytest.mark.parametrize("group", [[0, 1], [0, 1, 5], [0, 1, -1]])
def test_groups_that_do_not_fit_the_places_are_refused(group: list[int]) -> None:
    travel, rng = drawn_travel(TOWN), TOWN.generator()
    points = drawn_points(travel.graph, rng, 3)
    with pytest.raises(ValueError, match="group"):
        travel.nearest(points, points, np.array(group, np.int32), 2)


def test_a_hierarchy_of_another_graph_is_refused() -> None:
    small = drawn_graph(Recipe(seed=1, nodes=4, edges=5, one_way=0, asymmetric=False))
    with pytest.raises(ValueError, match="another graph"):
        StreetTravel(drawn_graph(TOWN), build_hierarchy(small), PLANE, 300.0, 80.0)


def test_it_is_a_travel_model_that_estimates_nothing() -> None:
    model: TravelModel = drawn_travel(TOWN)
    assert not model.estimate


@careful
@given(recipe=recipes)
def test_a_hierarchy_ranks_every_node_once_and_climbs(recipe: Recipe) -> None:
    hierarchy = build_hierarchy(drawn_graph(recipe))
    assert sorted(hierarchy.rank.tolist()) == list(range(recipe.nodes))
    lows = np.repeat(np.arange(recipe.nodes), np.diff(hierarchy.start))
    assert np.all(hierarchy.upper > lows)
    assert np.all(np.minimum(hierarchy.ticks_up, hierarchy.ticks_down) < UNREACHABLE)


def test_the_same_graph_gives_the_same_hierarchy() -> None:
    one, other = build_hierarchy(drawn_graph(TOWN)), build_hierarchy(drawn_graph(TOWN))
    for name in ("rank", "start", "upper", "ticks_up", "ticks_down"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_times_beyond_what_a_tick_can_hold_are_unreachable_not_wrong() -> None:
    chain = Recipe(seed=3, nodes=3, edges=0, one_way=0, asymmetric=False)
    graph = drawn_graph(chain)
    far = np.array([UNREACHABLE - 10] * 2, np.int32)
    ends = np.array([[0, 1], [1, 2]], np.int32)
    graph = type(graph)(
        profile="walk",
        lon=graph.lon,
        lat=graph.lat,
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        ticks_forward=far,
        ticks_back=far,
        shape_start=np.array([0, 2, 4], np.int32),
        shape_lon=graph.lon[ends].ravel(),
        shape_lat=graph.lat[ends].ravel(),
        kind=np.ones(2, np.int8),
    )
    travel = StreetTravel(graph, build_hierarchy(graph), PLANE, 300.0, 80.0)
    nodes = at_nodes(graph)
    times = travel.each(nodes, nodes)
    assert times[0, 1] == far[0]
    assert times[0, 2] == UNREACHABLE
    two = travel.nearest_two(nodes, nodes, np.zeros(3, np.int32), 1)
    np.testing.assert_array_equal(two.first_place[:, 0], [0, 1, 2])
