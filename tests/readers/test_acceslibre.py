"""acceslibre: what people said of places, known answers only."""

from __future__ import annotations

import csv
import json
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import InputError
from hygie.readers.acceslibre import AcceslibreSheet, AccessibilityFile, read_acceslibre
from hygie.readers.catalogue import load_catalogue, load_checked
from hygie.readers.catalogue.paths import catalogue_folder

RAW = load_checked(catalogue_folder() / "sources" / "acceslibre.yaml", "source")
SHEET = AcceslibreSheet.from_mapping(RAW)
HEADER = "id,name,code_insee,longitude,latitude,activite,entree_plain_pied,sanitaires_adaptes"
GOOD = "a-1,Pharmacie du Port,11262,3.0,43.2,Pharmacie,True,"


def read(folder: Path, *lines: str) -> AccessibilityFile:
    path = folder / "acceslibre.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return read_acceslibre(path, SHEET)


def fixture(**fields: Any) -> dict[str, Any]:
    told = {"nom": "A", "geom": "SRID=4326;POINT (3.0 43.2)", "code_insee": "11262", **fields}
    return {"model": "erp.erp", "pk": 7, "fields": told}


def dump(folder: Path, items: Any) -> AccessibilityFile:
    path = folder / "erp.json"
    path.write_text(json.dumps(items), encoding="utf-8")
    return read_acceslibre(path, SHEET)


def test_only_known_answers_are_kept(tmp_path: Path) -> None:
    (place,) = read(tmp_path, GOOD).described
    assert place.answers == {"acceslibre_level_entrance": True}
    assert (place.id, place.commune, place.category) == ("a-1", "11262", "pharmacy")


@pytest.mark.parametrize(
    ("text", "value"), [("VRAI", True), ("oui", True), ("1", True), ("False", False), ("non", False)]
)
def test_yes_and_no_are_written_many_ways(tmp_path: Path, text: str, value: bool) -> None:
    (place,) = read(tmp_path, GOOD.replace("True", text)).described
    assert place.answers["acceslibre_level_entrance"] is value


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("a-1", "", "id"),
        ("Pharmacie du Port", "", "name"),
        ("11262", "Narbonne", "code_insee"),
        ("3.0,43.2", "43.2,3.0", "longitude"),
        ("True", "peut-être", "entree_plain_pied"),
        ("11262,3.0,43.2", ",,", "longitude"),
        ("3.0,43.2", "3.0,", "longitude"),
    ],
)
def test_a_faulty_row_is_rejected_with_its_column(tmp_path: Path, old: str, new: str, column: str) -> None:
    account = read(tmp_path, GOOD.replace(old, new, 1)).account
    assert (account.read, account.kept, account.rejects[0].column) == (1, 0, column)


def test_a_place_without_a_position_is_kept_for_its_commune(tmp_path: Path) -> None:
    (place,) = read(tmp_path, GOOD.replace("3.0,43.2", ",")).described
    assert math.isnan(place.lon)
    assert place.commune == "11262"


def test_a_dump_of_the_database_has_places_without_answers(tmp_path: Path) -> None:
    file = dump(tmp_path, [fixture(), fixture(geom="POINT EMPTY"), fixture(geom=None, code_insee=None)])
    (place,) = file.described
    assert (place.id, place.lon, place.lat, place.answers) == ("7", 3.0, 43.2, {})
    assert [reject.row for reject in file.account.rejects] == ["entité 2", "entité 3"]


@pytest.mark.parametrize("items", [[], {}, [3], [{"model": "erp.activite"}], [{"fields": {}}]])
def test_another_json_is_refused(tmp_path: Path, items: Any) -> None:
    with pytest.raises(InputError, match="pas un export d’acceslibre"):
        dump(tmp_path, items)


@pytest.mark.parametrize("broken", [{"questions": [{"key": "x", "title": "y"}]}, {"questions": None}, {}])
def test_a_malformed_sheet_is_one_error(broken: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="mal formée"):
        AcceslibreSheet.from_mapping({**RAW, "tables": broken})


def test_activities_are_mapped_to_categories_that_exist() -> None:
    assert set(SHEET.categories.values()) <= set(load_catalogue().categories)


@pytest.mark.sample_data
def test_columns_are_those_of_the_official_schema(sample_data: Path) -> None:
    schema = json.loads((sample_data / "acceslibre_fixtures/schema_export.json").read_text(encoding="utf-8"))
    official = {field["name"] for field in schema["fields"]}
    assert all(official & set(names) for names in RAW["columns"].values())


@pytest.mark.sample_data
def test_the_official_example_is_read_whole(sample_data: Path) -> None:
    path = sample_data / "acceslibre_fixtures" / "exemple-valide.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    file = read_acceslibre(path, SHEET)
    assert file.account.kept == len(rows) == 6
    known = [row["entree_plain_pied"] for row in rows if row["entree_plain_pied"]]
    found = [p.answers[k] for p in file.described if (k := "acceslibre_level_entrance") in p.answers]
    assert [str(value) for value in found] == known


@pytest.mark.sample_data
@pytest.mark.parametrize(("name", "count"), [("erp.json", 1381), ("erp_lyon.json", 1270)])
def test_the_fixtures_are_read_whole(sample_data: Path, name: str, count: int) -> None:
    file = read_acceslibre(sample_data / "acceslibre_fixtures" / name, SHEET)
    assert (file.account.read, file.account.kept) == (count, count)
    assert not any(place.answers for place in file.described)


SEEDS = [f"{HEADER}\n{GOOD}\n".encode(), json.dumps([fixture(), fixture(nom="B")]).encode()]


@pytest.mark.parametrize("seed", SEEDS, ids=["csv", "json"])
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_it_is_read_or_refused(seed: bytes, data: st.DataObject) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=6))
    _accounted(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_whatever_the_cells_the_row_is_accounted_for(cells: Sequence[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    _accounted(f"{HEADER}\n{quoted}\n".encode("utf-8", "replace"))


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), st.lists, max_leaves=4)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["nom", "geom", "code_insee", "activite"]), JSON), JSON)
def test_whatever_the_values_of_a_dump(fields: dict[str, Any], number: Any) -> None:
    _accounted(json.dumps([{**fixture(**fields), "pk": number}]).encode())


def _accounted(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "acceslibre"
        path.write_bytes(content)
        try:
            account = read_acceslibre(path, SHEET).account
        except InputError:
            return
        assert account.read == account.kept + len(account.rejects)
