"""Sites of limited capacity: who goes where, and which sites to open, by programs.

The people of a demand may be shared between sites, so that with given sites the best shares are a
transport problem; with sites to choose, a mixed program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.siting.median import Found
from hygie.engines.siting.problem import Objective, Problem
from hygie.engines.siting.program import TOLERANCE, Program, stacked
from hygie.engines.siting.rows import Booleans, Floats, Positions

LARGEST_PROGRAM = 300_000
"""Pairs of a demand and a site that a program with capacities may hold."""

LINKED = 60_000
"""Pairs up to which each one is tied to its site: a tighter program, and a larger one."""


@dataclass(frozen=True)
class Served:
    """A set of sites and the share of each pair: ``demand`` and ``site`` of each, and its part."""

    found: Found
    demand: Positions
    site: Positions
    part: Floats


def served_by_program(problem: Problem, usable: Booleans, *, radius: int, seconds: float) -> Served | None:
    """The best sites and shares within a radius, under capacities.

    Parameters
    ----------
    problem
        With capacities.
    usable
        Sites that may open, shape (sites,).
    radius
        Longest distance from a demand to a site that serves it.
    seconds
        Longest time of the program.

    Returns
    -------
    Served or None
        None when it cannot be. The cost is that of the objective; for ``p-center`` the number of
        sites.

    Raises
    ------
    HygieError
        If there are too many pairs.
    TimeoutError
        If the time was too short to find anything.
    """
    demand, site = np.nonzero((problem.distance <= radius) & usable)
    held = (problem.people[demand] > 0) | (problem.weight[demand] > 0)
    demand, site = demand[held], site[held]
    if demand.size > LARGEST_PROGRAM:
        raise HygieError(
            "Le calcul avec capacités est trop grand.",
            why=f"Il y a {demand.size} couples de point et candidat, pour {LARGEST_PROGRAM} au plus.",
            fix="Donnez moins de candidats, ou une durée limite plus courte.",
        )
    program, scale, base = _program(problem, usable, demand, site)
    solved = program.solve(seconds)
    if solved.infeasible:
        return None
    if solved.values is None:
        raise TimeoutError
    sites = len(problem.sites)
    chosen = np.flatnonzero(solved.values[:sites] > 0.5)
    part = np.clip(solved.values[sites:], 0.0, 1.0)
    cost = base + scale * float(program.cost @ solved.values)
    low = base + scale * (solved.bound - TOLERANCE * abs(solved.bound))
    return Served(Found(chosen, cost, min(cost, cost if solved.optimal else low)), demand, site, part)


def _program(
    problem: Problem, usable: Booleans, demand: Positions, site: Positions
) -> tuple[Program, float, float]:
    """Shares after the sites; the scale of its cost, and what is added to it."""
    sites, pairs = len(problem.sites), demand.size
    cost, scale, base = _costs(problem, demand, site)
    whole = np.concatenate([np.ones(sites, np.bool_), np.zeros(pairs, np.bool_)])
    most = np.concatenate([usable.astype(np.float64), np.ones(pairs)])
    least = np.concatenate([(problem.kept & usable).astype(np.float64), np.zeros(pairs)])
    program = Program(cost, whole, most, least)
    size, own = sites + pairs, np.arange(pairs)
    shape = (len(problem.people), size)
    everyone = stacked([(np.ones(pairs), demand, sites + own)], shape)
    asked = (problem.people > 0) | (problem.weight > 0)
    at_least = np.where(asked & (problem.objective is not Objective.MAX_COVER), 1.0, 0.0)
    program.add(everyone, at_least, 1.0)
    capacity = np.minimum(problem.capacity, problem.people.sum())  # type: ignore[arg-type]  # the caller's
    full = [
        (problem.people[demand], site, sites + own),
        (-capacity, np.arange(sites), np.arange(sites)),
    ]
    program.add(stacked(full, (sites, size)), -np.inf, 0.0)
    if pairs <= LINKED:
        tied = [(np.ones(pairs), own, sites + own), (-np.ones(pairs), own, site)]
        program.add(stacked(tied, (pairs, size)), -np.inf, 0.0)
    program.add_row(np.ones(sites), 1.0, float(problem.rules.most))
    if np.isfinite(problem.budget):
        program.add_row(problem.price, -np.inf, problem.budget)
    return program, scale, base


def _costs(problem: Problem, demand: Positions, site: Positions) -> tuple[Floats, float, float]:
    sites = len(problem.sites)
    if problem.objective is Objective.P_MEDIAN:
        way = problem.weight[demand] * problem.distance[demand, site]
        scale = float(max(way.mean(), 1e-9)) if way.size else 1.0
        return np.concatenate([np.zeros(sites), way / scale]), scale, 0.0
    if problem.objective is Objective.MAX_COVER:
        return np.concatenate([np.zeros(sites), -problem.weight[demand]]), 1.0, float(problem.weight.sum())
    return np.concatenate([opening_cost(problem), np.zeros(demand.size)]), 1.0, 0.0


def opening_cost(problem: Problem) -> Floats:
    """What a cover minimises: prices where one is given, else one a site; shape (sites,)."""
    if problem.objective is Objective.COVER and problem.price.any():
        return problem.price.astype(np.float64)
    return np.ones(len(problem.sites))
