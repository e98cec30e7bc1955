"""Walks of a territory with what they stand on, and how many people a day they may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.walking.load import Load
from hygie.engines.walking.load_helps import Spot
from hygie.engines.walking.ways import Floats


@dataclass(frozen=True)
class Rates:
    """Walks a day of one pupil and of one resident, least and most: the interval of every estimate."""

    school: tuple[float, float]
    leisure: tuple[float, float]

    def __post_init__(self) -> None:
        if not all(0 <= low <= high for low, high in (self.school, self.leisure)):
            raise ValueError("an interval goes upwards from zero")


@dataclass(frozen=True)
class Helps:
    """Where a bench, a crossing and shade help most, by kind of help; None where nothing can tell.

    ``degrees`` are (longitude, latitude) of each spot, ``wheres`` the same in words.
    """

    spots: Mapping[str, tuple[Spot, ...] | None]
    degrees: Mapping[str, tuple[tuple[float, float], ...]]
    wheres: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class LoadStudy:
    """Who walks where.

    Attributes
    ----------
    school, leisure
        Loads by category walked to.
    rates
        Walks a day.
    minutes
        Longest walk counted.
    known
        Whether residents are known; else each dwelling counts for one.
    without_pupils
        Why pupils are not known, or empty.
    helps
        See ``Helps``.
    figures
        Used.
    smallest_count
        Smallest count of people ever shown besides zero.
    """

    school: Mapping[str, Load]
    leisure: Mapping[str, Load]
    rates: Rates
    minutes: float
    known: bool
    without_pupils: str
    helps: Helps
    figures: tuple[FigureUse, ...]
    smallest_count: int

    def pupils(self) -> Floats | None:
        """Pupils who may walk along each street; None where they are not known."""
        return _total(self.school)

    def residents(self) -> Floats | None:
        """Residents who may walk along each street, once for each category; None without any."""
        return _total(self.leisure)

    def passages(self, pupils: float, residents: float) -> tuple[float, float]:
        """Passages a day, least and most, of so many pupils and residents."""
        low, high = (pupils * self.rates.school[k] + residents * self.rates.leisure[k] for k in range(2))
        return low, high


def _total(loads: Mapping[str, Load]) -> Floats | None:
    return np.sum([one.edge for one in loads.values()], axis=0) if loads else None
