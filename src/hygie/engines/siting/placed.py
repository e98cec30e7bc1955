"""A siting answer on a territory: which places, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.minutes import UNREACHABLE, to_minutes
from hygie.engines.siting.problem import Answer, Problem
from hygie.engines.siting.rows import Booleans, Distances, Floats


@dataclass(frozen=True)
class Site:
    """A candidate, or an existing place of the service.

    ``source`` names where it comes from; ``capacity`` is None where not said; ``price`` in euros.
    """

    id: str
    name: str
    category: str
    lon: float
    lat: float
    source: str
    existing: bool
    capacity: float | None = None
    price: float = 0.0


@dataclass(frozen=True)
class Siting:
    """An answer with what it is about.

    Attributes
    ----------
    asked
        What was asked, by name of option.
    sites
        All candidates, in the order of the problem.
    demands
        Identifiers of the demands.
    problem, answer
        See their classes; distances are ticks.
    people
        Residents of each demand, or one a dwelling where they are not known.
    people_known
        Whether they are residents.
    left_out
        Demands that the request left out.
    estimate
        Whether times or people are estimates.
    """

    asked: Mapping[str, object]
    sites: tuple[Site, ...]
    demands: tuple[str, ...]
    problem: Problem
    answer: Answer
    people: Floats
    people_known: bool
    left_out: Booleans
    estimate: bool

    def ticks(self) -> Distances:
        """Walk of each demand to the site that serves it, or else to the nearest open one."""
        n, assigned = len(self.demands), self.answer.assignment
        chosen = self.answer.sites
        if not chosen.size:
            return np.full(n, UNREACHABLE, np.int32)
        nearest = self.problem.distance[:, chosen].min(axis=1)
        served = self.problem.distance[np.arange(n), np.maximum(assigned, 0)]
        return np.where(assigned >= 0, served, nearest).astype(np.int32)

    def mean_minutes(self) -> float | None:
        """Mean walk of the residents who have one; None without any."""
        minutes = to_minutes(self.ticks())
        reached = np.isfinite(minutes) & (self.people > 0)
        total = float(self.people[reached].sum())
        return float((self.people[reached] * minutes[reached]).sum()) / total if total else None

    def served(self) -> Floats:
        """Residents that each site serves, shape (sites,)."""
        totals = np.zeros(len(self.sites))
        shared = np.zeros(len(self.demands), np.bool_)
        for one in self.answer.shares:
            shared[one.demand] = True
            totals[one.site] += one.part * self.people[one.demand]
        whole = (self.answer.assignment >= 0) & ~shared
        np.add.at(totals, self.answer.assignment[whole], self.people[whole])
        return totals
