"""The indicators of a territory, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hygie.engines.diagnosis.access import access_result, empty_result, nearest_ticks
from hygie.engines.diagnosis.closures import closure_lines, cost, services_of
from hygie.engines.diagnosis.dependence import dependences_of
from hygie.engines.diagnosis.equity import elderly_base, elderly_result, gap_result
from hygie.engines.diagnosis.findings import findings_of
from hygie.engines.diagnosis.more import MORE
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.diagnosis.population import population_result
from hygie.engines.diagnosis.publication import published_result
from hygie.engines.diagnosis.result import ClosureLine, Diagnosis, IndicatorResult
from hygie.engines.diagnosis.study import UNKNOWN_CALENDAR, Study, prepare, provenance_of
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement
from hygie.engines.reach.days import Calendar


def diagnose(
    territory: Territory,
    movements: Mapping[str, Movement],
    parameters: DiagnosisParameters,
    *,
    calendar: Calendar = UNKNOWN_CALENDAR,
) -> Diagnosis:
    """Compute every indicator of a territory, as it may be published.

    Parameters
    ----------
    territory
        Residents, places and zones.
    movements
        By mode key (``walk``, ``car``); an indicator whose mode is absent is not computed.
    parameters
        Indicators, thresholds, publication rules.
    calendar
        Holidays of the territory; unknown when nobody gave them.

    Returns
    -------
    Diagnosis
        Counts too small to be shown are already kept back, everywhere.
    """
    return diagnose_study(prepare(territory, movements, parameters, calendar=calendar))


def diagnose_study(study: Study) -> Diagnosis:
    """Diagnosis of a territory already prepared, for callers that ask more of it afterwards."""
    territory, parameters = study.territory, study.parameters
    sheets = study.computable()
    ticks = nearest_ticks(study, sheets)
    raw = [access_result(study, sheet, ticks.get(sheet.key)) for sheet in study.access_sheets]
    population = [population_result(study, sheet) for sheet in parameters.of_kind(Kind.POPULATION)]
    more = [MORE[s.kind].compute(study, s, ticks) for s in parameters.indicators if s.kind in MORE]
    shown = [
        published_result(result, study.residents.totals, parameters.smallest_count)
        for result in (*population, *raw, *more)
    ]
    services = services_of(study, _closed_sheets(study))
    closures = closure_lines(study, services)
    results = with_derived(study, shown, _closed_sheets(study))
    listed = tuple(line for line in closures if cost(line) > (0, 0))[: parameters.closures_shown]
    return Diagnosis(
        code=territory.code,
        name=territory.name,
        fictional=territory.fictional,
        population_label=territory.population_label,
        indicators=results,
        closures=listed,
        findings=findings_of(study, results, closures=closures, dependences=dependences_of(study, services)),
        minutes={key: to_minutes(values) for key, values in ticks.items()},
        provenance=provenance_of(study),
    )


def closures_of(study: Study) -> tuple[ClosureLine, ...]:
    """Every closure of the territory, costliest first; none where residents are not known."""
    return closure_lines(study, services_of(study, _closed_sheets(study)))


def _closed_sheets(study: Study) -> tuple[IndicatorSheet, ...]:
    """Computable main indicators of access, whose places are closed in turn.

    The sheet of closures may name categories; without any, all are.
    """
    named = {c for sheet in study.parameters.of_kind(Kind.CLOSURES) for c in sheet.categories}
    main = (sheet for sheet in study.computable() if not sheet.brief)
    return tuple(s for s in main if not named or named.intersection(s.categories))


def with_derived(
    study: Study, shown: Iterable[IndicatorResult], closed: tuple[IndicatorSheet, ...] | None = None
) -> tuple[IndicatorResult, ...]:
    """Indicators in the catalogue's order, with those that are read from the ones given.

    Parameters
    ----------
    shown
        Population and access indicators, as published.
    closed
        Access indicators whose places were closed in turn; None when closures were not asked.
    """
    by_key = {result.key: result for result in shown}
    access = [by_key[sheet.key] for sheet in study.access_sheets if sheet.key in by_key]
    for sheet in study.parameters.indicators:
        if sheet.kind is Kind.ELDERLY and (base := elderly_base(sheet, access)):
            by_key[sheet.key] = elderly_result(study, sheet, base)
        elif sheet.kind is Kind.GAP and access:
            by_key[sheet.key] = gap_result(study, sheet, [a for a in access if not a.brief])
        elif sheet.kind is Kind.CLOSURES and closed is not None:
            by_key[sheet.key] = _closures_result(study, sheet, closed)
    return tuple(by_key[sheet.key] for sheet in study.parameters.indicators if sheet.key in by_key)


def _closures_result(
    study: Study, sheet: IndicatorSheet, closed: tuple[IndicatorSheet, ...]
) -> IndicatorResult:
    """Status of the closures; their numbers are the diagnosis' ``closures``, not cells."""
    if not study.residents.known:
        return empty_result(sheet, Reason.NO_PEOPLE)
    if not closed:
        return empty_result(sheet, Reason.NO_SOURCE)
    estimate = any(study.estimated(s.mode) for s in closed)
    status = Status.ESTIMATE if estimate else Status.COMPUTED
    categories = tuple(c for s in closed for c in s.categories)
    return replace(empty_result(sheet), status=status, reason=None, categories=categories)
