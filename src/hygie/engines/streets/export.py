"""The street graph and the points on it, as tables anyone can recompute times from.

Minutes are whole ticks, hence exact binary fractions: a Dijkstra on them gives the platform's times
exactly. Two points of one edge may also be joined by the way along it, of
max(to_a + to_b′, to_b + to_a′) − minutes of the edge (of its faster way, where they differ).
None is an empty field.

An edge without ``minutes_ba`` is one-way: its points are left by b and reached from a, and one point
leads to another along it from a towards b only. A point at the very end, whose other minutes are the
edge's minutes more, uses that end both ways, as it stands at the crossing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import Ticks, to_minutes
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.graph import StreetGraph

Integers = NDArray[np.int32]
Cell = str | int | float | None
Row = tuple[Cell, ...]


def node_rows(graph: StreetGraph) -> Iterator[Row]:
    """Rows ``id, lon, lat``: nodes are named by their position."""
    return zip(range(graph.nodes), graph.lon.tolist(), graph.lat.tolist(), strict=True)


def edge_rows(graph: StreetGraph) -> Iterator[Row]:
    """Rows ``a, b, minutes_ab, minutes_ba``: None against a one-way street."""
    forward, back = _minutes(graph.ticks_forward), _minutes(graph.ticks_back)
    return zip(graph.tail.tolist(), graph.head.tolist(), forward, back, strict=True)


def point_rows(graph: StreetGraph, ids: Sequence[str], points: Located) -> Iterator[Row]:
    """Rows ``id, a, b, minutes_to_a, minutes_to_b`` of points on the graph.

    ``a`` and ``b`` are those of the point's edge; its minutes hold both ways. An unsnapped point
    has its id alone.

    Raises
    ------
    ValueError
        If there is not one id a point.
    """
    if len(ids) != len(points):
        raise ValueError(f"{len(points)} points have {len(ids)} ids: give one a point")
    to_a, to_b = _minutes(points.ticks_tail), _minutes(points.ticks_head)
    return zip(ids, _ends(graph.tail, points), _ends(graph.head, points), to_a, to_b, strict=True)


def _ends(ends: Integers, points: Located) -> list[int | None]:
    """One end of the edge of each point."""
    nodes = ends.tolist()
    return [None if edge == UNSNAPPED else nodes[edge] for edge in points.edge.tolist()]


def _minutes(ticks: Ticks) -> list[float | None]:
    return [None if math.isnan(minutes) else minutes for minutes in to_minutes(ticks).tolist()]
