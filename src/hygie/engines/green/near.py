"""What stands within a few metres of many points, by square cell: no geometry object is made."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hygie.engines.green.grids import CrownGrid, grid_of, segment_grid
from hygie.engines.kernel.compiled import compiled, compiled_inline

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

ROUGH_METRES = 50.0
"""Side of the cells of streets: a straight road of kilometres is then in few of them."""
FINE_METRES = 12.0
MOST_CELLS = 6_000_000


@compiled_inline
def squared_distance(x: float, y: float, ends: Floats, w: int) -> float:
    """Squared metres from a point to a segment, of no length perhaps."""
    ax, ay = ends[w, 0], ends[w, 1]
    dx, dy = ends[w, 2] - ax, ends[w, 3] - ay
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
    off_x, off_y = x - ax - t * dx, y - ay - t * dy
    return float(off_x * off_x + off_y * off_y)


def near_segments(at: Floats, ends: Floats, metres: float, side: float = FINE_METRES) -> Booleans:
    """Whether each point (n, 2) is within ``metres`` (itself included) of a segment (x, y, x, y)."""
    found = np.zeros(len(at), np.bool_)
    if len(at) and len(ends):
        _near_segments(
            np.ascontiguousarray(at),
            np.ascontiguousarray(ends),
            segment_grid(ends, side, MOST_CELLS),
            metres,
            found,
        )
    return found


def near_points(at: Floats, others: Floats, metres: float) -> Booleans:
    """Whether each point (n, 2) is within ``metres`` (itself included) of one of the others (m, 2)."""
    return near_segments(at, np.column_stack([others, others]), metres)


def thinned(at: Floats, apart: float) -> Booleans:
    """Which points to keep so that none is within ``apart`` metres of another: the first stands."""
    kept = np.ones(len(at), np.bool_)
    if len(at):
        grid = grid_of(at[:, 0], at[:, 1], max(apart, 1.0), MOST_CELLS)
        _thin(np.ascontiguousarray(at), grid, apart, kept)
    return kept


@compiled_inline
def _cells(low: float, high: float, origin: float, side: float, count: int) -> tuple[int, int]:
    """Cells from one coordinate to another, within the grid; the last one left out."""
    first = min(max(math.floor((low - origin) / side), 0), count)
    return first, max(min(math.floor((high - origin) / side) + 1, count), first)


@compiled
def _near_segments(at: Floats, ends: Floats, grid: CrownGrid, metres: float, found: Booleans) -> None:
    for i in range(len(at)):
        x, y = at[i, 0], at[i, 1]
        x0, x1 = _cells(x - metres, x + metres, grid.west, grid.side, grid.columns)
        y0, y1 = _cells(y - metres, y + metres, grid.south, grid.side, grid.rows)
        for gx in range(x0, x1):
            for k in range(grid.start[gx * grid.rows + y0], grid.start[gx * grid.rows + y1]):
                if squared_distance(x, y, ends, grid.item[k]) <= metres * metres:
                    found[i] = True
                    break
            if found[i]:
                break


@compiled
def _thin(at: Floats, grid: CrownGrid, apart: float, kept: Booleans) -> None:
    for i in range(len(at)):
        if not kept[i]:
            continue
        x, y = at[i, 0], at[i, 1]
        x0, x1 = _cells(x - apart, x + apart, grid.west, grid.side, grid.columns)
        y0, y1 = _cells(y - apart, y + apart, grid.south, grid.side, grid.rows)
        for gx in range(x0, x1):
            for k in range(grid.start[gx * grid.rows + y0], grid.start[gx * grid.rows + y1]):
                j = grid.item[k]
                if j > i and (at[j, 0] - x) ** 2 + (at[j, 1] - y) ** 2 <= apart * apart:
                    kept[j] = False
