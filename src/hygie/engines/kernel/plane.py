"""A local metric plane around a territory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Transverse Mercator centred on a point: lengths true to 1e-4 within 80 km of it.

    Attributes
    ----------
    lon0, lat0
        Centre, in degrees (WGS 84).
    """

    lon0: float
    lat0: float

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """East and north of the centre, in metres; same shape as ``lon`` and ``lat``."""
        return self._transform(lon, lat, TransformDirection.FORWARD)

    def to_degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude of points in metres from the centre."""
        return self._transform(x, y, TransformDirection.INVERSE)

    def _transform(
        self, first: ArrayLike, second: ArrayLike, direction: TransformDirection
    ) -> tuple[Floats, Floats]:
        one, other = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
        # pyproj takes an array of one point for a number, with a warning: give it the point twice
        twice = 2 if one.size == 1 else 1
        transformer = _transformer(self.lon0, self.lat0)
        found = transformer.transform(np.tile(one, twice), np.tile(other, twice), direction=direction)
        a, b = (np.asarray(column, np.float64).ravel()[: one.size].reshape(one.shape) for column in found)
        return a, b


@lru_cache(maxsize=64)
def _transformer(lon0: float, lat0: float) -> Transformer:
    """Transformer from degrees to metres; making one takes milliseconds."""
    target = f"+proj=tmerc +lat_0={lat0!r} +lon_0={lon0!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m"
    return Transformer.from_crs("EPSG:4326", target, always_xy=True)
