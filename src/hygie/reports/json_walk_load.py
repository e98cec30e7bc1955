"""Walks by street as JSON (``walk_load.schema.json``), CSV and GeoJSON: what ``hygie walk load`` writes.

A street walked by few is not shown at all, and what is shown is rounded: two neighbouring streets never
tell how many people live between them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.load import Load
from hygie.engines.walking.load_told import LoadStudy
from hygie.engines.walking.ways import Floats
from hygie.reports.exports.formats import Value, csv_bytes, geojson_bytes
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json
from hygie.reports.json_walk_signs import DECIMALS

STEP = 5
"""Counts of people by street are rounded to this: no difference of two of them tells a household."""

KINDS = ("path", "street", "main", "main")
HELPS = ("bench", "crossing", "shade")

ESTIMATE = (
    "Ce sont des estimations\u00a0: chacun est supposé prendre le chemin le plus court, "
    "vers l’école ou le lieu le plus proche. Comptez sur place avant de décider."
)
UNSEEN = (
    "Les bancs et les passages piétons qui existent ne sont pas dans les données\u00a0: "
    "vérifiez sur place ce qui manque vraiment."
)
CHOICES = (
    "La part des élèves qui marchent et le nombre de trajets par jour sont des hypothèses, "
    "à remplacer par une enquête\u00a0: d’où l’intervalle."
)

Json = dict[str, Any]


def load_json(territory: Territory, graph: StreetGraph, study: LoadStudy) -> Json:
    """Walks by street and the best spots, small counts kept back."""
    asked = {"minutes": study.minutes, "leisure": list(study.leisure)}
    warnings = [ESTIMATE, CHOICES, UNSEEN]
    if not study.known:
        warnings.append("Les habitants ne sont pas connus\u00a0: chaque logement compte pour un.")
    streets, hidden = _streets(graph, study)
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "counted": "people" if study.known else "dwellings",
        "status": Status.ESTIMATE.value,
        "asked": asked,
        "rates": {"school": list(study.rates.school), "leisure": list(study.rates.leisure)},
        "walks": _walks(study),
        "streets": streets,
        "hidden_streets": hidden,
        "helps": {key: _help(study, key) for key in HELPS},
        "provenance": provenance_json(territory, Provenance(asked, study.figures, (), tuple(warnings))),
    }


def _walks(study: LoadStudy) -> list[Json]:
    """By kind of place, who has one near enough."""
    told = [
        _walk(study, category, load)
        for found in (study.school, study.leisure)
        for category, load in found.items()
    ]
    if not study.school and study.without_pupils:
        missing = measure_json(not_computed(Reason(study.without_pupils)))
        told.insert(0, {"category": "school_primary", "walking": missing, "too_far": missing})
    return told


def _walk(study: LoadStudy, category: str, load: Load) -> Json:
    total = load.walking + load.too_far
    hidden = study.known and revealing(load.walking, total, study.smallest_count)
    numbers = {"walking": load.walking, "too_far": load.too_far}
    return {"category": category} | {
        key: measure_json(suppressed() if hidden else Measure(value, Status.ESTIMATE))
        for key, value in numbers.items()
    }


def rounded(count: float) -> float:
    """A count of people as shown: to the nearest multiple of ``STEP``."""
    return float(STEP * np.floor(count / STEP + 0.5))


def shown_people(count: float, study: LoadStudy) -> Measure:
    """A count of people by street, rounded, or kept back where it is small, rounded or not."""
    value = rounded(count)
    if study.known and count > 0 and (withheld(count, study.smallest_count) or value < study.smallest_count):
        return suppressed()
    return Measure(value, Status.ESTIMATE)


def shown_passages(study: LoadStudy, pupils: Measure, residents: Measure) -> Measure:
    """Passages a day of what is shown of a street: an estimate with its interval."""
    if pupils.value is None and residents.value is None:
        return suppressed()
    low, high = study.passages(pupils.value or 0.0, residents.value or 0.0)
    return Measure((low + high) / 2, Status.ESTIMATE, None, low, high)


def _streets(graph: StreetGraph, study: LoadStudy) -> tuple[list[Json], int]:
    pupils, residents = (_or_zero(found, graph.edges) for found in (study.pupils(), study.residents()))
    told: list[Json] = []
    hidden = 0
    for edge in np.flatnonzero((pupils > 0) | (residents > 0)).tolist():
        seen = [shown_people(float(found[edge]), study) for found in (pupils, residents)]
        if all(not one.value for one in seen):
            hidden += 1
            continue
        told.append(
            {
                "street": edge,
                "kind": KINDS[int(graph.kind[edge])],
                "way": _way(graph, edge),
                "pupils": measure_json(seen[0] if study.school else _unknown(study)),
                "residents": measure_json(seen[1]),
                "passages": measure_json(shown_passages(study, *seen)),
            }
        )
    told.sort(key=lambda one: (-one["passages"].get("value", 0.0), one["street"]))
    return told, hidden


def _unknown(study: LoadStudy) -> Measure:
    return not_computed(Reason(study.without_pupils or Reason.NO_SOURCE.value))


def _or_zero(found: Floats | None, size: int) -> Floats:
    return np.zeros(size) if found is None else found


def _way(graph: StreetGraph, edge: int) -> list[list[float]]:
    span = slice(int(graph.shape_start[edge]), int(graph.shape_start[edge + 1]))
    lon, lat = graph.shape_lon[span].tolist(), graph.shape_lat[span].tolist()
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in zip(lon, lat, strict=True)]


def _help(study: LoadStudy, key: str) -> Json:
    """The best spots of a kind of help; a spot that too few pass is left out."""
    spots = study.helps.spots[key]
    if spots is None:
        reason = Reason.NO_SOURCE if key == "shade" else Reason.NO_MAIN_ROAD
        return {"status": Status.NOT_COMPUTED.value, "reason": reason.value, "spots": []}
    told: list[Json] = []
    for one, (lon, lat), where in zip(spots, study.helps.degrees[key], study.helps.wheres[key], strict=True):
        value = rounded(one.people)
        if study.known and value < study.smallest_count:
            continue
        low, high = _interval(study, value)
        told.append(
            {
                "rank": len(told) + 1,
                "lon": round(lon, DECIMALS),
                "lat": round(lat, DECIMALS),
                "where": where,
                "passages": measure_json(Measure(value, Status.ESTIMATE, None, low, high)),
            }
        )
    return {"status": Status.ESTIMATE.value, "spots": told}


def _interval(study: LoadStudy, middle: float) -> tuple[float, float]:
    """The widest interval that either kind of walk may give to the middle."""
    shares = [
        (rate[0] / mean, rate[1] / mean)
        for rate, found in ((study.rates.school, study.school), (study.rates.leisure, study.leisure))
        if found and (mean := (rate[0] + rate[1]) / 2) > 0
    ]
    return middle * min(low for low, _ in shares), middle * max(high for _, high in shares)


_HEAD = ("tronçon", "sorte", "élèves", "habitants", "passages par jour", "au moins", "au plus")
_WORDS = {"path": "chemin", "street": "rue", "main": "axe principal"}


def load_csv(told: Json) -> bytes:
    """One row a street that is shown."""
    rows: list[tuple[Value, ...]] = [
        (
            *(float(one["street"]), _WORDS[one["kind"]], _text(one["pupils"]), _text(one["residents"])),
            *(one["passages"]["value"], one["passages"]["low"], one["passages"]["high"]),
        )
        for one in told["streets"]
    ]
    return csv_bytes(_HEAD, rows)


def _text(measure: Json) -> Value:
    if measure["status"] == Status.SUPPRESSED.value:
        return "masqué"
    value = measure.get("value")
    return "non calculé" if value is None else float(value)


def load_geojson(told: Json, credit: str) -> bytes:
    """One line a street that is shown, then one point a spot."""
    shapes: list[shapely.Geometry] = [shapely.LineString(one["way"]) for one in told["streets"]]
    properties: list[dict[str, Value]] = [
        {
            "layer": "street",
            "street": float(one["street"]),
            "pupils": _text(one["pupils"]),
            "residents": _text(one["residents"]),
            "passages_low": one["passages"]["low"],
            "passages_high": one["passages"]["high"],
        }
        for one in told["streets"]
    ]
    for key, found in told["helps"].items():
        for spot in found["spots"]:
            shapes.append(shapely.Point(spot["lon"], spot["lat"]))
            span = {f"passages_{end}": spot["passages"][end] for end in ("low", "high")}
            properties.append({"layer": key, "rank": float(spot["rank"]), "where": spot["where"], **span})
    return geojson_bytes(shapes, properties, {"name": told["name"], "credit": credit})
