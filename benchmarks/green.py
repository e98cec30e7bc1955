"""Trees in sight and canopy of a town, asked of geopandas on a sample of its buildings."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from benchmarks.peers import Ask
from benchmarks.tasks import Question, Task
from benchmarks.work import SEED, Floats

from hygie.engines.green.canopy import canopy_of
from hygie.engines.green.sight import OUTSIDE_METRES, observers_of, trees_seen, wall_grid, walls_of

ADDRESSES, BUILDINGS, TREES, SIDE = 20_000, 18_000, 30_000, 4_500.0
RADIUS, REACH, STEP, SAMPLE = 30.0, 300.0, 5.0, 60
TOLERANCE = 1e-3
"""Counts are equal; canopy shares differ by what a circle drawn with segments leaves out."""


def green_town() -> Task:
    """Trees within 30 m and in sight of each building, and canopy within 300 m of each address.

    The walls with their grid and the façade points are built once for a town, as the peer's merged
    crowns and spatial indexes are.
    """
    rng = np.random.default_rng(SEED)
    houses, trees = _houses(rng), rng.uniform(0, SIDE, (TREES, 2))
    indoors, _ = shapely.STRtree(houses).query(shapely.points(trees), predicate="intersects")
    trees = np.delete(trees, indoors, axis=0)
    radius = np.clip(rng.normal(3.2, 0.9, len(trees)), 1.2, 7.0)
    home = rng.integers(0, BUILDINGS, ADDRESSES)
    centre = shapely.get_coordinates(shapely.centroid(houses))
    x, y = centre[home, 0].copy(), centre[home, 1].copy()
    walls, observers = wall_grid(walls_of(houses)[0]), observers_of(houses, np.zeros((0, 2)), STEP)

    def ours() -> tuple[Floats, Floats]:
        seen, _ = trees_seen(observers, trees, walls, (RADIUS,))
        canopy = canopy_of(trees[:, 0].copy(), trees[:, 1].copy(), radius, np.zeros(0, object))
        return seen[:, 0].astype(np.float64), canopy.shares_within(x, y, REACH)

    def sample() -> Question:
        some = np.sort(rng.choice(ADDRESSES, SAMPLE, replace=False))
        seen, shares = ours()
        return Question(
            _geopandas(houses, trees, radius, home[some]),
            np.concatenate([seen[home[some]], shares[some]]),
            1,
            part=ADDRESSES / SAMPLE,
            measured_on=f"{SAMPLE} of the {ADDRESSES} addresses, times the rest",
            tolerance=TOLERANCE,
        )

    return Task("green_town", ours, {"geopandas": sample}, {"geopandas": 200}, limit_s=0.3)


def _houses(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    centre, half = rng.uniform(0, SIDE, (BUILDINGS, 2)), rng.uniform(3, 7, (BUILDINGS, 2))
    turn = rng.uniform(0, np.pi, BUILDINGS)
    across = np.column_stack([np.cos(turn), np.sin(turn)]) * half[:, :1]
    along = np.column_stack([-np.sin(turn), np.cos(turn)]) * half[:, 1:]
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = np.stack([centre + sx * across + sy * along for sx, sy in signs], axis=1)
    return np.asarray(shapely.polygons(corners), dtype=object)


def _geopandas(
    houses: np.ndarray[tuple[int], np.dtype[np.object_]],
    trees: Floats,
    radius: Floats,
    home: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Ask:
    """The same by spatial joins: lines of sight against footprints, discs cut by crowns merged before."""
    built = gpd.GeoSeries(houses)
    trunks = gpd.GeoSeries(gpd.points_from_xy(trees[:, 0], trees[:, 1]))
    merged = shapely.get_parts(shapely.union_all(shapely.buffer(trunks.values, radius, quad_segs=32)))
    crowns = gpd.GeoDataFrame(geometry=gpd.GeoSeries(merged))

    def ask() -> Floats:
        own = built.iloc[home].reset_index(drop=True)
        place, tree = trunks.sindex.query(own, predicate="dwithin", distance=RADIUS)
        seen = np.zeros(len(home))
        for i in range(len(home)):
            points = _facade(own[i])
            lines = gpd.GeoSeries(
                [shapely.LineString([p, trees[t]]) for t in tree[place == i] for p in points]
            )
            if len(lines):
                hidden = np.isin(np.arange(len(lines)), built.sindex.query(lines, predicate="intersects")[0])
                seen[i] = (~hidden).reshape(-1, len(points)).any(axis=1).sum()
        discs = gpd.GeoDataFrame(
            {"home": np.arange(len(home))}, geometry=own.centroid.buffer(REACH, quad_segs=64)
        )
        cut = gpd.overlay(discs, crowns, how="intersection")
        area = cut.area.groupby(cut["home"]).sum().reindex(range(len(home)), fill_value=0.0).to_numpy()
        return np.concatenate([seen, area / (np.pi * REACH * REACH)])

    return ask


def _facade(house: shapely.Polygon) -> list[Floats]:
    ring = np.asarray(shapely.orient_polygons(house).exterior.coords)
    points = []
    for a, b in pairwise(ring):
        length = float(np.hypot(*(b - a)))
        out = OUTSIDE_METRES * np.array([b[1] - a[1], a[0] - b[0]]) / length
        count = int(np.ceil(length / STEP))
        points += [a + (b - a) * (i + 0.5) / count + out for i in range(count)]
    return points
