"""Shortest ways on foot to the nearest of some goals, street by street: which way to turn at a crossing.

All the shortest ways to the nearest goal make a forest: from a crossing there is one next street. What
signs say and how many people walk along a street are both read off it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.snapping import edge_ticks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

NOWHERE = -1
"""No next crossing, no street, no goal."""


@dataclass(frozen=True)
class Forest:
    """Ways from every crossing to its nearest goal.

    Attributes
    ----------
    ticks
        To the nearest goal, at least one tick an edge; ``UNREACHABLE`` beyond the limit; shape (nodes,).
    onward
        Next crossing; ``NOWHERE`` where the goal stands on the next street, or without a way.
    edge
        Street left by, the goal's own for the last one; ``NOWHERE`` without a way.
    goal
        Position of the goal reached, or ``NOWHERE``.
    arrived
        Whether the goal stands at the crossing itself: nothing is left to walk; shape (nodes,).
    sequence
        Crossings that have a way, the furthest first: each comes before the next one of its way.
    """

    ticks: Integers
    onward: Integers
    edge: Integers
    goal: Integers
    arrived: Booleans
    sequence: Integers


@dataclass(frozen=True)
class Starts:
    """Where walkers enter a forest; one value a walker.

    Attributes
    ----------
    node
        First crossing of the way; ``NOWHERE`` for who walks along one street only, or has no way.
    ticks
        The whole walk; ``UNREACHABLE`` without a way within the limit.
    edge
        The walker's own street, or ``NOWHERE``.
    goal
        Goal reached, or ``NOWHERE``.
    along
        Whether any of the walker's own street is walked: not by who stands at the first crossing.
    """

    node: Integers
    ticks: Integers
    edge: Integers
    goal: Integers
    along: Booleans

    @property
    def walking(self) -> Booleans:
        """Walkers who have a way."""
        return np.asarray(self.ticks < UNREACHABLE)


def ways_to(graph: StreetGraph, goals: Located, limit: int) -> Forest:
    """Shortest ways from every crossing to the nearest of some goals.

    Parameters
    ----------
    graph
        Walking streets; a street of one way is walked that way only.
    goals
        Points on the graph; those on no street are never reached.
    limit
        Ticks beyond which no way is looked for.
    """
    usable = np.flatnonzero(goals.edge != UNSNAPPED)
    nodes, arrived = graph.nodes, np.zeros(graph.nodes, np.bool_)
    ticks = np.full(nodes, UNREACHABLE, np.int64)
    onward, edge, goal = (np.full(nodes, NOWHERE, np.int64) for _ in range(3))
    if usable.size and graph.edges:
        found, before, source = dijkstra(
            _against(graph, goals, usable),
            indices=nodes + np.arange(usable.size),
            min_only=True,
            return_predecessors=True,
            limit=float(limit),
        )
        here = np.flatnonzero(np.isfinite(found[:nodes]))
        last = before[here] >= nodes
        ticks[here] = found[here]
        onward[here] = np.where(last, NOWHERE, before[here])
        reached = usable[source[here] - nodes]
        goal[here] = reached
        joining = _edges_between(graph, here, np.where(last, here, before[here]))
        edge[here] = np.where(last, goals.edge[reached], joining)
        arrived[here] = last & _stands_at(graph, goals.take(reached), here)
    known = np.flatnonzero(ticks < UNREACHABLE)
    return Forest(ticks, onward, edge, goal, arrived, known[np.argsort(-ticks[known], kind="stable")])


def _against(graph: StreetGraph, goals: Located, usable: Integers) -> csr_array[np.float64]:
    """Every street walked backwards, then each goal to both ends of its street."""
    nodes, points = graph.nodes, goals.take(usable)
    number, (at_tail, at_head) = nodes + np.arange(usable.size), _at_ends(graph, points)
    # From the tail of its street one walks forward to a goal; from its head, back.
    forward, back = graph.ticks_forward[points.edge], graph.ticks_back[points.edge]
    from_tail = np.where((forward < UNREACHABLE) | at_tail, points.ticks_tail, UNREACHABLE)
    from_head = np.where((back < UNREACHABLE) | at_head, points.ticks_head, UNREACHABLE)
    parts = (
        (graph.head, graph.tail, np.maximum(graph.ticks_forward, 1)),
        (graph.tail, graph.head, np.maximum(graph.ticks_back, 1)),
        (number, graph.tail[points.edge], from_tail),
        (number, graph.head[points.edge], from_head),
    )
    start, end, cost = (np.concatenate([np.asarray(p[k], np.int64) for p in parts]) for k in range(3))
    kept = cost < UNREACHABLE
    size = nodes + usable.size
    # An arc of nothing is kept by the format, and followed.
    return csr_array(coo_array((cost[kept].astype(np.float64), (start[kept], end[kept])), shape=(size, size)))


def _at_ends(graph: StreetGraph, points: Located) -> tuple[Booleans, Booleans]:
    """Points that stand on the tail, and on the head, of their street: its way does not bind them."""
    length = edge_ticks(graph)[points.edge].astype(np.int64)
    ahead = points.ticks_head.astype(np.int64) - points.ticks_tail
    return ahead == length, ahead == -length


def _stands_at(graph: StreetGraph, points: Located, node: Integers) -> Booleans:
    """Whether each point, on a street, stands at this end of it."""
    at_tail, at_head = _at_ends(graph, points)
    tail, head = graph.tail[points.edge], graph.head[points.edge]
    return np.asarray((at_tail & (tail == node)) | (at_head & (head == node)))


def _edges_between(graph: StreetGraph, one: Integers, other: Integers) -> Integers:
    """The edge of each pair of nodes; ``NOWHERE`` for a pair that none joins."""
    low, high = np.minimum(graph.tail, graph.head), np.maximum(graph.tail, graph.head)
    key = low.astype(np.int64) * graph.nodes + high
    order = np.argsort(key)
    wanted = np.minimum(one, other) * graph.nodes + np.maximum(one, other)
    at = np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)
    found = order[at]
    return np.where(key[found] == wanted, found, NOWHERE)


def starts_of(graph: StreetGraph, forest: Forest, walkers: Located, goals: Located, limit: int) -> Starts:
    """Where each walker enters the forest; see ``Starts``."""
    on = walkers.edge != UNSNAPPED
    own = np.where(on, walkers.edge, 0)
    node = np.full(len(walkers), NOWHERE, np.int64)
    best = np.full(len(walkers), UNREACHABLE, np.int64)
    if graph.edges and len(walkers):
        at_tail, at_head = _at_ends(graph, walkers)
        ends = (
            (graph.tail, (graph.ticks_back[own] < UNREACHABLE) | at_tail, walkers.ticks_tail),
            (graph.head, (graph.ticks_forward[own] < UNREACHABLE) | at_head, walkers.ticks_head),
        )
        for end, free, away in ends:
            reach = away.astype(np.int64) + forest.ticks[end[own]]
            reach[~on | ~free | (forest.ticks[end[own]] >= UNREACHABLE)] = UNREACHABLE
            better = reach < best
            node[better], best[better] = end[own][better], reach[better]
    goal = np.where(node != NOWHERE, forest.goal[node], NOWHERE)
    still = np.zeros(len(walkers), np.bool_)
    for walker, place, direct, same in _along(graph, walkers, goals):
        if direct <= best[walker]:
            node[walker], best[walker], goal[walker], still[walker] = NOWHERE, direct, place, same
    far = best > limit
    node[far], goal[far], best[far] = NOWHERE, NOWHERE, UNREACHABLE
    along = on & (best < UNREACHABLE) & ~still
    along[along] = (node[along] == NOWHERE) | ~_stands_at(graph, walkers.take(along), node[along])
    return Starts(node, best, np.where(on, walkers.edge, NOWHERE).astype(np.int64), goal, along)


def _along(graph: StreetGraph, walkers: Located, goals: Located) -> list[tuple[int, int, int, bool]]:
    """(walker, goal, ticks, same spot) of those of one street, as far as it may be walked that way."""
    by_edge: dict[int, list[int]] = {}
    for place, edge in enumerate(goals.edge.tolist()):
        if edge != UNSNAPPED:
            by_edge.setdefault(edge, []).append(place)
    length = edge_ticks(graph)
    found = []
    for walker in np.flatnonzero(np.isin(walkers.edge, list(by_edge))).tolist():
        edge = int(walkers.edge[walker])
        for place in by_edge[edge]:
            forward = int(walkers.ticks_head[walker]) + int(goals.ticks_tail[place]) - int(length[edge])
            back = int(walkers.ticks_tail[walker]) + int(goals.ticks_head[place]) - int(length[edge])
            ahead = forward >= back  # the greater is the true one: the other walks past the point
            way = (graph.ticks_forward if ahead else graph.ticks_back)[edge]
            if way < UNREACHABLE or forward == back:
                found.append((walker, place, max(forward, back), forward == back))
    return found


def flow_of(forest: Forest, starts: Starts, weight: Floats) -> Floats:
    """Walkers who pass each crossing, those who enter there included; shape (nodes,)."""
    entering = starts.node != NOWHERE
    flow = np.bincount(starts.node[entering], weights=weight[entering], minlength=len(forest.ticks)).tolist()
    onward = forest.onward.tolist()
    for node in forest.sequence.tolist():
        after = onward[node]
        if after != NOWHERE:
            flow[after] += flow[node]
    return np.array(flow, np.float64)


def edge_flow(edges: int, forest: Forest, starts: Starts, weight: Floats) -> Floats:
    """Walkers of each street, whatever part of it they walk; shape (edges,)."""
    flow = flow_of(forest, starts, weight)
    known = forest.sequence[~forest.arrived[forest.sequence]]
    load = np.bincount(forest.edge[known], weights=flow[known], minlength=edges)
    load += np.bincount(starts.edge[starts.along], weights=weight[starts.along], minlength=edges)
    return np.asarray(load, np.float64)
