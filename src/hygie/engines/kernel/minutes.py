"""Travel time as whole ticks, so that every sum of times is exact.

A tick is 2⁻¹⁸ minute (0.23 ms, 0.3 mm of walking). Adding ticks never rounds, so a time does not
depend on the order of the additions, of the threads or of the elimination: two ways of computing
it give the same number, and a place closed then opened again gives back the same minutes. A tick
is also a binary fraction, so ``to_minutes`` and a Dijkstra on the exported minutes are exact too.
Decision record: ``docs/decisions/0003-time-in-ticks.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

TICKS_PER_MINUTE = 2**18
UNREACHABLE = 2**30 - 1
"""Ticks meaning "cannot be reached"; twice it still fits a signed 32-bit integer."""

LONGEST_MINUTES = (UNREACHABLE - 1) / TICKS_PER_MINUTE
"""Longest time that can be held: 4,095 minutes, 68 hours."""

Ticks = NDArray[np.int32]


def to_ticks(minutes: ArrayLike) -> Ticks:
    """Round minutes to ticks; NaN and infinity become ``UNREACHABLE``.

    Parameters
    ----------
    minutes
        Minutes, any shape, zero or more.

    Returns
    -------
    Ticks
        Same shape; times beyond ``LONGEST_MINUTES`` are ``UNREACHABLE``.

    Raises
    ------
    ValueError
        If a time is negative.
    """
    values = np.asarray(minutes, dtype=np.float64)
    if np.any(values < 0):
        raise ValueError("a travel time cannot be negative")
    held = np.where(np.isfinite(values) & (values <= LONGEST_MINUTES), values, 0.0)
    ticks = np.rint(held * TICKS_PER_MINUTE).astype(np.int32)
    return np.where(np.isfinite(values) & (values <= LONGEST_MINUTES), ticks, UNREACHABLE).astype(np.int32)


def to_minutes(ticks: ArrayLike) -> NDArray[np.float64]:
    """Minutes of ticks, exactly; ``UNREACHABLE`` and beyond become NaN."""
    values = np.asarray(ticks)
    minutes = values.astype(np.float64) / TICKS_PER_MINUTE
    return np.where(values >= UNREACHABLE, np.nan, minutes)


def threshold_ticks(minutes: float) -> int:
    """Ticks of an inclusive threshold: a time of exactly ``minutes`` is within it.

    Times are whole ticks, so a threshold is rounded down to a whole tick; a millionth of a tick
    keeps one that is itself whole from falling below.
    """
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"a threshold lies between 0 and {LONGEST_MINUTES:.0f} minutes, not {minutes}")
    return int(np.floor(minutes * TICKS_PER_MINUTE + 1e-6))
