"""What of people is in the directory, how long it stays, how it is exported and erased.

An entry tells of a service. People may be told of in two places only: the address of who is asked to
confirm (``owner_email``, encrypted, erased with the entry or when it is changed) and the message of a
correction (encrypted, erased some days after its answer). Who proposes a correction is not kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hygie.apps.core.audit.journal import Actor, decided, journalled
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory.models import Ask, Correction, Entry, Outcome, Stage, Upload
from hygie.apps.directory.policies import corrections_kept

UPLOADS_KEPT = timedelta(days=1)


def forget_messages(now: datetime) -> int:
    """Erase the messages of corrections answered long ago; how many."""
    limit = now - corrections_kept(now.date())
    answered = Correction.objects.exclude(outcome=Outcome.PENDING).filter(decided_at__lt=limit)
    return answered.filter(forgotten=False).update(message="", forgotten=True)


def forget_uploads(now: datetime) -> int:
    """Erase the files that nobody decided about or that were taken in, with their rejects; how many.

    A file that is being taken in stays, whatever its age, until its job is over or forgotten.
    """
    old = Upload.objects.filter(created__lt=now - UPLOADS_KEPT)
    return old.exclude(stage=Stage.TAKING, job__isnull=False).delete()[0]


def forget_asks(now: datetime) -> int:
    """Erase the links that ended long ago; the version of the entry tells what they brought."""
    return Ask.objects.filter(expires__lt=now - corrections_kept(now.date())).delete()[0]


def export_organisation(organisation: Organisation) -> list[dict[str, Any]]:
    """Everything that an organisation wrote, for itself."""
    left_out = ("organisation", "accepts_by", "confirmed_by")
    names = [f.name for f in Entry._meta.concrete_fields if f.name not in left_out]
    return [
        {name: getattr(entry, name) for name in names}
        for entry in Entry.objects.filter(organisation=organisation)
    ]


def erase_owner(entry: Entry, actor: Actor) -> None:
    """Forget who is asked to confirm an entry."""
    with journalled():
        Entry.objects.filter(pk=entry.pk).update(owner_email="")
        decided(actor, "entry.forget_owner", subject="directory.entry", record=str(entry.pk))
