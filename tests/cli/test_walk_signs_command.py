"""``hygie walk signs`` and ``hygie walk load``: what they write, refuse and keep back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hygie.cli.main import run
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import open_territory
from hygie.reports.signs_words import LONGEST, clipped

Captured = pytest.CaptureFixture[str]


def poppler(name: str, *arguments: str) -> str:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"no {name} on this machine: install poppler-utils")
    run_it = [program, *arguments]
    return subprocess.run(run_it, capture_output=True, text=True, check=True).stdout  # noqa: S603  # our own file


def told(capsys: Captured, *arguments: str) -> dict[str, Any]:
    assert run(["walk", *arguments, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_signs_follow_their_schema_and_say_the_minutes_of_the_walk(clairval: Path, capsys: Captured) -> None:
    found = told(capsys, "signs", str(clairval), "--to", "pharmacy", "--to", "counter", "--budget", "15")
    schema_validator("walk_signs").validate(found)
    assert 0 < found["count"] <= 15
    assert found["bound"] is None or found["gap"] >= 0
    for post in found["posts"]:
        assert len(post["where"]) >= 0
        for line in post["lines"]:
            assert 1 <= line["adult"] <= line["child"]
            assert line["adult"] <= 15
            assert len(line["words"]) <= LONGEST


def test_more_posts_guide_more_and_the_proof_holds(clairval: Path, capsys: Captured) -> None:
    guided = [
        told(capsys, "signs", str(clairval), "--to", "pharmacy", "--budget", str(count))["guided"].get(
            "value", 0
        )
        for count in (0, 5, 20)
    ]
    assert guided == sorted(guided)
    whole = told(capsys, "signs", str(clairval), "--to", "pharmacy")
    schema_validator("walk_signs").validate(whole)
    assert whole["proved"]
    assert whole["bound"] == whole["count"]
    assert whole["share"]["value"] == 1


def test_files_of_signs_hold_the_same_and_one_sheet_a_panel(
    clairval: Path, tmp_path: Path, capsys: Captured
) -> None:
    names = {key: tmp_path / f"s.{key}" for key in ("csv", "geojson", "pdf")}
    options = [part for key, file in names.items() for part in (f"--{key}", str(file))]
    found = told(capsys, "signs", str(clairval), "--to", "green", "--budget", "6", *options)
    lines = sum(len(post["lines"]) for post in found["posts"])
    table = names["csv"].read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 1 + lines
    points = json.loads(names["geojson"].read_text(encoding="utf-8"))
    assert len(points["features"]) == found["count"]
    panels = sum(post["panels"] for post in found["posts"])
    front = int(re.findall(r"Pages:\s+(\d+)", poppler("pdfinfo", str(names["pdf"])))[0]) - panels
    assert 1 <= front <= 3
    text = poppler("pdftotext", "-f", str(front + 1), str(names["pdf"]), "-")
    assert text.count("à fixer pour être lu") == panels
    assert "adulte" in text
    assert "enfant" in text
    assert "AtkinsonHyperlegible" in poppler("pdffonts", str(names["pdf"]))


def test_the_same_signs_give_the_same_bytes(clairval: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{rank}.pdf" for rank in range(2)]
    for file in files:
        assert (
            run(["walk", "signs", str(clairval), "--to", "green", "--budget", "3", "--pdf", str(file)]) == 0
        )
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--to", "pharmacie"], "n’est ni une catégorie ni un lieu"),
        (["--to", "town_service"], "Ce territoire n’a pas"),
        (["--to", "pharmacy", "--max-minutes", "0"], "1 à 60 minutes"),
        (["--to", "pharmacy", "--max-minutes", "nan"], "1 à 60 minutes"),
        (["--to", "pharmacy", "--stretch", "1"], "20 à"),
        (["--to", "pharmacy", "--budget", "-1"], "0 à"),
        (["--to", "pharmacy", "--lines", "0"], "1 à 8 lignes"),
    ],
)
def test_what_cannot_be_signed_is_refused_in_words(
    clairval: Path, capsys: Captured, options: list[str], words: str
) -> None:
    assert run(["walk", "signs", str(clairval), *options]) != 0
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_more_sheets_than_one_prints_are_refused_with_what_to_do(
    clairval: Path, tmp_path: Path, capsys: Captured
) -> None:
    options = ["--to", "pharmacy", "--to", "green", "--lines", "1", "--pdf", str(tmp_path / "s.pdf")]
    assert run(["walk", "signs", str(clairval), *options]) != 0
    assert "--budget" in capsys.readouterr().err
    assert not (tmp_path / "s.pdf").exists()


def test_a_place_is_a_destination_of_its_own(clairval: Path, capsys: Captured) -> None:
    places = open_territory(clairval).territory.places
    place = str(places.ids[places.of("pharmacy")[0]])
    found = told(capsys, "signs", str(clairval), "--to", place, "--budget", "4")
    assert {line["place"] for post in found["posts"] for line in post["lines"]} == {place}


def test_a_long_name_is_cut_at_a_word() -> None:
    long = "Médiathèque intercommunale du Pays de la Haute Vallée"
    assert clipped(long).endswith("…")
    assert len(clipped(long)) <= LONGEST
    assert long.startswith(clipped(long)[:-1])
    assert len(clipped("x" * 200)) <= LONGEST


def counts(value: Any) -> list[float]:
    """Every number of people of the loads, at any depth."""
    if isinstance(value, dict):
        if value.get("status") in {"computed", "estimate"} and "value" in value:
            return [value["value"]]
        return [
            one
            for key, held in value.items()
            if key in {"pupils", "residents", "streets"}
            for one in counts(held)
        ]
    return [one for held in value for one in counts(held)] if isinstance(value, list) else []


def test_loads_follow_their_schema_and_show_no_small_count(clairval: Path, capsys: Captured) -> None:
    found = told(capsys, "load", str(clairval))
    schema_validator("walk_load").validate(found)
    assert found["streets"]
    assert found["hidden_streets"] > 0
    shown = counts(found)
    assert shown
    assert not [one for one in shown if 0 < one < 11]
    assert all(one % 5 == 0 for one in shown)
    for street in found["streets"]:
        assert street["passages"]["low"] <= street["passages"]["value"] <= street["passages"]["high"]
    ranks = [spot["rank"] for spot in found["helps"]["bench"]["spots"]]
    assert ranks == list(range(1, len(ranks) + 1))


def test_files_of_loads_hold_the_streets_shown(clairval: Path, tmp_path: Path, capsys: Captured) -> None:
    table, shapes = tmp_path / "l.csv", tmp_path / "l.geojson"
    found = told(capsys, "load", str(clairval), "--csv", str(table), "--geojson", str(shapes))
    assert len(table.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(found["streets"])
    drawn = json.loads(shapes.read_text(encoding="utf-8"))["features"]
    spots = sum(len(one["spots"]) for one in found["helps"].values())
    assert len(drawn) == len(found["streets"]) + spots


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--leisure", "parc"], "n’existe pas"),
        (["--max-minutes", "0"], "1 à 60"),
        (["--count", "0"], "1 à 100"),
    ],
)
def test_loads_that_cannot_be_asked_are_refused_in_words(
    clairval: Path, capsys: Captured, options: list[str], words: str
) -> None:
    assert run(["walk", "load", str(clairval), *options]) != 0
    assert words in capsys.readouterr().err


@pytest.mark.sample_data
def test_redon_counts_dwellings_and_says_so(
    sample_data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYGIE_SAMPLE_DATA", str(sample_data))
    folder = tmp_path / "redon"
    recipe = Path(__file__).parents[2] / "examples" / "redon" / "territory.yaml"
    assert run(["territory", "build", str(recipe), "-o", str(folder)]) == 0
    capsys.readouterr()
    signs = told(capsys, "signs", str(folder), "--to", "counter", "--budget", "8")
    assert signs["counted"] == "dwellings"
    assert signs["status"] == "estimate"
    assert signs["proved"]
    load = told(capsys, "load", str(folder))
    assert load["walks"][0]["walking"] == {"status": "not_computed", "reason": "no_age"}
    schema_validator("walk_load").validate(load)
