"""Studies of walking signs and of walks by street, asked, computed, told and downloaded."""

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

from hygie.apps.core.audit.journal import READINGS
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.fields import initial_form
from hygie.apps.territory.studies.kinds import kind_of
from hygie.apps.territory.studies.models import Stage, Study
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo

pytestmark = pytest.mark.django_db(databases=["default", READINGS])
KEYS = ("walk_signs", "street_load")


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are asked for and wait: tests compute."""
    monkeypatch.setattr("hygie.apps.core.jobs.running._wake", lambda *_: None)


@pytest.fixture(scope="module")
def small_clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walk") / "clairval"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
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
    assert study.stage == Stage.DONE, study.refusal if hasattr(study, "refusal") else study.stage
    return study


def test_signs_are_placed_told_and_printed(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "walk_signs", to=["pharmacy", "green"], budget="6")
    page = text_of(planner.get(f"/etudes/{study.pk}"))
    assert "emplacements répondent à" in page
    assert "Panneau 1" in page
    assert "<svg" in page
    drawn = json.loads(planner.get(f"/etudes/{study.pk}/etude.geojson").content)["features"]
    assert sum(one["geometry"]["type"] == "Point" for one in drawn) >= 6
    for name in ("etude.pdf", "fiches.pdf"):
        assert planner.get(f"/etudes/{study.pk}/{name}").content.startswith(b"%PDF"), name


def test_walks_are_told_with_their_interval_and_no_small_count(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval, "street_load", count="5")
    page = text_of(planner.get(f"/etudes/{study.pk}"))
    assert "passages par jour" in page
    assert "estimation" in page
    assert "Où un banc aide le plus de monde" in page
    kept = json.dumps(study.result)
    assert '"by_age"' not in kept
    for name in ("etude.pdf", "etude.csv", "etude.geojson"):
        assert planner.get(f"/etudes/{study.pk}/{name}").status_code == 200, name


@pytest.mark.parametrize(("key", "field"), [("walk_signs", "budget"), ("street_load", "count")])
def test_a_number_that_is_none_is_said_and_what_was_typed_is_kept(
    planner: Client, clairval: Opened, key: str, field: str
) -> None:
    response = planner.post(f"/etudes/demander/{key}", filled(clairval, key, **{field: "douze"}))
    assert response.status_code == 422
    assert "douze" in text_of(response)


@pytest.mark.parametrize("key", KEYS)
def test_a_territory_without_streets_says_why_it_cannot_be_asked(shown: Opened, key: str) -> None:
    kind = kind_of(key)
    assert kind is not None
    assert "rues" in kind.missing(shown)
