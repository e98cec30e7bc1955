"""Supply is the capped activity of those who practise; the retirement scenario loses the oldest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hygie.engines.kernel.minutes import to_ticks
from hygie.engines.reach.catchments import StepDecay, catchments_of_links
from hygie.engines.reach.floating_catchment import Grounds, potential_access, resized
from hygie.engines.reach.practitioners import Practitioners, retirement, supply_of

CAP, LIMIT = 6_000.0, 65.0
FOUR = Practitioners(
    place=np.array([0, 0, 2, 2], np.int32),
    activity=np.array([8_000.0, 3_000.0, 6_000.0, 500.0]),
    age=np.array([70.0, 64.0, 65.0, np.nan]),
)


def test_supply_adds_activities_each_up_to_the_cap() -> None:
    assert supply_of(FOUR, 4, cap=CAP) == pytest.approx([9_000.0, 0.0, 6_500.0, 0.0])


def test_those_of_the_limit_or_more_leave_and_unknown_ages_stay() -> None:
    scenario = retirement(FOUR, 3, cap=CAP, age_limit=LIMIT)
    assert scenario.supply == pytest.approx([3_000.0, 0.0, 500.0])
    assert scenario.places.tolist() == [0, 2]
    assert (scenario.leaving, scenario.unknown, scenario.known) == (2, 1, 3)


def test_without_any_age_the_scenario_says_that_it_knows_none() -> None:
    unknown = Practitioners(FOUR.place, FOUR.activity, np.full(4, np.nan))
    scenario = retirement(unknown, 3, cap=CAP, age_limit=LIMIT)
    assert (scenario.known, scenario.leaving, scenario.places.size) == (0, 0, 0)
    np.testing.assert_array_equal(scenario.supply, supply_of(unknown, 3, cap=CAP))


def test_access_after_retirements_is_a_full_run_with_those_who_stay() -> None:
    decay = StepDecay((10.0, 20.0), (1.0, 0.3))
    ticks = to_ticks(np.array([[5.0, 5.0, 15.0], [30.0, 2.0, 9.0]]))
    origin, place = (part.ravel().astype(np.int32) for part in np.indices(ticks.shape))
    links = catchments_of_links(origin, place, ticks.ravel(), decay, shape=(2, 3))
    grounds = Grounds("à pied, à l’adresse", estimate=False, standardised=False)
    people = np.array([1_000.0, 3_000.0])
    before = potential_access(links, decay, people, supply_of(FOUR, 3, cap=CAP), grounds=grounds)
    scenario = retirement(FOUR, 3, cap=CAP, age_limit=LIMIT)
    after = resized(before, scenario.places.astype(np.int64), scenario.supply[scenario.places])
    full = potential_access(links, decay, people, scenario.supply, grounds=grounds)
    np.testing.assert_array_equal(after.access, full.access)
    assert np.all(after.access < before.access)


@pytest.mark.parametrize(
    "wrong",
    [
        {"activity": np.array([1.0, 1.0, 1.0, np.nan])},
        {"activity": np.array([1.0, 1.0, 1.0, -1.0])},
        {"activity": np.ones(3)},
        {"age": np.array([50.0, 50.0, 50.0, -1.0])},
        {"age": np.array([50.0, 50.0, 50.0, np.inf])},
    ],
)
def test_practitioners_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"place": FOUR.place, "activity": FOUR.activity, "age": FOUR.age}
    with pytest.raises(ValueError, match=r"practitioner|activities|ages"):
        Practitioners(**{**right, **wrong})


@pytest.mark.parametrize(("places", "cap"), [(2, CAP), (3, 0.0)])
def test_a_place_that_does_not_exist_or_no_cap_is_refused(places: int, cap: float) -> None:
    with pytest.raises(ValueError, match=r"places go|cap"):
        supply_of(FOUR, places, cap=cap)
