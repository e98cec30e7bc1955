"""Any table of places or trees, read as a recipe says."""

from __future__ import annotations

import csv
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.mapped_tables import PlaceTable, TreeTable, read_place_table, read_tree_table
from hygie.readers.records import PlaceFile

CATEGORIES = ("pharmacy", "counter", "sport")
TOLD: dict[str, Any] = {"key": "town", "columns": {"id": "n", "name": "nom", "lon": "lon", "lat": "lat"}}
PHARMACIES = {**TOLD, "category": "pharmacy"}
HEADER = "n,nom,lon,lat,type,places,horaires,insee"
LINES = ["1,Pharmacie du Port,3.0,43.2,Officine,2,Mo-Fr 09:00-19:00,11262", "2,Mairie,3.01,43.19,mairie,,,"]


def places(folder: Path, described: Any, *lines: str, header: str = HEADER) -> PlaceFile:
    path = folder / "lieux.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_place_table(path, PlaceTable.from_mapping(described, CATEGORIES))


def test_every_row_is_a_place_of_the_fixed_category(tmp_path: Path) -> None:
    file = places(tmp_path, PHARMACIES, *LINES)
    assert [place.id for place in file.places] == ["town:1:pharmacy", "town:2:pharmacy"]
    assert (file.places[0].lon, file.places[0].lat, file.places[0].name) == (3.0, 43.2, "Pharmacie du Port")
    assert file.provides == {"pharmacy"}


def test_a_column_says_the_category_and_an_unknown_value_is_listed(tmp_path: Path) -> None:
    columns = {**TOLD["columns"], "capacity": "places", "hours": "horaires", "commune": "insee"}
    category = {"column": "type", "values": {"OFFICINE": "pharmacy", "Gymnase": "sport"}}
    file = places(tmp_path, {**TOLD, "columns": columns, "category": category}, *LINES)
    (place,) = file.places
    assert (place.category, place.capacity, place.commune) == ("pharmacy", 2.0, "11262")
    assert place.hours == "Mo-Fr 09:00-19:00"
    assert file.unmapped == {"mairie": 1}
    assert file.provides == {"pharmacy", "sport"}
    assert (file.account.read, file.account.kept, len(file.rows)) == (2, 2, 2)


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:3943"])
def test_projected_positions_are_brought_to_degrees(tmp_path: Path, crs: str) -> None:
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(3.0033, 43.1843)
    described = {"key": "town", "crs": crs, "category": "pharmacy", "columns": {"x": "x", "y": "y"}}
    (place,) = places(tmp_path, described, f"{x:.3f};{y:.3f}".replace(".", ","), header="x;y").places
    assert (place.lon, place.lat) == pytest.approx((3.0033, 43.1843), abs=1e-7)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("3,X,43.2,3.0,,,,", "lon", "coordonnées inversées"),
        ("3,X,13.4,52.5,,,,", "lon", "coordonnées hors de France"),
        ("3,X,,43.2,,,,", "lon", "coordonnées absentes"),
        ("3,X,trois,43.2,,,,", "lon", "ce n’est pas un nombre"),
        ("1,X,3.0,43.2,,,,", "n", "doublon de la ligne 2"),
        ("3,X,3.0,43.2,,-4,,", "places", "ce nombre est négatif"),
        ("3,X,3.0,43.2,,,,Narbonne", "insee", "code commune"),
        (f"3,X,3.0,43.2,,,{'x' * 300},", "horaires", "255"),
    ],
)
def test_a_faulty_row_is_rejected_with_its_reason(
    tmp_path: Path, line: str, column: str, reason: str
) -> None:
    columns = {**TOLD["columns"], "capacity": "places", "hours": "horaires", "commune": "insee"}
    account = places(tmp_path, {**PHARMACIES, "columns": columns}, LINES[0], line).account
    (reject,) = account.rejects
    assert (account.read, account.kept, reject.row, reject.column) == (2, 1, "ligne 3", column)
    assert reason in reject.reason


def test_swapped_projected_positions_are_refused_too(tmp_path: Path) -> None:
    described = {"key": "t", "crs": "EPSG:2154", "category": "pharmacy", "columns": {"x": "x", "y": "y"}}
    account = places(tmp_path, described, "6231000;700000", header="x;y").account
    assert account.rejects[0].reason == "coordonnées inversées"


def test_without_an_identifier_a_place_is_its_position_and_name(tmp_path: Path) -> None:
    described = {**PHARMACIES, "columns": {"name": "nom", "lon": "lon", "lat": "lat"}}
    first, second = places(tmp_path, described, *LINES).places
    assert first.id == "town:3.000000_43.200000_pharmacie-du-port:pharmacy"
    assert second.id != first.id
    again = places(tmp_path, described, LINES[0], LINES[0]).account
    assert again.rejects[0].reason == "doublon de la ligne 2"


