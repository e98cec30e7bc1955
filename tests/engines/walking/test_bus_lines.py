"""Stops on streets, lines, timetables and adults of a walking bus."""

from __future__ import annotations

import numpy as np
import pytest

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.build import build_graph
from hygie.engines.streets.graph import RawWays, StreetGraph
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel
from hygie.engines.walking.bus import BusTree
from hygie.engines.walking.bus_lines import ELEMENTARY, NURSERY, LineRules, cut_lines
from hygie.engines.walking.bus_streets import Pace, school_stops

PLANE = Plane(0.0, 46.0)
PACE = Pace(adult=80.0, group=50.0, longest_minutes=20.0, alpha=1.5, danger=(0.0, 1.0, 3.0))
RULES = LineRules(50.0, 8 * 60 + 25, 2, 8.0, 5.0)


def town() -> tuple[StreetGraph, StreetTravel]:
    """A street of 100 m blocks along x, with a dead end at each crossing; the last block is a main road."""
    x = np.array([*(100.0 * i for i in range(7)), *(100.0 * i for i in range(7))])
    y = np.array([0.0] * 7 + [60.0] * 7)
    lon, lat = PLANE.to_degrees(x, y)
    pairs = [(i, i + 1) for i in range(6)] + [(i, i + 7) for i in range(7)]
    count = len(pairs)
    graph = build_graph(
        RawWays(
            profile="walk",
            lon=lon,
            lat=lat,
            start=np.arange(0, 2 * count + 1, 2, dtype=np.int32),
            nodes=np.array(pairs, np.int32).ravel(),
            metres_per_minute=np.full(count, 80.0),
            forward=np.ones(count, np.bool_),
            back=np.ones(count, np.bool_),
            kind=np.array([1] * 5 + [2] + [1] * 7, np.int8),
        ),
        PLANE,
    )
    travel = StreetTravel(graph, build_hierarchy(graph), PLANE, limit_metres=50.0, metres_per_minute=80.0)
    return graph, travel


def test_stops_are_crossings_that_children_share_and_their_lengths_are_those_of_the_streets() -> None:
    graph, travel = town()
    school = travel.locate(*PLANE.to_degrees([0.0], [40.0]))
    homes_x, homes_y = [300.0, 300.0, 570.0, 0.0], [50.0, 20.0, 0.0, 10.0]
    homes = travel.locate(*PLANE.to_degrees(homes_x, homes_y))
    stops = school_stops(graph, school, homes, PACE)
    assert stops.stop[0] == stops.stop[1] != 0
    assert stops.shortest == pytest.approx([390.0, 360.0, 610.0, 30.0], abs=0.5)
    assert stops.to_stop == pytest.approx([50.0, 20.0, 70.0, 0.0], abs=0.5)
    assert stops.problem is not None
    first, last = int(stops.stop[0]), int(stops.stop[2])
    assert stops.problem.walk[first, last] == pytest.approx(200.0, abs=0.5)
    assert stops.problem.danger[last, 0] == pytest.approx(0.54, abs=0.01)  # 540 m of streets
    assert stops.problem.limit[first] == pytest.approx(1.5 * 360 - 20, abs=1.0)


def test_the_main_road_counts_three_times() -> None:
    graph, travel = town()
    school = travel.locate(*PLANE.to_degrees([0.0], [0.0]))
    homes = travel.locate(*PLANE.to_degrees([600.0], [50.0]))
    stops = school_stops(graph, school, homes, PACE)
    assert stops.problem is not None
    assert stops.problem.danger[1, 0] == pytest.approx(0.5 + 3 * 0.1, abs=0.01)


def test_a_child_out_of_reach_is_not_served_and_nobody_else_suffers() -> None:
    graph, travel = town()
    school = travel.locate(*PLANE.to_degrees([0.0], [0.0]))
    homes = travel.locate(*PLANE.to_degrees([600.0, 100.0, 9_000.0], [50.0, 50.0, 0.0]))
    short = Pace(80.0, 50.0, 10.0, 1.5, (0.0, 1.0, 3.0))
    stops = school_stops(graph, school, homes, short)
    assert (stops.stop > 0).tolist() == [False, True, False]
    assert np.isnan(stops.shortest).tolist() == [False, False, True]
    nobody = school_stops(graph, school, homes.take([2]), PACE)
    assert nobody.problem is None


def test_an_alpha_under_one_is_refused() -> None:
    graph, travel = town()
    school = travel.locate(*PLANE.to_degrees([0.0], [0.0]))
    with pytest.raises(ValueError, match="1 or more"):
        school_stops(graph, school, school, Pace(80.0, 50.0, 20.0, 0.99, (0.0, 1.0, 3.0)))


def test_lines_meet_and_their_times_agree() -> None:
    # 4 → 2 → 1 → school, and 3 → 2: two leaves, the longest first
    tree = BusTree(np.array([0, 0, 1, 2, 2]), np.array([0.0, 100.0, 250.0, 300.0, 500.0]), 2, 0.0, 1.0)
    at_stop = np.array([1, 2, 3, 4, 4, 0])
    lines = cut_lines(tree, at_stop, [ELEMENTARY] * 6, RULES)
    assert [[stop.node for stop in line.stops] for line in lines] == [[4, 2, 1], [3]]
    assert [line.joins for line in lines] == [None, (2, 1)]
    assert [stop.time for stop in lines[0].stops] == [8 * 60 + 15, 8 * 60 + 20, 8 * 60 + 23]
    assert lines[1].stops[0].time == 8 * 60 + 19
    assert [child for line in lines for stop in line.stops for child in stop.children] == [3, 4, 1, 0, 2]
    assert (lines[0].minutes, lines[0].metres) == (10.0, 500.0)


@pytest.mark.parametrize(
    ("elementary", "nursery", "adults"),
    [(1, 0, 2), (16, 0, 2), (17, 0, 3), (0, 10, 2), (0, 11, 3), (8, 5, 2), (8, 6, 3), (0, 0, 2)],
)
def test_adults_follow_the_ratios(elementary: int, nursery: int, adults: int) -> None:
    assert RULES.adults([ELEMENTARY] * elementary + [NURSERY] * nursery) == adults
