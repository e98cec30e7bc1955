"""Mixed integer programs, solved by HiGHS through scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from hygie.engines.siting.rows import Booleans, Floats

TOLERANCE = 1e-6
"""Share by which HiGHS may be off: its bounds are lowered by it before they prove anything."""

_OPTIMAL, _LIMIT, _INFEASIBLE = 0, 1, 2


@dataclass
class Program:
    """Least ``cost · v`` under rows of constraints, ``v`` between 0 and ``most``.

    Attributes
    ----------
    cost
        Of each variable, shape (variables,).
    whole
        Which variables are whole numbers.
    most
        Upper end of each variable.
    least
        Lower end of each variable.
    """

    cost: Floats
    whole: Booleans
    most: Floats
    least: Floats
    _rows: list[csr_array[np.float64]] = field(default_factory=list)
    _low: list[Floats] = field(default_factory=list)
    _high: list[Floats] = field(default_factory=list)

    def add(self, rows: csr_array[np.float64], low: ArrayLike, high: ArrayLike) -> None:
        """Keep each row of a matrix, times the variables, between two ends."""
        count = rows.shape[0]
        self._rows.append(rows)
        self._low.append(np.broadcast_to(np.asarray(low, np.float64), count))
        self._high.append(np.broadcast_to(np.asarray(high, np.float64), count))

    def add_row(self, values: Floats, low: float, high: float) -> None:
        """Keep one sum over the first variables between two ends."""
        whole = np.zeros(len(self.cost))
        whole[: len(values)] = values
        self.add(csr_array(whole[None]), low, high)

    def solve(self, seconds: float) -> Solved:
        """The best values, searched for so many seconds at most."""
        limits = [
            LinearConstraint(rows, low, high)
            for rows, low, high in zip(self._rows, self._low, self._high, strict=True)
        ]
        found = milp(
            self.cost,
            integrality=self.whole.astype(np.uint8),
            bounds=Bounds(self.least, self.most),
            constraints=limits,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else -np.inf
        values = None if found.x is None else np.asarray(found.x, np.float64)
        return Solved(values, float(bound), found.status == _OPTIMAL, found.status == _INFEASIBLE)


@dataclass(frozen=True)
class Solved:
    """What a program gave: ``values`` is None when nothing was found; ``bound`` holds anyway."""

    values: Floats | None
    bound: float
    optimal: bool
    infeasible: bool


def stacked(
    columns: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]], shape: tuple[int, int]
) -> csr_array[np.float64]:
    """A sparse matrix from several (values, rows, columns)."""
    values, rows, cols = (
        np.concatenate([np.atleast_1d(np.asarray(c[k])) for c in columns]) for k in range(3)
    )
    return csr_array((values.astype(np.float64), (rows, cols)), shape=shape)
