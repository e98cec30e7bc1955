"""From ways as drawn to a graph: same times, nothing lost, the same whatever the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.build import build_graph, components, largest_share
from hygie.engines.streets.graph import RawWays, StreetGraph

PLANE = Plane(3.0, 43.2)
METRES = ((0, 0), (100, 0), (100, 100), (0, 100), (200, 0), (300, 0), (300, 50), (0, 0))
"""Corners by number; the last lies on the first but is another node."""


def drawn(*ways: Sequence[int], metres: Sequence[tuple[float, float]] = METRES) -> RawWays:
    """Two-way streets at 80 m/min through corners."""
    x, y = np.array(metres, np.float64).T
    lon, lat = PLANE.to_degrees(x, y)
    return RawWays(
        profile="walk",
        lon=lon,
        lat=lat,
        start=np.cumsum([0, *(len(way) for way in ways)], dtype=np.int32),
        nodes=np.concatenate([np.empty(0, np.int32), *(np.array(way, np.int32) for way in ways)]),
        metres_per_minute=np.full(len(ways), 80.0),
        forward=np.ones(len(ways), np.bool_),
        back=np.ones(len(ways), np.bool_),
        kind=np.ones(len(ways), np.int8),
    )


def pairs(graph: StreetGraph) -> list[tuple[int, int]]:
    return list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))


def minutes(graph: StreetGraph) -> list[float]:
    return [ticks / TICKS_PER_MINUTE for ticks in graph.ticks_forward.tolist()]


def test_bends_become_shape_and_their_times_add_up() -> None:
    graph = build_graph(drawn([0, 1, 4], [4, 5, 6]), PLANE)
    assert pairs(graph) == [(0, 1)]
    assert minutes(graph) == pytest.approx([350 / 80], abs=1e-5)
    assert graph.shape_start.tolist() == [0, 5]
    np.testing.assert_allclose(graph.shape_lon, drawn([0]).lon[[0, 1, 4, 5, 6]])


def test_ways_that_meet_make_a_crossing() -> None:
    graph = build_graph(drawn([0, 1, 4], [1, 2]), PLANE)
    assert pairs(graph) == [(0, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("change", ["metres_per_minute", "kind", "back"])
def test_a_bend_between_ways_that_differ_stays_a_node(change: str) -> None:
    ways = drawn([0, 1], [1, 4])
    column = getattr(ways, change).copy()
    column[1] = 0 if change != "metres_per_minute" else 60.0
    graph = build_graph(replace(ways, **{change: column}), PLANE)
    assert pairs(graph) == [(0, 1), (1, 2)]


def test_a_loop_is_cut_at_two_inner_nodes() -> None:
    graph = build_graph(drawn([0, 1, 2, 3, 0], [1, 4]), PLANE)
    assert graph.nodes == 4
    assert len(set(pairs(graph))) == 4
    assert sum(minutes(graph)) == pytest.approx(500 / 80, abs=1e-5)


def test_a_ring_that_meets_nothing_is_kept() -> None:
    graph = build_graph(drawn([0, 1, 2, 3, 0]), PLANE)
    assert pairs(graph) == [(0, 1), (0, 2), (1, 2)]
    assert sum(minutes(graph)) == pytest.approx(400 / 80, abs=1e-5)


def test_parallel_edges_differ_by_an_inner_node() -> None:
    graph = build_graph(drawn([0, 1, 2], [0, 3, 2], [0, 2]), PLANE)
    assert sorted(pairs(graph)) == [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)]


def test_the_same_segment_drawn_twice_is_one_edge() -> None:
    graph = build_graph(drawn([0, 1, 4], [4, 1], [0, 1]), PLANE)
    assert pairs(graph) == [(0, 1)]
    assert minutes(graph) == pytest.approx([200 / 80], abs=1e-5)


def test_two_one_way_drawings_of_a_street_make_it_two_way_at_the_speed_of_each() -> None:
    ways = replace(
        drawn([0, 1], [1, 0]), back=np.zeros(2, np.bool_), metres_per_minute=np.array([80.0, 40.0])
    )
    graph = build_graph(ways, PLANE)
    assert graph.ticks_forward[0] / TICKS_PER_MINUTE == pytest.approx(100 / 80, abs=1e-5)
    assert graph.ticks_back[0] / TICKS_PER_MINUTE == pytest.approx(100 / 40, abs=1e-5)


def test_a_one_way_street_is_closed_the_other_way() -> None:
    ways = replace(drawn([4, 1, 0]), back=np.zeros(1, np.bool_))
    graph = build_graph(ways, PLANE)
    assert graph.ticks_forward[0] == UNREACHABLE
    assert graph.ticks_back[0] / TICKS_PER_MINUTE == pytest.approx(200 / 80, abs=1e-5)


def test_opposite_one_ways_that_meet_are_not_joined_into_a_closed_street() -> None:
    ways = replace(drawn([0, 1], [4, 1]), back=np.zeros(2, np.bool_))
    assert pairs(build_graph(ways, PLANE)) == [(0, 1), (1, 2)]


def test_a_repeated_node_adds_nothing() -> None:
    assert pairs(build_graph(drawn([0, 0, 1], [1, 1]), PLANE)) == [(0, 1)]


def test_two_nodes_at_one_spot_are_one_tick_apart() -> None:
    graph = build_graph(drawn([0, 7]), PLANE)
    assert graph.ticks_forward.tolist() == [1]


def test_islands_are_kept_and_counted() -> None:
    labels = components(build_graph(drawn([5, 6], [0, 1, 2], [1, 3]), PLANE))
    assert labels.tolist() == [0, 0, 0, 0, 1, 1]
    assert largest_share(labels) == pytest.approx(4 / 6)


def test_no_way_at_all_gives_an_empty_graph() -> None:
    graph = build_graph(drawn(), PLANE)
    assert (graph.nodes, graph.edges) == (0, 0)
    assert largest_share(components(graph)) == 1.0


@pytest.mark.parametrize(
    ("forward", "speed", "message"), [(False, 80.0, "one way at least"), (True, 0.0, "above zero")]
)
def test_ways_nobody_can_travel_are_refused(forward: bool, speed: float, message: str) -> None:
    ways = replace(
        drawn([0, 1]),
        forward=np.array([forward]),
        back=np.zeros(1, np.bool_),
        metres_per_minute=np.array([speed]),
    )
    with pytest.raises(ValueError, match=message):
        build_graph(ways, PLANE)


def test_a_way_of_one_node_is_refused() -> None:
    with pytest.raises(ValueError, match="two nodes"):
        build_graph(drawn([0]), PLANE)


@st.composite
def random_ways(draw: st.DrawFn) -> RawWays:
    """Ways that cross, repeat, loop and come back on their steps, between a dozen nodes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    metres = [(float(x), float(y)) for x, y in rng.uniform(0, 500, (12, 2))]
    lists = draw(st.lists(st.lists(st.integers(0, 11), min_size=2, max_size=7), max_size=9))
    ways = drawn(*lists, metres=metres)
    n = len(lists)
    forward = rng.random(n) < 0.8
    return replace(
        ways,
        metres_per_minute=rng.choice([80.0, 300.0], n),
        forward=forward,
        back=~forward | (rng.random(n) < 0.8),
        kind=rng.integers(0, 2, n).astype(np.int8),
    )


