"""A plane measures metres, for one point as for many."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from hygie.engines.kernel.plane import Plane

PLANE = Plane(3.0, 43.2)
LON, LAT = np.array([3.0, 3.1, 2.7]), np.array([43.2, 43.25, 42.9])


def test_distances_are_those_on_the_ellipsoid() -> None:
    x, y = PLANE.to_metres(LON, LAT)
    _, _, metres = Geod(ellps="WGS84").inv(LON[1], LAT[1], LON[2], LAT[2])
    assert np.hypot(x[1] - x[2], y[1] - y[2]) == pytest.approx(metres, rel=1e-4)


def test_degrees_come_back() -> None:
    lon, lat = PLANE.to_degrees(*PLANE.to_metres(LON, LAT))
    np.testing.assert_allclose(lon, LON, atol=1e-10)
    np.testing.assert_allclose(lat, LAT, atol=1e-10)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (1, 1), (3, 2)])
def test_the_shape_is_kept(shape: tuple[int, ...]) -> None:
    x, y = PLANE.to_metres(np.full(shape, 3.1), np.full(shape, 43.25))
    assert (x.shape, y.shape) == (shape, shape)


def test_a_point_has_the_same_metres_alone_and_among_others() -> None:
    x, y = PLANE.to_metres(LON, LAT)
    for i in range(3):
        alone = PLANE.to_metres(LON[i : i + 1], LAT[i : i + 1])
        assert (alone[0][0], alone[1][0]) == (x[i], y[i])
        assert PLANE.to_metres(LON[i], LAT[i]) == (x[i], y[i])
