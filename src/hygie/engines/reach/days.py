"""Public and school holidays as days, with what nobody has decided or read yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Holidays of one kind, known from a first to a last day.

    Attributes
    ----------
    held
        The holidays.
    first, last
        Days between which, both included, a day that is not held is no holiday; beyond, nothing is
        known. None when nothing is known at all.
    gaps
        Days between them about which the source says nothing readable.
    """

    held: frozenset[date] = frozenset()
    first: date | None = None
    last: date | None = None
    gaps: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if (self.first is None) != (self.last is None):
            raise ValueError("what is known of holidays has both a first and a last day, or neither")
        if not all(self._spanned(day) for day in self.held):
            raise ValueError("holidays lie between the first and the last day known")
        if self.held & self.gaps:
            raise ValueError("a day is known, or it is a gap")

    def holds(self, day: date) -> bool | None:
        """Whether a day is a holiday; None when that is not known."""
        return day in self.held if self._spanned(day) and day not in self.gaps else None

    def _spanned(self, day: date) -> bool:
        return self.first is not None and self.last is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays (``PH`` in opening hours) and school holidays (``SH``) of one place."""

    public: Days = Days()
    school: Days = Days()


def ordinary_day(start: date, weekdays: Collection[int], calendar: Calendar) -> date:
    """The first of these weekdays, from ``start`` on, that is not known as a holiday of any kind.

    Parameters
    ----------
    start
        The first day that can be given.
    weekdays
        Monday is 0, Sunday is 6.
    calendar
        Days that it does not know are taken: the calendar of a coming year may not be published.

    Raises
    ------
    ValueError
        If no such day comes within a year.
    """
    for day in (start + n * ONE_DAY for n in range(366)):
        on_holiday = calendar.public.holds(day) or calendar.school.holds(day)
        if day.weekday() in weekdays and not on_holiday:
            return day
    raise ValueError(f"no ordinary day among weekdays {sorted(weekdays)} within a year of {start}")


def public_holiday(start: date, calendar: Calendar) -> date:
    """The first public holiday from ``start`` on that falls from Monday to Friday.

    One that falls at the weekend would tell of the weekend rather than of the holiday.

    Raises
    ------
    ValueError
        If the calendar knows none.
    """
    coming = [day for day in calendar.public.held if day >= start and day.weekday() < 5]
    if not coming:
        raise ValueError(f"no public holiday is known from {start} on")
    return min(coming)