careful = settings(deadline=None, max_examples=80)


@careful
@given(ways=random_ways())
def test_times_between_crossings_are_those_along_the_drawn_ways(ways: RawWays) -> None:
    graph = build_graph(ways, PLANE)
    by_place = {place: i for i, place in enumerate(zip(ways.lon, ways.lat, strict=True))}
    kept = [by_place[place] for place in zip(graph.lon, graph.lat, strict=True)]
    expected = _times_along(ways)[np.ix_(kept, kept)]
    arcs = _matrix(
        graph.nodes,
        [*graph.tail, *graph.head],
        [*graph.head, *graph.tail],
        [*graph.ticks_forward, *graph.ticks_back],
    )
    found = dijkstra(arcs) / TICKS_PER_MINUTE
    np.testing.assert_allclose(found, expected, atol=(graph.edges + 1) / TICKS_PER_MINUTE)


@careful
@given(ways=random_ways())
def test_a_pair_of_nodes_names_one_edge_and_no_length_is_lost(ways: RawWays) -> None:
    graph = build_graph(ways, PLANE)
    assert len(set(pairs(graph))) == graph.edges
    assert np.all(graph.tail < graph.head)
    drawn_once = {tuple(sorted(pair)) for pair in _drawn_pairs(ways) if pair[0] != pair[1]}
    assert len(graph.shape_lon) - graph.edges == len(drawn_once)
    begin, end = graph.shape_start[:-1], graph.shape_start[1:] - 1
    np.testing.assert_array_equal(graph.shape_lon[begin], graph.lon[graph.tail])
    np.testing.assert_array_equal(graph.shape_lat[end], graph.lat[graph.head])


