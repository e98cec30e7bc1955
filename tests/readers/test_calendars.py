"""Public and school holidays: what a calendar says, and where it stops saying."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import InputError
from hygie.readers.calendars import (
    CalendarFile,
    french_public_holidays,
    local_day,
    read_public_holidays,
    read_school_days,
    read_school_periods,
)
from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder


def columns(source: str) -> dict[str, Any]:
    found: dict[str, Any] = load_yaml(catalogue_folder() / "sources" / f"{source}.yaml")["columns"]
    return found


PUBLIC = columns("public_holidays")
DAILY = columns("school_holidays_daily")
PERIODS = columns("school_holidays")
DAILY_HEADER = "date,vacances_zone_a,vacances_zone_b,vacances_zone_c,nom_vacances"
PERIOD_HEADER = "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "calendar.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def easter(year: int) -> date:
    """Easter by the algorithm of Meeus, Jones and Butcher: an oracle that shares nothing with ours."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    r = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + r - 7 * ((a + 11 * h + 22 * r) // 451) + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", [2008, 2024, 2026, 2027, 2035])
def test_computed_public_holidays_are_the_eleven_of_the_law(year: int) -> None:
    fixed = {
        date(year, m, d) for m, d in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    }
    moving = {easter(year) + timedelta(days=days) for days in (1, 39, 50)}
    assert french_public_holidays([year]).held == fixed | moving


def test_years_that_were_not_computed_are_unknown() -> None:
    days = french_public_holidays([2026, 2028])
    assert days.holds(date(2027, 7, 14)) is True
    assert days.holds(date(2027, 7, 15)) is False
    assert days.holds(date(2029, 7, 14)) is None


def test_two_holidays_on_one_day_are_one_day_and_two_rows(tmp_path: Path) -> None:
    rows = ("2008-05-01,2008,Métropole,1er mai", "2008-05-01,2008,Métropole,Ascension")
    found = read_public_holidays(written(tmp_path, "date,annee,zone,nom_jour_ferie", *rows), PUBLIC)
    assert found.days.held == {date(2008, 5, 1)}
    assert (found.account.read, found.account.kept) == (2, 2)


@pytest.mark.parametrize(
    "faulty",
    ["2026-02-30,2026,M,Rien", "2026-05-01,2026,M,1er mai", "2025-12-25,2026,M,Noël", "2026-07-14,2026,M,"],
)
def test_a_year_with_a_faulty_row_is_unknown(tmp_path: Path, faulty: str) -> None:
    rows = ("2026-05-01,2026,M,1er mai", faulty, "2027-05-01,2027,M,1er mai")
    found = read_public_holidays(written(tmp_path, "date,annee,zone,nom_jour_ferie", *rows), PUBLIC)
    assert (found.account.read, found.account.kept) == (3, 2)
    assert found.days.holds(date(2026, 5, 1)) is None
    assert found.days.holds(date(2027, 5, 1)) is True


def test_the_day_after_the_last_school_holiday_is_unknown_even_if_the_file_goes_on(tmp_path: Path) -> None:
    rows = [f"2026-08-{d},{d < 31},{d < 30},False,Été" for d in range(28, 32)]
    path = written(tmp_path, DAILY_HEADER, *rows, "2026-09-01,False,False,False,")
    days = read_school_days(path, DAILY, zone="B").days
    assert [days.holds(date(2026, 8, d)) for d in (27, 28, 29, 30)] == [None, True, True, None]
    assert read_school_days(path, DAILY, zone="A").days.holds(date(2026, 8, 30)) is True
    with pytest.raises(InputError, match="zone C"):
        read_school_days(path, DAILY, zone="C")


def test_a_day_that_the_school_calendar_leaves_out_is_unknown(tmp_path: Path) -> None:
    rows = (
        "2026-01-01,True,True,True,Noël",
        "2026-01-02,peut-être,True,peut-être,",
        "2026-01-04,True,True,True,Noël",
    )
    found = read_school_days(written(tmp_path, DAILY_HEADER, *rows), DAILY, zone="C")
    assert [found.days.holds(date(2026, 1, d)) for d in (1, 2, 3, 4)] == [True, None, None, True]
    assert (found.account.read, found.account.kept) == (3, 2)
    assert found.account.rejects[0].column == "vacances_zone_c"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-10-17T22:00:00+00:00", date(2025, 10, 18)),
        ("2025-11-02T23:00:00+00:00", date(2025, 11, 3)),
        ("2025-10-18T00:00:00+02:00", date(2025, 10, 18)),
        ("2025-10-17T22:00:00", date(2025, 10, 18)),
        ("2025-10-18", date(2025, 10, 18)),
    ],
)
def test_a_utc_stamp_is_the_day_it_is_in_paris(text: str, day: date) -> None:
    assert local_day(text) == day


