"""Times where no streets are available: straight lines, lengthened. An estimate, and it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.compiled import compiled, compiled_inline
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, Ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import UNSNAPPED, Located, NearestTwo
from hygie.engines.streets.travel import check_groups

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]


class _Spots(NamedTuple):
    """Points in metres."""

    x: Floats
    y: Floats


@dataclass(frozen=True)
class CrowFlyTravel:
    """Straight distance × detour factor ÷ speed; a ``TravelModel``.

    Attributes
    ----------
    plane
        Measures the distances.
    metres_per_minute
        Speed, above zero.
    detour_factor
        How much longer streets are than straight lines, one or more.
    """

    plane: Plane
    metres_per_minute: float
    detour_factor: float

    def __post_init__(self) -> None:
        if not (self.metres_per_minute > 0 and self.detour_factor >= 1):
            raise ValueError("the speed is above zero and the detour factor is one or more")

    @property
    def estimate(self) -> bool:
        """True: no street was followed."""
        return True

    @property
    def _ticks_per_metre(self) -> float:
        return self.detour_factor / self.metres_per_minute * TICKS_PER_MINUTE

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Located:
        """Keep points (degrees) where they are; they lie on no edge."""
        lon, lat = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
        nowhere = np.full(len(lon), UNREACHABLE, np.int32)
        return Located(lon, lat, np.full(len(lon), UNSNAPPED, np.int32), nowhere, nowhere.copy())

    def nearest(self, origins: Located, places: Located, group: Integers, groups: int) -> Ticks:
        """Ticks from each origin to the nearest place of each group, shape (origins, groups)."""
        return self.nearest_two(origins, places, group, groups).first

    def nearest_two(self, origins: Located, places: Located, group: Integers, groups: int) -> NearestTwo:
        """Nearest place of each group and the time to the next one."""
        check_groups(places, group, groups)
        shape = (len(origins), groups)
        first, second, place = (np.full(shape, value, np.int32) for value in (UNREACHABLE, UNREACHABLE, -1))
        spots, goals = self._spots(origins), self._spots(places)
        _two(spots, goals, self._ticks_per_metre, group.astype(np.int32), (first, second, place))
        return NearestTwo(first, second, place)

    def each(self, origins: Located, places: Located) -> Ticks:
        """Ticks from each origin to each place, shape (origins, places)."""
        out = np.empty((len(origins), len(places)), np.int32)
        _each(self._spots(origins), self._spots(places), self._ticks_per_metre, out)
        return out

    def _spots(self, points: Located) -> _Spots:
        return _Spots(*self.plane.to_metres(points.lon, points.lat))


@compiled_inline
def _crow(origins: _Spots, i: int, places: _Spots, p: int, ticks_per_metre: float) -> np.int32:
    """Ticks between two points, rounded to the nearest; points without position are unreachable."""
    dx, dy = origins.x[i] - places.x[p], origins.y[i] - places.y[p]
    ticks = np.sqrt(dx * dx + dy * dy) * ticks_per_metre
    return np.int32(ticks + 0.5) if ticks < UNREACHABLE else np.int32(UNREACHABLE)


@compiled
def _each(origins: _Spots, places: _Spots, ticks_per_metre: float, out: Ticks) -> None:
    for i in range(len(origins.x)):
        for p in range(len(places.x)):
            out[i, p] = _crow(origins, i, places, p, ticks_per_metre)


@compiled
def _two(
    origins: _Spots,
    places: _Spots,
    ticks_per_metre: float,
    group: Integers,
    out: tuple[Ticks, Ticks, Integers],
) -> None:
    """Places are met in order, so equal times keep the lowest."""
    first, second, place = out
    for i in range(len(origins.x)):
        for p in range(len(places.x)):
            ticks, g = _crow(origins, i, places, p, ticks_per_metre), group[p]
            if ticks < first[i, g]:
                second[i, g], first[i, g], place[i, g] = first[i, g], ticks, p
            elif ticks < second[i, g]:
                second[i, g] = ticks
