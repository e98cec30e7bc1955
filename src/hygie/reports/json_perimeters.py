"""Perimeters as JSON: what ``hygie perimeters --json`` writes and ``perimeters.schema.json`` describes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from hygie.engines.kernel.french import capital, counted
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.engines.perimeters.accesses import Access
from hygie.engines.perimeters.draw import KindFound, Perimeters
from hygie.engines.perimeters.protected import Protected
from hygie.engines.perimeters.rules import Cover, PlaceKind
from hygie.reports.hours_words import hours_lines
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json

DEGREES = 7
"""Decimals of a degree: about a centimetre."""

LAMBERT_BOUNDS = (-9.9, 41.1, 10.4, 51.6)
"""Longitudes and latitudes where Lambert-93 (EPSG:2154) is defined: mainland France."""

HOW = {
    "entrance": "entrée dessinée dans les données",
    "crossing": "présumé : un chemin traverse la limite du lieu",
    "facing": "présumé : point de la limite le plus proche de la rue",
    "point": "présumé : le point du lieu lui-même",
}
"""How an access is known, in words."""


def perimeters_json(territory: Territory, drawn: Perimeters) -> dict[str, Any]:
    """A rule on a territory, as values that ``json`` writes; coordinates, no outlines (see the GeoJSON)."""
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "rule": _rule(drawn),
        "kinds": [_kind(one) for one in drawn.kinds],
        "places": [_place(rank, one, drawn) for rank, one in enumerate(drawn.places, 1)],
        "accesses": [_access(rank, one, drawn) for rank, one in enumerate(drawn.accesses, 1)],
        "zones": _zones(drawn),
        "totals": _totals(drawn),
        "inside": [{"category": key, **measure_json(_count(count))} for key, count in drawn.inside.items()],
        "signs": _signs(drawn),
        "density": _density(drawn),
        "provenance": provenance_json(territory, _provenance(drawn)),
    }


def lambert(lon: float, lat: float) -> tuple[float, float] | None:
    """East and north in Lambert-93 (EPSG:2154), in metres; None outside mainland France."""
    west, south, east, north = LAMBERT_BOUNDS
    if not (west <= lon <= east and south <= lat <= north):
        return None
    x, y = _to_lambert().transform(lon, lat)
    return round(float(x), 2), round(float(y), 2)


@cache
def _to_lambert() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)


def place_name(place: Protected, kind: PlaceKind) -> str:
    """Name of a place, or « Aire de jeux sans nom »."""
    return place.name or f"{capital(kind.short)} sans nom"


def when_of(place: Protected, kind: PlaceKind) -> str:
    """When the rule holds at a place, in words: its hours where the source gives them."""
    if not kind.unknown_when:
        return kind.when_words
    hours = " ; ".join(hours_lines(place.hours)) or kind.unknown_when
    return f"{kind.when_words} ({hours})"


def warnings_of(drawn: Perimeters) -> tuple[str, ...]:
    """What has to be known before the result is used."""
    told = []
    guessed = sum(one.estimate for one in drawn.accesses)
    if guessed:
        many = counted(len(drawn.accesses), "accès", "accès")
        told.append(
            f"{many}, dont {guessed} que personne n’a relevés : ils sont présumés d’après les rues, et à "
            "vérifier sur place."
        )
    bare = sum(not one.areal for one in drawn.places)
    if bare:
        have, them = ("lieu n’a", "il est") if bare == 1 else ("lieux n’ont", "ils sont")
        told.append(
            f"{bare} {have} pas de contour dans les données : {them} réduit{'s' * (bare > 1)} à un point."
        )
    if drawn.crossing:
        zones = counted(drawn.crossing, "zone déborde", "zones débordent")
        told.append(f"{zones} sur une commune voisine, où l’arrêté du maire ne vaut pas.")
    if drawn.repaired:
        crossed = counted(drawn.repaired, "contour se croisait", "contours se croisaient")
        told.append(f"{crossed} : leur surface a été réparée avant le calcul.")
    absent = [one.kind.title.lower() for one in drawn.kinds if one.status is Status.NOT_COMPUTED]
    if absent:
        told.append(f"Non calculé, faute de source : {' ; '.join(absent)}. Ce n’est pas un zéro.")
    return tuple(told)


def _rule(drawn: Perimeters) -> dict[str, Any]:
    rule = drawn.rule
    return {
        "key": rule.key,
        "title": rule.title,
        "question": rule.question,
        "basis": "law" if rule.law else "political_choice",
        "text": rule.text,
        "status": rule.status,
        "since": rule.since,
        "metres": rule.metres,
        "measured_from": "accesses" if rule.from_accesses else "outline",
        "allows": list(rule.allows),
        "not_covered": list(rule.not_covered),
    }


def _kind(found: KindFound) -> dict[str, Any]:
    kind = found.kind
    told: dict[str, Any] = {
        "key": kind.key,
        "article": kind.article,
        "title": kind.title,
        "short": kind.short,
        "cover": kind.cover.value,
        "when": kind.when_words,
        "note": kind.note if found.reason is None else kind.why_absent,
        "status": found.status.value,
    }
    if found.reason is not None:
        return told | {"reason": found.reason.value}
    return told | {
        "places": len(found.places),
        "accesses": found.accesses,
        "estimated_accesses": found.estimated,
        "square_metres": round(found.area, 1),
    }


def _kinds(drawn: Perimeters) -> dict[str, PlaceKind]:
    return {kind.key: kind for kind in drawn.rule.kinds}


def _place(rank: int, place: Protected, drawn: Perimeters) -> dict[str, Any]:
    kind = _kinds(drawn)[place.kind]
    return {
        "number": rank,
        "id": place.id,
        "name": place_name(place, kind),
        "kind": place.kind,
        "outline": place.areal,
        "square_metres": round(float(shapely.area(place.outline)), 1),
        "hours": place.hours,
        "when": when_of(place, kind),
        "source": place.source,
        "vintage": place.vintage,
    }


def _access(rank: int, access: Access, drawn: Perimeters) -> dict[str, Any]:
    lon, lat = degrees(drawn.plane, access.x, access.y)
    metres = lambert(lon, lat)
    return {
        "number": rank,
        "place": access.place + 1,
        "lon": lon,
        "lat": lat,
        "east_lambert93": None if metres is None else metres[0],
        "north_lambert93": None if metres is None else metres[1],
        "how": access.how.value,
        "status": "estimate" if access.estimate else "computed",
    }


def degrees(plane: Plane, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point in metres, to the centimetre."""
    lon, lat = plane.to_degrees(x, y)
    return round(float(lon), DEGREES), round(float(lat), DEGREES)


