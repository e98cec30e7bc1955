"""What is open when: Saturday afternoon in Clairval, found through the command."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from tests.samples.oracle import nearest_minutes, read

from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.territory_folder import open_territory

Hygie = Callable[..., Any]
ONLY = "clairval:pharmacy-1"


@pytest.fixture(scope="module")
def clairval(hygie: Hygie, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clairval") / "planted"
    hygie("territory", "demo", "-o", folder, "--people", 20_000, "--seed", 11)
    return folder


def minutes(hygie: Hygie, folder: Path, file: Path, *options: object) -> dict[str, float]:
    hygie("reach", "times", folder, "--to", "pharmacy", *options, "--csv", file)
    return {row["id"]: float(row["minutes"] or "inf") for row in read(file)}


def test_on_saturday_afternoon_everyone_goes_to_the_one_open_pharmacy(
    clairval: Path, hygie: Hygie, tmp_path: Path
) -> None:
    streets, file = tmp_path / "streets", tmp_path / "saturday.csv"
    hygie("streets", "export", clairval, "--profile", "walk", "-o", streets)
    hygie("territory", "places", clairval, "--category", "pharmacy", "--csv", tmp_path / "pharmacies.csv")
    site = {row["site"]: row["id"] for row in read(tmp_path / "pharmacies.csv")}
    assert len(site) > 3
    expected = nearest_minutes(streets, {site[ONLY]})
    saturday = minutes(hygie, clairval, file, "--open", "2026-11-28T15:00")
    assert saturday == {home: pytest.approx(expected[home], abs=1e-9) for home in saturday}


def test_the_one_open_on_saturday_afternoon_is_on_the_other_bank_and_costs_the_centre_time(
    clairval: Path, hygie: Hygie, tmp_path: Path
) -> None:
    usual = minutes(hygie, clairval, tmp_path / "usual.csv")
    saturday = minutes(hygie, clairval, tmp_path / "saturday.csv", "--open", "saturday 15:00")
    morning = minutes(hygie, clairval, tmp_path / "morning.csv", "--open", "saturday 09:30")
    territory = open_territory(clairval).territory
    demand, places = territory.demand, territory.places
    layer = territory.layers["quarter"]
    centre = demand.zones["quarter"] == layer.names.index("Centre ancien")
    homes = [str(name) for name in demand.ids[centre & demand.inside]]
    door = list(places.sites).index(ONLY)
    water = territory.features["water"]
    river = shapely.from_wkb(water.shapes[list(water.names).index("La Clère")])
    ways = shapely.linestrings(
        [
            [(x, y), (places.lon[door], places.lat[door])]
            for x, y in zip(demand.lon[centre], demand.lat[centre], strict=True)
        ]
    )
    assert homes
    assert shapely.intersects(ways, river).all()
    assert all(saturday[home] > usual[home] for home in homes if math.isfinite(usual[home]))
    assert morning == usual


def test_what_is_open_closed_or_unknown_is_said(clairval: Path, hygie: Hygie, tmp_path: Path) -> None:
    words = ("reach", "times", clairval, "--to", "pharmacy", "--csv", tmp_path / "times.csv", "--open")
    told = hygie(*words, "saturday 15:00").stderr
    assert "samedi 28 novembre 2026 à 15:00" in told
    assert "1\u00a0lieu ouvert" in told
    christmas = hygie(*words, "holiday 10:00").stderr
    assert "25 décembre 2026" in christmas
    assert "0\u00a0lieu ouvert" in christmas
    assert "inconnue" not in christmas


@pytest.mark.parametrize("moment", ["", "2026-11-28", "28/11/2026 15h", "funday 15:00", "saturday 25:00"])
def test_an_unreadable_moment_says_what_to_write(
    clairval: Path, hygie: Hygie, tmp_path: Path, moment: str
) -> None:
    words = (
        "reach",
        "times",
        clairval,
        "--to",
        "pharmacy",
        "--open",
        moment,
        "--csv",
        tmp_path / "times.csv",
    )
    refused = hygie(*words, code=1)
    assert "saturday 15:00" in refused.stderr
    assert not (tmp_path / "times.csv").exists()


def test_a_line_of_open_places_has_the_published_columns(
    clairval: Path, hygie: Hygie, tmp_path: Path
) -> None:
    minutes(hygie, clairval, tmp_path / "times.csv", "--open", "weekday 18:30")
    schema = json.loads((catalogue_folder() / "schema/reach_times.schema.json").read_text(encoding="utf-8"))
    line = read(tmp_path / "times.csv")[0]
    assert set(line) == set(schema["properties"])
    assert line["minutes"] == line["minutes_at_best"], "every hour of Clairval is known"


@pytest.mark.sample_data
def test_narbonne_has_no_opening_hours_and_says_so(narbonne: Path, hygie: Hygie, tmp_path: Path) -> None:
    file = tmp_path / "times.csv"
    refused = hygie(
        "reach", "times", narbonne, "--to", "pharmacy", "--open", "saturday 15:00", "--csv", file, code=1
    )
    assert "non renseignés" in refused.stderr
    assert "OpenStreetMap" in refused.stderr
    assert not file.exists()


@pytest.mark.sample_data
def test_a_school_calendar_of_either_form_is_taken(
    clairval: Path, hygie: Hygie, sample_data: Path, tmp_path: Path
) -> None:
    period = tmp_path / "calendrier.csv"
    period.write_text(
        "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire\n"
        "Toussaint;-;2026-10-16T22:00:00+00:00;2026-11-01T23:00:00+00:00;Montpellier;Zone C;2026-2027\n",
        encoding="utf-8",
    )
    for file in (period, sample_data / "calendriers" / "vacances_scolaires.csv"):
        options = ("--open", "2026-10-20T10:00", "--school", "C", file)
        assert minutes(hygie, clairval, tmp_path / "times.csv", *options)
    wrong = sample_data / "calendriers" / "jours_feries_metropole.csv"
    words = (
        "reach",
        "times",
        clairval,
        "--to",
        "pharmacy",
        "--open",
        "saturday 15:00",
        "--school",
        "C",
        wrong,
    )
    assert "vacances_zone_c" in hygie(*words, "--csv", tmp_path / "no.csv", code=1).stderr
