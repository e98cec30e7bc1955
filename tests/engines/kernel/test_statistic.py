"""Weighted means and their missing share; statistics that cannot lie about being known."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.statistic import (
    Statistic,
    StatisticStatus,
    finest,
    missing_share,
    weighted_mean,
)

NAN = math.nan
PAIRS = st.lists(
    st.tuples(st.integers(-1000, 1000) | st.none(), st.integers(0, 10_000)), min_size=1, max_size=30
)


def statistic(level: str, value: float | None, key: str = "k") -> Statistic:
    status = StatisticStatus.SECRET if value is None else StatisticStatus.PUBLISHED
    return Statistic(key, "T", "u", level, "c", "N", value, "2023", "S", status)


def test_a_town_weighs_more_than_a_village() -> None:
    assert weighted_mean([6.0, 2.0], [3000, 1000]).value == pytest.approx(5)


def test_what_is_missing_is_told_by_its_weight() -> None:
    mean = weighted_mean([6.0, NAN], [3000, 1000])
    assert mean.value == pytest.approx(6)
    assert mean.missing == pytest.approx(0.25)


def test_nothing_known_gives_no_mean_and_everything_missing() -> None:
    assert weighted_mean([NAN, NAN], [1, 3]) == weighted_mean([NAN], [4])
    assert weighted_mean([NAN], [4]).value is None
    assert weighted_mean([NAN], [4]).missing == pytest.approx(1)


def test_a_part_of_unknown_weight_makes_the_missing_share_unknown() -> None:
    mean = weighted_mean([6.0, 2.0], [3000, NAN])
    assert mean.value == pytest.approx(6)
    assert mean.missing is None


def test_a_part_of_weight_zero_brings_nothing_and_misses_nothing() -> None:
    mean = weighted_mean([6.0, 0.0, NAN], [3000, 0, 0])
    assert mean.value == pytest.approx(6)
    assert mean.missing == 0


def test_nothing_at_all_has_no_mean_nor_share() -> None:
    assert weighted_mean([], []).value is None
    assert weighted_mean([], []).missing is None


@given(PAIRS)
def test_the_mean_and_the_share_are_those_of_exact_fractions(
    pairs: list[tuple[int | None, int]],
) -> None:
    values = [NAN if value is None else float(value) for value, _ in pairs]
    weights = [weight for _, weight in pairs]
    mean = weighted_mean(values, [float(weight) for weight in weights])
    known = [(value, weight) for value, weight in pairs if value is not None and weight > 0]
    if not known:
        assert mean.value is None
        return
    total = sum(weight for _, weight in known)
    assert mean.value == pytest.approx(float(Fraction(sum(v * w for v, w in known), total)), abs=1e-9)
    assert mean.missing == pytest.approx(float(1 - Fraction(total, sum(weights))), abs=1e-12)


@pytest.mark.parametrize(
    ("values", "weights"), [([1.0], [1.0, 2.0]), ([1.0], [-1.0]), ([math.inf], [1.0]), ([1.0], [math.inf])]
)
def test_impossible_weights_are_refused(values: list[float], weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"weights|length"):
        weighted_mean(values, weights)


def test_nothing_missing_is_zero_even_without_weights() -> None:
    assert missing_share([NAN, NAN], known=[True, True]) == 0
    assert missing_share([NAN, 5.0], known=[False, True]) is None


def test_the_finest_level_known_is_told_and_never_the_one_that_is_secret() -> None:
    rows = [statistic("france", 1.0), statistic("departement", 2.0), statistic("commune", None)]
    assert [row.level for row in finest(rows, "k")] == ["departement"]
    assert finest(rows, "other") == ()


@pytest.mark.parametrize(
    ("level", "value", "status", "missing"),
    [
        ("canton", 1.0, StatisticStatus.PUBLISHED, None),
        ("commune", None, StatisticStatus.PUBLISHED, None),
        ("commune", 0.0, StatisticStatus.SECRET, None),
        ("commune", math.nan, StatisticStatus.COMPUTED, None),
        ("commune", 1.0, StatisticStatus.COMPUTED, 1.5),
    ],
)
def test_a_statistic_that_contradicts_itself_is_refused(
    level: str, value: float | None, status: StatisticStatus, missing: float | None
) -> None:
    with pytest.raises(ValueError, match=r"level|value|finite|share"):
        Statistic("k", "T", "u", level, "c", "N", value, "2023", "S", status, missing)
