"""From ways as drawn to a graph of crossings.

Nothing is dropped but segments of no length and the second drawing of the same segment: islands and
dead ends stay, and ``components`` tells how many pieces there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hygie.engines.kernel.compiled import compiled
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import LONGEST_MINUTES, Ticks, to_ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays, StreetGraph

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
Positions = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class _Segments:
    """Straight pieces of ways between two different nodes; each pair of nodes once.

    ``low < high`` are the nodes; ``up`` and ``down`` the speeds from low to high and back, in
    metres per minute, zero where it is forbidden.
    """

    low: Integers
    high: Integers
    metres: Floats
    up: Floats
    down: Floats
    kind: NDArray[np.int8]


def build_graph(ways: RawWays, plane: Plane) -> StreetGraph:
    """Join the ways where they share nodes, and keep as nodes the crossings alone.

    A bend (a node where two segments of the same speed, directions and kind meet) becomes shape.
    Of parallel edges all but the straightest, and every loop, are cut at inner nodes of theirs.
    The order of the ways changes nothing.

    Parameters
    ----------
    ways
        As drawn; each can be travelled one way at least.
    plane
        Lengths are measured on it, in metres.

    Returns
    -------
    StreetGraph
        Nodes in the order of ``ways``; edges by tail then head, tail below head; an edge takes
        one tick at least.

    Raises
    ------
    ValueError
        If a way has a single node, no direction, or a speed that is not above zero.
    """
    _check(ways)
    segments = _segments(ways, plane)
    crossing = _crossings(len(ways.lon), segments)
    first, inner = _chains(segments, crossing)
    cuts = _cuts(first, inner)
    if len(cuts):
        crossing[cuts] = True
        first, inner = _chains(segments, crossing)
    return _graph(ways, segments, first, inner)


def _check(ways: RawWays) -> None:
    if np.any(np.diff(ways.start) < 2):
        raise ValueError("a way runs through two nodes at least")
    if not np.all(ways.forward | ways.back):
        raise ValueError("a way can be travelled one way at least: leave the others out")
    if not np.all(np.isfinite(ways.metres_per_minute) & (ways.metres_per_minute > 0)):
        raise ValueError("the speed on a way is above zero")


def _segments(ways: RawWays, plane: Plane) -> _Segments:
    """Segments by their nodes; the same one drawn twice keeps its best speed each way."""
    way = np.repeat(np.arange(len(ways.start) - 1), np.diff(ways.start))
    begin = np.flatnonzero(way[:-1] == way[1:])
    begin = begin[ways.nodes[begin] != ways.nodes[begin + 1]]
    way, one, other = way[begin], ways.nodes[begin], ways.nodes[begin + 1]
    along = one < other
    low, high = np.minimum(one, other), np.maximum(one, other)
    speed = ways.metres_per_minute[way]
    forward, back = speed * ways.forward[way], speed * ways.back[way]
    _, first, same = np.unique(
        low.astype(np.int64) * len(ways.lon) + high, return_index=True, return_inverse=True
    )
    x, y = plane.to_metres(ways.lon, ways.lat)
    low, high = low[first], high[first]
    up, down, kind = np.zeros(len(first)), np.zeros(len(first)), np.zeros(len(first), np.int8)
    np.maximum.at(up, same, np.where(along, forward, back))
    np.maximum.at(down, same, np.where(along, back, forward))
    np.maximum.at(kind, same, ways.kind[way])
    length = np.hypot(x[high] - x[low], y[high] - y[low])
    _refuse_endless(length > LONGEST_MINUTES * np.maximum(up, down), ways.lon[low], ways.lat[low])
    return _Segments(low, high, length, up, down, kind)


def _refuse_endless(endless: Booleans, lon: Floats, lat: Floats) -> None:
    """Refuse a street that takes days from one of its points to the next: a coordinate is wrong."""
    found = np.flatnonzero(endless)
    if len(found):
        place = f"{lon[found[0]]:.5f}, {lat[found[0]]:.5f}"
        raise HygieError(
            f"Une rue est trop longue pour être parcourue, près du point {place}.",
            why="Une de ses coordonnées est sans doute fausse.",
            fix="Corrigez-la dans le fichier des rues, ou prenez-en une autre édition.",
        )


def _crossings(nodes: int, segments: _Segments) -> Booleans:
    """Whether each node is more than a bend between two segments alike."""
    degree = np.bincount(np.concatenate([segments.low, segments.high]), minlength=nodes)
    crossing = degree != 2
    kind = np.concatenate([segments.kind, segments.kind])
    node = np.concatenate([segments.low, segments.high])
    away = np.concatenate([segments.up, segments.down])
    towards = np.concatenate([segments.down, segments.up])
    sequence = np.argsort(node, kind="stable")
    sequence = sequence[~crossing[node[sequence]]]
    one, other = sequence[0::2], sequence[1::2]
    alike = (away[one] == towards[other]) & (towards[one] == away[other]) & (kind[one] == kind[other])
    crossing[node[one][~alike]] = True
    kept: Booleans = crossing & (degree > 0)
    return kept


def _chains(segments: _Segments, crossing: Booleans) -> tuple[Positions, Integers]:
    """Runs of segments from crossing to crossing.

    Returns
    -------
    first
        Chain c runs through ``nodes[first[c]:first[c + 1]]``; sorted by its first two nodes.
    nodes
        Its nodes, both crossings included.
    """
    one = np.concatenate([segments.low, segments.high])
    other = np.concatenate([segments.high, segments.low])
    sequence = np.lexsort((other, one))
    start = np.zeros(len(crossing) + 1, np.int64)
    np.cumsum(np.bincount(one, minlength=len(crossing)), out=start[1:])
    return _trace(start, other[sequence].astype(np.int32), crossing)


@compiled
def _step(start: Positions, neighbour: Integers, walked: Booleans, node: int, slot: int) -> int:
    """Walk the segment at ``slot``, from ``node``: marks both its ends; the node reached."""
    walked[slot] = True
    reached = int(neighbour[slot])
    for back in range(start[reached], start[reached + 1]):
        if neighbour[back] == node:
            walked[back] = True
    return reached


@compiled
def _trace(start: Positions, neighbour: Integers, crossing: Booleans) -> tuple[Positions, Integers]:
    """Follow every chain from its lowest end, then the rings that meet no crossing."""
    walked = np.zeros(len(neighbour), np.bool_)
    nodes = np.empty(2 * len(neighbour), np.int32)
    first = np.zeros(len(neighbour) + 1, np.int64)
    chains, used = 0, 0
    for rings in range(2):
        for origin in range(len(crossing)):
            if not (crossing[origin] or rings):
                continue
            for slot in range(start[origin], start[origin + 1]):
                if walked[slot]:
                    continue
                nodes[used] = origin
                used += 1
                node = _step(start, neighbour, walked, origin, slot)
                while not crossing[node] and node != origin:
                    nodes[used] = node
                    used += 1
                    ahead = start[node] if not walked[start[node]] else start[node] + 1
                    node = _step(start, neighbour, walked, node, ahead)
                nodes[used] = node
                used += 1
                chains += 1
                first[chains] = used
    return first[: chains + 1], nodes[:used]


def _cuts(first: Positions, nodes: Integers) -> Integers:
    """Inner nodes to keep so that no edge is a loop and a pair of nodes names one edge.

    A loop has two inner nodes at least and is cut at two; of the chains of one pair, the one with
    the fewest inner nodes stays whole and the others, which have some, are cut in the middle.
    """
    tail, head, inner = nodes[first[:-1]], nodes[first[1:] - 1], np.diff(first) - 2
    sequence = np.lexsort((nodes[first[:-1] + 1], inner, head, tail))
    again = np.zeros(len(sequence), np.bool_)
    again[1:] = (np.diff(tail[sequence]) == 0) & (np.diff(head[sequence]) == 0)
    loop = np.flatnonzero(tail == head)
    parallel = sequence[again & (tail != head)[sequence]]
    return np.concatenate(
        [
            tail[loop],  # already a crossing, unless the loop is a ring that meets none
            nodes[first[loop] + 1 + inner[loop] // 3],
            nodes[first[loop] + 1 + 2 * inner[loop] // 3],
            nodes[first[parallel] + 1 + inner[parallel] // 2],
        ]
    )


def _graph(ways: RawWays, segments: _Segments, first: Positions, nodes: Integers) -> StreetGraph:
    """Chains, with their time, as edges between renumbered nodes."""
    tail, head = nodes[first[:-1]], nodes[first[1:] - 1]
    sequence = np.lexsort((head, tail))
    kept = np.unique(np.concatenate([tail, head]))
    metres, up, down, kind = _measures(len(ways.lon), segments, first, nodes)
    size = np.diff(first)[sequence]
    shape = np.repeat(first[:-1][sequence] - np.cumsum(size) + size, size) + np.arange(size.sum())
    return StreetGraph(
        profile=ways.profile,
        lon=ways.lon[kept],
        lat=ways.lat[kept],
        tail=np.searchsorted(kept, tail[sequence]).astype(np.int32),
        head=np.searchsorted(kept, head[sequence]).astype(np.int32),
        ticks_forward=_ticks(metres, up)[sequence],
        ticks_back=_ticks(metres, down)[sequence],
        shape_start=np.concatenate([np.zeros(1), np.cumsum(size)]).astype(np.int32),
        shape_lon=ways.lon[nodes[shape]],
        shape_lat=ways.lat[nodes[shape]],
        kind=kind[sequence],
    )


def _measures(
    count: int, segments: _Segments, first: Positions, nodes: Integers
) -> tuple[Floats, Floats, Floats, NDArray[np.int8]]:
    """Metres of each chain, and the speeds both ways and kind that its segments share."""
    step = np.ones(len(nodes), np.bool_)
    step[first[1:] - 1] = False
    at = np.flatnonzero(step)
    one, other = nodes[at], nodes[at + 1]
    pairs = segments.low.astype(np.int64) * count + segments.high
    segment = np.searchsorted(pairs, np.minimum(one, other).astype(np.int64) * count + np.maximum(one, other))
    begin = first[:-1] - np.arange(len(first) - 1)
    metres = np.add.reduceat(segments.metres[segment], begin) if len(begin) else np.empty(0)
    lead, climbs = segment[begin], one[begin] < other[begin]
    up = np.where(climbs, segments.up[lead], segments.down[lead])
    down = np.where(climbs, segments.down[lead], segments.up[lead])
    return metres, up, down, segments.kind[lead]


def _ticks(metres: Floats, speed: Floats) -> Ticks:
    """Time at a speed, one tick at least; ``UNREACHABLE`` where the speed is zero."""
    minutes = np.divide(metres, speed, out=np.full(len(metres), np.inf), where=speed > 0)
    return np.maximum(to_ticks(minutes), 1).astype(np.int32)


def components(graph: StreetGraph) -> Integers:
    """Connected piece of each node, one-way streets taken as two-way: 0 for the largest, and so on.

    Pieces of one size are in the order of their first nodes.
    """
    joined = coo_array(
        (np.ones(graph.edges, np.int8), (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes)
    )
    count, label = connected_components(joined, directed=False)
    place = np.empty(count, np.int32)
    place[np.argsort(-np.bincount(label, minlength=count), kind="stable")] = np.arange(count)
    return place[label]


def largest_share(labels: Integers) -> float:
    """Share of the nodes that lie in the largest piece; 1 for a graph without nodes."""
    return float(np.count_nonzero(labels == 0) / len(labels)) if len(labels) else 1.0
