"""What the rule is computed on: homes, their buildings, trees, crowns, waters, green spaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.canopy import Canopy, canopy_of
from hygie.engines.green.cautions import near_edge, scene_warnings
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.sight import Observers, Walls, observers_by_walls, wall_grid, walls_of
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Shapes, points_at, shapes_of
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Outlines = NDArray[np.object_]
TREE, BUILDING, WATER, GREEN = "tree", "building", "water", "green"
CANOPY, WOOD = "canopy", "wood"
SQUARE_METRES = 10_000.0


@dataclass(frozen=True)
class Scene:
    """A territory ready for the rule, in metres.

    Attributes
    ----------
    territory, plane, walk
        As stored; ``walk`` moves residents.
    homes
        Positions of the demand points inside the territory whose residents are known, or all of
        them when none is.
    people
        Residents of each home; ones when unknown.
    known
        Whether residents are known.
    at
        (x, y) of each home, shape (n, 2).
    observer
        Observer of each home: its building, or the point itself.
    centre
        (x, y) of each observer, around which canopy is measured.
    observers, walls
        Where trees are looked at from, and what hides.
    buildings
        Identifier of the building of each observer; empty for a bare point.
    trees
        (x, y) of the trees that stand outside buildings.
    crowns_known
        How many trees have a crown that a source tells, and how many there are.
    woods
        How many drawn woods count as canopy all over.
    canopy
        None without any tree nor surveyed canopy.
    greens
        Public green spaces of the least size or more.
    warnings
        French sentences.
    """

    territory: Territory
    plane: Plane
    walk: Movement
    homes: Integers
    people: Floats
    known: bool
    at: Floats
    observer: Integers
    centre: Floats
    observers: Observers
    walls: Walls
    buildings: NDArray[np.str_]
    trees: Floats
    crowns_known: tuple[int, int]
    woods: int
    canopy: Canopy | None
    greens: Shapes
    warnings: tuple[str, ...]

    @property
    def draws_trees(self) -> bool:
        """Whether some source draws trees."""
        return self.crowns_known[1] > 0

    @property
    def canopy_estimate(self) -> bool:
        """Whether canopy stands on a crown that no source tells, or on the outline of a wood."""
        return self.crowns_known[0] < self.crowns_known[1] or self.woods > 0


def prepare_scene(
    territory: Territory, plane: Plane, movements: Mapping[str, Movement], parameters: GreenParameters
) -> Scene:
    """Bring to metres what the rule needs; nothing is measured yet."""
    homes, people, known = _homes(territory)
    at = np.column_stack(plane.to_metres(territory.demand.lon[homes], territory.demand.lat[homes]))
    built = surfaces_of(territory, BUILDING, plane)
    points = points_at(at)
    building = _building_of(points, built, parameters.home_distance)
    held, seat = np.unique(building[building >= 0], return_inverse=True)
    bare = np.flatnonzero(building < 0)
    observer = np.empty(len(at), np.int64)
    observer[building >= 0] = seat
    observer[bare] = len(held) + np.arange(len(bare))
    centre = np.concatenate([_centres(built.outlines[held]), at[bare]])
    stand = _stand_of(territory, plane, parameters)
    indoors = _inside(stand.points, built)
    ends, of = walls_of(built.outlines)
    return Scene(
        territory=territory,
        plane=plane,
        walk=movements["walk"],
        homes=homes,
        people=people,
        known=known,
        at=at,
        observer=observer,
        centre=centre,
        observers=_observers(ends, of, held, at[bare], parameters.facade_step),
        walls=wall_grid(ends),
        buildings=np.concatenate([built.ids[held], np.full(len(bare), "")]),
        trees=stand.trunks[~indoors],
        crowns_known=stand.known,
        woods=stand.woods,
        canopy=stand.canopy,
        greens=_large_enough(surfaces_of(territory, GREEN, plane), parameters),
        warnings=scene_warnings(
            indoors=int(indoors.sum()),
            bare=len(bare),
            homes=len(at),
            built=len(built),
            edge=int(
                near_edge(points, _drawn(territory, built, stand.trunks), parameters.canopy_reach).sum()
            ),
            reach=parameters.canopy_reach,
        ),
    )


@dataclass(frozen=True)
class _Stand:
    """Trunks, how many have a known crown and how many there are, drawn woods, and all as canopy."""

    points: Outlines
    trunks: Floats
    known: tuple[int, int]
    woods: int
    canopy: Canopy | None


def _stand_of(territory: Territory, plane: Plane, parameters: GreenParameters) -> _Stand:
    """Trees, surveyed canopy and woods; woods alone say nothing of a town, and tell no canopy."""
    trees = shapes_of(territory, TREE, plane)
    points = np.asarray(shapely.centroid(trees.outlines), dtype=object)
    trunks = _centres(points)
    told = trees.values > 0
    surveyed, woods = (surfaces_of(territory, kind, plane).outlines for kind in (CANOPY, WOOD))
    known = int(told.sum()), len(trees)
    if not len(trunks) and not len(surveyed):
        return _Stand(points, trunks, known, 0, None)
    radius = np.where(told, trees.values, parameters.crown_diameter / 2)
    water, covered = surfaces_of(territory, WATER, plane), np.concatenate([surveyed, woods])
    canopy = canopy_of(trunks[:, 0].copy(), trunks[:, 1].copy(), radius, water.outlines, covered)
    return _Stand(points, trunks, known, len(woods), canopy)


def surfaces_of(territory: Territory, category: str, plane: Plane) -> Shapes:
    """Shapes of a category that have an outline and a size."""
    shapes = shapes_of(territory, category, plane)
    return shapes.take(shapes.areal & (shapely.area(shapes.outlines) > 0))


def _centres(outlines: Outlines) -> Floats:
    """(x, y) of centroids, shape (n, 2)."""
    centres = shapely.centroid(outlines)
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres)]).astype(np.float64)


def _observers(ends: Floats, of: Integers, held: Integers, bare: Floats, step: float) -> Observers:
    """Observers of the buildings held and of bare points, from the walls of all buildings."""
    place = np.full(int(of.max(initial=-1)) + 1, -1, np.int64)
    place[held] = np.arange(len(held))
    mine = place[of] >= 0
    return observers_by_walls(ends[mine], place[of][mine], len(held), bare, step)


def _drawn(territory: Territory, built: Shapes, trunks: Floats) -> Floats:
    """Some positions of everything drawn, whose hull is how far the data go."""
    corners = shapely.bounds(built.outlines).reshape(-1, 4)
    return np.concatenate([corners[:, :2], corners[:, 2:], trunks])


def _homes(territory: Territory) -> tuple[Integers, Floats, bool]:
    demand = territory.demand
    inside = np.flatnonzero(demand.inside & np.isfinite(demand.lon) & np.isfinite(demand.lat))
    told = np.isfinite(demand.people[inside])
    if inside.size and not told.any():
        return inside, np.ones(inside.size), False
    kept = inside[told]
    return kept, np.asarray(demand.people[kept], np.float64), True


def _building_of(at: Outlines, built: Shapes, reach: float) -> Integers:
    """Nearest building of each point within reach, the first of equals; -1 without any."""
    found = np.full(len(at), -1, np.int64)
    if len(built) and len(at):
        point, building = shapely.STRtree(built.outlines).query_nearest(
            at, max_distance=max(reach, 1e-9), all_matches=True
        )
        order = np.lexsort((-building, point))
        found[point[order]] = building[order]
    return found


def _inside(trunks: Outlines, built: Shapes) -> NDArray[np.bool_]:
    """Trees drawn inside a footprint: nobody could see one there."""
    indoors = np.zeros(len(trunks), np.bool_)
    if len(trunks) and len(built):
        shapely.prepare(built.outlines)
        index = shapely.STRtree(trunks)
        indoors[index.query(built.outlines, predicate="intersects")[1]] = True
    return indoors


def _large_enough(greens: Shapes, parameters: GreenParameters) -> Shapes:
    sizes = shapely.area(greens.outlines)
    return greens.take(sizes >= parameters.smallest_hectares * SQUARE_METRES * (1 - 1e-9))
