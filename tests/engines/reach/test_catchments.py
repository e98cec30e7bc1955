"""The sparse matrix of catchments holds exactly the links within the last limit, both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray
from tests.engines.streets.drawn import PLANE, SPEED, Recipe, drawn_points, drawn_travel, recipes

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, Ticks, threshold_ticks
from hygie.engines.kernel.travel import TravelModel
from hygie.engines.reach import catchments as module
from hygie.engines.reach import warm as reach_warm
from hygie.engines.reach.catchments import Catchments, Rows, StepDecay, catchments_of_links, catchments_within
from hygie.engines.streets.crowfly import CrowFlyTravel

careful = settings(deadline=None, max_examples=40)
DECAY = StepDecay((2.0, 5.0, 9.0), (1.0, 0.3, 0.1))


def table(rows: Rows, others: int) -> NDArray[np.int64]:
    """Step of each pair, -1 for those without a link."""
    found = np.full((len(rows.row), others), -1, np.int64)
    for row, low, high in zip(rows.row, rows.start, rows.start[1:], strict=False):
        links = rows.link[low:high].astype(np.int64)
        assert np.all(np.diff(links % others) > 0)
        found[row, links % others] = links // others
    return found


def expected(ticks: Ticks, decay: StepDecay) -> NDArray[np.int64]:
    """Step of each pair by comparing with every limit, inclusive."""
    step = np.zeros(ticks.shape, np.int64)
    for limit in decay.limits:
        step += ticks > threshold_ticks(limit)
    return np.where(step == len(decay.limits), -1, step)


def check(found: Catchments, ticks: Ticks, decay: StepDecay) -> None:
    right = expected(ticks, decay)
    np.testing.assert_array_equal(table(found.by_origin, found.places), right)
    np.testing.assert_array_equal(table(found.by_place, found.origins), right.T)
    assert found.links == np.count_nonzero(right >= 0)


@careful
@given(recipe=recipes, block=st.integers(1, 20))
def test_links_of_a_territory_are_the_times_within_the_last_limit(recipe: Recipe, block: int) -> None:
    crow = CrowFlyTravel(PLANE, metres_per_minute=SPEED, detour_factor=1.3)
    models: list[TravelModel] = [drawn_travel(recipe), crow]
    for model in models:
        rng = recipe.generator()
        origins = model.locate(rng.uniform(3.0, 3.02, 15), rng.uniform(43.2, 43.22, 15))
        places = model.locate(rng.uniform(3.0, 3.02, 12), rng.uniform(43.2, 43.22, 12))
        found = catchments_within(model, origins, places, DECAY, block=block)
        check(found, model.each(origins, places), DECAY)


def test_a_time_exactly_on_a_limit_is_within_it() -> None:
    limits = [threshold_ticks(limit) for limit in DECAY.limits]
    ticks = np.array([[*limits, *(limit + 1 for limit in limits)]], np.int32)
    assert DECAY.step(ticks).tolist() == [[0, 1, 2, 1, 2, 3]]


def test_weights_may_change_without_a_new_matrix() -> None:
    links = linked([0, 1, 2], [0, 0, 0], [1, 3, 8], shape=(3, 1))
    values = np.array([10.0, 100.0, 1000.0])
    assert links.from_origins(values, DECAY.column) == pytest.approx([10.0 + 30.0 + 100.0])
    assert links.from_origins(values, np.array([0.5, 0.5, 0.5])) == pytest.approx([555.0])


def test_the_origins_a_place_touches_are_those_linked_to_it() -> None:
    links = linked([0, 1, 2, 3], [0, 1, 1, 2], [1, 1, 8, 1], shape=(5, 3))
    assert links.touched([1]).tolist() == [1, 2]
    assert links.touched([0, 2]).tolist() == [0, 3]
    assert links.touched([]).tolist() == []


def test_a_territory_without_places_or_residents_has_no_link() -> None:
    crow = CrowFlyTravel(PLANE, metres_per_minute=SPEED, detour_factor=1.3)
    nobody, somebody = crow.locate([], []), crow.locate([3.0], [43.2])
    assert catchments_within(crow, nobody, somebody, DECAY).links == 0
    assert catchments_within(crow, somebody, nobody, DECAY).links == 0


def linked(origin: list[int], place: list[int], minutes: list[int], *, shape: tuple[int, int]) -> Catchments:
    columns = [np.array(column, np.int32) for column in (origin, place, minutes)]
    return catchments_of_links(columns[0], columns[1], columns[2] * TICKS_PER_MINUTE, DECAY, shape=shape)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"origin": [0, 2]}, "positions go"),
        ({"place": [-1, 0]}, "positions go"),
        ({"minutes": [-1, 0]}, "negative"),
        ({"place": [0]}, "each link"),
        ({"origin": [1, 1], "place": [0, 0]}, "once"),
        ({"shape": (2**31, 2)}, "32 bits"),
    ],
)
def test_links_that_cannot_be_are_refused(wrong: dict[str, Any], said: str) -> None:
    right: dict[str, Any] = {"origin": [0, 1], "place": [0, 1], "minutes": [1, 2], "shape": (2, 2)}
    with pytest.raises(ValueError, match=said):
        linked(**{**right, **wrong})


@pytest.mark.parametrize(
    ("limits", "weights"),
    [
        ((), ()),
        ((10.0,), (1.0, 0.3)),
        ((10.0, 10.0), (1.0, 0.3)),
        ((15.0, 10.0), (1.0, 0.3)),
        ((-1.0,), (1.0,)),
        ((float("nan"),), (1.0,)),
        ((5_000.0,), (1.0,)),
        ((10.0,), (0.0,)),
        ((10.0,), (1.1,)),
        ((10.0, 15.0), (0.3, 1.0)),
    ],
)
def test_a_decay_that_makes_no_sense_is_refused(
    limits: tuple[float, ...], weights: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match=r"decay|limits|weights|counts"):
        StepDecay(limits, weights)


def test_set_up_compiles_every_kernel_once() -> None:
    reach_warm.warm()
    members = [member for member in vars(module).values() if isinstance(member, Dispatcher)]
    kernels = [member for member in members if "inline" not in member.targetoptions]
    before = [len(kernel.signatures) for kernel in kernels]
    assert before == [1, 1, 1, 1]
    recipe = Recipe(seed=2, nodes=30, edges=50, one_way=0.3, asymmetric=True)
    travel, rng = drawn_travel(recipe), recipe.generator()
    points = drawn_points(travel.graph, rng, 20)
    links = catchments_within(travel, points, points, DECAY)
    frozen = np.ones(20)
    frozen.flags.writeable = False
    ratio = links.from_origins(frozen, DECAY.column)
    links.from_places(ratio, DECAY.column)
    links.from_places_at(links.touched([3]), ratio, DECAY.column)
    assert [len(kernel.signatures) for kernel in kernels] == before
