"""Reads about jobs; each takes the organisation first."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from hygie.apps.core.jobs.models import Job, State
from hygie.apps.core.jobs.running import jobs_to_watch
from hygie.apps.core.organisations.models import Organisation


def jobs_of(organisation: Organisation) -> QuerySet[Job]:
    """Jobs of an organisation; those of the instance itself belong to the one that runs it."""
    mine = Q(organisation=organisation)
    return Job.objects.filter(mine | Q(organisation=None) if organisation.hosts else mine)


def jobs_to_operate(organisation: Organisation) -> QuerySet[Job]:
    """The same, what an operator looks at first: failed or late, then under way, then the latest."""
    rank = Case(
        When(jobs_to_watch(), then=Value(0)),
        When(state__in=(State.RUNNING, State.QUEUED), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return jobs_of(organisation).annotate(rank=rank).order_by("rank", "-created")


def job_of(organisation: Organisation | None, identifier: UUID) -> Job | None:
    """One job of an organisation; None when it is another's, as when there is none."""
    return None if organisation is None else jobs_of(organisation).filter(pk=identifier).first()
