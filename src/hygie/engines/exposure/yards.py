"""School yards to rank: drawn grounds, and a disc around schools that none draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Outlines, points_at, shapes_of
from hygie.engines.kernel.territory import Territory, Texts

GROUND = "school_ground"
SCHOOLS = ("school_nursery", "school_primary", "school_lower", "school_upper")


@dataclass(frozen=True)
class Yards:
    """Yards of a territory.

    Attributes
    ----------
    ids, names
        Of the ground, or of the school; a name may be empty.
    outlines
        Polygons in metres.
    drawn
        Whether a source draws the yard; else it is a disc around the school, an estimate.
    """

    ids: Texts
    names: Texts
    outlines: Outlines
    drawn: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


def yards_of(territory: Territory, plane: Plane, radius: float) -> Yards:
    """Grounds and schools of the territory, without its margin.

    Parameters
    ----------
    radius
        Metres: a school this near a drawn ground has that yard; else its yard is a disc of that radius.
    """
    grounds = shapes_of(territory, GROUND, plane)
    grounds = grounds.take(grounds.areal)
    places = territory.places
    schools = places.of(*SCHOOLS)
    schools = schools[places.inside[schools]]
    at = points_at(np.column_stack(plane.to_metres(places.lon[schools], places.lat[schools])))
    near = _nearest(at, grounds.outlines, radius)
    names = grounds.names.astype(object)
    for school, ground in zip(schools.tolist(), near.tolist(), strict=True):
        if ground >= 0 and not names[ground]:
            names[ground] = str(places.names[school])
    kept = np.zeros(len(grounds), np.bool_)
    kept[near[near >= 0]] = True
    kept |= _inside(territory, plane, grounds.outlines)
    bare = _apart(schools[near < 0], territory)
    discs = shapely.buffer(
        points_at(np.column_stack(plane.to_metres(places.lon[bare], places.lat[bare]))), radius
    )
    return Yards(
        ids=np.array([*grounds.ids[kept].tolist(), *places.ids[bare].tolist()], dtype=np.str_),
        names=np.array([*names[kept].tolist(), *places.names[bare].tolist()], dtype=np.str_),
        outlines=np.concatenate([grounds.outlines[kept], np.asarray(discs, object)]),
        drawn=np.concatenate([np.ones(int(kept.sum()), np.bool_), np.zeros(len(bare), np.bool_)]),
    )


def _nearest(points: Outlines, grounds: Outlines, reach: float) -> NDArray[np.int64]:
    found = np.full(len(points), -1, np.int64)
    if len(points) and len(grounds):
        tree = shapely.STRtree(grounds)
        at, ground = tree.query_nearest(points, max_distance=reach, all_matches=False)
        found[at] = ground
    return found


def _inside(territory: Territory, plane: Plane, grounds: Outlines) -> NDArray[np.bool_]:
    """Whether the home nearest to each ground is one of the territory rather than of its margin."""
    demand = territory.demand
    if not len(grounds) or not len(demand):
        return np.zeros(len(grounds), np.bool_)
    homes = points_at(np.column_stack(plane.to_metres(demand.lon, demand.lat)))
    _, home = shapely.STRtree(homes).query_nearest(grounds, all_matches=False)
    return np.asarray(demand.inside[home], np.bool_)


def _apart(schools: NDArray[np.int64], territory: Territory) -> NDArray[np.int64]:
    """One school a site: a nursery and a primary school of one site share a yard."""
    _, first = np.unique(territory.places.sites[schools], return_index=True)
    return np.asarray(schools[np.sort(first)], np.int64)
