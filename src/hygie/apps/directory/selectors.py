"""Reads of the directory; what belongs to an organisation takes it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hygie.apps.core.jobs.models import Job
from hygie.apps.core.organisations.models import Level, Organisation
from hygie.apps.core.organisations.selectors import records_shared_with
from hygie.apps.directory.jobs import IMPORT
from hygie.apps.directory.models import Correction, Entry, Outcome, Upload, Version
from hygie.apps.directory.permissions import SUBJECT
from hygie.apps.directory.policies import oldest_fresh
from hygie.apps.directory.words import plain


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits at an organisation's desk."""

    entries: int
    old: int
    offered: int
    corrections: int


def published_entry(identifier: int) -> Entry | None:
    """A published entry, for anybody."""
    rows = Entry.objects.select_related("organisation", "confirmed_by", "accepts_by")
    return rows.filter(pk=identifier, published=True).first()


def same_site(entry: Entry) -> QuerySet[Entry]:
    """The other published services of the same establishment."""
    if not entry.site:
        return Entry.objects.none()
    return Entry.objects.filter(site=entry.site, published=True).exclude(pk=entry.pk)


def category_counts() -> dict[str, int]:
    """Published entries by category."""
    rows = Entry.objects.filter(published=True).order_by().values("category").annotate(n=Count("pk"))
    return {str(row["category"]): int(row["n"]) for row in rows}


def entries_of(organisation: Organisation, on: date) -> QuerySet[Entry]:
    """Entries that an organisation writes: its own, and those shared with it to write."""
    grants = records_shared_with(organisation, SUBJECT, on).filter(level=Level.WRITE)
    shared = [int(record) for record in grants.values_list("record", flat=True) if record.isdigit()]
    rows = Entry.objects.select_related("organisation", "confirmed_by")
    return rows.filter(Q(organisation=organisation) | Q(pk__in=shared))


def entry_of(organisation: Organisation, identifier: int, on: date) -> Entry | None:
    """One of them; None when it is another's, as when there is none."""
    return entries_of(organisation, on).filter(pk=identifier).first()


def listed(organisation: Organisation, on: date, *, text: str = "", only: str = "") -> QuerySet[Entry]:
    """Entries of a desk, oldest first, whose name holds a text; ``only``: old, offered or hidden."""
    rows = entries_of(organisation, on).order_by("as_of", "sort_name", "pk")
    asked = plain(text).strip()
    if asked:
        rows = rows.filter(sort_name__contains=asked)
    if only == "old":
        return rows.filter(as_of__lt=oldest_fresh(on))
    if only == "offered":
        return rows.exclude(offered={})
    return rows.filter(published=False) if only == "hidden" else rows


def desk(organisation: Organisation, on: date, *, all_corrections: bool) -> Desk:
    """Counts of a desk."""
    told = entries_of(organisation, on).aggregate(
        entries=Count("pk"),
        old=Count("pk", filter=Q(as_of__lt=oldest_fresh(on))),
        offered=Count("pk", filter=~Q(offered={})),
    )
    waiting = pending(organisation, on, all_corrections=all_corrections).count()
    return Desk(told["entries"], told["old"], told["offered"], waiting)


def pending(organisation: Organisation, on: date, *, all_corrections: bool) -> QuerySet[Correction]:
    """Corrections that wait for an answer, oldest first; of every entry for who moderates them all."""
    rows = Correction.objects.filter(outcome=Outcome.PENDING).select_related("entry__organisation")
    return rows if all_corrections else rows.filter(entry__in=entries_of(organisation, on))


def correction(
    organisation: Organisation, identifier: UUID, on: date, *, all_corrections: bool
) -> Correction | None:
    """One of them, None when it is another's."""
    return pending(organisation, on, all_corrections=all_corrections).filter(pk=identifier).first()


def history(organisation: Organisation, entry: Entry, on: date) -> QuerySet[Version]:
    """The past of an entry, the last step first, for who writes it."""
    mine = entries_of(organisation, on).filter(pk=entry.pk)
    return Version.objects.filter(entry__in=mine).select_related("organisation")[:50]


def upload_of(organisation: Organisation, identifier: UUID) -> Upload | None:
    """A file that an organisation sent; None when it is another's."""
    return Upload.objects.filter(organisation=organisation, pk=identifier).first()


def last_import(organisation: Organisation) -> Job | None:
    """The last import of the territory that an organisation asked for."""
    return Job.objects.filter(organisation=organisation, name=IMPORT).first()
