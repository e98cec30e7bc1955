"""Practitioners of a territory: where each one practises, how much, how old."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PractitionerTable:
    """One line a practitioner at a place; nobody is named.

    Attributes
    ----------
    places
        Identifier of the place where each practises, shape (n,); one at two places is two lines.
    professions
        Category of place that gives such care: ``gp`` for a general practitioner, wherever they practise.
    activity
        Consultations and visits a year there; NaN where unknown.
    age_from, age_to
        Completed years between which the age is, both included: equal when it is known exactly, NaN
        both when it is unknown; ``age_to`` is infinite for « 60 and over ».
    source
        Key of the source account.
    """

    places: NDArray[np.str_]
    professions: NDArray[np.str_]
    activity: NDArray[np.float64]
    age_from: NDArray[np.float64]
    age_to: NDArray[np.float64]
    source: str = ""

    def __post_init__(self) -> None:
        columns = (self.professions, self.activity, self.age_from, self.age_to)
        if any(len(column) != len(self.places) for column in columns):
            raise ValueError("all columns of practitioners have one value a line")
        if np.any(self.activity < 0) or np.any(np.isinf(self.activity)):
            raise ValueError("an activity is zero or more, NaN when unknown")
        known = ~np.isnan(self.age_from)
        if not np.array_equal(known, ~np.isnan(self.age_to)):
            raise ValueError("an age has both its bounds, or none")
        low, high = self.age_from[known], self.age_to[known]
        if np.any(low < 0) or np.any(np.isinf(low)) or np.any(high < low):
            raise ValueError("an age goes upwards from zero")

    def __len__(self) -> int:
        return len(self.places)
