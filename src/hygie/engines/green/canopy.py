"""Canopy: the ground under crowns and woods, water left out, around points and by zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.crowns import Discs, areas_within, cluster_areas, discs_of
from hygie.engines.green.cut import polygon_areas_within
from hygie.engines.kernel.shapes import points_at

Floats = NDArray[np.float64]
Outlines = NDArray[np.object_]
ROUND_SEGMENTS = 32
"""Segments a quarter of a crown that a shore or a limit cuts, the only ones drawn as polygons."""


@dataclass(frozen=True)
class Canopy:
    """Crowns over land: round ones, and polygons where water or a wood meets a cluster of crowns.

    Attributes
    ----------
    discs, cluster
        Crowns that touch neither water nor wood, and the cluster of each.
    shore
        Polygons of the other clusters and of the woods, less the water; they do not overlap.
    water
        Waters, overlaps merged.
    """

    discs: Discs
    cluster: NDArray[np.int64]
    shore: Outlines
    water: Outlines

    def shares_within(self, px: Floats, py: Floats, reach: float) -> Floats:
        """Share of the land within ``reach`` metres of points that crowns cover; NaN where all is water."""
        whole = np.pi * reach * reach
        crowns = areas_within(self.discs, px, py, reach) + polygon_areas_within(self.shore, px, py, reach)
        land = whole - polygon_areas_within(self.water, px, py, reach)
        known = land > 1e-6 * whole
        return np.where(known, np.clip(crowns, 0.0, land) / np.where(known, land, 1.0), np.nan)

    def shares_of(self, zones: Outlines) -> tuple[Floats, Floats]:
        """Share of the land of each zone under crowns (NaN without land), and that land in m²."""
        land = shapely.area(zones)
        if len(self.water):
            zone, lake = shapely.STRtree(self.water).query(zones, predicate="intersects")
            wet = shapely.area(shapely.intersection(zones[zone], self.water[lake]))
            land = land - np.bincount(zone, wet, minlength=len(zones))
        crowns = self._under(zones)
        known = land > 0
        return np.where(known, crowns / np.where(known, land, 1.0), np.nan), land

    def _under(self, zones: Outlines) -> Floats:
        """Area of the crowns inside each zone: whole clusters exactly, those on its limit as polygons."""
        total = np.zeros(len(zones))
        if len(self.shore):
            zone, piece = shapely.STRtree(self.shore).query(zones, predicate="intersects")
            cut = shapely.area(shapely.intersection(zones[zone], self.shore[piece]))
            total += np.bincount(zone, cut, minlength=len(zones))
        if not len(self.discs.x):
            return total
        areas = cluster_areas(self.discs, self.cluster)
        trunks = points_at(np.column_stack([self.discs.x, self.discs.y]))
        index, widest = shapely.STRtree(trunks), float(self.discs.radius.max())
        shapely.prepare(zones)
        zone, inside = index.query(zones, predicate="contains")
        edges = shapely.boundary(zones)
        shapely.prepare(edges)
        rim, near = index.query(edges, predicate="dwithin", distance=widest)
        for z in range(len(zones)):
            near_z = near[rim == z]
            cut = near_z[shapely.distance(trunks[near_z], edges[z]) < self.discs.radius[near_z]]
            astride = np.unique(self.cluster[cut])
            whole = np.setdiff1d(self.cluster[inside[zone == z]], astride)
            of = np.flatnonzero(np.isin(self.cluster, astride))
            drawn = crowns_drawn(self.discs.x[of], self.discs.y[of], self.discs.radius[of])
            total[z] += areas[whole].sum() + shapely.area(shapely.intersection(_union(drawn), zones[z]))
        return total


def canopy_of(
    x: Floats, y: Floats, radius: Floats, water: Outlines, covered: Outlines | None = None
) -> Canopy:
    """Canopy of crowns of these centres and radii and of covered ground, over land only.

    Parameters
    ----------
    x, y, radius
        Crowns, metres.
    water
        Surfaces that are no land.
    covered
        Surfaces wholly under crowns (a wood, a surveyed canopy), free to overlap crowns and each other.
        A cluster of crowns that touches one is drawn as polygons and merged with it.
    """
    lakes = _merged(water)
    woods = _merged(np.zeros(0, object) if covered is None else covered)
    discs, cluster = discs_of(x, y, radius)
    if not len(lakes) and not len(woods):
        return Canopy(discs, cluster, woods, lakes)
    touched = np.zeros(int(cluster.max(initial=-1)) + 1, np.bool_)
    touched[cluster[_touching(x, y, radius, np.concatenate([lakes, woods]))]] = True
    away = touched[cluster]
    drawn = _union(np.concatenate([crowns_drawn(x[away], y[away], radius[away]), woods]))
    shore = _surfaces(np.array([shapely.difference(drawn, _union(lakes))], dtype=object))
    return Canopy(*discs_of(x[~away], y[~away], radius[~away]), shore, lakes)


def _touching(x: Floats, y: Floats, radius: Floats, shapes: Outlines) -> NDArray[np.int64]:
    """Crowns that overlap a shape."""
    if not len(x):
        return np.zeros(0, np.int64)
    trunks = points_at(np.column_stack([x, y]))
    shapely.prepare(shapes)
    shape, near = shapely.STRtree(trunks).query(shapes, predicate="dwithin", distance=float(radius.max()))
    return np.asarray(near[shapely.dwithin(shapes[shape], trunks[near], radius[near])], np.int64)


def _merged(shapes: Outlines) -> Outlines:
    """Surfaces, overlaps merged; those that cross themselves are mended first."""
    crossed = ~np.asarray(shapely.is_valid(shapes), np.bool_)
    if crossed.any():
        shapes = shapes.copy()
        shapes[crossed] = shapely.make_valid(shapes[crossed])
    surfaces = _surfaces(shapes)
    return _surfaces(np.array([_union(surfaces)], dtype=object)) if len(surfaces) else surfaces


def _surfaces(shapes: Outlines) -> Outlines:
    """Simple polygons of shapes, without lines nor points."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], dtype=object)


def crowns_drawn(x: Floats, y: Floats, radius: Floats) -> Outlines:
    """Crowns as polygons of the same area as the disc they stand for."""
    n = 4 * ROUND_SEGMENTS
    fair = np.sqrt(np.pi / (n / 2 * np.sin(2 * np.pi / n)))
    drawn = shapely.buffer(points_at(np.column_stack([x, y])), radius * fair, quad_segs=ROUND_SEGMENTS)
    return np.asarray(drawn, dtype=object)


def _union(shapes: Outlines) -> shapely.Geometry:
    union: shapely.Geometry = shapely.union_all(shapes)
    return union
