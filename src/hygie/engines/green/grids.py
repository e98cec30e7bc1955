"""Points and segments by square cell, so that what is near is found without looking at everything."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class CrownGrid(NamedTuple):
    """Items by cell: those of cell ``c`` are ``item[start[c]:start[c + 1]]``; ``c = column × rows + row``."""

    west: float
    south: float
    side: float
    columns: int
    rows: int
    start: Integers
    item: Integers


def grid_of(x: Floats, y: Floats, side: float, most: int) -> CrownGrid:
    """Points by cell of at least ``side`` metres, larger where there would be more than ``most`` cells."""
    if not len(x):
        return CrownGrid(0.0, 0.0, side, 1, 1, np.zeros(2, np.int64), np.zeros(0, np.int64))
    west, south = float(x.min()), float(y.min())
    side, columns, rows = _cells(float(x.max()) - west, float(y.max()) - south, side, most)
    cell = ((x - west) / side).astype(np.int64) * rows + ((y - south) / side).astype(np.int64)
    start = np.zeros(columns * rows + 1, np.int64)
    np.cumsum(np.bincount(cell, minlength=columns * rows), out=start[1:])
    return CrownGrid(west, south, side, columns, rows, start, np.argsort(cell, kind="stable"))


def segment_grid(ends: Floats, side: float, most: int) -> CrownGrid:
    """Segments (x, y, x, y), shape (n, 4), in every cell that their box overlaps."""
    if not len(ends):
        return grid_of(np.zeros(0), np.zeros(0), side, most)
    pad = 0.01  # so that rounding never leaves a touching segment in the next cell only
    x0, x1 = np.minimum(ends[:, 0], ends[:, 2]) - pad, np.maximum(ends[:, 0], ends[:, 2]) + pad
    y0, y1 = np.minimum(ends[:, 1], ends[:, 3]) - pad, np.maximum(ends[:, 1], ends[:, 3]) + pad
    west, south = float(x0.min()), float(y0.min())
    side, columns, rows = _cells(float(x1.max()) - west, float(y1.max()) - south, side, most)
    box = np.column_stack(
        [((x0 - west) / side), ((x1 - west) / side), ((y0 - south) / side), ((y1 - south) / side)]
    ).astype(np.int64)
    start = np.zeros(columns * rows + 1, np.int64)
    _count_boxes(box, rows, start)
    np.cumsum(start, out=start)
    item = np.zeros(int(start[-1]), np.int64)
    _fill_boxes(box, rows, start[:-1].copy(), item)
    return CrownGrid(west, south, side, columns, rows, start, item)


def _cells(width: float, height: float, side: float, most: int) -> tuple[float, int, int]:
    wider = max(side, math.sqrt((width + side) * (height + side) / most))
    return wider, int(width / wider) + 1, int(height / wider) + 1


@compiled
def _count_boxes(box: Integers, rows: int, counts: Integers) -> None:
    for i in range(len(box)):
        for gx in range(box[i, 0], box[i, 1] + 1):
            for gy in range(box[i, 2], box[i, 3] + 1):
                counts[gx * rows + gy + 1] += 1


@compiled
def _fill_boxes(box: Integers, rows: int, at: Integers, item: Integers) -> None:
    for i in range(len(box)):
        for gx in range(box[i, 0], box[i, 1] + 1):
            for gy in range(box[i, 2], box[i, 3] + 1):
                cell = gx * rows + gy
                item[at[cell]] = i
                at[cell] += 1
