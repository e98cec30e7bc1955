"""What practitioners offer at each place, and what is left when some retire."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.territory import Booleans, Floats, Integers


@dataclass(frozen=True)
class Practitioners:
    """Practitioners with the place where they practise; one at two places is two lines.

    Attributes
    ----------
    place
        Position of the place, shape (n,).
    activity
        Consultations and visits a year there, known and zero or more.
    age
        Completed years; NaN where unknown.
    """

    place: Integers
    activity: Floats
    age: Floats

    def __post_init__(self) -> None:
        if not len(self.place) == len(self.activity) == len(self.age):
            raise ValueError("each practitioner has a place, an activity and an age, NaN when unknown")
        if not np.all(np.isfinite(self.activity) & (self.activity >= 0)):
            raise ValueError("activities are known and zero or more: leave out the unknown, and say so")
        if np.any(self.age < 0) or np.any(np.isinf(self.age)):
            raise ValueError("ages are completed years, zero or more")


def supply_of(
    practitioners: Practitioners, places: int, *, cap: float, counted: Booleans | None = None
) -> Floats:
    """Supply of each place: Σ of the activities, none counted beyond the cap.

    Parameters
    ----------
    practitioners
        Who practises where.
    places
        Number of places.
    cap
        Largest activity counted for one line, so that overwork does not pass for supply.
    counted
        Who counts, shape (n,); everybody when None.

    Returns
    -------
    ndarray
        Acts a year, shape (places,); 0 without practitioner.

    Raises
    ------
    ValueError
        If the cap is not above zero, or a practitioner is at a place that does not exist.
    """
    if not cap > 0:
        raise ValueError("the cap of an activity is above zero")
    place = practitioners.place
    if len(place) and not 0 <= place.min() <= place.max() < places:
        raise ValueError(f"places go from 0 to {places - 1}")
    activity = np.minimum(practitioners.activity, cap)
    if counted is not None:
        activity = np.where(counted, activity, 0.0)
    return np.bincount(place, weights=activity, minlength=places).astype(np.float64)


@dataclass(frozen=True)
class Retirement:
    """What is left when everyone from an age on has stopped and nobody came instead.

    Attributes
    ----------
    supply
        Acts a year of each place afterwards.
    places
        Positions of the places that lose someone, ascending.
    leaving
        Practitioners of the age limit or more.
    unknown
        Practitioners whose age is unknown: kept, so the loss is a minimum.
    known
        Practitioners whose age is known; at 0 the scenario says nothing.
    """

    supply: Floats
    places: Integers
    leaving: int
    unknown: int
    known: int


def retirement(practitioners: Practitioners, places: int, *, cap: float, age_limit: float) -> Retirement:
    """The retirement scenario: practitioners of ``age_limit`` or more stop.

    Parameters
    ----------
    practitioners, places, cap
        As in ``supply_of``.
    age_limit
        First completed year at which a practitioner is not counted any more.
    """
    leaving = practitioners.age >= age_limit
    unknown = int(np.isnan(practitioners.age).sum())
    return Retirement(
        supply=supply_of(practitioners, places, cap=cap, counted=~leaving),
        places=np.unique(practitioners.place[leaving]).astype(np.int32),
        leaving=int(leaving.sum()),
        unknown=unknown,
        known=len(practitioners.age) - unknown,
    )
