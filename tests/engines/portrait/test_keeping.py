"""Small counts of people are kept back wherever they come from."""

from __future__ import annotations

import pytest

from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.keeping import PEOPLE_UNITS, publishable


def told(value: float | None, unit: str) -> Statistic:
    status = StatisticStatus.NOT_AVAILABLE if value is None else StatisticStatus.PUBLISHED
    return Statistic("k", "Titre", unit, "commune", "00001", "Clairval", value, "2023", "Source", status)


@pytest.mark.parametrize("unit", sorted(PEOPLE_UNITS))
@pytest.mark.parametrize("value", [1.0, 4.5, 10.0])
def test_a_small_number_of_people_is_kept_back(unit: str, value: float) -> None:
    (kept,) = publishable([told(value, unit)], 11)
    assert (kept.value, kept.status) == (None, StatisticStatus.SECRET)


@pytest.mark.parametrize(
    ("value", "unit"), [(0.0, "décès"), (11.0, "décès"), (6.0, "lits"), (4.1, "%"), (None, "décès")]
)
def test_the_rest_is_shown_as_it_is(value: float | None, unit: str) -> None:
    statistic = told(value, unit)
    assert publishable([statistic], 11) == (statistic,)
