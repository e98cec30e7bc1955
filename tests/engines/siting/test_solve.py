"""Siting against every set of sites, one after the other, and its properties."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.siting.oracle import best_cost, cost_of, problem_of

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.siting.conflicts import active, possible, relaxed
from hygie.engines.siting.median import Effort
from hygie.engines.siting.problem import Constraint, Objective, Problem
from hygie.engines.siting.solve import solve

SHORT = settings(max_examples=60, deadline=None)


def line(objective: Objective = Objective.P_MEDIAN, **changes: object) -> Problem:
    """Five demands of one along a street, a site at each, one minute apart."""
    spots = np.arange(5)
    plain = Problem(
        objective=objective,
        sites=("a", "b", "c", "d", "e"),
        distance=np.abs(spots[:, None] - spots[None]).astype(np.int32),
        weight=np.ones(5),
        people=np.ones(5),
        kept=np.zeros(5, np.bool_),
        excluded=np.zeros(5, np.bool_),
        price=np.zeros(5),
        most=1,
        limit=1 if objective in {Objective.COVER, Objective.MAX_COVER} else None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # one field or another


@SHORT
@given(st.integers(0, 2**32), st.booleans())
def test_the_cost_is_that_of_the_best_of_all_sets(seed: int, capacities: bool) -> None:
    problem = problem_of(np.random.default_rng(seed), capacities=capacities)
    expected = best_cost(problem)
    answer = solve(problem, unit=1.0, explain=False)
    if expected is None:
        assert not answer.feasible
        assert answer.cost is None
        return
    assert answer.feasible
    assert answer.cost is not None
    assert answer.cost == pytest.approx(expected, abs=1e-5)
    assert answer.bound is not None
    assert answer.bound <= answer.cost + 1e-9
    assert answer.cost - answer.bound <= 1e-4 * max(1.0, answer.cost)


@SHORT
@given(st.integers(0, 2**32))
def test_the_sites_keep_every_constraint_and_cost_what_is_said(seed: int) -> None:
    problem = problem_of(np.random.default_rng(seed))
    answer = solve(problem, unit=1.0, explain=False)
    if not answer.feasible:
        return
    chosen = answer.sites.tolist()
    assert not problem.excluded[chosen].any()
    assert problem.kept.sum() == problem.kept[chosen].sum()
    assert problem.price[chosen].sum() <= problem.budget
    assert len(chosen) <= (problem.most or len(problem.sites))
    assert cost_of(problem, chosen) == pytest.approx(answer.cost)
    served = answer.assignment >= 0
    near = problem.distance[np.arange(len(served)), np.maximum(answer.assignment, 0)]
    assert (near[served] == problem.distance[:, chosen].min(axis=1)[served]).all()


@SHORT
@given(st.integers(0, 2**32), st.booleans())
def test_a_conflict_is_one_and_none_of_its_constraints_can_be_spared(seed: int, capacities: bool) -> None:
    problem = problem_of(np.random.default_rng(seed), capacities=capacities)
    answer = solve(problem, unit=1.0, explain=False)
    named = {constraint for constraint, _ in answer.conflict}
    if answer.feasible or named == {Constraint.CANDIDATES}:
        return
    alone = problem
    for constraint in Constraint:
        if active(problem, constraint) and constraint not in named:
            alone = relaxed(alone, constraint)
    assert not possible(alone, 10.0)
    for constraint in named:
        assert possible(relaxed(alone, constraint), 10.0)


@SHORT
@given(st.integers(0, 2**32))
def test_one_more_site_never_costs_more_and_the_seed_tells_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    distance = rng.integers(0, 1000, (30, 12)).astype(np.int32)
    weight, none = rng.random(30), np.zeros(12, np.bool_)
    objective = list(Objective)[seed % 4]
    if objective is Objective.COVER:
        return
    names = tuple(map(str, range(12)))
    limit = 200 if objective is Objective.MAX_COVER else None
    price = np.zeros(12)
    plain = Problem(objective, names, distance, weight, weight, none, none, price, most=1, limit=limit)
    costs = []
    for most in (1, 2, 3, 5, 12):
        first, again = (solve(replace(plain, most=most), Effort(seed=7), unit=1.0) for _ in range(2))
        assert first.sites.tolist() == again.sites.tolist()
        assert first.cost is not None
        costs.append(first.cost)
        if first.more is not None and most < 3:
            more = solve(replace(plain, most=most + 1), unit=1.0, explain=False)
            assert more.cost is not None
            assert more.cost <= first.cost - first.more + 1e-6 * max(first.cost, 1.0)
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(costs))


def test_four_questions_along_a_street() -> None:
    assert solve(line(), unit=1.0).sites.tolist() == [2]
    assert solve(line(most=2), unit=1.0).cost == 3
    assert solve(line(Objective.P_CENTER), unit=1.0).cost == 2
    assert solve(line(Objective.COVER, most=None), unit=1.0).cost == 2
    assert solve(line(Objective.MAX_COVER), unit=1.0).cost == 2


def test_a_threshold_is_inclusive_and_nobody_served_is_everybody_left() -> None:
    one = line(Objective.MAX_COVER, limit=2)
    assert solve(one, unit=1.0).cost == 0
    far = replace(one, distance=one.distance + 10)
    assert solve(far, unit=1.0).cost == 5


def test_what_holds_the_answer_back_is_told_with_what_it_costs() -> None:
    kept = np.array([True, False, False, False, False])
    answer = solve(line(kept=kept), unit=1.0)
    assert answer.cost == 10
    assert [(one.constraint, one.gain) for one in answer.binding] == [(Constraint.KEPT, 4.0)]
    assert "garder a" in answer.binding[0].words
    assert answer.more == 7
    priced = line(price=np.array([0.0, 5, 9, 5, 5]), budget=6.0)
    told = solve(priced, unit=1.0)
    assert told.cost == 7
    assert [(one.constraint, one.gain) for one in told.binding] == [(Constraint.BUDGET, 1.0)]


def test_conflicts_are_told_in_words() -> None:
    both = np.array([True, False, False, False, False])
    told = solve(line(kept=both, excluded=both), unit=1.0).conflict
    assert [constraint for constraint, _ in told] == [Constraint.KEPT, Constraint.EXCLUDED]
    small = solve(line(capacity=np.full(5, 2.0), most=2), unit=1.0).conflict
    assert [constraint for constraint, _ in small] == [Constraint.NUMBER, Constraint.CAPACITY]
    assert [words for _, words in small] == ["au plus 2\u00a0sites ouverts", "la capacité des sites"]
    near = solve(line(Objective.COVER, most=1), unit=1.0).conflict
    assert [constraint for constraint, _ in near] == [Constraint.NUMBER, Constraint.LIMIT]
    poor = solve(line(price=np.full(5, 9.0), budget=3.0), unit=1.0).conflict
    assert [constraint for constraint, _ in poor] == [Constraint.BUDGET]


def test_those_whom_no_candidate_reaches_weigh_nothing_or_make_a_cover_impossible() -> None:
    distance = line().distance.copy()
    distance[0] = UNREACHABLE
    answer = solve(line(distance=distance), unit=1.0)
    assert answer.assignment[0] == -1
    assert answer.cost == 4
    assert "trajet" in answer.warnings[0]
    covering = solve(line(Objective.COVER, most=None, distance=distance), unit=1.0)
    assert [constraint for constraint, _ in covering.conflict] == [Constraint.CANDIDATES]


def test_capacities_share_the_people_of_a_demand() -> None:
    problem = line(most=2, people=np.full(5, 2.0), capacity=np.full(5, 5.0))
    answer = solve(problem, unit=1.0)
    load = np.zeros(5)
    for share in answer.shares:
        load[share.site] += share.part * 2.0
    alone = set(range(5)) - {share.demand for share in answer.shares}
    for demand in alone:
        load[answer.assignment[demand]] += 2.0
    assert answer.shares
    assert load.max() <= 5.0 + 1e-6
    assert load.sum() == pytest.approx(10.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"most": 0},
        {"most": 6},
        {"weight": np.array([1.0, np.nan, 1, 1, 1])},
        {"weight": np.array([1.0, -1.0, 1, 1, 1])},
        {"people": np.full(5, np.inf)},
        {"price": np.full(5, -1.0)},
        {"capacity": np.full(5, np.nan)},
        {"budget": -1.0},
        {"budget": float("nan")},
        {"limit": -1},
        {"distance": np.full((5, 5), -1, np.int32)},
        {"sites": ("a", "a", "b", "c", "d")},
    ],
)
def test_what_cannot_be_is_refused_in_french(changes: dict[str, object]) -> None:
    with pytest.raises(HygieError) as told:
        replace(line(), **changes)  # type: ignore[arg-type]  # one field or another
    assert told.value.fix


def test_a_problem_beyond_memory_is_refused_before_anything_is_computed() -> None:
    wide = np.broadcast_to(np.zeros(1, np.int32), (90_000, 500))
    none = np.zeros(500, np.bool_)
    people = np.ones(90_000)
    names = tuple(map(str, range(500)))
    with pytest.raises(HygieError, match="trop grand"):
        Problem(Objective.P_MEDIAN, names, wide, people, people, none, none, np.zeros(500), most=3)


def test_nobody_and_zero_weights_are_answered() -> None:
    empty = solve(line(weight=np.zeros(5), people=np.zeros(5)), unit=1.0)
    assert empty.feasible
    assert empty.cost == 0
    none = line(distance=np.zeros((0, 5), np.int32), weight=np.zeros(0), people=np.zeros(0))
    assert solve(none, unit=1.0).cost == 0
