"""Compile what walking buses compile, so that no first search waits."""

from __future__ import annotations

import numpy as np

from hygie.engines.walking.bus import BusProblem
from hygie.engines.walking.bus_bound import leaves_bound, paths_of
from hygie.engines.walking.bus_danger import least_danger
from hygie.engines.walking.bus_fewest import fewest_leaves


def warm() -> None:
    """Run every compiled function once, on a few children around a school."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 10, (2, 9))
    walk = np.hypot(x[:, None] - x, y[:, None] - y)
    problem = BusProblem.within(walk, rng.uniform(0, 1, walk.shape), 1.3)
    turns = iter(range(4))
    found = fewest_leaves(problem, lambda: 3.0 - next(turns, 3), seed=0, enough=lambda: 1)
    list(leaves_bound(problem, lambda: 1.0, paths_of(found.successor), lambda: found.leaves))
    some = iter((1.0, 1.0))
    least_danger(problem, found.successor, lambda: next(some, 0.0), most_leaves=found.leaves, seed=0)
