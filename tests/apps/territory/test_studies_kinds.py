"""The first kinds of study on real territories of tests: siting, walking bus, trees."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core.audit.journal import READINGS
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.fields import initial_form
from hygie.apps.territory.studies.kinds import kind_of, kinds, siting, walking_bus
from hygie.apps.territory.studies.models import Stage, Study
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo

pytestmark = pytest.mark.django_db(databases=["default", READINGS])


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are asked for and wait: tests compute."""
    monkeypatch.setattr("hygie.apps.core.jobs.running._wake", lambda *_: None)


@pytest.fixture(scope="module")
def small_clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clairval with few residents: streets, schools and trees."""
    folder = tmp_path_factory.mktemp("studies") / "clairval"
    write_territory(build_demo(people=4000, seed=1, progress=lambda *_: None), folder)
    return folder


@pytest.fixture
def clairval(small_clairval: Path, settings: Settings, tmp_path: Path) -> Opened:
    settings.TERRITORY_FOLDER = small_clairval
    settings.HOME = tmp_path / "home"
    return current_territory()


@pytest.fixture
def planner(town: Town, clairval: Opened) -> Client:
    return signed_in(town.people[Role.COORDINATOR])


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def filled(opened: Opened, key: str, **more: Any) -> dict[str, Any]:
    """The form of a kind as it is shown at first, sent with a few changes."""
    kind = kind_of(key)
    assert kind is not None
    form = initial_form(kind.fields(opened), {})
    return {"nom": "Essai", **{name: typed for name, typed in form.typed.items() if typed}, **more}


def answered(client: Client, opened: Opened, key: str, **more: Any) -> Study:
    response = client.post(f"/etudes/demander/{key}", filled(opened, key, **more))
    assert response.status_code == 302, text_of(response)
    study = Study.objects.get(pk=UUID(response.headers["Location"].rpartition("/")[2]))
    compute(study.pk, study.turn)
    study.refresh_from_db()
    return study


def page_of(client: Client, study: Study) -> str:
    return text_of(client.get(f"/etudes/{study.pk}"))


def small_counts(page: str) -> list[str]:
    """Counts of 1 to 10 in the cells of numbers about residents."""
    return re.findall(r'<td class="number">(?:≈\s?)?([1-9]|10)</td>', page)


# ---- siting ----


def test_every_preset_fills_a_form_that_can_be_sent(shown: Opened) -> None:
    for kind in kinds():
        for door in kind.doors:
            form = initial_form(kind.fields(shown), door.typed)
            known = {one.key for one in kind.fields(shown)}
            assert set(door.typed) <= known, (kind.key, door.key)
            assert form.fields


def test_where_to_open_so_that_everyone_is_near(coordinator: Client, shown: Opened) -> None:
    study = answered(
        *(coordinator, shown, "siting"),
        among=["food_shop"],
        service="pharmacy",
        minutes="15",
        leave_out="oui",
    )
    assert study.stage == Stage.DONE
    page = page_of(coordinator, study)
    assert "tous sont à moins de 15 minutes" in page
    assert "estimation" in page
    assert "prouvé" in page
    assert "<svg" in page
    assert "assignment" not in study.result
    for name in ("etude.pdf", "etude.csv", "etude.geojson"):
        assert coordinator.get(f"/etudes/{study.pk}/{name}").status_code == 200


def test_what_cannot_hold_together_is_told_as_an_answer(coordinator: Client, shown: Opened) -> None:
    study = answered(
        *(coordinator, shown, "siting"), among=["food_shop"], objective="cover", minutes="1", count="1"
    )
    assert study.stage == Stage.DONE
    page = page_of(coordinator, study)
    assert "C’est impossible" in page
    assert "Desserrez" in page
    assert coordinator.get(f"/etudes/{study.pk}/etude.pdf").content.startswith(b"%PDF")


def test_siting_says_what_is_missing_in_the_question(coordinator: Client, shown: Opened) -> None:
    study = answered(coordinator, shown, "siting", objective="p-median", among=["food_shop"])
    assert study.stage == Stage.REFUSED
    assert "nombre de lieux" in page_of(coordinator, study)


def test_candidates_of_a_file_replace_the_places(coordinator: Client, shown: Opened) -> None:
    demand = shown.territory.demand
    rows = (
        f"id,name,lon,lat,price\nA,=Salle des fêtes,{demand.lon[0]},{demand.lat[0]},1000\nB,Loin,200,95,1\n"
    )
    study = answered(
        *(coordinator, shown, "siting"),
        objective="p-median",
        count="1",
        minutes="",
        fichier=SimpleUploadedFile("c.csv", rows.encode()),
    )
    assert study.stage == Stage.DONE, study.refusal
    assert (study.file_note["kept"], study.file_note["rejected"]) == (1, 1)
    assert "Salle des fêtes" in page_of(coordinator, study)
    table = coordinator.get(f"/etudes/{study.pk}/etude.csv").content.decode("utf-8-sig")
    assert '"1. =Salle' in table


def test_siting_on_streets_keeps_small_counts_back(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "siting", objective="max-cover", count="2", service="pharmacy")
    page = page_of(planner, study)
    assert re.search(r"habitants \(\d+\s?%\) sont à moins de", page)
    assert not small_counts(page)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_file_of_candidates_or_children_gives_rows_or_words(content: bytes) -> None:
    for read in (siting.read_file, walking_bus.read_file):
        try:
            found = read("x.csv", content)
        except HygieError:
            continue
        assert found.kept == len(json.loads(found.content))


# ---- walking bus ----


def listed(opened: Opened, count: int, *, first: str = "E-1") -> SimpleUploadedFile:
    """Children around the first school, with columns that nobody asked for."""
    [school] = list(walking_bus.KIND.fields(opened)[0].options)[:1]
    places = opened.territory.places
    at = int(np.flatnonzero(places.ids == school.value)[0])
    rng = np.random.default_rng(3)
    lines = ["id;nom;adresse;lon;lat;level"]
    for rank in range(count):
        lon, lat = places.lon[at] + rng.normal(0, 0.003), places.lat[at] + rng.normal(0, 0.002)
        key = first if rank == 0 else f"E-{rank + 1}"
        lines.append(f"{key};Nom Secret{rank};1 rue Secrète;{lon:.6f};{lat:.6f};élémentaire")
    return SimpleUploadedFile("enfants.csv", "\n".join(lines).encode())


def school_of(opened: Opened) -> str:
    return walking_bus.KIND.fields(opened)[0].options[0].value


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less time for the search: these tests look at what is told, not at how good it is."""
    for name in ("FEW_S", "SOME_S", "MANY_S"):
        monkeypatch.setattr(walking_bus, name, 2.0)


