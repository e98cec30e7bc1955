"""Standardised residents: as many as residents over the reference, more where people are older."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.territory import AgeBand
from hygie.engines.reach.age_need import AgeNeed, pyramid_by_year, standardised

AGES, COEFFICIENTS = (0, 3, 6), (2.0, 1.0, 5.0)
PYRAMID = np.array([10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 5.0, 5.0])
NEED = AgeNeed(AGES, COEFFICIENTS, PYRAMID)
MEAN = (2.0 * 30 + 1.0 * 60 + 5.0 * 10) / 100
WHOLE = (AgeBand(0, 2), AgeBand(3, 5), AgeBand(6, None))


def test_each_class_counts_as_its_coefficient_over_the_mean_of_the_reference() -> None:
    points = standardised(NEED, WHOLE, np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 3.0]]))
    assert points == pytest.approx([2.0 / MEAN, 2.0 / MEAN, 15.0 / MEAN])


def test_a_band_across_two_classes_is_mixed_as_the_reference_is() -> None:
    # Ages 2 and 3: 10 residents at 2.0 and 20 at 1.0.
    assert NEED.of_band(AgeBand(2, 3)) == pytest.approx((10 * 2.0 + 20 * 1.0) / 30 / MEAN)


def test_ages_beyond_the_reference_are_its_last_year() -> None:
    assert NEED.of_band(AgeBand(90, None)) == pytest.approx(5.0 / MEAN)
    assert NEED.of_band(AgeBand(7, 120)) == pytest.approx(5.0 / MEAN)


@given(
    people=st.lists(st.floats(0, 1e4), min_size=8, max_size=30).filter(lambda p: sum(p) > 1.0),
    coefficients=st.lists(st.floats(0.1, 5.0), min_size=3, max_size=3),
)
def test_the_reference_has_as_many_standardised_residents_as_residents(
    people: list[float], coefficients: list[float]
) -> None:
    pyramid = np.array(people)
    need = AgeNeed(AGES, tuple(coefficients), pyramid)
    years = (*(AgeBand(age, age) for age in range(len(people) - 1)), AgeBand(len(people) - 1, None))
    assert standardised(need, years, pyramid[None, :])[0] == pytest.approx(float(pyramid.sum()), rel=1e-9)


def test_only_the_proportions_of_the_coefficients_count() -> None:
    tenfold = AgeNeed(AGES, tuple(10 * c for c in COEFFICIENTS), PYRAMID)
    assert tenfold.by_year == pytest.approx(NEED.by_year)


def test_a_band_of_nobody_with_unlike_coefficients_is_refused() -> None:
    pyramid = PYRAMID.copy()
    pyramid[2:4] = 0.0
    with pytest.raises(ValueError, match="nobody of 2 to 3"):
        AgeNeed(AGES, COEFFICIENTS, pyramid).of_band(AgeBand(2, 3))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ages": ()},
        {"ages": (1, 3, 6)},
        {"ages": (0, 6, 6)},
        {"coefficients": (1.0, 1.0)},
        {"coefficients": (1.0, -1.0, 1.0)},
        {"coefficients": (0.0, 0.0, 0.0)},
        {"pyramid": np.ones(6)},
        {"pyramid": np.full(8, np.nan)},
        {"pyramid": np.zeros(8)},
    ],
)
def test_a_need_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"ages": AGES, "coefficients": COEFFICIENTS, "pyramid": PYRAMID}
    with pytest.raises(ValueError, match=r"classes|coefficients|reference"):
        AgeNeed(**{**right, **wrong})


def test_unknown_ages_are_refused_rather_than_counted_as_nobody() -> None:
    with pytest.raises(ValueError, match="one at least"):
        standardised(NEED, (), np.empty((2, 0)))
    with pytest.raises(ValueError, match="one column an age band"):
        standardised(NEED, WHOLE, np.ones((2, 2)))


def test_a_pyramid_by_year_is_even_within_each_band_and_loses_nobody() -> None:
    years = pyramid_by_year((AgeBand(0, 1), AgeBand(2, None)), np.array([10.0, 9.0]), oldest=4)
    assert years == pytest.approx([5.0, 5.0, 3.0, 3.0, 3.0])


def test_a_pyramid_ends_within_its_last_band() -> None:
    with pytest.raises(ValueError, match="oldest year"):
        pyramid_by_year((AgeBand(0, 5), AgeBand(6, None)), np.array([1.0, 1.0]), oldest=5)
