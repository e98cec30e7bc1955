from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import (
    PARAMETERS,
    Home,
    Shop,
    movements,
    territory,
    with_people_unknown,
)

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.groups import DWELLINGS
from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.territory import AgeBand, Territory

TOWN = territory(
    [
        Home(0, quarter=0),  # 100 people, at the pharmacy
        Home(15, quarter=0),  # 100 people, exactly 15 minutes
        Home(16, quarter=1, qpv=0),  # 100 people, 16 minutes
        Home(30, (20.0, 100.0, 50.0, 30.0), quarter=2),  # 200 people, 30 minutes
        Home(500, quarter=2, inside=False),  # margin: never counted
    ],
    [Shop("ph", "pharmacy", 0)],
)


def run(town: Territory, *, estimate: bool = False) -> Diagnosis:
    return diagnose(town, movements(town, estimate=estimate), PARAMETERS)


def value(result: Diagnosis, indicator: str, measure: str, **where: str) -> float:
    cell = result.indicator(indicator).cell(**where)
    assert cell is not None
    shown = cell.measures[measure]
    assert shown.value is not None, shown
    return shown.value


def test_every_number_of_a_town_on_a_line_is_the_one_computed_by_hand() -> None:
    result = run(TOWN)
    assert value(result, "access_pharmacy", "people") == 500
    assert value(result, "access_pharmacy", "median") == 16
    assert value(result, "access_pharmacy", "p90") == 30
    assert value(result, "access_pharmacy", "mean") == pytest.approx((0 + 1500 + 1600 + 6000) / 500)
    assert value(result, "access_pharmacy", "beyond_5") == pytest.approx(0.8)
    assert value(result, "access_pharmacy", "beyond_15") == pytest.approx(0.6)
    assert value(result, "access_pharmacy", "people_beyond_20") == 200
    assert value(result, "access_pharmacy", "unreached") == 0


def test_exactly_fifteen_minutes_is_within_fifteen() -> None:
    result = run(TOWN)
    assert value(result, "access_pharmacy", "beyond_15", layer="quarter", zone="Q1") == 0
    assert value(result, "access_pharmacy", "beyond_15", layer="quarter", zone="Q2") == 1


def test_the_margin_is_never_counted() -> None:
    result = run(TOWN)
    assert value(result, "people_age", "people") == 500
    assert value(result, "people_age", "people", layer="quarter", zone="Q3") == 200


def test_people_are_counted_by_zone_and_by_age() -> None:
    result = run(TOWN)
    assert value(result, "people_age", "people", group="65_plus") == 170
    assert value(result, "people_age", "people", group="age_65_79") == 110
    assert value(result, "people_age", "share", group="under_18", layer="quarter", zone="Q3") == 0.1
    assert value(result, "people_age", "people", layer="qpv", zone="in_qpv") == 100
    assert value(result, "people_age", "people", layer="qpv", zone="out_qpv") == 400


def test_the_elderly_far_from_a_pharmacy_are_those_of_the_pharmacy_indicator() -> None:
    result = run(TOWN)
    assert value(result, "elderly_pharmacy", "people", group="65_plus") == 170
    assert value(result, "elderly_pharmacy", "people_beyond_15", group="65_plus") == 110
    assert {cell.group for cell in result.indicator("elderly_pharmacy").cells} == {"65_plus"}


def test_the_gap_is_the_priority_quarter_less_the_rest() -> None:
    result = run(TOWN)
    assert value(result, "qpv_gap", "access_pharmacy") == pytest.approx(1 - 200 / 400)
    cell = result.indicator("qpv_gap").cell()
    assert cell is not None
    assert cell.measures["access_health_centre"].reason is Reason.NO_SOURCE


def test_a_category_without_source_is_not_computed_and_never_zero() -> None:
    centre = run(TOWN).indicator("access_health_centre")
    assert (centre.status, centre.reason, centre.cells) == (Status.NOT_COMPUTED, Reason.NO_SOURCE, ())


def test_one_category_of_two_without_source_leaves_the_indicator_out() -> None:
    town = territory([Home(0)], [Shop("msp", "msp", 0)], provided=("msp",))
    assert run(town).indicator("access_health_centre").reason is Reason.NO_SOURCE


