"""One pass up and one pass down the hierarchy: exact times from every node at once.

The idea is that of PHAST (Delling, Goldberg, Nowatzyk and Werneck 2011), run towards the places:
first every rank hands the time to the places below it to the higher ranks, then every rank takes
from the higher ranks what they know. Up to ``LANES`` groups of places travel side by side, so that
the processor works on whole vectors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled, compiled_inline, compiled_parallel, parallel_range
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks

Integers = NDArray[np.int32]
Positions = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Keys = NDArray[np.int64]
"""A time and a place in one number: ticks × 2³² + position. The smaller is nearer."""

LANES = 64
NOBODY = 2**31 - 1
NO_KEY = (UNREACHABLE << 32) + NOBODY
_PLACE = 2**32 - 1


class Arcs(NamedTuple):
    """Arcs of a hierarchy: see ``Hierarchy``."""

    start: Integers
    upper: Integers
    ticks_up: Ticks
    ticks_down: Ticks


class Ends(NamedTuple):
    """Points by their edge, the ranks of its two ends and the time by each.

    The times of origins lead out and those of places lead in: ``UNREACHABLE`` by the end that a
    one-way street forbids. ``offset`` and ``position`` are the ticks off and along the edge. An
    unsnapped point has the edge ``UNSNAPPED``, ranks 0 and ``UNREACHABLE`` times.
    """

    edge: Integers
    tail: Integers
    head: Integers
    ticks_tail: Ticks
    ticks_head: Ticks
    offset: Ticks
    position: Ticks


class Edges(NamedTuple):
    """What placing points needs of each edge: ranks of its ends, length, and the ends to use.

    ``by_tail[e]`` and ``by_head[e]`` tell whether points of edge e may use each of its ends.
    """

    tail: Integers
    head: Integers
    ticks: Ticks
    by_tail: Booleans
    by_head: Booleans


class Along(NamedTuple):
    """Places along each edge, which a way that never leaves that edge can reach.

    The places on edge e are ``place[start[e]:start[e + 1]]``; ``forward[e]`` and ``back[e]`` tell
    whether it may be travelled from tail to head, and back.
    """

    start: Integers
    place: Integers
    forward: Booleans
    back: Booleans


class Two(NamedTuple):
    """What ``NearestTwo`` holds, shape (origins, lanes)."""

    first: Ticks
    second: Ticks
    place: Integers


@compiled
def place_ends(points: tuple[Integers, Ticks, Ticks], edges: Edges, out: Ends) -> None:
    """Fill ``out``, one value a point; an end not to be used still is by a point that stands there.

    ``points`` are the edge of each, and its ticks to the tail and to the head.
    """
    edge, to_tail, to_head = points
    tail, head, ticks, by_tail, by_head = edges
    out_edge, out_tail, out_head, out_to_tail, out_to_head, offset, along = out
    for i in range(len(edge)):
        e = edge[i]
        out_edge[i] = e
        if e < 0:
            out_tail[i] = out_head[i] = offset[i] = along[i] = 0
            out_to_tail[i] = out_to_head[i] = UNREACHABLE
            continue
        length = ticks[e]
        position = (to_tail[i] - to_head[i] + length) >> 1
        out_tail[i], out_head[i] = tail[e], head[e]
        out_to_tail[i] = to_tail[i] if by_tail[e] or position == 0 else UNREACHABLE
        out_to_head[i] = to_head[i] if by_head[e] or position == length else UNREACHABLE
        offset[i], along[i] = to_tail[i] - position, position


@compiled
def sweep(arcs: Arcs, times: Ticks, known: Booleans) -> None:
    """Complete times to places, shape (ranks, lanes), given those of the ends of their edges.

    ``known`` tells which ranks have some time, so that the way up skips the others.
    """
    lanes = times.shape[1]
    for v in range(len(arcs.start) - 1):
        if not known[v]:
            continue
        here = times[v]
        for a in range(arcs.start[v], arcs.start[v + 1]):
            known[arcs.upper[a]] = True
            there, step = times[arcs.upper[a]], arcs.ticks_down[a]
            for k in range(lanes):
                there[k] = min(there[k], np.int32(here[k] + step))
    for v in range(len(arcs.start) - 2, -1, -1):
        here = times[v]
        for a in range(arcs.start[v], arcs.start[v + 1]):
            there, step = times[arcs.upper[a]], arcs.ticks_up[a]
            for k in range(lanes):
                here[k] = min(here[k], np.int32(there[k] + step))


@compiled
def seed(times: Ticks, known: Booleans, places: Ends, lane: Integers) -> None:
    """Write the time from both ends of each place's edge to the place, in its lane."""
    for p in range(len(lane)):
        k = lane[p]
        if 0 <= k < times.shape[1]:
            tail, head = places.tail[p], places.head[p]
            times[tail, k] = min(times[tail, k], places.ticks_tail[p])
            times[head, k] = min(times[head, k], places.ticks_head[p])
            known[tail] = known[head] = True


