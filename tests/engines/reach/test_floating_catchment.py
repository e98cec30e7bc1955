"""Potential access against its definition, a dense calculation and what is known of floating catchments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, Ticks, to_ticks
from hygie.engines.kernel.territory import OUTSIDE
from hygie.engines.reach.catchments import Catchments, StepDecay, catchments_of_links
from hygie.engines.reach.floating_catchment import (
    CatchmentParameters,
    Grounds,
    PotentialAccess,
    access_by_zone,
    crossing,
    opened,
    potential_access,
    resized,
)

Floats = NDArray[np.float64]

careful = settings(deadline=None, max_examples=60)
DECAY = StepDecay((10.0, 15.0, 20.0), (1.0, 0.3, 0.1))
GROUNDS = Grounds(way="à pied, à l’adresse", estimate=False, standardised=True)
CLOSE = 1e-9


@dataclass(frozen=True)
class Town:
    """Minutes between a few origins and places, infinite where there is no way."""

    minutes: Floats
    demand: Floats
    supply: Floats

    @property
    def ticks(self) -> Ticks:
        return to_ticks(self.minutes)

    def run(
        self, decay: StepDecay = DECAY, *, demand: Floats | None = None, supply: Floats | None = None
    ) -> PotentialAccess:
        demand = self.demand if demand is None else demand
        supply = self.supply if supply is None else supply
        return potential_access(dense(self.ticks, decay), decay, demand, supply, grounds=GROUNDS)


def dense(ticks: Ticks, decay: StepDecay = DECAY) -> Catchments:
    """Catchments of a full table of times, links given in a shuffled order."""
    origin, place = (part.ravel().astype(np.int32) for part in np.indices(ticks.shape))
    order = np.random.default_rng(0).permutation(ticks.size)
    shape = (ticks.shape[0], ticks.shape[1])
    return catchments_of_links(origin[order], place[order], ticks.ravel()[order], decay, shape=shape)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Times often exactly on a limit, some points without residents, some places without supply."""
    origins, places = draw(st.integers(0, 12)), draw(st.integers(0, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    minutes = rng.choice([0.0, 5.0, 10.0, 15.0, 20.0, 30.0, np.inf], (origins, places))
    minutes += np.where(rng.random(minutes.shape) < 0.5, rng.uniform(0.0, 6.0, minutes.shape), 0.0)
    demand = np.where(rng.random(origins) < 0.2, 0.0, rng.uniform(0.5, 900.0, origins))
    supply = np.where(rng.random(places) < 0.2, 0.0, rng.uniform(1.0, 30_000.0, places))
    return Town(minutes, demand, supply)


def by_definition(town: Town, decay: StepDecay = DECAY) -> Floats:
    """Both steps over the full table of weights, written as in the definition."""
    minutes = town.ticks / TICKS_PER_MINUTE
    weight = np.zeros(minutes.shape)
    for limit, step in reversed(list(zip(decay.limits, decay.weights, strict=True))):
        weight[minutes <= limit] = step
    need = weight.T @ town.demand
    ratio = np.divide(town.supply, need, out=np.zeros(len(need)), where=need > 0)
    result: Floats = weight @ ratio
    return result


def test_the_example_of_the_definition_gives_what_a_hand_computes() -> None:
    # Two villages and two surgeries: one at 10 and 12 min, the other at exactly 20 min from the second.
    town = Town(
        minutes=np.array([[10.0, 25.0], [12.0, 20.0]]),
        demand=np.array([1_000.0, 2_000.0]),
        supply=np.array([4_800.0, 600.0]),
    )
    # R1 = 4800 / (1000 + 0.3 × 2000) = 3; R2 = 600 / (0.1 × 2000) = 3
    run = town.run()
    assert run.ratio == pytest.approx([3.0, 3.0])
    assert run.access == pytest.approx([3.0, 0.3 * 3.0 + 0.1 * 3.0])


@careful
@given(town=towns())
def test_access_is_that_of_the_definition_over_a_dense_table(town: Town) -> None:
    np.testing.assert_allclose(town.run().access, by_definition(town), rtol=CLOSE, atol=1e-12)


@careful
@given(town=towns())
def test_what_residents_receive_is_what_reached_places_give(town: Town) -> None:
    run = town.run()
    given_out = town.supply[run.need > 0].sum()
    assert float(town.demand @ run.access) == pytest.approx(float(given_out), rel=CLOSE)


@careful
@given(town=towns(), factor=st.floats(0.1, 10.0))
def test_access_grows_as_the_supply(town: Town, factor: float) -> None:
    more = town.run(supply=town.supply * factor).access
    np.testing.assert_allclose(more, town.run().access * factor, rtol=CLOSE)


@careful
@given(town=towns(), factor=st.floats(0.1, 10.0))
def test_access_shrinks_as_the_demand(town: Town, factor: float) -> None:
    fewer = town.run(demand=town.demand * factor).access
    np.testing.assert_allclose(fewer, town.run().access / factor, rtol=CLOSE)


@careful
@given(town=towns(), factor=st.floats(0.05, 1.0))
def test_only_the_proportions_of_the_weights_count(town: Town, factor: float) -> None:
    scaled = StepDecay(DECAY.limits, tuple(w * factor for w in DECAY.weights))
    np.testing.assert_allclose(town.run(scaled).access, town.run().access, rtol=CLOSE)


@careful
@given(town=towns(), data=st.data())
def test_more_supply_never_lowers_anyone(town: Town, data: st.DataObject) -> None:
    extra = data.draw(st.lists(st.floats(0, 5_000), min_size=len(town.supply), max_size=len(town.supply)))
    richer = town.run(supply=town.supply + np.array(extra, np.float64)).access
    assert np.all(richer >= town.run().access)


@careful
@given(town=towns(), data=st.data())
def test_an_incremental_change_is_a_full_run_to_the_last_bit(town: Town, data: st.DataObject) -> None:
    size = len(town.supply)
    chosen = sorted(data.draw(st.sets(st.integers(0, size - 1)))) if size else []
    places = np.array(chosen, np.int64)
    new = np.array(data.draw(st.lists(st.floats(0, 1e5), min_size=len(chosen), max_size=len(chosen))))
    supply = town.supply.copy()
    supply[places] = new
    before = town.run()
    after, full = resized(before, places, new), town.run(supply=supply)
    np.testing.assert_array_equal(after.access, full.access)
    np.testing.assert_array_equal(after.ratio, full.ratio)
    np.testing.assert_array_equal(after.supply, supply)
    again = resized(after, places, town.supply[places])
    np.testing.assert_array_equal(again.access, before.access)


@careful
@given(town=towns(), data=st.data())
def test_opening_places_is_a_full_run_with_them(town: Town, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(town.supply)))
    before = Town(town.minutes[:, :kept], town.demand, town.supply[:kept]).run()
    after = opened(before, dense(town.ticks[:, kept:]), town.supply[kept:])
    np.testing.assert_allclose(after, town.run().access, rtol=CLOSE)


def test_a_closed_place_gives_nothing_and_leaves_exactly_nothing() -> None:
    town = Town(np.array([[3.0]]), np.array([70.0]), np.array([11.0]))
    after = resized(town.run(), np.array([0]), np.array([0.0]))
    assert after.access.tolist() == [0.0]


def test_a_supply_nobody_reaches_is_told_and_counts_for_no_one() -> None:
    nowhere = Town(np.array([[5.0, 21.0, np.inf]]), np.array([10.0]), np.array([20.0, 30.0, 40.0]))
    run = nowhere.run()
    assert run.unreached.tolist() == [1, 2]
    assert run.access == pytest.approx([2.0])
    assert any("2\u00a0offres ne sont à portée" in warning for warning in run.provenance.warnings)


def test_a_place_around_which_nobody_lives_is_not_reached() -> None:
    run = Town(np.array([[5.0]]), np.array([0.0]), np.array([20.0])).run()
    assert run.unreached.tolist() == [0]
    assert run.access.tolist() == [0.0]


def test_each_result_says_that_it_is_not_the_published_figure() -> None:
    first = Town(np.array([[5.0]]), np.array([1.0]), np.array([2.0])).run().provenance.warnings[0]
    assert "à pied, à l’adresse\u202f; ce n’est pas l’APL publiée par la DREES" in first


def test_an_estimate_and_unknown_ages_are_said() -> None:
    town = Town(np.array([[5.0]]), np.array([1.0]), np.array([2.0]))
    grounds = Grounds(way="à vol d’oiseau", estimate=True, standardised=False)
    run = potential_access(dense(town.ticks), DECAY, town.demand, town.supply, grounds=grounds)
    said = " ".join(run.provenance.warnings)
    assert "Estimation" in said
    assert "Les âges ne sont pas connus" in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"demand": np.array([np.nan, 1.0])},
        {"demand": np.array([-1.0, 1.0])},
        {"demand": np.array([1.0])},
        {"supply": np.array([np.inf, 1.0])},
        {"supply": np.array([-1.0, 1.0])},
        {"supply": np.array([1.0])},
    ],
)
def test_unknown_negative_or_missing_numbers_are_refused(wrong: dict[str, Floats]) -> None:
    town = Town(np.full((2, 2), 5.0), np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=r"there is one|known and zero or more"):
        town.run(demand=wrong.get("demand"), supply=wrong.get("supply"))


