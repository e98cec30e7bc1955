"""What is lost if the oldest practitioners stop, and that the age of none of them is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.care_towns import RETIRING, Doctor, care_study, care_town, dense_access
from tests.engines.diagnosis.towns import Home, Shop, with_people_unknown

from hygie.engines.diagnosis.publication import published_result
from hygie.engines.diagnosis.result import WHOLE, IndicatorResult
from hygie.engines.diagnosis.retirement import retirement_result, say_retirement
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.engines.kernel.territory import Territory

HOMES = [Home(0), Home(8), Home(14, quarter=1, qpv=0), Home(36, quarter=2)]
SHOPS = [Shop("a", "gp", 2), Shop("b", "gp", 18), Shop("c", "gp", 30)]
OLD, YOUNG = (61.0, 66.0, 63.0), (40.0, 50.0, 35.0)
SIX = [Doctor("a", age) for age in (*OLD, *YOUNG)]
OTHERS = [*(Doctor("b", age) for age in (45.0,) * 7), *(Doctor("c", age) for age in (70.0, *(38.0,) * 9))]


def town(doctors: list[Doctor]) -> Territory:
    capacity = [float(sum(d.place == shop.id for d in doctors)) for shop in SHOPS]
    return care_town(HOMES, SHOPS, capacity=capacity, doctors=doctors)


def published(study: Study) -> IndicatorResult:
    return published_result(retirement_result(study, RETIRING, {}), study.residents.totals, 11)


def cell(result: IndicatorResult, zone: str | None = None, layer: str = WHOLE) -> dict[str, Measure]:
    found = result.cell(layer, zone)
    assert found is not None
    return dict(found.measures)


def test_the_share_lost_is_that_of_dense_loops() -> None:
    place = town([*SIX, *OTHERS])
    result = published(care_study(place))
    people = place.demand.people
    before = dense_access(place, {"a": 6.0, "b": 7.0, "c": 10.0})
    for age, left in ((60, (3.0, 7.0, 9.0)), (62, (4.0, 7.0, 9.0)), (65, (5.0, 7.0, 9.0))):
        after = dense_access(place, dict(zip("abc", left, strict=True)))
        want = people @ (before - after) / (people @ before)
        assert cell(result)[f"lost_{age}"].value == pytest.approx(want), age
        threshold = people @ before / people.sum() / 2
        falling = people[(before >= threshold) & (after < threshold)].sum()
        assert cell(result)[f"people_falling_{age}"].value == pytest.approx(falling)


def test_practitioners_are_counted_where_they_practise() -> None:
    result = published(care_study(town([*SIX, *OTHERS])))
    first = cell(result, "Q1", "quarter")
    assert [first[f"practitioners{key}"].value for key in ("", "_60", "_62", "_65")] == [6, 3, 2, 1]
    assert [cell(result)[f"practitioners{key}"].value for key in ("", "_60", "_62", "_65")] == [23, 4, 3, 2]
    assert cell(result, "QN1", "qpv")["practitioners"].value == 7


def test_a_zone_with_few_practitioners_says_no_age() -> None:
    few = [Doctor("a", age) for age in (61.0, 66.0, 40.0, 50.0)]
    result = published(care_study(town([*few, *OTHERS])))
    first = cell(result, "Q1", "quarter")
    assert first["practitioners"].value == 4
    assert first["practitioners_60"].status is Status.SUPPRESSED


def test_what_is_left_of_the_territory_does_not_tell_it_either() -> None:
    few = [Doctor("a", age) for age in (61.0, 66.0, 40.0, 50.0)]
    result = published(care_study(town([*few, *OTHERS])))
    assert cell(result)["practitioners_60"].value == 3
    for zone in ("Q1", "Q2", "Q3"):
        assert cell(result, zone, "quarter")["practitioners_60"].status is Status.SUPPRESSED, zone


def test_a_zone_where_all_are_concerned_says_nothing() -> None:
    old = [Doctor("a", 66.0)] * 6
    result = published(care_study(town([*old, *OTHERS])))
    assert cell(result, "Q1", "quarter")["practitioners_60"].status is Status.SUPPRESSED


def test_a_zone_that_reaches_few_practitioners_does_not_say_what_it_loses() -> None:
    homes = [Home(0), Home(200, quarter=2)]
    shops = [Shop("a", "gp", 2), Shop("c", "gp", 200)]
    doctors = [*(Doctor("a", age) for age in (40.0,) * 8), Doctor("c", 66.0)]
    result = published(care_study(care_town(homes, shops, capacity=(8.0, 1.0), doctors=doctors)))
    third = cell(result, "Q3", "quarter")
    assert third["access_mean"].value is not None
    hidden = [key for key in third if "lost" in key or "falling" in key]
    assert len(hidden) == 9
    assert {third[key].status for key in hidden} == {Status.SUPPRESSED}
    assert cell(result, "Q1", "quarter")["lost_60"].value == 0


def test_unknown_ages_stay_and_the_loss_is_said_to_be_a_minimum() -> None:
    known = retirement_result(care_study(town([*SIX, *OTHERS])), RETIRING, {})
    blind = [Doctor("a") if d.age == 66.0 else d for d in SIX]
    partly = retirement_result(care_study(town([*blind, *OTHERS])), RETIRING, {})
    lost = [cell(result)["lost_60"].value or 0.0 for result in (known, partly)]
    assert lost[0] > lost[1] > 0
    assert any("minimums" in text for text in partly.warnings)
    assert not any("minimums" in text for text in known.warnings)


def test_without_any_age_it_is_not_computed() -> None:
    for doctors in (None, [Doctor("a")]):
        place = care_town(HOMES, SHOPS, doctors=doctors)
        assert retirement_result(care_study(place), RETIRING, {}).reason is Reason.NO_AGE
    place = with_people_unknown(town([*SIX, *OTHERS]))
    assert retirement_result(care_study(place), RETIRING, {}).reason is Reason.NO_PEOPLE


def test_the_zone_where_half_are_close_to_retirement_is_said_with_its_counts() -> None:
    study = care_study(town([*SIX, *OTHERS]))
    findings = list(say_retirement(study, RETIRING, published(study)))
    assert "3 des 6 médecins généralistes ont 60 ans ou plus" in findings[0].sentence
    assert findings[0].zone == "Q1"
    assert findings[0].weight > findings[1].weight
    assert "4 des 23 médecins généralistes ont 60 ans ou plus" in findings[1].sentence


def test_nothing_is_said_of_ages_kept_back() -> None:
    few = [Doctor("a", age) for age in (61.0, 66.0, 40.0, 50.0)]
    study = care_study(town([*few, *OTHERS]))
    findings = list(say_retirement(study, RETIRING, published(study)))
    assert [finding.layer for finding in findings] == [WHOLE]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(30, 75))), min_size=1, max_size=30
    )
)
def test_no_count_tells_the_age_of_fewer_than_five(practising: list[tuple[str, int | None]]) -> None:
    doctors = [Doctor(place, float("nan") if age is None else float(age)) for place, age in practising]
    result = retirement_result(care_study(town(doctors)), RETIRING, {})
    if result.reason is not None:
        assert all(age is None for _, age in practising)
        return
    zone_of = {"a": "Q1", "b": "Q2", "c": "Q3"}
    for age in (60, 62, 65):
        shown: dict[str, float] = {}
        for place, zone in zone_of.items():
            told = cell(result, zone, "quarter")[f"practitioners_{age}"]
            known = [a for p, a in practising if p == place and a is not None]
            older = sum(a >= age for a in known)
            if told.value is not None:
                assert told.value == older
                assert len(known) >= 5 or not any(p == place for p, _ in practising)
                assert older < len(known) or older == 0
                shown[place] = told.value
        rest = [a for p, a in practising if p not in shown and a is not None]
        if shown and rest and any(shown.values()):
            assert len(rest) >= 5
    assert np.isfinite([m.value for m in cell(result).values() if m.value is not None]).all()
