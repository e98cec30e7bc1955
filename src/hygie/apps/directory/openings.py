"""Whether places are open now, and their hours in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from hygie.engines.reach.days import Calendar
from hygie.engines.reach.opening import Opening, State, opening_at
from hygie.readers.calendars import french_public_holidays

_DAYS = {
    "Mo": "lundi", "Tu": "mardi", "We": "mercredi", "Th": "jeudi", "Fr": "vendredi", "Sa": "samedi",
    "Su": "dimanche", "PH": "jours fériés", "SH": "vacances scolaires",
}  # fmt: skip
_TOKEN = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_PLAIN = re.compile(r"[A-Za-z0-9 ,:\-;/]*")


@lru_cache(maxsize=4)
def calendar(year: int) -> Calendar:
    """Holidays around a year: public ones by the law; school holidays are not known here, and said so."""
    return Calendar(french_public_holidays(range(year - 1, year + 2)))


@lru_cache(maxsize=50_000)
def _at(hours: str, minute: datetime) -> Opening:
    return opening_at(hours, minute, calendar(minute.year))


def opening(hours: str, now: datetime) -> Opening:
    """Whether hours say open at a local moment, to the minute."""
    return _at(hours, now.replace(second=0, microsecond=0, tzinfo=None))


def open_states(texts: Iterable[str], now: datetime) -> dict[str, State]:
    """State by text of hours: thousands of entries share a few texts."""
    return {text: opening(text, now).state for text in set(texts)}


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
