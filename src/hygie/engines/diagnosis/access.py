"""Minutes to the nearest place that answers, by indicator, zone and group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.groups import DWELLINGS
from hygie.engines.diagnosis.parameters import IndicatorSheet, beyond_key, people_key
from hygie.engines.diagnosis.residents import Cover
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.diagnosis.study import Study, by_mode
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks
from hygie.engines.kernel.territory import Floats, Integers, Texts
from hygie.engines.reach.statistics import Statistics, ordered, statistics
from hygie.engines.reach.what_if import Change, nearest_after


def nearest_ticks(study: Study, sheets: Iterable[IndicatorSheet]) -> dict[str, Ticks]:
    """Ticks from every point of the demand to the nearest place of each indicator.

    One sweep a mode answers all its indicators.

    Returns
    -------
    dict
        By indicator key, shape (points of the demand,).
    """
    found: dict[str, Ticks] = {}
    for mode, together in by_mode(sheets).items():
        movement = study.movements[mode]
        group = place_groups(study.territory.places.categories, together)
        counted = np.flatnonzero(group >= 0)
        places = movement.places.take(counted)
        ticks = movement.model.nearest(movement.people, places, group[counted], len(together))
        found.update(_by_key(together, ticks))
    return found


def ticks_after(
    study: Study, sheets: Iterable[IndicatorSheet], before: Mapping[str, Ticks], change: SupplyChange
) -> dict[str, Ticks]:
    """The same after some places close and others open; ``before`` is left as it was."""
    found: dict[str, Ticks] = {}
    for mode, together in by_mode(sheets).items():
        movement = study.movements[mode]
        group = place_groups(study.territory.places.categories, together)
        opened_group = place_groups(change.categories, together)
        counted = np.flatnonzero(opened_group >= 0)
        opened = movement.model.locate(change.lon[counted], change.lat[counted])
        times = np.column_stack([before[sheet.key] for sheet in together])
        after = nearest_after(movement, group, times, Change(change.closed, opened, opened_group[counted]))
        found.update(_by_key(together, after))
    return found


@dataclass(frozen=True)
class SupplyChange:
    """Positions of the places that close; category and degrees of those that open."""

    closed: NDArray[np.int64]
    categories: Texts
    lon: Floats
    lat: Floats


def place_groups(categories: Texts, sheets: Iterable[IndicatorSheet]) -> Integers:
    """Rank of the indicator that counts each category, -1 for none; shape (categories,)."""
    group = np.full(len(categories), -1, np.int32)
    for rank, sheet in enumerate(sheets):
        group[np.isin(categories, sheet.categories)] = rank
    return group


def _by_key(sheets: list[IndicatorSheet], ticks: Ticks) -> dict[str, Ticks]:
    return {sheet.key: ticks[:, column] for column, sheet in enumerate(sheets)}


def access_result(study: Study, sheet: IndicatorSheet, ticks: Ticks | None) -> IndicatorResult:
    """One access indicator, nothing kept back yet.

    Parameters
    ----------
    ticks
        Of every point of the demand; None when the indicator cannot be computed here.
    """
    if ticks is None:
        return empty_result(sheet, study.reason_against(sheet) or Reason.NO_SOURCE)
    places = study.territory.places
    estimate = study.movements[sheet.mode].model.estimate
    return replace(
        empty_result(sheet),
        status=Status.ESTIMATE if study.estimated(sheet.mode) else Status.COMPUTED,
        reason=None,
        cells=access_cells(study, sheet, ticks[study.residents.positions]),
        sources=tuple(np.unique(places.sources[places.of(*sheet.categories)]).tolist()),
        warnings=(CROW_FLY,) if estimate else (),
    )


CROW_FLY = (
    "Estimation\u00a0: distances à vol d’oiseau allongées d’un facteur de détour, sans le tracé des rues."
)


def empty_result(sheet: IndicatorSheet, reason: Reason = Reason.NO_SOURCE) -> IndicatorResult:
    """An indicator that is not computed, and why."""
    return IndicatorResult(
        key=sheet.key,
        title=sheet.title,
        question=sheet.question,
        unit=sheet.unit,
        categories=sheet.categories,
        status=Status.NOT_COMPUTED,
        reason=reason,
        cells=(),
        figures=sheet.figures,
        brief=sheet.brief,
    )


def access_cells(study: Study, sheet: IndicatorSheet, ticks: Ticks) -> tuple[Cell, ...]:
    """Statistics by zone and group of the times of the counted residents, shape (counted points,)."""
    thresholds, residents = study.parameters.thresholds, study.residents
    status = Status.ESTIMATE if study.estimated(sheet.mode) else Status.COMPUTED
    # wherever they live, residents reach nothing where nobody does: no interval then
    imputed = residents.imputed & bool((ticks < UNREACHABLE).any())
    cells: list[Cell] = []
    for cover in residents.covers:
        points = ordered(ticks, cover.index, zones=len(cover.zones), thresholds=thresholds)
        for group, weights in residents.weights.items():
            results = statistics(points, weights, imputed)
            measures = [_measures(results, z, thresholds, status) for z in range(len(cover.zones))]
            cells.extend(_group_cells(cover, group, measures))
    not_by_age = [{"people": not_computed(Reason.NO_AGE)}]
    for cut in residents.cut:
        cells.extend(_zone_cells(residents.covers[0], cut.key, not_by_age))
    return tuple(cells)


def _group_cells(cover: Cover, group: str, measures: list[dict[str, Measure]]) -> list[Cell]:
    """Cells of one group; those of dwellings count points and say nothing of residents."""
    if group != DWELLINGS:
        return _zone_cells(cover, group, measures)
    nobody_known = [dict.fromkeys(values, not_computed(Reason.NO_PEOPLE)) for values in measures]
    by_point = [
        {"points": values["people"], **{k: v for k, v in values.items() if not k.startswith("people")}}
        for values in measures
    ]
    return _zone_cells(cover, WHOLE, nobody_known) + _zone_cells(cover, DWELLINGS, by_point)


def _zone_cells(cover: Cover, group: str, measures: list[dict[str, Measure]]) -> list[Cell]:
    return [
        Cell(cover.layer, code, name, group, values)
        for (code, name), values in zip(cover.zones, measures, strict=True)
    ]


def _measures(
    results: Statistics, zone: int, thresholds: tuple[float, ...], status: Status
) -> dict[str, Measure]:
    people = float(results.people[zone])
    written = {"people": Measure(people, status)}
    for key, values in (("median", results.median), ("p90", results.p90), ("mean", results.mean)):
        written[key] = _minutes(float(values[zone]), people, status)
    for column, key in enumerate([*(beyond_key(t) for t in thresholds), "unreached"]):
        count = _count(results, zone, column, status)
        written[people_key(key)] = count
        written[key] = _share(count, people)
    return written


def _minutes(value: float, people: float, status: Status) -> Measure:
    if np.isnan(value):
        return not_computed(Reason.NOBODY_REACHES if people > 0 else Reason.NO_PEOPLE)
    return Measure(value, status)


def _count(results: Statistics, zone: int, column: int, status: Status) -> Measure:
    value = float(results.beyond[zone, column])
    if results.low is None or results.high is None:
        return Measure(value, status)
    low, high = float(results.low[zone, column]), float(results.high[zone, column])
    return Measure(value, status, None, min(low, value), max(high, value))


def _share(count: Measure, total: float) -> Measure:
    if total <= 0 or count.value is None:
        return not_computed(Reason.NO_PEOPLE)
    if count.low is None or count.high is None:
        return Measure(count.value / total, count.status)
    return Measure(count.value / total, count.status, None, count.low / total, count.high / total)
