"""The day it is for the pages: that of the clock, or the day a demonstration stands still on.

Roles in force, ages of entries, dates in forms follow it. What protects follows the real clock, whatever
the demonstration says: codes, limits, sessions, links, journals, jobs and messages.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The day it is, in the time zone of the site."""
    fixed: date | None = settings.TODAY
    return timezone.localdate() if fixed is None else fixed


def now() -> datetime:
    """The moment it is: on the day a demonstration stands on, the hour of the clock."""
    moment, fixed = timezone.localtime(), settings.TODAY
    return moment if fixed is None else moment.replace(year=fixed.year, month=fixed.month, day=fixed.day)
