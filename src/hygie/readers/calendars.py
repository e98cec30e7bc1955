"""Public holidays and school holidays of France, from files or by the law.

School calendars end before the days that a file goes on listing: the day after the last published
holiday is unknown, not a school day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from holidays import country_holidays

from hygie.engines.kernel.errors import InputError
from hygie.engines.reach.days import ONE_DAY, Days
from hygie.readers.records import FileAccount, Progress, silent
from hygie.readers.tables.delimited import Columns, Row, RowError
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.values import BadValueError, flag, iso_date, required

ZONES = ("A", "B", "C")
"""School zones of mainland France."""

_PARIS = ZoneInfo("Europe/Paris")
_SUBDIVISIONS = {"57": "57", "67": "6AE", "68": "6AE"}
_SUBDIVISIONS |= {code: code for code in ("971", "972", "973", "974", "976")}
_SUBDIVISIONS |= {"975": "PM", "977": "BL", "978": "MF", "984": "TF", "986": "WF", "987": "PF", "988": "NC"}
_OVERSEAS = {"971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne"}
_OVERSEAS |= {"974": "Indian/Reunion", "975": "America/Miquelon", "976": "Indian/Mayotte"}
_OVERSEAS |= {"977": "America/St_Barthelemy", "978": "America/Marigot", "984": "Indian/Kerguelen"}
_OVERSEAS |= {"986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea"}


@dataclass(frozen=True)
class CalendarFile:
    """Holidays of one file."""

    days: Days
    account: FileAccount


@dataclass(frozen=True, slots=True)
class _Period:
    """School holidays from ``start``; ``back`` is the day pupils come back, None when not published."""

    start: date
    back: date | None


def departement_of(commune: str) -> str:
    """Département or overseas collectivity of the code of a commune: ``67``, ``2A``, ``971``; as the code."""
    return commune[:3] if commune[:2] in ("97", "98") else commune[:2]


def french_public_holidays(years: Collection[int], *, departement: str = "") -> Days:
    """Public holidays of France by the law (article L3133-1 of the code du travail).

    Parameters
    ----------
    years
        Years, in any order and without hole.
    departement
        Adds those of Alsace-Moselle (57, 67, 68) or of an overseas département or collectivity (971 to
        988), as the library « holidays » knows them; the national ones alone for any other text. Good
        Friday is told for the whole of Alsace-Moselle, where the law keeps it to some communes.
    """
    first, last = min(years), max(years)
    there = _SUBDIVISIONS.get(departement)
    found = frozenset(country_holidays("FR", subdiv=there, years=range(first, last + 1)))
    return Days(found, date(first, 1, 1), date(last, 12, 31))


def local_zone(departement: str) -> ZoneInfo:
    """Time zone of a département or overseas collectivity; Paris for any other text."""
    return ZoneInfo(_OVERSEAS[departement]) if departement in _OVERSEAS else _PARIS


def read_public_holidays(path: Path, columns: Columns, *, progress: Progress = silent) -> CalendarFile:
    """Read public holidays listed one a row (Etalab, « jours fériés en France »).

    Two holidays may fall on one day (1 May 2008 was Ascension too). A year with a faulty row is
    unknown as a whole, since the holiday that the row tells cannot be placed.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names of the roles ``day``, ``year`` and ``name``.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table, or holds no holiday.
    """
    seen: dict[str, int] = {}
    faulty: set[str] = set()

    def parse(row: Row) -> date:
        try:
            day = row.read("day", iso_date)
            refuse_twice(row, "name", key=f"{day} {row.read('name', required)}", seen=seen)
            if row["year"] != str(day.year):
                raise row.fault("year", "ce n’est pas l’année de la date")
        except RowError:
            faulty.add(row["year"])
            raise
        return day

    records = read_records(path, columns, parse=parse, progress=progress)
    _refuse_empty(records, path, "un jour férié par ligne")
    held = frozenset(records.kept)
    first, last = date(min(held).year, 1, 1), date(max(held).year, 12, 31)
    known = {str(day.year) for day in held} - faulty
    gaps = frozenset(day for day in _span(first, last) if str(day.year) not in known)
    return CalendarFile(Days(held - gaps, first, last, gaps), records.account)


def read_school_days(path: Path, columns: Columns, *, zone: str, progress: Progress = silent) -> CalendarFile:
    """Read school holidays listed day by day, with a column a zone.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names of the roles ``day``, ``zone_a``, ``zone_b`` and ``zone_c``.
    zone
        ``A``, ``B`` or ``C``.
    progress
        Told of the bytes read.

    Returns
    -------
    Known from the first to the last holiday of the zone; a day that the file leaves out between
    them is a gap.

    Raises
    ------
    InputError
        The file is not such a table, or holds no holiday of the zone.
    """
    seen: dict[str, int] = {}
    role = f"zone_{_checked(zone).lower()}"

    def parse(row: Row) -> tuple[date, bool]:
        day = row.read("day", iso_date)
        refuse_twice(row, "day", key=str(day), seen=seen)
        return day, row.read(role, flag)

    records = read_records(path, columns, parse=parse, progress=progress)
    held = frozenset(day for day, on_holiday in records.kept if on_holiday)
    _refuse_empty_zone(held, path, zone)
    first, last = min(held), max(held)
    gaps = frozenset(_span(first, last)).difference(day for day, _ in records.kept)
    return CalendarFile(Days(held, first, last, gaps), records.account)


def read_school_periods(
    path: Path, columns: Columns, *, zone: str, progress: Progress = silent
) -> CalendarFile:
    """Read school holidays listed by period (Éducation nationale, « Le calendrier scolaire »).

    Its dates are midnights of Paris written in UTC: ``2025-10-17T22:00:00+00:00`` is 18 October. The
    end is the day pupils come back, which is no holiday. A period of no length only announces the
    summer, whose end is not published: nothing is known from there on.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names of the roles ``start``, ``end``, ``zone`` and ``public``.
    zone
        ``A``, ``B`` or ``C``.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table, or holds no holiday of the zone.
    """
    wanted = f"zone {_checked(zone)}".casefold()

    def parse(row: Row) -> _Period | None:
        start, back = row.read("start", local_day), row.read("end", local_day)
        if back < start:
            raise row.fault("end", "la reprise vient avant le début")
        teachers_only = row["public"].casefold() == "enseignants"
        if teachers_only or row.read("zone", required).casefold() != wanted:
            return None
        return _Period(start, back if back > start else None)

    records = read_records(path, columns, parse=parse, progress=progress)
    periods = [period for period in records.kept if period is not None]
    held = frozenset(day for p in periods if p.back for day in _span(p.start, p.back - ONE_DAY))
    _refuse_empty_zone(held, path, zone)
    announced = [p.start - ONE_DAY for p in periods if p.back is None]
    return CalendarFile(Days(held, min(held), max([max(held), *announced])), records.account)


def local_day(text: str) -> date:
    """Day in Paris of a UTC stamp (``2025-10-17T22:00:00+00:00`` is 18 October), or a plain date."""
    if "T" not in text:
        return iso_date(text)
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        raise BadValueError("ce n’est ni une date ni un instant (AAAA-MM-JJThh:mm:ss+00:00)") from None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(_PARIS).date()


def _checked(zone: str) -> str:
    if zone not in ZONES:
        raise ValueError(f"a school zone is one of {', '.join(ZONES)}, not {zone!r}")
    return zone


def _span(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _refuse_empty(records: Records[date], path: Path, expected: str) -> None:
    if not records.kept:
        raise InputError(
            "ce calendrier est vide.",
            file=path.name,
            expected=expected,
            found=f"{records.account.read} lignes, aucune lisible",
            fix="Téléchargez-le de nouveau depuis le site du producteur.",
        )


def _refuse_empty_zone(held: frozenset[date], path: Path, zone: str) -> None:
    if not held:
        raise InputError(
            f"ce calendrier n’a aucun jour de vacances pour la zone {zone}.",
            file=path.name,
            expected="des vacances scolaires de cette zone",
            found="aucune",
            fix="Vérifiez la zone, ou téléchargez le calendrier de nouveau.",
        )
