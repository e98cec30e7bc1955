"""The study of exposure: a layer of the territory, a file that is sent, refusals in words."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import rasterio
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core.audit.journal import READINGS
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.apps.territory.studies.computing import compute
from hygie.apps.territory.studies.fields import initial_form
from hygie.apps.territory.studies.kinds import exposure
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


def sent(client: Client, opened: Opened, **more: Any) -> Any:
    form = initial_form(exposure.fields(opened), {})
    typed = {name: value for name, value in form.typed.items() if value}
    return client.post("/etudes/demander/exposure", {"nom": "Essai", **typed, **more})


def answered(client: Client, opened: Opened, **more: Any) -> Study:
    response = sent(client, opened, **more)
    assert response.status_code == 302, text_of(response)
    study = Study.objects.get(pk=UUID(response.headers["Location"].rpartition("/")[2]))
    compute(study.pk, study.turn)
    study.refresh_from_db()
    return study


def page_of(client: Client, study: Study) -> str:
    return text_of(client.get(f"/etudes/{study.pk}"))


def noise(opened: Opened, *, column: str = "niveau") -> SimpleUploadedFile:
    """A square of 60 and one of 70 within it, around the middle of the homes."""
    demand = opened.territory.demand
    x, y = float(np.median(demand.lon)), float(np.median(demand.lat))
    features: list[dict[str, Any]] = []
    for level, d in ((60, 0.02), (70, 0.008)):
        ring = [[x - d, y - d], [x + d, y - d], [x + d, y + d], [x - d, y + d], [x - d, y - d]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {column: level}, "geometry": geometry})
    features.append({"type": "Feature", "properties": {column: 80}, "geometry": None})
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile("bruit <b>.geojson", text.encode())


def test_who_lives_near_main_roads(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval)
    assert study.stage == Stage.DONE
    page = page_of(planner, study)
    assert re.search(r"habitants \(\d+\s%\) sont à 50\sm ou moins", page)
    assert "Cours d’école" in page
    assert "se recouvrent" not in page
    assert "Première bande de distance proposée" in page
    assert "à vérifier" in page
    assert "<svg" in page
    for name in ("etude.pdf", "etude.csv", "etude.geojson"):
        assert planner.get(f"/etudes/{study.pk}/{name}").status_code == 200
    for cell in study.result["cells"]:
        for key, measure in cell["measures"].items():
            if key.startswith("people") and "value" in measure:
                assert measure["value"] == 0 or measure["value"] >= 11 - 1e-6


def test_school_yards_are_drawn_where_the_schools_are(planner: Client, clairval: Opened) -> None:
    study = answered(planner, clairval)
    drawn = planner.get(f"/etudes/{study.pk}/etude.geojson").json()["features"]
    places = clairval.territory.places
    schools = {
        str(name): (float(lon), float(lat))
        for name, lon, lat in zip(places.names, places.lon, places.lat, strict=True)
    }
    yards = [one for one in drawn if one["geometry"]["type"] == "Point"]
    assert yards
    for yard in yards:
        lon, lat = yard["geometry"]["coordinates"]
        near = min(abs(lon - x) + abs(lat - y) for x, y in schools.values())
        assert near < 0.002  # some 150 m: a yard is beside its school


def test_a_map_of_noise_that_is_sent(planner: Client, clairval: Opened) -> None:
    study = answered(
        *(planner, clairval),
        layer="file",
        how="values",
        class_1="55",
        class_2="65",
        fichier=noise(clairval),
    )
    assert study.stage == Stage.DONE
    page = page_of(planner, study)
    assert "65 ou plus" in page.replace("\u00a0", " ")
    assert "2 lignes gardées sur 3" in page
    assert "<b>" not in page
    assert "plusieurs surfaces se recouvrent" in page


def test_a_grid_that_is_sent(planner: Client, clairval: Opened) -> None:
    demand = clairval.territory.demand
    west, north = float(demand.lon.min()) - 0.05, float(demand.lat.max()) + 0.05
    with rasterio.io.MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            height=300,
            width=400,
            count=1,
            dtype="float32",
            crs="EPSG:4326",
            transform=rasterio.Affine(0.001, 0, west, 0, -0.001, north),
        ) as out:
            out.write(np.tile(np.linspace(20, 40, 400, dtype="float32"), (300, 1)), 1)
        content = memory.read()
    file = SimpleUploadedFile("chaleur.tif", content)
    study = answered(planner, clairval, layer="file", how="values", class_1="25", class_2="30", fichier=file)
    assert study.stage == Stage.DONE
    assert "chaleur.tif" in page_of(planner, study)


def test_what_cannot_be_answered_is_said_in_words(planner: Client, clairval: Opened) -> None:
    for words, more in (
        ("Il manque le fichier", {"layer": "file"}),
        ("aucun seuil", {"layer": "file", "how": "values", "fichier": noise(clairval)}),
        (
            "colonne des niveaux",
            {"layer": "file", "how": "values", "class_1": "5", "fichier": noise(clairval, column="x")},
        ),
    ):
        study = answered(planner, clairval, **more)
        assert study.stage != Stage.DONE
        assert words in page_of(planner, study)


def test_a_file_that_is_no_layer_and_a_wrong_number_keep_the_form(planner: Client, clairval: Opened) -> None:
    wrong = sent(planner, clairval, layer="file", fichier=SimpleUploadedFile("a.geojson", b"{}"))
    assert wrong.status_code == 422
    assert "GeoJSON" in text_of(wrong)
    typed = sent(planner, clairval, near="mille")
    assert typed.status_code == 422
    assert 'value="mille"' in text_of(typed)


def test_a_territory_without_streets_still_asks(coordinator: Client, shown: Opened) -> None:
    values = [option.value for option in exposure.fields(shown)[0].options]
    assert values == ["file"]
    demand = shown.territory.demand
    east = int(demand.lon.argmax())  # the west of the town is beyond what is held to be France
    table = f"lon;lat\n{demand.lon[east]};{demand.lat[east]}\n"
    study = answered(coordinator, shown, fichier=SimpleUploadedFile("usine.csv", table.encode()))
    assert study.stage == Stage.DONE, study.refusal
    assert "usine.csv" in page_of(coordinator, study)


def test_names_of_files_are_made_safe() -> None:
    for name in ("../../etc/passwd", "a\x00b.csv", "", "...", "=cmd.csv", "x" * 400):
        read = exposure.read_file(name, b"lon,lat\n3.0,43.1\n")
        kept = json.loads(read.content)["name"]
        assert kept
        assert "/" not in kept
        assert "\x00" not in kept
        assert len(kept) <= 80
    with pytest.raises(HygieError):
        exposure.read_file("a.csv", io.BytesIO(b"\x00\x01").getvalue())


def test_points_in_lambert_are_taken() -> None:
    read = exposure.read_file("a.csv", b"x;y\n700000;6600000\n700100;6600000\n")
    assert (read.kept, read.rejected) == (2, 0)
