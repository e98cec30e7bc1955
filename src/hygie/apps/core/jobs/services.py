"""What an operator does with jobs, journalled; and the jobs that are kept no longer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hygie.apps.core.audit.journal import decided, journalled
from hygie.apps.core.jobs import running
from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.jobs.permissions import check_can_operate
from hygie.apps.core.jobs.registry import Report, job
from hygie.apps.core.organisations.viewer import Viewer
from hygie.engines.kernel.french import counted

KEPT = timedelta(days=30)
"""How long jobs that are over stay in the list; they hold identifiers only. To verify."""
SUBJECT = "core.job"


def retry(viewer: Viewer, asked: Job) -> bool:
    """Try a failed job again; whether it was failed.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_operate(viewer, asked)
    with journalled():
        changed = running.again(asked)
        if changed:
            decided(viewer.actor, "job.retry", subject=SUBJECT, record=str(asked.pk), name=asked.name)
    return changed


def call_off(viewer: Viewer, asked: Job) -> bool:
    """Cancel a job that has not begun; whether it had not.

    Raises
    ------
    RefusedError
        If the viewer may not.
    """
    check_can_operate(viewer, asked)
    with journalled():
        changed = running.cancel(asked)
        if changed:
            decided(viewer.actor, "job.cancel", subject=SUBJECT, record=str(asked.pk), name=asked.name)
    return changed


@job("jobs.forget", "Effacer les travaux terminés", every=timedelta(days=1))
def forget(report: Report) -> None:
    """Remove jobs that ended long ago; those in failure stay until somebody looks."""
    over = Job.objects.filter(state__in=(State.DONE, State.CANCELLED), finished__lt=timezone.now() - KEPT)
    removed, _ = over.delete()
    report(1.0, counted(removed, "travail effacé", "travaux effacés"))
