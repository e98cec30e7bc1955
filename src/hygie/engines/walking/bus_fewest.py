"""Fewest leaves: paths given up one after another, their children placed by an ejection pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hygie.engines.walking.bus import BusProblem, Integers, Left
from hygie.engines.walking.bus_paths import Paths, Pool, Rules, empty_path, place_pool, update

_CHUNK, _MOST_CHUNK = 20_000, 200
"""Steps between two looks at the clock, by children: few looks, as each waits for the bound beside."""
_PATIENCE = 10
"""Steps a child after which an attempt starts again from another path."""
_SHUFFLES, _FEW_SHUFFLES = 300, 10
"""Random moves after an ejection; few while there are still many paths, where placing is easy."""


@dataclass(frozen=True)
class Fewest:
    """Paths found: ``successor`` of each child, shape (n + 1,), and how many attempts it took."""

    successor: Integers
    leaves: int
    attempts: int


def fewest_leaves(
    problem: BusProblem,
    left: Left,
    *,
    seed: int,
    enough: Callable[[], int],
    start: Sequence[Sequence[int]] = (),
) -> Fewest:
    """Search for paths as few as possible until ``enough()`` of them, or no time left.

    Parameters
    ----------
    problem
        Children and limits.
    left
        Seconds left.
    seed
        Same seed and as many steps: same paths.
    enough
        Number of paths from which nothing is looked for; it may grow as a bound is proved.
    start
        Paths to start from, as the children of each from the school outwards; alone when empty.
    """
    rules = Rules(np.ascontiguousarray(problem.walk), problem.allowed)
    ways = start or [[child] for child in range(1, problem.children + 1)]
    paths, rng, attempts = _held(problem, rules, ways), np.random.default_rng(seed), 0
    failed = False
    # Until a first attempt fails, paths join at once: that is done whatever the time.
    while paths.used[0] > max(enough(), 1) and (not failed or left() > 0):
        attempts += 1
        trial = _copied(paths)
        if _one_less(trial, rules, rng, left):
            paths = trial
        else:
            failed = True
    return Fewest(_successors(paths), int(paths.used[0]), attempts)


def _held(problem: BusProblem, rules: Rules, ways: Sequence[Sequence[int]]) -> Paths:
    """Paths as the moves hold them."""
    n = problem.children
    child, size = np.zeros((n, n + 2), np.int64), np.zeros(n, np.int64)
    for row, way in enumerate(ways):
        child[row, : len(way)], size[row] = way, len(way)
    walked = np.zeros(child.shape)
    paths = Paths(child, size, walked, walked.copy(), np.array([len(ways)], np.int64))
    for row in range(len(ways)):
        update(paths, rules, row)
    return paths


def _copied(paths: Paths) -> Paths:
    return Paths(
        paths.child.copy(), paths.size.copy(), paths.walked.copy(), paths.latest.copy(), paths.used.copy()
    )


def _one_less(paths: Paths, rules: Rules, rng: np.random.Generator, left: Left) -> bool:
    """Give up one path of ``paths``; whether all its children found another."""
    n, count = len(rules.limit) - 1, int(paths.used[0])
    pool = Pool(np.zeros(n + 2, np.int64), np.zeros(1, np.int64), np.ones(n + 1, np.int64))
    many = count > max(n // 4, 2)
    row = int(np.argmin(paths.size[:count])) if many else int(rng.integers(count))
    empty_path(paths, rules, pool, row)
    chunk = max(1, min(_MOST_CHUNK, _CHUNK // n))
    for _ in range(max(1_000, n * _PATIENCE) // chunk):
        moves = _FEW_SHUFFLES if many else _SHUFFLES
        place_pool(paths, rules, pool, (chunk, moves), int(rng.integers(2**31)))
        if pool.size[0] == 0 or left() <= 0:
            break
    return int(pool.size[0]) == 0


def _successors(paths: Paths) -> Integers:
    successor = np.zeros(paths.child.shape[1] - 1, np.int64)
    for row in range(int(paths.used[0])):
        before = 0
        for child in paths.child[row, : paths.size[row]].tolist():
            successor[child] = before
            before = child
    return successor
