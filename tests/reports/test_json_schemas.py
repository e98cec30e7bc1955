from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.engines.diagnosis.towns import Home, Shop, territory, with_people_unknown

from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.reports.json_info import territory_info

OUTPUTS = (
    *("diagnosis", "whatif", "info", "bench", "reach_times", "siting", "perimeters"),
    *("green", "green_plant", "exposure"),
    *("walk_signs", "walk_load"),
)


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_output_has_a_schema_that_is_one_and_says_what_it_describes(name: str) -> None:
    schema = json.loads((catalogue_folder() / "schema" / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


def test_what_a_territory_holds_is_true_to_its_schema() -> None:
    town = territory([Home(0), Home(5, quarter=1, qpv=0)], [Shop("a", "pharmacy", 3)])
    for known in (town, with_people_unknown(town)):
        schema_validator("info").validate(json.loads(json.dumps(territory_info(known))))


def bench() -> dict[str, Any]:
    peer = {"s": 0.05, "ratio": 50.0, "agrees": True, "measured_on": "1 000 origines"}
    task = {
        "name": "nearest_60_categories",
        "ours_s": 0.001,
        "limit_s": 0.002,
        "peers": {"scipy": peer},
        "targets": {"scipy": 50},
        "met": True,
    }
    return {"machine": {"cores": 2}, "tasks": [task]}


def test_the_schema_of_the_bench_asks_for_all_that_a_reader_needs_to_judge() -> None:
    validator = schema_validator("bench")
    validator.validate(bench())
    for key in ("name", "ours_s", "peers", "targets", "met"):
        written = bench()
        del written["tasks"][0][key]
        assert not validator.is_valid(written), key
    for key in ("s", "ratio", "agrees"):
        written = bench()
        del written["tasks"][0]["peers"]["scipy"][key]
        assert not validator.is_valid(written), key


@pytest.mark.parametrize(("minutes", "valid"), [(4.5, True), (None, True), (-1, False), ("4", False)])
def test_a_line_of_times_has_minutes_or_null(minutes: object, valid: bool) -> None:
    line = {"id": "a", "lon": 3.0, "lat": 43.0, "people": None, "minutes": minutes}
    assert schema_validator("reach_times").is_valid(line) is valid