def period(start: str, end: str, zone: str = "Zone C", public: str = "-") -> str:
    return f"Vacances;{public};{start};{end};Montpellier;{zone};2025-2026"


def test_school_periods_start_in_paris_and_end_the_day_before_pupils_come_back(tmp_path: Path) -> None:
    rows = (
        period("2025-10-17T22:00:00+00:00", "2025-11-02T23:00:00+00:00"),
        period("2026-02-20T23:00:00+00:00", "2026-03-08T23:00:00+00:00"),
        period("2026-02-06T23:00:00+00:00", "2026-02-22T23:00:00+00:00", zone="Zone A"),
        period("2026-08-27T22:00:00+00:00", "2026-08-31T22:00:00+00:00", public="Enseignants"),
        period("2026-07-03T22:00:00+00:00", "2026-07-03T22:00:00+00:00", public="Élèves"),
    )
    found = read_school_periods(written(tmp_path, PERIOD_HEADER, *rows), PERIODS, zone="C")
    days = found.days
    assert (found.account.read, found.account.kept) == (5, 5)
    assert [days.holds(date(2025, 10, d)) for d in (17, 18)] == [None, True]
    assert [days.holds(date(2025, 11, d)) for d in (2, 3)] == [True, False]
    assert [days.holds(date(2026, 2, d)) for d in (10, 21)] == [False, True]
    assert [days.holds(date(2026, 7, d)) for d in (3, 4)] == [False, None]


def test_a_faulty_period_is_rejected_with_its_reason(tmp_path: Path) -> None:
    rows = (
        period("2025-10-17T22:00:00+00:00", "2025-11-02T23:00:00+00:00"),
        period("2025-12-20", "2025-12-01"),
        period("bientôt", "2025-12-01"),
        period("2025-12-20Tmidi", "2025-12-21"),
    )
    account = read_school_periods(written(tmp_path, PERIOD_HEADER, *rows), PERIODS, zone="C").account
    assert (account.read, account.kept) == (4, 1)
    assert [reject.column for reject in account.rejects] == ["Date de fin", "Date de début", "Date de début"]


def test_an_empty_calendar_and_an_unknown_zone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="vide"):
        read_public_holidays(written(tmp_path, "date,annee,zone,nom_jour_ferie"), PUBLIC)
    with pytest.raises(InputError, match="zone A"):
        read_school_periods(written(tmp_path, PERIOD_HEADER), PERIODS, zone="A")
    with pytest.raises(ValueError, match="A, B, C"):
        read_school_days(tmp_path / "none.csv", DAILY, zone="D")


@given(content=st.binary(max_size=200), headed=st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_with_a_message(tmp_path: Path, content: bytes, headed: bool) -> None:
    path = tmp_path / "fuzz.csv"
    readers: tuple[tuple[str, Callable[[], CalendarFile]], ...] = (
        ("date,annee,zone,nom_jour_ferie", lambda: read_public_holidays(path, PUBLIC)),
        (DAILY_HEADER, lambda: read_school_days(path, DAILY, zone="A")),
        (PERIOD_HEADER, lambda: read_school_periods(path, PERIODS, zone="A")),
    )
    for header, read in readers:
        path.write_bytes((f"{header}\n".encode() if headed else b"") + content)
        with contextlib.suppress(InputError):
            found = read()
            assert found.account.read == found.account.kept + len(found.account.rejects)


@pytest.mark.sample_data
def test_the_real_public_holidays_are_those_computed_and_two_days_of_solidarity(sample_data: Path) -> None:
    found = read_public_holidays(sample_data / "calendriers" / "jours_feries_metropole.csv", PUBLIC)
    computed = french_public_holidays(range(2006, 2032))
    assert (found.account.read, found.account.kept) == (286, 286)
    assert found.days.held - computed.held == {date(2006, 6, 5), date(2007, 5, 28)}
    assert computed.held <= found.days.held
    assert (found.days.first, found.days.last) == (date(2006, 1, 1), date(2031, 12, 31))


@pytest.mark.sample_data
def test_the_real_school_calendar_of_narbonne_stops_with_summer_2026(sample_data: Path) -> None:
    found = read_school_days(sample_data / "calendriers" / "vacances_scolaires.csv", DAILY, zone="C")
    days = found.days
    assert (found.account.read, found.account.kept) == (13_514, 13_514)
    assert days.last == date(2026, 8, 30)
    assert not days.gaps
    assert [days.holds(date(2026, 2, d)) for d in (20, 21)] == [False, True]
    assert [days.holds(date(2026, 3, d)) for d in (8, 9)] == [True, False]
    assert days.holds(date(2026, 10, 20)) is None, "autumn 2026 is not published in this file"
