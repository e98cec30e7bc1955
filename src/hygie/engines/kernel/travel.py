"""What every way of moving answers, whatever it stands on: streets, crow-fly, later timetables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.minutes import Ticks

UNSNAPPED = -1
"""Edge of a point that no edge is near enough to."""


@dataclass(frozen=True)
class Located:
    """Points placed on a street graph, or left free for crow-fly travel.

    A snapped point lies at ``position`` ticks along its edge and ``offset`` ticks away from it:
    ``ticks_tail = offset + position`` and ``ticks_head = offset + edge − position``, so both are
    whole and the direct walk between two points of one edge is whole too.

    Attributes
    ----------
    lon, lat
        Degrees, shape (n,).
    edge
        Edge each point is projected on, or ``UNSNAPPED``; shape (n,).
    ticks_tail, ticks_head
        Time between the point and both ends of its edge, the straight walk to the edge included;
        it holds both ways, in so far as the edge itself may be travelled: on a one-way street a
        model leaves by one end and arrives by the other. ``UNREACHABLE`` where unsnapped.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    edge: NDArray[np.int32]
    ticks_tail: Ticks
    ticks_head: Ticks

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, positions: ArrayLike) -> Located:
        """Points at ``positions`` (indices or mask), in that order."""
        p = np.asarray(positions)
        return Located(self.lon[p], self.lat[p], self.edge[p], self.ticks_tail[p], self.ticks_head[p])

    def joined(self, other: Located) -> Located:
        """These points, then the others."""
        return Located(
            np.concatenate([self.lon, other.lon]),
            np.concatenate([self.lat, other.lat]),
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.ticks_tail, other.ticks_tail]),
            np.concatenate([self.ticks_head, other.ticks_head]),
        )


@dataclass(frozen=True)
class NearestTwo:
    """The two nearest places of each group, from each origin.

    Attributes
    ----------
    first, second
        Ticks, shape (origins, groups); ``UNREACHABLE`` where there is none.
    first_place
        Position in the places given, shape (origins, groups); -1 where there is none. Equal times
        go to the lowest position.
    """

    first: Ticks
    second: Ticks
    first_place: NDArray[np.int32]


class TravelModel(Protocol):
    """Times between residents and places by one mode.

    ``estimate`` is True when times do not follow real streets; every figure then says so.
    """

    @property
    def estimate(self) -> bool:
        """Whether every time is an estimate."""
        ...

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Located:
        """Place points (degrees) on what this mode travels on."""
        ...

    def nearest(self, origins: Located, places: Located, group: NDArray[np.int32], groups: int) -> Ticks:
        """Ticks from each origin to the nearest place of each group, shape (origins, groups)."""
        ...

    def nearest_two(
        self, origins: Located, places: Located, group: NDArray[np.int32], groups: int
    ) -> NearestTwo:
        """Nearest place of each group and the time to the next one: what closing it would cost."""
        ...

    def each(self, origins: Located, places: Located) -> Ticks:
        """Ticks from each origin to each place, shape (origins, places)."""
        ...


@dataclass(frozen=True)
class Movement:
    """One mode over one territory: the model, with residents and places located on it once."""

    model: TravelModel
    people: Located
    places: Located
