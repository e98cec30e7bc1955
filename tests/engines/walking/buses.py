"""Walking-bus problems made by hand, and an oracle that shares nothing with the engine."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from hygie.engines.walking.bus import BusProblem


def turns(count: int) -> Callable[[], float]:
    """A clock of so many looks: an hour left, then nothing."""
    looks = iter(range(count))
    return lambda: 3600.0 if next(looks, None) is not None else 0.0


def drawn(children: int, seed: int, alpha: float = 1.3) -> BusProblem:
    """Homes at random, dangers of two decimals."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 60, (2, children + 1)).astype(float)
    danger = np.round(rng.uniform(0, 1, (children + 1, children + 1)), 2)
    return BusProblem.within(np.hypot(x[:, None] - x, y[:, None] - y), danger, alpha)


def checked(problem: BusProblem, successor: dict[int, int]) -> tuple[int, float, float]:
    """Leaves, danger and worst detour by following each child one by one; asserts every limit."""
    assert sorted(successor) == list(range(1, problem.children + 1))
    worst, danger = 1.0, 0.0
    for child, onward in successor.items():
        danger += float(problem.danger[child, onward])
        node, walked, steps = child, 0.0, 0
        while node != 0:
            walked += float(problem.walk[node, successor[node]])
            node, steps = successor[node], steps + 1
            assert steps <= problem.children, "a circle"
        assert walked <= problem.limit[child] * (1 + 1e-9)
        if problem.walk[child, 0] > 0:
            worst = max(worst, walked / float(problem.walk[child, 0]))
    return len(set(successor) - set(successor.values())), danger, worst


def best_by_hand(problem: BusProblem) -> tuple[int, float]:
    """Fewest leaves, then least danger, by trying every successor of every child."""
    n, best = problem.children, (math.inf, math.inf)
    choices = [[j for j in range(n + 1) if j != child] for child in range(1, n + 1)]
    for picked in itertools.product(*choices):
        leaves = n - len(set(picked) - {0})
        if leaves > best[0]:
            continue
        danger = sum(problem.danger[child, onward] for child, onward in enumerate(picked, 1))
        if (leaves, danger) < best and _kept(problem, picked):
            best = (leaves, danger)
    return int(best[0]), float(best[1])


def _kept(problem: BusProblem, picked: tuple[int, ...]) -> bool:
    for child in range(1, problem.children + 1):
        node, walked = child, 0.0
        for _ in picked:
            walked += problem.walk[node, picked[node - 1]]
            node = picked[node - 1]
            if node == 0:
                break
        if node != 0 or walked > problem.limit[child] * (1 + 1e-9):
            return False
    return True
