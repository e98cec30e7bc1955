"""Exact search of walking buses by constraint programming, for some thirty children.

Lengths are rounded down and limits up, so that no tree is lost; a tree that the rounding let through is
forbidden by the way that is too long, and the search goes on. What is proved holds for the numbers as
given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from hygie.engines.walking.bus import SCHOOL, BusProblem, Integers, Left, measured

_STEPS = 1_000_000
"""Whole numbers that the longest limit is told in."""
_MOST_DECIMALS = 6
_LINEAR = 2
"""All of the model is given to the linear relaxation: what is slow to prove is proved ten times faster."""
_WORKERS = 1
"""One, so that a seed always gives the same tree."""

Arc = tuple[int, int]
"""Child, then its successor."""


@dataclass(frozen=True)
class Exact:
    """What was found, None when nothing was, and what no tree can be under."""

    successor: Integers | None
    bound: float


@dataclass
class _Model:
    """A model, its arcs by (child, successor), and the ways found too long."""

    problem: BusProblem
    arcs: dict[Arc, cp_model.IntVar]
    model: cp_model.CpModel
    best: float = 0.0
    solver: cp_model.CpSolver = field(default_factory=cp_model.CpSolver)

    def search(self, left: Left, seed: int) -> Integers | None:
        """Successors of the best tree, or None; ``best`` is then what is proved."""
        while (seconds := left()) > 0:
            self.solver = cp_model.CpSolver()
            parameters = self.solver.parameters
            parameters.max_time_in_seconds = seconds
            parameters.num_workers, parameters.random_seed = _WORKERS, seed % 2**31
            parameters.linearization_level = _LINEAR
            status = self.solver.solve(self.model)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return None
            self.best = max(self.best, self.solver.best_objective_bound)
            successor = self._successors()
            too_long = list(_too_long(self.problem, successor))
            if not too_long:
                return successor
            for way in too_long:
                self.model.add_bool_or([self.arcs[arc].negated() for arc in way])
        return None

    def _successors(self) -> Integers:
        successor = np.zeros(self.problem.children + 1, np.int64)
        for (child, onward), chosen in self.arcs.items():
            if self.solver.boolean_value(chosen):
                successor[child] = onward
        return successor

    def hint(self, successor: Integers) -> None:
        """Start the search from a tree."""
        for (child, onward), chosen in self.arcs.items():
            self.model.add_hint(chosen, bool(successor[child] == onward))


def exact_leaves(problem: BusProblem, left: Left, *, start: Integers, seed: int, floor: int) -> Exact:
    """The fewest leaves: paths from the school that keep to the limits, as few as possible.

    Parameters
    ----------
    problem
        Children and limits; some thirty children at most.
    left
        Seconds left; what is proved by then is given.
    start
        A tree to start from, shape (n + 1,).
    seed
        Of the search.
    floor
        A number of leaves already proved necessary.
    """
    model, arcs = cp_model.CpModel(), _arcs(problem)
    literals, starts = [], []
    chosen: dict[Arc, cp_model.IntVar] = {}
    for child in range(1, problem.children + 1):
        ends = model.new_bool_var("")
        literals.append((child, SCHOOL, ends))
        starts.append(ends)
    for child, onward in arcs:
        chosen[child, onward] = model.new_bool_var("")
        literals.append((onward, child, chosen[child, onward]))
    model.add_multiple_circuit(literals)
    _keep_limits(problem, model, chosen)
    model.add(sum(starts) >= floor)
    model.minimize(sum(starts))
    work = _Model(problem, chosen, model, float(floor))
    if not np.any(np.bincount(start[1:], minlength=problem.children + 1)[1:] > 1):
        work.hint(start)
    found = work.search(left, seed)
    return Exact(found, float(np.ceil(work.best - 1e-6)))


def exact_danger(problem: BusProblem, left: Left, *, start: Integers, seed: int, most_leaves: int) -> Exact:
    """The least danger of a tree of at most ``most_leaves`` leaves; as ``exact_leaves``."""
    model = cp_model.CpModel()
    chosen = {arc: model.new_bool_var("") for arc in _arcs(problem)}
    _keep_limits(problem, model, chosen)
    leaves = []
    for child in range(1, problem.children + 1):
        model.add_exactly_one(literal for (one, _), literal in chosen.items() if one == child)
        behind = [literal for (_, onward), literal in chosen.items() if onward == child]
        leaf = model.new_bool_var("")
        model.add(sum(behind) + leaf >= 1)
        for literal in behind:
            model.add_implication(literal, leaf.negated())
        leaves.append(leaf)
    model.add(sum(leaves) <= most_leaves)
    for (child, onward), literal in chosen.items():
        if child < onward and (onward, child) in chosen:
            model.add_bool_or([literal.negated(), chosen[onward, child].negated()])
    scale = _decimals(problem)
    costs = np.floor(problem.danger * scale + 1e-6).astype(np.int64)
    model.minimize(sum(int(costs[arc]) * literal for arc, literal in chosen.items()))
    work = _Model(problem, chosen, model)
    work.hint(start)
    found = work.search(left, seed)
    return Exact(found, float(np.ceil(work.best - 1e-6)) / scale)


def _arcs(problem: BusProblem) -> list[Arc]:
    children, onwards = np.nonzero(problem.usable)
    return list(zip(children.tolist(), onwards.tolist(), strict=True))


def _keep_limits(problem: BusProblem, model: cp_model.CpModel, chosen: Mapping[Arc, cp_model.IntVar]) -> None:
    """Each child walks at least as far as its successor and the road between, within its limit."""
    longest = float(problem.allowed[1:].max())
    scale = _STEPS / longest if longest > 0 else 1.0
    straight = np.floor(problem.walk * scale).astype(np.int64)
    limit = np.ceil(problem.allowed * scale).astype(np.int64)
    walked = [
        model.new_int_var(int(straight[child, SCHOOL]), int(max(limit[child], straight[child, SCHOOL])), "")
        for child in range(problem.children + 1)
    ]
    for (child, onward), literal in chosen.items():
        if onward != SCHOOL:
            model.add(walked[child] >= walked[onward] + int(straight[child, onward])).only_enforce_if(literal)
    _no_idle_ring(problem, model, chosen, straight)


def _no_idle_ring(
    problem: BusProblem,
    model: cp_model.CpModel,
    chosen: Mapping[Arc, cp_model.IntVar],
    straight: Integers,
) -> None:
    """Children of one address could follow each other in circles: number them where a road has no length."""
    rank = [model.new_int_var(0, problem.children, "") for _ in range(problem.children + 1)]
    for (child, onward), literal in chosen.items():
        if onward != SCHOOL and straight[child, onward] == 0:
            model.add(rank[child] >= rank[onward] + 1).only_enforce_if(literal)


def _too_long(problem: BusProblem, successor: Integers) -> Iterator[list[Arc]]:
    """Ways that are over the limit of the child that starts them, by their arcs."""
    try:
        measured(problem, successor)
    except ValueError:
        for child in range(1, problem.children + 1):
            way, walked, node = [], 0.0, child
            while node != SCHOOL:
                onward = int(successor[node])
                way.append((node, onward))
                walked += float(problem.walk[node, onward])
                node = onward
            if walked > problem.allowed[child]:
                yield way


def _decimals(problem: BusProblem) -> int:
    """The power of ten that makes every danger whole, as far as six decimals do."""
    for decimals in range(_MOST_DECIMALS):
        scaled = problem.danger * 10**decimals
        if np.allclose(scaled, np.rint(scaled), rtol=0, atol=1e-7):
            return int(10**decimals)
    return int(10**_MOST_DECIMALS)
