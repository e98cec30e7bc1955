"""What may be shown of official statistics: no number of people from 1 to 10, even where it is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hygie.engines.diagnosis.publication import withheld
from hygie.engines.kernel.statistic import Statistic, StatisticStatus

PEOPLE_UNITS = frozenset(
    {
        "accouchements",
        "décès",
        "foyers",
        "habitants",
        "licences",
        "ménages",
        "naissances",
        "passages",
        "personnes",
        "séjours",
    }
)
"""Units that count people, or what happened to them; places, beds and establishments are not people."""


def publishable(statistics: Iterable[Statistic], smallest: int) -> tuple[Statistic, ...]:
    """Statistics as they may be shown.

    A publisher may show a small commune's three births; beside other figures they could tell about
    somebody, so the number is kept back here, and rates are never made from it.

    Parameters
    ----------
    smallest
        Smallest count of people ever shown besides zero.
    """
    return tuple(_kept(statistic, smallest) for statistic in statistics)


def _kept(statistic: Statistic, smallest: int) -> Statistic:
    small = statistic.value is not None and withheld(statistic.value, smallest)
    if not small or statistic.unit not in PEOPLE_UNITS:
        return statistic
    return replace(statistic, value=None, status=StatisticStatus.SECRET)
