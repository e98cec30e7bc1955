from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.reach.summaries import Residents, summarise

from hygie.engines.kernel.minutes import to_ticks
from hygie.engines.reach.statistics import ordered, statistics

points = st.lists(
    st.tuples(
        st.sampled_from([0.0, 4.0, 5.0, 5.1, 15.0, 22.0, float("inf")]),  # minutes
        st.sampled_from([0.0, 0.5, 1.0, 3.0, 12.0]),  # residents
        st.integers(-1, 3),  # zone
        st.booleans(),  # imputed
    ),
    max_size=30,
)


@given(points)
@settings(deadline=None)
def test_statistics_of_all_groups_at_once_are_those_of_each_summary(
    drawn: list[tuple[float, float, int, bool]],
) -> None:
    ticks = to_ticks(np.array([p[0] for p in drawn], np.float64))
    people = np.array([p[1] for p in drawn], np.float64)
    zone = np.array([p[2] for p in drawn], np.int32)
    imputed = np.array([p[3] for p in drawn], np.bool_)
    ours = statistics(ordered(ticks, zone, zones=4, thresholds=(5.0, 15.0)), people, imputed)
    theirs = summarise(ticks, Residents(people, zone, 4, imputed), (5.0, 15.0))
    some = theirs.people > 0
    pairs = [
        (ours.people, theirs.people),
        (ours.mean, theirs.mean),
        (ours.median, theirs.median),
        (ours.p90, theirs.p90),
        (ours.beyond[:, :2], theirs.people_beyond),
        (ours.beyond[some, 2], theirs.unreached[some] * theirs.people[some]),
    ]
    if ours.low is not None and ours.high is not None:
        whole = theirs.people[some, None]
        pairs.append((ours.low[some, :2], theirs.beyond_low[some] * whole))
        pairs.append((ours.high[some, :2], theirs.beyond_high[some] * whole))
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@given(points)
@settings(deadline=None)
def test_half_of_the_residents_are_within_the_median_and_no_less_time_would_do(
    drawn: list[tuple[float, float, int, bool]],
) -> None:
    ticks = to_ticks(np.array([p[0] for p in drawn], np.float64))
    people = np.array([p[1] for p in drawn], np.float64)
    zone = np.zeros(len(drawn), np.int32)
    found = statistics(
        ordered(ticks, zone, zones=1, thresholds=(5.0,)), people, np.zeros(len(drawn), np.bool_)
    ).median[0]
    half = people.sum() / 2
    minutes = np.array([p[0] for p in drawn], np.float64)
    if half == 0:
        assert np.isnan(found)
    elif np.isnan(found):
        assert people[np.isfinite(minutes)].sum() < half
    else:
        assert people[minutes <= found + 1e-5].sum() >= half - 1e-9
        assert people[minutes < found - 1e-5].sum() < half + 1e-9


def test_spread_residents_may_be_all_within_or_all_beyond() -> None:
    ticks = to_ticks([1.0, 9.0, 9.0])
    found = statistics(
        ordered(ticks, np.zeros(3, np.int32), zones=1, thresholds=(5.0,)),
        np.array([1.0, 2.0, 4.0]),
        np.array([True, True, False]),
    )
    assert found.low is not None
    assert found.high is not None
    assert (found.low[0, 0], found.beyond[0, 0], found.high[0, 0]) == pytest.approx((4, 6, 7))
