"""Residents by level: sums, intervals, and what may be shown."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.engines.diagnosis.towns import Home, territory

from hygie.engines.diagnosis.groups import age_groups
from hygie.engines.diagnosis.residents import residents_of
from hygie.engines.exposure.counting import ExposureCell, exposed
from hygie.engines.kernel.measures import Status
from hygie.reports.json_exposure import shown_measures


@dataclass(frozen=True)
class Cover:
    layer: str
    index: NDArray[np.int32]
    zones: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class People:
    weights: Mapping[str, NDArray[np.float64]]
    imputed: NDArray[np.bool_]
    covers: tuple[Cover, ...]


def people(weights: list[float], imputed: list[bool], zone: list[int]) -> People:
    whole = Cover("all", np.zeros(len(weights), np.int32), (("1", "Ville"),))
    zones = Cover("quarter", np.array(zone, np.int32), (("a", "A"), ("b", "B")))
    return People({"all": np.array(weights)}, np.array(imputed), (whole, zones))


def test_sums_by_zone_by_hand() -> None:
    who = people([10, 20, 30, 40], [False] * 4, [0, 0, 1, -1])
    whole, a, b = exposed(np.array([2, 0, -1, 1]), 2, who)
    assert whole.counts.tolist() == [20, 40, 10]
    assert (whole.unknown, whole.total) == (30, 100)
    assert whole.at_least.tolist() == [70, 50, 10]
    assert a.counts.tolist() == [20, 0, 10]
    assert (b.counts.tolist(), b.unknown, b.total) == ([0, 0, 0], 30, 30)
    assert whole.low is None


def test_spread_residents_leave_an_interval_by_hand() -> None:
    who = people([10, 20, 30, 40], [False, True, False, True], [0, 0, 1, 1])
    whole, a, _ = exposed(np.array([2, 2, 1, 0]), 2, who)
    assert whole.at_least.tolist() == [100, 60, 30]
    assert whole.low is not None
    assert whole.high is not None
    assert whole.low.tolist() == [40, 40, 10]
    assert whole.high.tolist() == [100, 100, 70]
    assert a.low is not None
    assert a.high is not None
    assert (a.low[2], a.high[2]) == (10, 30)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_levels_add_up_and_the_interval_holds_the_value(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 20))
    levels = data.draw(st.integers(1, 4))
    level = np.array(data.draw(st.lists(st.integers(-1, levels), min_size=n, max_size=n)))
    weights = data.draw(st.lists(st.floats(0, 100, allow_nan=False), min_size=n, max_size=n))
    imputed = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    zone = data.draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n))
    for cell in exposed(level, levels, people(weights, imputed, zone)):
        assert cell.counts.sum() + cell.unknown == pytest.approx(cell.total)
        if cell.low is not None:
            assert cell.high is not None
            assert (cell.low <= cell.at_least + 1e-9).all()
            assert (cell.at_least <= cell.high + 1e-9).all()
            assert (cell.high <= cell.total + 1e-9).all()


def test_residents_of_the_diagnosis_are_counted_as_they_are() -> None:
    homes = [Home(0, quarter=0), Home(3, quarter=1, qpv=0), Home(9, inside=False), Home(4, people=50.0)]
    who = residents_of(territory(homes, []), age_groups(65))
    cells = exposed(np.array([1, 0, 1]), 1, who)
    whole = next(one for one in cells if (one.layer, one.group) == ("all", "all"))
    assert whole.counts.tolist() == [100.0, 150.0]
    assert {"65_plus", "under_18", "all"} <= {one.group for one in cells}
    assert {"in_qpv", "out_qpv"} <= {one.zone for one in cells}


def cell(counts: list[float], unknown: float = 0.0) -> ExposureCell:
    return ExposureCell("all", "1", "V", "all", sum(counts) + unknown, np.array(counts), unknown)


def shown(one: ExposureCell, zone: float | None = None) -> dict[str, float | None]:
    found = shown_measures(one, zone_people=zone or one.total, smallest=11, status=Status.COMPUTED)
    return {key: measure.value for key, measure in found.items()}


def test_a_small_level_takes_its_neighbour_with_it() -> None:
    told = shown(cell([500, 300, 4]))
    assert told["people_level_2"] is None
    assert told["level_2"] is None
    assert told["people_level_1"] is None  # else 804 less 500 less 300 would tell it
    assert told["people_from_1"] == 304
    assert told["people_level_0"] == 500


def test_a_small_rest_and_a_small_zone_are_kept_back() -> None:
    assert shown(cell([5, 300, 200]))["people_level_0"] is None
    assert shown(cell([500, 300], unknown=3))["people_unknown"] is None
    assert set(shown(cell([2, 5])).values()) == {None}
    assert set(shown(cell([50, 50]), zone=104.0).values()) == {None}
    zero = shown(cell([0, 100]))
    assert (zero["people_level_0"], zero["people_level_1"], zero["level_1"]) == (0, 100, 1)


@settings(max_examples=200, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40) | st.just(0), min_size=2, max_size=6),
    unknown=st.integers(0, 40) | st.just(0),
)
def test_no_count_nor_difference_of_two_is_small(counts: list[int], unknown: int) -> None:
    told = shown(cell([float(one) for one in counts], float(unknown)))
    values = [value for key, value in told.items() if key.startswith("people") and value is not None]
    for value in values:
        assert value == 0 or value >= 11
    running = [told[f"people_from_{k}"] for k in range(1, len(counts))] + [told["people"], 0.0]
    known = [value for value in running if value is not None]
    for first, second in itertools.combinations(known, 2):
        assert abs(first - second) == 0 or abs(first - second) >= 11
