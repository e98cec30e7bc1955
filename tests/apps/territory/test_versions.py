"""Versions of the data: who imports and shows them, what an archive may hold, what is kept."""

from __future__ import annotations

import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.core.conftest import Town, signed_in

from hygie.apps.core.audit.models import Decision
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.territory.live_folders import show_folder, shown_folder, versions_folder
from hygie.apps.territory.selectors import Opened, current_territory
from hygie.apps.territory.versions import services
from hygie.apps.territory.versions.archive import extract_territory
from hygie.apps.territory.versions.models import Stage, TerritorySwitch, TerritoryVersion
from hygie.engines.kernel.errors import HygieError

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[Any]]


def zipped(folder: Path, root: str = "essai/") -> bytes:
    """A territory folder as a zip."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, f"{root}{file.relative_to(folder)}")
    return made.getvalue()


def archive_of(**files: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("données ../../x.zip", content, "application/zip")


@pytest.fixture
def imported(
    administrator: Client, small_territory: Path, django_capture_on_commit_callbacks: Committed
) -> TerritoryVersion:
    """The small territory, imported from the site."""
    with django_capture_on_commit_callbacks(execute=True):
        response = administrator.post("/gestion/territoire/importer", {"zip": sent(zipped(small_territory))})
    assert response.status_code == 302
    return TerritoryVersion.objects.get()


def test_a_zip_becomes_a_version_with_its_counts(imported: TerritoryVersion, administrator: Client) -> None:
    assert imported.stage == Stage.READY
    assert (imported.name, imported.places, imported.people) == ("Essai-sur-Clère", 3, 2404.0)
    assert (versions_folder() / imported.folder / "territory.json").is_file()
    assert not list((versions_folder() / ".incoming").iterdir())
    page = administrator.get(f"/gestion/territoire/{imported.pk}").content.decode()
    assert "Territoire d’essai" in page
    assert "data-running" not in page


def test_nothing_changes_before_a_version_is_shown(
    imported: TerritoryVersion, administrator: Client, small_territory: Path
) -> None:
    assert shown_folder() == small_territory
    assert administrator.post(f"/gestion/territoire/{imported.pk}/afficher").status_code == 302
    assert shown_folder() == versions_folder() / imported.folder
    assert current_territory().territory.name == "Essai-sur-Clère"
    assert TerritorySwitch.objects.get().version == imported
    assert Decision.objects.filter(action="territory.show").count() == 1
    assert "affichée" in administrator.get("/gestion/territoire").content.decode()
    assert administrator.post(f"/gestion/territoire/{imported.pk}/retirer").status_code == 422


def test_a_version_that_is_not_shown_is_removed_and_stays_in_the_history(
    imported: TerritoryVersion, administrator: Client
) -> None:
    assert administrator.post(f"/gestion/territoire/{imported.pk}/retirer").status_code == 302
    imported.refresh_from_db()
    assert imported.stage == Stage.REMOVED
    assert not (versions_folder() / imported.folder).exists()
    assert administrator.post(f"/gestion/territoire/{imported.pk}/afficher").status_code == 422


def test_the_same_data_are_not_kept_twice(
    imported: TerritoryVersion,
    administrator: Client,
    small_territory: Path,
    django_capture_on_commit_callbacks: Committed,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post("/gestion/territoire/importer", {"zip": sent(zipped(small_territory, ""))})
    second = TerritoryVersion.objects.exclude(pk=imported.pk).get()
    assert second.stage == Stage.REFUSED
    assert "déjà là" in second.refusal
    assert (versions_folder() / imported.folder).is_dir()


def test_a_folder_put_on_the_server_is_checked_as_well(
    administrator: Client, small_territory: Path, django_capture_on_commit_callbacks: Committed
) -> None:
    shutil.copytree(small_territory, versions_folder() / "depose")
    assert "depose" in administrator.get("/gestion/territoire").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post("/gestion/territoire/importer", {"dossier": "depose"})
    assert TerritoryVersion.objects.get().stage == Stage.READY


@pytest.mark.parametrize("folder", ["", "..", "../..", "/etc", "disparu", ".incoming", "depose\x00"])
def test_another_folder_is_not_imported(administrator: Client, folder: str) -> None:
    assert administrator.post("/gestion/territoire/importer", {"dossier": folder}).status_code == 422
    assert not TerritoryVersion.objects.exists()


def test_a_changed_byte_is_refused_and_said(
    administrator: Client,
    small_territory: Path,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Committed,
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small_territory, copy)
    column = copy / "demand" / "people.npy"
    changed = bytearray(column.read_bytes())
    changed[-1] ^= 1
    column.write_bytes(changed)
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post("/gestion/territoire/importer", {"zip": sent(zipped(copy))})
    version = TerritoryVersion.objects.get()
    assert version.stage == Stage.REFUSED
    assert "abîmé" in version.refusal
    page = administrator.get(f"/gestion/territoire/{version.pk}").content.decode()
    assert "abîmé" in page


def linked() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("territory.json", "{}")
        link = zipfile.ZipInfo("demand.npy")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def lying() -> bytes:
    """A zip whose directory says that a file is smaller than it is."""
    made = bytearray(archive_of(**{"territory.json": b"x" * 5_000}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        made[made.index(mark) + offset : made.index(mark) + offset + 4] = struct.pack("<I", 10)
    return bytes(made)


HOSTILE = {
    "text": b"not a zip",
    "empty": b"",
    "nothing": archive_of(),
    "no manifest": archive_of(**{"a.npy": b"x"}),
    "up": archive_of(**{"territory.json": b"{}", "../escaped": b"x"}),
    "absolute": archive_of(**{"territory.json": b"{}", "/tmp/escaped": b"x"}),  # noqa: S108  # must be refused
    "backslash": archive_of(**{"territory.json": b"{}", "..\\escaped": b"x"}),
    "deep": archive_of(**{"territory.json": b"{}", "a/b/c/d/e/f": b"x"}),
    "hidden": archive_of(**{"territory.json": b"{}", ".ssh/keys": b"x"}),
    "two roots": archive_of(**{"a/territory.json": b"{}", "b/x.npy": b"x"}),
    "same name": archive_of(**{"territory.json": b"{}", "a.npy": b"x", "A.npy": b"y"}),
    "bomb": archive_of(**{"territory.json": b"{}", "a.npy": b"\0" * 40_000_000}),
    "many": archive_of(**{"territory.json": b"{}", **{f"f{i}": b"" for i in range(500)}}),
    "link": linked(),
    "lying": lying(),
    "not a territory": archive_of(**{"territory.json": b"{}"}),
    "manifest of another kind": archive_of(**{"territory.json": b"[1, 2"}),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_zip_leaves_nothing_but_a_refusal(
    administrator: Client, content: bytes, tmp_path: Path, django_capture_on_commit_callbacks: Committed
) -> None:
    before = set(tmp_path.parent.iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        response = administrator.post("/gestion/territoire/importer", {"zip": sent(content)})
    if response.status_code == 302:
        version = TerritoryVersion.objects.get()
        assert version.stage == Stage.REFUSED
        assert version.refusal
    left = [p for p in versions_folder().rglob("*") if p.is_file()] if versions_folder().is_dir() else []
    assert not left
    assert set(tmp_path.parent.iterdir()) == before


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_zip_is_refused_or_read_never_anything_else(
    small_territory: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(zipped(small_territory))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    archive, into = tmp_path / "a.zip", tmp_path / "into"
    archive.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    try:
        extract_territory(archive, into, lambda _: None)
    except HygieError as error:
        assert error.fix  # noqa: PT017  # refusing is as good as reading
    assert {p.name for p in tmp_path.iterdir()} == {"a.zip", "into"}


def test_only_who_runs_the_instance_manages_its_data(
    town: Town, shown: Opened, imported: TerritoryVersion
) -> None:
    addresses = ("/gestion/territoire", f"/gestion/territoire/{imported.pk}")
    for role, user in town.people.items():
        expected = 200 if role is Role.ADMINISTRATOR else 403
        assert {signed_in(user).get(one).status_code for one in addresses} == {expected}
    stranger = signed_in(town.stranger)
    assert {stranger.get(one).status_code for one in addresses} == {404}
    for verb in ("afficher", "retirer"):
        assert stranger.post(f"/gestion/territoire/{imported.pk}/{verb}").status_code == 404
    with pytest.raises(RefusedError):
        services.show_version(town.outsider, imported)


@pytest.mark.parametrize("name", ["../..", "/etc", "disparu", "a\nb"])
def test_a_pointer_written_by_hand_never_leaves_the_folder(
    shown: Opened, small_territory: Path, name: str
) -> None:
    versions_folder().mkdir(parents=True)
    (versions_folder() / "current").write_text(name)
    assert shown_folder() == small_territory
    show_folder("")
    assert not (versions_folder() / "current").exists()


def test_a_file_too_big_is_refused_before_it_is_kept(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LARGEST_UPLOAD", 10)
    response = administrator.post("/gestion/territoire/importer", {"zip": sent(b"x" * 11)})
    assert response.status_code == 422
    assert not versions_folder().exists()