def test_a_provided_category_without_any_place_is_zero_percent_within() -> None:
    result = run(TOWN)
    assert value(result, "access_gp", "beyond_20") == 1
    assert value(result, "access_gp", "unreached") == 1
    cell = result.indicator("access_gp").cell()
    assert cell is not None
    assert cell.measures["median"].reason is Reason.NOBODY_REACHES


def test_emergencies_wait_for_a_driving_graph() -> None:
    town = territory([Home(0)], [Shop("em", "emergency", 3)])
    assert run(town).indicator("access_emergency").reason is Reason.NO_DRIVING_GRAPH
    driven = diagnose(town, movements(town, modes=("walk", "car")), PARAMETERS)
    assert value(driven, "access_emergency", "median") == 3


def test_without_walking_streets_nothing_is_walked() -> None:
    result = diagnose(TOWN, {}, PARAMETERS)
    assert result.indicator("access_pharmacy").reason is Reason.NO_STREETS
    assert result.closures == ()


def test_estimates_say_so_in_every_measure() -> None:
    pharmacy = run(TOWN, estimate=True).indicator("access_pharmacy")
    shown = [m.status for cell in pharmacy.cells for m in cell.measures.values() if m.value is not None]
    assert pharmacy.status is Status.ESTIMATE
    assert pharmacy.warnings
    assert set(shown) == {Status.ESTIMATE}


def test_people_on_an_island_have_no_way_and_are_beyond_every_threshold() -> None:
    town = territory([Home(0), Home(0, island=True)], [Shop("ph", "pharmacy", 4)])
    result = run(town)
    assert value(result, "access_pharmacy", "unreached") == 0.5
    assert value(result, "access_pharmacy", "beyond_20") == 0.5
    assert value(result, "access_pharmacy", "mean") == 4
    assert value(result, "access_pharmacy", "median") == 4
    cell = result.indicator("access_pharmacy").cell()
    assert cell is not None
    assert cell.measures["p90"].reason is Reason.NOBODY_REACHES


def test_a_group_whose_limit_cuts_a_band_is_not_computed_and_the_warning_says_why() -> None:
    result = run(TOWN)
    cell = result.indicator("access_pharmacy").cell(group="75_plus")
    assert cell is not None
    assert cell.measures["people"].reason is Reason.NO_AGE
    assert any("75 ans et plus" in warning for warning in result.provenance.warnings)


def test_without_ages_the_elderly_are_not_computed() -> None:
    town = territory([Home(0)], [Shop("ph", "pharmacy", 0)], bands=())
    result = run(town)
    assert result.indicator("elderly_pharmacy").reason is Reason.NO_AGE
    assert value(result, "access_pharmacy", "people") == 100


def test_spread_residents_give_an_interval_that_holds_the_share() -> None:
    homes = [Home(0), Home(20), Home(20, imputed=True), Home(0, imputed=True)]
    cell = run(territory(homes, [Shop("ph", "pharmacy", 0)])).indicator("access_pharmacy").cell()
    assert cell is not None
    share = cell.measures["beyond_15"]
    assert (share.low, share.value, share.high) == (0.25, 0.5, 0.75)
    count = cell.measures["people_beyond_15"]
    assert (count.low, count.value, count.high) == (100, 200, 300)


def test_without_known_residents_times_are_those_of_dwellings_and_nobody_is_counted() -> None:
    result = run(with_people_unknown(TOWN))
    pharmacy = result.indicator("access_pharmacy")
    dwellings, residents = pharmacy.cell(group=DWELLINGS), pharmacy.cell()
    assert dwellings is not None
    assert residents is not None
    assert pharmacy.status is Status.ESTIMATE
    assert dwellings.measures["points"].value == 4
    assert dwellings.measures["beyond_15"].value == 0.5
    assert not any(key.startswith("people") for key in dwellings.measures)
    assert {measure.reason for measure in residents.measures.values()} == {Reason.NO_PEOPLE}
    assert result.indicator("people_age").reason is Reason.NO_PEOPLE
    assert result.indicator("costliest_closures").reason is Reason.NO_PEOPLE


def test_points_of_unknown_residents_are_left_out_with_a_warning() -> None:
    town = territory([Home(0), Home(9, people=float("nan"))], [Shop("ph", "pharmacy", 0)])
    result = run(town)
    assert value(result, "access_pharmacy", "people") == 100
    assert any(warning.startswith("1\u00a0point dont") for warning in result.provenance.warnings)


