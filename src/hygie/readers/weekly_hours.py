"""Hours written for each day of the week, in French, turned into OpenStreetMap notation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
"""Days in the words of OpenStreetMap."""

_SPAN = re.compile(r"([0-2]?\d)[:hH]([0-5]\d) ?[-–] ?([0-2]?\d)[:hH]([0-5]\d)", re.ASCII)
_MIDNIGHT = 24 * 60


def weekly_hours(days: Mapping[str, str], closed: Collection[str]) -> str | None:
    """Opening hours of a week, read strictly.

    Parameters
    ----------
    days
        Text by day of ``DAYS``; a day that is not there is not said, and read as closed.
    closed
        What is written, in lower case, for a day without opening.

    Returns
    -------
    str or None
        « Mo-We 08:30-12:00,14:00-17:00; Fr 09:00-12:00 »; empty when no day has any hour; None when a
        day does not read as spans of one day, in order and apart: nothing is guessed for it.
    """
    read: list[tuple[str, str]] = []
    for day in DAYS:
        text = " ".join(days.get(day, "").split())
        if text.casefold() in closed:
            continue
        spans = _spans(text)
        if spans is None:
            return None
        read.append((day, spans))
    return "; ".join(f"{_named(run)} {hours}" for run, hours in _runs(read))


def _spans(text: str) -> str | None:
    """« 08:30-12:00,14:00-17:00 » of « 8:30 - 12:00 / 14:00 - 17:00 »; None when it is not that."""
    told: list[str] = []
    end = -1
    for part in text.split("/"):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        first = int(match[1]) * 60 + int(match[2])
        last = int(match[3]) * 60 + int(match[4])
        if not end < first < last <= _MIDNIGHT:
            return None
        end = last
        told.append(f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}")
    return ",".join(told)


def _runs(read: list[tuple[str, str]]) -> list[tuple[list[str], str]]:
    """Following days of the same hours, together."""
    runs: list[tuple[list[str], str]] = []
    for day, hours in read:
        follows = bool(runs) and runs[-1][1] == hours and _next(runs[-1][0][-1]) == day
        if follows:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return runs


def _next(day: str) -> str:
    return DAYS[(DAYS.index(day) + 1) % len(DAYS)]


def _named(run: list[str]) -> str:
    return run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}"
