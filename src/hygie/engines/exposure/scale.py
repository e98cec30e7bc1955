"""Levels of exposure: how a distance, a value or a word becomes a rank, the highest being the worst."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNKNOWN = -1
"""Level of what the layer says nothing of: outside a grid, or a cell without value."""

MOST_LEVELS = 20
"""A layer with more levels is no map of levels: classes gather them."""


class How(StrEnum):
    """What makes a level."""

    INSIDE = "inside"
    """In an area of the layer, or not."""
    DISTANCES = "distances"
    """The distance to the nearest shape: nearer is worse."""
    CLASSES = "classes"
    """The value of the area or of the cell: higher is worse."""
    NAMES = "names"
    """The word of the area, in the order given."""


@dataclass(frozen=True)
class Scale:
    """Levels from 0 (none, beyond, below) to ``levels`` (the worst).

    Attributes
    ----------
    how
        What makes a level.
    ends
        Of distances, inclusive upper ends in metres, ascending and above zero; of classes, inclusive
        lower ends in the unit of the layer, ascending.
    names
        Of words, from the mildest to the worst.
    unit
        Of the values, for words; may be empty.
    """

    how: How
    ends: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    unit: str = ""

    def __post_init__(self) -> None:
        given = {How.DISTANCES: self.ends, How.CLASSES: self.ends, How.NAMES: self.names}.get(self.how, (1,))
        if not 1 <= len(given) <= MOST_LEVELS:
            raise ValueError(f"a scale has from 1 to {MOST_LEVELS} levels")
        if not all(map(math.isfinite, self.ends)) or list(self.ends) != sorted(set(self.ends)):
            raise ValueError("ends are finite and ascending")
        if self.how is How.DISTANCES and self.ends[0] <= 0:
            raise ValueError("distances are above zero")
        if len(set(self.names)) != len(self.names):
            raise ValueError("names of levels are all different")

    @property
    def levels(self) -> int:
        """Number of levels above 0."""
        return 1 if self.how is How.INSIDE else len(self.ends or self.names)

    def of_values(self, values: Floats) -> Integers:
        """Level of each distance or value, same shape; NaN is unknown, an infinite distance is 0."""
        if self.how is How.DISTANCES:
            found = self.levels - np.searchsorted(self.ends, values, side="left")
        else:
            found = np.searchsorted(self.ends, values, side="right")
        return np.where(np.isnan(values), UNKNOWN, found).astype(np.int64)
