"""Long work of the directory: bringing the territory in, and forgetting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.audit.journal import SYSTEM, Actor
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory.drafts import territory_drafts
from hygie.apps.directory.importing import Plan, apply_import, plan_import
from hygie.apps.directory.models import Stage, Upload
from hygie.apps.directory.shredder import forget_asks, forget_messages, forget_uploads
from hygie.apps.directory.uploads import READ, TAKE, read_kept, take_kept
from hygie.apps.territory.live_folders import shown_folder
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted
from hygie.readers.territory_folder import open_territory

IMPORT, FORGET = "directory.import", "directory.forget"


def host() -> Organisation:
    """The organisation that runs the instance: entries of the territory are its own.

    Raises
    ------
    HygieError
        If there is none yet.
    """
    found = Organisation.objects.filter(hosts=True).first()
    if found is None:
        raise HygieError(
            "Cette instance n’a pas encore d’organisation.",
            why="Les fiches du territoire appartiennent à la ville qui fait fonctionner Hygie.",
            fix="Créez d’abord la ville et la personne qui l’administre.",
        )
    return found


def bring_territory(folder: Path, report: Report, actor: Actor = SYSTEM) -> Plan:
    """Bring the places of a territory folder into the host's entries; what it did.

    Raises
    ------
    HygieError
        If the folder is not a territory, or the instance has no host.
    """
    organisation = host()
    report(0.0, "Lecture du territoire")
    plan = plan_import(organisation, territory_drafts(open_territory(folder).territory))
    apply_import(organisation, plan, actor=actor, on=clock.today(), report=report)
    report(1.0, f"{len(plan.new)} nouvelles, {len(plan.changed)} mises à jour, {len(plan.offered)} proposées")
    return plan


@job(IMPORT, "Mettre l’annuaire à jour depuis le territoire")
def import_territory(report: Report, user: str = "") -> None:
    """Bring the territory that is shown in, for who asked."""
    bring_territory(shown_folder(), report, Actor(user, str(host().pk)))


@job(READ, "Lire un fichier de fiches")
def read_upload(report: Report, upload: str) -> None:
    """Read a file that somebody sent, unless it was read or forgotten since."""
    found = Upload.objects.filter(pk=UUID(upload), stage=Stage.WAITING).select_related("organisation").first()
    if found is not None:
        read_kept(found, report)


@job(TAKE, "Importer un fichier de fiches")
def take_upload(report: Report, upload: str, user: str = "") -> None:
    """Take a file in, for who asked."""
    found = Upload.objects.filter(pk=UUID(upload), stage=Stage.TAKING).select_related("organisation").first()
    if found is not None:
        take_kept(found, actor=Actor(user, str(found.organisation_id)), on=clock.today(), report=report)


@job(FORGET, "Effacer de l’annuaire ce qui a fait son temps", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Erase messages of answered corrections, and files that nobody took in."""
    now = timezone.now()
    told = (
        counted(forget_messages(now), "message", "messages"),
        counted(forget_uploads(now), "fichier", "fichiers"),
        counted(forget_asks(now), "lien", "liens"),
    )
    report(1.0, f"Effacés : {', '.join(told)}")
