"""The fictional town at three sizes, generated once, with walking times of an independent Dijkstra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import RawWays
from hygie.territories.clairval import ClairvalTown, generate_clairval

PACE = 80.0
"""Walking speed of these tests, metres a minute."""
PLANE = Plane(-5.5, 46.3)


@dataclass(frozen=True)
class Walked:
    """A town whose points stand at the nearest drawn point of a street (some 20 m at most)."""

    town: ClairvalTown
    homes: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, town: ClairvalTown) -> Walked:
        ways, territory = town.ways, town.territory
        tree = cKDTree(np.column_stack(PLANE.to_metres(ways.lon, ways.lat)))
        homes, places = (
            np.asarray(tree.query(np.column_stack(PLANE.to_metres(points.lon, points.lat)))[1])
            for points in (territory.demand, territory.places)
        )
        return cls(town, homes, places)

    @property
    def territory(self) -> Territory:
        return self.town.territory

    @property
    def ways(self) -> RawWays:
        return self.town.ways

    def in_quarter(self, name: str) -> NDArray[np.bool_]:
        """Homes of a quarter of Clairval."""
        names = self.territory.layers["quarter"].names
        return np.asarray(self.territory.demand.zones["quarter"] == names.index(name))

    def graph(self, kinds: tuple[int, ...] = (0, 1, 2)) -> csr_array:
        """Minutes between neighbouring drawn points, on ways of these kinds."""
        a, b, kind = segments(self.ways)
        x, y = PLANE.to_metres(self.ways.lon, self.ways.lat)
        kept = np.isin(kind, kinds)
        a, b = a[kept], b[kept]
        minutes = np.hypot(x[a] - x[b], y[a] - y[b]) / PACE
        return coo_array((minutes, (a, b)), shape=(len(x), len(x))).tocsr()

    def minutes_to(self, which: NDArray[np.int64], kinds: tuple[int, ...] = (0, 1, 2)) -> NDArray[np.float64]:
        """Minutes from each home to the nearest of these places."""
        found = dijkstra(self.graph(kinds), directed=False, indices=self.places[which], min_only=True)
        return np.asarray(found, np.float64)[self.homes]

    def minutes_each(self, which: NDArray[np.int64]) -> NDArray[np.float64]:
        """Minutes from each of these places to each home, shape (places, homes)."""
        found = dijkstra(self.graph(), directed=False, indices=self.places[which])
        return np.asarray(found, np.float64)[:, self.homes]

    def median(self, minutes: NDArray[np.float64], among: NDArray[np.bool_] | None = None) -> float:
        """Minutes that half of the residents do not exceed."""
        people = self.territory.demand.people
        chosen = np.ones(len(people), np.bool_) if among is None else among
        order = np.argsort(minutes[chosen], kind="stable")
        below = np.cumsum(people[chosen][order])
        return float(minutes[chosen][order][np.searchsorted(below, below[-1] / 2)])


def segments(ways: RawWays) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Both ends and kind of each straight piece of the ways."""
    last = np.zeros(len(ways.nodes), np.bool_)
    last[ways.start[1:] - 1] = True
    first = np.flatnonzero(~last)
    way = np.repeat(np.arange(len(ways.start) - 1), np.diff(ways.start))[first]
    return ways.nodes[first], ways.nodes[first + 1], ways.kind[way]


@pytest.fixture(scope="session")
def clairval() -> Callable[[int], Walked]:
    """The town of so many residents, seed 1."""

    @cache
    def walked(people: int) -> Walked:
        return Walked.of(generate_clairval(people=people, seed=1, walk_metres_per_minute=PACE))

    return walked
