"""Inequality of travel times: between incomes, and between the nearest and the farthest.

Concentration index: Kakwani, Wagstaff and van Doorslaer, *Socioeconomic inequalities in health:
measurement, computation, and statistical inference*, Journal of Econometrics 77 (1997), grouped
data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import UNREACHABLE, Ticks, to_minutes
from hygie.engines.kernel.territory import Floats
from hygie.engines.reach.closures import check_people

DECILES = 10


@dataclass(frozen=True)
class IncomeGradient:
    """Minutes by income decile, poorest first; each array is of shape (10,).

    Attributes
    ----------
    people
        Residents of the decile who have a way.
    mean
        Their mean minutes; NaN where there is nobody.
    unreached
        Residents of the decile without any way: in no mean and not in the index.
    index
        Concentration index of the minutes, from −1 to 1: below zero, the poor travel longer.
        NaN when nobody travels at all.
    known_share
        Share of all residents whose income is known; the others are in no figure here.
    """

    people: Floats
    mean: Floats
    unreached: Floats
    index: float
    known_share: float


def income_gradient(ticks: Ticks, people: Floats, decile: NDArray[np.int8]) -> IncomeGradient | None:
    """Mean minutes by income decile and their concentration index; None where no income is known.

    Parameters
    ----------
    ticks
        Time of each point, ``UNREACHABLE`` without a way; shape (n,).
    people
        Residents of each point, known; shape (n,).
    decile
        1 (poorest) to 10, 0 where unknown; shape (n,).

    Raises
    ------
    ValueError
        If columns differ in length, a number of residents is unknown or a decile out of range.
    """
    if not len(ticks) == len(people) == len(decile):
        raise ValueError("times, residents and deciles have one value a point")
    check_people(people)
    if len(decile) and not 0 <= decile.min() <= decile.max() <= DECILES:
        raise ValueError(f"a decile goes from 1 to {DECILES}, or is 0 when unknown")
    known = (decile > 0) & (people > 0)
    if not known.any():
        return None
    reached = known & (ticks < UNREACHABLE)
    minutes = np.where(reached, to_minutes(ticks), 0.0)
    held = _by_decile(decile, people * reached)
    mean = np.full(DECILES, np.nan)
    np.divide(_by_decile(decile, people * minutes), held, out=mean, where=held > 0)
    return IncomeGradient(
        people=held,
        mean=mean,
        unreached=_by_decile(decile, people * (known & ~reached)),
        index=concentration_index(np.nan_to_num(mean), held),
        known_share=float(people[known].sum() / people.sum()),
    )


def _by_decile(decile: NDArray[np.int8], weights: Floats) -> Floats:
    sums = np.bincount(decile, weights=weights, minlength=DECILES + 1)
    return np.asarray(sums[1:], np.float64)


def concentration_index(mean: Floats, people: Floats) -> float:
    """Concentration index of a quantity over ordered groups.

    ``C = 2/μ · Σ fₜ μₜ Rₜ − 1``, with fₜ the share of residents in group t, μₜ its mean and Rₜ its
    relative rank, that of the middle of the group.

    Parameters
    ----------
    mean
        Mean quantity of each group, zero or more, poorest group first; shape (groups,).
    people
        Residents of each group; shape (groups,).

    Returns
    -------
    float
        From −1 (all with the poorest) to 1; NaN without residents or when all means are zero.
    """
    if len(mean) != len(people):
        raise ValueError("there is one mean a group")
    check_people(people)
    if np.any(~(mean[people > 0] >= 0)):
        raise ValueError("means are known and zero or more")
    spent = np.where(people > 0, mean, 0.0) * people
    if spent.sum() <= 0:
        return float("nan")
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2
    return float(2 * (spent @ rank) / spent.sum() - 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes of the nearest tenth of residents, of the farthest, and how many times more.

    ``first`` and ``ninth`` are the lowest minutes within which a tenth and nine tenths of the
    residents are; NaN when that part has no way. ``ratio`` is NaN when it cannot be said: no way,
    or a first decile of zero minutes.
    """

    first: float
    ninth: float
    ratio: float


def spread(ticks: Ticks, people: Floats) -> Spread:
    """D1, D9 and D9/D1 of minutes, weighted by residents; those without any way come last.

    Parameters
    ----------
    ticks
        Time of each point, ``UNREACHABLE`` without a way; shape (n,).
    people
        Residents of each point, known; shape (n,).

    Raises
    ------
    ValueError
        If columns differ in length or a number of residents is unknown.
    """
    if len(ticks) != len(people):
        raise ValueError("there is one number of residents a point")
    check_people(people)
    order = np.argsort(ticks, kind="stable")
    running = np.cumsum(people[order])
    if not running.size or running[-1] <= 0:
        return Spread(float("nan"), float("nan"), float("nan"))
    goals = running[-1] * np.array([0.1, 0.9]) * (1 - 1e-12)
    first, ninth = to_minutes(ticks[order[np.searchsorted(running, goals)]]).tolist()
    ratio = ninth / first if first > 0 else float("nan")
    return Spread(first, ninth, ratio)
