"""Holidays in the territory folder: written and read back, refused when damaged."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.reach.days import Calendar, Days
from hygie.readers.territory_folder.calendar import CALENDAR, read_calendar, write_calendar

FIRST = date(2026, 1, 1)
GAP = date(2026, 5, 3)
DAYS = Days(frozenset({date(2026, 5, 1), date(2026, 5, 2)}), FIRST, date(2026, 12, 31), frozenset({GAP}))


def test_what_is_written_is_read_back_and_always_the_same_bytes(tmp_path: Path) -> None:
    calendar = Calendar(DAYS, Days())
    write_calendar(calendar, tmp_path)
    first = (tmp_path / CALENDAR).read_bytes()
    assert read_calendar(tmp_path) == calendar
    write_calendar(read_calendar(tmp_path), tmp_path)
    assert (tmp_path / CALENDAR).read_bytes() == first


@given(
    held=st.frozensets(st.integers(0, 400), max_size=60), gaps=st.frozensets(st.integers(0, 400), max_size=9)
)
def test_any_calendar_comes_back(
    held: frozenset[int], gaps: frozenset[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("calendar")
    taken, missing = (frozenset(FIRST + timedelta(days=n) for n in days) for days in (held, gaps - held))
    days = Days(taken, FIRST, FIRST + timedelta(days=400), missing)
    write_calendar(Calendar(Days(), days), folder)
    assert read_calendar(folder) == Calendar(Days(), days)


def test_without_holidays_there_is_no_file(tmp_path: Path) -> None:
    write_calendar(Calendar(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert read_calendar(tmp_path) == Calendar()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"public": {}, "school": {}}',
        '{"public": {"first": "2026-13-01", "last": null, "held": [], "gaps": []}, "school": {}}',
        '{"public": {"first": null, "last": null, "held": ["2026-01-01"], "gaps": []}, "school": {}}',
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / CALENDAR).write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_calendar(tmp_path)
