"""What is read about the instance itself; nothing here belongs to an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DatabaseError, connections

from hygie.apps.core.audit.models import Seal
from hygie.apps.core.operations.schema import aliases, pending

_PROVEN: set[str] = set()
JOURNALS = {"decisions": "Décisions", "readings": "Lectures de dossiers"}


@dataclass(frozen=True, slots=True)
class PublishedSeal:
    """One month of one journal: how many lines, and the digest of its last.

    ``total`` counts the lines from the first of all: what ``audit verify --count`` is told for an export
    that begins at line 1 and ends with the month.
    """

    journal: str
    month: str
    count: int
    total: int
    head: str


def published_seals() -> list[PublishedSeal]:
    """Seals to publish, latest month first. One query."""
    kept = Seal.objects.order_by("-month", "journal")
    return [
        PublishedSeal(JOURNALS.get(s.journal, s.journal), s.month, s.last - s.first + 1, s.last, s.head)
        for s in kept
    ]


def answers() -> bool:
    """Whether every database answers and is of this version."""
    try:
        for alias in aliases():
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
            if not _up_to_date(alias):
                return False
    except DatabaseError:
        return False
    return True


def _up_to_date(alias: str) -> bool:
    """Whether a database is of this version; asked until it is, then taken for granted."""
    if alias not in _PROVEN and not pending(alias):
        _PROVEN.add(alias)
    return alias in _PROVEN