def test_catchments_of_another_number_of_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="another decay"):
        potential_access(
            dense(to_ticks([[5.0]])), StepDecay((20.0,), (1.0,)), np.ones(1), np.ones(1), grounds=GROUNDS
        )


def test_a_place_changes_once() -> None:
    run = Town(np.full((1, 2), 5.0), np.ones(1), np.ones(2)).run()
    with pytest.raises(ValueError, match="changes once"):
        resized(run, np.array([1, 1]), np.array([1.0, 2.0]))


def test_residents_who_pass_the_threshold_are_told_and_exactly_on_it_is_served() -> None:
    passed = crossing(np.array([2.5, 3.0, 2.0, 1.0]), np.array([2.4, 2.5, 2.5, 2.0]), 2.5)
    assert passed.falling.tolist() == [0]
    assert passed.rising.tolist() == [2]


def test_rounding_does_not_put_a_resident_under_the_threshold() -> None:
    # Ten times 0.25 is 2.5 less one bit in binary.
    assert crossing(np.array([3.0]), np.array([np.nextafter(2.5, 0)]), 2.5).falling.size == 0


def test_means_of_zones_are_weighted_by_residents() -> None:
    zones = access_by_zone(
        np.array([1.0, 3.0, 9.0, 4.0]),
        np.array([30.0, 10.0, 5.0, 0.0]),
        np.array([0, 0, OUTSIDE, 1], np.int32),
        zones=2,
        threshold=2.5,
    )
    assert zones.people.tolist() == [40.0, 0.0]
    assert zones.mean == pytest.approx([1.5, np.nan], nan_ok=True)
    assert zones.underserved.tolist() == [30.0, 0.0]


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        CatchmentParameters(DECAY, 0.0, 2.5, 65.0, {0: 1.0})


def test_unreachable_is_beyond_the_longest_limit() -> None:
    far = StepDecay((4_095.0,), (1.0,))
    links = dense(np.array([[UNREACHABLE, 0]], np.int32), far)
    assert links.links == 1
