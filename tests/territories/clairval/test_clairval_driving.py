"""Clairval by car: the same streets without the paths, in one network, at the sheet's speeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from tests.territories.clairval.conftest import PLANE, segments

from hygie.engines.streets.graph import RawWays
from hygie.readers.catalogue import load_catalogue
from hygie.territories.clairval import driving_ways
from hygie.territories.demo import build_demo

SPEEDS = {1: 400.0, 2: 900.0}
Towns = Callable[[int], Any]


def pieces(ways: RawWays) -> dict[tuple[int, int], int]:
    """Kind of each straight piece, by its nodes."""
    a, b, kind = segments(ways)
    low, high = np.minimum(a, b), np.maximum(a, b)
    return dict(zip(zip(low.tolist(), high.tolist(), strict=True), kind.tolist(), strict=True))


@pytest.mark.parametrize("people", [2_000, 20_000, 92_000])
def test_cars_use_the_streets_and_no_path(people: int, clairval: Towns) -> None:
    town = clairval(people)
    roads = driving_ways(town.ways, SPEEDS)
    walked, driven = pieces(town.ways), pieces(roads)
    assert set(driven.values()) == {1, 2}
    assert driven.items() <= walked.items()
    streets = sum(kind > 0 for kind in walked.values())
    assert 0.995 * streets <= len(driven) <= streets
    assert all(SPEEDS[kind] == speed for kind, speed in zip(roads.kind, roads.metres_per_minute, strict=True))
    assert roads.forward.all()
    assert roads.back.all()


@pytest.mark.parametrize("people", [2_000, 20_000, 92_000])
def test_one_network_of_roads_passes_every_home(people: int, clairval: Towns) -> None:
    town = clairval(people)
    a, b, _ = segments(driving_ways(town.ways, SPEEDS))
    used, number = np.unique(np.concatenate([a, b]), return_inverse=True)
    links = coo_array((np.ones(len(a)), np.split(number, 2)), shape=(len(used), len(used)))
    assert connected_components(links, directed=False)[0] == 1
    x, y = PLANE.to_metres(town.ways.lon, town.ways.lat)
    points = town.territory.demand
    near, _ = cKDTree(np.column_stack([x[used], y[used]])).query(
        np.column_stack(PLANE.to_metres(points.lon, points.lat))
    )
    assert np.max(near) < 300


def test_a_street_that_paths_alone_reach_is_walked_only() -> None:
    """Five nodes in a line: two streets, a path, a street that the path alone joins."""
    ways = RawWays(
        profile="walk",
        lon=np.arange(5) / 1000,
        lat=np.full(5, 46.0),
        start=np.array([0, 2, 4, 6, 8], np.int32),
        nodes=np.array([0, 1, 1, 2, 2, 3, 3, 4], np.int32),
        metres_per_minute=np.full(4, 80.0),
        forward=np.ones(4, np.bool_),
        back=np.ones(4, np.bool_),
        kind=np.array([1, 2, 0, 1], np.int8),
    )
    roads = driving_ways(ways, SPEEDS)
    assert roads.nodes.tolist() == [0, 1, 1, 2]
    assert roads.start.tolist() == [0, 2, 4]
    assert roads.metres_per_minute.tolist() == [400.0, 900.0]
    paved = driving_ways(replace(ways, kind=np.array([1, 2, 1, 1], np.int8)), SPEEDS)
    assert paved.nodes.tolist() == ways.nodes.tolist()


def test_the_demo_drives_at_the_share_of_the_sheet_and_walks_to_the_road() -> None:
    stored = build_demo(people=2_000, seed=1)
    catalogue = load_catalogue()
    factor = next(f.value for f in stored.figures if f.key == "car_speed_factor")
    stated = {
        row["kind"]: row["speed"] for row in catalogue.sources["hygie_clairval"].raw["tables"]["car_speeds"]
    }
    graph = stored.streets["car"].graph
    x, y = stored.plane.to_metres(graph.shape_lon, graph.shape_lat)
    owner = np.repeat(np.arange(graph.edges), np.diff(graph.shape_start))
    begin = np.flatnonzero(np.diff(owner) == 0)
    metres = np.bincount(owner[begin], np.hypot(np.diff(x), np.diff(y))[begin], graph.edges)
    speed = np.array([stated[kind] for kind in graph.kind.tolist()]) * 1000 / 60 * factor
    np.testing.assert_allclose(graph.ticks_forward, metres / speed * 2**18, atol=1, rtol=1e-6)
    assert graph.symmetric
    people, walk = stored.streets["car"].people, stored.walk_metres_per_minute
    offset = (people.ticks_tail + people.ticks_head - graph.ticks_forward[people.edge]) / 2 / 2**18 * walk
    assert 1 < np.median(offset) < 40
    assert offset.max() < 300
