"""Who may act on jobs."""

from __future__ import annotations

from hygie.apps.core.jobs.models import Job
from hygie.apps.core.jobs.selectors import job_of
from hygie.apps.core.organisations.permissions import RefusedError
from hygie.apps.core.organisations.roles import Role
from hygie.apps.core.organisations.viewer import Viewer


def can_operate(viewer: Viewer, job: Job) -> bool:
    """Whether somebody may try a job again or cancel it: administrators of the organisation it is of."""
    return viewer.has(Role.ADMINISTRATOR) and job_of(viewer.organisation, job.pk) is not None


def check_can_operate(viewer: Viewer, job: Job) -> None:
    """Refuse whoever may not act on a job.

    Raises
    ------
    RefusedError
        For anybody but an administrator of its organisation.
    """
    if not can_operate(viewer, job):
        raise RefusedError(
            "Vous ne pouvez pas agir sur ce travail.",
            why="Ce droit appartient aux personnes qui administrent l’organisation.",
            fix="Demandez-le à l’une d’elles.",
        )
