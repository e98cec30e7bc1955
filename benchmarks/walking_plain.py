"""What walking buses are compared with: a plain constraint model, and a plain greedy heuristic."""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python import cp_model

from hygie.engines.walking.bus import SCHOOL, BusProblem, Floats, Integers

_STEPS = 10_000
"""Whole numbers that one unit of length is told in."""
_CENTS = 100
"""Dangers have two decimals."""
_THREADS = 2


class PlainModel:
    """The problem as a textbook writes it: one successor a child, walks that add up, leaves counted.

    It shares nothing with the engine: no bound, no arc left out, the solver's own settings. It starts
    from each child walking alone, so that it always has an answer.
    """

    def __init__(self, problem: BusProblem) -> None:
        self.problem, n = problem, problem.children
        self.model = cp_model.CpModel()
        pairs = [(i, j) for i in range(1, n + 1) for j in range(n + 1) if i != j]
        self.goes = {pair: self.model.new_bool_var("") for pair in pairs}
        longest = [math.ceil(limit * _STEPS) for limit in problem.allowed]
        walked = [self.model.new_int_var(0, longest[i] if i else 0, "") for i in range(n + 1)]
        rank = [self.model.new_int_var(0, n if i else 0, "") for i in range(n + 1)]
        self.leaf = [self.model.new_bool_var("") for _ in range(n)]
        for (i, j), goes in self.goes.items():
            step = math.floor(problem.walk[i, j] * _STEPS)
            self.model.add(walked[i] >= walked[j] + step).only_enforce_if(goes)
            self.model.add(rank[i] >= rank[j] + 1).only_enforce_if(goes)
        for child in range(1, n + 1):
            self.model.add_hint(self.goes[child, SCHOOL], value=True)
            self.model.add_exactly_one(self.goes[child, j] for j in range(n + 1) if j != child)
            behind = [self.goes[i, child] for i in range(1, n + 1) if i != child]
            self.model.add(sum(behind) + self.leaf[child - 1] >= 1)

    def fewest(self, seconds: float) -> int:
        """Leaves of the best tree found in this time; one a child when none was."""
        self.model.minimize(sum(self.leaf))
        return round(self._solved(seconds, self.problem.children))

    def safest(self, leaves: int, seconds: float) -> float:
        """Danger of the best tree of so many leaves found in this time; infinite when none was."""
        self.model.add(sum(self.leaf) <= leaves)
        cents = np.rint(self.problem.danger * _CENTS).astype(np.int64)
        self.model.minimize(sum(int(cents[pair]) * goes for pair, goes in self.goes.items()))
        return self._solved(seconds, math.inf) / _CENTS

    def _solved(self, seconds: float, otherwise: float) -> float:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = _THREADS
        found = solver.solve(self.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return float(solver.objective_value) if found else otherwise


def farthest_first(problem: BusProblem) -> Integers:
    """Successors by farthest-first cheapest insertion, the greedy of deadlines (Solomon, 1987).

    The farthest child without a line starts one; then the child who lengthens it least, where it does,
    is let in until no limit lets anybody. One pass, no improvement. On the published instances it has
    leaves about as few as the published answers.
    """
    successor = np.zeros(problem.children + 1, np.int64)
    waiting = np.ones(problem.children + 1, np.bool_)
    waiting[SCHOOL] = False
    while waiting.any():
        line = [int(np.where(waiting, problem.walk[:, SCHOOL], -1.0).argmax())]
        waiting[line[0]] = False
        while True:
            longer = _longer(problem, [SCHOOL, *line])
            longer[:, ~waiting] = np.inf
            at, child = divmod(int(longer.argmin()), len(waiting))
            if math.isinf(longer[at, child]):
                break
            line.insert(at, child)
            waiting[child] = False
        successor[line] = [SCHOOL, *line[:-1]]
    return successor


def _longer(problem: BusProblem, way: list[int]) -> Floats:
    """How much longer a way from the school gets with each child after each node; infinite: too long."""
    walk, here, onward = problem.walk, np.array(way), np.array(way[1:])
    legs = walk[here[:-1], onward]
    walked = np.concatenate([[0.0], np.cumsum(legs)])
    spare = np.minimum.accumulate((problem.allowed[onward] - walked[1:])[::-1])[::-1]
    longer = walk[here].copy()
    longer[:-1] += walk[onward] - legs[:, None]
    fits = walked[:, None] + walk[here] <= problem.allowed
    fits[:-1] &= longer[:-1] <= spare[:, None]
    return np.where(fits, longer, np.inf)
