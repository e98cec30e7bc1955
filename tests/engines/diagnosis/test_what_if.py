from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory

from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.result import Cell, IndicatorResult
from hygie.engines.diagnosis.what_if import WhatIf, what_if
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory

TOWN = territory(
    [Home(0), Home(16, quarter=1, qpv=0), Home(30, (20.0, 100.0, 50.0, 30.0), quarter=2)],
    [
        Shop("ph:a", "pharmacy", 0, site="a"),
        Shop("gp:a", "gp", 0, site="a"),
        Shop("ph:b", "pharmacy", 30),
        Shop("nurse:c", "nurse", 10),
    ],
)


def run(close: tuple[str, ...] = (), opening: tuple[Opening, ...] = (), town: Territory = TOWN) -> WhatIf:
    return what_if(town, movements(town), PARAMETERS, PlannedChange(close, opening))


def found(results: tuple[IndicatorResult, ...], key: str) -> IndicatorResult:
    return next(result for result in results if result.key == key)


def number(results: tuple[IndicatorResult, ...], key: str, measure: str, **where: str) -> float:
    cell = found(results, key).cell(**where)
    assert cell is not None
    value = cell.measures[measure].value
    assert value is not None
    return value


def cells(results: tuple[IndicatorResult, ...]) -> list[Cell]:
    return [cell for result in results for cell in result.cells]


def test_closing_a_pharmacy_moves_its_residents_to_the_next_one() -> None:
    result = run(close=("ph:b",))
    assert number(result.before, "access_pharmacy", "mean") == pytest.approx((100 * 14) / 400)
    assert number(result.after, "access_pharmacy", "mean") == pytest.approx((100 * 16 + 200 * 30) / 400)
    assert number(result.difference, "access_pharmacy", "people_beyond_15") == 300
    assert number(result.after, "access_pharmacy", "people_losing_5") == 200
    assert number(result.difference, "access_pharmacy", "people_losing_5", group="65_plus") == 80
    assert result.closed == ("ph:b",)


def test_every_indicator_is_there_and_those_that_do_not_count_the_category_do_not_change() -> None:
    result = run(close=("ph:b",))
    assert result.touched == {"access_pharmacy"}
    gp = found(result.difference, "access_gp")
    values = [m.value for cell in gp.cells for m in cell.measures.values() if m.value is not None]
    assert values
    assert not any(values)


def test_the_gap_of_priority_quarters_follows() -> None:
    result = run(close=("ph:b",))
    assert number(result.difference, "qpv_gap", "access_pharmacy") == pytest.approx(1 - 200 / 300)


def test_closing_a_site_closes_all_its_services() -> None:
    result = run(close=("site:a",))
    assert set(result.closed) == {"ph:a", "gp:a"}
    assert number(result.after, "access_gp", "unreached") == 1


def test_closing_the_last_place_leaves_everybody_without_and_no_median() -> None:
    result = run(close=("gp:a",))
    cell = found(result.difference, "access_gp").cell()
    assert cell is not None
    assert cell.measures["median"].status is Status.NOT_COMPUTED
    assert cell.measures["unreached"].value == 1


def test_opening_a_place_shortens_the_ways() -> None:
    result = run(opening=(Opening("pharmacy", 0.016, 0.5),))
    assert number(result.difference, "access_pharmacy", "people_gaining_5") == 100
    assert number(result.difference, "access_pharmacy", "people_beyond_10") == -100


def test_closing_then_opening_at_the_same_point_changes_nothing_at_all() -> None:
    same = Opening("pharmacy", float(TOWN.places.lon[2]), float(TOWN.places.lat[2]))
    result = run(close=("ph:b",), opening=(same,))
    values = [m.value for cell in cells(result.difference) for m in cell.measures.values()]
    assert {value for value in values if value is not None} == {0.0}
    assert np.array_equal(result.minutes_before["access_pharmacy"], result.minutes_after["access_pharmacy"])


def test_without_any_change_every_indicator_of_access_is_there_and_still() -> None:
    result = run()
    assert {"access_pharmacy", "access_gp", "access_emergency"} <= {r.key for r in result.before}
    values = {m.value for cell in cells(result.difference) for m in cell.measures.values()}
    assert values == {0.0, None}


