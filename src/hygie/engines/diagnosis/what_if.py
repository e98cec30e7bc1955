"""Closing and opening places: the same indicators before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import SupplyChange, access_result, nearest_ticks, ticks_after
from hygie.engines.diagnosis.changes import Opening, PlannedChange, check_openings, closed_places
from hygie.engines.diagnosis.diagnose import with_derived
from hygie.engines.diagnosis.equity import difference
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet
from hygie.engines.diagnosis.publication import published_pair
from hygie.engines.diagnosis.result import Cell, IndicatorResult
from hygie.engines.diagnosis.shifts import with_shifts
from hygie.engines.diagnosis.study import Study, prepare, provenance_of
from hygie.engines.kernel.measures import Provenance
from hygie.engines.kernel.minutes import Ticks, to_minutes
from hygie.engines.kernel.territory import Booleans, Floats, Territory
from hygie.engines.kernel.travel import Movement

Results = tuple[IndicatorResult, ...]


@dataclass(frozen=True)
class WhatIf:
    """Every indicator of access, before and after a change, as they may be published.

    Attributes
    ----------
    change
        What was asked.
    closed
        Identifiers of the places closed.
    touched
        Keys of the indicators that count a closed or opened category; the others do not change.
    before, after, difference
        The same indicators, zones, groups and measures; ``difference`` is after minus before.
        ``people_losing_5`` and ``people_gaining_5`` are the residents whose way gets five minutes
        longer or shorter (whatever the catalogue's felt loss is).
    minutes_before, minutes_after
        By indicator key, minutes of every demand point, for maps only.
    provenance
        As for a diagnosis.
    """

    change: PlannedChange
    closed: tuple[str, ...]
    touched: frozenset[str]
    before: Results
    after: Results
    difference: Results
    minutes_before: Mapping[str, Floats]
    minutes_after: Mapping[str, Floats]
    provenance: Provenance


def what_if(
    territory: Territory,
    movements: Mapping[str, Movement],
    parameters: DiagnosisParameters,
    change: PlannedChange,
) -> WhatIf:
    """Compute the indicators of access before and after a change.

    Raises
    ------
    HygieError
        If a place or a category is unknown, or a point cannot be reached.
    """
    return what_if_study(prepare(territory, movements, parameters), change)


def what_if_study(study: Study, change: PlannedChange) -> WhatIf:
    """The same, of a territory already prepared."""
    closing = closed_places(study.territory.places, change.close)
    check_openings(study, change.open)
    touched = _touched(study, closing, change.open)
    now, standing, unchanged = _standing(study)
    moving = tuple(sheet for sheet in study.computable() if sheet.key in touched)
    later = {**now, **ticks_after(study, moving, now, _supply_change(closing, change.open))}
    pairs = [
        _pair(study, sheet, now.get(sheet.key), later.get(sheet.key))
        if sheet.key in touched
        else (standing[sheet.key], standing[sheet.key])
        for sheet in study.access_sheets
    ]
    before = with_derived(study, [first for first, _ in pairs])
    after = with_derived(study, [second for _, second in pairs])
    return WhatIf(
        change=change,
        closed=tuple(study.territory.places.ids[closing].tolist()),
        touched=touched,
        before=before,
        after=after,
        difference=tuple(
            unchanged[a.key] if b is a is standing.get(a.key) else _difference(a, b)
            for a, b in zip(before, after, strict=True)
        ),
        minutes_before={key: to_minutes(ticks) for key, ticks in now.items()},
        minutes_after={key: to_minutes(ticks) for key, ticks in later.items()},
        provenance=_provenance(study, idle=not touched and bool(change.close or change.open)),
    )


@lru_cache(maxsize=2)
def _standing(
    study: Study,
) -> tuple[dict[str, Ticks], dict[str, IndicatorResult], dict[str, IndicatorResult]]:
    """Times, results and differences of every access indicator when nothing changes, once a study."""
    now = nearest_ticks(study, study.computable())
    results = {
        sheet.key: _pair(study, sheet, now.get(sheet.key), now.get(sheet.key))[0]
        for sheet in study.access_sheets
    }
    return now, results, {key: _difference(result, result) for key, result in results.items()}


def _touched(study: Study, closing: Booleans, openings: tuple[Opening, ...]) -> frozenset[str]:
    """Keys of the access indicators that count a closed or opened category."""
    changed = set(study.territory.places.categories[closing].tolist())
    changed |= {opening.category for opening in openings}
    return frozenset(sheet.key for sheet in study.access_sheets if changed.intersection(sheet.categories))


def _supply_change(closing: Booleans, openings: tuple[Opening, ...]) -> SupplyChange:
    return SupplyChange(
        closed=np.flatnonzero(closing),
        categories=np.array([opening.category for opening in openings], dtype=np.str_),
        lon=np.array([opening.lon for opening in openings], dtype=np.float64),
        lat=np.array([opening.lat for opening in openings], dtype=np.float64),
    )


def _pair(
    study: Study, sheet: IndicatorSheet, now: Ticks | None, later: Ticks | None
) -> tuple[IndicatorResult, IndicatorResult]:
    """One access indicator before and after, as both may be published together."""
    before, after = access_result(study, sheet, now), access_result(study, sheet, later)
    if now is None or later is None:
        return before, after
    counted: NDArray[np.intp] = study.residents.positions
    cells = with_shifts(study, (before.cells, after.cells), (now[counted], later[counted]))
    totals, smallest = study.residents.totals, study.parameters.smallest_count
    pairs = [
        published_pair(first, second, zone_people=totals[first.layer, first.zone], smallest=smallest)
        for first, second in zip(*cells, strict=True)
    ]
    return (
        replace(before, cells=tuple(first for first, _ in pairs)),
        replace(after, cells=tuple(second for _, second in pairs)),
    )


def _difference(before: IndicatorResult, after: IndicatorResult) -> IndicatorResult:
    cells = tuple(_cell_difference(a, b) for a, b in zip(before.cells, after.cells, strict=True))
    return replace(after, cells=cells)


def _cell_difference(before: Cell, after: Cell) -> Cell:
    return replace(
        after,
        measures={key: difference(before.measures[key], after.measures[key]) for key in before.measures},
    )


def _provenance(study: Study, *, idle: bool) -> Provenance:
    """What the what-if stands on; an ``idle`` one changes nothing that is measured, and says so."""
    provenance = provenance_of(study)
    if not idle:
        return provenance
    nothing = "Aucun indicateur ne compte les lieux fermés ou ouverts\u00a0: rien ne change."
    return replace(provenance, warnings=(*provenance.warnings, nothing))
