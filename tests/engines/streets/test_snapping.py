"""Points are placed on the nearest edge, always the same way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.build import build_graph
from hygie.engines.streets.graph import RawWays, StreetGraph
from hygie.engines.streets.snapping import snap

PLANE = Plane(3.0, 43.2)
SPEED = 80.0


def street(*metres: tuple[float, float]) -> RawWays:
    """One two-way street at 80 m/min through these spots."""
    x, y = np.array(metres, np.float64).T
    lon, lat = PLANE.to_degrees(x, y)
    n = len(metres)
    return RawWays(
        profile="walk",
        lon=lon,
        lat=lat,
        start=np.array([0, n], np.int32),
        nodes=np.arange(n, dtype=np.int32),
        metres_per_minute=np.array([SPEED]),
        forward=np.ones(1, np.bool_),
        back=np.ones(1, np.bool_),
        kind=np.ones(1, np.int8),
    )


def placed(graph: StreetGraph, *metres: tuple[float, float], limit: float = 300.0) -> Located:
    x, y = np.array(metres, np.float64).T
    lon, lat = PLANE.to_degrees(x, y)
    return snap(graph, PLANE, lon, lat, limit_metres=limit, metres_per_minute=SPEED)


def metres_to_ends(located: Located) -> list[float]:
    return [float(t[0]) / TICKS_PER_MINUTE * SPEED for t in (located.ticks_tail, located.ticks_head)]


BENT = build_graph(street((0, 0), (100, 0), (100, 200)), PLANE)


def test_a_point_beside_a_street_walks_to_it_then_along_its_bends() -> None:
    assert metres_to_ends(placed(BENT, (110, 50))) == pytest.approx([160, 160], abs=0.01)
    assert metres_to_ends(placed(BENT, (40, -30))) == pytest.approx([70, 290], abs=0.01)


def test_a_point_past_the_end_of_a_street_goes_to_its_end() -> None:
    assert metres_to_ends(placed(BENT, (-30, -40))) == pytest.approx([50, 350], abs=0.01)


def test_both_ends_are_whole_ticks_around_the_edge() -> None:
    located = placed(BENT, (37.3, 12.9), (88.8, 9.1), (104, 177))
    offset_twice = located.ticks_tail + located.ticks_head - BENT.ticks_forward[0]
    assert np.all(offset_twice % 2 == 0)


@pytest.mark.parametrize(("away", "edge"), [(299.99, 0), (300.01, UNSNAPPED)])
def test_points_beyond_the_limit_stay_unsnapped(away: float, edge: int) -> None:
    located = placed(BENT, (50, -away))
    assert located.edge.tolist() == [edge]
    assert (located.ticks_tail[0] == UNREACHABLE) == (edge == UNSNAPPED)


def test_points_without_position_stay_unsnapped() -> None:
    located = snap(BENT, PLANE, [np.nan, 3.0], [43.2, np.nan], limit_metres=300, metres_per_minute=SPEED)
    assert located.edge.tolist() == [UNSNAPPED, UNSNAPPED]


def test_no_point_is_no_trouble() -> None:
    assert len(snap(BENT, PLANE, [], [], limit_metres=300, metres_per_minute=SPEED)) == 0


@pytest.mark.parametrize(("limit", "speed"), [(0.0, 80.0), (300.0, 0.0), (np.nan, 80.0)])
def test_limits_and_speeds_that_mean_nothing_are_refused(limit: float, speed: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        snap(BENT, PLANE, 3.0, 43.2, limit_metres=limit, metres_per_minute=speed)


def star(rays: int) -> StreetGraph:
    """Streets that leave one crossing, as straight edges."""
    angles = np.arange(rays) * 2 * np.pi / rays
    metres = [(0.0, 0.0), *((100 * np.cos(a), 100 * np.sin(a)) for a in angles)]
    ways = street(*metres)
    nodes = np.stack([np.zeros(rays), np.arange(1, rays + 1)], axis=1).astype(np.int32).ravel()
    return build_graph(
        replace(
            ways,
            start=np.arange(0, 2 * rays + 1, 2, dtype=np.int32),
            nodes=nodes,
            metres_per_minute=np.full(rays, SPEED),
            forward=np.ones(rays, np.bool_),
            back=np.ones(rays, np.bool_),
            kind=np.ones(rays, np.int8),
        ),
        PLANE,
    )


def test_equally_near_edges_give_the_lowest() -> None:
    graph = star(5)
    located = snap(graph, PLANE, graph.lon[:1], graph.lat[:1], limit_metres=300, metres_per_minute=SPEED)
    assert located.edge.tolist() == [0]


def random_graph(rng: np.random.Generator, ways: int) -> StreetGraph:
    """Bent streets thrown over a square kilometre, each on its own."""
    corners = rng.integers(2, 6, ways)
    metres = rng.uniform(0, 1000, (int(corners.sum()), 2))
    drawn = street(*((float(x), float(y)) for x, y in metres))
    return build_graph(
        replace(
            drawn,
            start=np.cumsum([0, *corners], dtype=np.int32),
            metres_per_minute=np.full(ways, SPEED),
            forward=np.ones(ways, np.bool_),
            back=np.ones(ways, np.bool_),
            kind=np.ones(ways, np.int8),
        ),
        PLANE,
    )


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), ways=st.integers(1, 30))
def test_snapping_is_that_of_a_search_of_every_edge(seed: int, ways: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, ways)
    metres = [(float(x), float(y)) for x, y in rng.uniform(-300, 1300, (30, 2))]
    located = placed(graph, *metres, limit=150.0)
    x, y = PLANE.to_metres(graph.shape_lon, graph.shape_lat)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    lines = [shapely.LineString(np.stack([x[owner == e], y[owner == e]], axis=1)) for e in range(graph.edges)]
    for i, spot in enumerate(metres):
        point = shapely.Point(spot)
        away = np.array([line.distance(point) for line in lines])
        if away.min() > 150:
            assert located.edge[i] == UNSNAPPED
            continue
        edge = located.edge[i]
        assert away[edge] == pytest.approx(away.min(), abs=1e-6)
        along = lines[edge].project(point) / lines[edge].length * graph.ticks_forward[edge]
        offset = away[edge] / SPEED * TICKS_PER_MINUTE
        assert located.ticks_tail[i] == pytest.approx(offset + along, abs=2)
        assert located.ticks_head[i] == pytest.approx(offset + graph.ticks_forward[edge] - along, abs=2)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_point_is_snapped_the_same_alone_and_among_others(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, 20)
    metres = [(float(x), float(y)) for x, y in rng.uniform(0, 1000, (25, 2))]
    together = placed(graph, *metres)
    for i, spot in enumerate(metres):
        alone = placed(graph, spot)
        for column in ("edge", "ticks_tail", "ticks_head"):
            assert getattr(alone, column)[0] == getattr(together, column)[i]