@careful
@given(ways=random_ways(), seed=st.integers(0, 1000))
def test_the_order_of_the_ways_changes_nothing(ways: RawWays, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(ways.forward))
    pieces = [ways.nodes[ways.start[w] : ways.start[w + 1]] for w in order]
    shuffled = replace(
        ways,
        start=np.cumsum([0, *(len(p) for p in pieces)], dtype=np.int32),
        nodes=np.concatenate([np.empty(0, np.int32), *pieces]),
        metres_per_minute=ways.metres_per_minute[order],
        forward=ways.forward[order],
        back=ways.back[order],
        kind=ways.kind[order],
    )
    one, other = build_graph(ways, PLANE), build_graph(shuffled, PLANE)
    for column in ("lon", "tail", "head", "ticks_forward", "ticks_back", "shape_start", "shape_lat", "kind"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))


def _drawn_pairs(ways: RawWays) -> list[tuple[int, int]]:
    bounds = zip(ways.start[:-1], ways.start[1:], strict=True)
    runs = [ways.nodes[low:high].tolist() for low, high in bounds]
    return [pair for run in runs for pair in pairwise(run)]


def _times_along(ways: RawWays) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    x, y = PLANE.to_metres(ways.lon, ways.lat)
    one, other, times = [], [], []
    for w in range(len(ways.forward)):
        run = ways.nodes[ways.start[w] : ways.start[w + 1]].tolist()
        for a, b in pairwise(run):
            time = np.hypot(x[a] - x[b], y[a] - y[b]) / ways.metres_per_minute[w]
            for allowed, tail, head in ((ways.forward[w], a, b), (ways.back[w], b, a)):
                if allowed and a != b:
                    one.append(tail)
                    other.append(head)
                    times.append(time)
    return np.asarray(dijkstra(_matrix(len(x), one, other, times)))


def _matrix(n: int, tails: list[int], heads: list[int], weights: list[float]) -> csr_array[np.float64]:
    best: dict[tuple[int, int], float] = {}
    for tail, head, weight in zip(tails, heads, weights, strict=True):
        if weight < UNREACHABLE:
            best[int(tail), int(head)] = min(float(weight), best.get((int(tail), int(head)), np.inf))
    ends = np.array(list(best), np.int64).reshape(-1, 2)
    return csr_array((np.array(list(best.values()), np.float64), (ends[:, 0], ends[:, 1])), shape=(n, n))


def test_a_street_across_the_world_is_one_clear_error() -> None:
    ways = RawWays(
        profile="walk",
        lon=np.array([-170.0, 170.0]),
        lat=np.array([-80.0, 80.0]),
        start=np.array([0, 2], np.int32),
        nodes=np.array([0, 1], np.int32),
        metres_per_minute=np.array([80.0]),
        forward=np.array([True]),
        back=np.array([True]),
        kind=np.ones(1, np.int8),
    )
    with pytest.raises(HygieError, match="trop longue"):
        build_graph(ways, Plane(0.0, 0.0))
