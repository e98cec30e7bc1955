"""Sight and canopy against exact geometry, drawn by another library by another road."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.green.canopy import canopy_of
from hygie.engines.green.crowns import areas_within, cluster_areas, discs_of
from hygie.engines.green.cut import polygon_areas_within
from hygie.engines.green.sight import observers_of, sightings, trees_seen, wall_grid, walls_of

STEP = 4.0
NOTHING = np.zeros((0, 2))
FINE = 256


def town(count: int, side: float, seed: int) -> np.ndarray:
    """Rectangles turned at random, free to overlap."""
    rng = np.random.default_rng(seed)
    centre, half = rng.uniform(0, side, (count, 2)), rng.uniform(3, 7, (count, 2))
    turn = rng.uniform(0, np.pi, count)
    corners = []
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        dx, dy = sx * half[:, 0], sy * half[:, 1]
        corners.append(
            centre
            + np.column_stack([dx * np.cos(turn) - dy * np.sin(turn), dx * np.sin(turn) + dy * np.cos(turn)])
        )
    return np.asarray(shapely.polygons(np.stack(corners, 1)))


def seen_by_hand(
    houses: np.ndarray, home: shapely.Polygon, trees: np.ndarray, radius: float
) -> tuple[int, int]:
    """Trees seen and near, line by line, each against the union of all footprints."""
    union = shapely.union_all(houses)
    ring = np.array(shapely.orient_polygons(home).exterior.coords)
    points = []
    for a, b in pairwise(ring):
        length = float(np.hypot(*(b - a)))
        along = (b - a) / length
        count = int(np.ceil(length / STEP))
        points += [
            a + (b - a) * (i + 0.5) / count + 0.01 * np.array([along[1], -along[0]]) for i in range(count)
        ]
    near = [tree for tree in trees if home.distance(shapely.Point(tree)) <= radius]
    seen = [t for t in near if any(not union.intersects(shapely.LineString([p, t])) for p in points)]
    return len(seen), len(near)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_count_is_that_of_exact_geometry(seed: int) -> None:
    houses = town(40, 130.0, seed)
    trees = np.random.default_rng(seed + 10).uniform(0, 130, (180, 2))
    trees = trees[~shapely.union_all(houses).intersects(shapely.points(trees))]
    walls, radii = wall_grid(walls_of(houses)[0]), (15.0, 30.0, 50.0)
    seen, near = trees_seen(observers_of(houses, NOTHING, STEP), trees, walls, radii)
    for i in range(0, len(houses), 4):
        for j, radius in enumerate(radii):
            assert (seen[i, j], near[i, j]) == seen_by_hand(houses, houses[i], trees, radius)
    assert (seen < near).any()
    assert seen.any()


def test_sightings_are_the_same_trees() -> None:
    houses = town(30, 120.0, 4)
    trees = np.random.default_rng(5).uniform(0, 120, (100, 2))
    walls, observers = wall_grid(walls_of(houses)[0]), observers_of(houses, NOTHING, STEP)
    seen, _ = trees_seen(observers, trees, walls, (30.0,))
    observer, _ = sightings(observers, trees, walls, 30.0)
    np.testing.assert_array_equal(np.bincount(observer, minlength=30), seen[:, 0])


def test_a_house_between_hides_a_tree_and_a_threshold_is_inclusive() -> None:
    home, wall = shapely.box(0, 0, 10, 10), shapely.box(15, -40, 17, 50)
    tree = np.array([[40.0, 5.0]])
    for houses, expected in (([home], 1), ([home, wall], 0)):
        column = np.array(houses, dtype=object)
        observers = observers_of(column[:1], NOTHING, STEP)
        seen, near = trees_seen(observers, tree, wall_grid(walls_of(column)[0]), (29.99, 30.0))
        assert seen.tolist() == [[0, expected]]
        assert near.tolist() == [[0, 1]]


def test_a_courtyard_sees_its_own_tree() -> None:
    home = shapely.Polygon(shapely.box(0, 0, 30, 30).exterior, [shapely.box(10, 10, 20, 20).exterior])
    column = np.array([home], dtype=object)
    seen, _ = trees_seen(
        observers_of(column, NOTHING, STEP), np.array([[15.0, 15.0]]), wall_grid(walls_of(column)[0]), (30.0,)
    )
    assert seen.tolist() == [[1]]


def test_no_building_hides_nothing_and_nobody_sees_nothing() -> None:
    empty = np.zeros(0, dtype=object)
    walls = wall_grid(walls_of(empty)[0])
    bare = observers_of(empty, np.array([[0.0, 0.0]]), STEP)
    assert trees_seen(bare, np.array([[3.0, 4.0]]), walls, (5.0,))[0].tolist() == [[1]]
    assert trees_seen(observers_of(empty, NOTHING, STEP), NOTHING, walls, (5.0,))[0].shape == (0, 1)


crowns = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(0.5, 12)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(crowns, st.floats(-10, 70), st.floats(-10, 70), st.floats(1, 60))
def test_areas_of_crowns_are_exact(
    drawn: list[tuple[float, float, float]], x: float, y: float, reach: float
) -> None:
    columns = np.array(drawn).T.copy()
    discs, cluster = discs_of(*columns)
    union = shapely.union_all(shapely.buffer(shapely.points(columns[:2].T), columns[2], quad_segs=FINE))
    assert cluster_areas(discs, cluster).sum() == pytest.approx(union.area, rel=1e-4)
    cut = shapely.intersection(shapely.Point(x, y).buffer(reach, quad_segs=FINE), union).area
    found = areas_within(discs, np.array([x]), np.array([y]), reach)[0]
    assert found == pytest.approx(cut, rel=1e-3, abs=1e-3 * reach * reach)


def test_crowns_that_are_the_same_count_once() -> None:
    same = np.full(4, 10.0)
    discs, cluster = discs_of(same, same, np.full(4, 3.0))
    assert cluster_areas(discs, cluster).tolist() == pytest.approx([9 * np.pi])


@settings(max_examples=60, deadline=None)
@given(st.floats(-400, 900), st.floats(-400, 900), st.floats(5, 500))
def test_area_of_water_around_a_point_is_exact(x: float, y: float, reach: float) -> None:
    lake = shapely.Polygon([(0, 0), (700, 50), (600, 400), (0, 300)], [[(200, 100), (300, 100), (300, 200)]])
    water = np.array([lake], dtype=object)
    expected = shapely.intersection(shapely.Point(x, y).buffer(reach, quad_segs=FINE), lake).area
    found = polygon_areas_within(water, np.array([x]), np.array([y]), reach)[0]
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4 * reach * reach)


def test_canopy_leaves_water_out_of_crowns_and_of_ground() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 400, (2, 200))
    radius = rng.uniform(1, 8, 200)
    pond = shapely.box(100, 100, 250, 220)
    canopy = canopy_of(x, y, radius, np.array([pond], dtype=object))
    crowns_ = shapely.union_all(shapely.buffer(shapely.points(x, y), radius, quad_segs=FINE)).difference(pond)
    for px, py in ((50.0, 60.0), (180.0, 160.0), (390.0, 390.0)):
        ground = shapely.Point(px, py).buffer(120, quad_segs=FINE)
        expected = crowns_.intersection(ground).area / ground.difference(pond).area
        assert canopy.shares_within(np.array([px]), np.array([py]), 120.0)[0] == pytest.approx(
            expected, rel=1e-3
        )
    zone = shapely.box(0, 0, 210, 400)
    shares, land = canopy.shares_of(np.array([zone], dtype=object))
    assert land[0] == pytest.approx(zone.difference(pond).area)
    assert shares[0] == pytest.approx(crowns_.intersection(zone).area / land[0], rel=1e-3)


def test_a_point_in_the_middle_of_a_lake_has_no_canopy() -> None:
    lake = np.array([shapely.box(-900, -900, 900, 900)], dtype=object)
    canopy = canopy_of(np.array([0.0]), np.array([0.0]), np.array([3.0]), lake)
    assert np.isnan(canopy.shares_within(np.zeros(1), np.zeros(1), 300.0)[0])


def test_a_stray_tree_far_away_neither_breaks_nor_fills_the_memory() -> None:
    x, y = np.array([0.0, 4e6]), np.array([0.0, -3e6])
    discs, cluster = discs_of(x, y, np.full(2, 2.0))
    assert areas_within(discs, np.zeros(1), np.zeros(1), 300.0)[0] == pytest.approx(4 * np.pi)
    assert len(set(cluster.tolist())) == 2
