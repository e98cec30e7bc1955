"""When a message may go: quiet hours, caps, stopped reminders. Nothing here writes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone

from hygie.apps.core.messages.kinds import Cap, MessageKind, Nature
from hygie.apps.core.messages.models import Channel, Message, State, Stop
from hygie.engines.reach.days import ONE_DAY, Days
from hygie.readers.calendars import french_public_holidays

QUIET_UNTIL, QUIET_FROM = time(8), time(20)
"""No SMS before 8 h nor from 20 h on, on Sundays and public holidays: Hygie's choice, to verify. (The
law sets hours for telephone selling, not for public services.)"""

SUNDAY = 6
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Waits before the second try and the following ones; then the message is in failure."""

KEPT = timedelta(days=90)
"""How long what was written and to whom are kept once a message is over: long enough to answer « I never
got it », to verify with the person in charge of data protection."""

KEPT_ASKED = timedelta(days=1)
"""The same for what was asked a moment before: it holds codes, and is of no use the next day."""


def goes_at(kind: MessageKind, channel: Channel, wanted: datetime) -> datetime:
    """When a message wanted at a moment may go: at once, or when quiet hours end.

    Parameters
    ----------
    wanted
        Aware moment.
    """
    if channel != Channel.SMS or kind.nature is Nature.ASKED:
        return wanted
    local = wanted.astimezone(timezone.get_current_timezone())
    return end_of_quiet(local, _holidays(local.year))


def end_of_quiet(local: datetime, holidays: Days) -> datetime:
    """The moment itself when an SMS may go then, else the next 8 h of a working day or Saturday.

    Parameters
    ----------
    local
        Aware moment in the time of the territory.
    holidays
        Public holidays; a day it does not know is taken as no holiday.
    """
    open_now = _quiet_day(local.date(), holidays) is False and QUIET_UNTIL <= local.time() < QUIET_FROM
    if open_now:
        return local
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + ONE_DAY
    while _quiet_day(day, holidays):
        day += ONE_DAY
    return datetime.combine(day, QUIET_UNTIL, tzinfo=local.tzinfo)


def is_stopped(recipient_key: str, kind: MessageKind) -> bool:
    """Whether a contact wants no more of this kind; only reminders can be stopped."""
    if kind.nature is not Nature.REMINDER:
        return False
    return Stop.objects.filter(recipient_key=recipient_key, kind__in=("", kind.name)).exists()


def cap_reached(recipient_key: str, kind: MessageKind, now: datetime) -> bool:
    """Whether a contact had as many messages of this kind as its cap allows.

    True to its word only while the row of the contact is locked.
    """
    if kind.nature is not Nature.REMINDER:
        return False
    cap: Cap = kind.cap
    had = Message.objects.filter(
        recipient_key=recipient_key,
        kind=kind.name,
        state__in=(State.SENDING, State.SENT),
        claimed__gt=now - cap.period,
    )
    return had.count() >= cap.count


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after a number of failed tries; None when it is enough."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def _quiet_day(day: date, holidays: Days) -> bool:
    return day.weekday() == SUNDAY or bool(holidays.holds(day))


@cache
def _holidays(year: int) -> Days:
    """Public holidays of a year and the next: a wait never spans more."""
    return french_public_holidays((year, year + 1))
