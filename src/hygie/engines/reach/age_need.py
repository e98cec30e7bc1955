"""Residents counted by what their age needs: the standardised population of an APL."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.territory import AgeBand, Floats


@dataclass(frozen=True)
class AgeNeed:
    """How much care an age uses, against the mean of a reference population.

    Coefficients are known up to a factor: they are divided by their mean over the reference, so that
    there the standardised residents are as many as the residents.

    Attributes
    ----------
    ages
        First completed year of each class of ages, ascending from 0; the last class is open.
    coefficients
        Use of care by head of each class, zero or more.
    pyramid
        Residents of the reference by completed year; the last year is open. Shape (years,).
    """

    ages: tuple[int, ...]
    coefficients: tuple[float, ...]
    pyramid: Floats

    def __post_init__(self) -> None:
        if not self.ages or self.ages[0] != 0 or len(self.ages) != len(self.coefficients):
            raise ValueError("classes of ages start at 0, with one coefficient each")
        if any(a >= b for a, b in zip(self.ages, self.ages[1:], strict=False)):
            raise ValueError("classes of ages ascend")
        if not all(math.isfinite(c) and c >= 0 for c in self.coefficients):
            raise ValueError("coefficients are zero or more")
        if len(self.pyramid) <= self.ages[-1]:
            raise ValueError("the reference goes by year up to the last class at least")
        if not np.all(np.isfinite(self.pyramid) & (self.pyramid >= 0)):
            raise ValueError("residents of the reference are known and zero or more")
        if not float(np.sum(self.pyramid * self._by_class)) > 0:
            raise ValueError("somebody in the reference uses care")

    @cached_property
    def _by_class(self) -> Floats:
        """Coefficient of each completed year as given."""
        years = np.arange(len(self.pyramid))
        return np.array(self.coefficients)[np.searchsorted(self.ages, years, side="right") - 1]

    @cached_property
    def by_year(self) -> Floats:
        """Coefficient of each completed year, of mean 1 over the reference."""
        mean = np.sum(self.pyramid * self._by_class) / np.sum(self.pyramid)
        return np.asarray(self._by_class / mean)

    def of_band(self, band: AgeBand) -> float:
        """Coefficient of an age band: the mean of its years, as the reference is made.

        Raises
        ------
        ValueError
            If the reference has nobody of these ages and their coefficients differ.
        """
        last = len(self.pyramid) - 1
        years = slice(min(band.first, last), None if band.last is None else min(band.last, last) + 1)
        people, coefficients = self.pyramid[years], self.by_year[years]
        if coefficients.min() == coefficients.max():
            return float(coefficients[0])
        if not people.sum() > 0:
            raise ValueError(f"the reference has nobody of {band.first} to {band.last}")
        return float(np.sum(people * coefficients) / people.sum())


def standardised(need: AgeNeed, bands: tuple[AgeBand, ...], by_age: Floats) -> Floats:
    """Standardised residents of each point: Σ coefficient of the band × residents of the band.

    Parameters
    ----------
    need
        The coefficients and their reference.
    bands
        Age bands of the columns; they need not be the classes of ``need``.
    by_age
        Residents, shape (points, bands).

    Returns
    -------
    ndarray
        Shape (points,). Columns are added in order, so the sums do not depend on the machine.
    """
    if by_age.shape[1:] != (len(bands),) or not bands:
        raise ValueError("by_age has one column an age band, and one at least")
    total = np.zeros(len(by_age))
    for column, band in enumerate(bands):
        total += by_age[:, column] * need.of_band(band)
    return total


def pyramid_by_year(bands: tuple[AgeBand, ...], people: Floats, *, oldest: int) -> NDArray[np.float64]:
    """Residents by completed year of a population known by bands, even within each: an assumption.

    Parameters
    ----------
    bands, people
        Age bands and the residents of each; an open band goes up to ``oldest``.
    oldest
        Last completed year, open.

    Returns
    -------
    ndarray
        Shape (oldest + 1,); zero for ages of no band.
    """
    years = np.zeros(oldest + 1)
    for band, count in zip(bands, people, strict=True):
        last = oldest if band.last is None else band.last
        if not band.first <= last <= oldest:
            raise ValueError(f"the oldest year, {oldest}, is within or above the last band")
        years[band.first : last + 1] += count / (last + 1 - band.first)
    return years
