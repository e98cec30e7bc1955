"""Compiled search of the most rewarding path from the school: labels by length, ng-route relaxation.

A path may come back to a child that it forgot (Baldacci, Mingozzi and Roberti, 2011): each child
remembers only those of its neighbourhood that the path already met. That lets in paths that are none, so
what is proved with them is below the truth, never above.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE = -1


class Labels(NamedTuple):
    """Partial paths: last child, length, reward, memory as bits, path before, next of the same child."""

    child: Integers
    walked: Floats
    reward: Floats
    memory: Integers
    before: Integers
    following: Integers
    dead: NDArray[np.bool_]


class Memory(NamedTuple):
    """Neighbourhood of each child, itself first: ``near[v, k]``, and ``bit[v, u]`` = k, or -1."""

    near: Integers
    bit: Integers


@compiled
def _kept(memory: Memory, remembered: int, child: int, onward: int) -> int:
    """What is remembered at ``onward`` of a path that remembered so much at ``child``."""
    kept = 1 << memory.bit[onward, onward]
    for k in range(memory.near.shape[1]):
        if (remembered >> k) & 1:
            bit = memory.bit[onward, memory.near[child, k]]
            if bit >= 0:
                kept |= 1 << bit
    return int(kept)


@compiled
def _dominated(labels: Labels, head: Integers, child: int, candidate: tuple[float, float, int]) -> bool:
    """Whether a path as short, as rewarding and as free exists; those that are worse die."""
    walked, reward, memory = candidate
    before, label = NONE, head[child]
    while label != NONE:
        onward = labels.following[label]
        seen = labels.memory[label]
        if labels.walked[label] <= walked and labels.reward[label] >= reward and (seen & memory) == seen:
            return True
        if walked <= labels.walked[label] and reward >= labels.reward[label] and (memory & seen) == memory:
            labels.dead[label] = True
            if before == NONE:
                head[child] = onward
            else:
                labels.following[before] = onward
        else:
            before = label
        label = onward
    return False


@compiled
def _add(labels: Labels, head: Integers, at: int, child: int, candidate: tuple[float, float, int]) -> None:
    labels.child[at] = child
    labels.walked[at], labels.reward[at], labels.memory[at] = candidate
    labels.following[at] = head[child]
    labels.dead[at] = False
    head[child] = at


@compiled
def rewarding_paths(
    walk: Floats, limit: Floats, duals: Floats, memory: Memory, labels: Labels
) -> tuple[Floats, Integers, bool]:
    """The most rewarding path that ends at each child.

    Returns
    -------
    tuple
        Reward by last child, shape (n + 1,); the label of that path; whether all labels fitted in the
        room of ``labels``: otherwise the rewards prove nothing.
    """
    n, room = len(limit) - 1, len(labels.child)
    head = np.full(n + 1, NONE, np.int64)
    queue = [(0.0, 0)]
    queue.pop()
    made, complete = 0, True
    for child in range(1, n + 1):
        start = (walk[0, child], duals[child], 1 << memory.bit[child, child])
        _add(labels, head, made, child, start)
        labels.before[made] = NONE
        heapq.heappush(queue, (walk[0, child], made))
        made += 1
    while len(queue) > 0 and complete:
        _, label = heapq.heappop(queue)
        if labels.dead[label]:
            continue
        child, remembered = labels.child[label], labels.memory[label]
        for onward in range(1, n + 1):
            walked = labels.walked[label] + walk[child, onward]
            bit = memory.bit[child, onward]
            if onward == child or walked > limit[onward] or (bit >= 0 and (remembered >> bit) & 1):
                continue
            candidate = (
                walked,
                labels.reward[label] + duals[onward],
                _kept(memory, remembered, child, onward),
            )
            if _dominated(labels, head, onward, candidate):
                continue
            if made == room:
                complete = False
                break
            _add(labels, head, made, onward, candidate)
            labels.before[made] = label
            heapq.heappush(queue, (walked, made))
            made += 1
    return *_best(labels, made, n), complete


@compiled
def _best(labels: Labels, made: int, n: int) -> tuple[Floats, Integers]:
    reward, best = np.zeros(n + 1), np.full(n + 1, NONE, np.int64)
    for label in range(made):
        child = labels.child[label]
        if best[child] == NONE or labels.reward[label] > reward[child]:
            best[child], reward[child] = label, labels.reward[label]
    return reward, best