@compiled
def collect(times: Ticks, origins: Ends, sequence: Positions, out: Ticks) -> None:
    """Write the time from each origin by the better end of its edge; out is (origins, lanes).

    Origins are visited in ``sequence``: that of their ranks finds their times close in memory.
    """
    lanes = out.shape[1]
    for i in sequence:
        tail, head, row = times[origins.tail[i]], times[origins.head[i]], out[i]
        to_tail, to_head = origins.ticks_tail[i], origins.ticks_head[i]
        for k in range(lanes):
            best = min(np.int32(tail[k] + to_tail), np.int32(head[k] + to_head))
            row[k] = min(best, np.int32(UNREACHABLE))


@compiled_inline
def direct_walk(ahead: np.int64, offsets: np.int64, forward: bool, back: bool) -> np.int64:
    """Ticks along the one edge that holds both points; ``UNREACHABLE`` against a one-way street.

    ``ahead`` is the place's position less the origin's, ``offsets`` the sum of both offsets. Only
    numbers come in: handing columns over at each call would cost more than the walk.
    """
    if (ahead > 0 and not forward) or (ahead < 0 and not back):
        return np.int64(UNREACHABLE)
    return offsets + abs(ahead)


@compiled
def walk_directly(origins: Ends, places: Ends, along: Along, lane: Integers, out: Ticks) -> None:
    """Shorten ``out``, shape (origins, lanes), by the walks that never leave the edge."""
    start, place, forward, back = along
    from_position, from_offset = origins.position, origins.offset
    to_position, to_offset = places.position, places.offset
    for i in range(len(origins.edge)):
        edge = origins.edge[i]
        if edge >= 0:
            for j in range(start[edge], start[edge + 1]):
                p = place[j]
                ahead = np.int64(to_position[p]) - from_position[i]
                offsets = np.int64(from_offset[i]) + to_offset[p]
                walk = direct_walk(ahead, offsets, forward[edge], back[edge])
                out[i, lane[p]] = min(out[i, lane[p]], walk)


@compiled_parallel
def sweep_each(arcs: Arcs, origins: Ends, places: Ends, workers: int, out: Ticks) -> None:
    """Write the time from each origin to each place, direct walks apart; out is (origins, places).

    Each worker takes one block of places in ``workers``, so that its times stay in its cache.
    """
    sequence = np.argsort(origins.tail)
    nodes, count = len(arcs.start) - 1, len(places.edge)
    for worker in parallel_range(workers):
        times, known = np.empty((nodes, LANES), np.int32), np.empty(nodes, np.bool_)
        for low in range(worker * LANES, count, workers * LANES):
            high = min(low + LANES, count)
            times[:], known[:] = UNREACHABLE, False
            seed(times, known, places, np.arange(-low, count - low).astype(np.int32))
            sweep(arcs, times, known)
            collect(times, origins, sequence, out[:, low:high])


