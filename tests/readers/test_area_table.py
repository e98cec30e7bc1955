"""Files of areas: what is kept, what is repaired, what is refused, whatever comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.mapped_tables import AreaTable, read_area_table
from hygie.readers.records import AreaFile

RAW = {
    "key": "town",
    "category": {"column": "type", "values": {"Parc": "park", "Bâti": "building"}},
    "columns": {"id": "code", "name": "nom", "hours": "heures", "height": "h", "levels": "n"},
}
SQUARE = [[3.0, 43.0], [3.001, 43.0], [3.001, 43.001], [3.0, 43.001], [3.0, 43.0]]


def feature(ring: Any = SQUARE, kind: str = "Polygon", **told: Any) -> dict[str, Any]:
    values = {"code": "1", "nom": "A", "heures": "", "h": "", "n": "", "type": "parc", **told}
    return {"type": "Feature", "properties": values, "geometry": {"type": kind, "coordinates": [ring]}}


def read(folder: Path, *features: Any, raw: Any = None) -> AreaFile:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return read_area_table(path, AreaTable.from_mapping(raw or RAW), repair_limit=0.01)


def test_an_area_keeps_its_words_and_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, feature(type="Bâti", h="12,5", n="3", heures="24/7"))
    (area,) = found.shapes["building"]
    assert (area.id, area.name, area.height, area.levels, area.hours) == ("town:1", "A", 12.5, 3.0, "24/7")
    assert area.value == pytest.approx(3 * 111.1 * 81.5, rel=0.01)
    assert found.account.read == found.account.kept == 1


@pytest.mark.parametrize(
    ("told", "column"),
    [
        ({"type": "gare"}, "category"),
        ({"h": "haut"}, "height"),
        ({"n": "900"}, "levels"),
        ({"heures": "x" * 300}, "hours"),
        ({"ring": [[3.0, 43.0], [3.0, 43.0], [3.0, 43.0], [3.0, 43.0]]}, "geometry"),
        ({"ring": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]}, "geometry"),
        ({"kind": "LineString"}, "geometry"),
    ],
)
def test_a_wrong_area_is_listed(tmp_path: Path, told: Any, column: str) -> None:
    found = read(tmp_path, feature(**told), feature(code="2"))
    assert [reject.column for reject in found.account.rejects] == [column]
    assert found.account.read == found.account.kept + 1 == 2


def test_a_self_crossing_area_is_repaired_or_refused_and_a_twin_refused(tmp_path: Path) -> None:
    nearly = [[3.0, 43.0], [3.001, 43.0], [3.001, 43.001], [3.0009999, 43.0010001], [3.0010001, 43.0010001]]
    nearly += [[3.0, 43.001], [3.0, 43.0]]
    bow = [[3.0, 43.0], [3.001, 43.001], [3.001, 43.0], [3.0, 43.001], [3.0, 43.0]]
    found = read(tmp_path, feature(nearly), feature(bow, code="2"), feature(code="1"))
    assert shapely.from_wkb(found.shapes["park"][0].outline).is_valid
    assert "réparés" in found.account.warnings[0]
    assert [reject.column for reject in found.account.rejects] == ["geometry", "id"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_but_a_message_comes_out_of_anything(tmp_path: Path, data: st.DataObject) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [feature()]})
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 12))
    more = data.draw(st.text(max_size=8) | st.sampled_from(["NaN", "1e999", "null", "[]", '"']))
    path = tmp_path / "areas.geojson"
    path.write_text(text[:at] + more + text[at + cut :], encoding="utf-8", errors="replace")
    try:
        found = read_area_table(path, AreaTable.from_mapping(RAW), repair_limit=0.01)
    except HygieError:
        return
    account = found.account
    assert account.read == account.kept + len(account.rejects)


def test_the_schema_of_recipes_lists_the_categories_that_the_map_gives() -> None:
    schema = schema_validator("territory").schema
    assert isinstance(schema, dict)
    assert {"playground", "beach", "school_ground", "plantable"} <= set(
        schema["$defs"]["shape_category"]["enum"]
    )
