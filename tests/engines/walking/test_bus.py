"""Walking buses: kept limits, optimum by brute force, bounds that never lie, same seed same tree."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.walking.buses import best_by_hand, checked, drawn, turns

from hygie.engines.kernel.errors import HygieError
from hygie.engines.walking.bus import BusProblem, Integers, Left, measured
from hygie.engines.walking.bus_bound import apart, leaves_bound, paths_of
from hygie.engines.walking.bus_branches import Heat, anneal, grown
from hygie.engines.walking.bus_danger import _terms, danger_floor, least_danger
from hygie.engines.walking.bus_exact import exact_danger, exact_leaves
from hygie.engines.walking.bus_fewest import fewest_leaves
from hygie.engines.walking.bus_plan import plan_bus


def soon(seconds: float = 20.0) -> Left:
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def successors(tree: Integers) -> dict[int, int]:
    return {child: onward for child, onward in enumerate(tree.tolist()) if child}


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(3, 10))]
)
def test_few_children_get_the_optimum_that_brute_force_finds(seed: int) -> None:
    problem = drawn(6, seed, alpha=1.2 + 0.1 * (seed % 4))
    plan = plan_bus(problem, soon(120), seed=seed)  # it ends by itself; a busy machine takes its time
    leaves, danger = best_by_hand(problem)
    assert (plan.tree.leaves, plan.leaves_bound) == (leaves, leaves)
    assert plan.tree.danger == pytest.approx(danger)
    assert plan.fewest_proved
    assert plan.safest_proved
    told = checked(problem, successors(plan.tree.successor))
    assert told == pytest.approx((plan.tree.leaves, plan.tree.danger, plan.tree.worst_detour))


A_PROBLEM = (st.integers(1, 40), st.integers(0, 10_000), st.floats(1.0, 2.0))


@settings(max_examples=6, deadline=None)
@given(*A_PROBLEM)
def test_every_search_keeps_the_limits_and_no_bound_is_above_what_is_found(
    children: int, seed: int, alpha: float
) -> None:
    searches_hold(children, seed, alpha)


@pytest.mark.prove
@settings(max_examples=200, deadline=None)
@given(*A_PROBLEM)
def test_every_search_keeps_the_limits_on_many_problems(children: int, seed: int, alpha: float) -> None:
    searches_hold(children, seed, alpha)


def searches_hold(children: int, seed: int, alpha: float) -> None:
    problem = drawn(children, seed, alpha)
    found = fewest_leaves(problem, turns(12), seed=seed, enough=lambda: 1)
    tree = measured(problem, found.successor)
    assert checked(problem, successors(found.successor))[0] == tree.leaves == found.leaves
    assert apart(problem) <= found.leaves
    bounds = list(leaves_bound(problem, turns(12), paths_of(found.successor), lambda: found.leaves))
    assert bounds == sorted(bounds)
    assert bounds[-1] <= found.leaves
    safer = measured(
        problem, least_danger(problem, found.successor, turns(2), most_leaves=found.leaves, seed=seed)
    )
    assert safer.leaves <= found.leaves
    assert danger_floor(problem) - 1e-9 <= safer.danger <= tree.danger + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 25), st.integers(0, 10_000), st.integers(1, 3_000))
def test_the_annealing_keeps_exact_accounts(children: int, seed: int, moves: int) -> None:
    problem = drawn(children, seed, 1.6)
    start = fewest_leaves(problem, turns(20), seed=seed, enough=lambda: 1)
    terms = _terms(problem)
    best, danger = anneal(terms, start.successor, Heat(start.leaves, 4.0, 0.3, 0.01, moves, seed))
    tree = measured(problem, best)
    assert tree.danger == pytest.approx(danger)
    again = grown(terms, best)
    assert again.walked == pytest.approx(tree.walked)
    assert int(again.tally[0]) == tree.leaves


def test_the_same_seed_and_as_much_work_give_the_same_paths() -> None:
    problem = drawn(40, 3)
    one, same = (fewest_leaves(problem, turns(20), seed=5, enough=lambda: 1) for _ in range(2))
    assert np.array_equal(one.successor, same.successor)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(1, 6))])
def test_exact_and_annealed_agree_on_a_dozen_children(seed: int) -> None:
    problem = drawn(12, seed, 1.4)
    start = fewest_leaves(problem, turns(40), seed=0, enough=lambda: 1)
    exact = exact_leaves(problem, soon(), start=start.successor, seed=0, floor=1)
    assert exact.bound <= start.leaves
    safe = exact_danger(problem, soon(), start=start.successor, seed=0, most_leaves=start.leaves)
    assert safe.successor is not None
    least = measured(problem, safe.successor).danger
    assert least == pytest.approx(safe.bound)
    annealed = least_danger(problem, start.successor, turns(6), most_leaves=start.leaves, seed=0)
    assert measured(problem, annealed).danger >= least - 1e-9


def test_homes_at_one_address_and_at_the_school_make_one_line() -> None:
    walk = np.zeros((6, 6))
    problem = BusProblem.within(walk, np.ones((6, 6)), 1.0)
    plan = plan_bus(problem, soon(), seed=0)
    assert plan.tree.leaves == plan.leaves_bound == 1
    assert plan.tree.worst_detour == 1.0


def test_a_number_of_lines_that_cannot_be_is_refused_with_what_is_proved() -> None:
    walk = np.hypot(
        *(np.array([[0, 5, -5], [0, 0, 0]])[:, :, None] - np.array([[0, 5, -5], [0, 0, 0]])[:, None])
    )
    problem = BusProblem.within(walk, np.ones((3, 3)), 1.2)
    with pytest.raises(HygieError, match="au moins 2"):
        plan_bus(problem, soon(), seed=0, most_leaves=1)
    assert plan_bus(problem, soon(), seed=0, most_leaves=2).tree.leaves == 2


def test_more_lines_than_needed_never_cost_danger() -> None:
    problem = drawn(10, 4, 1.5)
    few = plan_bus(problem, soon(), seed=0)
    more = plan_bus(problem, soon(), seed=0, most_leaves=few.tree.leaves + 1)
    assert more.tree.danger <= few.tree.danger + 1e-9
    assert more.safest_proved


@pytest.mark.parametrize(
    "change",
    [
        {"alpha": 0.9},
        {"alpha": float("nan")},
        {"danger": -1.0},
        {"danger": float("inf")},
        {"walk": float("nan")},
    ],
)
def test_numbers_that_mean_nothing_are_refused(change: dict[str, float]) -> None:
    good = drawn(4, 0)
    walk, danger = good.walk.copy(), good.danger.copy()
    walk[1, 2] = walk[2, 1] = change.get("walk", walk[1, 2])
    danger[1, 2] = change.get("danger", danger[1, 2])
    with pytest.raises(ValueError, match=r"finite|within"):
        BusProblem.within(walk, danger, change.get("alpha", 1.2))


def test_a_circle_and_a_walk_too_long_are_no_tree() -> None:
    problem = drawn(4, 0, 1.0)
    with pytest.raises(ValueError, match="circles"):
        measured(problem, np.array([0, 2, 1, 0, 0]))
    with pytest.raises(ValueError, match="limit"):
        measured(problem, np.array([0, 2, 3, 4, 0]))


@pytest.mark.parametrize("children", [300, 1_000])
def test_too_many_children_to_prove_get_a_partial_answer_in_the_time_given(children: int) -> None:
    problem = drawn(children, 1, 1.3)
    start = time.process_time()
    plan = plan_bus(problem, soon(3.0), seed=0)
    assert time.process_time() - start < 40  # of the processor: the machine may be busy
    checked(problem, successors(plan.tree.successor))
    assert 1 <= plan.leaves_bound <= plan.tree.leaves < children
    assert plan.fewest_proved == (plan.tree.leaves == plan.leaves_bound)


def test_the_solver_is_loaded_by_the_first_exact_search_only() -> None:
    code = (
        "import sys, hygie.engines.walking.bus_plan; "
        "from hygie.engines.walking.bus_exact_door import exact_searches; "
        "assert 'ortools' not in sys.modules; "
        "exact_searches(); assert 'ortools' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)  # noqa: S603  # our own words
