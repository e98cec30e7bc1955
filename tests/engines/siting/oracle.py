"""Every set of sites, one after the other: what small problems cost at best."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.optimize import linprog

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.siting.problem import COVERING, Objective, Problem


def sets(problem: Problem) -> Iterator[list[int]]:
    """Allowed sets of sites."""
    sites = range(len(problem.sites))
    for size in range(1, (problem.most or len(sites)) + 1):
        for chosen in map(list, itertools.combinations(sites, size)):
            inside = set(np.flatnonzero(problem.kept).tolist()) <= set(chosen)
            if (
                inside
                and not problem.excluded[chosen].any()
                and problem.price[chosen].sum() <= problem.budget
            ):
                yield chosen


def best_cost(problem: Problem) -> float | None:
    """Least cost over all allowed sets; None when there is none."""
    one = cost_shared if problem.capacity is not None else cost_of
    costs = [cost for chosen in sets(problem) if (cost := one(problem, chosen)) is not None]
    return min(costs) if costs else None


def cost_of(problem: Problem, chosen: list[int]) -> float | None:
    """Cost of a set of sites; None when it breaks the limit."""
    away = problem.distance[:, chosen].min(axis=1)
    limit, objective = problem.limit, problem.objective
    if objective is Objective.MAX_COVER:
        return float(problem.weight[away > limit].sum())
    if limit is not None and (away > limit).any():
        return None
    return _value(problem, chosen, float((problem.weight * away).sum()), float(away.max()))


def _value(problem: Problem, chosen: list[int], total: float, longest: float) -> float:
    if problem.objective is Objective.COVER:
        return float(problem.price[chosen].sum()) if problem.price.any() else float(len(chosen))
    return total if problem.objective is Objective.P_MEDIAN else longest


def cost_shared(problem: Problem, chosen: list[int]) -> float | None:
    """The same when sites have a capacity, by linear programming over one set at a time."""
    assert problem.capacity is not None
    away = problem.distance[:, chosen]
    demands, sites = away.shape
    longest = UNREACHABLE - 1 if problem.limit is None else problem.limit
    radii: list[float] = sorted({*away[away <= longest].tolist()})
    if problem.objective is not Objective.P_CENTER:
        radii = [longest]
    all_served = problem.objective is not Objective.MAX_COVER
    for radius in radii:
        way = problem.weight[:, None] * away
        gain = way if problem.objective is Objective.P_MEDIAN else np.zeros_like(way)
        if not all_served:
            gain = np.repeat(-problem.weight[:, None], sites, axis=1)
        each = np.kron(np.eye(demands), np.ones(sites))
        held = np.kron(problem.people, np.ones(1))[None].repeat(sites, 0)
        full = np.zeros((sites, demands * sites))
        for k in range(sites):
            full[k, k::sites] = held[k]
        program: dict[str, Any] = {"bounds": [(0, 1 if d <= radius else 0) for d in away.ravel()]}
        if all_served:
            program |= {
                "A_eq": each,
                "b_eq": np.ones(demands),
                "A_ub": full,
                "b_ub": problem.capacity[chosen],
            }
        else:
            program |= {
                "A_ub": np.vstack([full, each]),
                "b_ub": np.append(problem.capacity[chosen], np.ones(demands)),
            }
        found = linprog(gain.ravel(), **program)
        if found.status == 0:
            base = 0.0 if all_served else float(problem.weight.sum())
            total = float(found.fun) + base
            return total if not all_served else _value(problem, chosen, total, float(radius))
    return None


def problem_of(rng: np.random.Generator, *, capacities: bool = False) -> Problem:
    """A small problem at random, often with several constraints, sometimes impossible."""
    demands, sites = int(rng.integers(3, 12)), int(rng.integers(2, 7))
    objective = list(Objective)[int(rng.integers(4))]
    whole = rng.random() < 0.5
    weight = rng.integers(0, 5, demands).astype(float) if whole else rng.random(demands) * 5
    people = rng.integers(1, 5, demands).astype(float)
    return Problem(
        objective=objective,
        sites=tuple(f"s{j}" for j in range(sites)),
        distance=rng.integers(0, 30, (demands, sites)).astype(np.int32),
        weight=weight,
        people=people,
        kept=rng.random(sites) < 0.15,
        excluded=rng.random(sites) < 0.15,
        price=rng.integers(0, 10, sites).astype(float) * bool(rng.random() < 0.5),
        most=int(rng.integers(1, sites + 1)) if rng.random() < 0.8 else None,
        limit=int(rng.integers(3, 25)) if objective in COVERING or rng.random() < 0.3 else None,
        budget=float(rng.integers(3, 30)) if rng.random() < 0.4 else np.inf,
        capacity=rng.integers(2, 25, sites).astype(float) if capacities else None,
    )
