"""A plain second reading of the statistics by zone: one group at a time, the oracle of the fast one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, Ticks, threshold_ticks
from hygie.engines.kernel.territory import OUTSIDE
from hygie.engines.reach.closures import check_people

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Booleans = NDArray[np.bool_]

_ROUNDING = 1e-9
"""Relative error of a sum of residents that is not a difference of residents."""


@dataclass(frozen=True)
class Summary:
    """Statistics of one travel time by zone. NaN where there is nothing to say.

    Attributes
    ----------
    people
        Residents, shape (zones,).
    mean
        Minutes, over the residents who reach a place; NaN where none does.
    median, p90
        The least time within which at least half, and nine tenths, of the residents are; NaN where
        fewer than that reach a place at all.
    people_beyond, beyond
        Residents further than each threshold, and their share from 0 to 1; shape (zones,
        thresholds). Those who reach nothing are beyond every threshold; those at exactly a
        threshold are not.
    beyond_low, beyond_high
        Bounds of the share if imputed residents all lived within, or all beyond.
    unreached
        Share of the residents who reach nothing.
    """

    people: Floats
    mean: Floats
    median: Floats
    p90: Floats
    people_beyond: Floats
    beyond: Floats
    beyond_low: Floats
    beyond_high: Floats
    unreached: Floats


@dataclass(frozen=True)
class Residents:
    """Who is counted, and where.

    Attributes
    ----------
    people
        Residents of each point, zero or more; shape (n,).
    zone
        Zone of each point, or ``OUTSIDE`` for a point not to be counted; shape (n,).
    zones
        Number of zones.
    imputed
        Points whose residents the producer spread instead of observing; shape (n,).
    """

    people: Floats
    zone: Integers
    zones: int
    imputed: Booleans

    def __post_init__(self) -> None:
        if not len(self.people) == len(self.zone) == len(self.imputed):
            raise ValueError("residents, zones and imputation have one value a point")
        check_people(self.people)
        if len(self.zone) and not OUTSIDE <= self.zone.min() <= self.zone.max() < self.zones:
            raise ValueError(f"zones go from 0 to {self.zones - 1}, or {OUTSIDE} for none")

    def total(self, chosen: Booleans | Floats) -> Floats:
        """Residents by zone, each point times its ``chosen`` weight; shape (zones,)."""
        held = self.zone != OUTSIDE
        weights = (self.people * chosen)[held]
        return np.bincount(self.zone[held], weights=weights, minlength=self.zones).astype(np.float64)


def summarise(ticks: Ticks, residents: Residents, thresholds: Sequence[float]) -> Summary:
    """Summarise the time to the nearest place.

    Parameters
    ----------
    ticks
        Time of each point, shape (n,); all ``UNREACHABLE`` where there is no place.
    residents
        Who is counted, and in which zone.
    thresholds
        Minutes, inclusive.

    Returns
    -------
    Summary
        Shares are NaN in a zone without residents.
    """
    if len(ticks) != len(residents.people):
        raise ValueError("there is one time a point")
    reached = ticks < UNREACHABLE
    everyone = np.ones(len(ticks), np.bool_)
    people = residents.total(everyone)
    spent = residents.total(np.where(reached, ticks, 0) / TICKS_PER_MINUTE)
    limits = [threshold_ticks(minutes) for minutes in thresholds]
    beyond = _columns([residents.total(ticks > limit) for limit in limits], residents.zones)
    observed = ~residents.imputed
    sure = _columns([residents.total(observed & (ticks > limit)) for limit in limits], residents.zones)
    spread = residents.total(residents.imputed)[:, None]
    median, p90 = _quantiles(ticks, residents, (0.5, 0.9))
    return Summary(
        people=people,
        mean=_ratio(spent, residents.total(reached)),
        median=median,
        p90=p90,
        people_beyond=beyond,
        beyond=_ratio(beyond, people[:, None]),
        beyond_low=_ratio(sure, people[:, None]),
        beyond_high=_ratio(sure + spread, people[:, None]),
        unreached=_ratio(residents.total(~reached), people),
    )


def _columns(columns: list[Floats], rows: int) -> Floats:
    return np.stack(columns, axis=1) if columns else np.empty((rows, 0))


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.full(part.shape, np.nan)
    np.divide(part, whole, out=ratio, where=np.broadcast_to(whole > 0, part.shape))
    return ratio


def _quantiles(ticks: Ticks, residents: Residents, parts: Sequence[float]) -> list[Floats]:
    """Least time of each zone within which at least each part of its residents is, in minutes.

    All zones share one running sum of residents, sorted by zone then by time.
    """
    held = np.flatnonzero((residents.zone != OUTSIDE) & (residents.people > 0))
    order = held[np.lexsort((ticks[held], residents.zone[held]))]
    running = np.concatenate([np.zeros(1), np.cumsum(residents.people[order])])
    ends = np.searchsorted(residents.zone[order], np.arange(residents.zones + 1))
    before = running[ends[:-1]]
    total = running[ends[1:]] - before
    some = np.flatnonzero(np.diff(ends))
    times = np.where(ticks < UNREACHABLE, ticks / TICKS_PER_MINUTE, np.nan)[order]
    quantiles = []
    for part in parts:
        enough = (before + part * total * (1 - _ROUNDING))[some]
        found = np.clip(np.searchsorted(running[1:], enough), ends[some], ends[some + 1] - 1)
        quantile = np.full(residents.zones, np.nan)
        quantile[some] = times[found]
        quantiles.append(quantile)
    return quantiles
