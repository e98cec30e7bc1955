"""What a rule covers on the ground: grounds, circles, bands; merged, with who causes what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hygie.engines.kernel.shapes import Outlines, points_at
from hygie.engines.kernel.territory import Floats
from hygie.engines.perimeters.accesses import Access, Ways
from hygie.engines.perimeters.protected import Protected
from hygie.engines.perimeters.rules import Cover

QUARTER_SEGMENTS = 32
"""Segments of a quarter of a circle: 128 in all, whose area is 0.04 % below that of the circle."""


@dataclass(frozen=True)
class Zones:
    """What is covered, in metres.

    Attributes
    ----------
    of_place
        What each place covers, one geometry a place; empty where it covers nothing that can be drawn.
    grounds
        The same without circles and bands: the places themselves.
    merged
        Everything joined, from west to east: what touches is one zone, a place in parts is one too.
    causes
        Ranks of the places that each of them comes from.
    area, grounds_area, shared_area
        Square metres: of everything, of the places themselves, of what two places or more cover.
    """

    of_place: Outlines
    grounds: Outlines
    merged: Outlines
    causes: tuple[tuple[int, ...], ...]
    area: float
    grounds_area: float
    shared_area: float


def zones_of(
    places: Sequence[Protected], covers: Sequence[Cover], accesses: Sequence[Access], metres: float
) -> Zones:
    """What the places cover.

    Parameters
    ----------
    places, covers
        Places in metres, and what of each is covered.
    accesses
        Their accesses; those of places that cover no circle are ignored.
    metres
        Radius of the circles, width of the bands.
    """
    grounds = np.array([_ground(p, c) for p, c in zip(places, covers, strict=True)], dtype=object)
    drawn = grounds.copy()
    for rank, circles in _circles(covers, accesses, metres).items():
        drawn[rank] = shapely.union_all([grounds[rank], *circles])
    banded = np.flatnonzero([c is Cover.DISTANCE for c in covers])
    outlines = np.array([places[i].outline for i in banded], dtype=object)
    drawn[banded] = shapely.buffer(outlines, metres, quad_segs=QUARTER_SEGMENTS)
    merged, causes = _joined(drawn)
    return Zones(
        drawn,
        grounds,
        merged,
        causes,
        float(shapely.area(merged).sum()),
        float(shapely.area(_joined(grounds)[0]).sum()),
        _shared(drawn),
    )


def lengths_inside(ways: Ways, zones: Outlines) -> Floats:
    """Metres of ways inside each zone, shape (zones,)."""
    total = np.zeros(len(zones))
    if not len(ways) or not len(zones):
        return total
    zone, line = ways.tree.query(zones, predicate="intersects")
    inside = shapely.length(shapely.intersection(ways.lines[line], zones[zone]))
    np.add.at(total, zone, inside)
    return total


def counts_inside(points: Outlines, zones: Outlines) -> int:
    """How many things stand in zones, their edge included."""
    if not len(points) or not len(zones):
        return 0
    return len(np.unique(shapely.STRtree(points).query(zones, predicate="intersects")[1]))


def _ground(place: Protected, cover: Cover) -> shapely.Geometry:
    drawn = place.areal and cover is not Cover.INDOORS
    return place.outline if drawn else shapely.Polygon()


def _circles(
    covers: Sequence[Cover], accesses: Sequence[Access], metres: float
) -> dict[int, list[shapely.Geometry]]:
    """Circles of each place, by its rank."""
    around = [one for one in accesses if covers[one.place] is Cover.ACCESSES]
    at = np.array([(one.x, one.y) for one in around]).reshape(-1, 2)
    drawn = shapely.buffer(points_at(at), metres, quad_segs=QUARTER_SEGMENTS)
    circles: dict[int, list[shapely.Geometry]] = {}
    for one, circle in zip(around, drawn, strict=True):
        circles.setdefault(one.place, []).append(circle)
    return circles


def _joined(drawn: Outlines) -> tuple[Outlines, tuple[tuple[int, ...], ...]]:
    """Shapes that touch joined, from west to east, and the ranks that each comes from.

    Only shapes that touch another are united: joining thousands that do not is most of the time.
    """
    real = np.flatnonzero(~shapely.is_empty(drawn))
    one, other = shapely.STRtree(drawn[real]).query(drawn[real], predicate="intersects")
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(len(real), len(real)))
    groups, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    ranks = np.split(real[order], np.cumsum(np.bincount(label, minlength=groups))[:-1]) if groups else []
    merged = np.empty(groups, dtype=object)
    merged[:] = [drawn[r[0]] if len(r) == 1 else shapely.union_all(drawn[r]) for r in ranks]
    boxes = shapely.bounds(merged).reshape(-1, 4)
    west = np.lexsort((boxes[:, 1], boxes[:, 0]))
    return merged[west], tuple(tuple(ranks[i].tolist()) for i in west)


def _shared(drawn: Outlines) -> float:
    """Area that two places or more cover."""
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    pair = one < other
    common = shapely.intersection(drawn[one[pair]], drawn[other[pair]])
    return float(shapely.area(shapely.union_all(common)))
