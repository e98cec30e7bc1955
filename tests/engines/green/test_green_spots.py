"""Where a tree may be planted, against distances measured by another library."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.green.green_towns import PARAMETERS, PLANE, Town

from hygie.engines.green.near import near_points, near_segments, thinned
from hygie.engines.green.spots import plantable_spots
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.shapes import points_at
from hygie.engines.streets.graph import StreetGraph

HOUSE, POND = shapely.box(10, 10, 20, 20), shapely.box(60, 10, 80, 20)
TREE = (40.0, 4.0, 2.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 40), st.sampled_from([5.0, 50.0]))
def test_near_segments_are_those_of_exact_distance(seed: int, metres: float, side: float) -> None:
    rng = np.random.default_rng(seed)
    at, ends = rng.uniform(-50, 150, (40, 2)), rng.uniform(0, 100, (12, 4))
    ends[0, 2:] = ends[0, :2]
    lines = shapely.MultiLineString(list(ends.reshape(-1, 2, 2)))
    expected = shapely.distance(shapely.points(at), lines) <= metres
    np.testing.assert_array_equal(near_segments(at, ends, metres, side), expected)


def test_near_nothing_is_nowhere() -> None:
    assert not near_points(np.zeros((3, 2)), np.zeros((0, 2)), 5.0).any()
    assert not len(near_points(np.zeros((0, 2)), np.zeros((3, 2)), 5.0))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 20))
def test_of_two_points_too_near_the_first_stands(seed: int, apart: float) -> None:
    at = np.random.default_rng(seed).uniform(0, 60, (80, 2))
    kept: list[int] = []
    for i in range(len(at)):
        if all(np.hypot(*(at[i] - at[j])) > apart for j in kept):
            kept.append(i)
    assert np.flatnonzero(thinned(at, apart)).tolist() == kept


def street(*points: tuple[float, float]) -> StreetGraph:
    """One street through points in metres."""
    lon, lat = PLANE.to_degrees(*np.array(points).T)
    return StreetGraph(
        profile="walk",
        lon=lon[[0, -1]],
        lat=lat[[0, -1]],
        tail=np.array([0], np.int32),
        head=np.array([1], np.int32),
        ticks_forward=np.array([100], np.int32),
        ticks_back=np.array([100], np.int32),
        shape_start=np.array([0, len(points)], np.int32),
        shape_lon=lon,
        shape_lat=lat,
        kind=np.zeros(1, np.int8),
    )


def test_spots_keep_clear_of_everything() -> None:
    town = Town([(0, 0, 20, 0)], buildings=[HOUSE], trees=[TREE], surfaces={"water": [POND]})
    road = [(0.0, 0.0), (50.0, 0.0), (100.0, 15.0)]
    spots = plantable_spots(town.scene(), PARAMETERS, street(*road))
    points = points_at(spots.at)
    assert spots.estimate
    assert len(points) > 10
    assert shapely.distance(points, HOUSE).min() >= 3
    assert shapely.distance(points, POND).min() > 0
    assert shapely.distance(points, shapely.Point(TREE[:2])).min() >= 8 * (1 - 1e-5)
    away = shapely.distance(points, shapely.LineString(road))
    assert away.max() <= 4 + 0.02
    assert away.min() > 3.5
    gaps = shapely.distance(points[:, None], points[None])
    assert gaps[~np.eye(len(points), dtype=bool)].min() >= 8 * (1 - 1e-5)


def test_given_areas_come_before_streets_and_hold_their_spots() -> None:
    lawn = shapely.box(100, 100, 140, 140)
    town = Town([(0, 0, 20, 0)], trees=[TREE], surfaces={"plantable": [lawn]})
    spots = plantable_spots(town.scene(), PARAMETERS, street((0, 0), (50, 0)))
    assert len(spots.at) == 25
    assert shapely.distance(shapely.points(spots.at), lawn).max() < 0.01


def test_no_area_and_no_street_is_said() -> None:
    with pytest.raises(HygieError, match="Aucun endroit où planter"):
        plantable_spots(Town([(0, 0, 20, 0)], trees=[TREE]).scene(), PARAMETERS, None)
