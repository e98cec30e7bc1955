"""Hospital watch: what is said of the years, and what is left unsaid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.hospitals import WatchRules, hospital_watch
from hygie.engines.portrait.result import HospitalSite, HospitalWatch

RULES = WatchRules(beds_fall=0.1)
ON = "2026-11-22"


def number(
    year: int, value: float, *, code: str = "A", key: str = "beds", unit: str = "lits", level: str = "site"
) -> Statistic:
    return Statistic(
        key=key,
        title="Lits de chirurgie" if unit == "lits" else "Séjours",
        unit=unit,
        level=level,
        code=code,
        name="CH",
        value=value,
        year=str(year),
        source="SAE",
        status=StatisticStatus.PUBLISHED,
    )


def granted(
    year: int, activity: str = "03", *, until: str = "", kind: ActivityKind = ActivityKind.AUTHORISED
) -> HospitalActivity:
    return HospitalActivity("A", kind, activity, f"activité {activity}", year, str(year), until)


def hospital(code: str = "A", *, entity: str = "E", inside: bool = True) -> Hospital:
    return Hospital(code, entity, f"CH {code}", "Ville", inside)


def watch(
    *statistics: Statistic, activities: tuple[HospitalActivity, ...] = (), held: str = "A"
) -> HospitalWatch:
    records = HospitalRecords(tuple(hospital(code) for code in held), activities)
    return hospital_watch(records, statistics, RULES, on=ON)


def only(found: HospitalWatch) -> HospitalSite:
    (site,) = found.sites
    return site


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_years_are_put_in_order_whatever_the_order_of_the_files() -> None:
    series = only(watch(number(2023, 90), number(2015, 100), number(2019, 95))).series[0]
    assert [one.year for one in series] == ["2015", "2019", "2023"]


def test_a_fall_of_beds_from_the_threshold_on_is_told_with_both_years() -> None:
    found = watch(number(2015, 100), number(2023, 90))
    assert [plain(text) for text in only(found).lost] == [
        "Lits de chirurgie : 100 en 2015, 90 en 2023, soit 10 % de moins."
    ]
    assert plain(found.warnings[0]) == "Les lits baissent d’au moins 10 % dans 1 établissement : CH A."


def test_a_smaller_fall_a_rise_and_fewer_stays_are_not_alerts() -> None:
    assert only(watch(number(2015, 100), number(2023, 91))).lost == ()
    assert only(watch(number(2015, 100), number(2023, 120))).lost == ()
    stays = watch(number(2015, 100, unit="séjours"), number(2023, 10, unit="séjours"))
    assert only(stays).lost == ()


def test_a_fall_is_counted_from_the_highest_year_not_from_the_first() -> None:
    found = watch(number(2015, 80), number(2019, 100), number(2023, 85))
    assert "100 en 2019, 85 en 2023" in only(found).lost[0]


def test_beds_that_come_to_zero_have_all_gone() -> None:
    assert "soit 100 %" in plain(only(watch(number(2019, 12), number(2023, 0))).lost[0])


def test_a_number_that_the_newest_survey_no_longer_tells_is_lost_and_to_check() -> None:
    found = watch(number(2019, 24, key="beds_obstetrics"), number(2023, 100))
    assert plain(only(found).lost[0]) == (
        "Lits de chirurgie : 24 en 2019, plus de valeur en 2023, à vérifier."
    )


def test_a_number_of_another_source_is_not_lost_because_that_source_is_older() -> None:
    older = Statistic("hd", "Accouchements", "accouchements", "site", "A", "CH", 886.0, "2022", "Hospidiag",
                      StatisticStatus.PUBLISHED)  # fmt: skip
    assert only(watch(older, number(2023, 100))).lost == ()


def test_an_authorisation_of_an_older_edition_that_is_gone_is_told_once() -> None:
    activities = (granted(2015, "03"), granted(2018, "03"), granted(2018, "01"), granted(2026, "01"))
    site = only(watch(activities=activities))
    assert [a.activity for a in site.authorisations] == ["01"]
    assert len(site.lost) == 1
    assert plain(site.lost[0]).startswith(
        "Autorisation « activité 03 » : présente dans l’édition 2018, absente en 2026, à vérifier"
    )


def test_a_form_no_longer_filled_in_is_told_as_such() -> None:
    forms = tuple(
        granted(year, activity, kind=ActivityKind.DECLARED)
        for year, activity in ((2019, "psy"), (2019, "mco"), (2023, "mco"))
    )
    assert "bordereau rempli en 2019, pas en 2023" in plain(only(watch(activities=forms)).lost[0])


def test_a_single_edition_loses_nothing_and_says_so() -> None:
    found = watch(number(2023, 100), activities=(granted(2026),))
    assert only(found).lost == ()
    assert any("Une seule année" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("until", "overdue"), [("2022-10-01", True), ("2026-11-21", True), (ON, False), ("", False)]
)
def test_an_authorisation_past_its_end_is_to_check_never_lost(until: str, overdue: bool) -> None:
    found = watch(activities=(granted(2026, until=until),))
    site = only(found)
    assert bool(site.authorisations[0].note) is overdue
    assert any("date de fin dépassée" in warning for warning in found.warnings) is overdue
    assert site.lost == ()


def test_the_number_of_an_entity_goes_with_its_largest_establishment_and_keeps_its_level() -> None:
    found = watch(
        number(2023, 20, code="A"),
        number(2023, 200, code="B"),
        number(2022, 886, code="E", key="births", unit="accouchements", level="entity"),
        held="AB",
    )
    assert [(site.code, [one[0].level for one in site.series]) for site in found.sites] == [
        ("B", ["site", "entity"]),
        ("A", ["site"]),
    ]


def test_hospitals_of_the_territory_come_before_larger_ones_of_the_margin() -> None:
    records = HospitalRecords((hospital("M", entity="", inside=False), hospital("T", entity="")))
    found = hospital_watch(records, [number(2023, 900, code="M"), number(2023, 20, code="T")], RULES, on=ON)
    assert [site.code for site in found.sites] == ["T", "M"]


def test_what_was_never_there_is_not_followed_and_a_zero_today_is() -> None:
    assert watch(number(2019, 0), number(2023, 0)).sites == ()
    assert [s.value for s in only(watch(number(2019, 3), number(2023, 0))).series[0]] == [3, 0]


def test_what_is_known_of_zones_and_of_other_places_is_left_aside() -> None:
    other = number(2023, 5, code="Z")
    zone = Statistic("k", "T", "%", "commune", "A", "V", 1.0, "2023", "S", StatisticStatus.PUBLISHED)
    assert watch(other, zone).sites == ()
    assert watch().warnings == ()


@given(
    st.lists(
        st.tuples(st.integers(2010, 2025), st.integers(0, 500)), min_size=1, unique_by=lambda pair: pair[0]
    )
)
def test_a_fall_is_told_exactly_when_the_last_count_is_a_tenth_below_the_highest(
    counts: list[tuple[int, int]],
) -> None:
    found = watch(*(number(year, float(beds)) for year, beds in counts))
    highest, last = max(beds for _, beds in counts), max(counts)[1]
    if highest == 0:
        assert found.sites == ()
    else:
        assert bool(only(found).lost) is ((highest - last) / highest >= RULES.beds_fall)


def test_a_threshold_that_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        WatchRules(beds_fall=0.0)
