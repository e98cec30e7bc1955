"""Nobody leaves a point, nor reaches one, against a one-way street; nobody joins a motorway from home."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.build import build_graph
from hygie.engines.streets.graph import THROUGH, RawWays
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

PLANE = Plane(3.0, 43.2)
WALK, DRIVE = 100.0, 400.0
"""Metres per minute."""


def square(*, one_way: bool = True, kind: int = 1) -> RawWays:
    """A square of 400 m, one minute a side: the south side, eastwards, then the three others."""
    lon, lat = PLANE.to_degrees([0.0, 400.0, 400.0, 0.0], [0.0, 0.0, 400.0, 400.0])
    return RawWays(
        profile="car",
        lon=lon,
        lat=lat,
        start=np.array([0, 2, 6], np.int32),
        nodes=np.array([0, 1, 1, 2, 3, 0], np.int32),
        metres_per_minute=np.full(2, DRIVE),
        forward=np.ones(2, np.bool_),
        back=np.array([not one_way, True]),
        kind=np.array([kind, 1], np.int8),
    )


def travel_of(ways: RawWays) -> StreetTravel:
    graph = build_graph(ways, PLANE)
    return StreetTravel(graph, build_hierarchy(graph), PLANE, 300.0, WALK)


def spot(travel: StreetTravel, x: float, y: float) -> Located:
    lon, lat = PLANE.to_degrees([x], [y])
    return travel.locate(lon, lat)


def minutes(travel: StreetTravel, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Minutes by every question a model answers, which must agree."""
    origin, place = spot(travel, *start), spot(travel, *end)
    lane = np.zeros(1, np.int32)
    each = travel.each(origin, place)[0, 0]
    assert travel.nearest(origin, place, lane, 1)[0, 0] == each
    two = travel.nearest_two(origin, place, lane, 1)
    assert (two.first[0, 0], two.second[0, 0]) == (each, UNREACHABLE)
    return np.inf if each == UNREACHABLE else float(each) / TICKS_PER_MINUTE


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((100, 0), (300, 0), 0.5),  # along the one-way side
        ((300, 0), (100, 0), 3.5),  # not against it: all the way round
        ((100, 0), (100, 400), 2.5),  # leaves by the east, never back by the west
        ((100, 400), (100, 0), 1.5),  # and arrives from the west
        ((300, 0), (300, 400), 1.5),
        ((300, 400), (300, 0), 2.5),  # not from the east, though it is nearer
        ((100, -50), (300, -50), 1.5),  # the walks to the street and from it are walked
        ((0, 0), (0, 400), 1.0),  # from the very corner every side is free
        ((400, 400), (400, 0), 1.0),
    ],
)
def test_a_one_way_street_is_left_and_reached_in_its_direction(
    start: tuple[float, float], end: tuple[float, float], expected: float
) -> None:
    assert minutes(travel_of(square()), start, end) == pytest.approx(expected, abs=1e-3)


def test_the_same_street_both_ways_is_left_by_the_nearer_end() -> None:
    travel = travel_of(square(one_way=False))
    assert minutes(travel, (300, 0), (100, 0)) == pytest.approx(0.5, abs=1e-3)
    assert minutes(travel, (100, 0), (100, 400)) == pytest.approx(1.5, abs=1e-3)


def test_a_one_way_dead_end_is_entered_and_never_left() -> None:
    ways = square()
    lone = replace(
        ways,
        start=np.array([0, 2, 5], np.int32),
        nodes=np.array([0, 1, 0, 3, 2], np.int32),
    )
    travel = travel_of(lone)
    assert minutes(travel, (100, 400), (200, 0)) == pytest.approx(1.75, abs=1e-3)
    assert minutes(travel, (200, 0), (100, 400)) == np.inf


def test_points_pass_over_the_road_no_home_opens_on() -> None:
    travel = travel_of(square(kind=THROUGH, one_way=False))
    beside = spot(travel, 100, 10)
    assert travel.graph.kind[beside.edge].tolist() == [1]
    assert minutes(travel, (0, 200), (400, 200)) == pytest.approx(2.0, abs=1e-3)  # still driven along


def test_a_point_near_such_a_road_alone_is_unsnapped() -> None:
    ways = square(one_way=False)
    travel = travel_of(replace(ways, kind=np.full(2, THROUGH, np.int8)))
    assert spot(travel, 100, 10).edge.tolist() == [UNSNAPPED]