def _zones(drawn: Perimeters) -> list[dict[str, Any]]:
    areas = [float(one.area) for one in drawn.zones.merged]
    return [
        {
            "number": rank + 1,
            "square_metres": round(area, 1),
            "street_metres": None if drawn.streets is None else round(float(drawn.streets[rank]), 1),
            "places": [place + 1 for place in causes],
        }
        for rank, (area, causes) in enumerate(zip(areas, drawn.zones.causes, strict=True))
    ]


def _totals(drawn: Perimeters) -> dict[str, Any]:
    if not drawn.computed:
        return {key: measure_json(not_computed(Reason.NO_SOURCE)) for key in TOTALS}
    zones = drawn.zones
    marked = any(one.status is Status.ESTIMATE for one in drawn.kinds)
    status = Status.ESTIMATE if marked else Status.COMPUTED
    values = (zones.area, zones.grounds_area, zones.area - zones.grounds_area, zones.shared_area)
    told = {
        key: measure_json(Measure(round(value, 1), status))
        for key, value in zip(TOTALS, values, strict=False)
    }
    streets = (
        not_computed(Reason.NO_STREETS)
        if drawn.streets is None
        else Measure(round(float(np.sum(drawn.streets)), 1), status)
    )
    return told | {"street_metres": measure_json(streets)}


TOTALS = (
    "square_metres",
    "ground_square_metres",
    "perimeter_square_metres",
    "shared_square_metres",
    "street_metres",
)


def _count(count: int | None) -> Measure:
    return not_computed(Reason.NO_SOURCE) if count is None else Measure(float(count))


def _signs(drawn: Perimeters) -> list[dict[str, Any]]:
    """One sign an access."""
    sign, kinds = drawn.rule.sign, _kinds(drawn)
    if sign is None:
        return []
    told = []
    for rank, access in enumerate(drawn.accesses, 1):
        place = drawn.places[access.place]
        kind = kinds[place.kind]
        lon, lat = degrees(drawn.plane, access.x, access.y)
        around = kind.cover is Cover.ACCESSES
        told.append(
            {
                "number": rank,
                "place": access.place + 1,
                "access": rank,
                "lon": lon,
                "lat": lat,
                "text": sign.text if around else sign.text_ground,
                "when": when_of(place, kind),
                "note": sign.note,
                "count": 1,
            }
        )
    return told


def _density(drawn: Perimeters) -> dict[str, Any]:
    density = drawn.density
    if density is None:
        return {"status": "not_computed", "reason": Reason.NO_SOURCE.value}
    told: dict[str, Any] = {"status": "computed", "metres": list(density.distances), "categories": []}
    for category, counts in density.counts.items():
        line: dict[str, Any] = {"category": category}
        if counts is None:
            told["categories"].append(line | {"status": "not_computed", "reason": Reason.NO_SOURCE.value})
            continue
        schools = [
            {"place": rank + 1, "counts": row}
            for rank, row in zip(density.schools, counts.tolist(), strict=True)
        ]
        some = np.count_nonzero(counts, axis=0).tolist()
        told["categories"].append(line | {"status": "computed", "schools": schools, "schools_with_one": some})
    return told


def _provenance(drawn: Perimeters) -> Provenance:
    return Provenance(
        {"rule": drawn.rule.key, "metres": drawn.rule.metres, "circle_segments": 128},
        (*drawn.rule.figures, *drawn.parameters.figures),
        warnings=warnings_of(drawn),
    )
