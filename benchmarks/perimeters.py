"""Perimeters of a large town: grounds, circles, what they cover together, who causes what; geopandas beside.

Both stand on the same geometry library, so that what differs is how the work is laid out.
"""

from __future__ import annotations

from itertools import groupby

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.tasks import Question, Task
from benchmarks.work import SEED, Floats
from numpy.typing import NDArray

from hygie.engines.kernel.shapes import Outlines
from hygie.engines.perimeters.accesses import Access, How
from hygie.engines.perimeters.protected import Protected
from hygie.engines.perimeters.rules import Cover
from hygie.engines.perimeters.zones import QUARTER_SEGMENTS, Zones, zones_of

PLACES, ACCESSES, SIDE, METRES = 2_000, 4, 9_000.0, 10.0
"""Ten times the places of a town of 92,000 people, four accesses each."""

SAME = 1e-3
"""Square metres by which areas may differ."""


def perimeters_town() -> Task:
    """Zones of 2,000 places and 8,000 accesses: areas, merged zones, causes, what several cover."""
    rng = np.random.default_rng(SEED)
    corner, sides = rng.uniform(0, SIDE, (PLACES, 2)), rng.uniform(20, 90, (PLACES, 2))
    outlines: Outlines = np.asarray(shapely.box(*corner.T, *(corner + sides).T), dtype=object)
    edges: Outlines = np.repeat(np.asarray(shapely.boundary(outlines), dtype=object), ACCESSES)
    along = rng.uniform(size=PLACES * ACCESSES)
    gates: Outlines = np.asarray(shapely.line_interpolate_point(edges, along, normalized=True), dtype=object)
    at = shapely.get_coordinates(gates)
    owner = np.repeat(np.arange(PLACES), ACCESSES)
    places = [Protected(str(i), "", "school", outline, "", "", "") for i, outline in enumerate(outlines)]
    accesses = [Access(int(i), float(x), float(y), How.ENTRANCE) for i, (x, y) in zip(owner, at, strict=True)]

    def ours() -> Zones:
        return zones_of(places, [Cover.ACCESSES] * PLACES, accesses, METRES)

    def question() -> Question:
        return Question(lambda: _geopandas(outlines, gates, owner), _told(ours()), 3, tolerance=SAME)

    return Task("perimeters_town", ours, {"geopandas": question}, {"geopandas": 1}, limit_s=3.0)


def _told(zones: Zones) -> Floats:
    """Areas, how many zones, and the causes of each as numbers."""
    causes = [[len(ranks), sum(ranks)] for ranks in zones.causes]
    totals = [zones.area, zones.grounds_area, zones.shared_area, len(zones.merged)]
    areas = shapely.area(zones.of_place)
    return np.concatenate([totals, areas, np.sort(np.array(causes, np.float64), axis=0).ravel()])


def _geopandas(outlines: Outlines, gates: Outlines, owner: NDArray[np.int64]) -> Floats:
    """The same by buffer, dissolve, spatial join and overlay."""
    places = gpd.GeoDataFrame({"place": np.arange(PLACES)}, geometry=outlines, crs="EPSG:2154")
    circles = gpd.GeoDataFrame({"place": owner}, geometry=gates, crs="EPSG:2154")
    circles["geometry"] = circles.buffer(METRES, quad_segs=QUARTER_SEGMENTS)
    pieces = gpd.GeoDataFrame(
        {"place": np.concatenate([places["place"], circles["place"]])},
        geometry=np.concatenate([places.geometry.values, circles.geometry.values]),
        crs=places.crs,
    )
    covered = pieces.dissolve(by="place").reset_index()
    whole = covered.geometry.union_all()
    merged = gpd.GeoDataFrame(geometry=gpd.GeoSeries([whole], crs=covered.crs)).explode(ignore_index=True)
    joined = gpd.sjoin(covered, merged, predicate="intersects").sort_values(["index_right", "place"])
    pairs = zip(joined["index_right"], joined["place"], strict=True)
    causes = [[p for _, p in found] for _, found in groupby(pairs, key=lambda pair: pair[0])]
    crossed = gpd.overlay(covered, covered, how="intersection", keep_geom_type=True)
    twice = crossed[crossed["place_1"] < crossed["place_2"]].geometry.union_all().area
    totals = [whole.area, places.geometry.union_all().area, twice, len(merged)]
    told = np.array([[len(ranks), sum(ranks)] for ranks in causes], np.float64)
    return np.concatenate([totals, covered.geometry.area, np.sort(told, axis=0).ravel()])
