"""From degrees to the units of a drawing, and from coordinates to short SVG paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.plane import Plane

WIDTH = 1000
"""Width of every map, in drawing units."""

TALLEST, FLATTEST = 1.15, 0.6
"""A map is never taller or flatter than this share of its width."""


@dataclass(frozen=True)
class Frame:
    """The window of a map: a rectangle of a metric plane, drawn ``WIDTH`` units wide.

    Attributes
    ----------
    plane
        Plane of the metres.
    west, north
        Corner of the window, in metres.
    metres
        Metres of one unit.
    height
        In units.
    """

    plane: Plane
    west: float
    north: float
    metres: float
    height: int

    @classmethod
    def around(cls, plane: Plane, x: ArrayLike, y: ArrayLike, *, padding: float = 0.03) -> Frame:
        """The frame that holds points (metres), with a margin, within the proportions allowed.

        Raises
        ------
        ValueError
            If there is no point.
        """
        xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if not xs.size:
            raise ValueError("a map holds one point at least")
        wide = max(float(np.ptp(xs)), 400.0) * (1 + 2 * padding)
        tall = max(float(np.ptp(ys)), 400.0) * (1 + 2 * padding)
        wide = max(wide, tall / TALLEST)
        tall = max(tall, wide * FLATTEST)
        middle_x, middle_y = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2
        metres = wide / WIDTH
        return cls(plane, middle_x - wide / 2, middle_y + tall / 2, metres, round(tall / metres))

    def units(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Drawing units of points in degrees, shape (n, 2); y goes down."""
        x, y = self.plane.to_metres(lon, lat)
        return np.column_stack([(x - self.west) / self.metres, (self.north - y) / self.metres])

    def draw(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapes in degrees, moved to drawing units and cut at the window's edge (10 units beyond)."""
        moved = shapely.transform(shapes, lambda c: self.units(c[:, 0], c[:, 1]))
        window = shapely.box(-10, -10, WIDTH + 10, self.height + 10)
        valid = np.where(shapely.is_valid(moved), moved, shapely.make_valid(moved))
        return np.asarray(shapely.intersection(valid, window), dtype=object)

    def holds(self, points: NDArray[np.float64], margin: float = 0) -> NDArray[np.bool_]:
        """Whether points (units, shape (n, 2)) lie in the window, ``margin`` units inside its edge."""
        x, y = points[:, 0], points[:, 1]
        across = (x >= margin) & (x <= WIDTH - margin)
        return np.asarray(across & (y >= margin) & (y <= self.height - margin), dtype=np.bool_)


def line_path(points: NDArray[np.float64], *, closed: bool = False) -> str:
    """One line as a relative SVG path of whole units; empty when it is a dot."""
    whole = np.rint(points).astype(np.int64)
    steps = np.diff(whole, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if closed and len(steps):
        steps = steps[:-1]
    if len(steps) < (2 if closed else 1):
        return ""
    body = " ".join(f"{dx} {dy}" for dx, dy in steps.tolist()).replace(" -", "-")
    return f"M{whole[0, 0]} {whole[0, 1]}l{body}{'z' if closed else ''}"


def shape_path(shapes: Iterable[shapely.Geometry], tolerance: float = 0.8) -> str:
    """Lines and polygons (drawing units) as one SVG path, simplified to ``tolerance`` units."""
    pieces = []
    for shape in shapely.get_parts(np.asarray(list(shapes), dtype=object)):
        thin = shapely.simplify(shape, tolerance)
        if isinstance(thin, shapely.Polygon):
            rings = [thin.exterior, *thin.interiors]
            pieces += [line_path(shapely.get_coordinates(ring), closed=True) for ring in rings]
        elif isinstance(thin, shapely.LineString):
            pieces.append(line_path(shapely.get_coordinates(thin)))
        elif isinstance(thin, shapely.GeometryCollection):
            pieces.append(shape_path(thin.geoms, tolerance))
    return "".join(pieces)


def within_budget(paths: Sequence[str], limit: int) -> str:
    """The first paths whose total length stays under ``limit`` characters, joined."""
    total = np.cumsum([len(path) for path in paths]) if paths else np.zeros(0)
    return "".join(paths[: int(np.searchsorted(total, limit, side="right"))])
