"""Shops around schools: how many within each distance, as the crow flies from the edge of the school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.shapes import Outlines
from hygie.engines.perimeters.protected import Protected

OUTLETS = ("fast_food", "tobacco_shop", "alcohol_shop", "billboard")
"""Categories of shapes that are counted around schools."""


@dataclass(frozen=True)
class Density:
    """Things around schools.

    Attributes
    ----------
    schools
        Ranks of the schools among the places.
    distances
        Metres, inclusive, ascending.
    counts
        By category, how many within each distance of each school, shape (schools, distances); None
        where no source draws any.
    """

    schools: tuple[int, ...]
    distances: tuple[float, ...]
    counts: Mapping[str, NDArray[np.int64] | None]


def density_of(
    places: Sequence[Protected],
    schools: Sequence[int],
    outlets: Mapping[str, Outlines | None],
    distances: tuple[float, ...],
) -> Density:
    """Count things around schools, from the outline of the school (its point where none is drawn)."""
    outlines = np.array([places[i].outline for i in schools], dtype=object)
    counts = {
        key: None if drawn is None else _counted(outlines, drawn, distances) for key, drawn in outlets.items()
    }
    return Density(tuple(schools), distances, counts)


def _counted(schools: Outlines, outlets: Outlines, distances: tuple[float, ...]) -> NDArray[np.int64]:
    found = np.zeros((len(schools), len(distances)), np.int64)
    if not len(schools) or not len(outlets):
        return found
    tree = shapely.STRtree(outlets)
    for column, distance in enumerate(distances):
        school, _ = tree.query(schools, predicate="dwithin", distance=distance)
        found[:, column] = np.bincount(school, minlength=len(schools))
    return found
