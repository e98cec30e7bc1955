"""``hygie territory info --json``: what a territory holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.territory import Places, SourceAccount, Territory


def territory_info(territory: Territory) -> dict[str, Any]:
    """Describe a territory; the shape is ``catalogue/schema/info.schema.json``.

    ``people`` is None where unknown. ``places`` counts every place of the folder, margin
    included, as ``hygie territory places`` lists them; ``by_commune`` tells them apart, and its
    ``people`` is None for communes of the margin, whose residents are not counted.
    """
    return {
        "code": territory.code,
        "name": territory.name,
        "people": _people(territory, np.ones(len(territory.demand), np.bool_)),
        "zones": _zones(territory),
        "places": _counts(territory.places, np.ones(len(territory.places), np.bool_)),
        "by_commune": _by_commune(territory),
        "sources": [_source(source) for source in territory.sources],
        "missing": list(territory.missing),
    }


def _people(territory: Territory, where: NDArray[np.bool_]) -> float | None:
    demand = territory.demand
    people = demand.people[where & demand.inside]
    if not len(people) or np.isnan(people).any():
        return None
    total = round(float(people.sum()), 6)
    return int(total) if total.is_integer() else total


def _counts(places: Places, where: NDArray[np.bool_]) -> dict[str, int]:
    categories, counts = np.unique(places.categories[where], return_counts=True)
    return {str(c): int(n) for c, n in zip(categories, counts, strict=True)}


def _zones(territory: Territory) -> list[dict[str, Any]]:
    demand = territory.demand
    return [
        {
            "layer": layer.key,
            "id": layer.ids[i],
            "name": layer.names[i],
            "vintage": layer.vintage,
            "in_force": layer.in_force,
            "people": _people(territory, demand.zones[layer.key] == i) if layer.inside[i] else None,
        }
        for layer in territory.layers.values()
        for i in range(len(layer))
    ]


def _by_commune(territory: Territory) -> dict[str, dict[str, Any]]:
    layer = territory.layers.get("commune")
    if layer is None:
        return {}
    places, demand = territory.places, territory.demand
    return {
        code: {
            "people": _people(territory, demand.zones["commune"] == i) if layer.inside[i] else None,
            "places": _counts(places, places.communes == code),
        }
        for i, code in enumerate(layer.ids)
    }


def _source(source: SourceAccount) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "address": source.address,
        "vintage": source.vintage,
        "file": source.file,
        "sha256": source.sha256,
        "read": source.read,
        "kept": source.kept,
        "rejected": source.rejected,
        "outside": source.outside,
        "clipped": source.clipped,
        "warnings": list(source.warnings),
    }
