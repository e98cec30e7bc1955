"""Homes of a town by the highest level of overlapping areas, asked of geopandas as a spatial join."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.peers import Ask
from benchmarks.tasks import Question, Task
from benchmarks.work import Floats

from hygie.engines.exposure.inside import highest_levels, strips_of
from hygie.readers.territory_folder import StoredTerritory, open_territory

REACHES = (250.0, 120.0, 60.0, 30.0)
"""Metres on both sides of a main road, from the mildest level to the worst."""
MAIN = 2


def exposure_town(folder: Path) -> Task:
    """The level of each home on a map of four levels, as noise maps are drawn: bands around main roads.

    The strips are built once for a layer and not timed, as the peer's tables and spatial indexes are not.
    The answers are levels, compared exactly.
    """
    stored = open_territory(folder)
    demand = stored.territory.demand
    at = np.column_stack(stored.plane.to_metres(demand.lon, demand.lat))
    areas, levels = _bands(stored)
    strips = strips_of(areas, levels)

    def ours() -> Floats:
        found = highest_levels(strips, at[:, 0], at[:, 1])
        return found.astype(np.float64)

    def whole() -> Question:
        return Question(_geopandas(at, areas, levels), ours(), 3, tolerance=0.0)

    return Task("exposure_town", ours, {"geopandas": whole}, {"geopandas": 10}, limit_s=0.05)


def _bands(
    stored: StoredTerritory,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.object_]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """One area a stretch of main road and level; those of neighbours overlap."""
    graph = stored.streets["walk"].graph
    x, y = stored.plane.to_metres(graph.shape_lon, graph.shape_lat)
    start, chosen = graph.shape_start, np.flatnonzero(graph.kind >= MAIN).tolist()
    roads = [
        shapely.LineString(np.column_stack([x[start[e] : start[e + 1]], y[start[e] : start[e + 1]]]))
        for e in chosen
    ]
    areas = [shapely.buffer(road, reach) for reach in REACHES for road in roads]
    found = np.empty(len(areas), object)
    found[:] = areas
    return found, np.repeat(np.arange(1, len(REACHES) + 1), len(roads))


def _geopandas(
    at: Floats,
    areas: np.ndarray[tuple[int], np.dtype[np.object_]],
    levels: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Ask:
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(at[:, 0], at[:, 1]))
    layer = gpd.GeoDataFrame({"level": levels}, geometry=gpd.GeoSeries(areas))
    homes.sindex, layer.sindex  # noqa: B018  # both are built when first asked for, and kept

    def ask() -> Floats:
        joined = homes.sjoin(layer, how="left", predicate="intersects")
        worst = joined.groupby(level=0)["level"].max().fillna(0)
        return np.asarray(worst.reindex(range(len(at)), fill_value=0).to_numpy(), np.float64)

    return ask
