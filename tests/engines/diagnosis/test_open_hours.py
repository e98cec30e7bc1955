"""Who reaches an open place at a usual moment, against a week written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, THRESHOLDS, Home, Shop, movements, territory

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.open_hours import moment_of, supply_of, supply_words
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind, WhenOpen
from hygie.engines.diagnosis.result import Diagnosis, IndicatorResult
from hygie.engines.diagnosis.study import prepare
from hygie.engines.kernel.measures import FigureUse, Reason, Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.reach.days import Calendar, Days

MONDAY = date(2026, 11, 9)
"""Wednesday 11 November is a public holiday; the school holidays below hold Saturday the 14th."""
CALENDAR = Calendar(
    Days(frozenset({date(2026, 11, 11)}), date(2026, 1, 1), date(2026, 12, 31)),
    Days(frozenset({date(2026, 11, 14)}), date(2026, 1, 1), date(2026, 12, 31)),
)
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OPEN, SHUT = "Mo-Sa 09:00-19:00; PH off", "Mo-Fr 09:00-19:00; PH off"


def figure(key: str, value: float) -> FigureUse:
    return FigureUse(key, value, "h", "2026-01-01", "to-verify", "Essai")


def asked(weekdays: Sequence[int] = (5,), hour: float = 15.0, most: float = 0.5) -> DiagnosisParameters:
    """The parameters of the towns, with one question of opening hours about pharmacies."""
    sheet = IndicatorSheet(
        key="open_pharmacy",
        title="Pharmacie ouverte",
        question="Qui est loin ?",
        unit="min",
        kind=Kind.OPEN,
        categories=("pharmacy",),
        mode="walk",
        target="d’une pharmacie ouverte",
        subject="pharmacie le samedi",
        when=WhenOpen(
            *(tuple(weekdays), "hour", "le samedi après-midi", "la seule pharmacie ouverte"),
            "aucune pharmacie n’est ouverte",
        ),
    )
    return replace(
        PARAMETERS,
        indicators=(*PARAMETERS.indicators, sheet),
        figures=(*PARAMETERS.figures, figure("hour", hour), figure("open_unknown_most", most)),
        on=MONDAY,
    )


def with_hours(town: Territory, *hours: str) -> Territory:
    return replace(town, places=replace(town.places, hours=np.array(hours, dtype=np.str_)))


def told(town: Territory, parameters: DiagnosisParameters | None = None) -> tuple[Diagnosis, IndicatorResult]:
    diagnosis = diagnose(town, movements(town), parameters or asked(), calendar=CALENDAR)
    return diagnosis, diagnosis.indicator("open_pharmacy")


HOMES = (Home(0), Home(10, quarter=1), Home(30, quarter=2))
SHOPS = (Shop("near", "pharmacy", 2), Shop("far", "pharmacy", 26))
TOWN = territory(HOMES, SHOPS)


def test_only_places_surely_open_are_reached() -> None:
    _, result = told(with_hours(TOWN, SHUT, OPEN))
    whole = result.cell()
    assert result.status is Status.COMPUTED
    assert whole is not None
    assert whole.measures["median"].value == pytest.approx(16.0)
    assert whole.measures["people_beyond_15"].value == 200
    assert whole.measures["people_lost_15"].value == 200
    assert whole.measures["lost_15"].value == pytest.approx(2 / 3)
    assert whole.measures["beyond_15"].low is None
    assert result.warnings == (
        "Le samedi 21 novembre 2026 à 15:00\u00a0: 1\u00a0lieu ouvert et 1\u00a0fermé.",
    )


def test_the_day_is_no_holiday_of_any_kind() -> None:
    town = with_hours(TOWN, OPEN, OPEN)
    for weekdays, day in (((5,), 21), ((2,), 18), ((0, 1, 2, 3, 4), 9), ((6,), 15)):
        parameters = asked(weekdays, 9.5)
        study = prepare(town, movements(town), parameters, calendar=CALENDAR)
        assert moment_of(study, parameters.indicators[-1]) == datetime(2026, 11, day, 9, 30)  # noqa: DTZ001  # local


def test_an_unknown_place_widens_the_interval_downwards() -> None:
    _, result = told(with_hours(TOWN, "", OPEN))
    whole = result.cell()
    assert whole is not None
    share, median = whole.measures["beyond_15"], whole.measures["median"]
    assert result.status is Status.ESTIMATE
    assert (share.value, share.low, share.high) == pytest.approx((2 / 3, 0.0, 2 / 3))
    assert share.status is Status.ESTIMATE
    assert (median.value, median.low) == pytest.approx((16.0, 4.0))
    assert "1 d’ouverture inconnue (50\u202f%)" in result.warnings[0]
    assert "horaires non renseignés (1)" in result.warnings[0]


@pytest.mark.parametrize("hours", [("", ""), ("", "by appointment")])
def test_without_hours_nothing_is_computed_and_it_is_said(hours: tuple[str, str]) -> None:
    diagnosis, result = told(with_hours(TOWN, *hours))
    assert result.reason is Reason.NO_HOURS
    assert result.cells == ()
    assert "inconnue (100\u202f%)" in result.warnings[0]
    (said,) = [f for f in diagnosis.findings if f.indicator == "open_pharmacy"]
    assert said.sentence.endswith("non calculé, trop peu d’horaires d’ouverture connus.")


def test_too_many_unknown_places_are_too_many() -> None:
    town = with_hours(TOWN, "", OPEN)
    assert told(town, asked(most=0.49))[1].reason is Reason.NO_HOURS
    assert told(town, asked(most=0.5))[1].reason is None


def test_no_source_and_no_place_are_told_apart() -> None:
    nowhere = territory(HOMES, [Shop("g", "gp", 3)])
    assert told(nowhere)[1].reason is None
    cell = told(nowhere)[1].cell()
    assert cell is not None
    assert cell.measures["unreached"].value == 1
    unsourced = territory(HOMES, [Shop("g", "gp", 3)], provided=("gp",))
    assert told(unsourced)[1].reason is Reason.NO_SOURCE


def test_the_only_place_open_is_named_with_the_zone_that_loses_most() -> None:
    diagnosis, _ = told(with_hours(TOWN, SHUT, OPEN))
    (said,) = [f for f in diagnosis.findings if f.key == "open:open_pharmacy"]
    assert said.sentence == (
        "Le samedi après-midi (à 15\u00a0h), la seule pharmacie ouverte est «\u00a0Lieu far\u00a0»\u202f; "
        "au Centre, 100\u202f% des habitants en sont à plus de 15 minutes à pied."
    )
    assert (said.layer, said.zone) == ("quarter", "Q1")


def test_when_hours_are_missing_the_only_place_open_is_so_surely() -> None:
    diagnosis, _ = told(with_hours(TOWN, "", OPEN))
    (said,) = [f for f in diagnosis.findings if f.key == "open:open_pharmacy"]
    assert "la seule pharmacie ouverte de façon sûre est «\u00a0Lieu far\u00a0»" in said.sentence
    assert "environ 100\u202f% des habitants (entre 0 et 100\u202f%)" in said.sentence


def test_nothing_open_is_said() -> None:
    diagnosis, result = told(with_hours(TOWN, SHUT, SHUT))
    cell = result.cell()
    assert cell is not None
    assert cell.measures["median"].reason is Reason.NOBODY_REACHES
    (said,) = [f for f in diagnosis.findings if f.key == "open:open_pharmacy"]
    assert said.sentence == "Le samedi après-midi (à 15\u00a0h), aucune pharmacie n’est ouverte."


def test_several_open_places_are_set_beside_the_usual_hours() -> None:
    town = territory((*HOMES, Home(60)), (*SHOPS, Shop("third", "pharmacy", 58)))
    diagnosis, _ = told(with_hours(town, SHUT, OPEN, OPEN))
    (said,) = [f for f in diagnosis.findings if f.key == "open:open_pharmacy"]
    assert said.sentence == (
        "Le samedi après-midi (à 15\u00a0h), 50\u202f% des habitants sont à plus de 15 minutes à pied "
        "d’une pharmacie ouverte, contre 0\u202f% quand tout est ouvert."
    )


def test_no_subtraction_from_the_usual_hours_gives_a_small_count() -> None:
    """Five residents of the first quarter lose their pharmacy on Saturday: nothing may show five."""
    homes = (
        Home(0, ages=(5, 0, 0, 0)),
        Home(30, ages=(50, 0, 0, 0)),
        Home(40, ages=(20, 0, 0, 0), quarter=1),
    )
    diagnosis, result = told(with_hours(territory(homes, SHOPS), SHUT, OPEN))
    usual = diagnosis.indicator("access_pharmacy")
    for cell in result.cells:
        was = usual.cell(cell.layer, cell.zone, cell.group)
        assert was is not None
        for key, value in cell.measures.items():
            before = was.measures.get(key)
            if key.startswith("people") and before and value.value is not None and before.value is not None:
                assert not 0 < abs(value.value - before.value) < PARAMETERS.smallest_count, (cell.zone, key)
    quarter = result.cell("quarter", "Q1")
    assert quarter is not None
    assert quarter.measures["people_beyond_15"].status is Status.SUPPRESSED
    assert quarter.measures["people_lost_15"].status is Status.SUPPRESSED
    assert quarter.measures["lost_15"].status is Status.SUPPRESSED


def test_crow_fly_times_are_an_estimate_that_is_said() -> None:
    town = with_hours(TOWN, OPEN, OPEN)
    result = diagnose(town, movements(town, estimate=True), asked(), calendar=CALENDAR).indicator(
        "open_pharmacy"
    )
    assert result.status is Status.ESTIMATE
    assert result.warnings[-1].startswith("Estimation")


def test_a_kind_that_asks_hours_says_when_and_the_others_do_not() -> None:
    sheet = asked().indicators[-1]
    with pytest.raises(ValueError, match="opening hours"):
        replace(sheet, when=None)
    with pytest.raises(ValueError, match="opening hours"):
        replace(sheet, kind=Kind.ACCESS)
    with pytest.raises(ValueError, match="from a day on"):
        replace(asked(), on=None)


Week = dict[int, tuple[int, int]]
"""Opening and closing hour by weekday, whole hours; a day without any is closed."""
WEEKS = st.dictionaries(
    st.integers(0, 6),
    st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda span: span[0] < span[1]),
)


def written(week: Week) -> str:
    """The week in OpenStreetMap notation; one that never opens says so."""
    spans = [f"{DAYS[day]} {start:02d}:00-{end:02d}:00" for day, (start, end) in sorted(week.items())]
    return "; ".join([*spans, "PH off"]) if spans else "off"


@given(
    weeks=st.lists(WEEKS, min_size=1, max_size=5), weekday=st.integers(0, 6), half_hours=st.integers(0, 47)
)
def test_times_are_those_of_the_places_that_a_hand_written_week_opens(
    weeks: list[Week], weekday: int, half_hours: int
) -> None:
    shops = [Shop(f"p{rank}", "pharmacy", 7.0 * rank) for rank in range(len(weeks))]
    town = with_hours(territory(HOMES, shops), *(written(week) for week in weeks))
    parameters = asked((weekday,), half_hours / 2)
    result = diagnose(town, movements(town), parameters, calendar=CALENDAR).indicator("open_pharmacy")
    hour = half_hours / 2
    standing = [
        shop.at
        for shop, week in zip(shops, weeks, strict=True)
        if weekday in week and week[weekday][0] <= hour < week[weekday][1]
    ]
    minutes = [min((abs(home.at - at) for at in standing), default=float("inf")) for home in HOMES]
    cell = result.cell()
    assert cell is not None
    for threshold in THRESHOLDS:
        expected = 100.0 * sum(m > threshold for m in minutes)
        assert cell.measures[f"people_beyond_{threshold:g}"].value == pytest.approx(expected)
    study = prepare(town, movements(town), parameters, calendar=CALENDAR)
    supply = supply_of(study, parameters.indicators[-1])
    assert len(supply.open) == len(standing)
    assert len(supply.unknown) == 0
    assert supply_words(supply).count("inconnue") == 0


def test_nothing_surely_open_says_how_many_places_are_unknown_and_ranks_by_what_is_sure() -> None:
    diagnosis, _ = told(with_hours(TOWN, SHUT, ""))
    (said,) = [f for f in diagnosis.findings if f.key == "open:open_pharmacy"]
    assert said.sentence.endswith(
        "aucune pharmacie n’est ouverte de façon sûre\u202f; 1\u00a0lieu a des horaires inconnus."
    )
    sure = told(with_hours(TOWN, SHUT, SHUT))[0]
    (sooner,) = [f for f in sure.findings if f.key == "open:open_pharmacy"]
    assert said.weight < sooner.weight
