"""Official numbers: which one speaks for a territory, and rates made zone by zone."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.statistic import KNOWN, Statistic, StatisticStatus
from hygie.engines.portrait.official import (
    OTHER,
    OfficialParameters,
    OfficialSheet,
    Rate,
    StatisticIndex,
    indicator_statistics,
    official_results,
)
from hygie.engines.portrait.result import OfficialResult, PeerStanding

PLAIN = OfficialSheet("share", "care", "Part", "Quelle part ?", "%", "share", ("share_2015",))
RATE = OfficialSheet(
    "rate",
    "services",
    "Lieux pour 10 000 habitants",
    "Y en a-t-il assez ?",
    "pour 10 000 habitants",
    Rate(("shops",), ("people",), 10_000),
    (Rate(("shops_2020",), ("people_2020",), 10_000),),
)
PUBLISHED, SECRET, ABSENT = (
    StatisticStatus.PUBLISHED,
    StatisticStatus.SECRET,
    StatisticStatus.NOT_AVAILABLE,
)


def told(
    key: str,
    level: str,
    code: str,
    value: float | None,
    status: StatisticStatus = PUBLISHED,
    year: str = "2023",
) -> Statistic:
    if value is None and status is PUBLISHED:
        status = ABSENT
    return Statistic(
        key, key.capitalize(), "%", level, code, f"Zone {code}", value, year, f"Source {key}", status
    )


def one(sheet: OfficialSheet, *statistics: Statistic, code: str = "11262", **more: object) -> OfficialResult:
    found = official_results(OfficialParameters((sheet,)), statistics, code, **more)  # type: ignore[arg-type]  # forwarded as given
    return next(result for result in found if result.key == sheet.key)


WIDE = (
    told("share", "epci", "241100593", 4.0),
    told("share", "departement", "11", 3.0),
    told("share", "france", "FR", 2.0),
)


def test_the_number_of_a_commune_is_its_own_and_every_level_is_kept() -> None:
    result = one(PLAIN, *WIDE, told("share", "commune", "11262", 5.0))
    assert result.main is not None
    assert (result.main.level, result.main.value, result.status) == ("commune", 5.0, Status.COMPUTED)
    assert [value.level for value in result.values] == ["commune", "epci", "departement", "france"]
    assert result.reason is None


@pytest.mark.parametrize(
    ("known", "level"),
    [(WIDE, "epci"), (WIDE[1:], "departement"), (WIDE[2:], "france")],
)
def test_without_its_own_number_the_finest_zone_that_holds_it_speaks_and_says_its_level(
    known: tuple[Statistic, ...], level: str
) -> None:
    absent = told("share", "commune", "11262", None)
    result = one(PLAIN, absent, *known)
    assert result.main is not None
    assert (result.main.level, result.status) == (level, Status.COMPUTED)
    assert "commune" not in {value.level for value in result.values}


def test_a_secret_number_is_suppressed_and_no_wider_one_takes_its_place() -> None:
    result = one(PLAIN, told("share", "commune", "11262", None, SECRET), *WIDE)
    assert (result.status, result.main, result.reason) == (Status.SUPPRESSED, None, None)
    assert [value.status for value in result.values][:2] == [SECRET, PUBLISHED]
    assert result.earlier == ()


def test_nothing_known_is_not_computed_for_want_of_a_source() -> None:
    for statistics in ((), (told("share", "commune", "11262", None),)):
        result = one(PLAIN, *statistics)
        assert (result.status, result.reason) == (Status.NOT_COMPUTED, Reason.NO_SOURCE)
        assert (result.main, result.values, result.source) == (None, (), "")
        assert result.unit == "%"


def test_several_communes_have_the_number_made_from_them() -> None:
    parts = (told("share", "commune", "11262", 5.0), told("share", "commune", "11266", 1.0))
    own = told("share", "territory", "t", 4.5, StatisticStatus.COMPUTED)
    assert one(PLAIN, *parts, own, *WIDE, code="t").main == own
    as_epci = one(PLAIN, *parts, *WIDE, code="241100593").main
    assert as_epci is not None
    assert as_epci.level == "epci"


def test_no_commune_speaks_for_several_even_when_the_territory_has_its_code() -> None:
    parts = (told("share", "commune", "11262", 5.0), told("share", "commune", "11266", 1.0))
    result = one(PLAIN, *parts, code="11262")
    assert (result.main, result.status) == (None, Status.COMPUTED)
    assert len(result.values) == 2


def test_two_zones_of_a_level_hold_a_part_each_and_neither_speaks() -> None:
    two = (told("share", "departement", "11", 3.0), told("share", "departement", "34", None))
    result = one(PLAIN, *two, WIDE[2])
    assert result.main is not None
    assert result.main.level == "france"


def test_numbers_by_iris_are_kept_and_none_of_them_is_the_territorys() -> None:
    iris = [told("share", "iris", f"11262010{i}", float(i)) for i in (2, 1)]
    result = one(PLAIN, *iris)
    assert (result.main, result.status, result.reason) == (None, Status.COMPUTED, None)
    assert [value.code for value in result.values] == ["112620101", "112620102"]


def test_an_estimate_stays_one() -> None:
    own = told("share", "commune", "11262", 5.0, StatisticStatus.ESTIMATE)
    assert one(PLAIN, own).status is Status.ESTIMATE


def test_earlier_years_are_those_of_the_same_zone() -> None:
    before = (
        told("share_2015", "commune", "11262", 6.0, year="2015"),
        told("share_2015", "epci", "241100593", 7.0, year="2015"),
    )
    by_commune = one(PLAIN, told("share", "commune", "11262", 5.0), *before)
    assert [(e.code, e.value) for e in by_commune.earlier] == [("11262", 6.0)]
    by_epci = one(PLAIN, *WIDE, *before)
    assert [(e.code, e.value) for e in by_epci.earlier] == [("241100593", 7.0)]


def test_the_unit_is_the_one_of_the_number_that_is_shown() -> None:
    own = replace(told("share", "commune", "11262", 5.0), unit="pour 1 000")
    assert one(PLAIN, own).unit == "pour 1 000"


def test_a_rate_is_made_at_each_level_where_both_are_known() -> None:
    result = one(
        RATE,
        told("shops", "commune", "11262", 20.0, year="2024"),
        told("people", "commune", "11262", 56_692.0, year="2022"),
        told("shops", "epci", "241100593", 47.0, year="2024"),
        told("people", "departement", "11", 377_773.0, year="2022"),
    )
    assert result.main is not None
    assert result.main.value == pytest.approx(200_000 / 56_692)
    assert [value.level for value in result.values] == ["commune"]
    assert (result.main.status, result.main.key) == (StatisticStatus.COMPUTED, "rate")
    assert result.main.year == "2024 (people 2022)"
    assert result.main.source == "Source shops\u202f; Source people"


def test_a_rate_of_one_year_says_it_once_and_keeps_the_largest_missing_share() -> None:
    shops = replace(told("shops", "epci", "2", 4.0, StatisticStatus.COMPUTED), missing=0.01)
    people = replace(told("people", "epci", "2", 8.0, StatisticStatus.COMPUTED), missing=0.03)
    (only,) = indicator_statistics(RATE, StatisticIndex.of((shops, people)))
    assert (only.year, only.missing, only.value) == ("2023", 0.03, 5_000.0)


@pytest.mark.parametrize(
    ("top", "base", "status"),
    [
        (told("shops", "commune", "1", None, SECRET), told("people", "commune", "1", 9.0), SECRET),
        (told("shops", "commune", "1", 9.0), told("people", "commune", "1", None, SECRET), SECRET),
        (told("shops", "commune", "1", None, SECRET), told("people", "commune", "1", None), SECRET),
        (told("shops", "commune", "1", None), told("people", "commune", "1", 9.0), ABSENT),
        (told("shops", "commune", "1", 9.0), told("people", "commune", "1", 0.0), ABSENT),
        (told("shops", "commune", "1", 9.0), told("people", "commune", "1", -1.0), ABSENT),
        (told("shops", "commune", "1", 1e308), told("people", "commune", "1", 1e-308), ABSENT),
    ],
)
def test_a_rate_is_never_made_from_what_is_secret_absent_or_nobody(
    top: Statistic, base: Statistic, status: StatisticStatus
) -> None:
    (only,) = indicator_statistics(RATE, StatisticIndex.of((top, base)))
    assert (only.value, only.status) == (None, status)


def test_a_rate_of_an_estimate_is_one() -> None:
    top = told("shops", "commune", "1", 9.0, StatisticStatus.ESTIMATE)
    (only,) = indicator_statistics(RATE, StatisticIndex.of((top, told("people", "commune", "1", 3.0))))
    assert only.status is StatisticStatus.ESTIMATE


def test_earlier_rates_use_the_people_of_their_year() -> None:
    rows = [told(key, "commune", "11262", value) for key, value in (("shops", 3.0), ("people", 10.0))]
    rows += [told("shops_2020", "commune", "11262", 2.0), told("people_2020", "commune", "11262", 5.0)]
    assert [e.value for e in one(RATE, *rows).earlier] == [4_000.0]


def test_a_change_is_a_rate_less_what_it_started_from() -> None:
    sheet = replace(RATE, reads=Rate(("after",), ("before",), 100, -100))
    rows = (told("after", "commune", "1", 110.0), told("before", "commune", "1", 88.0))
    (only,) = indicator_statistics(sheet, StatisticIndex.of(rows))
    assert only.value == pytest.approx(25.0)


def test_a_rate_without_a_side_is_a_programming_mistake() -> None:
    with pytest.raises(ValueError, match="denominator"):
        Rate(("a",), ())


def test_a_table_that_the_catalogue_does_not_describe_comes_out_by_its_own_words() -> None:
    parameters = OfficialParameters((PLAIN,), frozenset({"weight"}))
    rows = (
        told("noise", "departement", "11", 3.0),
        told("weight", "commune", "11262", 1.0),
        told("share_2015", "commune", "11262", 1.0),
        Statistic("beds", "Lits", "lits", "site", "110000023", "CH", 9.0, "2023", "S", PUBLISHED),
    )
    results = official_results(parameters, rows, "11262", accounts={"Source noise": "noise_map"})
    assert [result.key for result in results] == ["share", "noise"]
    assert (results[1].theme, results[1].title, results[1].source) == (OTHER, "Noise", "noise_map")
    assert results[1].main is not None
    assert results[1].main.level == "departement"


def test_a_standing_is_that_of_a_commune_only() -> None:
    standings = {"share": PeerStanding(1, 2, 3, 4, 20)}
    own = one(PLAIN, told("share", "commune", "11262", 5.0), standings=standings)
    assert own.standing == standings["share"]
    assert one(PLAIN, *WIDE, standings=standings).standing is None


def test_the_account_is_that_of_the_table_of_the_numerator() -> None:
    rows = (told("shops", "commune", "1", 9.0), told("people", "commune", "1", 3.0))
    accounts = {"Source people": "census", "Source shops": "bpe"}
    assert one(RATE, *rows, accounts=accounts).source == "bpe"


def test_the_account_is_that_of_the_number_that_is_shown() -> None:
    iris = replace(told("share", "iris", "112620101", 3.0), source="By IRIS")
    rows = (iris, told("share", "commune", "11262", 5.0))
    accounts = {"By IRIS": "iris_table", "Source share": "commune_table"}
    assert one(PLAIN, *rows, accounts=accounts).source == "commune_table"
    assert one(PLAIN, iris, accounts=accounts).source == "iris_table"


LEVELS = ("iris", "commune", "territory", "epci", "departement", "france")
rows_of_any_sort = st.lists(
    st.tuples(
        st.sampled_from(("share", "shops", "people", "else")),
        st.sampled_from(LEVELS),
        st.sampled_from(("1", "2", "3")),
        st.sampled_from(list(StatisticStatus)),
        st.floats(-1e6, 1e6),
    ),
    max_size=30,
)


@given(rows_of_any_sort, st.sampled_from(("1", "2", "x")))
def test_no_number_is_invented_moved_or_told_when_secret(
    drawn: list[tuple[str, str, str, StatisticStatus, float]], code: str
) -> None:
    rows = {
        (key, level, zone): told(key, level, zone, value if status in KNOWN else None, status)
        for key, level, zone, status, value in drawn
    }
    results = official_results(OfficialParameters((PLAIN, RATE)), list(rows.values()), code)
    for result in results:
        shown = result.status in (Status.COMPUTED, Status.ESTIMATE)
        assert shown == any(v.value is not None for v in result.values) or result.status is Status.SUPPRESSED
        assert result.main is None or (shown and result.main in result.values)
        for value in result.values:
            if result.key != "rate":
                assert value == rows[result.key, value.level, value.code]
                continue
            top = rows["shops", value.level, value.code]
            base = rows["people", value.level, value.code]
            if value.value is not None and top.value is not None and base.value is not None:
                assert math.isclose(value.value, 10_000 * top.value / base.value)
            else:
                assert SECRET in (top.status, base.status)
    communes = {zone for key, level, zone in rows if (key, level) == ("share", "commune")}
    if len(communes) == 1 and rows["share", "commune", next(iter(communes))].status is SECRET:
        assert results[0].status is Status.SUPPRESSED
