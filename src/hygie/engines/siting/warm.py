"""Compile the kernels of this engine once, so that no first page waits."""

from __future__ import annotations

import numpy as np

from hygie.engines.siting.problem import Objective, Problem
from hygie.engines.siting.solve import solve


def warm() -> None:
    """Run every compiled function of the engine on three demands and three sites."""
    distance = np.array([[1, 4, 3], [4, 1, 3], [3, 3, 1]], np.int32)
    none, zero, one = np.zeros(3, np.bool_), np.zeros(3), np.ones(3)
    for objective in Objective:
        solve(Problem(objective, ("a", "b", "c"), distance, one, one, none, none, zero, most=2, limit=3))
