"""Walking buses: one tree towards the school, each child's walk bounded, fewest leaves, then least danger.

The problem is that of the « Pedibus » challenge (Politecnico di Milano, 2016): every child has one
successor, a leaf is where a line starts and so one accompanying adult. Distances keep the triangle
inequality, so a tree of L leaves cuts into L paths to the school, and fewest leaves is an open
vehicle-routing problem with deadlines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SCHOOL = 0
"""Node of the school; children are 1 to n."""

MOST_CHILDREN = 1_000
"""Beyond, the tables of pairs alone take too much memory and time."""

ROUNDING = 1e-10
"""Relative: two roads of the same length must not differ by the order of their additions."""

Left = Callable[[], float]
"""Seconds left to search; an engine has no clock of its own."""


@dataclass(frozen=True)
class BusProblem:
    """Children to bring to one school; node 0 is the school.

    Attributes
    ----------
    walk
        Length between two nodes, in one unit; symmetric, shape (n + 1, n + 1).
    danger
        ``danger[i, j]`` of walking from i straight to j, at least 0; same shape.
    limit
        Longest walk to school allowed to each child, at least its straight one; shape (n + 1,).

    Raises
    ------
    ValueError
        If a number is negative or not finite, or a child could not even walk straight to school.
    """

    walk: Floats
    danger: Floats
    limit: Floats

    def __post_init__(self) -> None:
        n = len(self.limit)
        if not 2 <= n <= MOST_CHILDREN + 1:
            raise ValueError(f"a walking bus has from 1 to {MOST_CHILDREN} children")
        if self.walk.shape != (n, n) or self.danger.shape != (n, n):
            raise ValueError("lengths and dangers have one row and one column a node")
        for values in (self.walk, self.danger, self.limit):
            if not np.all(np.isfinite(values) & (values >= 0)):
                raise ValueError("lengths, dangers and limits are finite and at least 0")
        if not np.allclose(self.walk, self.walk.T, rtol=ROUNDING):
            raise ValueError("lengths are the same both ways")
        if np.any(self.walk[1:, SCHOOL] > self.limit[1:] * (1 + ROUNDING)):
            raise ValueError("the straight walk of a child is within its limit")

    @classmethod
    def within(cls, walk: Floats, danger: Floats, alpha: float) -> BusProblem:
        """Problem where a walk may be ``alpha`` times the straight one, alpha at least 1."""
        return cls(walk, danger, alpha * walk[:, SCHOOL])

    @property
    def children(self) -> int:
        """Number of children."""
        return len(self.limit) - 1

    @cached_property
    def allowed(self) -> Floats:
        """Limits with the rounding that additions may bring; shape (n + 1,)."""
        return np.asarray(self.limit * (1 + ROUNDING), np.float64)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """``usable[i, j]``: child i may have j as its successor, if j walks straight to school."""
        can = self.walk + self.walk[None, :, SCHOOL] <= self.allowed[:, None]
        np.fill_diagonal(can, val=False)
        can[SCHOOL] = False
        return np.asarray(can, np.bool_)


@dataclass(frozen=True)
class BusTree:
    """A tree that keeps to every limit, measured.

    Attributes
    ----------
    successor
        Next node of each child on its way to school; 0 for the school itself; shape (n + 1,).
    walked
        Walk of each child to school, shape (n + 1,).
    leaves
        Children from whom nobody comes: lines, or adults.
    danger
        Sum over children of the danger to their successor.
    worst_detour
        Largest ratio of a child's walk to its straight one; 1 for who lives at the school.
    """

    successor: Integers
    walked: Floats
    leaves: int
    danger: float
    worst_detour: float


@dataclass(frozen=True)
class BusPlan:
    """The best tree found, and how far from the best possible it may be.

    Attributes
    ----------
    tree
        What was found.
    leaves_bound
        No tree has fewer leaves.
    danger_bound
        No tree of at most ``most_leaves`` leaves is less dangerous.
    most_leaves
        Leaves allowed while danger was reduced.
    """

    tree: BusTree
    leaves_bound: int
    danger_bound: float
    most_leaves: int

    @property
    def fewest_proved(self) -> bool:
        """Whether no tree can have fewer leaves."""
        return bool(self.tree.leaves <= self.leaves_bound)

    @property
    def safest_proved(self) -> bool:
        """Whether no tree of as many leaves can be less dangerous."""
        return bool(self.tree.danger <= self.danger_bound + 1e-9)


def measured(problem: BusProblem, successor: Integers) -> BusTree:
    """Check a tree and measure it.

    Raises
    ------
    ValueError
        If it is no tree to the school, or some walk is over its limit.
    """
    walked = np.full(problem.children + 1, np.nan)
    walked[SCHOOL] = 0.0
    for child in range(1, problem.children + 1):
        way = [child]
        while math.isnan(walked[way[-1]]):
            way.append(int(successor[way[-1]]))
            if len(way) > problem.children + 1:
                raise ValueError(f"child {child} walks in circles")
        for node, onward in zip(way[-2::-1], way[:0:-1], strict=True):
            walked[node] = walked[onward] + problem.walk[node, onward]
    if np.any(walked > problem.allowed):
        raise ValueError("a walk is over its limit")
    straight = problem.walk[1:, SCHOOL]
    detours = np.divide(walked[1:], straight, out=np.ones(problem.children), where=straight > 0)
    leaves = problem.children - np.unique(successor[1:][successor[1:] != SCHOOL]).size
    arcs = problem.danger[np.arange(1, problem.children + 1), successor[1:]]
    return BusTree(successor, walked, leaves, math.fsum(arcs.tolist()), float(detours.max()))


def too_few(most_leaves: int, found: int, bound: int) -> HygieError:
    """No tree of so few leaves was found: proved, or not found in time."""
    if most_leaves < bound:
        why = f"Il en faut au moins {bound}, et c’est prouvé."
        return HygieError(
            f"Aucun plan ne tient en {most_leaves} lignes.", why=why, fix=f"Demandez-en {bound}."
        )
    return HygieError(
        f"Aucun plan en {most_leaves} lignes n’a été trouvé dans le temps donné.",
        why=f"Le meilleur plan trouvé a {found} lignes ; il en faut au moins {bound}.",
        fix=f"Donnez plus de temps, ou demandez {found} lignes.",
    )
