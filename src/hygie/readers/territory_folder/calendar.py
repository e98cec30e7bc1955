"""Holidays kept in the territory folder, so that a diagnosis needs no other file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hygie.engines.reach.days import Calendar, Days

CALENDAR = "calendar.json"


def write_calendar(calendar: Calendar, folder: Path) -> None:
    """Write the holidays of a territory; a territory that knows none has no such file."""
    if calendar == Calendar():
        return
    written = {"public": _written(calendar.public), "school": _written(calendar.school)}
    text = json.dumps(written, indent=1, sort_keys=True)
    (folder / CALENDAR).write_text(text + "\n", encoding="utf-8")


def read_calendar(folder: Path) -> Calendar:
    """Holidays of a territory folder; unknown where it has none.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the file is not one that ``write_calendar`` wrote.
    """
    file = folder / CALENDAR
    if not file.is_file():
        return Calendar()
    written = json.loads(file.read_text(encoding="utf-8"))
    return Calendar(_days(written["public"]), _days(written["school"]))


def _written(days: Days) -> dict[str, Any]:
    return {
        "first": _text(days.first),
        "last": _text(days.last),
        "held": _texts(days.held),
        "gaps": _texts(days.gaps),
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _texts(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _days(written: Mapping[str, Any]) -> Days:
    return Days(
        frozenset(map(date.fromisoformat, written["held"])),
        _day(written["first"]),
        _day(written["last"]),
        frozenset(map(date.fromisoformat, written["gaps"])),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
