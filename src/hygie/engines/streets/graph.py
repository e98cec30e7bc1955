"""Street graphs: what readers hand over and what travel times run on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import UNREACHABLE, Ticks

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]

THROUGH = 3
"""Kind of a road that is driven along and that no home opens on: a motorway, a slip road."""


@dataclass(frozen=True)
class RawWays:
    """Ways as drawn, before crossings are told from bends.

    Attributes
    ----------
    profile
        ``walk`` or ``car``.
    lon, lat
        Degrees of each node, shape (n,).
    start
        Way w runs through ``nodes[start[w]:start[w + 1]]``, at least two; shape (ways + 1,).
    nodes
        Positions in ``lon`` and ``lat``; two ways meet where they share a node.
    metres_per_minute
        Speed on each way, shape (ways,).
    forward, back
        Whether each way may be travelled as drawn, and against; shape (ways,).
    kind
        0 path or steps, 1 street, 2 main road: how maps draw it; ``THROUGH`` is a main road that no
        point is snapped on; shape (ways,).
    """

    profile: str
    lon: Floats
    lat: Floats
    start: Integers
    nodes: Integers
    metres_per_minute: Floats
    forward: NDArray[np.bool_]
    back: NDArray[np.bool_]
    kind: NDArray[np.int8]


@dataclass(frozen=True)
class StreetGraph:
    """Crossings joined by edges that keep their shape.

    No edge joins a node to itself and no two edges join the same pair: a loop or a parallel edge
    is cut at an inner node, so that a pair of nodes names one edge.

    Attributes
    ----------
    profile
        ``walk`` or ``car``.
    lon, lat
        Degrees of each node, shape (n,).
    tail, head
        Nodes of each edge, shape (m,).
    ticks_forward, ticks_back
        Time from tail to head and from head to tail; ``UNREACHABLE`` against a one-way street.
    shape_start, shape_lon, shape_lat
        Edge e is the line through ``shape_*[shape_start[e]:shape_start[e + 1]]``, tail to head,
        both ends included; degrees.
    kind
        As in ``RawWays``, shape (m,).
    """

    profile: str
    lon: Floats
    lat: Floats
    tail: Integers
    head: Integers
    ticks_forward: Ticks
    ticks_back: Ticks
    shape_start: Integers
    shape_lon: Floats
    shape_lat: Floats
    kind: NDArray[np.int8]

    def __post_init__(self) -> None:
        if np.any(self.tail == self.head):
            raise ValueError("an edge joins two different nodes; cut loops at an inner node")
        if np.any((self.ticks_forward >= UNREACHABLE) & (self.ticks_back >= UNREACHABLE)):
            raise ValueError("an edge can be travelled one way at least")

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.tail)

    @property
    def symmetric(self) -> bool:
        """Whether every edge takes the same time both ways."""
        return bool(np.array_equal(self.ticks_forward, self.ticks_back))
