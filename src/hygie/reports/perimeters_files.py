"""Perimeters as layers of a map, as GeoJSON, and as tables for who orders and hangs the signs."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.territory import Territory
from hygie.engines.perimeters.draw import Perimeters
from hygie.reports.exports.formats import Value, csv_bytes, geojson_bytes
from hygie.reports.exports.licences import licence_of
from hygie.reports.guarding import guarded
from hygie.reports.json_perimeters import HOW, degrees, place_name, when_of
from hygie.reports.provenance import OSM, attributions
from hygie.reports.studies.layers import Layer, points
from hygie.reports.texts import Texts

MOST_NUMBERS = 99
"""Accesses that a map numbers in their marks; beyond, two letters do not hold them and marks are dots."""

SIGN_HEADS = (
    *("Panneau", "Lieu", "Sorte de lieu", "Texte", "Quand", "Mention", "Nombre"),
    *("Longitude", "Latitude", "Est Lambert-93", "Nord Lambert-93", "Accès"),
)


def perimeter_layers(drawn: Perimeters) -> tuple[Layer, ...]:
    """Grounds, merged zones, accesses, and places without outline, in degrees."""
    return tuple(layer for layer in (*_areas(drawn), *_accesses(drawn), *_bare(drawn)) if len(layer))


def perimeters_geojson(territory: Territory, drawn: Perimeters, texts: Texts) -> bytes:
    """Every layer, one feature a shape (RFC 7946), with the licence that its sources ask for."""
    shapes: list[shapely.Geometry] = []
    properties: list[dict[str, Value]] = []
    for layer in perimeter_layers(drawn):
        for rank, shape in enumerate(layer.shapes):
            shapes.append(shape)
            more = layer.properties[rank] if layer.properties else {}
            held = {"layer": layer.key, "name": layer.names[rank] if layer.names else "", **more}
            properties.append({k: guarded(v) if isinstance(v, str) else v for k, v in held.items()})
    about = {
        "name": f"{drawn.rule.title}, {territory.name}",
        "basis": drawn.rule.text if drawn.rule.law else "choix politique",
        "document": "document de travail",
        **licence_members(territory, drawn, texts),
    }
    return geojson_bytes(shapes, properties, about)


def licence_members(territory: Territory, drawn: Perimeters, texts: Texts) -> dict[str, str]:
    """Licence and credit of what is drawn: the strictest of its sources first."""
    keys = {one.source for one in drawn.places} | {OSM}
    used = [a for a in territory.sources if a.name in keys] or list(territory.sources)
    found = {one.title: one for one in (licence_of(account.licence) for account in used)}
    ordered = sorted(found.values(), key=lambda one: (not one.share_alike, one.title))
    credit = " ; ".join(words for words, _ in attributions(territory, texts))
    sources = " ; ".join(dict.fromkeys(f"{a.title}, {a.vintage}" for a in used))
    return {"licence": " ; ".join(one.title for one in ordered), "credit": credit, "sources": sources}


def signs_csv(told: dict[str, Any]) -> bytes:
    """The signs, one a row, for French spreadsheets."""
    places = {one["number"]: one for one in told["places"]}
    accesses = {one["number"]: one for one in told["accesses"]}
    kinds = {one["key"]: one["short"] for one in told["kinds"]}
    rows: list[tuple[Value, ...]] = []
    for sign in told["signs"]:
        place, access = places[sign["place"]], accesses[sign["access"]]
        rows.append(
            (
                float(sign["number"]),
                place["name"],
                kinds[place["kind"]],
                sign["text"],
                sign["when"],
                sign["note"],
                float(sign["count"]),
                sign["lon"],
                sign["lat"],
                access["east_lambert93"],
                access["north_lambert93"],
                HOW[access["how"]],
            )
        )
    return csv_bytes(SIGN_HEADS, rows)


def _areas(drawn: Perimeters) -> tuple[Layer, Layer]:
    """Places whole, and everything that is covered."""
    kinds = {kind.key: kind for kind in drawn.rule.kinds}
    at = np.flatnonzero(~shapely.is_empty(drawn.zones.grounds))
    names = tuple(place_name(place, kinds[place.kind]) for place in drawn.places)
    held = tuple(
        {
            "place": int(i) + 1,
            "id": drawn.places[i].id,
            "kind": kinds[drawn.places[i].kind].short,
            "article": kinds[drawn.places[i].kind].article,
            "when": when_of(drawn.places[i], kinds[drawn.places[i].kind]),
            "source": drawn.places[i].source,
        }
        for i in at
    )
    grounds = Layer(
        "places", "study-area", "lieu lui-même", _in_degrees(drawn, drawn.zones.grounds[at]),
        names=tuple(names[i] for i in at), properties=held,
    )  # fmt: skip
    zones = Layer(
        "zones",
        "study-limit",
        "tout ce qui est couvert",
        _in_degrees(drawn, drawn.zones.merged),
        names=tuple(", ".join(dict.fromkeys(names[i] for i in causes)) for causes in drawn.zones.causes),
        properties=tuple(_zone(rank, drawn) for rank in range(len(drawn.zones.merged))),
        estimate=any(one.estimate for one in drawn.accesses),
    )
    return grounds, zones


def _zone(rank: int, drawn: Perimeters) -> dict[str, Value]:
    streets = None if drawn.streets is None else round(float(drawn.streets[rank]), 1)
    return {
        "zone": rank + 1,
        "square_metres": round(float(drawn.zones.merged[rank].area), 1),
        "street_metres": streets,
        "places": " ".join(str(place + 1) for place in drawn.zones.causes[rank]),
    }


def _accesses(drawn: Perimeters) -> list[Layer]:
    """Accesses drawn by a source, and presumed ones: two looks."""
    kinds = {kind.key: kind for kind in drawn.rule.kinds}
    numbered = len(drawn.accesses) <= MOST_NUMBERS
    layers = []
    for guessed, look, words in (
        (False, "study-chosen", "accès dessiné dans les données"),
        (True, "study-kept", "accès présumé, à vérifier"),
    ):
        ranks = [i for i, one in enumerate(drawn.accesses) if one.estimate is guessed]
        at = np.array(
            [degrees(drawn.plane, drawn.accesses[i].x, drawn.accesses[i].y) for i in ranks]
        ).reshape(-1, 2)
        owners = [drawn.places[drawn.accesses[i].place] for i in ranks]
        layers.append(
            Layer(
                "accesses_presumed" if guessed else "accesses",
                look if numbered else ("study-candidate" if guessed else "study-dot"),
                words,
                points(at[:, 0], at[:, 1]),
                names=tuple(place_name(one, kinds[one.kind]) for one in owners),
                numbers=tuple(str(i + 1) for i in ranks) if numbered else (),
                properties=tuple(
                    {
                        "access": i + 1,
                        "place": drawn.accesses[i].place + 1,
                        "how": drawn.accesses[i].how.value,
                    }
                    for i in ranks
                ),
            )
        )
    return layers


def _bare(drawn: Perimeters) -> list[Layer]:
    """Places that no source outlines, where accesses do not show them already."""
    if drawn.rule.from_accesses:
        return []
    kinds = {kind.key: kind for kind in drawn.rule.kinds}
    bare = [one for one in drawn.places if not one.areal]
    shapes = _in_degrees(drawn, np.array([one.outline for one in bare], dtype=object))
    names = tuple(place_name(one, kinds[one.kind]) for one in bare)
    return [Layer("points", "study-place", "lieu sans contour", shapes, names=names)]


def _in_degrees(drawn: Perimeters, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    moved = shapely.transform(shapes, lambda xy: np.column_stack(drawn.plane.to_degrees(xy[:, 0], xy[:, 1])))
    return np.atleast_1d(np.asarray(moved, dtype=object))
