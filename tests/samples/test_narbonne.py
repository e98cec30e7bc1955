"""Narbonne, built from the real public files: every total is the source's."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hygie.readers.catalogue import load_checked

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.sample_data
Info = Callable[[Path], dict[str, Any]]


def test_the_supply_of_the_commune_is_what_residents_can_obtain(narbonne: Path, info: Info) -> None:
    places = info(narbonne)["by_commune"]["11262"]["places"]
    wanted = {"pharmacy": 20, "msp": 3, "ehpad": 6, "duty_house": 1, "hospital_site": 1, "emergency": 1}
    assert {category: places.get(category, 0) for category in wanted} == wanted
    assert places.get("health_centre_general", 0) == 0
    assert (places["health_centre_dental"], places["health_centre_eye"]) == (3, 1)


def test_the_two_hospitals_of_the_epci_are_found_and_no_other(
    narbonne: Path, hygie: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "hospitals.csv"
    hygie("territory", "places", narbonne, "--category", "hospital_site", "--csv", file)
    with file.open(encoding="utf-8", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]
    assert len(names) == 2
    assert any("CH NARBONNE" in name.upper() or "CENTRE HOSPITALIER" in name.upper() for name in names)
    assert any("GRAND NARBONNE" in name.upper() for name in names)


def test_residents_are_those_of_the_cells_and_of_nothing_else(narbonne: Path, info: Info) -> None:
    told = info(narbonne)
    assert told["people"] == pytest.approx(41_532.5)
    grid = next(source for source in told["sources"] if source["name"] == "insee_grid_200m")
    assert (grid["read"], grid["kept"], grid["rejected"], grid["outside"]) == (436, 436, 0, 0)


def test_every_row_of_every_source_is_accounted_for(narbonne: Path, info: Info) -> None:
    sources = info(narbonne)["sources"]
    recipe = load_checked(ROOT / "examples" / "narbonne" / "territory.yaml", "territory")
    assert len(sources) == sum(len(source["files"]) for source in recipe["sources"]) > 10
    for source in sources:
        assert source["read"] == source["kept"] + source["rejected"], source["name"]
        assert source["read"] > 0
        assert len(source["sha256"]) == 64


def test_general_practice_has_no_source_and_is_not_computed(
    narbonne: Path, info: Info, hygie: Callable[..., Any], tmp_path: Path
) -> None:
    assert "gp" in info(narbonne)["missing"]
    file = tmp_path / "diagnosis.json"
    hygie("diagnose", narbonne, "--json", file)
    indicators = {i["key"]: i for i in json.loads(file.read_text(encoding="utf-8"))["indicators"]}
    gp = indicators["access_gp"]
    assert (gp["status"], gp["reason"]) == ("not_computed", "no_source")
    assert indicators["access_pharmacy"]["status"] == "estimate"
    refused = hygie("reach", "times", narbonne, "--to", "gp", "--csv", tmp_path / "gp.csv", code=1)
    assert "aucune source" in refused.stderr
    assert not (tmp_path / "gp.csv").exists()


def test_the_page_says_which_residents_it_counts(
    narbonne: Path, hygie: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "diagnosis.html"
    hygie("diagnose", narbonne, "--html", file)
    page = " ".join(file.read_text(encoding="utf-8").replace("\u202f", " ").replace("\u00a0", " ").split())
    assert "41 533 habitants des carreaux fournis (75 % du recensement 2018)" in page
    assert "abrogés" in page


def test_an_authorisation_past_its_date_is_kept_and_shown_as_to_check(
    narbonne: Path, hygie: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "diagnosis.html"
    hygie("diagnose", narbonne, "--html", file)
    assert "date de fin d’autorisation dépassée" in file.read_text(encoding="utf-8")


def test_rows_outside_are_counted_by_row(narbonne: Path, info: Info) -> None:
    finess = next(s for s in info(narbonne)["sources"] if s["name"] == "finess")
    assert (finess["read"], finess["outside"]) == (4290, 4071)