def test_a_category_that_no_indicator_counts_changes_nothing_and_says_so() -> None:
    result = run(close=("nurse:c",))
    assert not result.touched
    assert result.before == result.after
    assert "Aucun indicateur" in result.provenance.warnings[-1]


def test_an_indicator_without_source_stays_not_computed_when_a_place_opens() -> None:
    result = run(opening=(Opening("msp", 0.0, 0.5),))
    assert found(result.after, "access_health_centre").status is Status.NOT_COMPUTED


@pytest.mark.parametrize(
    ("close", "opening", "said"),
    [
        (("ph:x",), (), "«\u00a0ph:a\u00a0»"),
        (("site:aa",), (), "site:a"),
        (("zzzzzz",), (), "hygie territory places"),
        ((), (Opening("farmacy", 0.0, 0.5),), "pharmacy"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    close: tuple[str, ...], opening: tuple[Opening, ...], said: str
) -> None:
    with pytest.raises(HygieError) as refusal:
        run(close=close, opening=opening)
    assert said in str(refusal.value)
    assert refusal.value.fix


@pytest.mark.parametrize("opening", [Opening("pharmacy", 3.0, 0.5), Opening("pharmacy", 0.01, 40.0)])
def test_without_streets_a_point_outside_residents_and_places_is_refused(opening: Opening) -> None:
    with pytest.raises(HygieError, match="hors du territoire"):
        what_if(TOWN, movements(TOWN, estimate=True), PARAMETERS, PlannedChange((), (opening,)))


def test_a_point_far_from_any_street_is_refused() -> None:
    places = replace(TOWN.places, lat=np.array([0.5, 0.5, 0.5, 2.0]))
    town = replace(TOWN, places=places)
    with pytest.raises(HygieError, match="Aucune rue"):
        run(opening=(Opening("pharmacy", 0.01, 1.5),), town=town)


@pytest.mark.parametrize(
    ("lon", "lat", "capacity"), [(200, 0, 1), (0, 95, 1), (0, 0, 0), (0, 0, float("nan"))]
)
def test_an_impossible_opening_is_refused(lon: float, lat: float, capacity: float) -> None:
    with pytest.raises(HygieError):
        Opening("pharmacy", lon, lat, capacity)


homes = st.lists(
    st.builds(
        Home,
        at=st.integers(0, 40),
        ages=st.tuples(*[st.sampled_from([0.0, 3.0, 7.5, 12.0, 60.0])] * 4),
        quarter=st.integers(0, 2),
        qpv=st.integers(-1, 0),
        island=st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


@given(homes=homes, spots=st.lists(st.integers(0, 40), min_size=1, max_size=5), added=st.integers(0, 40))
@settings(deadline=None, max_examples=100)
def test_a_change_is_after_minus_before_and_shows_no_small_number(
    homes: list[Home], spots: list[int], added: int
) -> None:
    shops = [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)]
    town = territory([*homes, Home(0, inside=False), Home(40, inside=False)], shops)
    result = run(("ph0",), (Opening("pharmacy", added / 1000, 0.5),), town)
    opened = [Shop("new", "pharmacy", added)]
    full = territory([*homes, Home(0, inside=False), Home(40, inside=False)], [*shops[1:], *opened])
    again = diagnose(full, movements(full), PARAMETERS)
    trees = zip(cells(result.before), cells(result.after), cells(result.difference), strict=True)
    for before, after, change in trees:
        assert before.measures.keys() == after.measures.keys() == change.measures.keys()
        for key, moved in change.measures.items():
            first, second = before.measures[key].value, after.measures[key].value
            if moved.value is None:
                assert first is None or second is None
                continue
            assert first is not None
            assert second is not None
            assert moved.value == pytest.approx(second - first)
            if key.startswith("people"):
                assert not 1e-4 < abs(moved.value) < 11 - 1e-4
    recomputed = again.indicator("access_pharmacy")
    for after in found(result.after, "access_pharmacy").cells:
        cell = recomputed.cell(after.layer, after.zone, after.group)
        assert cell is not None
        for key, measure in cell.measures.items():
            shown = after.measures[key]
            if shown.status is not Status.SUPPRESSED:
                assert shown.value == pytest.approx(measure.value)
