"""Whether places are open now, and their hours in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from hygie.engines.reach.days import ONE_DAY, Calendar
from hygie.engines.reach.opening import Opening, State, opening_at
from hygie.readers.calendars import french_public_holidays

UNKNOWN = Calendar()
"""Where there is no territory."""

_DAYS = {
    "Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi",
    "Su": "dimanche", "PH": "jours fériés", "SH": "vacances scolaires",
}  # fmt: skip
_TOKEN = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_PLAIN = re.compile(r"[A-Za-z0-9 ,:\-;/]*")


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


def hours_lines(hours: str) -> tuple[str, ...]:
    """Hours as sentences of French, one rule a line; as written where they are not plain."""
    rules = [rule.strip() for rule in hours.split(";") if rule.strip()]
    if not all(_PLAIN.fullmatch(rule) for rule in rules):
        return tuple(rules)
    return tuple(_in_french(rule) for rule in rules)


def _in_french(rule: str) -> str:
    if rule == "24/7":
        return "jour et nuit, tous les jours"
    days, spans = _SPAN.sub(" ", rule), _SPAN.findall(rule)
    closed = re.search(r"\b(off|closed)\b", days) is not None
    named = re.sub(r"\b(off|closed)\b", " ", days)
    named = _TOKEN.sub(lambda found: _DAYS[found[1]], named).strip(" ,")
    named = re.sub(r"(\w)\s*-\s*(\w)", r"\1 au \2", re.sub(r"\s*,\s*(?=\w)", ", ", named))
    said = ", ".join(f"{int(a)} h {b} à {int(c)} h {d}".replace(" h 00", " h") for a, b, c, d in spans)
    said = "fermé" if closed else said
    return f"{named} : {said}" if named and said else named or said
