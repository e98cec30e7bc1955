"""Loads of streets: walks told one by one, people kept whole, best spots apart from one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.walking.footpaths import PLANE, blocks, on_streets, random_points, town, walk

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.walking.load import NEAREST, Walks, street_load
from hygie.engines.walking.load_helps import bare_metres, best_spots, middles, street_lines
from hygie.engines.walking.load_told import Rates

LIMIT, MAIN = 20 * TICKS_PER_MINUTE, 2


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_loads_are_those_of_every_walk_told_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = blocks(rng, 3)
    homes, schools = random_points(graph, rng, 6), random_points(graph, rng, 2)
    people = rng.uniform(0, 3, 6)
    assigned = rng.integers(-1, 2, 6)
    load = street_load(graph, Walks(homes, people, schools, assigned), LIMIT, MAIN)
    edges, goal, far = np.zeros(graph.edges), np.zeros(2), 0.0
    street = {
        frozenset(ends): e
        for e, ends in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    }
    for home in range(6):
        mine = [0, 1] if assigned[home] == NEAREST else [int(assigned[home])]
        found = [
            (one, place) for place in mine if (one := walk(graph, homes.take([home]), schools.take([place])))
        ]
        found = [(one, place) for one, place in found if one[0] <= LIMIT]
        if not found:
            far += people[home]
            continue
        (_, path), place = min(found, key=lambda one: one[0][0])
        used = {int(homes.edge[home]), int(schools.edge[place])}
        used |= {street[frozenset(pair)] for pair in pairwise(path)}
        edges[list(used)] += people[home]
        goal[place] += people[home]
    assert load.edge == pytest.approx(edges)
    assert load.goal == pytest.approx(goal)
    assert load.too_far == pytest.approx(far)
    assert load.walking + load.too_far == pytest.approx(people.sum())


def test_who_crosses_a_main_road_is_counted_and_who_walks_along_it_is_not() -> None:
    # A main road from west to east; homes to the south, a school to the north, another on the road.
    graph = town(
        [(0, 0), (-100, 0), (100, 0), (0, 100), (0, -100)], [(0, 1), (0, 2), (0, 3), (0, 4)], main=[0, 1]
    )
    homes = on_streets(graph, [(3, 1.0)])
    north, east = on_streets(graph, [(2, 1.0)]), on_streets(graph, [(1, 1.0)])
    crossed = street_load(graph, Walks(homes, np.array([7.0]), north), LIMIT, MAIN)
    along = street_load(graph, Walks(homes, np.array([7.0]), east), LIMIT, MAIN)
    assert crossed.crossing.tolist() == [7, 0, 0, 0, 0]
    assert along.crossing.sum() == 0
    assert along.edge.tolist() == [0, 7, 0, 7]


def test_the_end_of_a_main_road_is_walked_round_not_crossed() -> None:
    graph = town([(0, 0), (-100, 0), (0, 100), (0, -100)], [(0, 1), (0, 2), (0, 3)], main=[0])
    walks = Walks(on_streets(graph, [(1, 1.0)]), np.ones(1), on_streets(graph, [(2, 1.0)]))
    assert street_load(graph, walks, LIMIT, MAIN).crossing.sum() == 0


def test_a_school_cut_off_is_given_up_and_its_pupils_are_counted_too_far() -> None:
    graph = town([(0, 0), (100, 0), (5000, 0), (5100, 0)], [(0, 1), (2, 3)])
    walks = Walks(
        on_streets(graph, [(0, 0.5), (-1, 0.0)]), np.array([3.0, 2.0]), on_streets(graph, [(1, 0.5)])
    )
    load = street_load(graph, walks, LIMIT, MAIN)
    assert (load.walking, load.too_far) == (0, 5)
    assert not load.edge.any()
    assert (load.ticks >= UNREACHABLE).all()


@pytest.mark.parametrize(
    ("people", "assigned"),
    [([-1.0], None), ([np.nan], None), ([1.0, 1.0], None), ([1.0], [1]), ([1.0], [-2]), ([1.0], [0, 0])],
)
def test_walks_that_make_no_sense_are_refused(people: list[float], assigned: list[int] | None) -> None:
    graph = town([(0, 0), (100, 0)], [(0, 1)])
    point = on_streets(graph, [(0, 0.5)])
    with pytest.raises(ValueError, match=r"people|goal"):
        Walks(point, np.array(people), point, None if assigned is None else np.array(assigned))


def test_best_spots_are_the_greatest_that_stand_apart() -> None:
    x, y = np.array([0.0, 10.0, 300.0, 600.0]), np.zeros(4)
    people = np.array([5.0, 9.0, 3.0, 0.0])
    spots = best_spots((x, y), people, people, count=5, apart=100)
    assert [one.at for one in spots] == [1, 2]
    assert best_spots((x, y), people, people, count=5, apart=0)[1].at == 0
    assert len(best_spots((x, y), people, people, count=1, apart=0)) == 1


def test_metres_without_shade_leave_out_what_crowns_cover_once() -> None:
    graph = town([(0, 0), (100, 0), (100, 100)], [(0, 1), (1, 2)])
    assert bare_metres(graph, PLANE, []) == pytest.approx([100, 100], rel=1e-4)
    crowns = [shapely.box(10, -5, 30, 5), shapely.box(20, -5, 40, 5), shapely.box(10, 50, 20, 60)]
    assert bare_metres(graph, PLANE, crowns) == pytest.approx([70, 100], rel=1e-3)
    assert middles(street_lines(graph, PLANE))[0] == pytest.approx([50, 100], rel=1e-3)


@pytest.mark.parametrize("span", [(-1.0, 2.0), (3.0, 2.0)])
def test_rates_go_upwards_from_zero(span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="interval"):
        Rates(span, (0, 1))


def test_who_stands_at_the_door_of_the_school_walks_along_no_street() -> None:
    graph = town([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    for home, school in (((0, 1.0), (0, 1.0)), ((0, 1.0), (1, 0.0)), ((1, 0.0), (0, 1.0))):
        walks = Walks(on_streets(graph, [home]), np.ones(1), on_streets(graph, [school]))
        load = street_load(graph, walks, LIMIT, MAIN)
        assert load.walking == 1
        assert not load.edge.any()
