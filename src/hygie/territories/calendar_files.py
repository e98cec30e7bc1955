"""Holidays of a territory: from the files of its recipe, else public ones by the law."""

from __future__ import annotations

from pathlib import Path

from hygie.engines.kernel.errors import HygieError
from hygie.engines.reach.days import Calendar, Days
from hygie.readers.calendars import (
    CalendarFile,
    french_public_holidays,
    read_public_holidays,
    read_school_days,
    read_school_periods,
)
from hygie.readers.catalogue import SourceSheet
from hygie.readers.records import Progress
from hygie.territories.recipe import SourceChoice

YEARS_AROUND = 10
"""Public holidays are computed on both sides of the reference date; beyond, they are unknown."""


def calendar_of(public: Days | None, school: Days | None, *, around: int) -> Calendar:
    """Holidays of a territory.

    Parameters
    ----------
    public, school
        As read from files; None when the recipe gives none. Public holidays are then those of the
        law, school holidays are unknown: nobody can compute them.
    around
        Year about which public holidays are computed.
    """
    if public is None:
        public = french_public_holidays(range(around - YEARS_AROUND, around + YEARS_AROUND + 1))
    return Calendar(public, Days() if school is None else school)


def read_public(path: Path, sheet: SourceSheet, progress: Progress) -> CalendarFile:
    """Public holidays of a file of the source ``public_holidays``."""
    return read_public_holidays(path, sheet.columns, progress=progress)


def read_school(path: Path, choice: SourceChoice, sheet: SourceSheet, progress: Progress) -> CalendarFile:
    """School holidays of a file of ``school_holidays`` or ``school_holidays_daily``, for the recipe's zone.

    Raises
    ------
    HygieError
        If the recipe does not say the zone, or the file is not such a calendar.
    """
    if not choice.zone:
        raise HygieError(
            f"La source « {choice.source} » demande une zone.",
            fix="Écrivez « zone: A », « zone: B » ou « zone: C » à côté de la source.",
        )
    read = read_school_days if choice.source == "school_holidays_daily" else read_school_periods
    return read(path, sheet.columns, zone=choice.zone, progress=progress)
