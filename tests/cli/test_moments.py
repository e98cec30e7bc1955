"""Moments as people write them, and the calendars they lean on."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from hygie.cli.opening import calendar_of, parse_moment
from hygie.engines.kernel.errors import HygieError
from hygie.engines.reach.days import Calendar, Days
from hygie.readers.catalogue import load_catalogue

REFERENCE = date(2026, 11, 9)
"""A Monday; Wednesday 11 November is a public holiday."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-28T15:00", "2026-11-28T15:00"),
        ("2026-11-28 15:00", "2026-11-28T15:00"),
        ("saturday 15:00", "2026-11-14T15:00"),
        ("weekday 18:30", "2026-11-09T18:30"),
        ("wednesday 10:00", "2026-11-18T10:00"),
        ("sunday 10:00", "2026-11-15T10:00"),
        ("holiday 10:00", "2026-11-11T10:00"),
    ],
)
def test_a_typical_moment_is_the_next_ordinary_one(text: str, expected: str) -> None:
    calendar = calendar_of(Calendar(), load_catalogue(), None, around=2026)
    assert parse_moment(text, REFERENCE, calendar) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "15:00", "2026-11-28", "2026-11-28T15:00+01:00", "funday 15:00", "sunday 25:00"]
)
def test_another_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(HygieError, match="2026-11-28T15:00"):
        parse_moment(text, REFERENCE, calendar_of(Calendar(), load_catalogue(), None, around=2026))


def test_a_school_calendar_moves_typical_days_out_of_the_holidays(tmp_path: Path) -> None:
    periods, daily = tmp_path / "periods.csv", tmp_path / "daily.csv"
    periods.write_text(
        "Description;Population;Date de début;Date de fin;Académies;Zones;annee_scolaire\n"
        "Congés;-;2026-11-13T23:00:00+00:00;2026-11-22T23:00:00+00:00;Montpellier;Zone C;2026-2027\n",
        encoding="utf-8",
    )
    rows = "".join(f"2026-11-{day},False,False,True,Congés\n" for day in range(14, 23))
    daily.write_text(
        f"date,vacances_zone_a,vacances_zone_b,vacances_zone_c,nom_vacances\n{rows}", encoding="utf-8"
    )
    for file in (periods, daily):
        calendar = calendar_of(Calendar(), load_catalogue(), ("C", file), around=2026)
        moment = parse_moment("saturday 15:00", REFERENCE, calendar)
        assert moment == datetime(2026, 11, 28, 15), file.name  # noqa: DTZ001  # opening hours are local


def test_the_holidays_of_the_territory_come_before_those_of_the_law() -> None:
    own = Calendar(Days(frozenset({date(2026, 11, 10)}), date(2026, 1, 1), date(2026, 12, 31)))
    calendar = calendar_of(own, load_catalogue(), None, around=2026)
    assert calendar == own
    by_law = calendar_of(Calendar(), load_catalogue(), None, around=2026)
    assert by_law.public.holds(date(2026, 11, 11)) is True
    assert by_law.public.holds(date(2026, 11, 10)) is False
    assert by_law.school.first is None
