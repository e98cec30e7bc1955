"""Open, closed or unknown: the library where it is right, ourselves where it is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours
from opening_hours import State as Read

from hygie.engines.reach import opening
from hygie.engines.reach.days import Calendar, Days
from hygie.engines.reach.opening import Opening, State, opening_at

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BASTILLE, ASSUMPTION, ARMISTICE = date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 11)
PUBLIC = Days(frozenset({BASTILLE, ASSUMPTION, ARMISTICE}), FIRST, LAST)
SUMMER = frozenset(date(2026, 7, 4) + timedelta(days=n) for n in range(58))
SCHOOL = Days(SUMMER, FIRST, max(SUMMER))
CALENDAR = Calendar(PUBLIC, SCHOOL)
NO_HOLIDAY = Calendar(Days(frozenset(), FIRST, LAST), Days(frozenset(), FIRST, LAST))
WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def state(hours: str, moment: str, calendar: Calendar = CALENDAR) -> str:
    return opening_at(hours, datetime.fromisoformat(moment), calendar).state.value


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        ("24/7", "2026-11-28T03:00", "open"),
        ("off", "2026-11-28T15:00", "closed"),
        ("Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:00", "2026-11-27T12:29", "open"),
        ("Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:00", "2026-11-27T12:30", "closed"),
        ("Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:00", "2026-11-27T14:00", "open"),
        ("Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:00", "2026-11-28T15:00", "closed"),
        ("Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:00", "2026-11-29T10:00", "closed"),
        ("Mo-Sa 08:30-19:30", "2026-11-28T15:00", "open"),
        ("Mo-Fr 08:00-18:00;", "2026-11-27T10:00", "open"),
        ("Fr 22:00-02:00", "2026-11-28T01:59", "open"),
        ("Fr 22:00-02:00", "2026-11-28T02:00", "closed"),
        ("Fr 22:00-26:00", "2026-11-28T01:00", "open"),
    ],
)
def test_plain_hours(hours: str, moment: str, expected: str) -> None:
    assert state(hours, moment) == expected


@pytest.mark.parametrize(
    ("hours", "moment", "reason"),
    [
        ("", "2026-11-28T15:00", opening.UNSAID),
        ("  ", "2026-11-28T15:00", opening.UNSAID),
        ("by appointment", "2026-11-28T15:00", opening.UNREADABLE),
        ("Lu-Ve 8h-12h", "2026-11-28T15:00", opening.UNREADABLE),
        ("Mo-Fr 8-12", "2026-11-28T15:00", opening.UNREADABLE),
        ('"by appointment"', "2026-11-28T15:00", "« by appointment »"),
        ('Mo-Fr 09:00-12:00 "sur rendez-vous"', "2026-11-27T10:00", "« sur rendez-vous »"),
        ("Mo-Fr 09:00-12:00 unknown", "2026-11-27T10:00", opening.SAID_UNKNOWN),
        ("sunrise-sunset", "2026-11-27T12:00", opening.SUN),
        ("Mo-Fr 18:00+", "2026-11-27T19:00", opening.OPEN_ENDED),
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "2026-11-27T15:00", opening.OTHERWISE),
        ("PH -1 day off", "2026-11-27T15:00", opening.UNREAD_HOLIDAYS),
        ("Jul-Aug PH off", "2026-11-27T15:00", opening.UNREAD_HOLIDAYS),
        ("Mo-Fr 09:00-12:00 || PH off", "2026-11-27T15:00", opening.UNREAD_HOLIDAYS),
        ("PH off", "2026-11-27T15:00", opening.SAID_UNKNOWN),
    ],
)
def test_what_is_not_known_is_said_unknown_with_its_reason(hours: str, moment: str, reason: str) -> None:
    found = opening_at(hours, datetime.fromisoformat(moment), CALENDAR)
    assert found == Opening(State.UNKNOWN, reason.replace("« ", "«\u00a0").replace(" »", "\u00a0»"))


def test_a_comment_on_hours_said_open_leaves_them_open() -> None:
    assert state('Mo-Fr 09:00-12:00 open "entrée par la cour"', "2026-11-27T10:00") == "open"
    assert state('Mo-Fr 09:00-12:00 off "congés"', "2026-11-27T10:00") == "closed"


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        ("Mo-Su 08:00-20:00; PH off", BASTILLE, "closed"),
        ("Mo-Su 08:00-20:00; PH off", date(2026, 7, 15), "open"),
        ("Mo-Su 08:00-20:00, PH off", BASTILLE, "closed"),
        ("Mo-Su 08:00-20:00; PH 14:00-16:00", BASTILLE, "closed"),
        ("Mo-Sa 08:00-20:00; Su,PH 09:00-12:30", BASTILLE, "open"),
        ("Mo-Sa 08:00-20:00; PH,Su off", BASTILLE, "closed"),
        ("Mo-Fr,PH 08:00-20:00", ASSUMPTION, "open"),
        ("08:00-20:00; Su,PH off", BASTILLE, "closed"),
        ("PH 08:00-12:00", BASTILLE, "open"),
        ("PH 08:00-12:00", date(2026, 7, 16), "closed"),
        ("PH off", BASTILLE, "closed"),
        ("24/7", BASTILLE, "open"),
        ("Mo-Su 00:00-24:00", BASTILLE, "open"),
        ("Mo-Su 08:00-20:00; Jul 14 off", BASTILLE, "closed"),
        ("Mo-Fr 08:00-20:00", ASSUMPTION, "closed"),
    ],
)
def test_public_holidays_are_those_of_the_calendar(hours: str, day: date, expected: str) -> None:
    assert state(hours, f"{day}T10:00") == expected


@pytest.mark.parametrize(
    ("day", "expected"), [(BASTILLE, "closed"), (date(2026, 7, 15), "open"), (ASSUMPTION, "open")]
)
def test_trap_ph_on_weekdays_closes_these_holidays_and_no_other_day(day: date, expected: str) -> None:
    """15 August 2026 is a Saturday; the library alone closes every Monday to Friday."""
    hours = "Mo-Su 08:00-20:00; PH Mo-Fr off"
    alone = OpeningHours(hours, country="FR").state(datetime(2026, 7, 15, 10))  # noqa: DTZ001  # opening hours are local
    assert alone[0] is Read.CLOSED, "the library was mended: our own rule can go"
    assert state(hours, f"{day}T10:00") == expected


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        ("Mo-Sa 08:00-20:00; SH off", "2026-07-20T10:00", "closed"),
        ("Mo-Sa 08:00-20:00; SH off", "2026-06-22T10:00", "open"),
        ("SH Mo-Fr 14:00-18:00", "2026-07-20T15:00", "open"),
        ("SH Mo-Fr 14:00-18:00", "2026-07-18T15:00", "closed"),
        ("SH Mo-Fr 14:00-18:00", "2026-06-22T15:00", "closed"),
        ("We 14:00-18:00; SH,PH off", "2026-07-15T15:00", "closed"),
        ("We,SH 14:00-18:00", "2026-07-20T15:00", "open"),
    ],
)
def test_trap_school_holidays_are_those_of_the_calendar(hours: str, moment: str, expected: str) -> None:
    assert state(hours, moment) == expected


def test_the_library_alone_still_ignores_french_school_holidays() -> None:
    alone = OpeningHours("Mo-Sa 08:00-20:00; SH off", country="FR")
    assert alone.state(datetime(2026, 7, 20, 10))[0] is Read.OPEN  # noqa: DTZ001  # opening hours are local


def test_a_holiday_word_in_a_comment_is_no_rule() -> None:
    assert state('Mo-Fr 09:00-12:00 open "fermé PH"', "2026-11-27T10:00") == "open"


def test_hours_silent_on_public_holidays_are_unknown_when_they_would_open() -> None:
    at_ten = datetime(2026, 11, 11, 10)  # noqa: DTZ001  # opening hours are local
    assert opening_at("Mo-Sa 08:00-20:00", at_ten, CALENDAR) == Opening(
        State.UNKNOWN, opening.SILENT_ON_HOLIDAYS
    )
    assert state("Mo-Sa 08:00-20:00", "2026-11-11T21:00") == "closed"
    assert state("Mo-Sa 08:00-20:00; SH off", "2026-11-11T21:00") == "closed"


def test_a_closure_on_holidays_that_a_later_rule_undoes_is_a_contradiction() -> None:
    at_ten = datetime(2026, 11, 11, 10)  # noqa: DTZ001  # opening hours are local
    found = opening_at("PH off; Mo-Sa 08:00-20:00", at_ten, CALENDAR)
    assert found == Opening(State.UNKNOWN, opening.CONTRADICTORY)
    assert state("PH off; Mo-Sa 08:00-20:00", "2026-11-12T10:00") == "open"


def test_beyond_the_school_calendar_only_what_holidays_change_is_unknown() -> None:
    beyond = datetime(2026, 10, 20, 10)  # noqa: DTZ001  # opening hours are local
    found = opening_at("Mo-Fr 08:00-20:00; SH off", beyond, CALENDAR)
    assert found == Opening(State.UNKNOWN, opening.CALENDAR_UNKNOWN)
    assert state("Mo-Fr 08:00-20:00; SH off", "2026-10-20T21:00") == "closed"
    assert state("Mo-Fr 08:00-20:00; SH 09:00-12:00", "2026-10-20T10:00") == "open"


def test_without_any_calendar_a_day_may_be_a_holiday() -> None:
    assert state("Mo-Fr 08:00-20:00; PH off", "2026-11-27T10:00", Calendar()) == "unknown"
    assert state("24/7", "2026-11-27T10:00", Calendar()) == "open"


def test_a_night_that_the_rule_of_the_next_day_cuts_is_unknown() -> None:
    at_one = datetime(2026, 11, 24, 1)  # noqa: DTZ001  # opening hours are local
    found = opening_at("Mo 22:00-02:00; Tu 09:00-12:00", at_one, CALENDAR)
    assert found == Opening(State.UNKNOWN, opening.CUT_AT_MIDNIGHT)
    assert state("Mo 22:00-02:00; Tu 09:00-12:00", "2026-11-24T03:00") == "closed"


def test_a_moment_with_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        opening_at("24/7", datetime(2026, 11, 28, 15, tzinfo=UTC), CALENDAR)


quarter_hours = st.lists(st.integers(0, 95), max_size=4, unique=True).filter(lambda q: len(q) % 2 == 0)
weeks = st.lists(quarter_hours.map(sorted), min_size=7, max_size=7)
moments = st.builds(
    lambda days, minutes: datetime.combine(FIRST + timedelta(days=days), time()) + timedelta(minutes=minutes),
    st.integers(1, 360),
    st.integers(0, 1439),
)


def clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def written(week: list[list[int]]) -> str:
    rules = []
    for name, quarters in zip(WEEK, week, strict=True):
        spans = ",".join(f"{clock(a)}-{clock(b)}" for a, b in zip(quarters[::2], quarters[1::2], strict=True))
        rules.append(f"{name} {spans or 'off'}")
    return "; ".join(rules)


@given(weeks, moments)
def test_any_weekly_hours_are_read_as_by_counting_quarters_of_an_hour(
    week: list[list[int]], moment: datetime
) -> None:
    quarters = week[moment.weekday()]
    quarter = (60 * moment.hour + moment.minute) // 15
    begun = sum(q <= quarter for q in quarters)
    expected = State.OPEN if begun % 2 else State.CLOSED
    assert opening_at(written(week), moment, NO_HOLIDAY) == Opening(expected)


@given(st.integers(0, 6), st.integers(60, 95), st.integers(1, 40), moments)
def test_any_night_is_read_as_by_counting_from_its_first_evening(
    weekday: int, start: int, end: int, moment: datetime
) -> None:
    evening = moment.weekday() == weekday and moment >= at(moment, start)
    morning = (moment.weekday() - 1) % 7 == weekday and moment < at(moment, end)
    expected = State.OPEN if evening or morning else State.CLOSED
    hours = f"{WEEK[weekday]} {clock(start)}-{clock(end)}"
    assert opening_at(hours, moment, NO_HOLIDAY) == Opening(expected)


def at(moment: datetime, quarter: int) -> datetime:
    return datetime.combine(moment.date(), time()) + timedelta(minutes=15 * quarter)


@given(st.text(alphabet='MoTuSahPH,;-:0129 "+|[]offunk/'), moments)
def test_any_text_gets_an_answer_and_unknown_ones_their_reason(hours: str, moment: datetime) -> None:
    found = opening_at(hours, moment, CALENDAR)
    assert (found.state is State.UNKNOWN) == bool(found.reason)
