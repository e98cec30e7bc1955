"""Writes about versions of the data: one transaction, a permission, a line in the journal."""

from __future__ import annotations

import shutil
from uuid import uuid4

import numpy as np
from django.core.files.uploadedfile import UploadedFile

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.jobs.running import enqueue
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.core.storable import storable
from hygie.apps.territory.live_folders import show_folder, versions_folder
from hygie.apps.territory.versions.importing import Imported, upload_file
from hygie.apps.territory.versions.models import Stage, TerritorySwitch, TerritoryVersion
from hygie.apps.territory.versions.permissions import check_can_manage_versions
from hygie.apps.territory.versions.selectors import folders_to_import, shown_name
from hygie.engines.kernel.errors import HygieError

IMPORT_JOB = "territory.import"
SUBJECT = "territory.version"
LARGEST_UPLOAD = 300 * 1024**2
ACCOUNTS = 60
"""Files of a version whose counts are kept."""


def ask_import(
    viewer: Viewer, *, upload: UploadedFile[bytes] | None = None, folder: str = ""
) -> TerritoryVersion:
    """Ask for the import of a zip that was sent, or of a folder of the server.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If nothing was sent, it is too big, or the folder is not one to import.
    """
    check_can_manage_versions(viewer)
    kept = _keep(upload) if upload is not None else ""
    if not kept and folder not in folders_to_import():
        raise HygieError("Il manque le fichier.", fix="Choisissez un zip, ou un dossier de la liste.")
    with journalled():
        made = TerritoryVersion.objects.create(author=viewer.user)
        made.job = enqueue(
            IMPORT_JOB,
            {"version": str(made.pk), "upload": kept, "folder": folder if not kept else ""},
            organisation=viewer.organisation,
        )
        made.save(update_fields=["job"])
        decided(viewer.actor, "territory.import", subject=SUBJECT, record=str(made.pk), zip=bool(kept))
    return made


def _keep(upload: UploadedFile[bytes]) -> str:
    """Put what was sent where the worker finds it, under a name of ours."""
    if (upload.size or 0) > LARGEST_UPLOAD:
        raise HygieError(
            f"Ce fichier dépasse {LARGEST_UPLOAD // 1024**2} Mo.",
            fix="Copiez le dossier sur le serveur, dans le dossier « territories », puis choisissez-le ici.",
        )
    name = uuid4().hex
    target = upload_file(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as sink:
        for piece in upload.chunks():
            sink.write(piece)
    return name


def accept(version: TerritoryVersion, imported: Imported) -> None:
    """Note what an import found; called by its job."""
    territory = imported.stored.territory
    people = territory.demand.people[territory.demand.inside]
    accounts = [
        {
            "title": one.title[:200],
            "vintage": one.vintage[:60],
            "read": one.read,
            "kept": one.kept,
            "rejected": one.rejected,
        }
        for one in territory.sources[:ACCOUNTS]
    ]
    with journalled():
        TerritoryVersion.objects.filter(pk=version.pk).update(
            stage=Stage.READY,
            folder=imported.folder.name,
            digest=imported.digest,
            code=storable(territory.code)[:20],
            name=storable(territory.name)[:160],
            data_day=imported.stored.reference_date,
            people=float(np.nansum(people)),
            places=int(territory.places.inside.sum()),
            rejected=sum(one.rejected for one in territory.sources),
            accounts=storable(accounts),
        )
        decided(SYSTEM, "territory.imported", subject=SUBJECT, record=str(version.pk))


def refuse(version: TerritoryVersion, why: str) -> None:
    """Note why an import was refused; called by its job."""
    with journalled():
        TerritoryVersion.objects.filter(pk=version.pk).update(
            stage=Stage.REFUSED, refusal=storable(why)[:500]
        )
        decided(SYSTEM, "territory.refused", subject=SUBJECT, record=str(version.pk))


def show_version(viewer: Viewer, version: TerritoryVersion) -> None:
    """Show another version on every page from now on.

    The file that names it is written last: a transaction that fails changes nothing.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If the version is not ready, or its folder is gone.
    """
    check_can_manage_versions(viewer)
    folder = versions_folder() / version.folder
    if version.stage != Stage.READY or not version.folder or not folder.is_dir():
        raise HygieError("Cette version ne peut pas être affichée.", fix="Importez-la de nouveau.")
    with journalled():
        TerritorySwitch.objects.create(version=version, author=viewer.user)
        decided(viewer.actor, "territory.show", subject=SUBJECT, record=str(version.pk))
        show_folder(version.folder)


def remove_version(viewer: Viewer, version: TerritoryVersion) -> None:
    """Remove the files of a version that is not shown; its line stays in the history.

    Raises
    ------
    RefusedError
        If the viewer may not.
    HygieError
        If it is the one shown.
    """
    check_can_manage_versions(viewer)
    if version.folder and version.folder == shown_name():
        raise HygieError("Cette version est affichée.", fix="Affichez-en une autre d’abord.")
    with journalled():
        TerritoryVersion.objects.filter(pk=version.pk).update(stage=Stage.REMOVED)
        decided(viewer.actor, "territory.remove", subject=SUBJECT, record=str(version.pk))
    if version.folder:
        shutil.rmtree(versions_folder() / version.folder, ignore_errors=True)
