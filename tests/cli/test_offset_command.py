"""``hygie offset``: what is written, what is said, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.engines.diagnosis.towns import PARAMETERS

from hygie.cli.main import run
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.readers.catalogue import load_catalogue
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo


@pytest.fixture(scope="module")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offset") / "clairval"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
    return folder


PHARMACY = "clairval:pharmacy-1:pharmacy"


def test_what_is_written_is_json_true_to_its_schema(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["offset", str(clairval), "--close", PHARMACY, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema_validator("offset").validate(told)
    assert told["closed"] == [PHARMACY]
    assert [one["source"] for one in told["candidates"]] == [source.name for source in PUBLIC_PLACES]
    service = told["services"][0]
    taken = service["closure"]["everyone"]["person_minutes_lost"]["value"]
    side = service["best"]["everyone"]
    back, left = (side[key]["person_minutes_lost"]["value"] for key in ("given_back", "remaining"))
    assert taken > 0
    assert back + left == pytest.approx(taken)


def test_what_is_said_is_french_and_ranks_ten_openings(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["offset", str(clairval), "--close", PHARMACY]) == 0
    told = capsys.readouterr().out
    assert "La fermeture seule" in told
    assert " 10. " in told
    assert "Les candidats sont des lieux existants" in told


def test_candidates_can_be_asked_by_category(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["offset", str(clairval), "--close", PHARMACY, "--among", "school_primary", "--json"]
    assert run(words) == 0
    told = json.loads(capsys.readouterr().out)
    places = [place for single in told["services"][0]["ranking"] for place in single["openings"]]
    assert {place["category"] for place in places} == {"school_primary"}


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--close", "nowhere"), "nowhere"), (("--close", PHARMACY, "--among", "scool"), "scool")],
)
def test_what_cannot_be_done_is_one_message(
    clairval: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(["offset", str(clairval), *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def test_candidates_named_by_default_are_words_of_the_vocabulary_and_each_once() -> None:
    named = [category for source in PUBLIC_PLACES for category in source.categories]
    assert set(named) <= set(load_catalogue().categories)
    assert len(set(named)) == len(named)
    assert not {"pharmacy", "gp", "food_shop"} & set(named)
    assert PARAMETERS.categories.keys() <= load_catalogue().categories.keys()
