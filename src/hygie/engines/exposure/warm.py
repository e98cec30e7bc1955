"""Compile the kernels of this engine once, so that no first page waits."""

from __future__ import annotations

import numpy as np
import shapely

from hygie.engines.exposure.inside import highest_levels, strips_of


def warm() -> None:
    """Ask where two points stand among two squares."""
    squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(5, 5, 30, 10)], dtype=object)
    strips = strips_of(squares, np.array([1, 2], np.int64))
    highest_levels(strips, np.array([2.0, 7.0]), np.array([2.0, 7.0]))
