"""A proved number of leaves: column generation on paths, and Farley's bound at each round.

The linear programme covers every child with as few paths as possible. Prices of the children that make
no path dearer than 1 add up to a bound; prices that make the dearest path worth m, divided by m, do too
(Farley, 1990). So every round whose pricing was complete proves something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from hygie.engines.walking.bus import SCHOOL, BusProblem, Floats, Integers, Left
from hygie.engines.walking.bus_pricing import NONE, Labels, Memory, rewarding_paths

_NEAR = 8
"""Children that a child remembers."""
_QUICK, _ROOM = 200_000, 1_500_000
"""Labels of a quick pricing and of one that proves: 80 MB."""
_PATHS_A_ROUND = 60
_SMOOTHING = 0.7
"""Share of the best prices so far in those tried: they swing less from round to round."""
_ENOUGH = 5
"""New paths with which a quick pricing is enough for the round."""


def leaves_bound(
    problem: BusProblem, left: Left, paths: Iterable[list[int]], goal: Callable[[], int]
) -> Iterator[int]:
    """Prove that no tree has fewer leaves than what is yielded, better and better.

    Parameters
    ----------
    problem
        Children and limits.
    left
        Seconds left.
    paths
        Paths to start from, as the children of each from the school outwards.
    goal
        A number of leaves that is known to be enough: nothing above it can be proved.

    Yields
    ------
    int
        The bound, whenever it grows.
    """
    cover, pricing = _Cover(problem.children), _Pricing(problem)
    for path in paths:
        cover.add(path)
    proved, centre = 0.0, np.zeros(problem.children + 1)
    told = apart(problem)
    yield told
    while left() > 0 and told < goal():
        total, prices = cover.solved()
        share = _SMOOTHING if proved else 0.0
        tried = share * centre + (1 - share) * prices
        added, bound = _round(cover, pricing, prices, tried, left)
        if bound > proved:
            proved, centre = bound, tried / max(pricing.dearest, 1.0)
        if int(np.ceil(proved - 1e-6)) > told:
            told = int(np.ceil(proved - 1e-6))
            yield told
        if (not added and not _unsmoothed(cover, pricing, prices, left)) or proved >= total - 1e-4:
            return


def apart(problem: BusProblem) -> int:
    """How many children were found of whom no two can share a path: as many leaves are needed."""
    outwards = problem.usable.T.copy()  # outwards[u, v]: the school, then u, then v
    together = (outwards | outwards.T)[1:, 1:]
    open_to, chosen = np.ones(problem.children, np.bool_), 0
    while open_to.any():
        candidates = np.flatnonzero(open_to)
        degrees = together[np.ix_(candidates, candidates)].sum(axis=1)
        child = candidates[int(degrees.argmin())]
        open_to &= ~together[child]
        open_to[child] = False
        chosen += 1
    return chosen


def _round(cover: _Cover, pricing: _Pricing, prices: Floats, tried: Floats, left: Left) -> tuple[int, float]:
    """Add paths worth more than 1; how many, and the bound of the prices tried (0 when none)."""
    added = cover.add_all(pricing.paths(tried, exact=False), prices)
    if added >= _ENOUGH or left() <= 0:
        return added, 0.0
    added += cover.add_all(pricing.paths(tried, exact=True), prices)
    return added, float(tried.sum()) / max(pricing.dearest, 1e-9) if pricing.complete else 0.0


def _unsmoothed(cover: _Cover, pricing: _Pricing, prices: Floats, left: Left) -> int:
    """Paths that the prices themselves, without smoothing, call for."""
    return cover.add_all(pricing.paths(prices, exact=True), prices) if left() > 0 else 0


class _Cover:
    """The linear programme: each child on one path at least, as few paths as possible."""

    def __init__(self, children: int) -> None:
        self.children = children
        self.known: set[tuple[int, ...]] = set()
        self.rows: list[int] = []
        self.columns: list[int] = []
        for child in range(1, children + 1):
            self.add([child])

    def add(self, path: list[int]) -> bool:
        """Add a path; False when the same children are on one already."""
        key = tuple(sorted(path))
        if key in self.known:
            return False
        self.rows.extend(child - 1 for child in path)
        self.columns.extend([len(self.known)] * len(path))
        self.known.add(key)
        return True

    def add_all(self, paths: Iterable[list[int]], prices: Floats) -> int:
        """Add the paths worth more than 1; how many were new."""
        return sum(self.add(path) for path in paths if prices[path].sum() > 1 + 1e-6)

    def solved(self) -> tuple[float, Floats]:
        """Least number of paths, fractions allowed, and the price of each child, shape (n + 1,).

        A child met twice on a path counts twice there. No price when the solver gives none.
        """
        size = (self.children, len(self.known))
        covers: Any = coo_array((np.full(len(self.rows), -1.0), (self.rows, self.columns)), shape=size)
        need = np.full(self.children, -1.0)
        solved = linprog(np.ones(size[1]), A_ub=covers.tocsr(), b_ub=need, method="highs")
        if solved.status != 0 or solved.fun is None:
            return np.inf, np.zeros(self.children + 1)
        return float(solved.fun), np.concatenate([[0.0], np.maximum(-solved.ineqlin.marginals, 0.0)])


class _Pricing:
    """Paths worth most at given prices.

    Attributes
    ----------
    dearest
        Worth of the dearest path of the last call.
    complete
        Whether that call proved that none is dearer.
    """

    def __init__(self, problem: BusProblem) -> None:
        self.walk, self.limit = np.ascontiguousarray(problem.walk), problem.allowed
        near = min(_NEAR, problem.children)
        self.wide, self.narrow = _memory(problem, near), _memory(problem, 1)
        self.quick = _labels(_QUICK)
        self.whole: Labels | None = None
        self.dearest, self.complete = 0.0, False

    def paths(self, prices: Floats, *, exact: bool) -> list[list[int]]:
        """The dearest path to each child, the dearest first; with memory when ``exact``."""
        if exact and self.whole is None:
            self.whole = _labels(_ROOM)
        labels = self.whole if exact and self.whole is not None else self.quick
        memory = self.wide if exact else self.narrow
        worth, last, complete = rewarding_paths(self.walk, self.limit, prices, memory, labels)
        self.dearest, self.complete = float(worth[1:].max()), exact and bool(complete)
        order = np.argsort(-worth[1:], kind="stable")[:_PATHS_A_ROUND] + 1
        return [_traced(labels, int(last[child])) for child in order.tolist() if last[child] != NONE]


def _traced(labels: Labels, label: int) -> list[int]:
    path = []
    while label != NONE:
        path.append(int(labels.child[label]))
        label = int(labels.before[label])
    return path[::-1]


def _labels(room: int) -> Labels:
    whole = [np.zeros(room, np.int64) for _ in range(4)]
    numbers = [np.zeros(room) for _ in range(2)]
    return Labels(whole[0], numbers[0], numbers[1], whole[1], whole[2], whole[3], np.zeros(room, np.bool_))


def _memory(problem: BusProblem, size: int) -> Memory:
    """The ``size`` nearest children of each, itself first."""
    n = problem.children
    near, bit = np.zeros((n + 1, size), np.int64), np.full((n + 1, n + 1), -1, np.int64)
    for child in range(1, n + 1):
        order = [
            int(one) for one in np.argsort(problem.walk[child], kind="stable") if one not in (SCHOOL, child)
        ]
        near[child] = [child, *order[: size - 1]]
        bit[child, near[child]] = np.arange(size)
    return Memory(near, bit)


def paths_of(successor: Integers) -> list[list[int]]:
    """Children of each branch that ends a tree of paths, from the school outwards."""
    ends = set(range(1, len(successor))) - set(successor[1:].tolist())
    ways = []
    for end in sorted(ends):
        way = [end]
        while successor[way[-1]] != SCHOOL:
            way.append(int(successor[way[-1]]))
        ways.append(way[::-1])
    return ways
