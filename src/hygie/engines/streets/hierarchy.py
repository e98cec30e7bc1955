"""Arcs that let one pass up and one pass down find every shortest time.

Customizable contraction hierarchies (Dibbelt, Strasser and Wagner 2016): nodes are ranked by
elimination; for any two nodes, some shortest way climbs in rank and then goes down. All weights are
whole ticks, so that the times found are those of a Dijkstra, to the tick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.ordering import elimination_order

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Hierarchy:
    """Arcs between ranked nodes, each from a lower rank to a higher one.

    Attributes
    ----------
    rank
        Rank of each node of the graph, shape (n,).
    start, upper
        Arcs of rank r lead to the ranks ``upper[start[r]:start[r + 1]]``, ascending.
    ticks_up, ticks_down
        Time along each arc towards the higher rank, and back; ``UNREACHABLE`` when one-way.
    """

    rank: Integers
    start: Integers
    upper: Integers
    ticks_up: Ticks
    ticks_down: Ticks

    def __post_init__(self) -> None:
        if len(self.start) != len(self.rank) + 1 or self.start[-1] != len(self.upper):
            raise ValueError("a hierarchy lists the arcs of every rank")

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.rank)

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.upper)


def build_hierarchy(graph: StreetGraph) -> Hierarchy:
    """Rank the nodes of a graph and compute the arcs between ranks.

    The same graph gives the same hierarchy. Arcs that no shortest way needs are left out.
    """
    rank, start, upper = elimination_order(graph.nodes, graph.tail, graph.head)
    ticks_up, ticks_down = _street_ticks(graph, rank, start, upper)
    _shorten_from_below(start, upper, ticks_up, ticks_down)
    street_up, street_down = ticks_up.copy(), ticks_down.copy()
    _shorten_from_above(start, upper, ticks_up, ticks_down)
    useful = _useful(street_up, ticks_up) | _useful(street_down, ticks_down)
    kept = np.concatenate([np.zeros(1, np.int32), np.cumsum(useful, dtype=np.int32)])
    return Hierarchy(rank, kept[start], upper[useful], ticks_up[useful], ticks_down[useful])


def _useful(before: Ticks, shortest: Ticks) -> NDArray[np.bool_]:
    """Whether an arc is itself a shortest way: one that is longer belongs to none."""
    useful: NDArray[np.bool_] = (before == shortest) & (shortest < UNREACHABLE)
    return useful


def _street_ticks(
    graph: StreetGraph, rank: Integers, start: Integers, upper: Integers
) -> tuple[Ticks, Ticks]:
    """Ticks of the arcs that are streets, both ways; the others are ``UNREACHABLE`` so far."""
    tail, head = rank[graph.tail], rank[graph.head]
    climbs = tail < head
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
    lows = np.repeat(np.arange(graph.nodes, dtype=np.int64), np.diff(start))
    arc = np.searchsorted(lows * graph.nodes + upper, low * graph.nodes + high)
    ticks_up, ticks_down = (np.full(len(upper), UNREACHABLE, np.int32) for _ in range(2))
    ticks_up[arc] = np.where(climbs, graph.ticks_forward, graph.ticks_back)
    ticks_down[arc] = np.where(climbs, graph.ticks_back, graph.ticks_forward)
    return ticks_up, ticks_down


@compiled
def _shorten_from_below(start: Integers, upper: Integers, up: Ticks, down: Ticks) -> None:
    """Let every arc be no longer than the way through a lower node joined to both its ends."""
    for v in range(len(start) - 1):
        for one in range(start[v], start[v + 1]):
            arc = start[upper[one]]
            for two in range(one + 1, start[v + 1]):
                while upper[arc] != upper[two]:
                    arc += 1
                up[arc] = min(up[arc], down[one] + up[two])
                down[arc] = min(down[arc], down[two] + up[one])


@compiled
def _shorten_from_above(start: Integers, upper: Integers, up: Ticks, down: Ticks) -> None:
    """Let every arc be the shortest time between its ends (perfect customization)."""
    for v in range(len(start) - 2, -1, -1):
        for one in range(start[v], start[v + 1]):
            arc = start[upper[one]]
            for two in range(one + 1, start[v + 1]):
                while upper[arc] != upper[two]:
                    arc += 1
                up[one] = min(up[one], up[two] + down[arc])
                up[two] = min(up[two], up[one] + up[arc])
                down[one] = min(down[one], up[arc] + down[two])
                down[two] = min(down[two], down[arc] + down[one])
