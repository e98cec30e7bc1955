"""An offset as JSON: what ``hygie offset --json`` writes and ``offset.schema.json`` describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.offset import Effect, Offset, ServiceOffset, WorstHit, given_back
from hygie.engines.kernel.measures import Measure
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json


def offset_json(territory: Territory, offset: Offset) -> dict[str, Any]:
    """What would offset a closure, as values that ``json`` writes."""
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "closed": list(offset.closed),
        "candidates": [{"source": name, "count": count} for name, count in offset.candidates.items()],
        "services": [_service(service) for service in offset.services],
        "provenance": provenance_json(territory, offset.provenance),
    }


def _service(service: ServiceOffset) -> dict[str, Any]:
    written: dict[str, Any] = {
        "key": service.key,
        "title": service.title,
        "categories": list(service.categories),
        "status": service.status.value,
    }
    if service.reason is not None:
        return written | {"reason": service.reason.value}
    if service.closure is None or service.best is None or service.gap is None:
        raise ValueError("a computed offset has its closure, its openings and its gap")
    alone, kindest = service.closure, service.best_for_worst_hit
    return written | {
        "worst_hit": None if service.worst_hit is None else _group(service.worst_hit),
        "closure": {
            "everyone": _measures(alone.everyone),
            "worst_hit": _measures(alone.worst_hit) if alone.worst_hit else None,
        },
        "best": _effect(alone, service.best),
        "exact": service.exact,
        "gap": measure_json(service.gap),
        "ranking": [_effect(alone, single) for single in service.ranking],
        "best_for_worst_hit": None if kindest is None else _effect(alone, kindest),
    }


def _group(hit: WorstHit) -> dict[str, Any]:
    return {
        "layer": hit.layer,
        "zone": hit.zone,
        "zone_name": hit.zone_name,
        "group": hit.group,
        "group_label": group_label(hit.group),
        "people": measure_json(hit.people),
    }


def _effect(closure: Effect, effect: Effect) -> dict[str, Any]:
    return {
        "openings": [asdict(candidate) for candidate in effect.openings],
        "suffices": effect.suffices,
        "everyone": _side(closure.everyone, effect.everyone),
        "worst_hit": _side(closure.worst_hit, effect.worst_hit) if effect.worst_hit else None,
    }


def _side(closure: Mapping[str, Measure], after: Mapping[str, Measure]) -> dict[str, Any]:
    return {"remaining": _measures(after), "given_back": _measures(given_back(closure, after))}


def _measures(measures: Mapping[str, Measure]) -> dict[str, Any]:
    return {key: measure_json(measure) for key, measure in measures.items()}
