"""``hygie green``: the rule by zone, and where to plant."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hygie.cli.main import run
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import open_territory


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict:  # type: ignore[type-arg]  # JSON
    assert run(["green", *words, "--json"]) == 0
    told: dict = json.loads(capsys.readouterr().out)  # type: ignore[type-arg]  # JSON
    return told


def test_the_rule_is_json_true_to_its_schema(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = asked(capsys, str(clairval))
    schema_validator("green").validate(told)
    whole = told["zones"][0]["measures"]
    assert whole["people"]["value"] == 2000
    assert told["radii"] == [15.0, 30.0, 50.0]
    shares = [whole[f"three_{radius}"]["value"] for radius in (15, 30, 50)]
    assert shares == sorted(shares)
    assert whole["three"] == whole["three_30"]
    assert whole["near_three"]["value"] >= whole["three"]["value"]


def test_no_small_count_of_residents_is_written(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for zone in asked(capsys, str(clairval))["zones"]:
        for key, measure in zone["measures"].items():
            if key.startswith("people") and "value" in measure:
                assert measure["value"] == 0 or measure["value"] >= 11


def test_options_change_what_is_asked(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = asked(capsys, str(clairval))["zones"][0]["measures"]
    near = asked(capsys, str(clairval), "--radius", "15")["zones"][0]["measures"]
    assert near["three"] == usual["three_15"]
    huge = asked(capsys, str(clairval), "--min-ha", "900")["zones"][0]["measures"]
    assert huge["three_hundred"]["value"] == 0
    straight = asked(capsys, str(clairval), "--straight")["zones"][0]["measures"]
    assert straight["three_hundred"].get("value", 1.0) >= usual["three_hundred"].get("value", 0.0)


def test_a_shaded_place_may_stand_for_a_green_space(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, str(clairval), "--shaded")
    schema_validator("green").validate(told)
    assert told["provenance"]["parameters"]["shaded"] is True
    assert any("Lieux ombragés" in warning for warning in told["provenance"]["warnings"])
    assert run(["green", str(clairval), "--shaded", "--straight"]) == 0
    assert "Lieu ombragé à 300" in capsys.readouterr().out


def test_what_is_said_is_french(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["green", str(clairval)]) == 0
    told = capsys.readouterr().out
    assert "Trois arbres vus" in told
    assert "ligne droite à plat" in told


def test_planting_raises_who_sees_three_within_its_bound(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("plant", str(clairval), "--trees", "30")
    told = asked(capsys, *words)
    schema_validator("green_plant").validate(told)
    assert len(told["trees"]) == 30
    assert told["seen_three"]["after"]["value"] >= told["seen_three"]["before"]["value"]
    reached, bound = told["reached"]["value"], told["bound"]["value"]
    assert told["guarantee"] * bound <= reached * 1.0001 <= bound * 1.0002
    assert told["status"] == "estimate"
    assert asked(capsys, *words) == told


def test_a_wrong_word_is_refused_in_french(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["green", str(clairval / "nowhere")]) != 0
    assert run(["green", "plant", str(clairval), "--trees", "0"]) == 2
    assert "Erreur" in capsys.readouterr().err


@pytest.mark.sample_data
@pytest.mark.parametrize(
    ("file", "code", "trees"),
    [
        ("redon.osm.gz", "35236", 317),
        ("le_mans_extrait.osm.pbf", "72181", 69),
        ("bobigny_bondy_extrait.osm.gz", "93010", 0),
    ],
)
def test_real_extracts(
    town_of: Callable[[str, str], Path],
    capsys: pytest.CaptureFixture[str],
    file: str,
    code: str,
    trees: int,
) -> None:
    folder = town_of(file, code)
    drawn = open_territory(folder).territory.features.get("tree")
    assert (0 if drawn is None else len(drawn.ids)) == trees
    told = asked(capsys, str(folder))
    schema_validator("green").validate(told)
    if not trees:
        assert told["tests"]["three"] == {"status": "not_computed", "reason": "no_source"}
        assert told["tests"]["thirty"] == {"status": "not_computed", "reason": "no_source"}
        assert run(["green", "plant", str(folder)]) == 1
        return
    assert told["tests"]["three"]["status"] == "computed"
    assert told["tests"]["thirty"]["status"] == "estimate"
    assert told["counted"] == "dwellings"
    assert np.isfinite(told["zones"][0]["measures"]["score_three"]["value"])
