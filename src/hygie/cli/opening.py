"""What the commands that ask when a place is open share: moments, calendars, what is said of them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

from hygie.engines.diagnosis.open_hours import supply_words
from hygie.engines.kernel.errors import HygieError
from hygie.engines.reach.days import Calendar, Days, ordinary_day, public_holiday
from hygie.engines.reach.reach_when import SupplyAt
from hygie.readers.calendars import read_school_days, read_school_periods
from hygie.readers.catalogue import Catalogue
from hygie.readers.tables.delimited import plain_name
from hygie.readers.tables.source import open_text
from hygie.territories.calendar_files import calendar_of as territory_calendar

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = {**{word: (n,) for n, word in enumerate(_WEEK)}, "weekday": (0, 1, 2, 3, 4)}
_TYPICAL = re.compile(r"([a-z]+)[ T]([0-9]{2}:[0-9]{2})")


def calendar_of(
    known: Calendar, catalogue: Catalogue, school: tuple[str, Path] | None, *, around: int
) -> Calendar:
    """Holidays of a territory: those it knows, the school ones from a file when one is given.

    Parameters
    ----------
    known
        Holidays of the territory folder. One that knows no public holiday gets those of the law.
    catalogue
        Says how to read the calendars.
    school
        Zone and file of the school calendar; None when not given.
    around
        Year about which public holidays are computed.
    """
    if known.public.first is None:
        known = territory_calendar(None, known.school, around=around)
    return known if school is None else Calendar(known.public, _school_days(catalogue, *school))


def parse_moment(text: str, reference: date, calendar: Calendar) -> datetime:
    """A moment: ``2026-11-28T15:00``, or the next typical one, ``saturday 15:00``.

    Parameters
    ----------
    text
        A date and a time, or a day (``monday`` to ``sunday``, ``weekday``, ``holiday``) and a time.
        A typical day is no holiday; a holiday falls from Monday to Friday.
    reference
        Typical days are looked for from here on.
    calendar
        Holidays of the territory.

    Raises
    ------
    HygieError
        The text is no such moment.
    """
    typical = _TYPICAL.fullmatch(text.strip())
    try:
        if typical is None:
            return _local(text.strip())
        word, clock = typical.groups()
        hour = time.fromisoformat(clock)
        if word == "holiday":
            return datetime.combine(public_holiday(reference, calendar), hour)
        return datetime.combine(ordinary_day(reference, _WEEKDAYS[word], calendar), hour)
    except (ValueError, KeyError):
        raise HygieError(
            f"Moment illisible\u00a0: «\u00a0{text}\u00a0».",
            fix="Écrivez «\u00a02026-11-28T15:00\u00a0» (heure locale), «\u00a0saturday 15:00\u00a0», "
            "«\u00a0weekday 18:30\u00a0» ou «\u00a0holiday 10:00\u00a0».",
        ) from None


def refuse_unknown(supply: SupplyAt) -> None:
    """Refuse to compute times when the state of no place is known.

    Raises
    ------
    HygieError
        Every place is unknown.
    """
    if len(supply) and len(supply.unknown) == len(supply):
        raise HygieError(
            "Non calculé\u00a0: on ne sait d’aucun lieu s’il est ouvert à ce moment.",
            why=supply_words(supply),
            fix="Choisissez un autre moment, ou ajoutez à la recette une source qui donne les horaires, "
            "comme OpenStreetMap.",
        )


def _local(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None or len(text) == len("2026-11-28"):
        raise ValueError("a moment is a local date and time")
    return moment


def _school_days(catalogue: Catalogue, zone: str, path: Path) -> Days:
    """School holidays from either published form, told apart by the first line of the file."""
    by_period = catalogue.source("school_holidays").columns
    with open_text(path) as source:
        header = plain_name(source.stream.readline())
    if any(plain_name(name) in header for name in by_period["public"]):
        return read_school_periods(path, by_period, zone=zone).days
    return read_school_days(path, catalogue.source("school_holidays_daily").columns, zone=zone).days
