"""Closures and openings give what a full run would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.streets.drawn import PLANE, SPEED, Recipe, drawn_points, drawn_travel, recipes

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.travel import Movement, NearestTwo, TravelModel
from hygie.engines.reach.closures import closure_losses
from hygie.engines.reach.what_if import Change, nearest_after, no_opening
from hygie.engines.streets.crowfly import CrowFlyTravel

careful = settings(deadline=None, max_examples=40)
PEOPLE, PLACES, GROUPS = 15, 12, 4


def movement_of(model: TravelModel, recipe: Recipe) -> tuple[Movement, np.random.Generator]:
    """Residents and places somewhere in the square kilometre of the graph."""
    rng = recipe.generator()

    def spots(count: int) -> list[list[float]]:
        return [rng.uniform(3.0, 3.02, count).tolist(), rng.uniform(43.2, 43.22, count).tolist()]

    return Movement(model, model.locate(*spots(PEOPLE)), model.locate(*spots(PLACES))), rng


def models(recipe: Recipe) -> list[TravelModel]:
    return [drawn_travel(recipe), CrowFlyTravel(PLANE, metres_per_minute=SPEED, detour_factor=1.3)]


@careful
@given(recipe=recipes, closed=st.sets(st.integers(0, PLACES - 1)), opened=st.integers(0, 5))
def test_times_after_a_change_are_those_of_a_full_run(recipe: Recipe, closed: set[int], opened: int) -> None:
    for model in models(recipe):
        movement, rng = movement_of(model, recipe)
        group = rng.integers(-1, GROUPS, PLACES).astype(np.int32)
        counted = np.flatnonzero(group >= 0)
        before = model.nearest(movement.people, movement.places.take(counted), group[counted], GROUPS)
        new = model.locate(rng.uniform(3.0, 3.02, opened), rng.uniform(43.2, 43.22, opened))
        change = Change(np.array(sorted(closed), np.int64), new, rng.integers(0, GROUPS, opened, np.int32))
        kept = np.array([p for p in counted if p not in closed], np.int64)
        full = model.nearest(
            movement.people,
            movement.places.take(kept).joined(new),
            np.concatenate([group[kept], change.opened_group]),
            GROUPS,
        )
        copy = before.copy()
        np.testing.assert_array_equal(nearest_after(movement, group, before, change), full)
        np.testing.assert_array_equal(before, copy)


@careful
@given(recipe=recipes, place=st.integers(0, PLACES - 1))
def test_closing_then_opening_the_same_place_gives_back_the_same_minutes(recipe: Recipe, place: int) -> None:
    for model in models(recipe):
        movement, rng = movement_of(model, recipe)
        group = rng.integers(0, GROUPS, PLACES).astype(np.int32)
        before = model.nearest(movement.people, movement.places, group, GROUPS)
        again = model.locate([movement.places.lon[place]], [movement.places.lat[place]])
        change = Change(np.array([place]), again, group[[place]])
        np.testing.assert_array_equal(nearest_after(movement, group, before, change), before)


@careful
@given(recipe=recipes)
def test_losses_of_each_closure_are_those_of_computing_again_without_it(recipe: Recipe) -> None:
    for model in models(recipe):
        movement, rng = movement_of(model, recipe)
        group = rng.integers(0, GROUPS, PLACES).astype(np.int32)
        people = rng.integers(0, 30, PEOPLE).astype(np.float64)
        two = model.nearest_two(movement.people, movement.places, group, GROUPS)
        losses = closure_losses(two, people, PLACES, felt_minutes=1.0, threshold_minutes=3.0)
        before = model.nearest(movement.people, movement.places, group, GROUPS).astype(np.int64)
        for place in range(PLACES):
            change = Change(np.array([place]), no_opening(model), np.empty(0, np.int32))
            after = nearest_after(movement, group, before.astype(np.int32), change).astype(np.int64)
            kept = after < UNREACHABLE
            lost = np.where(kept, after - before, 0)
            weigh = people[:, None]
            limit = 3 * TICKS_PER_MINUTE
            assert losses.person_minutes[place] == pytest.approx((weigh * lost).sum() / TICKS_PER_MINUTE)
            stranded = ~kept & (before < UNREACHABLE)
            longer = stranded | (lost >= TICKS_PER_MINUTE)
            assert losses.losing[place] == pytest.approx((weigh * longer).sum())
            assert losses.stranded[place] == pytest.approx((weigh * stranded).sum())
            crossing = (before <= limit) & (after > limit)
            assert losses.crossing[place] == pytest.approx((weigh * crossing).sum())


def two(first: int, second: int, place: int = 0) -> NearestTwo:
    return NearestTwo(*(np.array([[value]], np.int32) for value in (first, second, place)))


def losing(minutes_lost: float) -> float:
    near = two(0, int(minutes_lost * TICKS_PER_MINUTE))
    found = closure_losses(near, np.array([7.0]), 1, felt_minutes=5.0, threshold_minutes=15.0)
    return float(found.losing[0])


def test_exactly_five_minutes_lost_is_a_loss_of_five_minutes() -> None:
    assert losing(5.0) == 7.0
    assert losing(5.0 - 1 / TICKS_PER_MINUTE) == 0.0


def test_residents_left_with_nothing_are_stranded_not_delayed() -> None:
    found = closure_losses(two(0, UNREACHABLE), np.array([7.0]), 2, felt_minutes=5.0, threshold_minutes=15.0)
    assert found.stranded.tolist() == [7.0, 0.0]
    assert found.person_minutes.tolist() == [0.0, 0.0]
    assert found.crossing.tolist() == [7.0, 0.0]


def test_unknown_residents_are_refused() -> None:
    with pytest.raises(ValueError, match="known"):
        closure_losses(two(0, 1), np.array([np.nan]), 1, felt_minutes=5.0, threshold_minutes=15.0)


def test_a_place_cannot_close_twice() -> None:
    travel = drawn_travel(Recipe(seed=1, nodes=3, edges=6, one_way=0, asymmetric=False))
    with pytest.raises(ValueError, match="once"):
        Change(np.array([1, 1]), no_opening(travel), np.empty(0, np.int32))


def test_each_opening_has_a_group() -> None:
    recipe = Recipe(seed=1, nodes=3, edges=6, one_way=0, asymmetric=False)
    points = drawn_points(drawn_travel(recipe).graph, recipe.generator(), 2)
    with pytest.raises(ValueError, match="group"):
        Change(np.empty(0, np.int64), points, np.zeros(1, np.int32))
