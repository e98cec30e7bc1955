"""Writing the journals.

A service opens ``journalled()``: one transaction in which ``decided`` keeps lines aside; they are
written at its very end, when the head of the chain is locked. So a transaction holds the lock for a
few writes only, and the order of the chain is the order of commits.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from hygie.apps.core.audit.chain import START, canonical, digest_of
from hygie.apps.core.audit.models import Decision, Head, Line, Reading, ReadingHead

READINGS = "readings"
"""Database of the journal of readings."""

LONGEST_DETAILS = 2_000
Scalar = str | int | bool | None


class NotJournalledError(RuntimeError):
    """A decision taken outside ``journalled()``: a fault of the programme."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation; ``user`` is empty for the system itself."""

    user: str
    organisation: str = ""


SYSTEM = Actor("")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to come; details hold no name and no personal data."""

    actor: Actor
    action: str
    subject: str
    record: str
    details: Mapping[str, Scalar]


@dataclass
class _Ledger:
    entries: list[Entry] = field(default_factory=list)


_open: ContextVar[_Ledger | None] = ContextVar("journal", default=None)


@contextmanager
def journalled() -> Iterator[None]:
    """One transaction whose decisions are journalled at its end; inside another, a part of it.

    What fails inside leaves nothing, neither record nor line.
    """
    if _open.get() is not None:
        with transaction.atomic():
            yield
        return
    ledger = _Ledger()
    token = _open.set(ledger)
    try:
        with transaction.atomic(durable=True):
            yield
            _append(Decision, Head, ledger.entries, "default")
    finally:
        _open.reset(token)


def decided(actor: Actor, action: str, *, subject: str, record: str, **details: Scalar) -> None:
    """Keep a decision to journal with the transaction under way.

    Raises
    ------
    NotJournalledError
        Outside ``journalled()``.
    ValueError
        If the details are too long.
    """
    ledger = _open.get()
    if ledger is None:
        raise NotJournalledError(f"{action} was decided outside journalled()")
    ledger.entries.append(_checked(Entry(actor, action, subject, record, details)))


def log_reading(actor: Actor, action: str, *, subject: str, record: str, **details: Scalar) -> None:
    """Journal a reading, now, in its own database: it never waits for the main write lock.

    A page whose reading cannot be journalled must not be served: let the exception go up.
    """
    entry = _checked(Entry(actor, action, subject, record, details))
    with transaction.atomic(using=READINGS):
        _append(Reading, ReadingHead, [entry], READINGS)


def pseudonym(kind: str, identifier: str) -> str:
    """Keyed name of a person, an organisation or a record: 64 hexadecimal digits, empty for nobody."""
    if not identifier:
        return ""
    key = settings.PSEUDONYM_KEY.encode("utf-8")
    return hmac.new(key, f"{kind}:{identifier}".encode(), hashlib.sha256).hexdigest()


def _checked(entry: Entry) -> Entry:
    if len(canonical(dict(entry.details))) > LONGEST_DETAILS:
        raise ValueError("the details of a line are short: say what, not everything")
    return entry


def _append(line: type[Line], head: type[Head] | type[ReadingHead], entries: list[Entry], using: str) -> None:
    if not entries:
        return
    head.objects.using(using).get_or_create(pk=1, defaults={"digest": START})
    end = head.objects.using(using).select_for_update().get(pk=1)
    at = datetime.now(UTC)
    written = []
    for entry in entries:
        end.number += 1
        values = _values(entry, end.number, end.digest, at)
        end.digest = digest_of(values)
        written.append(line(**{**values, "details": canonical(dict(entry.details)), "digest": end.digest}))
    line._default_manager.using(using).bulk_create(written)
    end.save(using=using)


def _values(entry: Entry, number: int, previous: str, at: datetime) -> dict[str, object]:
    return {
        "number": number,
        "month": f"{at:%Y-%m}",
        "at": at.isoformat(timespec="microseconds"),
        "actor": pseudonym("user", entry.actor.user),
        "organisation": pseudonym("organisation", entry.actor.organisation),
        "action": entry.action,
        "subject": entry.subject,
        "record": pseudonym(entry.subject, entry.record),
        "details": dict(entry.details),
        "previous": previous,
    }
