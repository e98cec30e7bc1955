"""Residents grouped in square cells, so that a map never shows a home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Demand

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SIDE = 200
"""Side of a cell, in metres: the grid on which INSEE publishes residents."""

MERGES = (1, 2, 4)
"""A cell with too few residents joins its neighbours in a square of 200, 400, then 800 m."""

OFFICIAL_GRID = "EPSG:3035"


@dataclass(frozen=True)
class CellGrid:
    """Inhabited cells and the square of residents each belongs to.

    Attributes
    ----------
    column, row
        Position of each cell, whole, to the east and to the north; shape (cells,).
    square
        Square that speaks for each cell, or -1 where even 800 m hold too few residents.
    point_cell
        Cell of each demand point, or -1 for points that are not drawn; shape (points,).
    weight
        Residents of each demand point; 1 each where nobody knows how many live there.
    matrix
        (a, b, c, d, e, f): a cell at (column, row) starts at metres
        (a·column + c·row + e, b·column + d·row + f) of the plane.
    few
        Number of residents under which a square says nothing.
    """

    column: Indices
    row: Indices
    square: Indices
    point_cell: Indices
    weight: Floats
    matrix: tuple[float, float, float, float, float, float]
    few: int

    def __len__(self) -> int:
        return len(self.column)

    @property
    def squares(self) -> int:
        """Number of squares that speak."""
        return int(self.square.max(initial=-1)) + 1

    def middle(self, values: Floats) -> Floats:
        """Value of each cell: the median of the residents of its square.

        Parameters
        ----------
        values
            One number a demand point, NaN where there is none (taken as the highest); infinite
            values allowed.

        Returns
        -------
        Floats
            Shape (cells,): NaN where the median resident has none, or where the cell is too
            small to speak (see ``square``).
        """
        drawn = self.point_cell >= 0
        group = np.where(drawn, self.square[self.point_cell], -1)
        drawn &= group >= 0
        medians = weighted_medians(values[drawn], self.weight[drawn], group[drawn], self.squares)
        return np.where(self.square >= 0, np.append(medians, np.nan)[self.square], np.nan)


def weighted_medians(values: Floats, weights: Floats, groups: Indices, count: int) -> Floats:
    """Lowest value at which half the weight of each group is reached.

    Parameters
    ----------
    values
        One number an item; NaN sorts last, as "never".
    weights
        Above zero, same shape.
    groups
        From 0 to ``count`` - 1, same shape; each group has one item at least.
    count
        Number of groups.

    Returns
    -------
    Floats
        Shape (count,).
    """
    order = np.lexsort((values, groups))
    running = np.cumsum(weights[order])
    ends = np.searchsorted(groups[order], np.arange(count), side="right")
    totals = np.diff(np.concatenate([[0.0], running[ends - 1]]))
    halves = running[ends - 1] - totals / 2
    position = np.searchsorted(running, halves * (1 - 1e-12), side="left")
    return np.asarray(values[order][np.minimum(position, ends - 1)], dtype=np.float64)


def cell_grid(demand: Demand, plane: Plane, few: int) -> CellGrid:
    """Group the residents of a territory, margin left out, in cells of 200 m.

    Residents published on the official European grid keep their own squares; others are grouped
    on the plane. ``few`` is the smallest number of residents that may be shown.
    """
    weight = np.nan_to_num(demand.people, nan=0.0)
    unknown = not np.any(np.isfinite(demand.people) & (demand.people > 0))
    if unknown:
        weight = np.ones(len(demand))
    drawn = np.flatnonzero(demand.inside & (weight > 0))
    columns, rows, matrix = _positions(demand.lon[drawn], demand.lat[drawn], plane)
    cells, cell_of = np.unique(np.column_stack([columns, rows]), axis=0, return_inverse=True)
    point_cell = np.full(len(demand), -1)
    point_cell[drawn] = cell_of.ravel()
    people = np.bincount(cell_of.ravel(), weight[drawn], minlength=len(cells)).astype(np.float64)
    square = _squares(cells, people, 1 if unknown else few)
    return CellGrid(cells[:, 0], cells[:, 1], square, point_cell, weight, matrix, few)


def _positions(
    lon: Floats, lat: Floats, plane: Plane
) -> tuple[Indices, Indices, tuple[float, float, float, float, float, float]]:
    """Column and row of each point, and where cells lie on the plane."""
    official = Transformer.from_crs("EPSG:4326", OFFICIAL_GRID, always_xy=True)
    x, y = official.transform(lon, lat)
    from_centre = np.concatenate([np.mod(x, SIDE), np.mod(y, SIDE)]) - SIDE / 2
    if not (len(lon) and np.all(np.abs(from_centre) < 1)):
        x, y = plane.to_metres(lon, lat)
        return _index(x), _index(y), (SIDE, 0.0, 0.0, SIDE, 0.0, 0.0)
    columns, rows = _index(x), _index(y)
    c, r = int(np.median(columns)), int(np.median(rows))
    corners = official.transform(
        [c * SIDE, (c + 1) * SIDE, c * SIDE], [r * SIDE, r * SIDE, (r + 1) * SIDE], direction="INVERSE"
    )
    px, py = plane.to_metres(*corners)
    a, b, cc, d = px[1] - px[0], py[1] - py[0], px[2] - px[0], py[2] - py[0]
    return columns, rows, (a, b, cc, d, px[0] - a * c - cc * r, py[0] - b * c - d * r)


def _index(metres: Floats) -> Indices:
    return np.asarray(np.floor(np.asarray(metres) / SIDE), dtype=np.int64)


def _squares(cells: Indices, people: Floats, few: int) -> Indices:
    """Square of each cell: itself, else what is left of its 400 m or 800 m square, else -1."""
    square = np.full(len(cells), -1)
    used = 0
    for merge in MERGES:
        left = np.flatnonzero(square < 0)
        _, group = np.unique(cells[left] // merge, axis=0, return_inverse=True)
        held = np.bincount(group.ravel(), people[left])
        number = np.where(held >= few, np.cumsum(held >= few) - 1 + used, -1)
        square[left] = number[group.ravel()] if len(left) else -1
        used += int(np.sum(held >= few))
    return square


def cells_path(columns: Indices, rows: Indices) -> str:
    """The outline of a set of cells as one SVG path, in cell units, whole steps only."""
    if not len(columns):
        return ""
    joined = shapely.union_all(shapely.box(columns, rows, columns + 1, rows + 1))
    rings = [ring for part in shapely.get_parts(joined) for ring in (part.exterior, *part.interiors)]
    return "".join(_steps(np.rint(shapely.get_coordinates(ring)).astype(np.int64)) for ring in rings)


def _steps(ring: Indices) -> str:
    """A closed right-angled ring as horizontal and vertical steps, aligned points dropped."""
    body: list[list[int]] = []
    for dx, dy in np.diff(ring, axis=0).tolist():
        axis, step = (0, dx) if dx else (1, dy)
        if body and body[-1][0] == axis:
            body[-1][1] += step
        else:
            body.append([axis, step])
    steps = "".join(f"{'hv'[axis]}{step}" for axis, step in body[:-1])
    return f"M{ring[0, 0]} {ring[0, 1]}{steps}z"
