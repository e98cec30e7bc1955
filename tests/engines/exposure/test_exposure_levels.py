"""Levels of points and yards, against what is computed by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.exposure.inside import highest_levels, strips_of
from hygie.engines.exposure.layers import DrawnLayer, GridLayer
from hygie.engines.exposure.measure import distances, levels_of_points, levels_of_yards
from hygie.engines.exposure.scale import UNKNOWN, How, Scale
from hygie.engines.kernel.plane import Plane

PLANE = Plane(2.0, 47.0)


def objects(*shapes: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    found = np.empty(len(shapes), object)
    found[:] = shapes
    return found


def held_by_hand(rings: list[list[tuple[float, float]]], x: float, y: float) -> bool:
    """Winding number of the point, summed over all rings by angles: no ray is cast here."""
    turn = 0.0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            cross = (ax - x) * (by - y) - (ay - y) * (bx - x)
            dot = (ax - x) * (bx - x) + (ay - y) * (by - y)
            turn += float(np.arctan2(cross, dot))
    return abs(turn) > np.pi


def rings_of(area: shapely.Polygon) -> list[list[tuple[float, float]]]:
    turned = shapely.orient_polygons(area)
    return [list(ring.coords) for ring in (turned.exterior, *turned.interiors)]


def stars(seed: int, count: int) -> tuple[list[shapely.Polygon], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Overlapping star-shaped areas, one in three with a hole."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        corners = int(rng.integers(3, 30))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners) + np.arange(corners) * 1e-6)
        far = rng.uniform(30, 120, corners)
        centre = rng.uniform(0, 300, 2)
        ring = np.column_stack([np.cos(angles), np.sin(angles)]) * far[:, None] + centre
        area: shapely.Geometry = shapely.buffer(shapely.Polygon(ring), 0)
        if i % 3 == 0:
            area = shapely.difference(area, shapely.buffer(shapely.Point(centre), 12))
        found += [one for one in shapely.get_parts(area) if one.area > 1]
    return found, rng.integers(1, 5, len(found))


@pytest.mark.parametrize("seed", range(6))
def test_the_highest_level_is_that_of_winding_numbers(seed: int) -> None:
    areas, levels = stars(seed, 25)
    x, y = np.random.default_rng(seed + 100).uniform(-60, 360, (2, 400))
    got = highest_levels(strips_of(objects(*areas), levels), x, y)
    rings = [rings_of(area) for area in areas]
    for i in range(len(x)):
        held = [
            int(level)
            for level, ring in zip(levels, rings, strict=True)
            if held_by_hand(ring, float(x[i]), float(y[i]))
        ]
        assert got[i] == max(held, default=0)


def test_a_point_on_an_outline_is_held_and_a_hole_is_not() -> None:
    area = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    strips = strips_of(objects(area), np.array([2]))
    at = [(0, 0), (10, 10), (5, 0), (0, 5), (10, 3), (4, 5), (5, 5), (5, 3), (-1e-6, 5), (5, 10 + 1e-6)]
    x, y = (np.array(one, np.float64) for one in zip(*at, strict=True))
    assert highest_levels(strips, x, y).tolist() == [2, 2, 2, 2, 2, 2, 0, 2, 0, 0]


def test_parts_of_one_area_and_areas_of_one_level_do_not_cancel() -> None:
    twice = objects(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10))
    assert highest_levels(strips_of(twice, np.array([1, 1])), np.array([7.0]), np.array([5.0])).tolist() == [
        1
    ]
    parts = objects(shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]))
    x = np.array([0.5, 1.5, 2.5])
    assert highest_levels(strips_of(parts, np.array([3])), x, np.full(3, 0.5)).tolist() == [3, 0, 3]


def test_nothing_drawn_or_nobody() -> None:
    empty = strips_of(objects(), np.zeros(0, np.int64))
    assert highest_levels(empty, np.array([1.0]), np.array([0.5])).tolist() == [0]
    full = strips_of(objects(shapely.box(0, 0, 1, 1)), np.array([1]))
    assert highest_levels(full, np.zeros(0), np.zeros(0)).size == 0
    assert highest_levels(full, np.array([np.nan, np.inf]), np.array([0.5, np.nan])).tolist() == [0, 0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), extra=st.integers(1, 4))
def test_one_more_area_never_lowers_a_level(seed: int, extra: int) -> None:
    areas, levels = stars(seed, 6)
    more, _ = stars(seed + 1, 2)
    x, y = np.random.default_rng(seed).uniform(-50, 350, (2, 60))
    before = highest_levels(strips_of(objects(*areas), levels), x, y)
    together = np.concatenate([levels, np.full(len(more), extra)])
    after = highest_levels(strips_of(objects(*areas, *more), together), x, y)
    assert (after >= before).all()


def brute_metres(shape: shapely.Geometry, x: float, y: float) -> float:
    """Distance to each segment by projection, without any index."""
    best = np.inf
    for part in shapely.get_parts(shape):
        xy = shapely.get_coordinates(part)
        if len(xy) == 1:
            best = min(best, float(np.hypot(*(xy[0] - (x, y)))))
        for a, b in pairwise(xy):
            along = b - a
            t = np.clip(np.dot((x, y) - a, along) / max(float(np.dot(along, along)), 1e-30), 0, 1)
            best = min(best, float(np.hypot(*(a + t * along - (x, y)))))
    return best


def test_distances_to_lines_and_points_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(3)
    lines = [shapely.LineString(rng.uniform(0, 2000, (int(rng.integers(2, 9)), 2))) for _ in range(30)]
    shapes = objects(*lines, shapely.MultiPoint(rng.uniform(0, 2000, (5, 2))))
    at = rng.uniform(0, 2000, (200, 2))
    got = distances(shapes, np.asarray(shapely.points(at), object), 150.0)
    for (x, y), metres in zip(at, got, strict=True):
        brute = min(brute_metres(shape, x, y) for shape in shapes)
        assert metres == pytest.approx(brute, abs=1e-9) if brute <= 150 else np.isinf(metres)


def test_bands_hold_their_upper_end_and_classes_their_lower_one() -> None:
    bands = Scale(How.DISTANCES, (50.0, 100.0, 200.0))
    got = bands.of_values(np.array([0, 50, 50.001, 100, 200, 200.001, np.inf, np.nan]))
    assert got.tolist() == [3, 3, 2, 2, 1, 0, 0, UNKNOWN]
    classes = Scale(How.CLASSES, (55.0, 60.0, 65.0))
    assert classes.of_values(np.array([54.9, 55, 60, 64.9, 65, 99, np.nan])).tolist() == [
        0,
        1,
        2,
        2,
        3,
        3,
        -1,
    ]


@pytest.mark.parametrize(
    ("how", "ends", "names"),
    [
        (How.DISTANCES, (), ()),
        (How.DISTANCES, (0.0, 5.0), ()),
        (How.CLASSES, (5.0, 4.0), ()),
        (How.CLASSES, (5.0, 5.0), ()),
        (How.CLASSES, (float("inf"),), ()),
        (How.NAMES, (), ("a", "a")),
        (How.CLASSES, tuple(map(float, range(21))), ()),
    ],
)
def test_a_scale_that_ranks_nothing_is_refused(
    how: How, ends: tuple[float, ...], names: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"scale|ends|distances|names"):
        Scale(how, ends, names)


def formula_grid(rows: int = 60, columns: int = 80, cell: float = 10.0) -> GridLayer:
    """Value of each cell: 40 + column / 4 + row / 3, in a system of metres around the plane's centre."""
    value = 40 + np.arange(columns)[None, :] / 4 + np.arange(rows)[:, None] / 3
    system = "+proj=tmerc +lat_0=47 +lon_0=2 +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m"
    west, north = -cell * columns / 2, cell * rows / 2
    return GridLayer(value, (1 / cell, 0, -west / cell, 0, -1 / cell, north / cell), system)


