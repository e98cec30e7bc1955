"""Asking the owners of many old entries at once: shown first, capped, nobody asked twice in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from hygie.apps.core.audit.journal import journalled
from hygie.apps.core.messages.addresses import BadContactError, Contact
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.viewer import Viewer
from hygie.apps.directory.asking import Address, send_ask
from hygie.apps.directory.models import Entry
from hygie.apps.directory.permissions import can_write_entries, check
from hygie.apps.directory.policies import asks_at_once, asks_to_one, link_lasts
from hygie.apps.directory.selectors import entries_of

MONTHS = range(1, 61)
"""Ages, in months, from which one may ask about all the entries of an organisation."""

LOOKED_AT = 5000
"""Old entries looked at for one request, the oldest first."""


@dataclass(frozen=True)
class Asking:
    """Whom a request would ask.

    Attributes
    ----------
    asked
        (entry, address): who gets a message. The address is never shown.
    silent
        Entries that have no address to ask.
    recent
        How many were asked lately: their link still serves.
    later
        How many are left for another request: the cap, or too many entries of one address.
    """

    asked: tuple[tuple[Entry, str], ...] = ()
    silent: tuple[Entry, ...] = ()
    recent: int = 0
    later: int = 0


def months_before(on: date, months: int) -> date:
    """The same day some months before, or the last of that month."""
    rank = on.year * 12 + on.month - 1 - months
    year, month = divmod(rank, 12)
    for day in range(on.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(on.day, 28))


def older_than(organisation: Organisation, months: int, on: date) -> QuerySet[Entry]:
    """Published entries that an organisation writes, last known true before some months, oldest first."""
    rows = entries_of(organisation, on).filter(published=True, as_of__lt=months_before(on, months))
    return rows.order_by("as_of", "sort_name", "pk")


def chosen(organisation: Organisation, identifiers: Sequence[int], on: date) -> QuerySet[Entry]:
    """Entries chosen one by one; another's are left out, as those that do not exist."""
    return entries_of(organisation, on).filter(pk__in=identifiers).order_by("as_of", "sort_name", "pk")


def plan_asking(rows: QuerySet[Entry], on: date) -> Asking:
    """Whom a request about some entries would ask; nothing is sent."""
    asked: list[tuple[Entry, str]] = []
    silent: list[Entry] = []
    recent = later = 0
    since, most, of_one = on - link_lasts(on), asks_at_once(on), asks_to_one(on)
    by_address: Counter[str] = Counter()
    found = list(rows[: LOOKED_AT + 1])
    for entry in found[:LOOKED_AT]:
        to = _address(entry)
        if not to:
            silent.append(entry)
        elif entry.asked_on is not None and entry.asked_on > since:
            recent += 1
        elif len(asked) >= most or by_address[to.casefold()] >= of_one:
            later += 1
        else:
            by_address[to.casefold()] += 1
            asked.append((entry, to))
    return Asking(tuple(asked), tuple(silent), recent, later + max(len(found) - LOOKED_AT, 0))


def ask_many(viewer: Viewer, rows: QuerySet[Entry], address: Address, *, on: date, now: datetime) -> Asking:
    """Send what ``plan_asking`` shows, all or nothing; asked again at once, nobody is asked twice.

    Raises
    ------
    RefusedError
        If the viewer keeps no entries.
    """
    check(can_write_entries(viewer), "demander de confirmer des fiches")
    with journalled():
        plan = plan_asking(rows.select_for_update(of=("self",)), on)
        for entry, to in plan.asked:
            send_ask(viewer, entry, to, address, now)
    return plan


def _address(entry: Entry) -> str:
    """Where to ask about an entry; empty when it is no address that a message can go to."""
    to = str(entry.owner_email or entry.email)
    if not to:
        return ""
    try:
        Contact(email=to).read()
    except BadContactError:
        return ""
    return to
