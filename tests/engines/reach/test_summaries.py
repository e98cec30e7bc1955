"""Weighted statistics of times: inclusive thresholds, no default, intervals for imputed residents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.engines.reach.summaries import Residents, Summary, summarise

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, to_ticks
from hygie.engines.kernel.territory import OUTSIDE

INF = np.inf


def summary(
    minutes: list[float],
    people: list[float],
    *,
    zone: list[int] | None = None,
    imputed: list[bool] | None = None,
    thresholds: tuple[float, ...] = (15.0,),
) -> Summary:
    n = len(minutes)
    index = np.array(zone if zone is not None else [0] * n, np.int32)
    spread = np.array(imputed if imputed is not None else [False] * n, np.bool_)
    zones = max(int(index.max(initial=0)) + 1, 1)
    residents = Residents(np.array(people, np.float64), index, zones, spread)
    return summarise(to_ticks(minutes), residents, thresholds)


def test_exactly_fifteen_minutes_is_within_fifteen() -> None:
    assert summary([15.0], [10]).beyond.tolist() == [[0.0]]


def test_one_tick_more_is_beyond() -> None:
    assert summary([15.0 + 1 / TICKS_PER_MINUTE], [10]).beyond.tolist() == [[1.0]]


def test_without_any_place_everyone_is_beyond_and_nothing_has_a_median() -> None:
    found = summary([INF, INF], [10, 5], thresholds=(5.0, 20.0))
    assert found.beyond.tolist() == [[1.0, 1.0]]
    assert found.people_beyond.tolist() == [[15.0, 15.0]]
    assert found.unreached.tolist() == [1.0]
    assert np.isnan([found.mean[0], found.median[0], found.p90[0]]).all()


def test_residents_weigh_the_mean_and_the_median() -> None:
    found = summary([2.0, 10.0], [3, 1])
    assert found.mean[0] == pytest.approx(4.0)
    assert found.median[0] == 2.0
    assert found.p90[0] == 10.0


def test_the_median_is_the_least_time_that_holds_half() -> None:
    assert summary([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1]).median[0] == 2.0
    assert summary([1.0, 9.0], [0.1 + 0.2, 0.3]).median[0] == 1.0


def test_the_mean_is_over_those_who_reach_and_p90_says_nothing_when_a_tenth_does_not() -> None:
    found = summary([4.0, INF], [8, 2])
    assert found.mean[0] == pytest.approx(4.0)
    assert found.median[0] == 4.0
    assert np.isnan(found.p90[0])
    assert found.unreached[0] == pytest.approx(0.2)


def test_imputed_residents_open_an_interval() -> None:
    found = summary([20.0, 20.0, 5.0, 5.0], [1, 2, 3, 4], imputed=[False, True, False, True])
    assert found.beyond[0, 0] == pytest.approx(0.3)
    assert found.beyond_low[0, 0] == pytest.approx(0.1)
    assert found.beyond_high[0, 0] == pytest.approx(0.7)


def test_points_outside_every_zone_and_empty_points_count_nowhere() -> None:
    found = summary([1.0, 50.0, 60.0, 2.0], [1, 5, 0, 1], zone=[0, OUTSIDE, 0, 1])
    assert found.people.tolist() == [1.0, 1.0]
    assert found.p90.tolist() == [1.0, 2.0]


def test_a_zone_without_residents_has_no_share() -> None:
    found = summary([1.0, 1.0], [0, 2], zone=[0, 1])
    assert np.isnan([found.beyond[0, 0], found.unreached[0], found.median[0], found.mean[0]]).all()
    assert found.people[0] == 0


@pytest.mark.parametrize("people", [np.nan, -1.0, np.inf])
def test_unknown_numbers_of_residents_are_refused(people: float) -> None:
    with pytest.raises(ValueError, match="select"):
        summary([1.0], [people])


def test_a_zone_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="zones go from"):
        Residents(np.ones(1), np.array([3], np.int32), 2, np.zeros(1, np.bool_))


points = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.5, 15.0, 15.5, 40.0, INF]),
        st.sampled_from([0.0, 1.0, 2.5, 7.0]),
        st.integers(OUTSIDE, 2),
        st.booleans(),
    ),
    max_size=25,
)


@given(points=points)
def test_every_zone_is_that_of_a_count_by_hand(points: list[tuple[float, float, int, bool]]) -> None:
    found = summary(
        [p[0] for p in points],
        [p[1] for p in points],
        zone=[p[2] for p in points],
        imputed=[p[3] for p in points],
    )
    for zone in range(len(found.people)):
        here = sorted((minutes, people) for minutes, people, z, _ in points if z == zone and people > 0)
        total = sum(people for _, people in here)
        assert found.people[zone] == pytest.approx(total)
        if total == 0:
            continue
        beyond = sum(people for minutes, people in here if minutes > 15)
        assert found.people_beyond[zone, 0] == pytest.approx(beyond)
        assert found.beyond_low[zone, 0] <= found.beyond[zone, 0] <= found.beyond_high[zone, 0]
        for column, part in ((found.median, 0.5), (found.p90, 0.9)):
            held = np.cumsum([people for _, people in here])
            expected = here[int(np.argmax(held >= part * total * (1 - 1e-9)))][0]
            assert _same(column[zone], expected)


def _same(found: float, expected: float) -> bool:
    return bool(np.isnan(found)) if np.isinf(expected) else bool(np.isclose(found, expected))


@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_points_is_irrelevant(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ticks = rng.choice(np.array([0, 5_000_000, 9_000_000, UNREACHABLE], np.int32), 30)
    people, zone = rng.uniform(0, 9, 30), rng.integers(-1, 3, 30).astype(np.int32)
    order = rng.permutation(30)

    def figures(p: NDArray[np.int64]) -> list[NDArray[np.float64]]:
        residents = Residents(people[p], zone[p], 3, np.zeros(30, np.bool_))
        found = summarise(ticks[p], residents, (15.0, 20.0))
        return [getattr(found, name) for name in found.__dataclass_fields__]

    for one, other in zip(figures(np.arange(30)), figures(order), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)
