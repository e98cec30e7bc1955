"""Dates and browsers in the words of a page."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from hygie.engines.kernel.french import long_date

_BROWSERS = (
    *(("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera")),
    *(("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)


def french_day(day: date) -> str:
    """« mardi 24 novembre 2026 »."""
    return long_date(day)


def french_moment(at: datetime) -> str:
    """« mardi 24 novembre 2026 à 14 h 05 », in the time of the town."""
    local = timezone.localtime(at)
    return f"{long_date(local.date())} à {local.hour}\u00a0h\u00a0{local.minute:02}"


def browser(agent: str) -> str:
    """« Firefox sur Windows » of what a browser says of itself: enough to recognise one's own."""
    name = next((words for mark, words in _BROWSERS if mark in agent), "Navigateur inconnu")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "")
    return f"{name} sur {system}" if system else name
