"""Travel times over a street graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.minutes import UNREACHABLE, Ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import UNSNAPPED, Located, NearestTwo
from hygie.engines.streets import sweeps
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import Hierarchy
from hygie.engines.streets.snapping import EdgeIndex, edge_index, edge_ticks, snap_on
from hygie.engines.streets.sweeps import LANES, NO_KEY, Along, Arcs, Edges, Ends, Two

Integers = NDArray[np.int32]
Booleans = NDArray[np.bool_]

LANES_OF_TWO = 16
"""Groups per sweep when places are kept by name: four times the memory a lane."""

_CACHE_LINE = 64
_VECTOR = 8
"""Lanes come by whole vectors of the processor; the spare ones hold nothing."""


@dataclass(frozen=True)
class StreetTravel:
    """Exact times by street, to the tick; a ``TravelModel``.

    Nobody leaves a point, nor reaches one, against a one-way street; ``Located`` holds both ends all
    the same, so that one row of points serves both.

    Attributes
    ----------
    graph, hierarchy
        The streets, and the hierarchy built from them.
    plane
        Measures the walk to the nearest street.
    limit_metres
        Points further from any street reach nothing.
    metres_per_minute
        Speed of the walk between a point and its street.
    """

    graph: StreetGraph
    hierarchy: Hierarchy
    plane: Plane
    limit_metres: float
    metres_per_minute: float

    def __post_init__(self) -> None:
        if self.graph.nodes != self.hierarchy.nodes:
            raise ValueError("the hierarchy is that of another graph")

    @property
    def estimate(self) -> bool:
        """False: times follow real streets."""
        return False

    @cached_property
    def _index(self) -> EdgeIndex:
        return edge_index(self.graph, self.plane)

    @cached_property
    def _arcs(self) -> Arcs:
        h = self.hierarchy
        return Arcs(*(_plain(column) for column in (h.start, h.upper, h.ticks_up, h.ticks_down)))

    @cached_property
    def _edge_ticks(self) -> Ticks:
        return edge_ticks(self.graph)

    @cached_property
    def _open(self) -> tuple[Booleans, Booleans]:
        """Whether each edge may be travelled from tail to head, and back."""
        return self.graph.ticks_forward < UNREACHABLE, self.graph.ticks_back < UNREACHABLE

    @cached_property
    def _tail_and_head(self) -> tuple[Integers, Integers]:
        return self.hierarchy.rank[self.graph.tail], self.hierarchy.rank[self.graph.head]

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Located:
        """Place points (degrees) on their nearest edge."""
        return snap_on(
            self._index,
            self.plane,
            lon,
            lat,
            limit_metres=self.limit_metres,
            metres_per_minute=self.metres_per_minute,
        )

    def nearest(self, origins: Located, places: Located, group: Integers, groups: int) -> Ticks:
        """Ticks from each origin to the nearest place of each group.

        Parameters
        ----------
        origins, places
            Points located on this graph.
        group
            Group of each place, 0 to ``groups - 1``; shape (places,).
        groups
            Number of groups; one without place is ``UNREACHABLE`` from everywhere.

        Returns
        -------
        Ticks
            Shape (origins, groups).
        """
        check_groups(places, group, groups)
        if not (len(places) and self.graph.edges):
            return np.full((len(origins), groups), UNREACHABLE, np.int32)
        start, goal = self._origins(origins), self._goals(places)
        out = np.empty((len(origins), groups), np.int32)
        sequence = np.arange(len(origins))
        for low in range(0, groups, LANES):
            high = min(low + LANES, groups)
            times = _rows_of_times(self.hierarchy.nodes, _whole_vectors(high - low))
            known = np.zeros(self.hierarchy.nodes, np.bool_)
            sweeps.seed(times, known, goal, (group - low).astype(np.int32))
            sweeps.sweep(self._arcs, times, known)
            sweeps.collect(times, start, sequence, out[:, low:high])
        sweeps.walk_directly(start, goal, self._along(places), group.astype(np.int32), out)
        return out

    def nearest_two(self, origins: Located, places: Located, group: Integers, groups: int) -> NearestTwo:
        """Nearest place of each group and the time to the next one; see ``nearest``."""
        check_groups(places, group, groups)
        shape = (len(origins), groups)
        out = Two(*(np.full(shape, value, np.int32) for value in (UNREACHABLE, UNREACHABLE, -1)))
        if not (len(places) and self.graph.edges):
            return NearestTwo(out.first, out.second, out.place)
        start, goal, along = self._origins(origins), self._goals(places), self._along(places)
        for low in range(0, groups, LANES_OF_TWO):
            high = min(low + LANES_OF_TWO, groups)
            first = np.full((self.hierarchy.nodes, _whole_vectors(high - low)), NO_KEY)
            second = first.copy()
            lane = (group - low).astype(np.int32)
            sweeps.seed_two(first, second, goal, lane)
            sweeps.sweep_two(self._arcs, first, second)
            part = Two(*(column[:, low:high] for column in out))
            sweeps.collect_two((first, second), start, goal, (along, lane), part)
        return NearestTwo(out.first, out.second, out.place)

    def each(self, origins: Located, places: Located) -> Ticks:
        """Ticks from each origin to each place, shape (origins, places)."""
        if not (len(places) and self.graph.edges):
            return np.full((len(origins), len(places)), UNREACHABLE, np.int32)
        start, goal = self._origins(origins), self._goals(places)
        out = np.empty((len(origins), len(places)), np.int32)
        sweeps.sweep_each(self._arcs, start, goal, numba.get_num_threads(), out)
        lane = np.arange(len(places), dtype=np.int32)
        sweeps.walk_directly(start, goal, self._along(places), lane, out)
        return out

    def _origins(self, points: Located) -> Ends:
        """Points that are left: by the tail where the edge may be travelled back."""
        forward, back = self._open
        return self._ends(points, back, forward)

    def _goals(self, points: Located) -> Ends:
        """Points that are reached: from the tail where the edge may be travelled forward."""
        forward, back = self._open
        return self._ends(points, forward, back)

    def _ends(self, points: Located, by_tail: Booleans, by_head: Booleans) -> Ends:
        """Ends of points, those that a one-way street forbids left out."""
        tail, head = self._tail_and_head
        ends = Ends(*(np.empty(len(points), np.int32) for _ in Ends._fields))
        edges = Edges(tail, head, self._edge_ticks, by_tail, by_head)
        columns = (_plain(points.edge), _plain(points.ticks_tail), _plain(points.ticks_head))
        sweeps.place_ends(columns, edges, ends)
        return ends

    def _along(self, places: Located) -> Along:
        snapped = np.flatnonzero(places.edge != UNSNAPPED).astype(np.int32)
        edge = places.edge[snapped]
        start = np.zeros(self.graph.edges + 1, np.int32)
        np.cumsum(np.bincount(edge, minlength=self.graph.edges), out=start[1:])
        return Along(start, snapped[np.argsort(edge, kind="stable")], *self._open)


def _rows_of_times(rows: int, lanes: int) -> Ticks:
    """Times not known yet, shape (rows, lanes), each row from the start of a line of the cache.

    A row that straddles lines costs half as much again to sweep.
    """
    size = rows * lanes * 4
    raw = np.empty(size + _CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % _CACHE_LINE
    times = raw[start : start + size].view(np.int32).reshape(rows, lanes)
    times.fill(UNREACHABLE)
    return times


def check_groups(places: Located, group: Integers, groups: int) -> None:
    """Refuse groups that are not one a place, from 0 to ``groups - 1``."""
    if len(group) != len(places):
        raise ValueError(f"{len(places)} places have {len(group)} groups: give one a place")
    if len(group) and not 0 <= group.min() <= group.max() < groups:
        raise ValueError(f"groups go from 0 to {groups - 1}, not from {group.min()} to {group.max()}")


def _plain(column: Integers) -> Integers:
    """The column as the kernels are compiled for; a copy of one mapped from a file, read only."""
    return np.require(column, np.int32, ["C", "W"])


def _whole_vectors(lanes: int) -> int:
    return -(-lanes // _VECTOR) * _VECTOR
