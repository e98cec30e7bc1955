"""Work of the territory pages done outside a request."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.territory.live_basemap import has_basemap, make_basemap
from hygie.apps.territory.live_folders import data_version, shown_folder, versions_folder
from hygie.apps.territory.shredder import forget_authors, forget_links
from hygie.apps.territory.versions.importing import Imported, import_folder, import_zip, upload_file
from hygie.apps.territory.versions.models import Stage, TerritoryVersion
from hygie.apps.territory.versions.services import accept, refuse
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted
from hygie.readers.territory_folder import StoredTerritory, open_territory


@job("territory.basemap", "Dessiner le fond de carte", tries=2)
def draw_basemap(report: Report, digest: str) -> None:
    """Draw the base map of a version of the data, unless it is there or the data are gone."""
    if has_basemap(digest):
        return
    report(0.1, "Dessin du fond de carte")
    folders = [shown_folder(), *(p for p in versions_folder().glob("*") if p.is_dir())]
    folder = next((one for one in folders if (v := data_version(one)) and v.digest == digest), None)
    if folder is not None:
        _draw(open_territory(folder), digest)


def _draw(stored: StoredTerritory, digest: str) -> None:
    streets = stored.streets["walk"].graph if "walk" in stored.streets else None
    make_basemap(stored.territory, streets, digest)


@job("territory.forget", "Effacer des scénarios ce qui a fait son temps", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Take names off old scenarios and versions, and erase the links that ended long ago."""
    now = timezone.now()
    names = counted(forget_authors(now), "nom", "noms")
    report(1.0, f"Effacés : {names}, {counted(forget_links(clock.today()), 'lien', 'liens')}")


@job("territory.import", "Importer des données du territoire", tries=2)
def import_version(report: Report, version: str, upload: str, folder: str) -> None:
    """Import a zip or a folder; what is wrong is noted on the version and said to who asked."""
    found = TerritoryVersion.objects.filter(pk=UUID(version), stage=Stage.WAITING).first()
    if found is None:
        return
    try:
        imported = import_zip(upload, report) if upload else import_folder(folder, report)
    except HygieError as error:
        refuse(found, str(error))
        _forget(upload)
        raise
    _finish(found, imported, report)
    _forget(upload)


def _forget(upload: str) -> None:
    """Remove a zip once its import is over; one cut in the middle keeps it, to be tried again."""
    if upload:
        upload_file(upload).unlink(missing_ok=True)


def _finish(version: TerritoryVersion, imported: Imported, report: Report) -> None:
    report(0.8, "Dessin du fond de carte")
    if not has_basemap(imported.digest):
        _draw(imported.stored, imported.digest)
    accept(version, imported)
    report(1.0, "Prêt")
