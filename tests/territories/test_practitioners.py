"""Each practitioner goes to its place; those whose place is not found are told, never guessed."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from tests.engines.diagnosis.towns import Home, Shop, territory

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Places
from hygie.readers.practitioners import PractitionerFile, PractitionerRecord
from hygie.readers.records import FileAccount
from hygie.territories.area import Area
from hygie.territories.build import build_territory
from hygie.territories.practitioners import Practising, practising

MAP = Path(__file__).resolve().parents[1] / "readers/osm/walking_map.osm"
PLANE = Plane(0.0, 0.5)
SQUARE = shapely.box(-0.1, 0.4, 0.1, 0.6)
AREA = Area(boundary=SQUARE, margin=SQUARE, communes=frozenset(), margin_communes=frozenset())
NAN = math.nan
PLACES: Places = territory(
    [Home(0)],
    [
        Shop("finess:110000056:msp", "msp", 0, site="finess:110000056"),
        Shop("map:1:gp", "gp", 10, site="map:1"),
        Shop("map:2:pharmacy", "pharmacy", 20, site="map:2"),
    ],
).places


def record(
    place: str = "",
    finess: str = "",
    lon: float = NAN,
    *,
    count: int = 1,
    profession: str = "gp",
    age: float = NAN,
) -> PractitionerRecord:
    lat = NAN if math.isnan(lon) else 0.5
    return PractitionerRecord(place, finess, lon, lat, profession, count, NAN, (age, age))


def placed(*records: PractitionerRecord) -> Practising:
    file = PractitionerFile(records, FileAccount("doctors.csv", "0" * 64, len(records), len(records)))
    return practising([("doctors", file)], PLACES, AREA, PLANE, apart=50.0)


def places_of(found: Practising) -> list[str]:
    assert found.table is not None
    return [str(place) for place in found.table.places]


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (record(place="map:1:gp"), "map:1:gp"),
        (record(place="map:1"), "map:1:gp"),
        (record(finess="110000056"), "finess:110000056:msp"),
        (record(lon=0.0102), "map:1:gp"),
        (record(lon=0.0001), "finess:110000056:msp"),
    ],
)
def test_a_practitioner_is_found_by_place_site_number_or_position(
    one: PractitionerRecord, place: str
) -> None:
    assert places_of(placed(one)) == [place]


def test_lines_are_one_a_practitioner_in_an_order_that_does_not_depend_on_the_file() -> None:
    rows = [
        record(place="map:1", count=2, age=50.0),
        record(place="map:1"),
        record(finess="110000056", age=62.0),
    ]
    first, second = placed(*rows), placed(*rows[::-1])
    assert places_of(first) == ["finess:110000056:msp", "map:1:gp", "map:1:gp", "map:1:gp"]
    assert first.table is not None
    assert second.table is not None
    np.testing.assert_array_equal(first.table.age_from, [62.0, np.nan, 50.0, 50.0])
    np.testing.assert_array_equal(first.table.age_from, second.table.age_from)
    assert first.table.source == "doctors"


def test_rows_elsewhere_are_counted_and_rows_here_without_place_are_told() -> None:
    found = placed(
        record(finess="750000001"), record(lon=0.5), record(lon=0.02, count=3), record(place="nowhere")
    )
    assert found.outside == {"doctors": 2}
    assert places_of(found) == []
    assert any(text.startswith("4\u00a0praticiens dont le lieu") for text in found.warnings)


def test_professions_left_out_by_the_recipe_are_told() -> None:
    found = placed(record(place="map:1", profession=""))
    assert found.outside == {"doctors": 0}
    assert any("d’une profession que la recette" in text for text in found.warnings)


RECIPE = """\
format: 1
code: 00099
name: Carte d’essai
reference_date: 2026-11-22
boundary: data
sources:
  - source: openstreetmap
    vintage: 2026
    files: {extract: walking_map.osm}
    residents: dwellings
"""
TABLE = """\
  - source: practitioner_table
    vintage: 2026
    files: {practitioners: doctors.csv}
    table:
      key: doctors
      title: Praticiens
      publisher: Commune
      licence: Licence Ouverte 2.0
      profession: PROFESSION
      columns: {place: Lieu, count: Nombre, age: Âge}
"""


def recipe(folder: Path, text: str) -> Path:
    text_of_map = MAP.read_text(encoding="utf-8")
    node = re.search(r'lat="[-0-9.]+" lon="[-0-9.]+"', text_of_map)
    assert node is not None
    shop = f'<node id="999001" version="1" {node[0]}><tag k="amenity" v="pharmacy"/></node>\n'
    place = text_of_map.index("<node")
    (folder / MAP.name).write_text(text_of_map[:place] + shop + text_of_map[place:], encoding="utf-8")
    (folder / "territory.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_recipe_gives_practitioners_to_the_territory_and_accounts_for_its_rows(tmp_path: Path) -> None:
    places = build_territory(recipe(tmp_path, RECIPE)).territory.places
    lines = (f"{places.ids[0]};2;60-64", f"{places.sites[0]};1;", "ailleurs;1;50", f"{places.ids[0]};x;50")
    rows = "".join(f"{line}\n" for line in ("Lieu;Nombre;Âge", *lines))
    (tmp_path / "doctors.csv").write_text(rows, encoding="utf-8")
    text = (RECIPE + TABLE).replace("PROFESSION", str(places.categories[0]))
    territory = build_territory(recipe(tmp_path, text)).territory
    table = territory.practitioners
    assert table is not None
    assert table.places.tolist() == [places.ids[0]] * 3
    assert table.source == "doctors"
    account = next(one for one in territory.sources if one.name == "doctors")
    assert (account.read, account.kept, account.rejected) == (4, 3, 1)
    assert account.rejects[0][:2] == ("ligne 5", "Nombre")
    assert any("dont le lieu d’exercice n’a pas été trouvé" in text for text in territory.warnings)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("PROFESSION", "wizard", "wizard"),
        ("place: Lieu, ", "", "ne dit pas où"),
        ("age: Âge", "size: Taille", "size"),
        ("{practitioners: doctors.csv}", "{table: doctors.csv}", "practitioners"),
        ("      key: doctors\n", "      key: finess\n", "finess"),
    ],
)
def test_an_impossible_recipe_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "doctors.csv").write_text("Lieu;Nombre;Âge\na;1;50\n", encoding="utf-8")
    text = (RECIPE + TABLE).replace(old, new).replace("PROFESSION", "gp")
    with pytest.raises(HygieError, match=says):
        build_territory(recipe(tmp_path, text))


def test_no_file_gives_no_table() -> None:
    assert practising([], PLACES, AREA, PLANE, apart=50.0) == Practising()
