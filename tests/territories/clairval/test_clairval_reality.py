"""Clairval beside real files: the shape of its streets, its ages, its pharmacies and EHPAD.

``docs/reference/clairval.md`` prints the figures that these functions measure.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import RawWays
from hygie.territories.clairval.residents import AGE_BANDS

pytestmark = pytest.mark.sample_data
Towns = Callable[[int], Any]
NOT_WALKED = {"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed", "platform"}


@dataclass(frozen=True)
class Shape:
    """How streets fill a window: per km² crossings and km; metres of edges; hectares of blocks.

    Loops of less than 1,000 m², car parks and traffic islands, are no block.
    """

    crossings: float
    kilometres: float
    edge_median: float
    edge_p90: float
    block_median: float
    four_way: float


def shape_of(lines: NDArray[np.object_], window: shapely.Geometry) -> Shape:
    """Measure streets (metres) inside a window; crossings join three edges or more."""
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=0.01))
    edges = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(noded))))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(edges, i)) for i in (0, -1)])
    nodes, meets = np.unique(np.round(ends, 2), axis=0, return_counts=True)
    inside = shapely.contains_xy(window, nodes)
    crossings, four = (int(np.count_nonzero(inside & (meets >= least))) for least in (3, 4))
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    length = shapely.length(edges)[shapely.contains(window, middles)]
    length = length[length > 3]
    blocks = shapely.get_parts(shapely.polygonize(noded))
    blocks = blocks[shapely.contains(window, shapely.centroid(blocks)) & (shapely.area(blocks) > 1_000)]
    km2 = shapely.area(window) / 1e6
    return Shape(
        crossings / km2,
        float(shapely.length(shapely.intersection(lines, window)).sum()) / 1000 / km2,
        float(np.median(length)),
        float(np.percentile(length, 90)),
        float(np.median(shapely.area(blocks))) / 1e4,
        four / crossings,
    )


def osm_streets(file: Path) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Walkable ways of an extract in metres around its middle, sidewalks left out, and its nodes."""
    with gzip.open(file) as stream:
        root = ET.parse(stream).getroot()  # noqa: S314  # a fixed sample file, not a user's
    at = {n.get("id"): (float(n.get("lon", "")), float(n.get("lat", ""))) for n in root.iter("node")}
    ways = []
    for way in root.iter("way"):
        tags = {t.get("k"): t.get("v") for t in way.iter("tag")}
        if tags.get("highway") in NOT_WALKED | {None} or tags.get("footway") in {"sidewalk", "crossing"}:
            continue
        ways.append([at[nd.get("ref")] for nd in way.iter("nd") if nd.get("ref") in at])
    points = np.array([p for way in ways for p in way])
    plane = Plane(*(float(v) for v in np.median(points, axis=0)))
    lines = [
        shapely.LineString(np.column_stack(plane.to_metres(*np.array(way).T))) for way in ways if len(way) > 1
    ]
    return np.array(lines, dtype=object), np.column_stack(plane.to_metres(*points.T))


def clairval_streets(ways: RawWays) -> NDArray[np.object_]:
    x, y = Plane(-5.5, 46.3).to_metres(ways.lon, ways.lat)
    of = np.repeat(np.arange(len(ways.start) - 1), np.diff(ways.start))
    return np.asarray(shapely.linestrings(np.column_stack([x, y])[ways.nodes], indices=of))


def around(x: float, y: float, half_width: float, half_height: float) -> shapely.Geometry:
    return shapely.box(x - half_width, y - half_height, x + half_width, y + half_height)


def shapes(sample_data: Path, town: Any) -> dict[str, Shape]:
    """The windows compared: a small town's centre and a village, real and fictional."""
    redon, _ = osm_streets(sample_data / "osm_extraits" / "redon.osm.gz")
    saint_jean, _ = osm_streets(sample_data / "osm_extraits" / "saint_jean.osm.gz")
    own = clairval_streets(town.ways)
    return {
        "Redon": shape_of(redon, around(0, 0, 400, 300)),
        "Centre ancien": shape_of(own, around(-50, 150, 400, 300)),
        "La Gare": shape_of(own, around(1100, 250, 350, 350)),
        "Les Vergers": shape_of(own, around(2300, 400, 400, 300)),
        "Saint-Jean-la-Poterie": shape_of(saint_jean, around(0, 0, 300, 180)),
        "Pontvielle": shape_of(own, around(8600, 6400, 300, 180)),
    }


def grid_ages(sample_data: Path) -> NDArray[np.float64]:
    """Shares of the age bands in the sample of Narbonne's grid."""
    file = sample_data / "carreaux_200m_narbonne" / "carreaux_200m_2021_centre_narbonne.csv"
    with file.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    columns = [f"ind_{b.first}_{b.last}" if b.last else f"ind_{b.first}p" for b in AGE_BANDS]
    totals = np.array([sum(float(row[c]) for row in rows) for c in columns])
    return np.asarray(totals / totals.sum(), np.float64)


def aude_density(sample_data: Path, category: str) -> float:
    """Establishments of a FINESS category by 10,000 residents of Aude."""
    finess = sample_data / "finess_occitanie" / "etablissements_occitanie_09_11_34_66_81.csv"
    with finess.open(encoding="utf-8-sig") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter=";") if row["categetab"] == category]
    places = sum(row["code_insee"].startswith("11") for row in rows)
    with (sample_data / "cog_population" / "donnees_communes.csv").open(encoding="utf-8-sig") as stream:
        people = sum(int(row["PMUN"]) for row in csv.DictReader(stream, delimiter=";") if row["DEP"] == "11")
    return float(places / people * 10_000)


def test_streets_fill_the_ground_as_in_real_towns(sample_data: Path, clairval: Towns) -> None:
    found = shapes(sample_data, clairval(92_000))
    for own, real in (
        ("Centre ancien", "Redon"),
        ("La Gare", "Redon"),
        ("Pontvielle", "Saint-Jean-la-Poterie"),
    ):
        for measure in ("crossings", "kilometres", "edge_median", "edge_p90", "block_median"):
            ratio = getattr(found[own], measure) / getattr(found[real], measure)
            assert 1 / 3 < ratio < 3, (own, real, measure, ratio)


def test_ages_are_near_those_of_narbonne(sample_data: Path, clairval: Towns) -> None:
    demand = clairval(92_000).territory.demand
    own = demand.by_age.sum(axis=0) / demand.people.sum()
    assert np.abs(own - grid_ages(sample_data)).max() < 0.01


@pytest.mark.parametrize(("category", "finess"), [("pharmacy", "620"), ("ehpad", "500")])
def test_supply_is_near_that_of_aude(sample_data: Path, clairval: Towns, category: str, finess: str) -> None:
    territory = clairval(92_000).territory
    own = len(territory.places.of(category)) / territory.demand.people.sum() * 10_000
    assert own == pytest.approx(aude_density(sample_data, finess), rel=0.4)
