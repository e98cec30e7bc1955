"""Whether a place is open at a moment, from its opening hours in OpenStreetMap notation.

Three answers: open, closed, unknown. Whenever two fair readings of the text disagree, or something
the answer depends on is not known, it is unknown, with its reason: a place wrongly said open sends
someone to a closed door.
Decision record: ``docs/decisions/0009-opening-hours.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, product

from opening_hours import OpeningHours, validate
from opening_hours import State as Read

from hygie.engines.reach.days import ONE_DAY, Calendar, Days
from hygie.engines.reach.holiday_rules import (
    HolidayRuleError,
    Rule,
    closed_on,
    closures_last,
    dated_text,
    names_public_holiday,
    read_rules,
)


class State(StrEnum):
    """What is known of a place at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opening:
    """State of a place, and why it is unknown (French, without capital nor full stop)."""

    state: State
    reason: str = ""


UNSAID = "horaires non renseignés"
UNREADABLE = "horaires illisibles"
UNREAD_HOLIDAYS = "règle de jours fériés ou de vacances d’une forme non prise en charge"
SUN = "horaires qui suivent le soleil"
OPEN_ENDED = "heure de fermeture non renseignée"
OTHERWISE = "horaires avec une solution de rechange"
SILENT_ON_HOLIDAYS = "horaires muets sur les jours fériés"
CONTRADICTORY = "règles qui se contredisent un jour férié"
CUT_AT_MIDNIGHT = "horaires de nuit, et une autre règle le lendemain"
CALENDAR_UNKNOWN = "calendrier inconnu à cette date"
SAID_UNKNOWN = "horaires dits incertains"

_QUOTED = re.compile(r'"[^"]*"')
_SPAN = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")
_DAY = 24 * 60
_ONE_MINUTE = timedelta(minutes=1)
_NOT_JUDGED = (
    (re.compile(r"sunrise|sunset|dawn|dusk", re.IGNORECASE), SUN),
    (re.compile(r":\d\d\s*\+"), OPEN_ENDED),
)


def opening_at(hours: str, moment: datetime, calendar: Calendar) -> Opening:
    """State of a place at a moment.

    Parameters
    ----------
    hours
        Opening hours in OpenStreetMap notation; empty when the source does not say.
    moment
        Local time, without time zone: opening hours are local.
    calendar
        Holidays where the place stands.

    Returns
    -------
    Opening
        A span holds its start and not its end: closed at 12:00 after ``09:00-12:00``.

    Raises
    ------
    ValueError
        If the moment has a time zone.
    """
    if moment.tzinfo is not None:
        raise ValueError("opening hours are local: give a moment without time zone")
    text = " ".join(hours.split()).rstrip("; ")
    if not text:
        return Opening(State.UNKNOWN, UNSAID)
    bare = _QUOTED.sub("", text)
    for pattern, reason in _NOT_JUDGED:
        if pattern.search(bare):
            return Opening(State.UNKNOWN, reason)
    try:
        rules = read_rules(text)
    except HolidayRuleError:
        return Opening(State.UNKNOWN, UNREAD_HOLIDAYS)
    return _agreed(_readings(rules, moment.date(), calendar), moment)


def _agreed(readings: Iterable[tuple[str, str]], moment: datetime) -> Opening:
    """What all readings say; unknown, for the reason of the first that differs, when they disagree."""
    first: Opening | None = None
    for text, doubt in readings:
        found = _as_read(text, moment)
        if found.state is State.UNKNOWN:
            return found
        if first is not None and found != first:
            return Opening(State.UNKNOWN, doubt)
        first = found
    if first is None:
        raise ValueError("a text has at least one reading")
    return first


def _readings(rules: Sequence[Rule], day: date, calendar: Calendar) -> Iterator[tuple[str, str]]:
    """Texts without holidays that the rules may mean, each with why it may differ from the first.

    The day before matters too: its spans may end after midnight.
    """
    window = (day - ONE_DAY, day)
    for public, school in product(_worlds(calendar.public, window), _worlds(calendar.school, window)):
        text = dated_text(rules, window, public, school)
        yield text, CALENDAR_UNKNOWN
        reordered = dated_text(closures_last(rules), window, public, school)
        if reordered != text:
            yield reordered, CONTRADICTORY
        if public and not names_public_holiday(rules) and not _always(text):
            closed = (closed_on(holiday) for holiday in sorted(public))
            yield "; ".join((text, *closed)), SILENT_ON_HOLIDAYS


def _worlds(days: Days, window: Sequence[date]) -> list[frozenset[date]]:
    """Holidays of the window: one set, or every possible one where some day is not known."""
    held = {day for day in window if days.holds(day)}
    doubtful = [day for day in window if days.holds(day) is None]
    return [
        frozenset(held.union(more)) for n in range(len(doubtful) + 1) for more in combinations(doubtful, n)
    ]


def _as_read(text: str, moment: datetime) -> Opening:
    """State by the library, corrected where it takes a comment for an opening."""
    read = _parsed(text)
    if read is None:
        return Opening(State.UNKNOWN, UNREADABLE)
    state, comment = read.state(moment)
    without_condition = not comment or f'open "{comment}"' in text
    if state is Read.OPEN and without_condition:
        return Opening(State.OPEN)
    if state is not Read.CLOSED:
        return Opening(State.UNKNOWN, f"«\u00a0{comment}\u00a0»" if comment else SAID_UNKNOWN)
    bare = _QUOTED.sub("", text)
    if "||" in bare:
        return Opening(State.UNKNOWN, OTHERWISE)
    if _may_last_from_the_day_before(bare, moment) and read.is_open(_midnight(moment) - _ONE_MINUTE):
        return Opening(State.UNKNOWN, CUT_AT_MIDNIGHT)
    return Opening(State.CLOSED)


def _may_last_from_the_day_before(bare: str, moment: datetime) -> bool:
    """Whether some span passes midnight and ends after the moment.

    The library cuts it at midnight when a later rule is about the next day: ``Mo 22:00-02:00;
    Tu 09:00-12:00`` is closed at 01:00 on Tuesday by its reading, and most likely open in truth.
    """
    now = 60 * moment.hour + moment.minute
    for span in _SPAN.finditer(bare):
        h1, m1, h2, m2 = (int(digits) for digits in span.groups())
        start, end = 60 * h1 + m1, 60 * h2 + m2
        if now < (end if end <= start else end - _DAY):
            return True
    return False


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time())


def _always(text: str) -> bool:
    """Whether the text says every hour of every day, holidays therefore included."""
    read = _parsed(text)
    return read is not None and str(read.normalize()) == "24/7"


@lru_cache(maxsize=4096)
def _parsed(text: str) -> OpeningHours | None:
    """The text as the library reads it, or None; without country, since holidays are ours."""
    return OpeningHours(text, auto_country=False, auto_timezone=False) if validate(text) else None
