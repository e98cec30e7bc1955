"""What a scenario keeps of its answer: aggregates as they may be shown, ready to compare and print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hygie.apps.territory.live_answers import Answer, answer
from hygie.apps.territory.live_steps import Steps
from hygie.apps.territory.selectors import Opened
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.offset import Offset, ServiceOffset, offset_study
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.kernel.measures import Measure, Status
from hygie.reports.tables import base_group, groups_of
from hygie.reports.words import number_parameter

FORMAT = 1
"""Version of the shape below; results of another one are computed again."""

ABSENT = "absent"
"""Status of a measure that a zone or a group does not have."""

Json = dict[str, Any]


def results_of(opened: Opened, steps: Steps) -> Json:
    """Measure the steps and keep what comparing and printing need.

    Returns
    -------
    dict
        ``format``, ``question``, ``main`` and ``loss`` (minutes), ``indicators``: one object an
        indicator with ``key``, ``title``, ``estimate`` and ``rows``, one object a zone and group with
        ``layer``, ``zone``, ``name``, ``group`` and the measures ``before``, ``after``, ``losing``,
        ``gaining``, ``stranded``, each as ``[value, status, reason]``.

    Raises
    ------
    HygieError
        If a place is unknown, or a point cannot be reached.
    """
    found = answer(opened, steps)
    provenance = found.what_if.provenance
    main, loss = number_parameter(provenance, "main_threshold"), number_parameter(provenance, "loss_felt")
    return {
        "format": FORMAT,
        "question": found.question,
        "main": main,
        "loss": loss,
        "indicators": [_indicator(found, one, main, loss) for one in found.moved],
        "offsets": _offsets(opened, found),
    }


def _indicator(found: Answer, before: IndicatorResult, main: float, loss: float) -> Json:
    after, shift = (
        next(one for one in side if one.key == before.key)
        for side in (found.what_if.after, found.what_if.difference)
    )
    later = {(c.layer, c.zone, c.group): c for c in after.cells}
    moved = {(c.layer, c.zone, c.group): c for c in shift.cells}
    rows = []
    for cell in _kept(before, f"beyond_{main:g}"):
        key = (cell.layer, cell.zone, cell.group)
        rows.append(
            {
                "layer": cell.layer,
                "zone": cell.zone,
                "name": cell.zone_name,
                "group": cell.group,
                "before": _pair(cell, f"beyond_{main:g}"),
                "after": _pair(later.get(key), f"beyond_{main:g}"),
                "losing": _pair(moved.get(key), f"people_losing_{loss:g}"),
                "gaining": _pair(moved.get(key), f"people_gaining_{loss:g}"),
                "stranded": _pair(moved.get(key), "people_unreached"),
            }
        )
    estimate = before.status is Status.ESTIMATE
    return {"key": before.key, "title": before.title, "estimate": estimate, "rows": rows}


def _kept(indicator: IndicatorResult, key: str) -> Iterator[Cell]:
    """Every zone for everyone, and every group over the whole territory, where the measure is told."""
    base, groups = base_group(indicator), set(groups_of(indicator))
    for cell in indicator.cells:
        told = cell.group == base or (cell.layer == WHOLE and cell.group in groups)
        if told and key in cell.measures:
            yield cell


def _pair(cell: Cell | None, key: str) -> list[Any]:
    measure = None if cell is None else cell.measures.get(key)
    return _measure(measure)


def _offsets(opened: Opened, found: Answer) -> list[Json]:
    """What would offset the closures, a service each; empty when nothing closes."""
    if not found.what_if.closed or found.what_if.change.open:
        return []
    offset: Offset = offset_study(opened.study, found.what_if.closed, PUBLIC_PLACES, shown=3)
    moved = {one.key for one in found.moved}
    return [_service(one) for one in offset.services if one.key in moved and one.closure is not None]


def _service(service: ServiceOffset) -> Json:
    best = service.best
    openings = [] if best is None else [[o.name, o.commune, o.lon, o.lat] for o in best.openings]
    return {
        "key": service.key,
        "title": service.title,
        "exact": service.exact,
        "openings": openings,
        "suffices": bool(best and best.suffices),
        "lost": _measure(service.closure.everyone.get("person_minutes_lost") if service.closure else None),
        "remains": _measure(best.everyone.get("person_minutes_lost") if best else None),
    }


def _measure(measure: Measure | None) -> list[Any]:
    if measure is None:
        return [None, ABSENT, None]
    return [measure.value, measure.status.value, measure.reason.value if measure.reason else None]
