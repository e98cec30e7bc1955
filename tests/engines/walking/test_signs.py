"""Walking-time signs: the fewest of a brute force, every walk checked step by step, what signs say."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.walking.footpaths import (
    METRES_A_MINUTE,
    PLANE,
    blocks,
    on_streets,
    random_points,
    random_town,
    ticks_of,
    town,
    walk,
)

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.headings import octant
from hygie.engines.walking.signs import (
    SignLimits,
    SignPlan,
    SignRules,
    Walkers,
    plan_signs,
    rounded_minutes,
)
from hygie.engines.walking.signs_choice import cover

STRETCH_M = 190.0
RULES = SignRules(
    longest=30 * TICKS_PER_MINUTE, stretch=ticks_of(STRETCH_M), straight=45, coarse=15, child=1.33
)


def position(graph: StreetGraph, node: int) -> tuple[float, float]:
    x, y = PLANE.to_metres(graph.lon[[node]], graph.lat[[node]])
    return float(x[0]), float(y[0])


def angle(one: tuple[float, float], middle: tuple[float, float], other: tuple[float, float]) -> float:
    """Degrees turned at the middle when coming from one and going to the other."""
    come = math.atan2(middle[1] - one[1], middle[0] - one[0])
    leave = math.atan2(other[1] - middle[1], other[0] - middle[0])
    return abs(math.degrees(math.remainder(leave - come, math.tau)))


def ends(graph: StreetGraph, edge: int) -> tuple[int, int]:
    return int(graph.tail[edge]), int(graph.head[edge])


def hesitations(graph: StreetGraph, path: list[int], own: int, last: int) -> list[int]:
    """Crossings of a walk where the way turns, or where another street is as straight."""
    around: dict[int, set[int]] = {}
    for edge in range(graph.edges):
        a, b = ends(graph, edge)
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    found = []
    for rank, node in enumerate(path):
        before = path[rank - 1] if rank else next(end for end in ends(graph, own) if end != node)
        after = (
            path[rank + 1] if rank + 1 < len(path) else next(end for end in ends(graph, last) if end != node)
        )
        others = around[node] - {before, after}
        here = position(graph, node)
        come = position(graph, before)
        tempting = any(angle(come, here, position(graph, other)) <= 45 for other in others)
        if others and (tempting or angle(come, here, position(graph, after)) > 45):
            found.append(node)
    return found


def informed(path: list[int], left: list[int], lost: list[int], signs: set[int]) -> bool:
    """Whether each hesitation has a sign, and no stretch between two signs, or to the end, is too long.

    ``left`` are ticks still to walk at each crossing; the first stretch starts at the first crossing.
    """
    stops = [left[0], *(ticks for node, ticks in zip(path, left, strict=True) if node in signs), 0]
    return set(lost) <= signs and all(one - other <= RULES.stretch for one, other in pairwise(stops))


def walks_of(
    graph: StreetGraph, homes: Located, goal: Located
) -> list[tuple[list[int], list[int], list[int]]]:
    """Crossings, ticks left at each, hesitations of every walk that passes a crossing."""
    told = []
    for home in range(len(homes)):
        found = walk(graph, homes.take([home]), goal)
        if found is None or not found[1] or found[0] > RULES.longest:
            continue
        left = []
        for node in found[1]:
            edge = next(e for e in range(graph.edges) if node in ends(graph, e))
            at = on_streets(graph, [(edge, 0.0 if graph.tail[edge] == node else 1.0)])
            rest = walk(graph, at, goal)
            assert rest is not None
            left.append(rest[0])
        own, last = int(homes.edge[home]), int(goal.edge[0])
        told.append((found[1], left, hesitations(graph, found[1], own, last)))
    return told


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_plan_informs_every_walker_with_the_fewest_signs_of_a_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = blocks(rng, 3)
    homes, goal = random_points(graph, rng, 4), random_points(graph, rng, 1)
    walks = walks_of(graph, homes, goal)
    plan = plan_signs(graph, PLANE, Walkers(homes, np.ones(4)), [goal], RULES)
    chosen = {post.node for post in plan.posts}
    assert all(informed(*walk, chosen) for walk in walks)
    forced = {node for _, _, lost in walks for node in lost}
    others = [node for node in range(graph.nodes) if node not in forced]
    fewest = next(
        count
        for count in range(len(others) + 1)
        if any(
            all(informed(*walk, forced | set(more)) for walk in walks) for more in combinations(others, count)
        )
    )
    assert len(chosen) == len(forced) + fewest
    assert plan.proved
    assert plan.bound == len(chosen)
    assert plan.doubts == plan.answered == sum(len(lost) for _, _, lost in walks)


@given(seed=st.integers(0, 2**32 - 1), budget=st.integers(0, 4))
@settings(max_examples=50, deadline=None)
def test_a_budget_guides_as_much_as_the_best_of_all_choices(seed: int, budget: int) -> None:
    rng = np.random.default_rng(seed)
    graph = blocks(rng, 3)
    homes = random_points(graph, rng, 5)
    goals = [random_points(graph, rng, 1) for _ in range(2)]
    people = rng.integers(0, 4, 5).astype(np.float64)
    plan = plan_signs(graph, PLANE, Walkers(homes, people), goals, RULES, limits=SignLimits(budget))
    assert len(plan.posts) <= budget
    spots: set[int] = set()
    rows = []
    for goal in goals:
        for home in range(len(homes)):
            for path, left, lost in walks_of(graph, homes.take([home]), goal):
                spots |= set(lost)
                rows.append((people[home], path, left, lost))
    # Continuity holds for a crossing, whoever comes: what others hesitate at further on needs a sign too.
    needed = [{node for _, _, _, lost in rows for node in lost} & set(path) for _, path, _, _ in rows]

    def at_least(signs: set[int]) -> float:
        return math.fsum(
            float(who) * left[path.index(node)] / TICKS_PER_MINUTE
            for (who, path, left, lost), later in zip(rows, needed, strict=True)
            for node in lost
            if {one for one in later if path.index(one) >= path.index(node)} <= signs
        )

    best = max(at_least(set(some)) for some in combinations(sorted(spots), min(budget, len(spots))))
    assert plan.guided >= best - 1e-6
    assert plan.bound >= plan.guided - 1e-6
    assert plan.answered <= plan.doubts


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_a_cover_is_as_small_as_that_of_a_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        frozenset(rng.choice(8, rng.integers(1, 5), replace=False).tolist())
        for _ in range(rng.integers(0, 9))
    ]
    chosen, bound, proved = cover(rows, 5.0)
    assert all(row & set(chosen) for row in rows)
    fewest = next(
        n for n in range(9) if any(all(row & set(some) for row in rows) for some in combinations(range(8), n))
    )
    assert proved
    assert len(chosen) == bound == fewest


def crossroads() -> StreetGraph:
    """A street from the west, a crossing at 0, streets to the north, the east and the south."""
    return town([(0, 0), (-400, 0), (0, 400), (400, 0), (0, -400)], [(0, 1), (0, 2), (0, 3), (0, 4)])


def one_post(plan: SignPlan) -> tuple[float, str]:
    (post,) = [post for post in plan.posts if post.node == 0]
    (line,) = post.lines
    return post.facing, "↑↗→↘↓↙←↖"[octant(line.bearing, post.facing)]


@pytest.mark.parametrize(("street", "arrow"), [(1, "←"), (3, "→")])
def test_who_comes_from_the_west_is_told_to_turn(street: int, arrow: str) -> None:
    graph = crossroads()
    walkers = Walkers(on_streets(graph, [(0, 0.9)]), np.array([12.0]))
    plan = plan_signs(graph, PLANE, walkers, [on_streets(graph, [(street, 0.5)])], RULES)
    facing, shown = one_post(plan)
    assert facing == pytest.approx(90, abs=0.1)
    assert shown == arrow
    assert plan.posts[0].turn
    assert plan.doubts == 12


def test_straight_on_at_a_crossroads_is_no_hesitation() -> None:
    graph = crossroads()
    walkers = Walkers(on_streets(graph, [(0, 0.2)]), np.ones(1))
    assert not plan_signs(graph, PLANE, walkers, [on_streets(graph, [(2, 0.5)])], RULES).posts


def test_a_fork_where_both_streets_go_on_is_a_hesitation() -> None:
    graph = town([(0, 0), (-100, 0), (100, 20), (100, -20)], [(0, 1), (0, 2), (0, 3)])
    walkers = Walkers(on_streets(graph, [(0, 0.5)]), np.ones(1))
    assert len(plan_signs(graph, PLANE, walkers, [on_streets(graph, [(1, 0.5)])], RULES).posts) == 1


def test_a_bend_without_another_street_is_no_hesitation_but_a_long_way_is_reassured() -> None:
    graph = town([(0, 0), (200, 0), (200, 200), (200, 400), (200, 600)], [(0, 1), (1, 2), (2, 3), (3, 4)])
    walkers = Walkers(on_streets(graph, [(0, 0.0)]), np.ones(1))
    plan = plan_signs(graph, PLANE, walkers, [on_streets(graph, [(3, 1.0)])], RULES)
    assert plan.doubts == 0
    assert plan.posts
    assert not any(post.turn for post in plan.posts)


def test_minutes_of_a_sign_are_those_of_the_walk_rounded_up() -> None:
    graph = crossroads()
    walkers = Walkers(on_streets(graph, [(0, 0.9)]), np.array([12.0]))
    plan = plan_signs(graph, PLANE, walkers, [on_streets(graph, [(1, 0.5)])], RULES)
    assert plan.posts[0].lines[0].minutes == (3, 4)  # 200 m: 2.5 minutes, then 3.3
    assert plan.posts[0].lines[0].ticks == ticks_of(200) == round(200 / METRES_A_MINUTE * TICKS_PER_MINUTE)


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (0.0, 1),
        (0.2, 1),
        (1.0, 1),
        (1.01, 2),
        (7.5, 8),
        (14.2, 15),
        (14.99, 15),
        (15.0, 15),
        (15.1, 20),
        (21.0, 25),
    ],
)
def test_minutes_go_up_by_one_then_by_five(minutes: float, shown: int) -> None:
    assert rounded_minutes(minutes, 15) == shown


@given(minutes=st.floats(0, 200))
def test_a_sign_never_says_less_than_the_walk_and_is_never_five_minutes_off(minutes: float) -> None:
    said = rounded_minutes(minutes, 15)
    assert said >= minutes - 1e-5
    assert said - minutes < 5 if minutes >= 15 else said - minutes <= 1


def test_a_destination_that_nobody_reaches_is_told_and_the_others_are_signed() -> None:
    graph = town(
        [(0, 0), (-400, 0), (0, 400), (400, 0), (5000, 5000), (5100, 5000)], [(0, 1), (0, 2), (0, 3), (4, 5)]
    )
    walkers = Walkers(on_streets(graph, [(0, 0.9)]), np.array([12.0]))
    targets = [on_streets(graph, [(3, 0.5)]), on_streets(graph, [(-1, 0.0)]), on_streets(graph, [(1, 0.5)])]
    plan = plan_signs(graph, PLANE, walkers, targets, RULES)
    assert plan.unreached == (0, 1)
    assert plan.walkers.tolist() == [0, 0, 12]
    assert {line.target for post in plan.posts for line in post.lines} == {2}


def test_no_destination_and_no_home_need_no_sign() -> None:
    graph = crossroads()
    homes = on_streets(graph, [(0, 0.5)])
    for budget in (None, 3):
        assert (
            plan_signs(graph, PLANE, Walkers(homes, np.ones(1)), [], RULES, limits=SignLimits(budget)).posts
            == ()
        )
        empty = Walkers(homes.take(np.zeros(0, np.int64)), np.ones(0))
        goal = [on_streets(graph, [(1, 0.5)])]
        assert plan_signs(graph, PLANE, empty, goal, RULES, limits=SignLimits(budget)).posts == ()


@pytest.mark.parametrize("people", [[-1.0], [np.nan], [np.inf], [1.0, 2.0]])
def test_walkers_are_counted_from_zero_up(people: list[float]) -> None:
    with pytest.raises(ValueError, match="people"):
        Walkers(on_streets(crossroads(), [(0, 0.5)]), np.array(people))


@pytest.mark.parametrize("wrong", [{"longest": 0}, {"stretch": 0}, {"straight": 180}, {"child": 0.9}])
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    sound = {"longest": 1, "stretch": 1, "straight": 45, "coarse": 15, "child": 1.3}
    with pytest.raises(ValueError, match=r"above zero|angle"):
        SignRules(**{**sound, **wrong})  # type: ignore[arg-type]  # keywords by name


def test_the_same_plan_comes_out_twice() -> None:
    rng = np.random.default_rng(5)
    graph = random_town(rng, 60, 110)
    homes, goals = random_points(graph, rng, 80), random_points(graph, rng, 3)
    first, second = (
        plan_signs(graph, PLANE, Walkers(homes, np.ones(80)), [goals], RULES, limits=SignLimits(12))
        for _ in range(2)
    )
    assert first.posts == second.posts
