"""Compile every kernel once, so that no first page waits."""

from __future__ import annotations

import numpy as np

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.build import build_graph
from hygie.engines.streets.crowfly import CrowFlyTravel
from hygie.engines.streets.graph import RawWays
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.sweeps import LANES
from hygie.engines.streets.travel import StreetTravel


def warm() -> None:
    """Run every compiled function of the engine around one block of houses."""
    plane = Plane(0.0, 45.0)
    ways = RawWays(
        profile="walk",
        lon=np.array([0.0, 0.001, 0.001, 0.0]),
        lat=np.array([45.0, 45.0, 45.001, 45.001]),
        start=np.array([0, 5, 7], np.int32),
        nodes=np.array([0, 1, 2, 3, 0, 0, 2], np.int32),
        metres_per_minute=np.array([80.0, 80.0]),
        forward=np.array([True, True]),
        back=np.array([True, True]),
        kind=np.ones(2, np.int8),
    )
    graph = build_graph(ways, plane)
    group = np.array([0, 0, 1], np.int32)
    streets = StreetTravel(graph, build_hierarchy(graph), plane, limit_metres=300.0, metres_per_minute=80.0)
    for travel in (streets, CrowFlyTravel(plane, metres_per_minute=80.0, detour_factor=1.3)):
        points = travel.locate([0.0, 0.0005, 0.001], [45.0, 45.0, 45.001])
        for groups in (2, 2 * LANES):  # within one sweep, and over several
            travel.nearest(points, points, group, groups)
            travel.nearest_two(points, points, group, groups)
        travel.each(points, points)
