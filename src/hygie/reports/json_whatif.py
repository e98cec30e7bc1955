"""A what-if as JSON: what ``hygie whatif --json`` writes and ``whatif.schema.json`` describes.

Three trees of the same shape, ``before``, ``after`` and ``change``: indicator, zone, group,
measure. A leaf is a number, or the text ``suppressed`` or ``not_computed``; an indicator that is
not computed is a leaf itself. Every number under ``change`` is after minus before. Zones are
written ``layer:code``, and ``all`` for the whole territory; names are under ``provenance``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.diagnosis.what_if import WhatIf
from hygie.engines.kernel.measures import Measure
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, provenance_json

Tree = dict[str, Any]


def whatif_json(territory: Territory, what_if: WhatIf) -> dict[str, Any]:
    """The what-if of a territory, as values that ``json`` writes."""
    return {
        "before": _tree(what_if.before),
        "after": _tree(what_if.after),
        "change": _tree(what_if.difference),
        "provenance": _provenance(territory, what_if),
    }


def _tree(results: Iterable[IndicatorResult]) -> Tree:
    return {result.key: _indicator(result) for result in results}


def _indicator(result: IndicatorResult) -> Tree | str:
    if result.reason is not None:
        return result.status.value
    tree: Tree = {}
    for cell in result.cells:
        leaves = {key: _leaf(measure) for key, measure in cell.measures.items()}
        tree.setdefault(zone_key(cell), {})[cell.group] = leaves
    return tree


def _leaf(measure: Measure) -> float | str:
    return measure.status.value if measure.value is None else measure.value


def zone_key(cell: Cell) -> str:
    """``qpv:QN01101M``, or ``all``: codes of different layers never meet."""
    return WHOLE if cell.layer == WHOLE else f"{cell.layer}:{cell.zone}"


def _provenance(territory: Territory, what_if: WhatIf) -> dict[str, Any]:
    cells = [cell for result in what_if.before for cell in result.cells]
    return provenance_json(territory, what_if.provenance) | {
        "territory": {"code": territory.code, "name": territory.name, "fictional": territory.fictional},
        "document": WORKING_DOCUMENT,
        "closed": list(what_if.closed),
        "opened": [
            {"category": o.category, "lon": o.lon, "lat": o.lat, "capacity": o.capacity}
            for o in what_if.change.open
        ],
        "statuses": {result.key: result.status.value for result in what_if.before},
        "reasons": {r.key: r.reason.value for r in what_if.before if r.reason is not None},
        "zones": {zone_key(cell): cell.zone_name for cell in cells},
        "groups": {cell.group: group_label(cell.group) for cell in cells},
    }
