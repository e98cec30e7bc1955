"""The floating catchment takes its numbers from the catalogue."""

from __future__ import annotations

from datetime import date

import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.catchment_parameters import catchment_parameters

TODAY = date(2026, 11, 22)


def test_decay_cap_thresholds_and_ages_are_those_of_the_catalogue() -> None:
    parameters = catchment_parameters(load_catalogue(), TODAY)
    assert parameters.decay.limits == pytest.approx((10.0, 15.0, 20.0))
    assert parameters.decay.weights == pytest.approx((1.0, 0.3, 0.1))
    assert (parameters.activity_cap, parameters.underserved, parameters.retirement_age) == (6_000, 2.5, 65)
    assert list(parameters.age_coefficients) == [0, 5, 15, 30, 45, 60, 75]
    assert parameters.age_coefficients[75] == pytest.approx(1.9)


def test_every_number_goes_with_its_dated_figure_to_verify() -> None:
    figures = catchment_parameters(load_catalogue(), TODAY).figures
    assert len(figures) == 16
    assert {figure.status for figure in figures} == {"to-verify"}


def test_a_day_without_a_value_is_refused() -> None:
    with pytest.raises(HygieError):
        catchment_parameters(load_catalogue(), date(2000, 1, 1))
