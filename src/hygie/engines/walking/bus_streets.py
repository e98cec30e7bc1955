"""From children on streets to a walking-bus problem: stops, lengths and dangers along the ways.

A stop is the first crossing of a child's shortest way to school: children of one crossing share it, and
no stop is an address. A child on the school's own stretch of street is its own stop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.bus import BusProblem, Floats, Integers

_SHIFT = float(1 << 24)
"""Times are multiplied by this and dangers added: the shortest way, then the least dangerous of these."""
_FURTHEST = 120 * TICKS_PER_MINUTE
"""Ticks of an adult's walk beyond which no way to school is looked for."""
_MOST_DANGER = 1_000
"""So that the danger of the longest way stays under one tick of it."""
METRES_PER_KILOMETRE = 1000.0


@dataclass(frozen=True)
class Pace:
    """How fast and how far: metres per minute of the graph's times and of the group; rules of a line.

    ``danger`` is per kilometre of a path, a street and a main road.
    """

    adult: float
    group: float
    longest_minutes: float
    alpha: float
    danger: tuple[float, float, float]


@dataclass(frozen=True)
class SchoolStops:
    """Children gathered at stops, and the problem of the stops.

    Attributes
    ----------
    problem
        Node 0 is the school, 1 to n the stops; lengths in metres, danger in its own unit.
    lon, lat
        Degrees of the nodes, the school included; shape (n + 1,).
    stop
        Stop of each child, 0 for who is not served; shape (children,).
    to_stop, shortest
        Metres from each child to its stop, and to school; NaN without a way; shape (children,).
    """

    problem: BusProblem | None
    lon: Floats
    lat: Floats
    stop: Integers
    to_stop: Floats
    shortest: Floats


def school_stops(graph: StreetGraph, school: Located, children: Located, pace: Pace) -> SchoolStops:
    """Stops of children who walk to a school, and what joins them.

    A child is not served when it has no way to school, or when its stop is further than a line may go.

    Parameters
    ----------
    graph
        Walking streets; those of one way only are left out.
    school
        One point.
    children
        Their homes.
    pace
        Speeds, limits and dangers.

    Raises
    ------
    ValueError
        If alpha is under 1, or there is not one school.
    """
    if len(school) != 1 or not pace.alpha >= 1:
        raise ValueError("one school, and a detour of 1 or more")
    if not all(0 <= rate <= _MOST_DANGER for rate in pace.danger):
        raise ValueError(f"the danger of a street is from 0 to {_MOST_DANGER}")
    points = school.joined(children)
    streets = _joined(graph, points, pace)
    from_school = np.array([graph.nodes])
    found, came = dijkstra(streets, indices=from_school, return_predecessors=True, limit=_FURTHEST * _SHIFT)
    ways, before = found[0], came[0]
    metres = _metres(ways, pace)
    home = graph.nodes + 1 + np.arange(len(children))
    reached = np.isfinite(ways[home])
    vertex = np.where(reached & (before[home] < graph.nodes), before[home], home)
    served = reached & (metres[vertex] <= pace.longest_minutes * pace.group)
    shortest = np.where(reached, metres[home], np.nan)
    to_stop = np.full(len(children), np.nan)
    to_stop[served] = metres[home[served]] - metres[vertex[served]]
    stops, of_child = np.unique(vertex[served], return_inverse=True)
    stop = np.zeros(len(children), np.int64)
    stop[served] = of_child + 1
    nodes = np.concatenate([[graph.nodes], stops])
    lon, lat = (
        np.concatenate([first, second])[nodes]
        for first, second in ((graph.lon, points.lon), (graph.lat, points.lat))
    )
    limit = np.full(len(nodes), pace.longest_minutes * pace.group)
    np.minimum.at(limit, stop[served], pace.alpha * shortest[served] - to_stop[served])
    problem = _problem(streets, nodes, limit, pace) if stops.size else None
    return SchoolStops(problem, lon, lat, stop, to_stop, shortest)


def _problem(streets: csr_array[np.float64], nodes: Integers, limit: Floats, pace: Pace) -> BusProblem:
    ways = dijkstra(streets, indices=nodes, limit=_FURTHEST * _SHIFT)[:, nodes]
    walk = _metres(ways, pace)
    danger = np.mod(ways, _SHIFT) / METRES_PER_KILOMETRE
    limit[0] = 0.0
    # Rounding: what is subtracted above is the straight walk again, to the last digit but one.
    return BusProblem(walk, danger, np.maximum(limit, walk[:, 0]))


def _metres(ways: Floats, pace: Pace) -> Floats:
    """Metres of composite lengths; infinite where there is no way."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.floor(ways / _SHIFT) / TICKS_PER_MINUTE * pace.adult, np.float64)


def _joined(graph: StreetGraph, points: Located, pace: Pace) -> csr_array[np.float64]:
    """Crossings, then points, joined by composite lengths both ways."""
    open_both = (graph.ticks_forward < UNREACHABLE) & (graph.ticks_back < UNREACHABLE)
    ticks = np.maximum(graph.ticks_forward, graph.ticks_back)
    rate = np.array([*pace.danger, pace.danger[-1]])[graph.kind]
    edges = np.flatnonzero(open_both)
    on = np.flatnonzero((points.edge != UNSNAPPED) & open_both[np.where(points.edge < 0, 0, points.edge)])
    number = graph.nodes + on
    pairs = _along(points, on, ticks)
    first = np.concatenate([graph.tail[edges], number, number, graph.nodes + pairs[0]])
    second = np.concatenate(
        [graph.head[edges], graph.tail[points.edge[on]], graph.head[points.edge[on]], graph.nodes + pairs[1]]
    )
    length = np.concatenate([ticks[edges], points.ticks_tail[on], points.ticks_head[on], pairs[2]]).astype(
        np.float64
    )
    kind = np.concatenate(
        [rate[edges], rate[points.edge[on]], rate[points.edge[on]], rate[points.edge[pairs[0]]]]
    )
    danger = np.rint(length / TICKS_PER_MINUTE * pace.adult * kind)
    # A length of nothing would be no street at all: a tick is a third of a millimetre.
    weight = np.maximum(length, 1.0) * _SHIFT + danger
    size = graph.nodes + len(points)
    ends = (np.concatenate([first, second]), np.concatenate([second, first]))
    return csr_array(coo_array((np.concatenate([weight, weight]), ends), shape=(size, size)))


def _along(points: Located, on: Integers, ticks: NDArray[np.int32]) -> tuple[Integers, Integers, Integers]:
    """Pairs of points of one edge, and the ticks of the walk along it."""
    by_edge = on[np.argsort(points.edge[on], kind="stable")]
    firsts, seconds = [], []
    for group in np.split(by_edge, np.flatnonzero(np.diff(points.edge[by_edge])) + 1):
        for rank, one in enumerate(group.tolist()):
            firsts.extend([one] * (len(group) - rank - 1))
            seconds.extend(group[rank + 1 :].tolist())
    one, other = np.array(firsts, np.int64), np.array(seconds, np.int64)
    edge = ticks[points.edge[one]].astype(np.int64)
    tail, head = points.ticks_tail.astype(np.int64), points.ticks_head.astype(np.int64)
    walk = np.maximum(tail[one] + head[other], head[one] + tail[other]) - edge
    return one, other, walk