def test_geojson_points_need_no_column_of_position(tmp_path: Path) -> None:
    shapes = [{"type": "Point", "coordinates": [3.0, 43.2]}, {"type": "LineString", "coordinates": []}, None]
    features = [{"type": "Feature", "properties": {"nom": "A"}, "geometry": shape} for shape in shapes]
    path = tmp_path / "lieux.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    table = PlaceTable.from_mapping({**PHARMACIES, "columns": {"name": "nom"}}, CATEGORIES)
    file = read_place_table(path, table)
    assert [(place.lon, place.lat) for place in file.places] == [(3.0, 43.2)]
    assert [reject.row for reject in file.account.rejects] == ["entité 2", "entité 3"]
    missing = PlaceTable.from_mapping({**PHARMACIES, "columns": {"name": "titre"}}, CATEGORIES)
    with pytest.raises(InputError, match="propriété"):
        read_place_table(path, missing)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"category": "bakery"}, "catégorie inconnue"),
        ({"category": {"column": "type", "values": {"a": "bakery"}}}, "catégorie inconnue"),
        ({"category": {"column": "t", "values": {"A": "sport", "a ": "pharmacy"}}}, "deux catégories"),
        ({"columns": {"lon": "lon"}}, "où sont ses lignes"),
        ({"columns": {"lon": "a", "lat": "b", "x": "c", "y": "d"}}, "où sont ses lignes"),
        ({"columns": {"x": "c", "y": "d"}}, "quel système"),
        ({"crs": "EPSG:2154"}, "quel système"),
        ({"columns": {"x": "c", "y": "d"}, "crs": "EPSG:9"}, "système de coordonnées inconnu"),
        ({"columns": {"x": "c", "y": "d"}, "crs": "EPSG:5698"}, None),
    ],
)
def test_an_impossible_description_is_refused(changed: dict[str, Any], said: str | None) -> None:
    if said is None:  # Lambert-93 with heights: a system all the same
        PlaceTable.from_mapping({**PHARMACIES, **changed}, CATEGORIES)
        return
    with pytest.raises(HygieError, match=said):
        PlaceTable.from_mapping({**PHARMACIES, **changed}, CATEGORIES)


def test_a_table_without_columns_of_position_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="où sont ses lignes"):
        places(tmp_path, {**PHARMACIES, "columns": {"name": "nom"}}, *LINES)


@pytest.mark.parametrize("where", ["columns", "category"])
def test_a_column_that_the_file_lacks_is_named(tmp_path: Path, where: str) -> None:
    changed: dict[str, Any] = {
        "columns": {"columns": {**TOLD["columns"], "name": "intitulé"}},
        "category": {"category": {"column": "intitulé", "values": {"a": "sport"}}},
    }[where]
    with pytest.raises(InputError, match="manque") as caught:
        places(tmp_path, {**PHARMACIES, **changed}, *LINES)
    assert "intitulé" in str(caught.value.expected)


TREES: dict[str, Any] = {
    "key": "trees",
    "columns": {"lon": "lon", "lat": "lat", "species": "espece", "crown_diameter": "d"},
}


def trees_file(folder: Path, *lines: str) -> Path:
    path = folder / "arbres.csv"
    path.write_text("\n".join(["lon,lat,espece,d,h", *lines]) + "\n", encoding="utf-8")
    return path


def test_trees_have_a_species_and_half_their_crown(tmp_path: Path) -> None:
    path = trees_file(tmp_path, "3.0,43.2,Platane,8,12", "3.001,43.2,,,", "3.002,43.2,Pin,0,")
    file = read_tree_table(path, TreeTable.from_mapping(TREES))
    assert file.species == ("Platane", "", "Pin")
    assert file.trees[0].tolist() == [3.0, 43.2, 4.0]
    assert all(math.isnan(radius) for radius in file.trees[1:, 2])
    assert len(set(file.ids)) == 3


@pytest.mark.parametrize("line", ["3.0,43.2,,500,", "3.0,43.2,,-1,", "3.0,43.2,,3,900", "43.2,3.0,,,"])
def test_an_impossible_tree_is_rejected(tmp_path: Path, line: str) -> None:
    described = {**TREES, "columns": {**TREES["columns"], "height": "h"}}
    account = read_tree_table(trees_file(tmp_path, line), TreeTable.from_mapping(described)).account
    assert (account.read, account.kept, len(account.rejects)) == (1, 0, 1)


def test_no_tree_is_an_empty_inventory(tmp_path: Path) -> None:
    file = read_tree_table(trees_file(tmp_path), TreeTable.from_mapping(TREES))
    assert file.trees.shape == (0, 3)
    assert "aucune ligne" in file.account.warnings[0]


def test_a_crown_told_twice_is_refused() -> None:
    columns = {"lon": "lon", "lat": "lat", "crown_radius": "r", "crown_diameter": "d"}
    with pytest.raises(HygieError, match="houppier"):
        TreeTable.from_mapping({"key": "trees", "columns": columns})


SEED = "\n".join([HEADER, *LINES]).encode()
SEED_JSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"n": 1, "nom": "A", "type": "mairie"},
                "geometry": {"type": "Point", "coordinates": [3.0, 43.2]},
            }
        ],
    }
).encode()
FULL = {**TOLD, "category": {"column": "type", "values": {"mairie": "counter"}}}


@pytest.mark.parametrize("seed", [SEED, SEED_JSON], ids=["csv", "geojson"])
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_they_are_read_or_refused(seed: bytes, data: st.DataObject) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lieux"
        path.write_bytes(bytes(content))
        try:
            file = read_place_table(path, PlaceTable.from_mapping(FULL, CATEGORIES))
        except HygieError:
            return
        assert file.account.read == file.account.kept + len(file.account.rejects)
        assert len({place.id for place in file.places}) == len(file.places)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=8, max_size=8), max_size=4))
def test_whatever_the_cells_every_row_is_accounted_for(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lieux.csv"
        with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            csv.writer(stream).writerows([HEADER.split(","), next(csv.reader([LINES[0]])), *rows])
        try:
            file = read_place_table(path, PlaceTable.from_mapping(FULL, CATEGORIES))
        except InputError:
            return
        assert file.account.read == file.account.kept + len(file.account.rejects)
