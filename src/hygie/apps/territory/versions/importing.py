"""From a zip or a folder to a version that can be shown: every file checked against its digest."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from hygie.apps.territory.live_folders import data_version, versions_folder
from hygie.apps.territory.versions.archive import RECIPE, extract_territory
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import StoredTerritory, open_territory, write_territory
from hygie.readers.territory_folder.integrity import holds_only_a_territory
from hygie.territories.build import build_territory

Report = Callable[[float, str], None]
INCOMING = ".incoming"
TOLD_EVERY = 0.1
"""Share of a file between two words about it: each one is a write of the job."""


@dataclass(frozen=True)
class Imported:
    """A territory folder in its place."""

    folder: Path
    digest: str
    stored: StoredTerritory


def upload_file(name: str) -> Path:
    """Where a zip waits for its import."""
    return versions_folder() / INCOMING / f"{name}.zip"


def import_zip(name: str, report: Report) -> Imported:
    """Extract, check and put in place a zip that waits.

    Raises
    ------
    HygieError
        If it is not a territory's, is damaged, or is already there; nothing of it is left.
    """
    archive, scratch = upload_file(name), versions_folder() / INCOMING / uuid4().hex
    scratch.mkdir(parents=True)
    try:
        report(0.05, "Ouverture du zip")
        marker = extract_territory(
            archive, scratch, lambda share: report(0.05 + 0.25 * share, "Ouverture du zip")
        )
        if marker != RECIPE:
            return _placed(scratch, report)
        return _placed(_built(scratch, report), report)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _built(scratch: Path, report: Report) -> Path:
    """Build the territory of a recipe that somebody sent, from the files sent with it and no other."""
    told = 0.0

    def progress(label: str, done: int, total: int) -> None:
        nonlocal told
        share = done / total if total else 0.0
        if abs(share - told) >= TOLD_EVERY or not done:
            told = share
            report(0.3 + 0.2 * min(share, 1.0), f"Lecture de {label}")

    stored = build_territory(scratch / RECIPE, progress=progress, enclosed=True)
    report(0.5, "Écriture du territoire")
    built = scratch / "territoire.construit"
    write_territory(stored, built)
    return built


def import_folder(name: str, report: Report) -> Imported:
    """Check a folder that the operator put beside the versions.

    Raises
    ------
    HygieError
        If it is not a territory's, or is damaged.
    """
    folder = versions_folder() / name
    if Path(name).name != name or name.startswith(".") or folder.is_symlink() or not folder.is_dir():
        raise HygieError(
            "Ce dossier n’existe pas.", fix="Rechargez la page, puis choisissez-le dans la liste."
        )
    stored, digest = _opened(folder, report)
    return Imported(folder, digest, stored)


def _placed(scratch: Path, report: Report) -> Imported:
    _, digest = _opened(scratch, report)
    known = TerritoryVersion.objects.filter(stage=Stage.READY, digest=digest).first()
    if known is not None:
        raise HygieError(
            "Ces données sont déjà là.",
            why=f"Elles ont été importées le {known.created:%d/%m/%Y}.",
            fix="Choisissez cette version dans la liste.",
        )
    folder = versions_folder() / f"{digest[:16]}"
    if folder.exists():
        shutil.rmtree(folder)  # left by an import that was cut: no version names it
    scratch.rename(folder)
    return Imported(folder, digest, open_territory(folder))


def _opened(folder: Path, report: Report) -> tuple[StoredTerritory, str]:
    """Open a folder and check every file of it, drawings included."""
    if any(path.is_symlink() for path in folder.rglob("*")):
        raise HygieError("Ce dossier contient un lien.", fix="Copiez les fichiers eux-mêmes.")
    if not holds_only_a_territory(folder):
        raise HygieError(
            "Ce dossier contient autre chose qu’un territoire.",
            fix="Reconstruisez-le avec «\u00a0hygie territory build\u00a0», sans rien y ajouter.",
        )
    report(0.55, "Contrôle des fichiers")
    stored = open_territory(folder)
    for rank, kind in enumerate(stored.territory.features, start=1):
        report(0.55 + 0.05 * rank, "Contrôle des fichiers")
        stored.territory.features[kind]  # checks its digest, which opening leaves for later
    len(stored.statistics)  # read at the first look: it is now, and not on the first page shown
    len(stored.similar.statistics if stored.similar else ())
    version = data_version(folder)
    if version is None:
        raise HygieError("Ce dossier n’est pas lisible.", fix="Reconstruisez-le.")
    return stored, version.digest
