"""Layers that expose: shapes in metres with a level each, or a grid of values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from hygie.engines.exposure.scale import Floats, Integers
from hygie.engines.kernel.shapes import Outlines


@dataclass(frozen=True)
class DrawnLayer:
    """Points, lines or areas.

    Attributes
    ----------
    shapes
        Valid and not empty, in metres on the plane of the territory; shape (n,).
    levels
        Of each shape, 1 or more, shape (n,); not looked at where distances make the level.
    """

    shapes: Outlines
    levels: Integers

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.shapes):
            raise ValueError("one level a shape")

    def __len__(self) -> int:
        return len(self.shapes)

    @property
    def areal(self) -> NDArray[np.bool_]:
        """Whether each shape has an inside."""
        return np.asarray(shapely.get_dimensions(self.shapes) == 2)


@dataclass(frozen=True)
class GridLayer:
    """Values on a regular grid.

    Attributes
    ----------
    values
        Shape (rows, columns); NaN where the source says nothing.
    inverse
        (a, b, c, d, e, f): column = a·x + b·y + c and row = d·x + e·y + f, x and y in ``crs``; whole
        parts count cells.
    crs
        Coordinate system, as pyproj reads it.
    """

    values: Floats
    inverse: tuple[float, float, float, float, float, float]
    crs: str

    def __post_init__(self) -> None:
        if self.values.ndim != 2:
            raise ValueError("a grid has rows and columns")

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Value of the cell that holds each position in degrees; NaN outside the grid."""
        return self.at_cells(*self.cells(lon, lat))

    def cells(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Column and row of positions in degrees, with decimals; not finite where they have none."""
        x, y = self._projected(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        a, b, c, d, e, f = self.inverse
        return a * x + b * y + c, d * x + e * y + f

    def at_cells(self, column: Floats, row: Floats) -> Floats:
        """Value of the cell of each position in columns and rows; NaN outside."""
        rows, columns = self.values.shape
        held = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.full(column.shape, np.nan)
        found[held] = self.values[row[held].astype(np.int64), column[held].astype(np.int64)]
        return found

    def _projected(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        # pyproj takes an array of one point for a number, with a warning: give it the point twice
        twice = 2 if lon.size == 1 else 1
        found = _transformer(self.crs).transform(np.tile(lon, twice), np.tile(lat, twice))
        x, y = (np.asarray(one, np.float64)[: lon.size] for one in found)
        return x, y


Layer = DrawnLayer | GridLayer


@lru_cache(maxsize=16)
def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)
