"""Where a tree could be planted: areas that a source gives, else both sides of the streets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.near import ROUGH_METRES, near_points, near_segments, thinned
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.scene import BUILDING, WATER, Scene
from hygie.engines.green.sight import walls_of
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.shapes import points_at, shapes_of
from hygie.engines.streets.graph import StreetGraph

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
PLANTABLE = "plantable"
AHEAD_METRES = 0.5
"""Stretch of street over which its direction is taken."""


@dataclass(frozen=True)
class Spots:
    """Where a tree could be planted: (x, y) in metres, and the source that says so, or nothing."""

    at: Floats
    source: str

    @property
    def estimate(self) -> bool:
        """Whether spots are street sides, which nobody surveyed."""
        return not self.source


def plantable_spots(scene: Scene, parameters: GreenParameters, graph: StreetGraph | None) -> Spots:
    """Spots of a source (category « plantable »), else both sides of the streets.

    Spots keep clear of walls, waters, existing trees and of one another.

    Raises
    ------
    HygieError
        If there is neither a source nor a street.
    """
    given = shapes_of(scene.territory, PLANTABLE, scene.plane)
    if len(given):
        at, source = _in_areas(given.outlines, parameters.spacing), str(given.sources[0])
    elif graph is not None and graph.edges:
        at, source = _along_streets(scene, parameters, graph), ""
    else:
        raise HygieError(
            "Aucun endroit où planter n’est connu.",
            why="Le territoire n’a ni surfaces « plantable », ni plan des rues.",
            fix="Ajoutez à la recette un fichier de surfaces (area_table) de catégorie « plantable ».",
        )
    apart = parameters.spacing * (1 - 1e-6)
    at = at[~near_points(at, scene.trees, apart)]
    at = _clear(at, scene, parameters)
    return Spots(at[thinned(at, apart)], source)


def _in_areas(outlines: NDArray[np.object_], spacing: float) -> Floats:
    """A square lattice of spots in the areas; given points as they are."""
    areal = shapely.get_dimensions(outlines) == 2
    points = shapely.get_coordinates(outlines[~areal & (shapely.get_dimensions(outlines) == 0)])
    found = [points.reshape(-1, 2)]
    for area in outlines[areal]:
        west, south, east, north = shapely.bounds(area)
        x = np.arange(math.ceil(west / spacing), math.floor(east / spacing) + 1) * spacing
        y = np.arange(math.ceil(south / spacing), math.floor(north / spacing) + 1) * spacing
        grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
        held = grid[shapely.contains_xy(area, grid)] if len(grid) else grid
        found.append(held if len(held) else shapely.get_coordinates(shapely.point_on_surface(area)))
    return np.concatenate(found)


def _along_streets(scene: Scene, parameters: GreenParameters, graph: StreetGraph) -> Floats:
    """Spots on both sides of each edge, every ``spacing`` metres; none stands on another street."""
    xy = np.column_stack(scene.plane.to_metres(graph.shape_lon, graph.shape_lat))
    start = graph.shape_start.astype(np.int64)
    inner = np.ones(len(xy), np.bool_)
    inner[start[1:] - 1] = False  # the last position of an edge begins no segment
    tail = np.flatnonzero(inner)
    steps = np.zeros(len(xy))
    steps[tail] = np.hypot(*(xy[tail + 1] - xy[tail]).T)
    from_start = np.concatenate([[0.0], np.cumsum(steps)])
    length = from_start[start[1:] - 1] - from_start[start[:-1]]
    spots = np.floor(length / parameters.spacing).astype(np.int64)
    of = np.repeat(np.arange(len(length)), spots)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(spots) - spots, spots)
    at = (rank + 0.5) * (length / np.maximum(spots, 1))[of]
    origin = from_start[start[of]]
    here = _at(xy, from_start, tail, origin + at)
    end = from_start[start[of + 1] - 1]
    ahead = _at(xy, from_start, tail, np.minimum(origin + at + AHEAD_METRES, end))
    along = ahead - here
    along = along / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    aside = parameters.from_axis * np.column_stack([-along[:, 1], along[:, 0]])
    both = np.concatenate([here + aside, here - aside])
    streets = np.column_stack([xy[tail], xy[tail + 1]])
    near = max(parameters.from_axis - 0.5, 0.0)  # a spot beside one street may stand on another
    return both[~near_segments(both, streets, near, ROUGH_METRES)]


def _at(xy: Floats, from_start: Floats, tail: Integers, metres: Floats) -> Floats:
    """Positions at distances along all edges laid end to end."""
    first = tail[np.clip(np.searchsorted(from_start[tail], metres, side="left") - 1, 0, None)]
    step = from_start[first + 1] - from_start[first]
    part = np.divide(metres - from_start[first], step, out=np.zeros(len(metres)), where=step > 0)
    part = np.clip(part, 0.0, 1.0)[:, None]
    return np.asarray(xy[first] * (1 - part) + xy[first + 1] * part, np.float64)


def _clear(at: Floats, scene: Scene, parameters: GreenParameters) -> Floats:
    """Spots away from walls, and neither in a building nor in the water."""
    kept = []
    for category, metres in ((BUILDING, parameters.from_wall), (WATER, 0.0)):
        shapes = shapes_of(scene.territory, category, scene.plane)
        kept.append(shapes.outlines[shapes.areal])
        at = at[~near_segments(at, walls_of(kept[-1])[0], metres)]
    surfaces = np.concatenate(kept)
    if not len(at) or not len(surfaces):
        return at
    held = np.zeros(len(at), np.bool_)
    shapely.prepare(surfaces)
    held[shapely.STRtree(points_at(at)).query(surfaces, predicate="intersects")[1]] = True
    return at[~held]
