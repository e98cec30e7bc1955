"""Answer a siting problem: sites, proved gap, assignment, what holds it back or makes it impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.siting.capacity import Served, opening_cost, served_by_program
from hygie.engines.siting.conflicts import active, conflict, relaxed, usable_part, words
from hygie.engines.siting.covering import least_cover, least_radius
from hygie.engines.siting.median import Effort, Found, least_distance
from hygie.engines.siting.problem import COVERING, Answer, Binding, Constraint, Objective, Problem, Share
from hygie.engines.siting.rows import Booleans, Positions, cover_rows

NO_START = np.empty(0, np.int64)

LIGHT = Effort(shakes=0, rounds=0, arcs=0)
"""Enough to say what a constraint costs, at least."""


USUAL = Effort()


def solve(
    problem: Problem, effort: Effort = USUAL, *, unit: float = TICKS_PER_MINUTE, explain: bool = True
) -> Answer:
    """Choose the sites.

    Parameters
    ----------
    problem
        What is asked.
    effort
        How far to search, and the seed.
    unit
        Units of distance in a minute, for words; cost and bound stay in units of distance.
    explain
        Whether to look for the constraints that hold the answer back.

    Returns
    -------
    Answer
        Without sites, and with its conflict, when the constraints cannot hold together.

    Raises
    ------
    HygieError
        If the problem with capacities is too large, or too hard for the time allowed.
    """
    reached = reachable(problem)
    answer = _answer(problem, reached, effort, unit)
    if not (explain and answer.feasible):
        return answer
    more = _one_more(reached, answer, effort)
    binding = tuple(_binding(reached, answer, effort, unit))
    return replace(answer, more=more, binding=binding)


def _answer(problem: Problem, reached: Problem, effort: Effort, unit: float) -> Answer:
    try:
        best = _best(reached, effort, NO_START)
        clash = () if best else conflict(reached, unit=unit, seconds=effort.seconds)
    except TimeoutError as error:
        raise HygieError(
            "Le calcul n’a pas abouti dans le temps prévu.",
            why=f"Un programme est limité à {effort.seconds:g} secondes.",
            fix="Donnez moins de candidats, ou desserrez une contrainte.",
        ) from error
    nobody = np.full(len(problem.people), -1)
    parameters: dict[str, object] = {"objective": problem.objective.value, **asdict(effort)}
    warnings = tuple(_warnings(problem, reached))
    if best is None:
        return Answer(NO_START, None, None, nobody, conflict=clash, parameters=parameters, warnings=warnings)
    assignment, shares = _assigned(reached, best)
    return Answer(
        sites=best.found.chosen,
        cost=best.found.cost,
        bound=best.found.bound,
        assignment=assignment,
        shares=shares,
        parameters=parameters,
        warnings=warnings,
    )


@dataclass(frozen=True)
class _Best:
    """A set of sites by their positions in the whole problem; ``served`` under capacities."""

    found: Found
    served: Served | None = None


def reachable(problem: Problem) -> Problem:
    """The problem with nobody where no usable site leads: they weigh the same on every answer.

    Covers keep them: not everyone can be reached then, and the answer says so.
    """
    if problem.objective in COVERING or problem.limit is not None:
        return problem
    usable = ~problem.excluded
    none = (problem.distance[:, usable] >= UNREACHABLE).all(axis=1)
    if not usable.any() or not none.any():
        return problem
    return replace(
        problem, weight=np.where(none, 0.0, problem.weight), people=np.where(none, 0.0, problem.people)
    )


def _warnings(problem: Problem, reached: Problem) -> Iterator[str]:
    if (reached.people != problem.people).any() or (reached.weight != problem.weight).any():
        yield "Des habitants n’ont de trajet vers aucun candidat\u00a0: ils ne pèsent pas dans le choix."
    if not problem.weight.any():
        yield "Personne ne pèse dans le choix\u00a0: tous les poids sont nuls."


def _best(problem: Problem, effort: Effort, start: Positions) -> _Best | None:
    """The best allowed sites; None when there are none."""
    part = usable_part(problem)
    if part is None:
        return None
    usable = np.flatnonzero(~problem.excluded)
    inner = np.flatnonzero(np.isin(usable, start))
    if part.capacity is not None:
        served = _under_capacity(part, effort)
        if served is None:
            return None
        found = replace(served.found, chosen=usable[served.found.chosen])
        return _Best(found, replace(served, site=usable[served.site]))
    solvers = {
        Objective.P_MEDIAN: _median,
        Objective.P_CENTER: _center,
        Objective.COVER: _cover,
        Objective.MAX_COVER: _max_cover,
    }
    best = solvers[part.objective](part, effort, inner)
    return None if best is None else _Best(replace(best, chosen=usable[best.chosen]))


def _asked(problem: Problem) -> Booleans:
    return problem.weight + problem.people > 0


def _median(problem: Problem, effort: Effort, start: Positions) -> Found | None:
    distance, limit = problem.distance, problem.limit
    if limit is not None:
        distance = np.where(distance <= limit, distance, UNREACHABLE).astype(np.int32)
        covering = _cover(replace(problem, objective=Objective.COVER, price=problem.price), effort, start)
        if covering is None:
            return None
        start = covering.chosen
    rules = problem.rules
    return least_distance(distance, problem.weight, rules, effort=effort, worst=UNREACHABLE, start=start)


def _center(problem: Problem, effort: Effort, _: Positions) -> Found | None:
    distance = problem.distance[_asked(problem)]
    found = least_radius(distance, problem.rules, worst=UNREACHABLE, seconds=effort.seconds)
    return None if problem.limit is not None and found.cost > problem.limit else found


def _cover(problem: Problem, effort: Effort, _: Positions) -> Found | None:
    rows = cover_rows(problem.distance[_asked(problem)], int(problem.limit or 0))
    return least_cover(rows.bits, problem.rules, opening_cost(problem), seconds=effort.seconds)


def _max_cover(problem: Problem, effort: Effort, start: Positions) -> Found:
    """A sum of distances of zero within the limit, one beyond, over merged rows."""
    rows = cover_rows(problem.distance, int(problem.limit or 0))
    beyond = (~rows.matrix(len(problem.sites))).astype(np.int32)
    weight = rows.summed(problem.weight)
    return least_distance(beyond, weight, problem.rules, effort=effort, worst=1, start=start)


def _under_capacity(problem: Problem, effort: Effort) -> Served | None:
    everything = np.ones(len(problem.sites), np.bool_)
    radius = UNREACHABLE - 1 if problem.limit is None else problem.limit
    if problem.objective is not Objective.P_CENTER:
        return served_by_program(problem, everything, radius=radius, seconds=effort.seconds)
    counting = replace(problem, objective=Objective.COVER, limit=radius)
    free = least_radius(
        problem.distance[_asked(problem)], problem.rules, worst=UNREACHABLE, seconds=effort.seconds
    )
    held = problem.distance[_asked(problem)]
    values = np.unique(held[(held >= free.bound) & (held <= radius)])
    best, first, last = None, 0, len(values) - 1
    while first <= last:
        middle = (first + last) // 2
        served = served_by_program(counting, everything, radius=int(values[middle]), seconds=effort.seconds)
        if served is None:
            first = middle + 1
        else:
            longest = float(values[middle])
            best, last = replace(served, found=Found(served.found.chosen, longest, longest)), middle - 1
    return best


def _assigned(problem: Problem, best: _Best) -> tuple[Positions, tuple[Share, ...]]:
    """The site of each demand, and the shares of those that have several."""
    chosen, demands = best.found.chosen, len(problem.people)
    if best.served is not None:
        return _shared(best.served, demands)
    if not chosen.size:
        return np.full(demands, -1), ()
    way = problem.distance[:, chosen]
    nearest = np.argmin(way, axis=1)
    farthest = problem.limit if problem.objective in COVERING else None
    within = way[np.arange(demands), nearest] <= (UNREACHABLE - 1 if farthest is None else farthest)
    return np.where(within, chosen[nearest], -1), ()


_LEAST_PART = 1e-6


def _shared(served: Served, demands: int) -> tuple[Positions, tuple[Share, ...]]:
    kept = np.flatnonzero(served.part > _LEAST_PART)
    demand, site, part = served.demand[kept], served.site[kept], served.part[kept]
    order = np.lexsort((site, -part, demand))
    demand, site, part = demand[order], site[order], part[order]
    assignment = np.full(demands, -1)
    first = np.append(True, demand[1:] != demand[:-1])[: demand.size]
    assignment[demand[first]] = site[first]
    several = np.bincount(demand, minlength=demands)[demand] > 1
    shares = [Share(*one) for one in zip(*(c[several].tolist() for c in (demand, site, part)), strict=True)]
    return assignment, tuple(shares)


def _one_more(problem: Problem, answer: Answer, effort: Effort) -> float | None:
    """What one more site would save, at least; None where it makes no sense."""
    most = problem.most
    if most is None or most >= len(problem.sites) or problem.objective is Objective.COVER:
        return None
    if problem.capacity is not None:
        return None
    return _saved(replace(problem, most=most + 1), answer, effort)


def _binding(problem: Problem, answer: Answer, effort: Effort, unit: float) -> Iterator[Binding]:
    """Constraints without which the answer would be better, and by how much at least."""
    for constraint in Constraint:
        if not active(problem, constraint) or constraint is Constraint.NUMBER:
            continue
        if problem.capacity is not None and constraint is not Constraint.CAPACITY:
            continue
        gain = _saved(relaxed(problem, constraint), answer, effort)
        if gain is not None and gain > 0:
            yield Binding(constraint, words(problem, constraint, unit), gain)


def _saved(problem: Problem, answer: Answer, effort: Effort) -> float | None:
    """What a looser problem saves on an answer, by a light search from it."""
    try:
        best = _best(problem, replace(LIGHT, seconds=effort.seconds, seed=effort.seed), answer.sites)
    except TimeoutError:
        return None
    if best is None or answer.cost is None:
        return None
    saved = answer.cost - best.found.cost
    return saved if saved > 1e-9 * max(abs(answer.cost), 1.0) else 0.0
