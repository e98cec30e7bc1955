"""A recipe and its files, sent in one zip: built by a job, from these files and no other."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hygie.apps.territory.live_folders import versions_folder
from hygie.apps.territory.versions.changes import with_changes
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import open_territory
from hygie.territories.build import build_territory
from hygie.territories.recipe import SAMPLE_DATA, read_recipe

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[Any]]

RECIPE = """\
format: 1
code: 11262
name: Essai
reference_date: 2026-11-22
boundary: {communes: [11262]}
margin: none
sources:
  - source: admin_contours
    vintage: 2018
    files: {contours: communes.geojson}
  - source: insee_grid_200m
    vintage: 2021
    files: {cells: data/cells.csv}
  - source: public_holidays
    vintage: 2026
    files: {calendar: feries.csv}
"""
AGES = "ind_0_3,ind_4_5,ind_6_10,ind_11_17,ind_18_24,ind_25_39,ind_40_54,ind_55_64,ind_65_79,ind_80p,ind_inc"
RING = [[3.0, 43.16], [3.04, 43.16], [3.04, 43.2], [3.0, 43.2], [3.0, 43.16]]
TOWN = {
    "type": "Feature",
    "properties": {"code": "11262", "nom": "Essai"},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}
FILES = {
    "territory.yaml": RECIPE,
    "communes.geojson": json.dumps({"type": "FeatureCollection", "features": [TOWN]}),
    "data/cells.csv": f"idcar_200m,i_est_200,ind,{AGES}\nCRS3035RES200mN2256600E3752800,0,11"
    + ",1" * 11
    + "\nCRS3035RES200mN2256800E3752800,0,deux" + ",1" * 11,
    "feries.csv": "date,annee,zone,nom_jour_ferie\n2026-12-25,2026,Métropole,Noël\n",
}  # fmt: skip


def zipped(files: dict[str, str], root: str = "") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(root + name, content)
    return made.getvalue()


def sent(client: Client, content: bytes, run: Committed) -> TerritoryVersion:
    with run(execute=True):
        file = SimpleUploadedFile("a.zip", content, "application/zip")
        assert client.post("/gestion/territoire/importer", {"zip": file}).status_code == 302
    return TerritoryVersion.objects.latest("created")


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("root", ["", "essai/"])
def test_a_recipe_and_its_files_become_a_version_with_its_rejects(
    administrator: Client, django_capture_on_commit_callbacks: Committed, tmp_path: Path, root: str
) -> None:
    version = sent(administrator, zipped(FILES, root), django_capture_on_commit_callbacks)
    assert (version.stage, version.refusal) == (Stage.READY, "")
    assert (version.code, version.name, version.people) == ("11262", "Essai", 11.0)
    assert version.rejected == 1
    page = administrator.get(f"/gestion/territoire/{version.pk}").content.decode()
    assert "deux" in page, "the faulty row is listed"
    folder = versions_folder() / version.folder
    beside = build_territory(written(tmp_path / "beside", FILES))
    stored = open_territory(folder).territory
    assert stored.demand.people.tolist() == beside.territory.demand.people.tolist()
    assert not list((versions_folder() / ".incoming").iterdir())


def test_what_a_version_changed_is_told_beside_it(
    administrator: Client, django_capture_on_commit_callbacks: Committed
) -> None:
    first = sent(administrator, zipped(FILES), django_capture_on_commit_callbacks)
    cells = FILES["data/cells.csv"].replace(",0,deux", ",0,12")
    later = {
        **FILES,
        "data/cells.csv": cells,
        "territory.yaml": RECIPE.replace("vintage: 2021", "vintage: 2022"),
    }
    second = sent(administrator, zipped(later), django_capture_on_commit_callbacks)
    found = dict(with_changes(TerritoryVersion.objects.all()))
    assert found[first] is None
    told = found[second]
    assert told is not None
    assert told.sentences == (
        "12\u00a0habitants de plus",
        "1\u00a0ligne rejetée de moins",
        "1\u00a0fichier lu autrement",
    )
    assert [(one.before[:4], one.after[:4]) for one in told.sources] == [("2021", "2022")]
    page = administrator.get("/gestion/territoire").content.decode()
    assert "habitants de plus" in page
    one = administrator.get(f"/gestion/territoire/{second.pk}").content.decode()
    assert "Fichiers lus autrement" in one
    assert sent(administrator, zipped(later), django_capture_on_commit_callbacks).stage == Stage.REFUSED
    assert administrator.get("/gestion/territoire").status_code == 200


OUTSIDE = {
    "a file of the server": "/etc/passwd",
    "above the zip": "../secret.csv",
    "far above": "data/../../../../../../etc/hostname",
    "the network": "/vsicurl/http://127.0.0.1/x",
    "a folder": "data",
    "a nul": '"a\\0b"',
    "very long": "x" * 5000,
}


@pytest.mark.parametrize("name", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_nothing_outside_the_zip_is_read_whatever_the_recipe_names(
    administrator: Client, django_capture_on_commit_callbacks: Committed, name: str
) -> None:
    versions_folder().mkdir(parents=True)
    (versions_folder() / "secret.csv").write_text(FILES["data/cells.csv"], encoding="utf-8")
    (versions_folder() / ".incoming").mkdir()
    (versions_folder() / ".incoming" / "secret.csv").write_text(FILES["data/cells.csv"], encoding="utf-8")
    files = {**FILES, "territory.yaml": RECIPE.replace("data/cells.csv", name)}
    version = sent(administrator, zipped(files), django_capture_on_commit_callbacks)
    assert version.stage == Stage.REFUSED
    assert version.refusal
    assert str(versions_folder()) not in version.refusal, "nothing is said of the server’s folders"
    assert not [path for path in versions_folder().iterdir() if path.name not in ("secret.csv", ".incoming")]


def test_the_operator_s_sample_files_are_not_read_for_who_sends_a_recipe(
    administrator: Client,
    django_capture_on_commit_callbacks: Committed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SAMPLE_DATA, str(written(tmp_path / "samples", FILES)))
    alone = {"territory.yaml": RECIPE}
    assert read_recipe(written(tmp_path / "own", alone)).sources, "the command line does read them"
    version = sent(administrator, zipped(alone), django_capture_on_commit_callbacks)
    assert version.stage == Stage.REFUSED
    assert "communes.geojson" in version.refusal


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    own = written(tmp_path / "own", {**FILES})
    (own / "data" / "cells.csv").unlink()
    (own / "data" / "cells.csv").symlink_to(tmp_path / "secret.csv")
    assert read_recipe(own / "territory.yaml").sources
    with pytest.raises(HygieError, match=r"cells\.csv"):
        read_recipe(own / "territory.yaml", enclosed=True)


BROKEN = {
    "no recipe": {"communes.geojson": FILES["communes.geojson"]},
    "an empty recipe": {**FILES, "territory.yaml": ""},
    "a recipe that is no yaml": {**FILES, "territory.yaml": "a: [\x00"},
    "a yaml of many references": {**FILES, "territory.yaml": "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n"},
    "a recipe of a megabyte": {**FILES, "territory.yaml": RECIPE + "# " + "x" * 400_000},
    "an unknown source": {**FILES, "territory.yaml": RECIPE.replace("insee_grid_200m", "inconnue")},
    "cells that are none": {**FILES, "data/cells.csv": "<html>"},
    "contours that are none": {**FILES, "communes.geojson": "<OGRVRTDataSource/>"},
    "a name with an accent": {**FILES, "donnée.csv": "x"},
    "the recipe too deep": {f"a/b/{name}": content for name, content in FILES.items()},
    "a bomb": {**FILES, "zeros.csv": "0" * (40 << 20)},
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_recipe_leaves_a_refusal_and_nothing_else(
    administrator: Client, django_capture_on_commit_callbacks: Committed, files: dict[str, str]
) -> None:
    version = sent(administrator, zipped(files), django_capture_on_commit_callbacks)
    assert version.stage == Stage.REFUSED
    assert version.refusal
    assert not [path for path in versions_folder().rglob("*") if path.is_file()]
    assert "Traceback" not in administrator.get(f"/gestion/territoire/{version.pk}").content.decode()
