"""How long studies are kept, and what is erased when.

A study is about places. People may be told of in two columns only: ``file`` (children's homes, as
points) and ``personal`` (lines drawn through them). Both are encrypted, read by the planners of their
organisation alone with a line in the journal of readings, and erased well before the study itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from hygie.apps.core.audit.journal import SYSTEM, decided, journalled
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.organisations.models import Grant
from hygie.apps.territory.studies.models import SUBJECT, Stage, Study

KEPT = timedelta(days=3 * 365)
"""A study that nobody asked again for so long is erased. Our proposal, to verify."""

PERSONAL_KEPT = timedelta(days=365)
"""What tells of people one by one: a school year. Our proposal, to verify."""


@job("territory.studies_forget", "Effacer les études anciennes", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Erase what tells of people after a school year, and whole studies later."""
    now = timezone.now()
    with journalled():
        # encrypted columns are not searched: every old row is emptied, whatever it holds
        emptied = _over(now - PERSONAL_KEPT).update(file="", personal="", file_note={})
        old = list(_over(now - KEPT).values_list("pk", flat=True))
        for identifier in old:
            Grant.objects.filter(subject=SUBJECT, record=str(identifier)).delete()
            decided(SYSTEM, "study.forget", subject=SUBJECT, record=str(identifier))
        Study.objects.filter(pk__in=old).delete()
    report(1.0, f"{len(old)} études effacées, {emptied} vidées de ce qui touche aux personnes")


def _over(before: datetime) -> QuerySet[Study]:
    """Studies that nobody asked or computed again since a moment, of every organisation: for the purge."""
    return Study.objects.filter(asked__lt=before).exclude(stage__in=(Stage.WAITING, Stage.RUNNING))
