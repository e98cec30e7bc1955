"""When a message may go: quiet hours, caps, stopped reminders. Nothing here writes."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from hygie.apps.core.messages.kinds import Cap, MessageKind, Nature
from hygie.apps.core.messages.models import Channel, Message, Recipient, State, Stop
from hygie.apps.core.practice import practice
from hygie.apps.core.public.town import shown_town
from hygie.engines.reach.days import ONE_DAY, Days
from hygie.readers.calendars import french_public_holidays, local_zone

SUNDAY = 6


def goes_at(kind: MessageKind, channel: Channel, wanted: datetime) -> datetime:
    """When a message wanted at a moment may go: at once, or when quiet hours end.

    Parameters
    ----------
    wanted
        Aware moment.
    """
    if channel != Channel.SMS or kind.nature is Nature.ASKED:
        return wanted
    town = shown_town()
    departement = "" if town is None else town.departement
    local = wanted.astimezone(local_zone(departement))
    return end_of_quiet(local, _holidays(local.year, departement))


def end_of_quiet(local: datetime, holidays: Days) -> datetime:
    """The moment itself when an SMS may go then, else the end of quiet hours of the next ordinary day.

    No SMS leaves on Sundays and public holidays.

    Parameters
    ----------
    local
        Aware moment in the time of the territory.
    holidays
        Public holidays; a day it does not know is taken as no holiday.
    """
    held = practice().messages
    waking = held.quiet_until <= local.time() < held.quiet_from
    open_now = waking and not _quiet_day(local.date(), holidays)
    if open_now:
        return local
    day = local.date() if local.time() < held.quiet_until else local.date() + ONE_DAY
    while _quiet_day(day, holidays):
        day += ONE_DAY
    return datetime.combine(day, held.quiet_until, tzinfo=local.tzinfo)


def cap_of(kind: MessageKind) -> Cap:
    """The cap of a kind: its own, or the usual one."""
    usual = practice().messages
    return kind.cap or Cap(usual.cap_most, usual.cap_period)


def is_refused(recipient_key: str, now: datetime) -> bool:
    """Whether a contact was refused for good, not long ago, and not proved since."""
    since = now - practice().messages.refused_age
    return Recipient.objects.filter(key=recipient_key, refused__gt=since).exists()


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
    cap = cap_of(kind)
    had = Message.objects.filter(
        recipient_key=recipient_key,
        kind=kind.name,
        state__in=(State.SENDING, State.SENT),
        claimed__gt=now - cap.period,
    )
    return had.count() >= cap.count


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after a number of failed tries; None when it is enough."""
    pauses = practice().messages.pauses
    return now + pauses[tries - 1] if tries <= len(pauses) else None


def _quiet_day(day: date, holidays: Days) -> bool:
    return day.weekday() == SUNDAY or bool(holidays.holds(day))


@cache
def _holidays(year: int, departement: str) -> Days:
    """Public holidays of a year and the next: a wait never spans more."""
    return french_public_holidays((year, year + 1), departement=departement)
