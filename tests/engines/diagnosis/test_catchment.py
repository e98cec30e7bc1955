"""Potential access by zone and group against dense loops; what is given is what is received."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.care_towns import (
    CARE,
    CARE_PARAMETERS,
    Doctor,
    care_study,
    care_town,
    dense_access,
    needs_of,
)
from tests.engines.diagnosis.towns import Home, Shop, movements, with_people_unknown

from hygie.engines.diagnosis.catchment import care_of, catchment_result, say_catchment
from hygie.engines.diagnosis.publication import published_result
from hygie.engines.diagnosis.result import WHOLE, IndicatorResult
from hygie.engines.diagnosis.study import Study, prepare
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.territory import Territory

HOMES = [
    Home(0, (10, 60, 20, 10), quarter=0),
    Home(8, (0, 10, 40, 30), quarter=0),
    Home(14, (30, 50, 5, 0), quarter=1, qpv=0),
    Home(30, (5, 20, 10, 5), quarter=2),
    Home(60, (5, 20, 10, 5), quarter=2),
    Home(5, (20, 20, 20, 20), inside=False),
]
SHOPS = [Shop("a", "gp", 2), Shop("b", "gp", 18), Shop("c", "health_centre_general", 12), Shop("d", "msp", 1)]
CAPACITY = (3.0, float("nan"), 2.0, 9.0)
SUPPLY = {"a": 3.0, "b": 1.0, "c": 2.0}


def measure(result: IndicatorResult, key: str, zone: str | None = None, layer: str = WHOLE) -> float | None:
    cell = result.cell(layer, zone)
    assert cell is not None
    return cell.measures[key].value


def town() -> Territory:
    return care_town(HOMES, SHOPS, capacity=CAPACITY)


def computed(study: Study) -> IndicatorResult:
    return catchment_result(study, CARE, {})


def test_each_zone_has_the_mean_of_dense_loops() -> None:
    place = town()
    result = computed(care_study(place))
    dense = dense_access(place, SUPPLY) * 10_000
    people = place.demand.people
    inside = place.demand.inside
    assert result.status is Status.COMPUTED
    assert measure(result, "access_mean") == pytest.approx(np.average(dense[inside], weights=people[inside]))
    for zone in range(3):
        held = inside & (place.demand.zones["quarter"] == zone)
        want = np.average(dense[held], weights=people[held])
        assert measure(result, "access_mean", f"Q{zone + 1}", "quarter") == pytest.approx(want), zone


def test_each_group_weighs_its_own_residents() -> None:
    place = town()
    result = computed(care_study(place))
    dense, inside = dense_access(place, SUPPLY) * 10_000, place.demand.inside
    elderly = place.demand.by_age[:, 2:].sum(axis=1)
    cell = result.cell(group="65_plus")
    assert cell is not None
    assert cell.measures["access_mean"].value == pytest.approx(
        np.average(dense[inside], weights=elderly[inside])
    )
    cut = result.cell(group="75_plus")
    assert cut is not None
    assert cut.measures["people"].reason is Reason.NO_AGE


def test_residents_under_half_of_the_mean_are_counted() -> None:
    place = town()
    result = computed(care_study(place))
    dense, inside = dense_access(place, SUPPLY), place.demand.inside
    people = place.demand.people
    mean = np.average(dense[inside], weights=people[inside])
    low = people[inside & (dense < mean / 2)].sum()
    assert 0 < low < people[inside].sum()
    assert measure(result, "people_under_half") == pytest.approx(low)
    assert measure(result, "under_half") == pytest.approx(low / people[inside].sum())


def test_deciles_are_those_of_residents_one_by_one() -> None:
    place = town()
    result = computed(care_study(place))
    inside = place.demand.inside
    each = np.sort(np.repeat(dense_access(place, SUPPLY)[inside], place.demand.people[inside].astype(int)))
    for key, part in (("access_d1", 0.1), ("access_median", 0.5), ("access_d9", 0.9)):
        want = each[int(np.ceil(part * len(each))) - 1] * 10_000
        assert measure(result, key) == pytest.approx(want), key


def test_what_is_given_is_what_is_received() -> None:
    place = town()
    care = care_of(care_study(place), CARE)
    needs = needs_of(place)
    assert needs.sum() == pytest.approx(place.demand.people.sum(), rel=1e-12)
    assert care.access.demand == pytest.approx(needs, rel=1e-12)
    assert float(care.access.demand @ care.access.access) == pytest.approx(6.0, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), min_size=0, max_size=5),
    st.floats(0.25, 8),
)
def test_access_follows_loops_conserves_supply_and_scales_with_it(
    lived: list[tuple[int, int, int]], offered: list[tuple[int, int]], factor: float
) -> None:
    homes = [Home(at, (2.0, float(adults), float(old), 1.0)) for at, adults, old in lived]
    shops = [Shop(f"g{k}", "gp", at) for k, (at, _) in enumerate(offered)]
    capacity = [float(many) for _, many in offered]
    place = care_town(homes, shops, capacity=capacity)
    care = care_of(care_study(place), CARE)
    supply = {shop.id: many for shop, many in zip(shops, capacity, strict=True)}
    dense = dense_access(place, supply)
    assert care.access.access == pytest.approx(dense, rel=1e-9, abs=1e-15)
    reached = care.access.supply[care.access.need > 0].sum()
    assert float(care.access.demand @ care.access.access) == pytest.approx(reached, rel=1e-9, abs=1e-12)
    larger = care_town(homes, shops, capacity=[many * factor for many in capacity])
    grown = care_of(care_study(larger), CARE).access.access
    assert grown == pytest.approx(care.access.access * factor, rel=1e-9, abs=1e-15)


def test_residents_of_the_margin_share_and_are_not_counted() -> None:
    alone = care_town(HOMES[:5], SHOPS, capacity=CAPACITY)
    near, far = (measure(computed(care_study(place)), "access_mean") for place in (alone, town()))
    assert near is not None
    assert far is not None
    assert near > far
    assert measure(computed(care_study(town())), "people") == sum(sum(home.ages) for home in HOMES[:5])


def test_people_go_by_car_where_there_is_a_driving_graph() -> None:
    for modes, words in ((("walk",), "à pied"), (("walk", "car"), "en voiture")):
        result = computed(care_study(town(), modes=modes))
        assert words in result.warnings[0]
        assert "n’est pas l’APL publiée par la DREES" in result.warnings[0]


def test_the_reference_pyramid_is_said_and_unknown_ages_count_alike() -> None:
    told = " ".join(computed(care_study(town())).warnings)
    assert "la référence est la pyramide des âges du territoire" in told
    blind = town()
    demand = replace(blind.demand, by_age=np.zeros((len(HOMES), 0)), age_bands=())
    blind = replace(blind, demand=demand)
    result = computed(care_study(blind))
    assert "Les âges ne sont pas connus" in " ".join(result.warnings)
    dense = dense_access(blind, SUPPLY, blind.demand.people)
    inside = demand.inside
    want = np.average(dense[inside], weights=demand.people[inside]) * 10_000
    assert measure(result, "access_mean") == pytest.approx(want)


def test_places_of_unknown_capacity_are_told() -> None:
    result = computed(care_study(town()))
    assert any("1\u00a0lieu dont le nombre de médecins est inconnu" in text for text in result.warnings)


def test_acts_are_counted_when_the_activity_of_everybody_is_known() -> None:
    doctors = [Doctor("a", activity=8_000.0), Doctor("a", activity=3_000.0), Doctor("b", activity=2_000.0)]
    homes, shops = HOMES[:3], [Shop("a", "gp", 2), Shop("b", "gp", 18)]
    place = care_town(homes, shops, capacity=(2.0, 1.0), doctors=doctors)
    result = computed(care_study(place))
    assert result.unit == "consultations par an et par habitant"
    dense = dense_access(place, {"a": 9_000.0, "b": 2_000.0})
    assert measure(result, "access_mean") == pytest.approx(np.average(dense, weights=place.demand.people))
    assert measure(result, "people_underserved") == pytest.approx(place.demand.people[dense < 2.5].sum())
    partly = care_town(homes, shops, capacity=(3.0, 1.0), doctors=doctors)
    result = computed(care_study(partly))
    assert result.unit.startswith("médecins pour 10")
    assert any("L’activité n’est connue que pour 3" in text for text in result.warnings)


def test_without_source_people_or_streets_nothing_is_computed() -> None:
    place = town()
    assert computed(care_study(with_people_unknown(place))).reason is Reason.NO_PEOPLE
    bare = care_town(HOMES, [Shop("p", "pharmacy", 0)])
    assert computed(care_study(replace(bare, provided=frozenset({"pharmacy"})))).reason is Reason.NO_SOURCE
    assert computed(prepare(place, {}, CARE_PARAMETERS)).reason is Reason.NO_STREETS
    house = care_town(HOMES, [Shop("d", "msp", 1)], doctors=[Doctor("d", 50.0)])
    assert computed(care_study(replace(house, provided=frozenset()))).reason is None


def test_a_true_absence_is_an_access_of_zero() -> None:
    nobody = care_town(HOMES, [Shop("p", "pharmacy", 0)])
    result = computed(care_study(nobody))
    assert measure(result, "access_mean") == 0
    assert measure(result, "people_under_half") == 0


def test_times_that_follow_no_street_are_estimates() -> None:
    assert computed(care_study(town(), estimate=True)).status is Status.ESTIMATE


def test_small_counts_are_kept_back() -> None:
    homes = [Home(0, (0, 100, 0, 0)), Home(55, (0, 5, 0, 0), quarter=1), Home(20, (0, 50, 0, 0), quarter=2)]
    place = care_town(homes, [Shop("a", "gp", 0)])
    study = care_study(place)
    result = published_result(computed(study), study.residents.totals, 11)
    few = result.cell("quarter", "Q2")
    assert few is not None
    assert {m.status for m in few.measures.values()} == {Status.SUPPRESSED}
    whole = result.cell()
    assert whole is not None
    assert whole.measures["people_under_half"].value == 55
    told = " ".join(finding.sentence for finding in say_catchment(study, CARE, result))
    assert "ce n’est pas l’APL de la DREES" in told
    assert "35\u202f% des habitants en ont moins de" in told


def test_parameters_of_catchments_are_asked_for() -> None:
    with pytest.raises(ValueError, match="catchment"):
        replace(CARE_PARAMETERS, catchment=None)
    place = town()
    with pytest.raises(ValueError, match="cannot be computed"):
        care_of(prepare(place, movements(place, modes=()), CARE_PARAMETERS), CARE)
