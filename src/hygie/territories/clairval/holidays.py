"""Holidays of Clairval: the public ones of France, and school holidays invented for its story."""

from __future__ import annotations

from datetime import date

from hygie.engines.reach.days import ONE_DAY, Days

SCHOOL_HOLIDAYS: tuple[tuple[date, date], ...] = (
    (date(2026, 10, 17), date(2026, 11, 1)),
    (date(2026, 12, 19), date(2027, 1, 3)),
    (date(2027, 2, 13), date(2027, 2, 28)),
    (date(2027, 4, 10), date(2027, 4, 25)),
    (date(2027, 7, 3), date(2027, 8, 31)),
)
"""First and last day of each; those of no real zone."""
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
"""The school year that the story tells."""


def school_holidays() -> Days:
    """School holidays of Clairval, known from the first to the last day of its story."""
    held = (first + n * ONE_DAY for first, last in SCHOOL_HOLIDAYS for n in range((last - first).days + 1))
    return Days(frozenset(held), FIRST, LAST)
