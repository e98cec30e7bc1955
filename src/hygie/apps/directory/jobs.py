"""Long work of the directory: bringing the territory in, and forgetting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from hygie.apps.core import clock
from hygie.apps.core.audit.journal import SYSTEM, Actor
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory.drafts import territory_drafts
from hygie.apps.directory.importing import Plan, apply_import, plan_import
from hygie.apps.directory.shredder import forget_asks, forget_messages, forget_uploads
from hygie.engines.kernel.errors import HygieError
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
    """Bring the current territory in, for who asked."""
    bring_territory(Path(settings.TERRITORY_FOLDER), report, Actor(user, str(host().pk)))


@job(FORGET, "Effacer de l’annuaire ce qui a fait son temps", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Erase messages of answered corrections, and files that nobody took in."""
    now = timezone.now()
    told = f"{forget_messages(now)} messages, {forget_uploads(now)} fichiers, {forget_asks(now)} liens"
    report(1.0, f"Effacés : {told}")
