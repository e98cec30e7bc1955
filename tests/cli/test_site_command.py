"""``hygie site``: what is written, what is said, what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygie.cli.main import run
from hygie.engines.siting.network import all_pairs
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.siting_files import read_pmedian
from hygie.readers.territory_folder import open_territory

SMALL = ("pmed1", "pmed2", "pmed3", "pmed4", "pmed5", "pmed8", "pmed13", "pmed18")
"""Solved in well under a second each; the others take seconds."""


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(["site", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema_validator("siting").validate(found)
    return found


@pytest.mark.sample_data
@pytest.mark.parametrize("name", SMALL)
def test_published_problems_are_solved_to_their_optimum(
    name: str, sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sample_data / "orlib_pmed" / f"{name}.txt"
    with (sample_data / "orlib_pmed" / "optima.csv").open(encoding="utf-8") as stream:
        optimum = {row["instance"]: int(row["optimum"]) for row in csv.DictReader(stream)}[name]
    found = told(capsys, "p-median", "--orlib", str(file))
    read = read_pmedian(file)
    away = all_pairs(read.nodes, read.edges, read.lengths)
    chosen = [site - 1 for site in found["sites"]]
    assert len(chosen) <= read.most
    assert away[:, chosen].min(axis=1).sum() == found["cost"] == optimum
    assert found["bound"] <= optimum
    served = [away[int(node) - 1, site - 1] for node, site in found["assignment"].items()]
    assert int(np.sum(served)) == optimum


def test_each_question_answers_json_true_to_its_schema(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = set(open_territory(clairval).territory.places.ids.tolist())
    for words in (
        ("p-median", "--p", "3"),
        ("p-center", "--p", "2"),
        ("max-cover", "--p", "2", "--minutes", "10"),
        ("cover", "--minutes", "20", "--leave-out"),
        ("p-median", "--service", "counter", "--add", "1", "--weights", "qpv=2,65+=1.5"),
    ):
        found = told(capsys, words[0], str(clairval), *words[1:])
        assert set(found["sites"]) <= ids
        assert found["bound"] is None or found["bound"] <= found["cost"] + 1e-9
        assert set(found["assignment"].values()) - {None} <= set(found["sites"])
        for place in found["places"]:
            assert not 0 < place["people"].get("value", 0) < 11


def test_a_cover_without_minutes_takes_the_figure_of_the_catalogue(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "max-cover", str(clairval), "--p", "2")
    assert found["asked"]["minutes"] == 15
    assert [figure["key"] for figure in found["provenance"]["figures"]] == ["access_15", "smallest_count"]


def test_a_file_of_candidates_brings_prices_and_a_budget_holds_back(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demand = open_territory(clairval).territory.demand
    inside = np.flatnonzero(demand.inside)[[0, 40, 80]]
    lines = ["id,name,lon,lat,price"]
    lines += [f"c{k},Local {k},{demand.lon[i]},{demand.lat[i]},{100 + k}" for k, i in enumerate(inside)]
    file = tmp_path / "locaux.csv"
    file.write_text("\n".join([*lines, "c0,Double,1,47,5"]) + "\n", encoding="utf-8")
    words = ("p-median", str(clairval), "--candidates", str(file), "--source", "Locaux communaux")
    assert run(["site", *words, "--p", "2", "--json"]) == 0
    out = capsys.readouterr()
    assert "locaux.csv" in out.err
    found = json.loads(out.out)
    assert found["candidates"] == [{"source": "Locaux communaux", "count": 3}]
    assert len(found["sites"]) == 2
    poor = told(capsys, *words, "--p", "2", "--budget", "102")
    assert len(poor["sites"]) == 1
    assert [one["constraint"] for one in poor["binding"]] == ["budget"]
    none = told(capsys, *words, "--p", "2", "--budget", "10")
    assert none["status"] == "infeasible"
    assert none["cost"] is None
    assert [one["constraint"] for one in none["conflict"]] == ["budget"]
    kept = told(capsys, *words, "--p", "1", "--keep", "c1", "--forbid", "c1")
    assert [one["constraint"] for one in kept["conflict"]] == ["kept", "excluded"]


def test_what_is_said_is_french(clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sites.json"
    assert run(["site", "p-median", str(clairval), "--p", "2", "-o", str(file)]) == 0
    said = capsys.readouterr().out
    assert "2\u00a0sites ouverts" in said
    assert "Un site de plus ferait gagner" in said
    assert "rien ne dit que leurs locaux" in said
    schema_validator("siting").validate(json.loads(file.read_text("utf-8")))
    assert run(["site", "cover", str(clairval), "--minutes", "1"]) == 0
    assert "Impossible" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["p-median"], 2),
        (["p-median", "{}"], 2),
        (["p-median", "{}", "--p", "2", "--add", "1"], 2),
        (["p-median", "{}", "--p", "0"], 1),
        (["p-median", "{}", "--p", "999999"], 1),
        (["p-median", "{}", "--p", "2", "--among", "pharmacie"], 1),
        (["p-median", "{}", "--p", "2", "--keep", "nulle-part"], 1),
        (["p-median", "{}", "--p", "2", "--weights", "qpv=nan"], 1),
        (["p-median", "{}", "--p", "2", "--weights", "65+=-1"], 1),
        (["p-median", "{}", "--p", "2", "--weights", "63+=2"], 1),
        (["p-median", "{}", "--p", "2", "--weights", "autre=2"], 1),
        (["p-median", "{}", "--p", "2", "--capacity", "nan"], 1),
        (["p-median", "{}", "--p", "2", "--budget=-5"], 1),
        (["max-cover", "{}", "--p", "2", "--minutes", "nan"], 1),
        (["max-cover", "{}", "--p", "2", "--minutes=-3"], 1),
        (["p-center", "--orlib", "absent.txt"], 1),
        (["p-median", "--orlib", "absent.txt"], 1),
    ],
)
def test_what_cannot_be_is_refused_without_a_trace(
    words: list[str], code: int, clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["site", *(word.format(clairval) for word in words)]) == code
    said = capsys.readouterr()
    assert said.err.startswith("Erreur")
    assert "Traceback" not in said.err
