"""Potential access to care, as the APL measures it: an enhanced two-step floating catchment (E2SFCA).

Luo and Qi, Health & Place 15 (2009); Barlet, Coldefy, Collin and Lucas-Gabrielli, DREES (2012)::

    R_j   = O_j / Σ_i w(t_ij) P*_i        supply by standardised resident of the catchment of j
    APL_i = Σ_j w(t_ij) R_j               consultations a year by standardised resident of i

What is given is what is received: Σ_i P*_i APL_i = Σ_j O_j over the places that somebody reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.french import counted, typeset
from hygie.engines.kernel.measures import FigureUse, Provenance
from hygie.engines.kernel.territory import OUTSIDE, Floats, Integers
from hygie.engines.reach.catchments import Catchments, Positions, StepDecay
from hygie.engines.reach.closures import check_people

_ROUNDING = 1e-9
"""Relative: an access this near a threshold is on it, whatever the order of its additions."""


@dataclass(frozen=True)
class CatchmentParameters:
    """What the catalogue says of a floating catchment.

    Attributes
    ----------
    decay
        Steps and weights.
    activity_cap
        Largest activity counted for a practitioner, acts a year.
    underserved
        Access under which residents are underserved; exactly that is not.
    retirement_age
        Age from which a practitioner is not counted in the retirement scenario.
    age_coefficients
        First completed year of each class of ages, and its use of care by head.
    figures
        The figures behind these numbers.
    """

    decay: StepDecay
    activity_cap: float
    underserved: float
    retirement_age: float
    age_coefficients: Mapping[int, float]
    figures: tuple[FigureUse, ...] = ()

    def __post_init__(self) -> None:
        if not (self.activity_cap > 0 and self.underserved > 0 and self.retirement_age > 0):
            raise ValueError("the cap, the threshold and the retirement age are above zero")


@dataclass(frozen=True)
class Grounds:
    """What a potential access stands on besides its numbers.

    Attributes
    ----------
    way
        How and from where people go, in words: « à pied, à l’adresse ».
    estimate
        True when times follow no real street.
    standardised
        True when residents are counted by what their age needs.
    figures, sources
        Figures of the catalogue and keys of the sources.
    """

    way: str
    estimate: bool
    standardised: bool
    figures: tuple[FigureUse, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class PotentialAccess:
    """Potential access of every origin.

    Attributes
    ----------
    access
        APL of each origin, in acts of ``supply`` a standardised resident; 0 where no place is within
        the last limit. Shape (origins,).
    ratio
        Supply by standardised resident of each place's catchment, 0 where nobody reaches it. Shape
        (places,).
    need
        Standardised residents of each place's catchment, weighted. Shape (places,).
    demand, supply
        Standardised residents of each origin, acts a year of each place.
    catchments, decay, grounds
        What it was computed with.
    """

    access: Floats
    ratio: Floats
    need: Floats
    demand: Floats
    supply: Floats
    catchments: Catchments
    decay: StepDecay
    grounds: Grounds

    @property
    def unreached(self) -> Positions:
        """Places whose supply nobody reaches: it counts for no one. Ascending."""
        return np.flatnonzero((self.supply > 0) & (self.need == 0))

    @cached_property
    def provenance(self) -> Provenance:
        """Parameters, figures, sources and warnings, that no such number is the one of DREES first."""
        return Provenance(
            parameters={
                "limits": self.decay.limits,
                "weights": self.decay.weights,
                "origins": self.catchments.origins,
                "places": self.catchments.places,
                "links": self.catchments.links,
                "standardised": self.grounds.standardised,
            },
            figures=self.grounds.figures,
            sources=self.grounds.sources,
            warnings=_warnings(self.grounds, len(self.unreached)),
        )


def potential_access(
    catchments: Catchments, decay: StepDecay, demand: Floats, supply: Floats, *, grounds: Grounds
) -> PotentialAccess:
    """Both steps of the floating catchment.

    Parameters
    ----------
    catchments
        Links within the last limit of ``decay``.
    decay
        Steps and weights.
    demand
        Standardised residents of each origin, those of the margin included: they share the supply.
        Shape (origins,).
    supply
        Acts a year of each place, shape (places,).
    grounds
        What the result says it stands on.

    Raises
    ------
    ValueError
        If demand or supply are unknown, negative, or not one value each; or if the catchments were
        made with another number of steps.
    """
    if len(decay.limits) != catchments.steps:
        raise ValueError("the catchments were made with another decay")
    if len(demand) != catchments.origins or len(supply) != catchments.places:
        raise ValueError("there is one demand an origin and one supply a place")
    _check_known(demand, "residents")
    _check_known(supply, "supplies")
    need = catchments.from_origins(demand, decay.column)
    ratio = _ratio(supply, need)
    access = catchments.from_places(ratio, decay.column)
    return PotentialAccess(access, ratio, need, demand, supply, catchments, decay, grounds)


def resized(before: PotentialAccess, places: Positions, supply: Floats) -> PotentialAccess:
    """The access after the supply of some places changes; 0 closes one, and a place of 0 may open.

    Only the residents of their catchments are computed again, from all their places: the result is
    that of a full run to the last bit, and giving the supply back gives the access back.

    Parameters
    ----------
    before
        The access as it is.
    places
        Positions of the places that change, none twice.
    supply
        Acts a year of each afterwards, shape (places,).
    """
    if len(np.unique(places)) != len(places):
        raise ValueError("a place changes once")
    if len(supply) != len(places):
        raise ValueError("there is one supply a place")
    _check_known(supply, "supplies")
    after = before.supply.copy()
    after[places] = supply
    ratio = before.ratio.copy()
    ratio[places] = _ratio(supply, before.need[places])
    rows = before.catchments.touched(places)
    access = before.access.copy()
    access[rows] = before.catchments.from_places_at(rows, ratio, before.decay.column)
    return replace(before, access=access, ratio=ratio, supply=after)


def opened(before: PotentialAccess, catchments: Catchments, supply: Floats) -> Floats:
    """The access of every origin once new places open.

    A place takes nothing from the others in this model (demand is shared, not chosen), so what new
    places bring is added.

    Parameters
    ----------
    before
        The access as it is.
    catchments
        Links of the new places alone, from the same origins with the same decay.
    supply
        Acts a year of each new place.

    Returns
    -------
    ndarray
        Shape (origins,); equal to a full run within rounding.
    """
    brought = potential_access(catchments, before.decay, before.demand, supply, grounds=before.grounds)
    return before.access + brought.access


@dataclass(frozen=True)
class Crossing:
    """Residents who pass the threshold between two accesses, by origin.

    Attributes
    ----------
    falling
        Positions of the origins that were served and are underserved.
    rising
        Positions of the origins that were underserved and are served.
    """

    falling: Positions
    rising: Positions


def crossing(before: Floats, after: Floats, threshold: float) -> Crossing:
    """Origins on the other side of a threshold after a change."""
    was, now = underserved(before, threshold), underserved(after, threshold)
    return Crossing(np.flatnonzero(now & ~was), np.flatnonzero(was & ~now))


def underserved(access: Floats, threshold: float) -> NDArray[np.bool_]:
    """Whether each access is under the threshold; exactly the threshold is not."""
    return np.asarray(access < threshold * (1 - _ROUNDING))


@dataclass(frozen=True)
class ZoneAccess:
    """Potential access by zone, shape (zones,).

    Attributes
    ----------
    people
        Residents.
    mean
        Mean access of the residents, NaN without any.
    underserved
        Residents under the threshold.
    """

    people: Floats
    mean: Floats
    underserved: Floats


def access_by_zone(
    access: Floats, people: Floats, index: Integers, *, zones: int, threshold: float
) -> ZoneAccess:
    """Mean access and underserved residents of each zone, weighted by residents.

    Parameters
    ----------
    access
        APL of each origin.
    people
        Residents that count in the figures, 0 for those of the margin; shape (origins,).
    index
        Zone of each origin, or ``OUTSIDE``.
    zones
        Number of zones.
    threshold
        Access under which residents are underserved.
    """
    check_people(people)
    held = index != OUTSIDE
    where, weight, value = index[held], people[held], access[held]

    def total(amount: Floats) -> Floats:
        return np.bincount(where, weights=amount, minlength=zones).astype(np.float64)

    count = total(weight)
    mean = np.full(zones, np.nan)
    np.divide(total(weight * value), count, out=mean, where=count > 0)
    return ZoneAccess(count, mean, total(np.where(underserved(value, threshold), weight, 0.0)))


def _ratio(supply: Floats, need: Floats) -> Floats:
    """Supply by resident; 0 where nobody reaches it."""
    ratio = np.zeros(len(supply))
    np.divide(supply, need, out=ratio, where=need > 0)
    return ratio


def _check_known(values: Floats, what: str) -> None:
    """Refuse numbers that are unknown, infinite or below zero; NaN fails every comparison."""
    if len(values) and not (values.min() >= 0 and values.max() < np.inf):
        raise ValueError(f"{what} are known and zero or more: leave out the unknown, and say so")


def _warnings(grounds: Grounds, unreached: int) -> tuple[str, ...]:
    """What a reader has to know, the difference with the published figure first."""
    texts = [
        f"Indicateur de type APL, calculé par Hygie {grounds.way} ; ce n’est pas l’APL publiée par la DREES.",
    ]
    if grounds.estimate:
        texts.append("Estimation : les trajets ne suivent pas le plan des rues.")
    if not grounds.standardised:
        texts.append("Les âges ne sont pas connus : chaque habitant compte autant qu’un autre.")
    if unreached:
        texts.append(
            f"{counted(unreached, 'offre n’est', 'offres ne sont')} à portée d’aucun habitant compté : "
            f"{'elle ne compte' if unreached == 1 else 'elles ne comptent'} pour personne."
        )
    return tuple(typeset(text) for text in texts)
