"""How Clairval grows: cuts keep the ground whole, shares keep the total, supply keeps its order."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.territories.clairval.ground import bent
from hygie.territories.clairval.quarters import QUARTERS, VILLAGES, ZONES, Zone
from hygie.territories.clairval.residents import AGE_BANDS, SHARES, apportion, zone_people
from hygie.territories.clairval.siting import POSITION, zones_of_supply
from hygie.territories.clairval.splitting import Cuts, cut_blocks
from hygie.territories.clairval.supply import PLANTED_FROM, SUPPLIES

L_SHAPE = np.array([(0, 0), (500, 0), (500, 180), (200, 180), (200, 400), (0, 400)], np.float64)
SQUARE = np.array([(0, 0), (400, 0), (400, 400), (0, 400)], np.float64)


def blocks_of(ring: np.ndarray, cuts: Cuts) -> np.ndarray:
    lines = [shapely.LinearRing(ring), *(shapely.LineString([e[:2], e[2:]]) for e in cuts.ends)]
    return np.array(
        shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines, grid_size=0.01))))
    )


@pytest.mark.parametrize("ring", [L_SHAPE, SQUARE], ids=["L", "square"])
@pytest.mark.parametrize("zone", QUARTERS[:8], ids=lambda zone: zone.key)
def test_blocks_fill_the_ground_and_few_stay_large(ring: np.ndarray, zone: Zone) -> None:
    # Sizes are a matter of taste, not of proof (one drawing in thousands keeps a large block), so
    # the seeds are fixed; that blocks fill the ground holds for every one.
    wanted = zone.character.block
    for seed in range(6):
        cuts = Cuts()
        cut_blocks(ring, zone.character, [], cuts, np.random.Generator(np.random.PCG64(seed)))
        areas = shapely.area(blocks_of(ring, cuts))
        ground = shapely.Polygon(ring)
        assert areas.sum() == pytest.approx(ground.area, rel=1e-3)
        assert areas[areas > 4 * wanted].sum() < 0.05 * ground.area
        assert 0.5 * wanted < np.median(areas) < 3 * wanted
        ends = shapely.points(np.array(cuts.ends).reshape(-1, 2))
        assert shapely.dwithin(ground, ends, 0.01).all()


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_reserved_ground_is_left_whole(seed: int) -> None:
    cuts = Cuts()
    rng = np.random.Generator(np.random.PCG64(seed))
    cut_blocks(SQUARE, QUARTERS[0].character, [(130.0, 260.0, 20_000.0)], cuts, rng)
    blocks = blocks_of(SQUARE, cuts)
    kept = blocks[shapely.contains_xy(blocks, 130.0, 260.0)]
    assert len(kept) == 1
    assert 5_000 < shapely.area(kept[0]) < 20_000


@given(
    weights=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40),
    extra=st.integers(0, 10_000),
)
def test_apportionment_is_exact_and_near_the_shares(weights: list[float], extra: int) -> None:
    total = len(weights) + extra
    shares = apportion(total, np.array(weights))
    assert int(shares.sum()) == total
    assert shares.min() >= 1
    exact = 1 + np.array(weights) / sum(weights) * extra
    assert np.abs(shares - exact).max() < 1 + 1e-6


def test_apportionment_refuses_too_few_units() -> None:
    with pytest.raises(ValueError, match="cannot give one"):
        apportion(2, np.ones(3))


def test_the_plan_is_that_of_the_reference_size() -> None:
    assert sum(zone.people for zone in ZONES) == 92_000
    assert sum(zone.people for zone in QUARTERS) == 55_000
    assert sorted(zone.commune for zone in VILLAGES) == [f"{i:05d}" for i in range(2, 13)]
    assert SHARES.sum() == pytest.approx(1.0, abs=1e-9)
    assert AGE_BANDS[-1].last is None


@given(people=st.integers(2_000, 200_000))
def test_every_zone_has_residents_at_any_size(people: int) -> None:
    shares = zone_people(people)
    assert int(shares.sum()) == people
    assert shares.min() >= 1


@pytest.mark.parametrize("supply", SUPPLIES, ids=lambda supply: supply.category)
def test_planned_zones_come_first_and_excluded_zones_never(supply: object) -> None:
    first, never = supply.first, supply.never  # type: ignore[attr-defined]  # parametrised with supplies
    assert not set(first) & set(never)
    for people in (2_000, PLANTED_FROM, 92_000, 200_000):
        zones = zones_of_supply(supply, zone_people(people))  # type: ignore[arg-type]  # as above
        planned = [POSITION[key] for key in first][: len(zones)]
        assert zones[: len(planned)] == planned
        assert not {POSITION[key] for key in never} & set(zones)
        if people >= PLANTED_FROM:
            assert len(planned) == len(first)


@settings(max_examples=50)
@given(
    x=st.floats(-15_000, 15_000),
    y=st.floats(-15_000, 15_000),
    turn=st.floats(0, 6.3),
    step=st.floats(0.5, 50.0),
)
def test_the_undulation_never_folds_the_ground(x: float, y: float, turn: float, step: float) -> None:
    here = np.array([[x, y], [x + step * np.cos(turn), y + step * np.sin(turn)]])
    there = bent(here)
    moved = np.hypot(*(there[1] - there[0]))
    assert 0.3 * step < moved < 1.7 * step
    assert np.hypot(*(there - here).T).max() < 40
