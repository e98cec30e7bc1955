"""Weighted quantiles of a number by zone, many groups of residents at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.territory import OUTSIDE, Floats, Integers

_ROUNDING = 1e-12
"""Relative: a part reached but for a rounding is reached."""


@dataclass(frozen=True)
class Ranked:
    """Points by zone, then by value; those in no zone are left out.

    Attributes
    ----------
    order
        Points in that order, shape (m,).
    values
        Their values, in that order.
    starts
        First point of each zone, and one past the last, shape (zones + 1,).
    """

    order: NDArray[np.intp]
    values: Floats
    starts: NDArray[np.intp]


def ranked(values: Floats, index: Integers, *, zones: int) -> Ranked:
    """Sort the points of a cover once, for the quantiles of every group.

    Parameters
    ----------
    values
        Number of each point, known; shape (n,).
    index
        Zone of each point, or ``OUTSIDE``; shape (n,).
    zones
        Number of zones.

    Raises
    ------
    ValueError
        If a value is unknown, or columns differ in length.
    """
    if len(values) != len(index):
        raise ValueError("there is one zone a point")
    if np.isnan(values).any():
        raise ValueError("values are known: select the points where they are first")
    held = np.flatnonzero(index != OUTSIDE)
    order = held[np.lexsort((values[held], index[held]))]
    return Ranked(order, values[order], np.searchsorted(index[order], np.arange(zones + 1)))


def weighted_quantiles(points: Ranked, weights: Floats, parts: tuple[float, ...]) -> Floats:
    """Lowest value not exceeded by at least each part of the residents of each zone.

    Parameters
    ----------
    points
        The cover, ranked.
    weights
        Residents of the group by point, zero or more; shape (n,).
    parts
        From 0 (excluded) to 1.

    Returns
    -------
    ndarray
        Shape (zones, parts); NaN for a zone without residents.
    """
    running = np.concatenate([[0.0], np.cumsum(weights[points.order])])
    first, last = points.starts[:-1], points.starts[1:]
    people = running[last] - running[first]
    found = np.full((len(first), len(parts)), np.nan)
    lived = np.flatnonzero(people > 0)
    for column, part in enumerate(parts):
        goal = running[first[lived]] + people[lived] * part
        at = np.searchsorted(running, goal * (1 - _ROUNDING), side="left") - 1
        found[lived, column] = points.values[np.clip(at, first[lived], last[lived] - 1)]
    return found
