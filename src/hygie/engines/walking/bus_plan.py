"""A walking bus from end to end: fewest leaves and its bound side by side, then least danger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hygie.engines.walking.bus import MOST_CHILDREN, BusPlan, BusProblem, Integers, Left, measured, too_few
from hygie.engines.walking.bus_bound import leaves_bound, paths_of
from hygie.engines.walking.bus_danger import danger_floor, least_danger
from hygie.engines.walking.bus_exact_door import exact_searches
from hygie.engines.walking.bus_fewest import fewest_leaves

EXACT_CHILDREN = 32
"""Up to here the search ends with a proof of both objectives, when time allows."""
_LEAVES_SHARE = 0.6
"""Share of the time given to leaves, when they are not settled before."""
_QUICK_SHARE = 0.3
"""Share of it given to a first look, alone, from which the bound starts: it nearly always finds all."""
_QUICK_SECONDS = 0.3
"""Seconds of paths, then of their bound, before the exact search of leaves."""
_ANNEALING_SECONDS = 0.8
"""Seconds of annealing before the exact search of danger: a good tree to start from, no more."""


@dataclass
class _Proved:
    """The bound on leaves as it grows, and what the search beside it knows: each thread reads the other.

    ``known`` is a number of leaves that was found; ``done`` when no more proof is wanted.
    """

    leaves: int = 1
    known: int = MOST_CHILDREN
    done: bool = False


def plan_bus(problem: BusProblem, left: Left, *, seed: int, most_leaves: int | None = None) -> BusPlan:
    """Find the tree of fewest leaves, then of least danger, in the time given.

    Parameters
    ----------
    problem
        Children, limits and dangers.
    left
        Seconds left; the search ends before when both objectives are proved.
    seed
        Of every draw: the same seed and as much work done give the same tree.
    most_leaves
        Leaves allowed, danger alone being reduced; None for the fewest.

    Raises
    ------
    HygieError
        If no tree of ``most_leaves`` leaves exists, or none was found in time.
    """
    successor, bound = _fewest(problem, left, seed=seed, most_leaves=most_leaves)
    found = measured(problem, successor).leaves
    allowed = found if most_leaves is None else most_leaves
    if found > allowed:
        raise too_few(allowed, found, bound)
    floor = danger_floor(problem)
    if problem.children > EXACT_CHILDREN:
        successor = least_danger(problem, successor, left, most_leaves=allowed, seed=seed, proved=floor)
        return BusPlan(measured(problem, successor), bound, floor, allowed)
    annealed = least_danger(
        problem, successor, _first(left, _ANNEALING_SECONDS), most_leaves=allowed, seed=seed, proved=floor
    )
    exact = exact_searches().exact_danger(problem, left, start=annealed, seed=seed, most_leaves=allowed)
    tree = measured(problem, annealed)
    if exact.successor is not None:
        tree = min(tree, measured(problem, exact.successor), key=lambda one: one.danger)
    return BusPlan(tree, bound, max(floor, exact.bound), allowed)


def _fewest(problem: BusProblem, left: Left, *, seed: int, most_leaves: int | None) -> tuple[Integers, int]:
    """A tree of few leaves, and the number of leaves that is proved necessary."""
    proved, target = _Proved(), most_leaves or 1
    if problem.children > EXACT_CHILDREN:
        return _side_by_side(problem, _share(left, _LEAVES_SHARE), seed, target, proved)
    quick = _first(left, _QUICK_SECONDS)
    first = fewest_leaves(problem, quick, seed=seed, enough=lambda: target)
    proved.known = first.leaves
    _prove(problem, _first(left, _QUICK_SECONDS), first.successor, proved)
    if first.leaves <= proved.leaves:
        return first.successor, proved.leaves
    exact = exact_searches().exact_leaves(
        problem, _share(left, _LEAVES_SHARE), start=first.successor, seed=seed, floor=proved.leaves
    )
    better = exact.successor is not None and measured(problem, exact.successor).leaves < first.leaves
    chosen = exact.successor if better and exact.successor is not None else first.successor
    return chosen, max(proved.leaves, int(exact.bound))


def _side_by_side(
    problem: BusProblem, left: Left, seed: int, target: int, proved: _Proved
) -> tuple[Integers, int]:
    """The search of paths and the proof of its bound, each on a thread, until they meet.

    A number of leaves that is asked for ends both: what is proved by then is enough.
    """
    first = fewest_leaves(problem, _share(left, _QUICK_SHARE), seed=seed, enough=lambda: target)
    proved.known = first.leaves

    def left_to_prove() -> float:
        return left() if proved.known > proved.leaves and not proved.done else 0.0

    with ThreadPoolExecutor(1) as beside:
        work = beside.submit(_prove, problem, left_to_prove, first.successor, proved)
        found = fewest_leaves(
            problem,
            left,
            seed=seed + 1,
            enough=lambda: max(target, proved.leaves),
            start=paths_of(first.successor),
        )
        proved.known, proved.done = found.leaves, target > 1
        work.result()
    return found.successor, proved.leaves


def _prove(problem: BusProblem, left: Left, successor: Integers, proved: _Proved) -> None:
    """Let the bound grow."""
    for bound in leaves_bound(problem, left, paths_of(successor), lambda: proved.known):
        proved.leaves = max(proved.leaves, bound)


def _share(left: Left, share: float) -> Left:
    """A part of the seconds left, kept apart from the rest."""
    kept = (1 - share) * left()
    return lambda: left() - kept


def _first(left: Left, seconds: float) -> Left:
    """The next seconds, as many as are left."""
    kept = max(left() - seconds, 0.0)
    return lambda: left() - kept
