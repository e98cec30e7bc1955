"""The level of points and of yards under a layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from hygie.engines.exposure.inside import highest_levels, strips_of
from hygie.engines.exposure.layers import DrawnLayer, GridLayer, Layer
from hygie.engines.exposure.scale import UNKNOWN, Floats, How, Integers, Scale
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Outlines, points_at

_NOTHING = 1e-6
"""Square metres, or metres, that are none."""


@dataclass(frozen=True)
class Levels:
    """Levels of things in order.

    Attributes
    ----------
    level
        From 0 to the worst, or ``UNKNOWN``; shape (n,).
    value
        The distance in metres (infinite beyond the last band) or the value of the cell that made it;
        NaN where an area did, or nothing is known; shape (n,).
    share
        Of a yard, the share of its surface at that level; NaN for points and for distances.
    """

    level: Integers
    value: Floats
    share: Floats

    def worst_first(self) -> Integers:
        """Positions from the worst to the mildest; equals by share, then by value, then in order.

        What is not known comes last.
        """
        worse = np.where(np.isnan(self.value), 0.0, self.value)
        near = np.where(np.isnan(self.share), 0.0, self.share)
        return np.asarray(np.lexsort((np.arange(len(worse)), -worse, -near, -self.level)), np.int64)

    def nearest_first(self) -> Integers:
        """The same where the value is a distance: the nearest is the worst."""
        far = np.where(np.isnan(self.value), np.inf, self.value)
        return np.asarray(np.lexsort((np.arange(len(far)), far, -self.level)), np.int64)


def levels_of_points(layer: Layer, scale: Scale, plane: Plane, lon: Floats, lat: Floats) -> Levels:
    """Level of positions in degrees.

    Of overlapping areas, the highest level counts. Raises ValueError when areas are asked of a layer
    that draws points or lines.
    """
    nothing = np.full(len(lon), np.nan)
    if isinstance(layer, GridLayer):
        values = layer.at(lon, lat)
        return Levels(scale.of_values(values), values, nothing)
    x, y = plane.to_metres(lon, lat)
    if scale.how is How.DISTANCES:
        far = distances(layer.shapes, points_at(np.column_stack([x, y])), scale.ends[-1])
        return Levels(scale.of_values(far), far, nothing)
    if not layer.areal.all():
        raise ValueError("a point or a line has no inside")
    return Levels(highest_levels(strips_of(layer.shapes, layer.levels), x, y), nothing, nothing)


def levels_of_yards(layer: Layer, scale: Scale, plane: Plane, yards: Outlines) -> Levels:
    """Level of yards, polygons in metres: the highest that covers some of it, and the share it covers.

    Of a grid, the cells whose centre is in the yard count; without any, the cell of a point inside it.
    """
    if isinstance(layer, GridLayer):
        return _over_cells(layer, scale, plane, yards)
    if scale.how is How.DISTANCES:
        far = distances(layer.shapes, yards, scale.ends[-1])
        return Levels(scale.of_values(far), far, np.full(len(yards), np.nan))
    return _under_areas(layer, yards)


def distances(shapes: Outlines, things: Outlines, most: float) -> Floats:
    """Metres from each thing to the nearest shape; infinite beyond ``most``."""
    far = np.full(len(things), np.inf)
    if not len(shapes) or not len(things):
        return far
    tree = shapely.STRtree(_pieces(shapes))
    (at, _), metres = tree.query_nearest(
        things, max_distance=most * (1 + 1e-12) + 1e-9, return_distance=True, all_matches=False
    )
    far[at] = metres
    return far


def _pieces(shapes: Outlines) -> Outlines:
    """Parts, lines cut at their bends: small boxes make the tree sharp."""
    parts = shapely.get_parts(shapes)
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    xy, line = shapely.get_coordinates(parts[lines], return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    if not len(joined):
        return np.asarray(parts[~lines], object)
    cut = shapely.linestrings(np.stack([xy[joined], xy[joined + 1]], axis=1))
    return np.concatenate([parts[~lines], np.asarray(cut, object)])


def _under_areas(layer: DrawnLayer, yards: Outlines) -> Levels:
    level, share = np.zeros(len(yards), np.int64), np.full(len(yards), np.nan)
    if len(layer) and len(yards):
        yard, area = shapely.STRtree(layer.shapes).query(yards, predicate="intersects")
        cut = shapely.intersection(yards[yard], layer.shapes[area])
        held = shapely.area(cut) > _NOTHING
        yard, area, cut = yard[held], area[held], cut[held]
        np.maximum.at(level, yard, layer.levels[area])
        top = layer.levels[area] == level[yard]
        for one in np.unique(yard[top]).tolist():
            covered = shapely.union_all(cut[top & (yard == one)])
            share[one] = min(1.0, float(shapely.area(covered) / shapely.area(yards[one])))
    return Levels(level, np.full(len(yards), np.nan), share)


def _over_cells(layer: GridLayer, scale: Scale, plane: Plane, yards: Outlines) -> Levels:
    level = np.full(len(yards), UNKNOWN, np.int64)
    value, share = np.full(len(yards), np.nan), np.full(len(yards), np.nan)

    def moved(xy: Floats) -> Floats:
        return np.column_stack(layer.cells(*plane.to_degrees(xy[:, 0], xy[:, 1])))

    for i, yard in enumerate(shapely.transform(yards, moved)):
        values = layer.at_cells(*_cells_in(yard, layer.values.shape))
        known = values[~np.isnan(values)]
        if known.size:
            levels = scale.of_values(known)
            level[i], value[i] = levels.max(), known.max()
            share[i] = np.count_nonzero(levels == levels.max()) / known.size
    return Levels(level, value, share)


def _cells_in(yard: shapely.Geometry, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Column and row of the centres in a yard, or of one point of it where it holds none."""
    left, low, right, high = shapely.bounds(yard).tolist()
    columns = np.arange(max(int(left) - 1, 0), min(int(right) + 2, shape[1])) + 0.5
    rows = np.arange(max(int(low) - 1, 0), min(int(high) + 2, shape[0])) + 0.5
    column, row = (one.ravel() for one in np.meshgrid(columns, rows))
    held = shapely.contains_xy(yard, column, row) if column.size else np.zeros(0, np.bool_)
    if held.any():
        return column[held], row[held]
    inner = shapely.get_coordinates(shapely.point_on_surface(yard))[:1]
    return inner[:, 0], inner[:, 1]
