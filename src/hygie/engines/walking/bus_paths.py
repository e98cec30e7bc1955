"""Compiled moves on paths from the school: insertion, ejection of up to three, random shuffling.

The ejection pool of Nagata and Bräysy (2009) for routing with deadlines: a child that fits nowhere
takes the place of those that are the easiest to put elsewhere, by the number of times each was hard to
place; between two ejections the paths are shuffled without breaking a limit. Paths are held from the
school outwards, as each is walked back.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EJECTED = 3
"""Children thrown out at most to let one in."""
FAR = 1e300


class Paths(NamedTuple):
    """Paths from the school outwards, row by row; row r holds ``size[r]`` children.

    ``walked`` is the length from the school to each, ``latest`` the longest that it may become so that
    the child and all beyond keep their limits. The first ``used[0]`` rows are used.
    """

    child: Integers
    size: Integers
    walked: Floats
    latest: Floats
    used: Integers


class Rules(NamedTuple):
    """Lengths between nodes, and the longest walk of each child."""

    walk: Floats
    limit: Floats


class Pool(NamedTuple):
    """Children without a path: the first ``size[0]`` of ``child``; ``hard`` counts failures of each."""

    child: Integers
    size: Integers
    hard: Integers


class Trial(NamedTuple):
    """A path with one child too many, and the best ejection found so far.

    ``best`` is the sum of hardness, how many ejections tie, the row and position of the insertion, then
    the children thrown out (0 for none); ``chosen`` are those of the combination at hand, then its row
    and position. The other columns are those of ``_throw_out``, by depth.
    """

    child: Integers
    latest: Floats
    chosen: Integers
    best: Integers
    at: Integers
    before: Integers
    cost: Integers
    walked: Floats


@compiled
def update(paths: Paths, rules: Rules, row: int) -> None:
    """Recompute the lengths of one path."""
    walked, before = 0.0, 0
    for i in range(paths.size[row]):
        child = paths.child[row, i]
        walked += rules.walk[before, child]
        paths.walked[row, i] = walked
        before = child
    latest, beyond = FAR, 0
    for i in range(paths.size[row] - 1, -1, -1):
        child = paths.child[row, i]
        room = latest - rules.walk[child, beyond] if beyond else FAR
        latest = min(rules.limit[child], room)
        paths.latest[row, i] = latest
        beyond = child


@compiled
def _at(paths: Paths, row: int, i: int) -> tuple[int, float]:
    """The node before position i of a path, and the length to it."""
    if i == 0:
        return 0, 0.0
    return paths.child[row, i - 1], paths.walked[row, i - 1]


@compiled
def _fits(paths: Paths, rules: Rules, row: int, i: int, child: int) -> bool:
    """Whether a child may be put at position i of a path."""
    before, walked = _at(paths, row, i)
    reached = walked + rules.walk[before, child]
    if reached > rules.limit[child]:
        return False
    if i >= paths.size[row]:
        return True
    return bool(reached + rules.walk[child, paths.child[row, i]] <= paths.latest[row, i])


@compiled
def _put(paths: Paths, rules: Rules, row: int, i: int, child: int) -> None:
    for k in range(paths.size[row], i, -1):
        paths.child[row, k] = paths.child[row, k - 1]
    paths.child[row, i] = child
    paths.size[row] += 1
    update(paths, rules, row)


@compiled
def _take(paths: Paths, rules: Rules, row: int, i: int) -> None:
    for k in range(i, paths.size[row] - 1):
        paths.child[row, k] = paths.child[row, k + 1]
    paths.size[row] -= 1
    update(paths, rules, row)


@compiled
def _cross(paths: Paths, rules: Rules, one: int, other: int) -> None:
    """Exchange the outer parts of two paths, cut at random."""
    i = np.random.randint(paths.size[one] + 1)
    j = np.random.randint(paths.size[other] + 1)
    tail, far_tail = paths.size[one] - i, paths.size[other] - j
    if i + far_tail == 0 or j + tail == 0 or (i + j == 0) or tail + far_tail == 0:
        return
    before, walked = _at(paths, one, i)
    far_before, far_walked = _at(paths, other, j)
    if far_tail and walked + rules.walk[before, paths.child[other, j]] > paths.latest[other, j]:
        return
    if tail and far_walked + rules.walk[far_before, paths.child[one, i]] > paths.latest[one, i]:
        return
    for k in range(max(tail, far_tail)):
        kept = paths.child[one, i + k] if k < tail else 0
        if k < far_tail:
            paths.child[one, i + k] = paths.child[other, j + k]
        if k < tail:
            paths.child[other, j + k] = kept
    paths.size[one], paths.size[other] = i + far_tail, j + tail
    update(paths, rules, one)
    update(paths, rules, other)


@compiled
def _move(paths: Paths, rules: Rules, one: int, other: int) -> None:
    """Move a child to another path, or elsewhere in its own."""
    if paths.size[one] < 2:
        return
    i = np.random.randint(paths.size[one])
    child = paths.child[one, i]
    if one != other:
        j = np.random.randint(paths.size[other] + 1)
        if _fits(paths, rules, other, j, child):
            _take(paths, rules, one, i)
            _put(paths, rules, other, j, child)
        return
    j = np.random.randint(paths.size[one])
    _take(paths, rules, one, i)
    _put(paths, rules, one, j if _fits(paths, rules, one, j, child) else i, child)


@compiled
def _swap(paths: Paths, rules: Rules, one: int, other: int) -> None:
    """Exchange one child of each of two paths."""
    i, j = np.random.randint(paths.size[one]), np.random.randint(paths.size[other])
    mine, theirs = paths.child[one, i], paths.child[other, j]
    if not (_replaces(paths, rules, one, i, theirs) and _replaces(paths, rules, other, j, mine)):
        return
    paths.child[one, i], paths.child[other, j] = theirs, mine
    update(paths, rules, one)
    update(paths, rules, other)


@compiled
def _replaces(paths: Paths, rules: Rules, row: int, i: int, child: int) -> bool:
    """Whether a child may stand where another is."""
    before, walked = _at(paths, row, i)
    reached = walked + rules.walk[before, child]
    if reached > rules.limit[child]:
        return False
    if i + 1 >= paths.size[row]:
        return True
    return bool(reached + rules.walk[child, paths.child[row, i + 1]] <= paths.latest[row, i + 1])


@compiled
def shuffle(paths: Paths, rules: Rules, steps: int) -> None:
    """Random moves that break no limit and keep the number of paths."""
    for _ in range(steps):
        kind = np.random.randint(3)
        one, other = np.random.randint(paths.used[0]), np.random.randint(paths.used[0])
        if kind == 1:
            _move(paths, rules, one, other)
        elif one != other:
            if kind == 0:
                _cross(paths, rules, one, other)
            else:
                _swap(paths, rules, one, other)


@compiled
def _insert(paths: Paths, rules: Rules, child: int) -> bool:
    """Put a child at one of the places that fit, each as likely."""
    found, row, position = 0, 0, 0
    for r in range(paths.used[0]):
        for i in range(paths.size[r] + 1):
            if _fits(paths, rules, r, i, child):
                found += 1
                if np.random.randint(found) == 0:
                    row, position = r, i
    if found:
        _put(paths, rules, row, position, child)
    return found > 0


@compiled
def _throw_out(trial: Trial, rules: Rules, hard: Integers, size: int, newcomer: int) -> None:
    """Try every ejection of one to three of the ``size`` children of a trial, never the newcomer.

    One loop walks the three depths, because the compiler's cache does not keep a recursive function:
    at each, ``at`` is the position looked at, ``before`` and ``walked`` the last child kept and its
    length, ``cost`` the hardness of those thrown out so far.
    """
    depth = 0
    at, before, walked, cost = trial.at, trial.before, trial.walked, trial.cost
    at[0], before[0], walked[0], cost[0] = 0, 0, 0.0, 0
    while depth >= 0:
        a = at[depth]
        if a >= size or (before[depth] and walked[depth] > rules.limit[before[depth]]):
            depth -= 1
            continue
        child = trial.child[a]
        start, length, total = before[depth], walked[depth], cost[depth] + hard[child]
        at[depth] = a + 1
        walked[depth] = length + rules.walk[start, child]
        before[depth] = child
        if child == newcomer or total > trial.best[0]:
            continue
        trial.chosen[depth] = child
        if a + 1 >= size or length + rules.walk[start, trial.child[a + 1]] <= trial.latest[a + 1]:
            _offer(trial, total, depth)
        if depth + 1 < EJECTED:
            depth += 1
            at[depth], before[depth], walked[depth], cost[depth] = a + 1, start, length, total


@compiled
def _offer(trial: Trial, cost: int, depth: int) -> None:
    """Keep an ejection that is the least hard, ties at random."""
    best = trial.best
    if cost < best[0]:
        best[0], best[1] = cost, 0
    best[1] += 1
    if np.random.randint(best[1]) == 0:
        best[2], best[3] = trial.chosen[EJECTED], trial.chosen[EJECTED + 1]
        for k in range(EJECTED):
            best[4 + k] = trial.chosen[k] if k <= depth else 0


@compiled
def _try_path(paths: Paths, rules: Rules, trial: Trial, hard: Integers, where: tuple[int, int, int]) -> None:
    """Try a child at a position of a path, whoever has to leave."""
    row, position, child = where
    size = paths.size[row] + 1
    for k in range(size):
        trial.child[k] = child if k == position else paths.child[row, k if k < position else k - 1]
    for k in range(size - 1, -1, -1):
        limit = rules.limit[trial.child[k]]
        if k + 1 < size:
            limit = min(limit, trial.latest[k + 1] - rules.walk[trial.child[k], trial.child[k + 1]])
        trial.latest[k] = limit
    trial.chosen[EJECTED], trial.chosen[EJECTED + 1] = row, position
    _throw_out(trial, rules, hard, size, child)


@compiled
def _force(paths: Paths, rules: Rules, pool: Pool, trial: Trial, child: int) -> bool:
    """Let a child in by throwing out those that are the least hard to place; False when nothing helps."""
    best = trial.best
    best[0], best[1] = 1 << 60, 0
    for row in range(paths.used[0]):
        for position in range(paths.size[row] + 1):
            _try_path(paths, rules, trial, pool.hard, (row, position, child))
    if best[1] == 0:
        return False
    row, position = best[2], best[3]
    written, size = 0, paths.size[row]
    for k in range(size + 1):
        trial.child[k] = child if k == position else paths.child[row, k if k < position else k - 1]
    for k in range(size + 1):
        one = trial.child[k]
        if one not in (best[4], best[5], best[6]):
            paths.child[row, written] = one
            written += 1
    paths.size[row] = written
    update(paths, rules, row)
    for k in range(4, 4 + EJECTED):
        if best[k]:
            pool.child[pool.size[0]] = best[k]
            pool.size[0] += 1
    return True


@compiled
def empty_path(paths: Paths, rules: Rules, pool: Pool, row: int) -> None:
    """Give up one path: its children go to the pool, and the last path takes its row."""
    for i in range(paths.size[row]):
        pool.child[i] = paths.child[row, i]
    pool.size[0] = paths.size[row]
    last = paths.used[0] - 1
    for i in range(paths.size[last]):
        paths.child[row, i] = paths.child[last, i]
    paths.size[row] = paths.size[last]
    paths.size[last] = 0
    paths.used[0] = last
    update(paths, rules, row)


@compiled
def place_pool(paths: Paths, rules: Rules, pool: Pool, tries: tuple[int, int], seed: int) -> None:
    """Place the children of the pool, in at most ``tries[0]`` steps of ``tries[1]`` random moves.

    ``seed`` makes the draws of this call; the pool is empty when every child found a path.
    """
    np.random.seed(seed)
    longest = paths.child.shape[1]
    trial = Trial(
        np.zeros(longest, np.int64),
        np.zeros(longest, np.float64),
        np.zeros(EJECTED + 2, np.int64),
        np.zeros(4 + EJECTED, np.int64),
        np.zeros(EJECTED, np.int64),
        np.zeros(EJECTED, np.int64),
        np.zeros(EJECTED, np.int64),
        np.zeros(EJECTED, np.float64),
    )
    for _ in range(tries[0]):
        if pool.size[0] == 0 or paths.used[0] == 0:
            return
        pool.size[0] -= 1
        child = pool.child[pool.size[0]]
        if _insert(paths, rules, child):
            continue
        pool.hard[child] += 1
        if not _force(paths, rules, pool, trial, child):
            other = np.random.randint(pool.size[0] + 1)
            pool.child[pool.size[0]] = pool.child[other]
            pool.child[other] = child
            pool.size[0] += 1
        shuffle(paths, rules, tries[1])
