"""Whether places are open now, and their hours in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from hygie.engines.reach.days import ONE_DAY, Calendar
from hygie.engines.reach.opening import Opening, State, opening_at
from hygie.readers.calendars import french_public_holidays
from hygie.reports.hours_words import hours_lines

__all__ = ["calendar_at", "hours_lines", "open_states", "opening"]

UNKNOWN = Calendar()
"""Where there is no territory."""


@lru_cache(maxsize=8)
def calendar_at(known: Calendar, day: date) -> Calendar:
    """Holidays of the territory, as they are known on a day and the one before.

    Where its calendar says nothing of them, public holidays are those of the law; school holidays stay
    unknown, and hours that depend on them are said to be uncertain.
    """
    told = all(known.public.holds(one) is not None for one in (day - ONE_DAY, day))
    public = known.public if told else french_public_holidays(range(day.year - 1, day.year + 2))
    return Calendar(public, known.school)


@lru_cache(maxsize=50_000)
def _at(hours: str, minute: datetime, known: Calendar) -> Opening:
    return opening_at(hours, minute, known)


def opening(hours: str, now: datetime, known: Calendar = UNKNOWN) -> Opening:
    """Whether hours say open at a local moment, to the minute.

    Parameters
    ----------
    known
        Calendar of the territory.
    """
    minute = now.replace(second=0, microsecond=0, tzinfo=None)
    return _at(hours, minute, calendar_at(known, minute.date()))


def open_states(texts: Iterable[str], now: datetime, known: Calendar = UNKNOWN) -> dict[str, State]:
    """State by text of hours: thousands of entries share a few texts."""
    return {text: opening(text, now, known).state for text in set(texts)}
