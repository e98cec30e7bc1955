"""Parameters of the engines, from the catalogue in force on a day."""

from __future__ import annotations

from datetime import date

from hygie.engines.diagnosis.parameters import (
    CategoryWords,
    DiagnosisParameters,
    IndicatorSheet,
    Kind,
    WhenOpen,
)
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.readers.catalogue import Catalogue, Indicator
from hygie.readers.catchment_parameters import catchment_parameters

_SMALLEST, _FELT, _ELDERLY = "smallest_count", "loss_felt", "elderly_age"
_WEEKDAYS = {"weekday": (0, 1, 2, 3, 4), "saturday": (5,), "sunday": (6,)}


def diagnosis_parameters(catalogue: Catalogue, on: date) -> DiagnosisParameters:
    """What a diagnosis computes, with the figures in force on a day.

    Raises
    ------
    HygieError
        If a figure has no value on that day, or the indicators do not agree on their thresholds.
    """
    indicators = tuple(catalogue.indicators.values())
    keys = dict.fromkeys((_SMALLEST, _FELT, _ELDERLY, *(k for i in indicators for k in i.all_figures)))
    figures = {key: catalogue.figure(key, on) for key in keys}
    thresholds, main = _thresholds(indicators, figures)
    return DiagnosisParameters(
        indicators=tuple(_sheet(indicator) for indicator in indicators),
        categories={key: CategoryWords(c.title, c.of) for key, c in catalogue.categories.items()},
        thresholds=thresholds,
        main_threshold=main,
        smallest_count=round(figures[_SMALLEST].value),
        loss_felt=figures[_FELT].value,
        elderly_age=round(figures[_ELDERLY].value),
        figures=tuple(figures.values()),
        on=on,
        catchment=catchment_parameters(catalogue, on),
    )


def _thresholds(
    indicators: tuple[Indicator, ...], figures: dict[str, FigureUse]
) -> tuple[tuple[float, ...], float]:
    """The thresholds that all access indicators share, and the one their questions ask about."""
    access = [indicator for indicator in indicators if indicator.kind == Kind.ACCESS]
    asked = {(indicator.thresholds, indicator.main_threshold) for indicator in access}
    if len(asked) != 1:
        raise HygieError(
            "Les indicateurs d’accès n’ont pas tous les mêmes seuils.",
            why="Leurs tableaux ne pourraient pas être comparés.",
            fix="Donner les mêmes seuils à toutes les fiches d’indicateur de nature «\u00a0access\u00a0».",
        )
    keys, main = asked.pop()
    return tuple(sorted(figures[key].value for key in keys)), figures[main].value


def _sheet(indicator: Indicator) -> IndicatorSheet:
    return IndicatorSheet(
        key=indicator.key,
        title=indicator.title,
        question=indicator.question,
        unit=indicator.unit,
        kind=Kind(indicator.kind),
        categories=indicator.categories,
        mode=indicator.mode,
        target=indicator.target,
        subject=indicator.subject,
        figures=indicator.all_figures,
        brief=indicator.brief,
        when=_when(indicator),
    )


def _when(indicator: Indicator) -> WhenOpen | None:
    moment = indicator.moment
    if moment is None:
        return None
    return WhenOpen(_WEEKDAYS[moment.day], moment.hour, moment.words, moment.only, moment.nothing)
