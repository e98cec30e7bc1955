"""Set-up compiles everything: nothing is left to compile for the first page."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray
from tests.engines.streets.drawn import LIMIT, PLANE, SPEED, Recipe, drawn_graph, drawn_points

from hygie.engines.kernel.travel import Located
from hygie.engines.reach import closures
from hygie.engines.reach import warm as reach_warm
from hygie.engines.streets import build, crowfly, hierarchy, ordering, sweeps
from hygie.engines.streets import warm as streets_warm
from hygie.engines.streets.crowfly import CrowFlyTravel
from hygie.engines.streets.hierarchy import Hierarchy, build_hierarchy
from hygie.engines.streets.travel import StreetTravel

MODULES = (build, ordering, hierarchy, sweeps, crowfly, closures)


def kernels(modules: tuple[ModuleType, ...]) -> Iterator[tuple[str, Dispatcher]]:
    for module in modules:
        for name, member in vars(module).items():
            if isinstance(member, Dispatcher) and "inline" not in member.targetoptions:
                yield f"{module.__name__}.{name}", member


def signatures() -> dict[str, int]:
    return {name: len(kernel.signatures) for name, kernel in kernels(MODULES)}


def mapped(column: NDArray[np.int32]) -> NDArray[np.int32]:
    """The column as one mapped from a file, which nobody may write."""
    copy = column.copy()
    copy.flags.writeable = False
    return copy


@pytest.mark.parametrize("groups", [1, 20, 70])
def test_nothing_is_left_to_compile_after_set_up_even_on_mapped_columns(groups: int) -> None:
    streets_warm.warm()
    reach_warm.warm()
    before = signatures()
    assert before["hygie.engines.streets.sweeps.sweep"] == 1
    recipe = Recipe(seed=2, nodes=30, edges=50, one_way=0.3, asymmetric=True)
    graph = drawn_graph(recipe)
    built = build_hierarchy(graph)
    stored = Hierarchy(*(mapped(getattr(built, name)) for name in built.__dataclass_fields__))
    points = drawn_points(graph, recipe.generator(), 80)
    columns = (mapped(points.edge), mapped(points.ticks_tail), mapped(points.ticks_head))
    points = Located(points.lon, points.lat, *columns)
    group = mapped(np.arange(80, dtype=np.int32) % groups)
    streets = StreetTravel(graph, stored, PLANE, LIMIT, SPEED)
    for travel in (streets, CrowFlyTravel(PLANE, metres_per_minute=SPEED, detour_factor=1.3)):
        travel.nearest(points, points, group, groups)
        travel.each(points, points)
        two = travel.nearest_two(points, points, group, groups)
        people = np.ones(80)
        people.flags.writeable = False
        closures.closure_losses(two, people, 80, felt_minutes=5.0, threshold_minutes=15.0)
    assert signatures() == before
