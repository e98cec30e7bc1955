from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import (
    PARAMETERS,
    Home,
    Shop,
    movements,
    territory,
    with_people_unknown,
)

from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.what_if import what_if
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue.checking import schema_validator
from hygie.reports.json_diagnosis import diagnosis_json
from hygie.reports.json_whatif import whatif_json

SHOPS = [Shop("ph:a", "pharmacy", 0), Shop("ph:b", "pharmacy", 30)]
TOWN = territory(
    [Home(0), Home(20, quarter=1, qpv=0), Home(40, (1.0, 2.0, 0.0, 0.0), quarter=2), Home(7, imputed=True)],
    SHOPS,
)


def as_read(written: dict[str, Any]) -> dict[str, Any]:
    """What a program that reads the file gets; NaN and infinity are not JSON."""
    read = json.loads(json.dumps(written, ensure_ascii=False, allow_nan=False))
    assert isinstance(read, dict)
    return read


def diagnosis_of(town: Territory, *, estimate: bool = False) -> dict[str, Any]:
    return as_read(diagnosis_json(town, diagnose(town, movements(town, estimate=estimate), PARAMETERS)))


def change_of(town: Territory, change: PlannedChange) -> dict[str, Any]:
    return as_read(whatif_json(town, what_if(town, movements(town), PARAMETERS, change)))


@pytest.mark.parametrize("estimate", [False, True])
def test_a_diagnosis_is_true_to_its_schema(estimate: bool) -> None:
    schema_validator("diagnosis").validate(diagnosis_of(TOWN, estimate=estimate))
    schema_validator("diagnosis").validate(diagnosis_of(with_people_unknown(TOWN), estimate=estimate))


def test_each_number_says_its_status_and_its_reason_when_there_is_none() -> None:
    written = diagnosis_of(TOWN)
    centre = next(i for i in written["indicators"] if i["key"] == "access_health_centre")
    assert (centre["status"], centre["reason"], centre["cells"]) == ("not_computed", "no_source", [])
    pharmacy = next(i for i in written["indicators"] if i["key"] == "access_pharmacy")
    q3 = next(c for c in pharmacy["cells"] if c["zone"] == "Q3" and c["group"] == "all")
    assert {tuple(measure.items()) for measure in q3["measures"].values()} == {(("status", "suppressed"),)}
    whole = pharmacy["cells"][0]["measures"]["beyond_15"]
    assert whole.keys() == {"status", "value", "low", "high"}


def test_sources_are_accounts_and_figures_carry_their_status() -> None:
    provenance = diagnosis_of(TOWN)["provenance"]
    assert provenance["sources"][0]["read"] == provenance["sources"][0]["kept"] == 4
    assert provenance["figures"][0]["status"] == "verified"


def test_nothing_about_single_points_of_the_demand_is_written() -> None:
    text = json.dumps(diagnosis_of(TOWN))
    assert not any(point in text for point in TOWN.demand.ids)


def test_the_schema_of_a_diagnosis_refuses_a_number_that_hides_its_status() -> None:
    validator = schema_validator("diagnosis")
    for wrong in ({"status": "suppressed", "value": 3}, {"status": "computed"}, {"status": "not_computed"}):
        written = diagnosis_of(TOWN)
        written["indicators"][0]["cells"][0]["measures"]["people"] = wrong
        assert not validator.is_valid(written), wrong


Path = tuple[str, ...]


def leaves(tree: object, path: Path = ()) -> dict[Path, object]:
    if not isinstance(tree, dict):
        return {path: tree}
    found: dict[Path, object] = {}
    for key, branch in tree.items():
        found.update(leaves(branch, (*path, key)))
    return found


def check_trees(written: dict[str, Any]) -> None:
    """The contract of a what-if, stated on the JSON alone."""
    before, after, change = (leaves(written[tree]) for tree in ("before", "after", "change"))
    assert before.keys() == after.keys() == change.keys()
    for path, moved in change.items():
        first, second = before[path], after[path]
        if isinstance(moved, str):
            assert moved in {"suppressed", "not_computed"}
            assert moved in {first, second}
            continue
        assert isinstance(first, int | float)
        assert isinstance(second, int | float)
        assert isinstance(moved, int | float)
        assert moved == pytest.approx(second - first)
        if path[-1].startswith("people"):
            assert not any(1e-4 < abs(number) < 11 - 1e-4 for number in (first, second, moved)), path


def test_a_what_if_is_true_to_its_schema_and_its_trees_have_the_same_paths() -> None:
    written = change_of(TOWN, PlannedChange(("ph:b",), (Opening("gp", 0.01, 0.5),)))
    schema_validator("whatif").validate(written)
    check_trees(written)
    assert written["change"]["access_pharmacy"]["all"]["all"]["mean"] > 0
    assert written["change"]["access_pharmacy"]["quarter:Q3"]["all"]["people"] == "suppressed"
    assert written["provenance"]["closed"] == ["ph:b"]
    assert written["provenance"]["zones"]["quarter:Q2"] == "Les Ormeaux"


def test_a_what_if_without_change_is_zero_everywhere() -> None:
    written = change_of(TOWN, PlannedChange())
    schema_validator("whatif").validate(written)
    assert {leaf for leaf in leaves(written["change"]).values() if not isinstance(leaf, str)} == {0}
    assert written["change"]["access_emergency"] == "not_computed"


def test_closing_and_opening_at_the_same_point_is_zero_everywhere() -> None:
    back = Opening("pharmacy", float(TOWN.places.lon[1]), float(TOWN.places.lat[1]))
    written = change_of(TOWN, PlannedChange(("ph:b",), (back,)))
    numbers = [leaf for leaf in leaves(written["change"]).values() if not isinstance(leaf, str)]
    assert numbers
    assert set(numbers) == {0}


homes = st.lists(
    st.builds(
        Home,
        at=st.integers(0, 40),
        ages=st.tuples(*[st.sampled_from([0.0, 2.0, 6.0, 30.0])] * 4),
        quarter=st.integers(0, 2),
        qpv=st.integers(-1, 0),
        imputed=st.booleans(),
        island=st.booleans(),
    ),
    max_size=8,
)


@given(homes=homes, spots=st.lists(st.integers(0, 40), min_size=1, max_size=4), known=st.booleans())
@settings(deadline=None, max_examples=15)
def test_any_town_gives_json_true_to_its_schemas(homes: list[Home], spots: list[int], known: bool) -> None:
    town = territory(homes, [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)])
    town = town if known else with_people_unknown(town)
    schema_validator("diagnosis").validate(diagnosis_of(town))
    written = change_of(town, PlannedChange(("ph0",)))
    schema_validator("whatif").validate(written)
    check_trees(written)
