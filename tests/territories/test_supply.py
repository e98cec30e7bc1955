"""Places of several sources become the places of one territory."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from hygie.engines.kernel.plane import Plane
from hygie.readers.records import FileAccount, PlaceFile, PlaceRecord, RowAt
from hygie.territories.area import Area
from hygie.territories.supply import SourcedPlace, alike, merge_same, place_columns, rows_outside

PLANE = Plane(3.0, 43.0)


def place(source: str, name: str, *, metres: float = 0.0, category: str = "pharmacy") -> SourcedPlace:
    lon, lat = PLANE.to_degrees(metres, 0.0)
    record = PlaceRecord(
        f"{source}:{name}:{category}", f"{source}:{name}", category, name, float(lon), float(lat)
    )
    return SourcedPlace(record, source, "2026", 0 if source == "finess" else 9)


def kept(*places: SourcedPlace) -> dict[str, tuple[str, ...]]:
    return {p.record.id: trace for p, trace in merge_same(places, PLANE, 60.0)}


def test_the_register_wins_and_the_other_source_is_kept_as_a_trace() -> None:
    found = kept(place("openstreetmap", "Pharmacie du Port", metres=40), place("finess", "PHARMACIE DU PORT"))
    assert found == {"finess:PHARMACIE DU PORT:pharmacy": ("openstreetmap:Pharmacie du Port:pharmacy",)}


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (place("openstreetmap", "Pharmacie du Port", metres=61), "farther than 60 m"),
        (place("openstreetmap", "Grande pharmacie des Arènes", metres=5), "another name"),
        (place("openstreetmap", "Pharmacie du Port", category="dentist"), "another category"),
        (place("finess", "Pharmacie du Port bis", metres=5), "the same source"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_two_records_stay_two_places_when_anything_tells_them_apart(other: SourcedPlace, why: str) -> None:
    assert len(kept(place("finess", "Pharmacie du Port"), other)) == 2, why


def test_the_same_finess_number_is_the_same_place_however_far_and_named() -> None:
    register = replace(
        place("finess", "PHIE CENTRALE").record, id="finess:110000056:pharmacy", site="finess:110000056"
    )
    on_map = replace(place("openstreetmap", "Autre nom", metres=900).record, note="FINESS 110000056")
    other = replace(on_map, id="openstreetmap:2", note="FINESS 110000064")
    sourced = [
        SourcedPlace(register, "finess", "2026", 0),
        SourcedPlace(on_map, "openstreetmap", "2026", 9),
        SourcedPlace(other, "openstreetmap", "2026", 9),
    ]
    assert kept(*sourced) == {"finess:110000056:pharmacy": (on_map.id,), "openstreetmap:2": ()}


def test_names_are_compared_without_accents_case_or_punctuation() -> None:
    assert alike("Phcie de l’Étang", "PHCIE DE L ETANG")
    assert alike("", "n’importe quoi")
    assert not alike("Pharmacie Durand-Exemple", "Clinique vétérinaire")


def test_the_commune_a_source_states_wins_over_a_simplified_contour() -> None:
    area = Area(
        shapely.box(2.9, 42.9, 3.0, 43.1),
        shapely.box(2.9, 42.9, 3.0, 43.1),
        frozenset({"11262"}),
        frozenset(),
    )
    just_over = PlaceRecord("finess:1:pharmacy", "finess:1", "pharmacy", "", 3.001, 43.0, commune="11262")
    elsewhere = PlaceRecord("finess:2:pharmacy", "finess:2", "pharmacy", "", 2.95, 43.0, commune="11069")
    far = PlaceRecord("finess:3:pharmacy", "finess:3", "pharmacy", "", 5.0, 45.0, commune="")
    merged = [(SourcedPlace(r, "finess", "2026", 0), ()) for r in (just_over, elsewhere, far)]
    places = place_columns(merged, area, None)
    assert places.ids.tolist() == ["finess:1:pharmacy", "finess:2:pharmacy"]
    assert places.inside.tolist() == [True, False]
    rows = tuple(RowAt(r.commune, r.lon, r.lat) for r in (just_over, elsewhere, far, far))
    file = PlaceFile((far,), FileAccount("f", "0" * 64, 4, 4), frozenset(), rows=rows)
    assert rows_outside(file, area) == 2, "rows are counted, not the places they give"
