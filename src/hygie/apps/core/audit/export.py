"""Exporting, sealing and removing segments of a journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connections, transaction

from hygie.apps.core.audit.chain import canonical
from hygie.apps.core.audit.journal import READINGS
from hygie.apps.core.audit.models import Decision, Head, Line, Reading, ReadingHead, Seal
from hygie.apps.core.audit.triggers import statements

JOURNALS: dict[str, tuple[type[Line], str]] = {
    "decisions": (Decision, "default"),
    "readings": (Reading, READINGS),
}


def exported(journal: str, *, since: int = 0) -> Iterator[str]:
    """Lines of a journal as canonical JSON, in order, from a number on: one chain."""
    model, using = JOURNALS[journal]
    lines = model._default_manager.using(using).filter(number__gte=since).order_by("number")
    for line in lines.iterator(chunk_size=2_000):
        yield canonical(
            {
                "number": line.number,
                "month": line.month,
                "at": line.at,
                "actor": line.actor,
                "organisation": line.organisation,
                "action": line.action,
                "subject": line.subject,
                "record": line.record,
                "details": json.loads(line.details),
                "previous": line.previous,
                "digest": line.digest,
            }
        )


def seal_months(journal: str, *, now: datetime | None = None) -> list[Seal]:
    """Seal each month that is over and not sealed yet; returns the new seals, to publish.

    The end of the chain is locked meanwhile: a line of the month that is being committed is waited for.
    """
    model, using = JOURNALS[journal]
    head = Head if journal == "decisions" else ReadingHead
    with transaction.atomic(), transaction.atomic(using=using):
        list(head._default_manager.using(using).select_for_update())
        return _seal(journal, model, using, now)


def _seal(journal: str, model: type[Line], using: str, now: datetime | None) -> list[Seal]:
    current = f"{(now or datetime.now(UTC)):%Y-%m}"
    done = set(Seal.objects.filter(journal=journal).values_list("month", flat=True))
    lines = model._default_manager.using(using)
    months = sorted(set(lines.values_list("month", flat=True).order_by("month").distinct()) - done)
    sealed = []
    for month in months:
        if month >= current:
            continue
        first = lines.filter(month=month).order_by("number").first()
        last = lines.filter(month=month).order_by("-number").first()
        if first is None or last is None:
            continue
        sealed.append(
            Seal.objects.create(
                journal=journal,
                month=month,
                first=first.number,
                last=last.number,
                head=last.digest,
                sealed=datetime.now(UTC),
            )
        )
    return sealed


def remove_sealed(journal: str, *, before: str) -> int:
    """Remove the sealed segments of months before one (``2025-11``), oldest first; digests stay.

    The trigger that refuses changes is lifted inside the transaction that removes, and put back.

    Returns
    -------
    int
        Lines removed.
    """
    model, using = JOURNALS[journal]
    table = model._meta.db_table
    removed = 0
    with transaction.atomic(using=using):
        connection = connections[using]
        lift, put_back = statements(connection.vendor, table)
        with connection.cursor() as cursor:
            for statement in lift:
                cursor.execute(statement)
        for seal in Seal.objects.filter(journal=journal, month__lt=before, removed=None).order_by("month"):
            kept = model._default_manager.using(using).filter(number__gte=seal.first, number__lte=seal.last)
            removed += kept.delete()[0]
            Seal.objects.filter(pk=seal.pk).update(removed=datetime.now(UTC))
        with connection.cursor() as cursor:
            for statement in put_back:
                cursor.execute(statement)
    return removed