def test_a_grid_gives_the_value_of_the_cell_that_holds_the_point() -> None:
    grid, rng = formula_grid(), np.random.default_rng(5)
    x, y = rng.uniform(-450, 450, 500), rng.uniform(-350, 350, 500)
    lon, lat = PLANE.to_degrees(x, y)
    got = grid.at(lon, lat)
    column, row = np.floor((x + 400) / 10), np.floor((300 - y) / 10)
    inside = (column >= 0) & (column < 80) & (row >= 0) & (row < 60)
    assert np.isnan(got[~inside]).all()
    np.testing.assert_allclose(got[inside], 40 + column[inside] / 4 + row[inside] / 3)
    one = grid.at(lon[:1], lat[:1])
    assert one.shape == (1,)


def test_a_point_outside_a_grid_is_unknown_not_quiet() -> None:
    lon, lat = PLANE.to_degrees(np.array([0.0, 5000.0]), np.array([0.0, 0.0]))
    got = levels_of_points(formula_grid(), Scale(How.CLASSES, (45.0,)), PLANE, lon, lat)
    assert got.level.tolist() == [1, UNKNOWN]


def test_a_yard_has_the_worst_level_that_covers_some_of_it_and_its_share() -> None:
    layer = DrawnLayer(
        objects(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 10, 10), shapely.box(5, 0, 7, 10)),
        np.array([1, 2, 2]),
    )
    yards = objects(shapely.box(0, 0, 10, 10), shapely.box(-10, 0, 0, 10), shapely.box(3, 0, 5, 5))
    scale = Scale(How.CLASSES, (55.0, 60.0))
    got = levels_of_yards(layer, scale, PLANE, yards)
    assert got.level.tolist() == [2, 0, 1]  # the second only touches an edge
    np.testing.assert_allclose(got.share, [0.5, np.nan, 1.0])
    assert got.worst_first().tolist() == [0, 2, 1]


def test_yards_on_a_grid_and_by_distance() -> None:
    yards = objects(shapely.box(-20, -20, 20, 20), shapely.box(9000, 0, 9010, 10), shapely.box(0, 0, 1, 1))
    grid = formula_grid()
    on_grid = levels_of_yards(grid, Scale(How.CLASSES, (59.0, 60.0)), PLANE, yards)
    columns, rows = np.arange(38, 42), np.arange(28, 32)
    values = 40 + columns[None, :] / 4 + rows[:, None] / 3
    assert on_grid.value[0] == pytest.approx(values.max())
    assert on_grid.level.tolist()[:2] == [2, UNKNOWN]
    assert on_grid.share[0] == pytest.approx((values >= 60).mean(), abs=1e-12)
    assert on_grid.value[2] == pytest.approx(40 + 40 / 4 + 29 / 3)  # smaller than a cell: the one it is in
    road = DrawnLayer(objects(shapely.LineString([(30, -100), (30, 100)])), np.array([1]))
    near = levels_of_yards(road, Scale(How.DISTANCES, (5.0, 15.0)), PLANE, yards)
    assert near.value.tolist() == [10.0, np.inf, np.inf]
    assert near.level.tolist() == [1, 0, 0]
    assert near.nearest_first().tolist() == [0, 1, 2]


def test_areas_are_not_asked_of_lines() -> None:
    road = DrawnLayer(objects(shapely.LineString([(0, 0), (1, 1)])), np.array([1]))
    with pytest.raises(ValueError, match="no inside"):
        levels_of_points(road, Scale(How.INSIDE), PLANE, np.array([2.0]), np.array([47.0]))
