"""Exports: one licence a file, nothing of the map outside its own files, nobody's home."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import Places, SourceAccount, Territory
from hygie.readers.catalogue import Catalogue
from hygie.readers.records import PlaceRecord
from hygie.reports.exports import MANIFEST, export_files, is_export
from hygie.reports.exports.formats import csv_bytes, decimal, geojson_bytes
from hygie.reports.exports.licences import ODBL, OPEN, UNKNOWN, Licence, licence_of, strictest
from hygie.reports.guarding import guarded, unguarded
from hygie.territories.supply import SourcedPlace, merge_same

DAY = "2026-11-22"
ODBL_WORDS = "Open Database License (ODbL) 1.0"
Files = dict[str, bytes]


def account(name: str, licence: str, vintage: str = "2024", title: str = "") -> SourceAccount:
    texts = (name, title or f"Titre {name}", f"Éditeur {name}", licence, "", vintage, f"{name}.csv", "0" * 64)
    return SourceAccount(*texts, read=10, kept=10, rejected=0)


SOURCES = (
    account("finess", "Licence Ouverte 2.0", "avril 2026"),
    account("openstreetmap", ODBL_WORDS, "2026-11-01"),
    account("town_list", "CC BY-SA 4.0", "2025"),
    account("atmo", "ODbL", "2023"),
    account("zones", "Licence Ouverte", "2024"),
    account("finess", "Licence Ouverte 2.0", "avril 2026"),
)
PLACES = (  # source, name, hours, traces
    ("finess", "Pharmacie du Port", "", "osm:n1:pharmacy acceslibre:7"),
    ("openstreetmap", "Épicerie de la carte", "Mo-Su 08:00-20:00", ""),
    ("town_list", "Halte de la mairie", "", ""),
    ("nobody", "Lieu sans source", "", ""),
    ("openstreetmap", "=Piège", "Mo 09:00-10:00", "finess:110000056"),
    ("finess", '@Pharmacie; "guillemets"\nligne', "", ""),
)


def statistic(key: str, source: str) -> Statistic:
    words = (
        key,
        "Titre",
        "unité",
        "commune",
        "00001",
        "Ville",
        3.5,
        "2023",
        f"Éditeur {source}, Titre {source}",
    )
    return Statistic(*words, StatisticStatus.PUBLISHED)


STATISTICS = (statistic("no2", "atmo"), statistic("beds", "finess"), statistic("odd", "elsewhere"))


@pytest.fixture(scope="module")
def place(samples: ModuleType) -> Territory:
    town: Territory = samples.make_territory()
    n = len(PLACES)
    empty = np.full(n, "", dtype="<U40")
    held = Places(
        ids=np.array([f"{source}:{i}:pharmacy" for i, (source, *_) in enumerate(PLACES)]),
        sites=np.array([f"{source}:{i}" for i, (source, *_) in enumerate(PLACES)]),
        categories=np.full(n, "pharmacy"),
        names=np.array([name for _, name, _, _ in PLACES]),
        lon=np.linspace(-5.512345678901, -5.4, n),
        lat=np.linspace(46.312345678901, 46.4, n),
        capacity=np.array([1.0, np.nan, 2.5, np.nan, np.nan, 3.0]),
        communes=np.full(n, "00001"),
        inside=np.array([True, True, False, True, True, False]),
        sources=np.array([source for source, *_ in PLACES]),
        vintages=np.full(n, "2024"),
        hours=np.array([hours for _, _, hours, _ in PLACES]),
        notes=empty,
        traces=np.array([traces for *_, traces in PLACES]),
    )
    layers = {key: replace(layer, source="zones") for key, layer in town.layers.items()}
    layers["commune"] = replace(town.layers["quarter"], key="commune", source="zones")
    return replace(town, places=held, sources=SOURCES, layers=layers, fictional=False)


@pytest.fixture(scope="module")
def files(place: Territory, catalogue: Catalogue) -> Files:
    return export_files(place, STATISTICS, catalogue, day=DAY)


def rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_each_licence_has_its_own_files(files: Files) -> None:
    assert sorted(files) == sorted(
        [
            *("LISEZMOI.txt", "manifest.json"),
            *(f"LICENCE-{key}.txt" for key in KEYS),
            *(f"lieux-{key}.{kind}" for key in KEYS for kind in ("csv", "geojson")),
            "correspondances-odbl.csv",
            "correspondances-licence-inconnue.csv",
            "zones-licence-ouverte.geojson",
            "statistiques-licence-ouverte.csv",
            "statistiques-odbl.csv",
            "statistiques-licence-inconnue.csv",
        ]
    )


KEYS = ("licence-ouverte", "odbl", "autre-cc-by-sa-4-0", "licence-inconnue")


def test_nothing_of_the_map_is_outside_the_files_of_its_licence(files: Files, place: Territory) -> None:
    """Looked for as bytes: identifiers, names, hours, positions, in any form the files write."""
    told = place.places
    of_map = np.flatnonzero(told.sources == "openstreetmap")
    words = {str(value) for column in (told.ids, told.sites) for value in column[of_map]}
    words |= {"Épicerie de la carte", "Piège", "Mo-Su 08:00-20:00", "Mo 09:00-10:00", "osm:n1"}
    for column in (told.lon, told.lat):
        words |= {decimal(float(column[i])) for i in of_map} | {repr(float(column[i])) for i in of_map}
    assert len(words) >= 15
    for name, content in files.items():
        if "odbl" not in name and name not in (MANIFEST, "LISEZMOI.txt"):
            assert not [word for word in words if word.encode() in content], name
    assert all(any(w.encode() in c for n, c in files.items() if "odbl" in n) for w in words)


def test_every_place_is_in_one_file_and_one_only(files: Files, place: Territory) -> None:
    found = [r["id"] for key in KEYS for r in rows(files[f"lieux-{key}.csv"])]
    assert sorted(found) == sorted(place.places.ids.tolist())
    assert [r["name"] for r in rows(files["lieux-licence-inconnue.csv"])] == ["Lieu sans source"]


def test_a_link_is_under_the_stricter_licence_of_both_places(files: Files) -> None:
    links = {(r["id"], r["other_id"]): r for r in rows(files["correspondances-odbl.csv"])}
    assert set(links) == {
        ("finess:0:pharmacy", "osm:n1:pharmacy"),
        ("openstreetmap:4:pharmacy", "finess:110000056"),
    }
    assert links["finess:0:pharmacy", "osm:n1:pharmacy"]["other_source"] == "openstreetmap"
    unknown = rows(files["correspondances-licence-inconnue.csv"])
    assert [r["other_id"] for r in unknown] == ["acceslibre:7"]  # no such source in this territory


def test_merging_takes_no_field_from_the_source_that_loses() -> None:
    """What the split by licence stands on: a place of the register tells nothing of the map."""
    register = PlaceRecord(
        "finess:110000056:pharmacy", "finess:110000056", "pharmacy", "Pharmacie du Port", -5.5, 46.3
    )
    drawn = replace(
        register, id="osm:n1:pharmacy", site="osm:n1", lon=-5.5001, name="PHARMACIE DU PORT", hours="24/7"
    )
    drawn = replace(drawn, capacity=4.0, note="FINESS 110000056", commune="00001")
    found = merge_same(
        [SourcedPlace(drawn, "openstreetmap", "2026", 9), SourcedPlace(register, "finess", "2026", 0)],
        Plane(-5.5, 46.3),
        60,
    )
    assert [(kept.record, traces) for kept, traces in found] == [(register, ("osm:n1:pharmacy",))]


def test_statistics_follow_the_licence_of_their_table(files: Files) -> None:
    by_key = {
        key: rows(files[f"statistiques-{key}.csv"]) for key in KEYS if f"statistiques-{key}.csv" in files
    }
    assert [r["key"] for r in by_key["odbl"]] == ["no2"]
    assert [r["key"] for r in by_key["licence-ouverte"]] == ["beds"]
    assert [r["key"] for r in by_key["licence-inconnue"]] == ["odd"]
    assert by_key["odbl"][0]["value"] == "3,5"


def test_residents_are_nowhere(files: Files, place: Territory) -> None:
    homes = {str(home) for home in place.demand.ids}
    everything = b"".join(files.values()).decode()
    assert not {word.strip('",;:') for word in everything.split()} & homes
    lon = {repr(float(value)) for value in place.demand.lon}
    assert not [value for value in lon if value in everything or value.replace(".", ",") in everything]
    assert "people" not in everything


def test_tables_open_in_a_french_spreadsheet(files: Files) -> None:
    content = files["lieux-licence-ouverte.csv"]
    assert content.startswith(b'\xef\xbb\xbf"id";"site"')
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[1].endswith(';1;"00001";oui;;;"finess";"2024"')
    first = rows(content)[0]
    assert float(first["lon"].replace(",", ".")) == -5.512345678901
    assert first["category_title"] == "pharmacie"


def test_hostile_names_start_no_formula_and_come_back(files: Files) -> None:
    names = [r["name"] for key in KEYS for r in rows(files[f"lieux-{key}.csv"])]
    assert not [name for name in names if name.strip()[:1] in tuple("=+-@")]
    assert {unguarded(name) for name in names} == {name for _, name, _, _ in PLACES}


def test_geojson_is_true_to_its_standard(files: Files) -> None:
    for name in (n for n in files if n.endswith(".geojson")):
        told: dict[str, Any] = json.loads(files[name])
        assert told["type"] == "FeatureCollection"
        assert told["licence"]
        assert told["credit"] or "inconnue" in name
        assert "crs" not in told
        for feature in told["features"]:
            assert feature["type"] == "Feature"
            assert isinstance(feature["properties"], dict)
            shape = shapely.geometry.shape(feature["geometry"])
            assert shape.is_valid
            west, south, east, north = shape.bounds
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90
            if feature["geometry"]["type"] == "Polygon":
                outer, *holes = feature["geometry"]["coordinates"]
                assert outer[0] == outer[-1]
                assert shapely.LinearRing(outer).is_ccw
                assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)


def test_rings_are_turned_and_numbers_not_known_are_null() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 4), (4, 4), (4, 0)], holes=[[(1, 1), (2, 1), (2, 2), (1, 2)]])
    told = json.loads(geojson_bytes([clockwise], [{"a": float("nan"), "b": "\x00é"}], {}))
    outer, hole = told["features"][0]["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert told["features"][0]["properties"] == {"a": None, "b": "\ufffdé"}
    assert json.loads(geojson_bytes([], [], {}))["features"] == []


def test_the_manifest_and_the_readme_say_source_date_and_licence_of_each_file(files: Files) -> None:
    told: dict[str, Any] = json.loads(files[MANIFEST])
    assert {entry["name"] for entry in told["files"]} == set(files) - {MANIFEST}
    for entry in told["files"]:
        assert hashlib.sha256(files[entry["name"]]).hexdigest() == entry["sha256"]
        assert entry["name"].encode() in files["LISEZMOI.txt"] or entry["name"] == "LISEZMOI.txt"
    places = next(e for e in told["files"] if e["name"] == "lieux-licence-ouverte.csv")
    assert (places["rows"], places["licence"]) == (2, OPEN.title)
    assert [(s["name"], s["vintage"]) for s in places["sources"]] == [("finess", "avril 2026")]
    notice = files["LICENCE-odbl.txt"].decode()
    assert ODBL.address in notice
    assert "© les contributeurs d’OpenStreetMap" in notice
    assert "2026-11-01" in notice
    assert "sous la même licence" in notice
    assert "ne les diffusez pas" in files["LICENCE-licence-inconnue.txt"].decode()


def test_where_the_map_draws_the_boundary_only_its_files_tell_what_is_inside(
    place: Territory, catalogue: Catalogue
) -> None:
    drawn = replace(place, layers={})
    found = export_files(drawn, (), catalogue, day=DAY)
    assert {r["inside"] for r in rows(found["lieux-licence-ouverte.csv"])} == {""}
    assert {r["inside"] for r in rows(found["lieux-odbl.csv"])} == {"oui"}


def test_the_same_territory_gives_the_same_bytes(
    files: Files, place: Territory, catalogue: Catalogue
) -> None:
    assert export_files(place, STATISTICS, catalogue, day=DAY) == files


def test_a_territory_of_nothing_is_still_accounted_for(place: Territory, catalogue: Catalogue) -> None:
    none = Places(**{name: getattr(place.places, name)[:0] for name in place.places.__dataclass_fields__})
    found = export_files(replace(place, places=none, layers={}), (), catalogue, day=DAY)
    assert set(found) == {MANIFEST, "LISEZMOI.txt"}


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Licence Ouverte 2.0", OPEN),
        ("Etalab 2.0", OPEN),
        ("licence ouverte / Open Licence", OPEN),
        (ODBL_WORDS, ODBL),
        ("ODbL", ODBL),
        ("Licence Ouverte 2.0 ou ODbL 1.0", ODBL),  # in doubt, the one that asks more
        ("AGPL-3.0-or-later", Licence("autre-agpl-3-0-or-later", "AGPL-3.0-or-later")),
        ("", UNKNOWN),
        ("  ", UNKNOWN),
        ("???", UNKNOWN),
    ],
)
def test_licences_are_recognised_or_stand_apart(text: str, licence: Licence) -> None:
    assert licence_of(text) == licence


def test_the_stricter_of_two_licences_wins_both_ways() -> None:
    assert strictest(OPEN, ODBL) == strictest(ODBL, OPEN) == ODBL
    assert strictest(OPEN, UNKNOWN) == strictest(UNKNOWN, OPEN) == UNKNOWN
    assert strictest(UNKNOWN, ODBL) == ODBL
    assert strictest(OPEN, OPEN) == OPEN


@given(st.text())
def test_any_licence_makes_a_file_name(text: str) -> None:
    key = licence_of(text).key
    assert key
    assert all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in key)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_comma_reads_back_to_the_same_number(value: float) -> None:
    assert float(decimal(value).replace(",", ".")) == value


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_any_text_survives_the_table(texts: list[str]) -> None:
    content = csv_bytes([f"c{i}" for i in range(len(texts))], [texts])
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    wanted = ["".join(c if c in "\t\n\r" or _shown(c) else "\ufffd" for c in text) for text in texts]
    assert read == [[guarded(text) for text in wanted]]


def _shown(letter: str) -> bool:
    code = ord(letter)
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def test_only_a_folder_of_ours_is_taken_for_an_export(files: Files) -> None:
    assert is_export(files[MANIFEST], list(files))
    assert not is_export(files[MANIFEST], [*files, "notes.txt"])
    for broken in (b"", b"{}", b"[]", b'{"kind": "hygie-export"}', b"\xff", b'{"kind": 1, "files": 3}'):
        assert not is_export(broken, [MANIFEST])
