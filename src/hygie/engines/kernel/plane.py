"""A local metric plane around a territory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer


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

    def _transformer(self) -> Transformer:
        target = (
            f"+proj=tmerc +lat_0={self.lat0!r} +lon_0={self.lon0!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m"
        )
        return Transformer.from_crs("EPSG:4326", target, always_xy=True)

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """East and north of the centre, in metres; same shape as ``lon`` and ``lat``."""
        x, y = self._transformer().transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return np.asarray(x, np.float64), np.asarray(y, np.float64)

    def to_degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude and latitude of points in metres from the centre."""
        lon, lat = self._transformer().transform(
            np.asarray(x, np.float64), np.asarray(y, np.float64), direction="INVERSE"
        )
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)
