"""Inequality measures against hand examples and formulas written another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.minutes import UNREACHABLE, to_ticks
from hygie.engines.kernel.territory import Floats
from hygie.engines.reach.equity import concentration_index, income_gradient, spread

whole = st.integers(0, 50).map(float)
groups = st.lists(st.tuples(whole, whole), min_size=1, max_size=10).filter(
    lambda pairs: sum(mean * people for mean, people in pairs) > 0
)


def covariance_index(mean: Floats, people: Floats) -> float:
    """``C = 2 cov(h, R) / μ``, one line a resident, R the middle rank of the residents of a group."""
    count = people.astype(np.int64)
    value = np.repeat(mean, count)
    before = np.concatenate([[0], np.cumsum(count)[:-1]])
    rank = np.repeat((before + count / 2) / count.sum(), count)
    covariance = np.mean((value - value.mean()) * (rank - rank.mean()))
    return float(2 * covariance / value.mean())


def lorenz_index(mean: Floats, people: Floats) -> float:
    """One less twice the area under the concentration curve, by trapezes."""
    p = np.concatenate([[0.0], np.cumsum(people) / people.sum()])
    part = np.concatenate([[0.0], np.cumsum(mean * people) / (mean @ people)])
    return 1 - float(np.sum(np.diff(p) * (part[1:] + part[:-1])))


@given(pairs=groups)
def test_the_index_is_that_of_the_covariance_and_of_the_curve(pairs: list[tuple[float, float]]) -> None:
    mean, people = (np.array(column) for column in zip(*pairs, strict=True))
    found = concentration_index(mean, people)
    assert found == pytest.approx(covariance_index(mean, people), abs=1e-9)
    assert found == pytest.approx(lorenz_index(mean, people), abs=1e-9)
    assert -1 <= found <= 1


@given(pairs=groups)
def test_reversing_the_order_of_incomes_reverses_the_sign(pairs: list[tuple[float, float]]) -> None:
    mean, people = (np.array(column) for column in zip(*pairs, strict=True))
    found = concentration_index(mean[::-1].copy(), people[::-1].copy())
    assert found == pytest.approx(-concentration_index(mean, people), abs=1e-9)


@pytest.mark.parametrize(
    ("mean", "people", "index"),
    [
        ([10, 10, 10], [5, 1, 7], 0),
        ([10, 0], [1, 1], -0.5),
        ([0, 10], [1, 1], 0.5),
        ([30, 10], [1, 1], -0.25),
        ([20, 10], [1, 3], 2 * (20 * 0.25 * 0.125 + 10 * 0.75 * 0.625) / 12.5 - 1),
    ],
)
def test_the_index_of_examples_done_by_hand(mean: list[float], people: list[float], index: float) -> None:
    assert concentration_index(np.array(mean, float), np.array(people, float)) == pytest.approx(index)


def test_the_index_is_not_said_where_nobody_travels() -> None:
    assert np.isnan(concentration_index(np.zeros(2), np.ones(2)))
    assert np.isnan(concentration_index(np.empty(0), np.empty(0)))


@pytest.mark.parametrize(
    ("mean", "people"), [([1.0], [1.0, 2.0]), ([-1.0], [1.0]), ([np.nan], [1.0]), ([1.0], [np.nan])]
)
def test_a_wrong_quantity_is_refused(mean: list[float], people: list[float]) -> None:
    with pytest.raises(ValueError, match=r"mean|known"):
        concentration_index(np.array(mean), np.array(people))


def deciles(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return np.array(values, np.int8)


def test_minutes_by_income_leave_out_unknown_incomes_and_count_who_has_no_way() -> None:
    ticks = to_ticks([10.0, 20.0, 4.0, np.inf, 99.0])
    people = np.array([10.0, 30.0, 40.0, 5.0, 15.0])
    found = income_gradient(ticks, people, deciles(1, 1, 10, 2, 0))
    assert found is not None
    assert found.people.tolist() == [40, 0, 0, 0, 0, 0, 0, 0, 0, 40]
    assert found.mean[[0, 9]].tolist() == [17.5, 4.0]
    assert np.isnan(found.mean[1:9]).all()
    assert found.unreached.tolist() == [0, 5, 0, 0, 0, 0, 0, 0, 0, 0]
    assert found.known_share == pytest.approx(85 / 100)
    assert found.index == pytest.approx(2 * (17.5 * 0.5 * 0.25 + 4 * 0.5 * 0.75) / 10.75 - 1)


def test_the_gradient_is_not_computed_without_any_known_income() -> None:
    assert income_gradient(to_ticks([5.0]), np.array([10.0]), deciles(0)) is None
    assert income_gradient(to_ticks([5.0]), np.array([0.0]), deciles(3)) is None


def test_an_impossible_decile_is_refused() -> None:
    for wrong in (-1, 11):
        with pytest.raises(ValueError, match="decile"):
            income_gradient(to_ticks([5.0]), np.array([10.0]), deciles(wrong))
    with pytest.raises(ValueError, match="one value"):
        income_gradient(to_ticks([5.0]), np.array([10.0]), deciles(1, 2))


def test_the_spread_is_weighted_by_residents() -> None:
    found = spread(to_ticks([2.0, 5.0, 20.0]), np.array([10.0, 70.0, 20.0]))
    assert (found.first, found.ninth, found.ratio) == (2.0, 20.0, 10.0)


@given(minutes=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 20)), min_size=1, max_size=12))
def test_deciles_are_those_of_residents_listed_one_by_one(minutes: list[tuple[int, int]]) -> None:
    listed = sorted(m for m, count in minutes for _ in range(count))
    times, counts = (np.array(column, float) for column in zip(*minutes, strict=True))
    found = spread(to_ticks(times), counts)
    if not listed:
        assert np.isnan(found.first)
        return
    n = len(listed)
    assert found.first == listed[-(-n // 10) - 1]
    assert found.ninth == listed[-(-9 * n // 10) - 1]
    assert found.ratio == pytest.approx(found.ninth / found.first)


def test_a_ratio_that_cannot_be_said_is_not_a_number() -> None:
    at_once = spread(to_ticks([0.0, 10.0]), np.ones(2))
    assert (at_once.first, at_once.ninth) == (0.0, 10.0)
    assert np.isnan(at_once.ratio)
    far = spread(np.array([100, UNREACHABLE], np.int32), np.ones(2))
    assert np.isnan(far.ninth)
    assert np.isnan(far.ratio)
    with pytest.raises(ValueError, match="one number"):
        spread(to_ticks([1.0]), np.ones(2))
