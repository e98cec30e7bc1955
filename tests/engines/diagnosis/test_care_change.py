"""Closing, opening and retiring: a full run of the town as it becomes, and nothing small by subtraction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.care_towns import CARE_PARAMETERS, Doctor, care_study, care_town, dense_access
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, with_people_unknown

from hygie.engines.diagnosis.care_change import CareChange, change_care
from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.result import WHOLE, IndicatorResult
from hygie.engines.diagnosis.study import prepare
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import Measure, Status

HOMES = [Home(0), Home(8), Home(14, quarter=1, qpv=0), Home(36, quarter=2)]
SHOPS = [Shop("a", "gp", 2), Shop("b", "gp", 18), Shop("p", "pharmacy", 1)]
DOCTORS = [*(Doctor("a", age) for age in (61.0, 66.0, 40.0)), *(Doctor("b", age) for age in (70.0, 50.0))]
CAPACITY = (3.0, 2.0, float("nan"))
NOTHING = PlannedChange()


def cell(result: IndicatorResult, zone: str | None = None, layer: str = WHOLE) -> dict[str, Measure]:
    found = result.cell(layer, zone)
    assert found is not None
    return dict(found.measures)


def changed(change: PlannedChange, **asked: float) -> CareChange:
    town = care_town(HOMES, SHOPS, capacity=CAPACITY, doctors=DOCTORS)
    return change_care(care_study(town), change, **asked)


def mean_of(supply: dict[str, float], shops: list[Shop] | None = None) -> float:
    town = care_town(HOMES, shops or SHOPS)
    dense = dense_access(town, supply)
    return float(np.average(dense, weights=town.demand.people)) * 10_000


def test_nothing_asked_changes_nothing() -> None:
    found = changed(NOTHING)
    assert found.before == found.after
    values = {m.value for c in found.difference.cells for m in c.measures.values() if m.value is not None}
    assert values == {0.0}


def test_a_closure_is_a_full_run_without_the_place() -> None:
    found = changed(PlannedChange(close=("a",)))
    assert found.closed == ("a",)
    assert cell(found.before)["access_mean"].value == pytest.approx(mean_of({"a": 3.0, "b": 2.0}))
    assert cell(found.after)["access_mean"].value == pytest.approx(mean_of({"b": 2.0}))
    gap = mean_of({"b": 2.0}) - mean_of({"a": 3.0, "b": 2.0})
    assert cell(found.difference)["access_mean"].value == pytest.approx(gap)


def test_an_opening_brings_its_practitioners() -> None:
    found = changed(PlannedChange(open=(Opening("gp", 0.036, 0.5, 2.0),)))
    shops = [*SHOPS, Shop("new", "gp", 36)]
    assert cell(found.after)["access_mean"].value == pytest.approx(
        mean_of({"a": 3.0, "b": 2.0, "new": 2.0}, shops)
    )
    assert cell(found.after, "Q3", "quarter")["people_rising"].value == 100
    assert cell(found.before, "Q3", "quarter")["people_rising"].value == 0


def test_retirements_and_a_closure_add_up() -> None:
    found = changed(PlannedChange(close=("b",)), retiring=62.0)
    assert cell(found.after)["access_mean"].status is Status.SUPPRESSED  # three practitioners are left
    town = care_town(
        HOMES,
        SHOPS,
        capacity=(9.0, 2.0, float("nan")),
        doctors=[*DOCTORS, *(Doctor("a", 30.0) for _ in range(6))],
    )
    found = change_care(care_study(town), PlannedChange(close=("b",)), retiring=62.0)
    assert cell(found.after)["access_mean"].value == pytest.approx(mean_of({"a": 8.0}))


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from("ab")), st.integers(0, 40), st.integers(1, 9))
def test_closing_and_opening_the_same_gives_back_the_same(closed: set[str], at: int, many: int) -> None:
    shops = [Shop("a", "gp", at), Shop("b", "gp", 18)]
    town = care_town(HOMES, shops, capacity=(float(many), 2.0))
    back = tuple(
        Opening("gp", float(town.places.lon[k]), 0.5, float(town.places.capacity[k]))
        for k in range(2)
        if "ab"[k] in closed
    )
    found = change_care(care_study(town), PlannedChange(close=tuple(sorted(closed)), open=back))
    for first, second in zip(found.before.cells, found.after.cells, strict=True):
        for key in ("access_mean", "access_median", "access_d1", "access_d9"):
            if key in first.measures and first.measures[key].value is not None:
                assert second.measures[key].value == pytest.approx(first.measures[key].value, rel=1e-9)


def test_few_residents_who_pass_the_threshold_are_kept_back_after() -> None:
    homes = [Home(0, (0, 90, 0, 0)), Home(24, (0, 6, 0, 0)), Home(2, (0, 90, 0, 0))]
    town = care_town(homes, [Shop("a", "gp", 1), Shop("b", "gp", 24)], capacity=(4.0, 1.0))
    found = change_care(care_study(town), PlannedChange(close=("b",)))
    assert cell(found.before)["people_falling"].value == 0
    assert cell(found.after)["people_falling"].status is Status.SUPPRESSED
    assert cell(found.after)["people_under_half"].status is Status.SUPPRESSED
    assert cell(found.difference)["people_falling"].status is Status.SUPPRESSED


def test_few_who_rise_are_not_told_by_those_who_fall_and_the_change() -> None:
    homes = [Home(0, (0, 90, 0, 0)), Home(24, (0, 90, 0, 0)), Home(48, (0, 5, 0, 0)), Home(72, (0, 50, 0, 0))]
    town = care_town(homes, [Shop("a", "gp", 0), Shop("b", "gp", 24)], capacity=(1.0, 1.0))
    move = PlannedChange(close=("a",), open=(Opening("gp", float(town.demand.lon[2]), 0.5, 1.0),))
    found = change_care(care_study(town), move)
    assert cell(found.before)["people_under_half"].value == 55
    assert cell(found.difference)["people_under_half"].value == 85  # 90 who fall less 5 who rise
    for key in ("people_falling", "people_rising", "falling", "rising"):
        assert cell(found.after)[key].status is Status.SUPPRESSED
        assert cell(found.difference)[key].status is Status.SUPPRESSED


def test_few_who_stay_under_the_threshold_are_not_told_by_those_who_rise() -> None:
    homes = [Home(0, (0, 90, 0, 0)), Home(24, (0, 90, 0, 0)), Home(48, (0, 50, 0, 0)), Home(72, (0, 5, 0, 0))]
    town = care_town(homes, [Shop("a", "gp", 0), Shop("b", "gp", 24)], capacity=(1.0, 1.0))
    move = PlannedChange(close=("a",), open=(Opening("gp", float(town.demand.lon[2]), 0.5, 1.0),))
    found = change_care(care_study(town), move)
    assert cell(found.before)["people_under_half"].value == 55
    assert cell(found.after)["people_rising"].status is Status.SUPPRESSED


def test_a_practitioner_who_comes_gives_the_mean_of_those_here_when_acts_are_counted() -> None:
    doctors = [Doctor("a", activity=8_000.0), Doctor("b", activity=4_000.0)]
    town = care_town(HOMES, SHOPS, capacity=(1.0, 1.0, float("nan")), doctors=doctors)
    found = change_care(care_study(town), PlannedChange(open=(Opening("gp", 0.036, 0.5, 1.0),)))
    assert any("5\u202f000 actes par an" in text for text in found.provenance.warnings)
    dense = dense_access(care_town(HOMES, [*SHOPS, Shop("new", "gp", 36)]), {"a": 6e3, "b": 4e3, "new": 5e3})
    want = np.average(dense, weights=town.demand.people)
    assert cell(found.after)["access_mean"].value == pytest.approx(want)


def test_a_closure_of_something_else_is_said_to_change_nothing() -> None:
    found = changed(PlannedChange(close=("p",)))
    assert found.before == found.after
    assert any("rien ne change" in text for text in found.provenance.warnings)


def test_unknown_ages_are_told_with_the_change() -> None:
    town = care_town(HOMES, SHOPS, capacity=(9.0, 2.0, float("nan")), doctors=DOCTORS)
    found = change_care(care_study(town), NOTHING, retiring=60.0)
    assert any("6\u00a0médecins d’âge inconnu restent" in text for text in found.provenance.warnings)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (PlannedChange(close=("nowhere",)), "Aucun lieu ne porte"),
        (PlannedChange(open=(Opening("pharmacy", 0.0, 0.5),)), "ne compte pas dans cet accès"),
        (PlannedChange(open=(Opening("gp", 0.0, 1.5),)), "Aucune rue"),
        (PlannedChange(open=(Opening("wizard", 0.0, 0.5),)), "n’existe pas"),
    ],
)
def test_what_cannot_be_is_refused(change: PlannedChange, says: str) -> None:
    with pytest.raises(HygieError, match=says):
        changed(change)


def test_what_cannot_be_computed_says_why() -> None:
    town = care_town(HOMES, SHOPS)
    with pytest.raises(HygieError, match="nombre d’habitants inconnu"):
        change_care(care_study(with_people_unknown(town)), NOTHING)
    with pytest.raises(HygieError, match="L’âge d’aucun médecin"):
        change_care(care_study(town), NOTHING, retiring=60.0)
    with pytest.raises(HygieError, match="catalogue"):
        change_care(
            prepare(town, movements(town), replace(CARE_PARAMETERS, indicators=PARAMETERS.indicators)),
            NOTHING,
        )
