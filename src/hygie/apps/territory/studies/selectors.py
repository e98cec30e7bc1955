"""Reads about studies; each takes the organisation that asks first."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.selectors import records_shared_with
from hygie.apps.territory.studies.models import SUBJECT, Study

HEAVY = ("file", "personal", "result")
"""Columns that no list reads."""


def studies(organisation: Organisation, on: date) -> QuerySet[Study]:
    """Studies of an organisation and those shared with it on a day, newest first, without their results."""
    shared = list(records_shared_with(organisation, SUBJECT, on).values_list("record", flat=True))
    mine = Q(organisation=organisation) | Q(pk__in=[UUID(record) for record in shared])
    return Study.objects.filter(mine).select_related("organisation").defer(*HEAVY)


def study(organisation: Organisation, identifier: UUID, on: date) -> Study | None:
    """One study with its result; None when it is another's and not shared, as when there is none."""
    found = studies(organisation, on).filter(pk=identifier).defer(None).defer("file", "personal")
    return found.select_related("organisation", "job").first()


def held_by(organisation: Organisation) -> int:
    """How many studies an organisation keeps."""
    return Study.objects.filter(organisation=organisation).count()


def export_organisation(organisation: Organisation) -> list[dict[str, Any]]:
    """Everything that an organisation asked and was answered, for itself, but what tells of people."""
    names = ("id", "kind", "name", "note", "typed", "stage", "refusal", "result", "data_day", "created")
    return list(Study.objects.filter(organisation=organisation).values(*names))
