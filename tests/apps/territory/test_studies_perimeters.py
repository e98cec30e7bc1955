"""Studies of perimeters: asked, answered, refused in words, taken away."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.models import Stage, Study
from hygie.cli.main import run
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studies") / "clairval"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
    return folder


@pytest.fixture
def planner(
    town: Town, clairval: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Client:
    settings.TERRITORY_FOLDER = clairval
    settings.HOME = tmp_path / "home"
    monkeypatch.setattr("hygie.apps.core.jobs.running._wake", lambda *_: None)
    return signed_in(town.people[Role.COORDINATOR])


def asked(client: Client, **typed: Any) -> Study:
    response = client.post("/etudes/demander/perimeters", {"nom": "Périmètres 2027", **typed})
    assert response.status_code == 302, unescape(response.content.decode())
    study = Study.objects.get(pk=UUID(response.headers["Location"].rpartition("/")[2]))
    compute(study.pk, study.turn)
    study.refresh_from_db()
    return study


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


def test_the_tobacco_study_tells_kinds_accesses_and_what_is_not_covered(planner: Client) -> None:
    study = asked(planner, rule="tobacco")
    assert study.stage == Stage.DONE
    told = page(planner, f"/etudes/{study.pk}")
    assert "panneaux à poser, un par accès" in told
    assert "R. 3512-2, 8°" in told
    assert "Lambert-93" in told
    for word in ("Les marchés", "Les terrasses", "Le vapotage", "à vérifier", "non calculé"):
        assert word in told, word


def test_what_is_taken_away(planner: Client) -> None:
    study = asked(planner, rule="tobacco")
    pdf = planner.get(f"/etudes/{study.pk}/etude.pdf")
    assert pdf.content[:5] == b"%PDF-"
    table = planner.get(f"/etudes/{study.pk}/etude.csv").content.decode("utf-8-sig")
    assert "Aires collectives de jeux" in table
    shapes = json.loads(planner.get(f"/etudes/{study.pk}/etude.geojson").content)
    assert {one["properties"]["layer"] for one in shapes["features"]} >= {"places", "zones"}


def test_a_chosen_distance_is_told_as_a_political_choice(planner: Client) -> None:
    study = asked(planner, rule="advertising", metres="50")
    told = page(planner, f"/etudes/{study.pk}")
    assert "choix politique" in told
    assert "À 50 m" in told
    assert "Il ne peut pas viser le contenu" in told
    wider = page(planner, f"/etudes/{asked(planner, rule='alcohol').pk}")
    assert "préfet" in wider


def test_the_distance_of_the_law_cannot_be_chosen(planner: Client) -> None:
    study = asked(planner, rule="tobacco", metres="50")
    assert study.stage != Stage.DONE
    told = page(planner, f"/etudes/{study.pk}")
    assert "fixée par un texte" in told


def test_a_distance_out_of_bounds_is_refused_and_kept(planner: Client) -> None:
    response = planner.post("/etudes/demander/perimeters", {"nom": "X", "rule": "alcohol", "metres": "99999"})
    assert response.status_code == 422
    assert "99999" in response.content.decode()


def test_a_town_where_nothing_is_drawn_is_answered_in_words(
    coordinator: Client, shown: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hygie.apps.core.jobs.running._wake", lambda *_: None)
    study = asked(coordinator, rule="tobacco")
    assert study.stage != Stage.DONE
    assert "aucune source" in page(coordinator, f"/etudes/{study.pk}")


def test_the_command_answers_the_same_where_nothing_is_drawn(
    small_territory: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["perimeters", str(small_territory), "--rule", "tobacco", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["status"] for one in told["totals"].values()} == {"not_computed"}
    assert run(["perimeters", str(small_territory), "--rule", "tobacco", "-o", str(tmp_path / "out")]) == 1
    assert "aucune source" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
