"""The sheet of the catalogue is typed strictly: what is misspelt is refused, not ignored."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.catalogue import load_checked
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.osm import OsmSheet, read_osm


@pytest.fixture
def raw() -> dict[str, Any]:
    return copy.deepcopy(load_checked(catalogue_folder() / "sources" / "openstreetmap.yaml", "source"))


def at(tree: Any, path: list[str | int]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


WAYS: list[str | int] = ["tables", "profiles", "walk", "ways", 0]


@pytest.mark.parametrize(
    ("path", "key", "value", "expected"),
    [
        (WAYS, "walk", "perhaps", "allowed, stated, forbidden"),
        (WAYS, "kind", 7, "0, 1, 2 ou 3"),
        (WAYS, "speed", 5, "une vitesse sur chaque ligne praticable"),
        (WAYS, "car", "allowed", "une clé parmi"),
        (["tables", "profiles", "car", "ways", 0], "speed", 0, "un nombre positif"),
        (WAYS, "kinds", 1, "une clé parmi"),
        (WAYS, "values", "footway", "une liste"),
        (WAYS, "values", ["steps", "steps"], "une seule ligne"),
        (WAYS, "closed_is_area", "yes", "true ou false"),
        (["tables", "limits"], "expansion", "beaucoup", "un nombre positif"),
        (["tables", "limits"], "expansion", -1, "un nombre positif"),
        (["tables", "greens", "lines", 0], "access", "closed", "open ou stated"),
        (["mapping", "services", "poste", 0], "label", ["amenity"], "soit « gives », soit « label »"),
        (["mapping", "services", "poste", 0], "gives", ["hospital_site"], "hospital_site"),
        (["mapping", "services", "poste", 0], "why", "", "un texte"),
        (["mapping"], "name_key", 5, "un texte"),
        ([], "profiles", {}, "une clé parmi"),
    ],
)
def test_a_faulty_entry_is_named_with_what_is_expected(
    path: list[str | int], key: str, value: object, expected: str, raw: dict[str, Any]
) -> None:
    at(raw, path)[key] = value
    with pytest.raises(InputError) as caught:
        OsmSheet.from_mapping(raw)
    assert caught.value.file == "openstreetmap.yaml"
    assert expected in caught.value.expected


def test_a_missing_table_is_named(raw: dict[str, Any]) -> None:
    del raw["tables"]["trees"]
    with pytest.raises(InputError, match="trees"):
        OsmSheet.from_mapping(raw)


def test_the_header_carries_licence_and_attribution(sheet: OsmSheet) -> None:
    assert "ODbL" in sheet.header["licence"]
    assert sheet.header["attribution"] == (
        "© les contributeurs d’OpenStreetMap, ODbL 1.0, https://www.openstreetmap.org/copyright"
    )
    assert sheet.header["completeness"] == "presence_only"


def test_every_line_of_the_tables_says_why(raw: dict[str, Any]) -> None:
    def lines(tree: object) -> list[Mapping[str, object]]:
        if isinstance(tree, list):
            return [found for item in tree for found in lines(item)]
        if not isinstance(tree, dict):
            return []
        own = [tree] if {"when", "values"} & tree.keys() else []
        return own + [found for item in tree.values() for found in lines(item)]

    found = lines([raw["mapping"]["services"], raw["tables"]])
    assert len(found) > 80
    assert all(isinstance(line["why"], str) and line["why"] for line in found)


def test_a_profile_without_a_table_is_refused(raw: dict[str, Any], tmp_path: Any) -> None:
    del raw["tables"]["profiles"]["car"]
    with pytest.raises(HygieError, match="car"):
        read_osm(
            tmp_path / "a.osm",
            OsmSheet.from_mapping(raw),
            walk_metres_per_minute=80,
            car_speed_factor=0.8,
            dwelling_smallest_area=25,
        )


@pytest.mark.parametrize(("pace", "area"), [(0, 25), (-1, 25), (float("inf"), 25), (80, -1)])
def test_impossible_settings_are_a_programming_mistake(
    pace: float, area: float, sheet: OsmSheet, tmp_path: Any
) -> None:
    with pytest.raises(ValueError, match="speed"):
        read_osm(tmp_path / "a.osm", sheet, walk_metres_per_minute=pace, dwelling_smallest_area=area)
