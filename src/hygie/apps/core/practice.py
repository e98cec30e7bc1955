"""The limits, delays and terms in force today, in the words of pages as well.

They protect, so they follow the real clock, whatever day a demonstration stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from hygie.engines.kernel.french import counted, number
from hygie.readers.practice_parameters import Practice, practice_figures, practice_parameters

_UNITS = {"min": ("minute", "minutes"), "h": ("heure", "heures"), "jours": ("jour", "jours")}
_ONES = {"essais": "essai", "messages": "message"}
_HOURS_OF_DAY = ("message_quiet_until", "message_quiet_from")


@dataclass(frozen=True, slots=True)
class Told:
    """One figure as a page shows it."""

    title: str
    value: str
    year: str
    source: str
    to_verify: bool


def practice() -> Practice:
    """Limits, delays and terms in force today."""
    return _on(timezone.localdate())


@lru_cache(maxsize=8)
def _on(day: date) -> Practice:
    return practice_parameters(practice_figures(), day)


def told() -> list[Told]:
    """Every figure in force, in the words of a page."""
    known = practice_figures()
    return [
        Told(
            known[use.key].title,
            _value(use.key, use.value, use.unit),
            use.since[:4],
            use.source,
            use.status == "to-verify",
        )
        for use in practice().figures
    ]


def to_verify(*keys: str) -> bool:
    """Whether one of these figures is still to verify."""
    return any(use.status == "to-verify" for use in practice().figures if use.key in keys)


def lasting(span: timedelta) -> str:
    """« 10 minutes », « 1 heure », « 7 jours »: the largest unit that tells it whole."""
    seconds = int(span.total_seconds())
    for unit, size in (("jours", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0 and (unit != "jours" or seconds > size):
            return _counted(seconds // size, unit)
    return _counted(-(-seconds // 60), "min")


def _counted(count: int, unit: str) -> str:
    return counted(count, *_UNITS[unit])


def _value(key: str, value: float, unit: str) -> str:
    if key in _HOURS_OF_DAY:
        return f"{number(value)}\u00a0h"
    one, many = _UNITS.get(unit, (_ONES.get(unit, unit), unit))
    return counted(value, one, many)
