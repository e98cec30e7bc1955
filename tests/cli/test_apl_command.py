"""``hygie apl``: what is written, what is said, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hygie.cli.main import run
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import StoredTerritory, write_territory
from hygie.territories.demo import build_demo

PRACTICE = "clairval:gp-1:gp"


@pytest.fixture(scope="module")
def built() -> StoredTerritory:
    return build_demo(people=20_000, seed=1)


@pytest.fixture(scope="module")
def clairval(built: StoredTerritory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apl") / "clairval"
    write_territory(built, folder)
    return folder


def written(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert run([str(word) for word in ("apl", *words, "--json")]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema_validator("apl").validate(told)
    return told


def opening(built: StoredTerritory, doctors: int) -> str:
    places = built.territory.places
    return f"gp@{places.lon[0]!r},{places.lat[0]!r}:{doctors}".replace("np.float64(", "").replace(")", "")


def test_what_is_written_is_true_to_its_schema(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = written(capsys, clairval)
    assert told["unit"].startswith("médecins pour 10")
    assert told["before"] == told["after"]
    assert told["provenance"]["retiring_from"] is None
    assert "ce n’est pas l’APL publiée par la DREES" in told["provenance"]["warnings"][0]


def test_change_is_after_minus_before(
    built: StoredTerritory, clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = written(capsys, clairval, "--close", PRACTICE, "--add", opening(built, 3), "--retire", 60)
    assert told["provenance"]["closed"] == [PRACTICE]
    assert told["provenance"]["opened"][0]["capacity"] == 3
    assert told["provenance"]["retiring_from"] == 60
    seen = 0
    for zone, groups in told["change"].items():
        for group, leaves in groups.items():
            for key, change in leaves.items():
                before, after = (told[tree][zone][group][key] for tree in ("before", "after"))
                if isinstance(change, float):
                    assert change == after - before
                    seen += 1
                else:
                    assert "suppressed" in (before, after) or "not_computed" in (before, after)
    assert seen > 500


def test_what_is_said_is_french_with_a_line_a_zone(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["apl", str(clairval), "--retire", "60"]) == 0
    told = capsys.readouterr().out
    assert "Pays de Clairval\u00a0: 8,5 avant, 6,0 après (−2,5)" in told
    assert "Saint-Éloi\u00a0:" in told
    assert "À noter\u00a0: Indicateur de type APL" in told
    assert run(["apl", str(clairval)]) == 0
    assert "8,5 en moyenne, de 8,5 (D1) à 8,5 (D9)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--close", "nowhere"], 1, "Aucun lieu ne porte"),
        (["--add", "pharmacy@-5.5,46.3"], 1, "ne compte pas dans cet accès"),
        (["--add", "gp@-5.5"], 1, "n’est pas compris"),
        (["--add", "gp@5.5,48"], 1, "Aucune rue"),
        (["--retire", "vieux"], 2, "valeur refusée pour retire"),
        (["--retire", "3"], 2, "valeur refusée pour retire"),
    ],
)
def test_what_cannot_be_is_one_message(
    clairval: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert run(["apl", str(clairval), *words]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert "Traceback" not in told.err


def test_without_ages_a_retirement_is_refused_and_says_what_to_add(
    built: StoredTerritory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "town"
    write_territory(replace(built, territory=replace(built.territory, practitioners=None)), folder)
    assert run(["apl", str(folder), "--retire", "62"]) == 1
    assert "practitioner_table" in capsys.readouterr().err
