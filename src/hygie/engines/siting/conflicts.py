"""Why nothing is possible: the smallest set of constraints that cannot hold together.

A deletion filter (Chinneck and Dravnieks, 1991): each constraint in turn is left out; when it is
still impossible without it, it has no part in the conflict and stays out. None of those that remain
can be spared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from hygie.engines.kernel.french import counted, listing, number
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.siting.capacity import served_by_program
from hygie.engines.siting.covering import least_cover
from hygie.engines.siting.problem import COVERING, Constraint, Objective, Problem
from hygie.engines.siting.rows import Booleans, Positions, cover_rows

_ORDER = (
    *(Constraint.BUDGET, Constraint.NUMBER, Constraint.CAPACITY),
    *(Constraint.LIMIT, Constraint.KEPT, Constraint.EXCLUDED),
)


def conflict(problem: Problem, *, unit: float, seconds: float) -> tuple[tuple[Constraint, str], ...]:
    """The constraints that cannot hold together, in words; empty when they can.

    Parameters
    ----------
    problem
        As asked.
    unit
        Units of distance in a minute, for the words.
    seconds
        Longest time of each program.
    """
    if possible(problem, seconds):
        return ()
    left = problem
    held = []
    for constraint in _ORDER:
        if not active(left, constraint):
            continue
        without = relaxed(left, constraint)
        if possible(without, seconds):
            held.append(constraint)
        else:
            left = without
    return tuple((one, words(problem, one, unit)) for one in held) or (
        (Constraint.CANDIDATES, "des habitants n’ont de trajet vers aucun candidat"),
    )


def active(problem: Problem, constraint: Constraint) -> bool:
    """Whether the problem has such a constraint."""
    return {
        Constraint.NUMBER: problem.most is not None,
        Constraint.BUDGET: bool(np.isfinite(problem.budget)),
        Constraint.CAPACITY: problem.capacity is not None,
        Constraint.LIMIT: problem.limit is not None and problem.objective is not Objective.MAX_COVER,
        Constraint.KEPT: bool(problem.kept.any()),
        Constraint.EXCLUDED: bool(problem.excluded.any()),
        Constraint.CANDIDATES: False,
    }[constraint]


def relaxed(problem: Problem, constraint: Constraint) -> Problem:
    """The problem without one constraint; a number of sites and a limit go as far as they can."""
    nothing = np.zeros(len(problem.sites), np.bool_)
    changes: dict[Constraint, dict[str, Any]] = {
        Constraint.NUMBER: {"most": None},
        Constraint.BUDGET: {"budget": np.inf},
        Constraint.CAPACITY: {"capacity": None},
        Constraint.LIMIT: {"limit": UNREACHABLE - 1 if problem.objective in COVERING else None},
        Constraint.KEPT: {"kept": nothing},
        Constraint.EXCLUDED: {"excluded": nothing},
    }
    return replace(problem, **changes[constraint])


def possible(problem: Problem, seconds: float) -> bool:
    """Whether some sites keep every constraint.

    Raises
    ------
    TimeoutError
        If the time was too short to tell.
    """
    part = usable_part(problem)
    if part is None:
        return False
    if part.objective is Objective.MAX_COVER or (part.limit is None and part.capacity is None):
        return True
    if part.capacity is None:
        distance = part.distance[part.people + part.weight > 0]
        bits = cover_rows(distance, int(part.limit or 0)).bits
        return least_cover(bits, part.rules, np.ones(len(part.sites)), seconds=seconds) is not None
    if part.limit is None:
        return _enough_capacity(part, seconds)
    counting = replace(part, objective=Objective.COVER)
    everything = np.ones(len(part.sites), np.bool_)
    return served_by_program(counting, everything, radius=part.limit, seconds=seconds) is not None


def usable_part(problem: Problem) -> Problem | None:
    """The problem over the sites not excluded; None when kept sites and prices already allow nothing."""
    usable = np.flatnonzero(~problem.excluded)
    kept = np.flatnonzero(problem.kept)
    if (problem.kept & problem.excluded).any() or not usable.size or not problem.rules.allows(kept):
        return None
    part = narrowed(problem, usable)
    return None if not kept.size and part.price.min() > part.budget else part


def _enough_capacity(problem: Problem, seconds: float) -> bool:
    """Whether some allowed sites can hold everyone, wherever they live."""
    assert problem.capacity is not None  # noqa: S101  # the caller's
    one = replace(
        problem,
        objective=Objective.COVER,
        distance=np.zeros((1, len(problem.sites)), np.int32),
        weight=np.array([1.0]),
        people=np.array([float(problem.people.sum())]),
        limit=0,
    )
    return (
        served_by_program(one, np.ones(len(problem.sites), np.bool_), radius=0, seconds=seconds) is not None
    )


def narrowed(problem: Problem, sites: Positions) -> Problem:
    """The problem over some of its sites."""
    return replace(
        problem,
        sites=tuple(problem.sites[j] for j in sites.tolist()),
        distance=np.ascontiguousarray(problem.distance[:, sites]),
        kept=problem.kept[sites],
        excluded=problem.excluded[sites],
        price=problem.price[sites],
        most=None if problem.most is None else min(problem.most, sites.size),
        capacity=None if problem.capacity is None else problem.capacity[sites],
    )


def words(problem: Problem, constraint: Constraint, unit: float) -> str:
    """The constraint in French, with its numbers."""
    limit = problem.limit or 0
    away = number(limit / unit, 0 if limit % unit == 0 else 1)
    return {
        Constraint.NUMBER: f"au plus {counted(problem.most or 0, 'site ouvert', 'sites ouverts')}",
        Constraint.BUDGET: f"un budget de {_euros(problem.budget)}",
        Constraint.CAPACITY: "la capacité des sites",
        Constraint.LIMIT: f"tous à {away}\u00a0minutes au plus",
        Constraint.KEPT: f"garder {_named(problem, problem.kept)}",
        Constraint.EXCLUDED: f"exclure {_named(problem, problem.excluded)}",
        Constraint.CANDIDATES: "les candidats donnés",
    }[constraint]


def _euros(budget: float) -> str:
    return counted(budget, "euro", "euros") if np.isfinite(budget) else "toute somme"


def _named(problem: Problem, marked: Booleans) -> str:
    ids = [problem.sites[j] for j in np.flatnonzero(marked).tolist()]
    if len(ids) <= _NAMED:
        return listing(ids)
    return f"{listing(ids[:_NAMED])} et {counted(len(ids) - _NAMED, 'autre site', 'autres sites')}"


_NAMED = 5
