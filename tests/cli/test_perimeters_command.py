"""``hygie perimeters``: JSON, GeoJSON, signs and the annex of an order."""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Geod

from hygie.cli.main import run
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_perimeters import lambert

RULES = ("tobacco", "advertising", "fast_food", "alcohol")


def text_of(file: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("no pdftotext on this machine: install poppler-utils")
    command = [program, "-layout", str(file), "-"]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  # our own file
    return done.stdout.decode("utf-8")


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(["perimeters", *words, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_json_true_to_its_schema(
    clairval: Path, capsys: pytest.CaptureFixture[str], rule: str
) -> None:
    told = asked(capsys, str(clairval), "--rule", rule)
    schema_validator("perimeters").validate(told)
    assert (told["rule"]["basis"] == "law") is (rule == "tobacco")
    assert bool(told["signs"]) is (rule == "tobacco")
    assert sum(one["places"] for one in told["kinds"] if "places" in one) == len(told["places"]) > 0


def test_the_eight_kinds_of_the_decree_are_there_and_markets_are_not(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, str(clairval), "--rule", "tobacco")
    articles = [one["article"] for one in told["kinds"]]
    assert articles == [f"R. 3512-2, {i}°" for i in range(1, 9)]
    excluded = " ".join(told["rule"]["not_covered"])
    assert all(word in excluded for word in ("marchés", "terrasses", "vapotage", "arrêté municipal"))
    assert told["rule"]["metres"] == 10
    circled = [one["key"] for one in told["kinds"] if one["cover"] == "ground_and_accesses"]
    assert circled == ["school", "minors", "library_sport"]
    assert "10\u00a0m" in next(s["text"] for s in told["signs"] if s["text"].startswith("Interdiction"))
    assert len(told["signs"]) == len(told["accesses"])


def test_a_kind_without_source_has_a_reason_and_no_number(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, str(clairval), "--rule", "tobacco")
    absent = {one["key"]: one for one in told["kinds"] if one["status"] == "not_computed"}
    assert {"indoor", "transport", "minors"} <= absent.keys()
    assert all(one["reason"] == "no_source" and "places" not in one for one in absent.values())
    assert {one["status"] for one in told["density"]["categories"]} == {"not_computed"}


def test_what_is_chosen_is_called_a_choice_and_the_law_cannot_be_changed(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    near, far = (
        asked(capsys, str(clairval), "--rule", "advertising", "--distance", metres)
        for metres in ("50", "200")
    )
    assert near["rule"]["basis"] == "political_choice"
    assert near["provenance"]["figures"][0]["source"].startswith("Choix politique")
    assert near["totals"]["square_metres"]["value"] < far["totals"]["square_metres"]["value"]
    assert any("contenu" in sentence for sentence in near["rule"]["allows"])
    for words in (
        ("tobacco", "50"),
        ("alcohol", "0"),
        ("alcohol", "-3"),
        ("fast_food", "9000"),
        ("alcohol", "nan"),
    ):
        assert run(["perimeters", str(clairval), "--rule", words[0], "--distance", words[1]]) == 1
        assert capsys.readouterr().err.startswith("Erreur")
    assert run(["perimeters", str(clairval), "--rule", "tobacco", "--distance", "10"]) == 0


def test_the_folder_holds_a_map_signs_and_an_annex_with_blanks(
    clairval: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = asked(capsys, str(clairval), "--rule", "tobacco", "-o", str(tmp_path))
    assert json.loads((tmp_path / "perimetres.json").read_text("utf-8")) == told
    collection = json.loads((tmp_path / "perimetres.geojson").read_text("utf-8"))
    rings = [
        shape
        for one in collection["features"]
        if one["geometry"]["type"] in {"Polygon", "MultiPolygon"}
        for shape in np.atleast_1d(shapely.get_parts(shapely.from_geojson(json.dumps(one["geometry"]))))
    ]
    assert rings
    assert all(shapely.is_ccw(shape.exterior) for shape in rings), "RFC 7946, right hand"
    zones = [one for one in collection["features"] if one["properties"]["layer"] == "zones"]
    assert len(zones) == len(told["zones"])
    assert collection["licence"]
    rows = list(csv.reader(io.StringIO((tmp_path / "panneaux.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(told["signs"]) + 1
    assert (tmp_path / "annexe.pdf").read_bytes()[:5] == b"%PDF-"
    text = text_of(tmp_path / "annexe.pdf")
    assert "Annexe à l’arrêté n°" in text
    assert "Projet d’annexe" in text
    assert "Territoire fictif" in text
    assert f"{told['accesses'][0]['lon']:.6f}" in text
    first = (tmp_path / "annexe.pdf").read_bytes()
    asked(capsys, str(clairval), "--rule", "tobacco", "-o", str(tmp_path))
    assert (tmp_path / "annexe.pdf").read_bytes() == first, "same data, same bytes"


def test_areas_on_the_ellipsoid_are_those_told(
    clairval: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Geodesic areas of the GeoJSON, by another road than the metric plane."""
    told = asked(capsys, str(clairval), "--rule", "alcohol", "-o", str(tmp_path))
    collection = json.loads((tmp_path / "perimetres.geojson").read_text("utf-8"))
    geod = Geod(ellps="WGS84")
    total = 0.0
    for one in collection["features"]:
        if one["properties"]["layer"] == "zones":
            area, _ = geod.geometry_area_perimeter(shapely.from_geojson(json.dumps(one["geometry"])))
            total += abs(area)
    assert total == pytest.approx(told["totals"]["square_metres"]["value"], rel=1e-3)


def test_coordinates_in_lambert_are_those_of_the_map_institute() -> None:
    # false origin of Lambert-93: 3° E, 46.5° N is at 700 000, 6 600 000
    assert lambert(3.0, 46.5) == pytest.approx((700_000, 6_600_000), abs=0.01)
    assert lambert(-62.83, 17.9) is None, "overseas"
    one, other = lambert(2.35, 48.85), lambert(2.36, 48.85)
    assert one is not None
    assert other is not None
    told = Geod(ellps="GRS80").inv(2.35, 48.85, 2.36, 48.85)[2]
    assert math.hypot(other[0] - one[0], other[1] - one[1]) == pytest.approx(told, rel=1e-3)


def test_an_output_never_overwrites_a_territory(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = Path(shutil.copytree(clairval, tmp_path / "clairval"))
    before = (mine / "territory.json").read_bytes()
    run(["perimeters", str(mine), "--rule", "tobacco", "-o", str(mine / "sortie")])
    capsys.readouterr()
    assert (mine / "territory.json").read_bytes() == before
    open_territory(mine)


@pytest.mark.sample_data
@pytest.mark.parametrize(
    ("code", "file", "computed"),
    [
        ("35236", "redon.osm.gz", {"transport", "school", "library_sport", "park"}),
        ("72181", "le_mans_extrait.osm.pbf", {"transport", "school", "playground", "library_sport", "park"}),
        (
            "93010",
            "bobigny_bondy_extrait.osm.gz",
            {"transport", "school", "playground", "minors", "library_sport"},
        ),
    ],
)
def test_real_extracts_say_kind_by_kind_what_is_computed(
    town_of: Callable[[str, str], Path],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    code: str,
    file: str,
    computed: set[str],
) -> None:
    told = asked(capsys, str(town_of(file, code)), "--rule", "tobacco", "-o", str(tmp_path / "out"))
    schema_validator("perimeters").validate(told)
    assert {one["key"] for one in told["kinds"] if one["status"] != "not_computed"} == computed
    assert json.loads((tmp_path / "out" / "perimetres.geojson").read_text("utf-8"))["licence"].startswith(
        "Open Data"
    )