def test_a_territory_without_residents_has_zero_people_and_no_share() -> None:
    town = territory([Home(0, inside=False)], [Shop("ph", "pharmacy", 0)])
    cell = run(town).indicator("access_pharmacy").cell()
    assert cell is not None
    assert cell.measures["people"].value == 0
    assert cell.measures["beyond_15"].reason is Reason.NO_PEOPLE


def test_without_priority_quarter_the_gap_is_not_computed() -> None:
    bare = replace(TOWN, layers={"quarter": TOWN.layers["quarter"]})
    assert run(bare).indicator("qpv_gap").reason is Reason.NO_ZONE


def test_minutes_for_maps_cover_every_point_of_the_demand() -> None:
    assert run(TOWN).minutes["access_pharmacy"].tolist() == [0, 15, 16, 30, 500]


def test_indicators_come_in_the_order_of_the_catalogue() -> None:
    expected = [sheet.key for sheet in PARAMETERS.indicators]
    assert [result.key for result in run(TOWN).indicators] == expected


def test_movements_located_for_another_territory_are_refused() -> None:
    with pytest.raises(ValueError, match="another territory"):
        diagnose(TOWN, movements(territory([Home(0)], [])), PARAMETERS)


homes = st.lists(
    st.builds(
        Home,
        at=st.integers(0, 40),
        ages=st.tuples(*[st.integers(0, 40)] * 4),
        quarter=st.integers(0, 2),
        qpv=st.integers(-1, 0),
        imputed=st.booleans(),
        island=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
spots = st.lists(st.integers(0, 40), max_size=4)


def shares(result: Diagnosis) -> dict[tuple[str, ...], float]:
    return {
        (cell.layer, cell.zone, cell.group, key): measure.value
        for cell in result.indicator("access_pharmacy").cells
        for key, measure in cell.measures.items()
        if measure.value is not None
    }


@given(homes=homes, spots=spots, added=st.integers(0, 40))
@settings(deadline=None, max_examples=60)
def test_one_more_place_never_raises_a_share_beyond(homes: list[Home], spots: list[int], added: int) -> None:
    shops = [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)]
    before = shares(run(territory(homes, shops)))
    after = shares(run(territory(homes, [*shops, Shop("new", "pharmacy", added)])))
    for key in before.keys() & after.keys():
        if "beyond" in key[3]:
            assert after[key] <= before[key] + 1e-12


@given(homes=homes, spots=spots, seed=st.integers(0, 100))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_demand_changes_nothing(homes: list[Home], spots: list[int], seed: int) -> None:
    shops = [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)]
    shuffled = [homes[i] for i in np.random.default_rng(seed).permutation(len(homes))]
    assert shares(run(territory(homes, shops))) == pytest.approx(shares(run(territory(shuffled, shops))))


@given(homes=homes, spots=spots)
@settings(deadline=None, max_examples=60)
def test_published_numbers_are_those_of_a_count_one_resident_at_a_time(
    homes: list[Home], spots: list[int]
) -> None:
    shops = [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)]
    found = shares(run(territory(homes, shops)))
    for code, quarter in (("00001", None), ("Q1", 0), ("Q2", 1), ("Q3", 2)):
        layer = "all" if quarter is None else "quarter"
        times = sorted(
            float("inf") if home.island or not spots else float(min(abs(home.at - at) for at in spots))
            for home in homes
            if quarter in (None, home.quarter)
            for _ in range(int(sum(home.ages)))
        )
        expected = {"people": float(len(times))}
        if times:
            expected["median"] = times[-(-len(times) // 2) - 1]
            expected["people_beyond_15"] = float(sum(time > 15 for time in times))
            expected["beyond_15"] = expected["people_beyond_15"] / len(times)
        for key, number in expected.items():
            if (layer, code, "all", key) in found:
                assert found[layer, code, "all", key] == pytest.approx(number)


def test_bands_may_be_open_from_any_age() -> None:
    town = territory(
        [Home(0, (30.0, 40.0))], [Shop("ph", "pharmacy", 0)], bands=(AgeBand(0, 64), AgeBand(65, None))
    )
    result = run(town)
    assert value(result, "elderly_pharmacy", "people", group="65_plus") == 40
