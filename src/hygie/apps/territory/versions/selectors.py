"""Reads about versions of the data. There is one territory for the instance: no organisation to name."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from hygie.apps.territory.live_folders import shown_folder, versions_folder
from hygie.apps.territory.versions.models import Stage, TerritorySwitch, TerritoryVersion
from hygie.readers.territory_folder.integrity import MANIFEST


def versions() -> QuerySet[TerritoryVersion]:
    """Every version, newest first."""
    return TerritoryVersion.objects.select_related("author", "job")


def version(identifier: UUID) -> TerritoryVersion | None:
    """One version, or None."""
    return versions().filter(pk=identifier).first()


def switches() -> QuerySet[TerritorySwitch]:
    """Which version was shown from when, newest first."""
    return TerritorySwitch.objects.select_related("version", "author")


def shown_name() -> str:
    """Folder name of the imported version that is shown; empty when it is the settings' folder."""
    folder = shown_folder()
    return folder.name if folder.parent == versions_folder() else ""


def folders_to_import() -> list[str]:
    """Territory folders that the operator put beside the versions, and that are not versions yet."""
    known = set(TerritoryVersion.objects.filter(stage=Stage.READY).values_list("folder", flat=True))
    home = versions_folder()
    if not home.is_dir():
        return []
    return sorted(
        path.name
        for path in home.iterdir()
        if path.name not in known
        and not path.name.startswith(".")
        and not path.is_symlink()
        and (path / MANIFEST).is_file()
    )