@pytest.mark.usefixtures("quick")
def test_a_walking_bus_of_a_draw_says_that_it_is_one(town: Town, planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "walking_bus", school=school_of(clairval), children="12")
    assert study.stage == Stage.DONE, study.refusal
    assert study.personal == ""
    page = page_of(planner, study)
    assert "tirés au sort" in page
    assert "estimation" in page
    assert re.search(r"lignes? suffi", page)
    assert planner.get(f"/etudes/{study.pk}/fiches.pdf").content.startswith(b"%PDF")


@pytest.mark.usefixtures("quick")
def test_a_list_of_children_stays_with_its_team(town: Town, planner: Client, clairval: Opened) -> None:
    study = answered(
        *(planner, clairval, "walking_bus"), school=school_of(clairval), fichier=listed(clairval, 14)
    )
    assert study.stage == Stage.DONE, study.refusal
    assert "Secret" not in study.file + study.personal + json.dumps(study.result)
    assert '"lon"' not in json.dumps(study.result)
    assert "E-2" in study.personal
    mine = page_of(planner, study)
    assert "Données personnelles" in mine
    assert "Départ" in mine
    elected = signed_in(town.people[Role.ELECTED])
    theirs = page_of(elected, study)
    assert re.search(r"pour 1\d\senfants", theirs)
    assert "Départ" not in theirs
    assert '<svg class="map"' not in theirs
    assert elected.get(f"/etudes/{study.pk}/fiches.pdf").status_code == 404
    drawn = json.loads(planner.get(f"/etudes/{study.pk}/etude.geojson").content)
    assert drawn["features"] == []


@pytest.mark.usefixtures("quick")
def test_fewer_than_eleven_children_are_told_to_their_team_alone(
    town: Town, planner: Client, clairval: Opened
) -> None:
    study = answered(
        *(planner, clairval, "walking_bus"), school=school_of(clairval), fichier=listed(clairval, 6)
    )
    assert study.result["totals"] == {}
    theirs = page_of(signed_in(town.people[Role.ELECTED]), study)
    assert "concerne moins de 11 enfants" in theirs
    assert not re.search(r"\b6 enfants", theirs)
    assert "6 lignes gardées" not in theirs
    assert "Départ" in page_of(planner, study)


def test_a_name_is_no_identifier(clairval: Opened) -> None:
    read = walking_bus.read_file("x.csv", listed(clairval, 3, first="Paul Martin").read())
    assert (read.kept, read.rejected) == (2, 1)
    assert "Paul" not in read.content + " ".join(read.rejects)
    with pytest.raises(HygieError, match="aucun enfant"):
        walking_bus.read_file("x.csv", b"id,lon,lat\nPaul,2,48\n")


def test_what_a_territory_has_not_is_said_on_the_card(coordinator: Client) -> None:
    page = text_of(coordinator.get("/etudes"))
    assert "aucune école n’est dans les données" in page
    assert "aucun arbre n’est dans les données" in page
    for key in ("walking_bus", "green"):
        assert coordinator.get(f"/etudes/demander/{key}").status_code == 404


# ---- trees ----


def test_the_rule_of_trees_is_told_by_zone(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "green", what="rule")
    assert study.stage == Stage.DONE, study.refusal
    page = page_of(planner, study)
    assert re.search(r"\d\s?% des habitants voient trois arbres", page)
    assert "Voir trois arbres dépend de la distance" in page
    assert not small_counts(page)


def test_where_to_plant_is_told_with_its_bound(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "green", what="plant", trees="20")
    assert study.stage == Stage.DONE, study.refusal
    page = page_of(planner, study)
    assert re.search(r"Où les 20\sarbres suivants", page)
    assert "du meilleur plan possible" in page or "que le meilleur plan possible" in page
    drawn = json.loads(planner.get(f"/etudes/{study.pk}/etude.geojson").content)
    trees = [one for one in drawn["features"] if one["properties"]["layer"] == "trees"]
    assert len(trees) == 20
    assert not small_counts(page)
