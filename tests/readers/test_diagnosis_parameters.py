from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.engines.diagnosis.towns import PARAMETERS

from hygie.engines.diagnosis.parameters import Kind
from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": (5.0, 5.0, 15.0)},
        {"thresholds": (-1.0, 15.0)},
        {"thresholds": (5.0, 20.0)},
        {"smallest_count": 0},
        {"loss_felt": 0.0},
        {"elderly_age": 0},
        {"indicators": PARAMETERS.indicators + PARAMETERS.indicators[:1]},
        {"indicators": (PARAMETERS.indicators[1], replace(PARAMETERS.indicators[1], key="again"))},
        {"indicators": PARAMETERS.indicators[5:6]},
        {"categories": {}},
    ],
)
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(PARAMETERS, **wrong)


def test_an_access_indicator_without_category_mode_or_target_is_refused() -> None:
    for missing in ({"categories": ()}, {"mode": ""}, {"target": ""}):
        with pytest.raises(ValueError, match="categories, a mode and a target"):
            replace(PARAMETERS.indicators[1], **missing)


def test_the_catalogue_gives_its_indicators_and_every_figure_they_use() -> None:
    catalogue = load_catalogue()
    parameters = diagnosis_parameters(catalogue, date(2026, 11, 24))
    assert len(parameters.indicators) == len(catalogue.indicators) > 12
    assert len([sheet for sheet in parameters.of_kind(Kind.ACCESS) if not sheet.brief]) == 8
    assert parameters.thresholds == (5, 10, 15, 20)
    assert (parameters.main_threshold, parameters.smallest_count) == (15, 11)
    used = {key for sheet in parameters.indicators for key in sheet.figures}
    assert used <= {figure.key for figure in parameters.figures}
    assert all(figure.status in {"verified", "to-verify"} for figure in parameters.figures)


def test_a_day_without_figures_is_refused_rather_than_guessed() -> None:
    with pytest.raises(HygieError):
        diagnosis_parameters(load_catalogue(), date(1990, 1, 1))


def test_access_indicators_with_different_thresholds_are_refused() -> None:
    catalogue = load_catalogue()
    gp = replace(catalogue.indicators["access_gp"], thresholds=("access_5", "access_15"))
    mixed = replace(catalogue, indicators={**catalogue.indicators, "access_gp": gp})
    with pytest.raises(HygieError, match="seuils"):
        diagnosis_parameters(mixed, date(2026, 11, 24))
