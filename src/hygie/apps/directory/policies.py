"""How old is old: whether an entry is to be confirmed, and whether it still takes new patients."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from hygie.apps.directory.models import Accepts, Entry
from hygie.apps.directory.vocabulary import catalogue
from hygie.engines.kernel.measures import FigureUse

ENTRY_AGE = "directory_entry_age"
PATIENTS_AGE = "directory_patients_age"
LINK_AGE = "directory_link_age"
CORRECTION_AGE = "directory_correction_age"
ASKS_AT_ONCE = "directory_asks_at_once"
ASKS_TO_ONE = "directory_asks_to_one"


@lru_cache(maxsize=64)
def figure(key: str, on: date) -> FigureUse:
    """A dated figure of the directory."""
    return catalogue().figure(key, on)


def _days(key: str, on: date) -> timedelta:
    return timedelta(days=round(figure(key, on).value))


def oldest_fresh(on: date) -> date:
    """The earliest day of confirmation that is not old yet."""
    return on - _days(ENTRY_AGE, on)


def oldest_patients(on: date) -> date:
    """The earliest day at which « accepts new patients » was said and still holds."""
    return on - _days(PATIENTS_AGE, on)


def link_lasts(on: date) -> timedelta:
    """How long a link that asks for a confirmation may be used."""
    return _days(LINK_AGE, on)


def corrections_kept(on: date) -> timedelta:
    """How long the message of an answered correction is kept."""
    return _days(CORRECTION_AGE, on)


def asks_at_once(on: date) -> int:
    """Most entries that one request asks about."""
    return round(figure(ASKS_AT_ONCE, on).value)


def asks_to_one(on: date) -> int:
    """Most messages that one request sends to one address."""
    return round(figure(ASKS_TO_ONE, on).value)


def is_old(entry: Entry, on: date) -> bool:
    """Whether an entry is shown as « à confirmer », and after the others."""
    return entry.as_of < oldest_fresh(on)


def accepts_now(entry: Entry, on: date) -> Accepts:
    """What may still be said of new patients: unknown once it is old, or of no known day."""
    said = Accepts(entry.accepts)
    known = entry.accepts_on is not None and entry.accepts_on >= oldest_patients(on)
    return said if known else Accepts.UNKNOWN
