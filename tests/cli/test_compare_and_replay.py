"""``hygie territory compare`` and ``hygie replay``, on Clairval built twice and on one changed place."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygie.cli.main import run
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Places
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import StoredTerritory, write_territory
from hygie.reports.canonical import canonical_json, part_digests, result_digest
from hygie.reports.guarding import unguarded
from hygie.territories.demo import build_demo

PEOPLE, DIFFERENT = 2000, 3


def changed(places: Places) -> Places:
    """The first pharmacy goes; the second closes earlier; the first doctors are renamed."""
    gone, other = (int(i) for i in places.of("pharmacy")[:2])
    names, hours, capacity = places.names.astype("<U80"), places.hours.astype("<U80"), places.capacity.copy()
    doctors = int(places.of("gp")[0])
    names[doctors] = "=Cabinet renommé"
    hours[other] = "Mo-Fr 09:00-12:00"
    capacity[doctors] += 1
    moved = replace(places, names=names, hours=hours, capacity=capacity)
    kept = np.flatnonzero(np.arange(len(places)) != gone)
    return Places(**{name: getattr(moved, name)[kept] for name in Places.__dataclass_fields__})


@dataclass(frozen=True)
class Towns:
    """Folders: a town, the same built again, the same with changed places, another seed."""

    first: Path
    again: Path
    changed: Path
    other: Path


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    folder = tmp_path_factory.mktemp("towns")
    found = Towns(*(folder / name for name in ("first", "again", "changed", "other")))
    first = build_demo(people=PEOPLE, seed=1)
    write_territory(first, found.first)
    write_territory(build_demo(people=PEOPLE, seed=1), found.again)
    write_territory(build_demo(people=PEOPLE, seed=2), found.other)
    # Without streets, places need no snapping: times are crow-fly, on both sides alike.
    write_territory(replace(first, territory=_with(first), streets={}), found.changed)
    write_territory(replace(first, streets={}), found.first.with_name("plain"))
    return found


def _with(stored: StoredTerritory) -> Any:
    return replace(stored.territory, places=changed(stored.territory.places))


def compare(before: Path, after: Path, out: Path) -> tuple[dict[str, Any], list[dict[str, str]], str]:
    files = [out / name for name in ("v.json", "v.csv", "v.html")]
    words = ["--json", str(files[0]), "--csv", str(files[1]), "--html", str(files[2])]
    assert run(["territory", "compare", str(before), str(after), *words]) == 0
    with files[1].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return json.loads(files[0].read_text("utf-8")), rows, files[2].read_text("utf-8")


def test_the_same_town_built_twice_has_not_changed(towns: Towns, tmp_path: Path) -> None:
    told, rows, page = compare(towns.first, towns.again, tmp_path)
    schema_validator("versions").validate(told)
    assert rows == []
    assert not any(one["differs"] for one in told["indicators"])
    assert [told[part] for part in ("sources", "statistics", "figures")] == [[], [], []]
    assert told["places"]["added"] == told["places"]["gone"] == told["places"]["changed"] == []
    assert "Rien n’a changé" in page


def place_rows(folder: Path, out: Path) -> dict[str, dict[str, str]]:
    assert run(["territory", "places", str(folder), "--csv", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


@pytest.mark.parametrize("later", ["changed", "other"])
def test_places_differ_as_their_two_lists_do(towns: Towns, later: str, tmp_path: Path) -> None:
    """Oracle: the two lists of places, read as CSV and compared with dictionaries by identifier."""
    before = towns.first.with_name("plain") if later == "changed" else towns.first
    after = towns.changed if later == "changed" else towns.other
    told, rows, _ = compare(before, after, tmp_path)
    schema_validator("versions").validate(told)
    first, second = (place_rows(folder, tmp_path / f"{i}.csv") for i, folder in enumerate((before, after)))
    by_id = {one["after"]["id"]: one for one in told["places"]["changed"]}
    renamed = {i for i in {*first} & {*second} if first[i]["name"] != second[i]["name"]}
    assert {i for i, one in by_id.items() if "renamed" in one["kinds"] and i in first} == renamed
    plane = Plane(-5.5, 46.3)
    spots = [
        dict(zip(side, zip(*plane.to_metres(*_degrees(side)), strict=True), strict=True))
        for side in (first, second)
    ]
    moved = {i for i in {*first} & {*second} if np.hypot(*np.subtract(spots[0][i], spots[1][i])) > 60}
    assert {i for i, one in by_id.items() if "moved" in one["kinds"] and i in first} == moved
    gone = {one["id"] for one in told["places"]["gone"]}
    followed = {one["before"]["id"] for one in told["places"]["changed"]} - {*second}
    assert gone | followed == {*first} - {*second}
    assert len([row for row in rows if row["part"] == "place"]) == sum(
        (len(told["places"]["added"]), len(gone), sum(len(one["kinds"]) for one in by_id.values()))
    )


def _degrees(side: dict[str, dict[str, str]]) -> tuple[list[float], list[float]]:
    return [float(row["lon"]) for row in side.values()], [float(row["lat"]) for row in side.values()]


def test_one_changed_place_is_named_with_what_it_changes(towns: Towns, tmp_path: Path) -> None:
    told, rows, page = compare(towns.first.with_name("plain"), towns.changed, tmp_path)
    assert len(told["places"]["gone"]) == 1
    kinds = sorted(tuple(one["kinds"]) for one in told["places"]["changed"])
    assert kinds == [("hours",), ("renamed", "capacity")]
    moved = {one["key"] for one in told["indicators"] if one["differs"]}
    assert "access_pharmacy" in moved
    assert "access_primary_school" not in moved
    assert told["places"]["gone"][0]["name"] in page
    names = {row["name"] for row in rows if row["kind"] == "renamed"}
    assert names == {"'=Cabinet renommé"}
    assert {unguarded(name) for name in names} == {"=Cabinet renommé"}


def diagnosis_of(folder: Path, out: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    assert run(["diagnose", str(folder), "--json", str(out)]) == 0
    told = json.loads(out.read_text("utf-8"))
    return {
        (one["key"], cell["layer"], cell["zone"], cell["group"], key): measure
        for one in told["indicators"]
        for cell in one["cells"]
        for key, measure in cell["measures"].items()
    }


def test_indicators_differ_as_two_diagnoses_do(towns: Towns, tmp_path: Path) -> None:
    """Oracle: both ``diagnose --json`` as dictionaries; a number here is theirs, or is kept back."""
    told, _, page = compare(towns.first, towns.other, tmp_path)
    first, second = (diagnosis_of(folder, tmp_path / "d.json") for folder in (towns.first, towns.other))
    found = dict(_measures(told))
    for key in first.keys() | second.keys():
        before, after = first.get(key), second.get(key)
        if key not in found:
            assert before == after, key
            continue
        one = found[key]
        assert one["before"] == before, key
        hidden = one["after"] is not None and one["after"]["status"] == "suppressed"
        assert hidden or one["after"] == after, key
        if "value" in one["change"]:
            assert after is not None
            assert before is not None
            assert one["change"]["value"] == after["value"] - before["value"], key
            if key[-1].startswith("people"):
                assert one["change"]["value"] == 0 or abs(one["change"]["value"]) > 10 - 1e-6, key
    assert "http" not in re.sub(r"https://www\.openstreetmap\.org/copyright", "", page).replace(
        "http://www.w3", ""
    )
    assert "<script" not in page


def _measures(told: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for one in told["indicators"]:
        for cell in one["cells"]:
            for key, measure in cell["measures"].items():
                yield (one["key"], cell["layer"], cell["zone"], cell["group"], key), measure


def test_nothing_to_write_and_two_territories_are_refused(
    towns: Towns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["territory", "compare", str(towns.first), str(towns.again)]) == 1
    stored = build_demo(people=PEOPLE, seed=1)
    write_territory(replace(stored, territory=replace(stored.territory, code="other")), tmp_path / "t")
    words = ["territory", "compare", str(towns.first), str(tmp_path / "t"), "--json", "-"]
    assert run(words) == 1
    assert "même territoire" in capsys.readouterr().err


@pytest.fixture(scope="module")
def records(towns: Towns) -> dict[str, Path]:
    files = {kind: towns.first.with_name(f"{kind}.json") for kind in ("diagnose", "whatif", "result")}
    first = str(towns.first)
    words = ["--json", str(files["result"]), "--record", str(files["diagnose"])]
    assert run(["diagnose", first, *words]) == 0
    hospital = "clairval:hospital-1:emergency"
    assert run(["whatif", first, "--close", hospital, "--record", str(files["whatif"])]) == 0
    return files


@pytest.mark.parametrize("kind", ["diagnose", "whatif"])
def test_a_run_replays_to_the_same_digest_on_a_town_built_again(
    towns: Towns, records: dict[str, Path], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    schema_validator("run").validate(json.loads(records[kind].read_text("utf-8")))
    assert run(["replay", str(records[kind]), str(towns.again)]) == 0
    assert "Même résultat" in capsys.readouterr().out


def test_the_recorded_digest_is_that_of_the_result_written(records: dict[str, Path]) -> None:
    result = json.loads(records["result"].read_text("utf-8"))
    assert json.loads(records["diagnose"].read_text("utf-8"))["result_sha256"] == result_digest(result)


@pytest.mark.parametrize("kind", ["diagnose", "whatif"])
def test_a_changed_place_gives_another_digest_and_what_changed_is_named(
    towns: Towns, records: dict[str, Path], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", str(records[kind]), str(towns.changed), "--json"]) == DIFFERENT
    told = json.loads(capsys.readouterr().out)
    assert not told["same"]
    assert "places.parquet" in told["files"]
    assert not any(name.startswith("demand/") for name in told["files"])
    assert told["versions"][0] == told["versions"][1]
    assert told["figures"] == []
    assert any("access_gp" in part or "access_pharmacy" in part for part in told["parts"])


def test_a_record_that_was_tampered_with_is_told(
    towns: Towns, records: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(records["whatif"].read_text("utf-8"))
    tampered = tmp_path / "tampered.json"
    tampered.write_text(json.dumps(record | {"result_sha256": "0" * 64}), encoding="utf-8")
    assert run(["replay", str(tampered), str(towns.first)]) == DIFFERENT
    assert "le relevé a été modifié" in capsys.readouterr().out


def test_another_version_and_another_figure_are_named(
    towns: Towns, records: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(records["whatif"].read_text("utf-8"))
    record["hygie"] = "0.0.9"
    next(one for one in record["figures"] if one["key"] == "walking_speed")["value"] = 1.2
    older = tmp_path / "older.json"
    older.write_text(json.dumps(record), encoding="utf-8")
    assert run(["replay", str(older), str(towns.first)]) == 0, "the result alone decides"
    told = capsys.readouterr().out
    assert "version 0.0.9" in told
    assert "walking_speed" in told


def test_a_wrong_record_is_one_message(
    towns: Towns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{", encoding="utf-8")
    assert run(["replay", str(wrong), str(towns.first)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("Erreur")
    assert "Traceback" not in told


def test_canonical_json_ignores_the_order_of_keys_and_nothing_else() -> None:
    assert canonical_json({"b": 1, "a": [0.1, "é"]}) == '{"a":[0.1,"\\u00e9"],"b":1}'
    assert result_digest({"a": 1, "b": 2}) == result_digest({"b": 2, "a": 1})
    assert result_digest([1, 2]) != result_digest([2, 1])
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_parts_are_named_by_their_keys_and_told_whole_where_keys_are_not_unique() -> None:
    result = {
        "a": {"x": 1},
        "list": [{"key": "k"}, {"key": "l"}],
        "twice": [{"key": "k"}, {"key": "k"}],
        "n": 1,
    }
    assert set(part_digests(result)) == {"a/x", "list/k", "list/l", "twice", "n"}
