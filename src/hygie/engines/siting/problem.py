"""What is asked: where to open sites, for whom, under which constraints, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.siting.interchange import Rules
from hygie.engines.siting.rows import Booleans, Distances, Floats, Positions

LARGEST = 40_000_000
"""Pairs of a demand and a site: some 800 MB of work; ten times a large town."""


class Objective(StrEnum):
    """What the chosen sites are best at."""

    P_MEDIAN = "p-median"
    P_CENTER = "p-center"
    COVER = "cover"
    MAX_COVER = "max-cover"


COVERING = (Objective.COVER, Objective.MAX_COVER)
"""Objectives that cannot do without a limit of distance."""


@dataclass(frozen=True)
class Problem:
    """Demands, candidate sites, and the constraints.

    Attributes
    ----------
    objective
        Least weighted distance, least longest distance, fewest sites that reach everyone within
        the limit, or most weight within the limit.
    sites
        Identifiers of the candidate sites, unique.
    distance
        Whole numbers, shape (demands, sites); ``UNREACHABLE`` and beyond is no way.
    weight
        Of each demand in the objective, zero or more, shape (demands,).
    people
        Of each demand, as they fill capacities; shape (demands,).
    most
        Sites open at most, kept ones included; None for any number.
    limit
        Distance that nobody may exceed, or within which a demand is covered; inclusive.
    kept, excluded
        Sites open whatever happens, and sites that may not open; shape (sites,).
    price, budget
        Of opening each site, zero or more, shape (sites,), and what they may cost together.
    capacity
        People each site may serve, shape (sites,); None for any number. The people of a demand may
        be shared between sites.
    """

    objective: Objective
    sites: tuple[str, ...]
    distance: Distances
    weight: Floats
    people: Floats
    kept: Booleans
    excluded: Booleans
    price: Floats
    most: int | None = None
    limit: int | None = None
    budget: float = np.inf
    capacity: Floats | None = None

    def __post_init__(self) -> None:
        self._check_shapes()
        self._check_numbers()
        if len(set(self.sites)) != len(self.sites):
            twice = next(one for one in self.sites if self.sites.count(one) > 1)
            raise HygieError(
                f"Le site «\u00a0{twice}\u00a0» est donné deux fois.",
                fix="Donnez un identifiant différent à chaque candidat.",
            )

    def _check_shapes(self) -> None:
        demands, sites = self.distance.shape
        columns = (self.kept, self.excluded, self.price, *(() if self.capacity is None else (self.capacity,)))
        if any(len(column) != sites for column in (self.sites, *columns)):
            raise ValueError("every column of the sites has one value a site")
        if len(self.weight) != demands or len(self.people) != demands:
            raise ValueError("weights and people have one value a demand")
        if not sites:
            raise HygieError(
                "Il n’y a aucun site candidat.", fix="Donnez une source de candidats qui en contient."
            )
        if demands * sites > LARGEST:
            raise HygieError(
                f"Le calcul est trop grand\u00a0: {demands} points de demande et {sites} candidats.",
                why=f"La limite est de {LARGEST} couples.",
                fix="Donnez moins de candidats, ou un territoire plus petit.",
            )

    def _check_numbers(self) -> None:
        for values, name in (
            (self.weight, "poids"),
            (self.people, "nombre d’habitants"),
            (self.price, "coût"),
        ):
            if not np.isfinite(values).all() or (values < 0).any():
                fix = "Donnez des nombres positifs ou nuls."
                raise HygieError(f"Un {name} est négatif ou n’est pas un nombre.", fix=fix)
        if self.capacity is not None and (np.isnan(self.capacity).any() or (self.capacity < 0).any()):
            raise HygieError(
                "Une capacité est négative ou n’est pas un nombre.",
                fix="Donnez des capacités positives ou nulles.",
            )
        if self.distance.size and self.distance.min() < 0:
            raise HygieError("Une distance est négative.", fix="Vérifiez les trajets.")
        if np.isnan(self.budget) or self.budget < 0:
            raise HygieError("Le budget est négatif ou n’est pas un nombre.", fix="Donnez un budget positif.")
        if self.most is not None and not 1 <= self.most <= len(self.sites):
            raise HygieError(
                f"Le nombre de sites demandé, {self.most}, n’est pas possible.",
                why=f"Il y a {len(self.sites)} candidats, sites gardés compris.",
                fix=f"Demandez de 1 à {len(self.sites)} sites.",
            )
        if self.limit is not None and not 0 <= self.limit < UNREACHABLE:
            raise HygieError(
                "La durée limite est hors de ce qui se mesure.", fix="Donnez moins de 4 095 minutes."
            )
        if self.objective in COVERING and self.limit is None:
            raise ValueError("a covering problem has a limit of distance")

    @property
    def rules(self) -> Rules:
        """Sets of sites allowed, capacities and distances apart; excluded sites are the caller's."""
        most = len(self.sites) if self.most is None else self.most
        return Rules(most, self.kept, self.price, self.budget)


@dataclass(frozen=True)
class Share:
    """Part of a demand that one site serves, when several do."""

    demand: int
    site: int
    part: float


class Constraint(StrEnum):
    """A constraint that may conflict with others, or hold the answer back."""

    NUMBER = "number"
    BUDGET = "budget"
    CAPACITY = "capacity"
    LIMIT = "limit"
    KEPT = "kept"
    EXCLUDED = "excluded"
    CANDIDATES = "candidates"


@dataclass(frozen=True)
class Binding:
    """A constraint that holds the answer back.

    Attributes
    ----------
    constraint
        Which one.
    words
        What would relax it, in French.
    gain
        By how much the cost falls without it, at least; in units of cost.
    """

    constraint: Constraint
    words: str
    gain: float


@dataclass(frozen=True)
class Answer:
    """The sites chosen, how good they are, and why not better.

    Attributes
    ----------
    sites
        Positions of the open sites, ascending; empty when infeasible.
    cost, bound
        What is minimised, and what no allowed answer goes below. For ``p-median``, weight times
        distance; for ``p-center``, distance; for ``cover``, open sites, or their price where one is
        given; for ``max-cover``, weight left beyond the limit. None when infeasible.
    assignment
        Nearest open site of each demand, or the one serving most of it under capacities; -1 where
        there is none; shape (demands,).
    shares
        Parts of the demands that several sites serve.
    conflict
        Smallest set of constraints that cannot hold together, in words; empty when feasible.
    binding
        Constraints that hold the answer back; ``more`` is what one more site would save, at least.
    parameters
        Seed and effort.
    """

    sites: Positions
    cost: float | None
    bound: float | None
    assignment: Positions
    shares: tuple[Share, ...] = ()
    conflict: tuple[tuple[Constraint, str], ...] = ()
    binding: tuple[Binding, ...] = ()
    more: float | None = None
    warnings: tuple[str, ...] = ()
    parameters: Mapping[str, object] | None = None

    @property
    def feasible(self) -> bool:
        """Whether the constraints can hold together."""
        return not self.conflict

    @property
    def gap(self) -> float | None:
        """Share of the cost by which a better answer could be better, at most; None when infeasible."""
        if self.cost is None or self.bound is None:
            return None
        return 0.0 if self.cost <= 0 else max(self.cost - self.bound, 0.0) / self.cost
