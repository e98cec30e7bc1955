"""Indicators read from others: the elderly far from a pharmacy, the gap of priority quarters.

They are taken from cells as published, so nothing kept back there can come out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.parameters import IndicatorSheet
from hygie.engines.diagnosis.residents import IN_QPV, OUT_QPV, QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed, suppressed


def elderly_base(sheet: IndicatorSheet, access: Iterable[IndicatorResult]) -> IndicatorResult | None:
    """The access indicator that counts the same categories as the elderly's, among those given."""
    return next((result for result in access if set(result.categories) == set(sheet.categories)), None)


def elderly_result(study: Study, sheet: IndicatorSheet, base: IndicatorResult) -> IndicatorResult:
    """The elderly group's cells of an access indicator."""
    if base.reason is not None:
        return empty_result(sheet, base.reason)
    if not study.residents.known:
        return empty_result(sheet, Reason.NO_PEOPLE)
    elderly = study.parameters.elderly_group
    if elderly not in study.residents.weights:
        return empty_result(sheet, Reason.NO_AGE)
    cells = tuple(cell for cell in base.cells if cell.group == elderly)
    return replace(
        empty_result(sheet),
        status=base.status,
        reason=None,
        cells=cells,
        sources=base.sources,
        warnings=base.warnings,
    )


def gap_result(study: Study, sheet: IndicatorSheet, access: Iterable[IndicatorResult]) -> IndicatorResult:
    """Share beyond the main threshold in priority quarters, less the share elsewhere.

    One cell a group over the whole territory; one measure an access indicator, under its key.
    Positive: residents of priority quarters are farther.
    """
    results = tuple(access)
    if not study.residents.known:
        return empty_result(sheet, Reason.NO_PEOPLE)
    if not study.residents.totals.get((QPV, IN_QPV)):
        return empty_result(sheet, Reason.NO_ZONE)
    if all(r.reason is not None for r in results):
        return empty_result(sheet, Reason.NO_SOURCE)
    code, name = study.residents.covers[0].zones[0]
    cells = tuple(
        Cell(WHOLE, code, name, group, {r.key: _gap(r, group, study.parameters.main_key) for r in results})
        for group in study.residents.weights
    )
    estimate = any(r.status is Status.ESTIMATE for r in results)
    status = Status.ESTIMATE if estimate else Status.COMPUTED
    layer = study.territory.layers[QPV]
    return replace(empty_result(sheet), status=status, reason=None, cells=cells, sources=(layer.source,))


def _gap(result: IndicatorResult, group: str, key: str) -> Measure:
    if result.reason is not None:
        return not_computed(result.reason)
    sides: Mapping[str, Cell | None] = {z: result.cell(QPV, z, group) for z in (IN_QPV, OUT_QPV)}
    inner, outer = (cell.measures[key] if cell else not_computed(Reason.NO_ZONE) for cell in sides.values())
    return difference(outer, inner)


def difference(before: Measure, after: Measure) -> Measure:
    """``after − before``; kept back or not computed as soon as either is.

    The interval is that of independent uncertainties; a side without one counts as exact.
    """
    if Status.SUPPRESSED in {before.status, after.status}:
        return suppressed()
    if before.value is None or after.value is None:
        return not_computed(before.reason or after.reason or Reason.NO_SOURCE)
    status = Status.ESTIMATE if Status.ESTIMATE in {before.status, after.status} else Status.COMPUTED
    low = high = None
    if before.low is not None or after.low is not None:
        low = _end(after.low, after.value) - _end(before.high, before.value)
        high = _end(after.high, after.value) - _end(before.low, before.value)
    return Measure(after.value - before.value, status, None, low, high)


def _end(end: float | None, value: float) -> float:
    return value if end is None else end
