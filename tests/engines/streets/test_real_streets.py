"""On the streets of a real town, times are those along the ways as OpenStreetMap draws them."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from tests.engines.streets.drawn import at_nodes

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.build import build_graph, components, largest_share
from hygie.engines.streets.graph import RawWays
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

pytestmark = pytest.mark.sample_data
SPEED = 80.0


def every_highway(file: Path) -> RawWays:
    """All ways tagged ``highway``, two-way, at one speed: this is no reader, only an input."""
    with gzip.open(file) as stream:
        root = ET.parse(stream).getroot()  # noqa: S314  # a public sample file, already on this disk
    spots = {node.get("id"): (node.get("lon"), node.get("lat")) for node in root.iter("node")}
    runs = []
    for way in root.iter("way"):
        if any(tag.get("k") == "highway" for tag in way.iter("tag")):
            run = [nd.get("ref") for nd in way.iter("nd") if nd.get("ref") in spots]
            runs += [run] if len(run) > 1 else []
    names = {name: i for i, name in enumerate(sorted({str(n) for run in runs for n in run}))}
    lon, lat = np.array([spots[name] for name in names], np.float64).T
    return RawWays(
        profile="walk",
        lon=lon,
        lat=lat,
        start=np.cumsum([0, *(len(run) for run in runs)], dtype=np.int32),
        nodes=np.array([names[str(name)] for run in runs for name in run], np.int32),
        metres_per_minute=np.full(len(runs), SPEED),
        forward=np.ones(len(runs), np.bool_),
        back=np.ones(len(runs), np.bool_),
        kind=np.ones(len(runs), np.int8),
    )


def test_times_in_redon_are_those_along_the_drawn_ways(sample_data: Path) -> None:
    ways = every_highway(sample_data / "osm_extraits" / "redon.osm.gz")
    plane = Plane(float(ways.lon.mean()), float(ways.lat.mean()))
    graph = build_graph(ways, plane)
    assert graph.nodes < len(ways.lon) / 2
    assert 0.5 < largest_share(components(graph)) <= 1
    travel = StreetTravel(graph, build_hierarchy(graph), plane, limit_metres=300.0, metres_per_minute=SPEED)
    points = at_nodes(graph)
    chosen = np.random.default_rng(0).choice(len(points), 60, replace=False)
    ticks = travel.each(points.take(chosen), points)
    found = np.where(ticks < UNREACHABLE, ticks / TICKS_PER_MINUTE, np.inf)
    place = {spot: i for i, spot in enumerate(zip(ways.lon, ways.lat, strict=True))}
    kept = np.array([place[spot] for spot in zip(points.lon, points.lat, strict=True)])
    expected = dijkstra(_drawn(ways, plane), directed=False, indices=kept[chosen])[:, kept]
    np.testing.assert_allclose(found, expected, atol=graph.edges / 2 / TICKS_PER_MINUTE)


def test_every_crossing_of_redon_snaps_onto_itself(sample_data: Path) -> None:
    ways = every_highway(sample_data / "osm_extraits" / "redon.osm.gz")
    plane = Plane(float(ways.lon.mean()), float(ways.lat.mean()))
    graph = build_graph(ways, plane)
    travel = StreetTravel(graph, build_hierarchy(graph), plane, limit_metres=300.0, metres_per_minute=SPEED)
    located = travel.locate(graph.lon, graph.lat)
    assert np.all(np.minimum(located.ticks_tail, located.ticks_head) == 0)


def _drawn(ways: RawWays, plane: Plane) -> csr_array[np.float64]:
    """Minutes along each drawn segment, one way."""
    way = np.repeat(np.arange(len(ways.forward)), np.diff(ways.start))
    begin = np.flatnonzero(way[:-1] == way[1:])
    ends = np.unique(np.sort(np.stack([ways.nodes[begin], ways.nodes[begin + 1]], axis=1), axis=1), axis=0)
    x, y = plane.to_metres(ways.lon, ways.lat)
    metres = np.hypot(x[ends[:, 0]] - x[ends[:, 1]], y[ends[:, 0]] - y[ends[:, 1]])
    return csr_array((metres / SPEED, (ends[:, 0], ends[:, 1])), shape=(len(x), len(x)))
