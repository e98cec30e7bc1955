"""Potential access as JSON: what ``hygie apl --json`` writes and ``apl.schema.json`` describes.

Three trees of the same shape, ``before``, ``after`` and ``change``: zone, group, measure. A leaf is a
number, or the text ``suppressed`` or ``not_computed``. Every number under ``change`` is after minus
before. Zones are written ``layer:code``, and ``all`` for the whole territory; names are under
``provenance``.
"""

from __future__ import annotations

from typing import Any

from hygie.engines.diagnosis.care_change import CareChange
from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import IndicatorResult
from hygie.engines.kernel.measures import Measure
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, provenance_json
from hygie.reports.json_whatif import zone_key

Tree = dict[str, Any]


def apl_json(territory: Territory, care: CareChange) -> Tree:
    """The potential access of a territory before and after a change, as values that ``json`` writes."""
    return {
        "key": care.before.key,
        "title": care.before.title,
        "unit": care.before.unit,
        "status": care.before.status.value,
        "before": _tree(care.before),
        "after": _tree(care.after),
        "change": _tree(care.difference),
        "provenance": _provenance(territory, care),
    }


def _tree(result: IndicatorResult) -> Tree:
    tree: Tree = {}
    for cell in result.cells:
        leaves = {key: _leaf(measure) for key, measure in cell.measures.items()}
        tree.setdefault(zone_key(cell), {})[cell.group] = leaves
    return tree


def _leaf(measure: Measure) -> float | str:
    return measure.status.value if measure.value is None else measure.value


def _provenance(territory: Territory, care: CareChange) -> Tree:
    written = provenance_json(territory, care.provenance)
    return written | {
        "warnings": list(dict.fromkeys((*care.before.warnings, *written["warnings"]))),
        "territory": {"code": territory.code, "name": territory.name, "fictional": territory.fictional},
        "document": WORKING_DOCUMENT,
        "closed": list(care.closed),
        "opened": [
            {"category": o.category, "lon": o.lon, "lat": o.lat, "capacity": o.capacity}
            for o in care.change.open
        ],
        "retiring_from": care.retiring,
        "zones": {zone_key(cell): cell.zone_name for cell in care.before.cells},
        "groups": {cell.group: group_label(cell.group) for cell in care.before.cells},
    }
