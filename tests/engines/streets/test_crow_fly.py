"""Straight-line times, for want of streets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import Located, TravelModel
from hygie.engines.streets.crowfly import CrowFlyTravel

PLANE = Plane(3.0, 43.2)
CROW = CrowFlyTravel(PLANE, metres_per_minute=80.0, detour_factor=1.3)


def located(metres: list[tuple[float, float]]) -> Located:
    x, y = np.array(metres, np.float64).reshape(-1, 2).T
    return CROW.locate(*PLANE.to_degrees(x, y))


def test_it_is_a_travel_model_that_estimates() -> None:
    model: TravelModel = CROW
    assert model.estimate


def test_time_is_distance_by_detour_over_speed() -> None:
    ticks = CROW.each(located([(0, 0)]), located([(300, 400), (0, 0)]))
    assert (ticks / TICKS_PER_MINUTE).tolist() == [[pytest.approx(500 * 1.3 / 80, abs=1e-5), 0]]


def test_what_is_too_far_or_nowhere_is_unreachable() -> None:
    here, nowhere = CROW.locate([3.0], [43.2]), CROW.locate([np.nan, 20.0], [43.2, 43.2])
    assert CROW.each(here, nowhere).tolist() == [[UNREACHABLE, UNREACHABLE]]
    assert CROW.nearest_two(here, nowhere, np.zeros(2, np.int32), 1).first_place.tolist() == [[-1]]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), places=st.integers(0, 12))
def test_the_two_nearest_are_those_of_all_times_sorted(seed: int, places: int) -> None:
    rng = np.random.default_rng(seed)
    spots = rng.integers(0, 3, (places + 5, 2)) * 100.0  # few spots, many ties
    origins, goals = (located([(float(x), float(y)) for x, y in part]) for part in (spots[:5], spots[5:]))
    group = rng.integers(0, 3, places).astype(np.int32)
    times = CROW.each(origins, goals)
    two = CROW.nearest_two(origins, goals, group, 3)
    for i in range(5):
        for g in range(3):
            ranked = sorted((int(times[i, p]), int(p)) for p in np.flatnonzero(group == g))
            ranked += [(UNREACHABLE, -1)] * 2
            assert (two.first[i, g], two.first_place[i, g], two.second[i, g]) == (*ranked[0], ranked[1][0])
    np.testing.assert_array_equal(CROW.nearest(origins, goals, group, 3), two.first)


def test_a_group_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="groups"):
        CROW.nearest(located([(0, 0)]), located([(0, 0)]), np.array([2], np.int32), 2)


@pytest.mark.parametrize(("speed", "detour"), [(0.0, 1.3), (80.0, 0.9)])
def test_parameters_that_mean_nothing_are_refused(speed: float, detour: float) -> None:
    with pytest.raises(ValueError, match="detour"):
        CrowFlyTravel(PLANE, metres_per_minute=speed, detour_factor=detour)
