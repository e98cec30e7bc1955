"""Sites chosen among 500, for 8,600 demands of a town, beside spopt on the same matrix.

spopt builds its programs pair by pair: on the whole, that alone takes minutes, and its p-median and
p-center hold 4.3 million variables. It is asked a part, which we answer too and compare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp
from benchmarks.tasks import Question, Task
from benchmarks.work import Floats, Work
from spopt.locate import MCLP, PCenter, PMedian

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, to_minutes
from hygie.engines.siting.median import Effort
from hygie.engines.siting.problem import Answer, Objective, Problem
from hygie.engines.siting.solve import solve

DEMANDS, SITES, OPEN, MINUTES = 8_600, 500, 10, 10.0
PARTS = {Objective.P_MEDIAN: (400, 80), Objective.P_CENTER: (120, 30), Objective.MAX_COVER: (2_150, 500)}
"""Demands and sites of the part that spopt is asked: what it answers in some seconds."""

QUICK = Effort(shakes=4, rounds=150, arcs=0)
"""Of a p-median within half a percent; the command searches on, to the proof where it can."""

SAME = 1e-4
"""Cost, in person-minutes or minutes, relative to one, by which two optima may differ."""

SECONDS = 120


@dataclass(frozen=True)
class _Town:
    """Walks of homes drawn with a seed to sites drawn among the nodes that hold a place."""

    distance: Any
    people: Floats

    def part(self, objective: Objective) -> _Town:
        rng = np.random.default_rng(1)
        demands, sites = (
            np.sort(rng.choice(size, n, replace=False))
            for size, n in zip(self.distance.shape, PARTS[objective], strict=True)
        )
        return _Town(np.ascontiguousarray(self.distance[np.ix_(demands, sites)]), self.people[demands])

    def problem(self, objective: Objective) -> Problem:
        sites = self.distance.shape[1]
        none = np.zeros(sites, np.bool_)
        limit = int(MINUTES * TICKS_PER_MINUTE) if objective is Objective.MAX_COVER else None
        return Problem(
            objective=objective,
            sites=tuple(map(str, range(sites))),
            distance=self.distance,
            weight=self.people,
            people=self.people,
            kept=none,
            excluded=none,
            price=np.zeros(sites),
            most=OPEN,
            limit=limit,
        )

    def minutes(self) -> Floats:
        return np.nan_to_num(to_minutes(self.distance), nan=4_096.0)


def _town(work: Work) -> _Town:
    rng = np.random.default_rng(0)
    homes = np.sort(rng.choice(len(work.home), DEMANDS, replace=False))
    nodes = np.sort(rng.choice(np.unique(work.place), SITES, replace=False))
    distance = work.travel.each(work.at(work.home[homes]), work.at(nodes))
    return _Town(np.minimum(distance, UNREACHABLE), work.people[homes])


def _ours(town: _Town, objective: Objective) -> Answer:
    effort = QUICK if objective is Objective.P_MEDIAN and len(town.people) == DEMANDS else Effort()
    return solve(town.problem(objective), effort, explain=False)


def _solver() -> Any:
    return pulp.PULP_CBC_CMD(msg=False, timeLimit=SECONDS)


def _asked(build: Callable[[], Any], value: Callable[[float], float]) -> Callable[[], Floats]:
    def ask() -> Floats:
        model = build()
        model.solve(_solver(), results=False)
        return np.array([value(float(model.problem.objective.value()))])

    return ask


def _near(expected: Floats) -> float:
    return SAME * max(1.0, float(expected[0]))


def _words(objective: Objective) -> str:
    demands, sites = PARTS[objective]
    scaled = "scaled by the demands" if objective is Objective.MAX_COVER else "not scaled"
    return f"{demands} demands and {sites} sites of the {DEMANDS} and {SITES}, {scaled}"


def p_median(work: Work) -> Task:
    """Ten sites of least total walk; the gap is proved below half a percent."""
    town = _town(work)
    gap = _ours(town, Objective.P_MEDIAN).gap
    if gap is None or gap > 0.005:
        raise RuntimeError(f"the gap of p_median is {gap}")

    def spopt() -> Question:
        part = town.part(Objective.P_MEDIAN)
        expected = np.array([(_ours(part, Objective.P_MEDIAN).cost or 0.0) / TICKS_PER_MINUTE])
        ask = _asked(
            lambda: PMedian.from_cost_matrix(part.minutes(), part.people, p_facilities=OPEN), lambda v: v
        )
        return Question(ask, expected, 1, measured_on=_words(Objective.P_MEDIAN), tolerance=_near(expected))

    return Task("p_median", lambda: _ours(town, Objective.P_MEDIAN), {"spopt": spopt}, limit_s=1.0)


def p_center(work: Work) -> Task:
    """Ten sites that bring the farthest resident nearest, exactly."""
    town = _town(work)

    def spopt() -> Question:
        part = town.part(Objective.P_CENTER)
        expected = np.array([(_ours(part, Objective.P_CENTER).cost or 0.0) / TICKS_PER_MINUTE])
        ask = _asked(lambda: PCenter.from_cost_matrix(part.minutes(), p_facilities=OPEN), lambda v: v)
        return Question(ask, expected, 1, measured_on=_words(Objective.P_CENTER), tolerance=_near(expected))

    return Task("p_center", lambda: _ours(town, Objective.P_CENTER), {"spopt": spopt}, limit_s=5.0)


def max_cover(work: Work) -> Task:
    """Ten sites with most residents within ten minutes, exactly."""
    town = _town(work)
    answer = _ours(town, Objective.MAX_COVER)
    if answer.gap is None or answer.gap > 1e-5:
        raise RuntimeError(f"max_cover is not proved: {answer.gap}")

    def spopt() -> Question:
        part = town.part(Objective.MAX_COVER)
        minutes, everyone = part.minutes(), float(part.people.sum())
        expected = np.array([_ours(part, Objective.MAX_COVER).cost or 0.0])

        def build() -> Any:
            return MCLP.from_cost_matrix(minutes, part.people, service_radius=MINUTES, p_facilities=OPEN)

        ask = _asked(build, lambda v: everyone - v)
        scale = DEMANDS / PARTS[Objective.MAX_COVER][0]
        return Question(ask, expected, 1, scale, _words(Objective.MAX_COVER), tolerance=0.5)

    return Task(
        "max_cover", lambda: _ours(town, Objective.MAX_COVER), {"spopt": spopt}, {"spopt": 50}, limit_s=1.0
    )
