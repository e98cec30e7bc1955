"""Weighted statistics of travel times by zone, many groups of residents at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, Ticks, threshold_ticks, to_minutes
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats, Integers


@dataclass(frozen=True)
class Ordered:
    """Points of a cover by zone, then by time; those in no zone are left out.

    Attributes
    ----------
    order
        Points in that order, shape (m,).
    ticks
        Their times, in that order.
    starts
        First point of each zone, and one past the last, shape (zones + 1,).
    beyond
        First point of each zone beyond each threshold, then the first that reaches nothing; shape
        (zones, thresholds + 1).
    """

    order: NDArray[np.intp]
    ticks: NDArray[np.int64]
    starts: NDArray[np.intp]
    beyond: NDArray[np.intp]


def ordered(ticks: Ticks, index: Integers, *, zones: int, thresholds: tuple[float, ...]) -> Ordered:
    """Sort the points of a cover once, for the statistics of every group.

    Parameters
    ----------
    ticks
        Time of each point, ``UNREACHABLE`` where there is no way; shape (n,).
    index
        Zone of each point, or ``OUTSIDE``; shape (n,).
    zones
        Number of zones.
    thresholds
        Minutes, inclusive.
    """
    held = np.flatnonzero(index != OUTSIDE)
    span = np.int64(UNREACHABLE) + 1
    times = np.minimum(ticks[held].astype(np.int64), UNREACHABLE)
    keys = index[held].astype(np.int64) * span + times
    by_key = np.argsort(keys, kind="stable")
    keys, times, order = keys[by_key], times[by_key], held[by_key]
    bases = np.arange(zones + 1, dtype=np.int64) * span
    limits = np.array([*(threshold_ticks(t) for t in thresholds), UNREACHABLE - 1], np.int64)
    beyond = np.searchsorted(keys, bases[:-1, None] + limits, side="right")
    return Ordered(order, times, np.searchsorted(keys, bases), beyond)


@dataclass(frozen=True)
class Statistics:
    """Statistics of one group by zone; minutes are NaN where they cannot be said.

    Attributes
    ----------
    people
        Residents, shape (zones,).
    median, p90
        Minutes within which half and nine tenths of the residents are: the lowest time reached by
        at least that part of them; NaN without residents, or where that part has no way.
    mean
        Minutes, over the residents who have a way.
    beyond
        Residents beyond each threshold, those without any way included, then those without any
        way; shape (zones, thresholds + 1).
    low, high
        Interval of ``beyond`` when the place of spread residents is not trusted: they may all be
        within, or all beyond. None when no resident was spread.
    """

    people: Floats
    median: Floats
    p90: Floats
    mean: Floats
    beyond: Floats
    low: Floats | None
    high: Floats | None


def statistics(points: Ordered, weights: Floats, imputed: Booleans) -> Statistics:
    """Statistics of one group of residents over an ordered cover.

    Parameters
    ----------
    points
        The cover, ordered by zone and time.
    weights
        Residents of the group by point, zero or more; shape (n,).
    imputed
        True where the producer spread the residents, shape (n,). They may live anywhere in their
        zone: all within, or all beyond.
    """
    starts, stops = points.starts[:-1], points.starts[1:]
    weight = weights[points.order]
    total = _running(weight)
    people = _between(total, starts, stops)
    low = high = None
    if imputed.any():
        observed = _running(np.where(imputed[points.order], 0.0, weight))
        low = _between(observed, points.beyond, stops[:, None])
        high = low + (people - _between(observed, starts, stops))[:, None]
    return Statistics(
        people=people,
        median=_quantile(points, total, people, 0.5),
        p90=_quantile(points, total, people, 0.9),
        mean=_mean(points, weight, total),
        beyond=_between(total, points.beyond, stops[:, None]),
        low=low,
        high=high,
    )


def _mean(points: Ordered, weight: Floats, total: Floats) -> Floats:
    """Minutes over those who have a way; NaN where nobody has."""
    starts, reached = points.starts[:-1], points.beyond[:, -1]
    spent = _running(weight * np.where(points.ticks < UNREACHABLE, points.ticks, 0))
    reaching = _between(total, starts, reached)
    mean = np.full(reaching.size, np.nan)
    np.divide(_between(spent, starts, reached), reaching * TICKS_PER_MINUTE, out=mean, where=reaching > 0)
    return mean


def _running(values: Floats) -> Floats:
    """Running total, a zero first."""
    return np.concatenate([[0.0], np.cumsum(values)])


def _between(running: Floats, start: NDArray[np.intp], stop: NDArray[np.intp]) -> Floats:
    return np.asarray(running[stop] - running[start], np.float64)


def _quantile(points: Ordered, total: Floats, people: Floats, part: float) -> Floats:
    """Lowest time within which at least ``part`` of the residents are."""
    goal = total[points.starts[:-1]] + people * part
    found = np.searchsorted(total, goal * (1 - 1e-12), side="left") - 1
    inside = people > 0
    times = np.full(people.size, UNREACHABLE, np.int64)
    first = np.maximum(found, points.starts[:-1])
    times[inside] = points.ticks[np.minimum(first[inside], points.starts[1:][inside] - 1)]
    return to_minutes(times)
