"""Least danger at a bounded number of leaves: annealing of the tree, again and again.

Each round makes two annealings, each on a thread: a hot one from the first tree, which looks elsewhere,
and a cooler one from the best tree met, which finishes it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from hygie.engines.walking.bus import SCHOOL, BusProblem, Floats, Integers, Left
from hygie.engines.walking.bus_branches import Heat, Terms, anneal

_HOT, _COLD, _EXTRA_LEAF = (0.25, 0.125), (0.06, 0.01), 4.0
"""Temperatures of the two annealings and cost of a leaf too many, where an ordinary danger is 1/2.

Hotter, the leaves are forgotten; ended colder, the hot one stays in the first valley it meets.
"""
_FIRST, _LONGEST = 200_000, 16_000_000
"""Moves of the first annealing, and of the longest."""
_CHUNK_SECONDS = 4.0
"""An annealing is made no longer than this many seconds: the clock is looked at between two."""


def least_danger(
    problem: BusProblem, start: Integers, left: Left, *, most_leaves: int, seed: int, proved: float = 0.0
) -> Integers:
    """Search for a tree of at most ``most_leaves`` leaves that is less dangerous.

    Parameters
    ----------
    problem
        Children, limits and dangers.
    start
        Successors to start from, shape (n + 1,).
    left
        Seconds left.
    most_leaves
        Leaves allowed.
    seed
        Same seed and as many rounds: same tree.
    proved
        No tree is less dangerous than this: the search stops there.

    Returns
    -------
    Integers
        Successors, those given when nothing better was met; shape (n + 1,).
    """
    terms, scale = _terms(problem), _scale(problem)
    rng, moves, pace = np.random.default_rng(seed), _FIRST, 0.0
    best, least = start, np.inf
    with ThreadPoolExecutor(2) as pool:
        while left() > pace * moves and least > proved + 1e-9:
            heats = [
                Heat(
                    most_leaves,
                    _EXTRA_LEAF * scale,
                    hot * scale,
                    cold * scale,
                    moves,
                    int(rng.integers(2**31)),
                )
                for hot, cold in zip(_HOT, _COLD, strict=True)
            ]
            before = left()
            for found, danger in pool.map(anneal, (terms, terms), (start, best), heats):
                if danger < least - 1e-9:
                    best, least = found, danger
            pace = max(before - left(), 0.0) / moves
            moves = _longer(moves, pace, left())
    return best


def _longer(moves: int, pace: float, left: float) -> int:
    """Moves of the next annealing: four times as many, as far as time allows."""
    if pace <= 0:
        return min(4 * moves, _LONGEST)
    return max(_FIRST, min(4 * moves, _LONGEST, int(min(_CHUNK_SECONDS, 0.95 * left) / pace)))


def _terms(problem: BusProblem) -> Terms:
    n = problem.children
    likely, choices = np.zeros((n + 1, n + 1), np.int64), np.zeros(n + 1, np.int64)
    for child in range(1, n + 1):
        can = np.flatnonzero(problem.usable[child])
        can = can[np.argsort(problem.danger[child, can], kind="stable")]
        likely[child, : can.size], choices[child] = can, can.size
    walk, danger = (np.ascontiguousarray(table) for table in (problem.walk, problem.danger))
    return Terms(walk, danger, problem.allowed, likely, choices)


def _scale(problem: BusProblem) -> float:
    """Twice an ordinary danger: temperatures follow the unit that dangers are told in."""
    told: Floats = problem.danger[problem.usable]
    mean = float(told.mean()) if told.size else 0.0
    return 2 * mean if mean > 0 else 1.0


def danger_floor(problem: BusProblem) -> float:
    """The sum of the least dangerous successor that each child may have: no tree is below."""
    dangers = np.where(problem.usable, problem.danger, np.inf)
    dangers[SCHOOL] = 0.0
    return float(dangers.min(axis=1).sum())