@compiled_inline
def _take(first: Keys, second: Keys, k: int, one: np.int64, two: np.int64) -> None:
    """Merge two nearest places, ``one`` before ``two``, into those of lane k."""
    mine = first[k]
    rival = max(mine, one) if (mine ^ one) & _PLACE else np.int64(NO_KEY)
    second[k] = min(second[k], two, rival)
    first[k] = min(mine, one)


@compiled
def sweep_two(arcs: Arcs, first: Keys, second: Keys) -> None:
    """Complete the two nearest places, shape (ranks, lanes), given those of the ends of edges."""
    lanes = first.shape[1]
    for v in range(len(arcs.start) - 1):
        from_first, from_second = first[v], second[v]
        for a in range(arcs.start[v], arcs.start[v + 1]):
            u, step = arcs.upper[a], np.int64(arcs.ticks_down[a]) << 32
            to_first, to_second = first[u], second[u]
            for k in range(lanes):
                _take(to_first, to_second, k, from_first[k] + step, from_second[k] + step)
    for v in range(len(arcs.start) - 2, -1, -1):
        to_first, to_second = first[v], second[v]
        for a in range(arcs.start[v], arcs.start[v + 1]):
            u, step = arcs.upper[a], np.int64(arcs.ticks_up[a]) << 32
            from_first, from_second = first[u], second[u]
            for k in range(lanes):
                _take(to_first, to_second, k, from_first[k] + step, from_second[k] + step)


@compiled
def seed_two(first: Keys, second: Keys, places: Ends, lane: Integers) -> None:
    """Write each place at both ends of its edge, in its lane."""
    for p in range(len(lane)):
        k = lane[p]
        if 0 <= k < first.shape[1]:
            tail, head = places.tail[p], places.head[p]
            _take(first[tail], second[tail], k, (np.int64(places.ticks_tail[p]) << 32) + p, np.int64(NO_KEY))
            _take(first[head], second[head], k, (np.int64(places.ticks_head[p]) << 32) + p, np.int64(NO_KEY))


@compiled
def collect_two(
    keys: tuple[Keys, Keys], origins: Ends, places: Ends, beside: tuple[Along, Integers], out: Two
) -> None:
    """Write the two nearest places of each origin: by the ends of its edge, and directly.

    ``keys`` are those of ``sweep_two``; ``beside`` the places along each edge, and their lanes.
    """
    (first, second), (along, lane) = keys, beside
    lanes = out.first.shape[1]
    near, next_near = np.empty(lanes, np.int64), np.empty(lanes, np.int64)
    for i in range(len(origins.edge)):
        near[:], next_near[:] = NO_KEY, NO_KEY
        tail, head = origins.tail[i], origins.head[i]
        to_tail, to_head = np.int64(origins.ticks_tail[i]) << 32, np.int64(origins.ticks_head[i]) << 32
        for k in range(lanes):
            _take(near, next_near, k, first[tail, k] + to_tail, second[tail, k] + to_tail)
            _take(near, next_near, k, first[head, k] + to_head, second[head, k] + to_head)
        edge = origins.edge[i]
        if edge >= 0:
            for j in range(along.start[edge], along.start[edge + 1]):
                p = along.place[j]
                if 0 <= lane[p] < lanes:
                    ahead = np.int64(places.position[p]) - origins.position[i]
                    offsets = np.int64(origins.offset[i]) + places.offset[p]
                    walk = direct_walk(ahead, offsets, along.forward[edge], along.back[edge])
                    _take(near, next_near, lane[p], (walk << 32) + p, np.int64(NO_KEY))
        for k in range(lanes):
            out.first[i, k] = min(near[k] >> 32, UNREACHABLE)
            out.second[i, k] = min(next_near[k] >> 32, UNREACHABLE)
            out.place[i, k] = near[k] & _PLACE if near[k] >> 32 < UNREACHABLE else -1
