"""Green spaces are entered where a walkable way crosses their boundary."""

from __future__ import annotations

import numpy as np
import shapely

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays
from hygie.readers.records import OsmArea
from hygie.territories.entrances import entrances

PLANE = Plane(0.0, 45.0)


def ways(*lines: list[tuple[float, float]]) -> RawWays:
    points = [point for line in lines for point in line]
    n = len(lines)
    return RawWays(
        profile="walk",
        lon=np.array([lon for lon, _ in points]),
        lat=np.array([lat for _, lat in points]),
        start=np.cumsum([0, *(len(line) for line in lines)]).astype(np.int32),
        nodes=np.arange(len(points), dtype=np.int32),
        metres_per_minute=np.full(n, 80.0),
        forward=np.ones(n, np.bool_),
        back=np.ones(n, np.bool_),
        kind=np.zeros(n, np.int8),
    )


def park(value: float = 10_000) -> OsmArea:
    outline = shapely.to_wkb(shapely.box(0, 45, 0.001, 45.001))
    return OsmArea("osm:w1", "Parc d’exemple", outline, value, 0.0005, 45.0005)


def test_a_path_through_a_park_makes_two_entrances_that_share_its_site() -> None:
    through = ways([(-0.001, 45.0005), (0.0005, 45.0005), (0.002, 45.0005)])
    places, warnings = entrances([park()], through, PLANE, 5000)
    assert [(p.id, p.site, p.category) for p in places] == [
        ("osm:w1:green:e1", "osm:w1", "green"),
        ("osm:w1:green:e2", "osm:w1", "green"),
    ]
    np.testing.assert_allclose([p.lon for p in places], [0.0, 0.001])
    assert not warnings


def test_two_ways_are_not_joined_into_a_path_that_nobody_drew() -> None:
    apart = ways([(-0.001, 45.0005), (-0.0005, 45.0005)], [(0.002, 45.0005), (0.003, 45.0005)])
    places, warnings = entrances([park()], apart, PLANE, 5000)
    assert not places
    assert "Parc d’exemple" in warnings[0]


def test_a_small_square_is_left_out_and_the_limit_itself_is_kept() -> None:
    through = ways([(-0.001, 45.0005), (0.002, 45.0005)])
    assert not entrances([park(4999.9)], through, PLANE, 5000)[0]
    assert len(entrances([park(5000.0)], through, PLANE, 5000)[0]) == 2
