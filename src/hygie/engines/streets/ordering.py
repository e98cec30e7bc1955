"""In which order the nodes of a street graph are set aside, and which arcs that creates.

Setting a node aside joins its remaining neighbours pairwise, as in sparse elimination. Taking each
time a node with the fewest remaining neighbours (minimum degree, Tinney and Walker 1967) keeps
street graphs sparse: about two arcs a node for a town. Nodes are then renumbered depth first along
the elimination tree (Liu 1990), which changes no arc and puts close in memory what is close on the
ground.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Integers = NDArray[np.int32]

NONE = -1


class _Lists(NamedTuple):
    """Neighbours of every node: ``size[v]`` of them in ``pool`` from ``begin[v]``."""

    pool: Integers
    begin: Integers
    size: Integers


def elimination_order(nodes: int, tail: Integers, head: Integers) -> tuple[Integers, Integers, Integers]:
    """Order the nodes and list, for each, the later nodes it is joined to.

    Parameters
    ----------
    nodes
        Number of nodes n.
    tail, head
        Ends of each undirected edge; no loop, no pair twice.

    Returns
    -------
    rank
        Place of each node in the order, shape (n,).
    start, upper
        Node of rank r is joined to the ranks ``upper[start[r]:start[r + 1]]``, ascending, all
        above r.
    """
    first, neighbour = _neighbours(nodes, tail, head)
    order, begin, size, pool = _eliminate(first, neighbour)
    rank = np.empty(nodes, np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    rank = _depth_first(order, rank, begin, size, pool)
    low = np.repeat(rank, size)
    high = rank[pool[_spread(begin, size)]]
    sequence = np.argsort(low.astype(np.int64) * max(nodes, 1) + high)
    start = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(low, minlength=nodes), out=start[1:])
    return rank, start, high[sequence]


def _neighbours(nodes: int, tail: Integers, head: Integers) -> tuple[Integers, Integers]:
    """Neighbours of each node, as offsets and a flat list, ascending."""
    one, other = np.concatenate([tail, head]), np.concatenate([head, tail])
    sequence = np.lexsort((other, one))
    first = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(one, minlength=nodes), out=first[1:])
    return first, other[sequence].astype(np.int32)


def _spread(begin: Integers, size: Integers) -> NDArray[np.int64]:
    """Positions ``begin[i] … begin[i] + size[i] - 1`` of every i, one after the other."""
    shift = begin.astype(np.int64) - (np.cumsum(size, dtype=np.int64) - size)
    spread: NDArray[np.int64] = np.arange(size.sum(), dtype=np.int64) + np.repeat(shift, size)
    return spread


@compiled
def _unlink(node: int, degree: int, top: Integers, after: Integers, before: Integers) -> None:
    """Take a node out of the chain of nodes of that degree."""
    if before[node] == NONE:
        top[degree] = after[node]
    else:
        after[before[node]] = after[node]
    if after[node] != NONE:
        before[after[node]] = before[node]


@compiled
def _link(node: int, degree: int, top: Integers, after: Integers, before: Integers) -> None:
    """Put a node at the top of the chain of nodes of that degree."""
    before[node] = NONE
    after[node] = top[degree]
    if top[degree] != NONE:
        before[top[degree]] = node
    top[degree] = node


@compiled
def _with_room(pool: Integers, used: int, wanted: int) -> Integers:
    """The pool, or a larger copy of it that has ``wanted`` free places after ``used``."""
    if used + wanted <= len(pool):
        return pool
    larger = np.empty(2 * (used + wanted), np.int32)
    larger[:used] = pool[:used]
    return larger


@compiled
def _absorb(lists: _Lists, clique: Integers, node: np.int32, seen: Integers) -> None:
    """Replace in ``node``'s neighbours the node set aside by the rest of its clique.

    ``clique`` ends with the node set aside; the list of ``node`` has room for all of it.
    """
    pool, begin = lists.pool, lists.begin[node]
    last = begin + lists.size[node] - 1
    for i in range(begin, last):
        if pool[i] == clique[-1]:
            pool[i] = pool[last]
        seen[pool[i]] = node
    for other in clique[:-1]:
        if other != node and seen[other] != node:
            pool[last] = other
            last += 1
    lists.size[node] = last - begin


@compiled
def _eliminate(first: Integers, neighbour: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Set nodes aside by minimum degree; ties go to the last one whose degree changed.

    Returns the order, and the neighbours of each node when it was set aside: ``size[v]`` of them
    in ``pool`` from ``begin[v]``.
    """
    n = len(first) - 1
    begin, size = first[:-1].copy(), np.diff(first).astype(np.int32)
    room = size.copy()
    used = len(neighbour)
    pool = _with_room(neighbour, used, used + n)
    top, after, before = np.full(n + 1, NONE, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    seen = np.full(n, NONE, np.int32)
    order = np.empty(n, np.int32)
    for node in range(n - 1, -1, -1):
        _link(node, size[node], top, after, before)
    least = 0
    for r in range(n):
        while top[least] == NONE:
            least += 1
        gone = top[least]
        _unlink(gone, least, top, after, before)
        order[r] = gone
        clique = np.empty(size[gone] + 1, np.int32)
        clique[:-1] = pool[begin[gone] : begin[gone] + size[gone]]
        clique[-1] = gone
        for node in clique[:-1]:
            _unlink(node, size[node], top, after, before)
            wanted = size[node] + len(clique)
            if wanted > room[node]:
                room[node] = 2 * wanted
                pool = _with_room(pool, used, room[node])
                pool[used : used + size[node]] = pool[begin[node] : begin[node] + size[node]]
                begin[node] = used
                used += room[node]
            _absorb(_Lists(pool, begin, size), clique, node, seen)
            _link(node, size[node], top, after, before)
            least = min(least, size[node])
    return order, begin, size, pool


@compiled
def _depth_first(
    order: Integers, rank: Integers, begin: Integers, size: Integers, pool: Integers
) -> Integers:
    """Renumber along the elimination tree: each subtree is a range that ends with its root."""
    n = len(order)
    parent = np.full(n, n, np.int32)
    below = np.ones(n + 1, np.int32)
    for v in order:
        for i in range(begin[v], begin[v] + size[v]):
            if parent[v] == n or rank[pool[i]] < rank[parent[v]]:
                parent[v] = pool[i]
        below[parent[v]] += below[v]
    free = np.zeros(n + 1, np.int32)
    renumbered = np.empty(n, np.int32)
    for r in range(n - 1, -1, -1):
        v = order[r]
        low = free[parent[v]]
        free[parent[v]] += below[v]
        free[v] = low
        renumbered[v] = low + below[v] - 1
    return renumbered
