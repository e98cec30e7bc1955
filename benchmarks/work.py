"""What every peer is asked: the same graph, the same places, the same residents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from hygie.engines.kernel.minutes import Ticks, to_minutes, to_ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel
from hygie.readers.territory_folder import open_territory

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]

CATEGORIES, PLACES, RESIDENCES = 60, 2_000, 20_000
SEED = 20_260_101
WALK = 80.0


@dataclass(frozen=True)
class Work:
    """A graph with places and residents on its nodes.

    Peers count from node to node, so everything stands on nodes here; where the streets are those
    of a territory, only these are taken from it.

    Attributes
    ----------
    title
        The input in one line.
    graph, travel
        The streets, and times on them.
    home, place, category
        Node of each residence, node and category of each place.
    people
        Residents of each residence.
    """

    title: str
    graph: StreetGraph
    travel: StreetTravel
    home: Integers
    place: Integers
    category: Integers
    people: Floats

    @property
    def minutes(self) -> tuple[Integers, Integers, Floats]:
        """Arcs both ways as tails, heads and minutes; none against one-way streets."""
        graph = self.graph
        tails, heads = (np.concatenate(ends) for ends in ((graph.tail, graph.head), (graph.head, graph.tail)))
        minutes = to_minutes(np.concatenate([graph.ticks_forward, graph.ticks_back]))
        open_way = ~np.isnan(minutes)
        return tails[open_way], heads[open_way], minutes[open_way]

    def at(self, nodes: Integers) -> Located:
        """Points that stand exactly on nodes."""
        graph = self.graph
        edge = np.full(graph.nodes, -1, np.int32)
        edge[graph.head] = np.arange(graph.edges)
        edge[graph.tail] = np.arange(graph.edges)
        chosen = edge[nodes]
        length = np.minimum(graph.ticks_forward, graph.ticks_back)[chosen]
        starts = graph.tail[chosen] == nodes
        tail, head = np.where(starts, 0, length), np.where(starts, length, 0)
        return Located(
            graph.lon[nodes], graph.lat[nodes], chosen, tail.astype(np.int32), head.astype(np.int32)
        )


def minutes_of(ticks: Ticks) -> Floats:
    """Minutes, infinite where there is no way: what most peers answer."""
    return np.nan_to_num(to_minutes(ticks), nan=np.inf)


def work_on(graph: StreetGraph, title: str) -> Work:
    """Draw the places and residences of the benchmarks on the nodes of a graph."""
    rng = np.random.default_rng(SEED)
    plane = Plane(float(graph.lon.mean()), float(graph.lat.mean()))
    travel = StreetTravel(graph, build_hierarchy(graph), plane, limit_metres=300.0, metres_per_minute=WALK)
    joined = np.unique(np.concatenate([graph.tail, graph.head]))
    drawn = rng.integers(0, CATEGORIES, PLACES - CATEGORIES)
    return Work(
        title=f"{title}: {graph.nodes} nodes, {graph.edges} edges",
        graph=graph,
        travel=travel,
        home=rng.choice(joined, RESIDENCES).astype(np.int32),
        place=rng.choice(joined, PLACES).astype(np.int32),
        category=np.concatenate([np.arange(CATEGORIES), drawn]).astype(np.int32),
        people=rng.integers(1, 6, RESIDENCES).astype(np.float64),
    )


def town_work(territory_folder: Path | None) -> Work:
    """The walking streets of a built territory, or else an invented town of the same size."""
    if territory_folder is None:
        return work_on(invented_town(12_000), "invented town")
    return work_on(open_territory(territory_folder).streets["walk"].graph, territory_folder.name)


def invented_town(nodes: int, *, edges_per_node: float = 1.29) -> StreetGraph:
    """Crossings gathered in quarters, joined by the shortest tree and by near pairs at random."""
    rng = np.random.default_rng(SEED)
    quarters = max(8, nodes // 300)
    centres = rng.normal(0, 15 * np.sqrt(nodes), (quarters, 2))
    weight = rng.pareto(1.2, quarters) + 0.3
    quarter = rng.choice(quarters, nodes, p=weight / weight.sum())
    spots = centres[quarter] + rng.normal(0, 1, (nodes, 2)) * rng.uniform(250, 700, quarters)[quarter, None]
    pairs = _near_pairs(spots, rng, round(edges_per_node * nodes))
    metres = np.hypot(*(spots[pairs[:, 0]] - spots[pairs[:, 1]]).T) * rng.uniform(1, 1.25, len(pairs)) + 0.5
    lon, lat = Plane(3.0, 46.0).to_degrees(spots[:, 0], spots[:, 1])
    ticks = to_ticks(metres / WALK)
    return StreetGraph(
        profile="walk",
        lon=lon,
        lat=lat,
        tail=pairs[:, 0].astype(np.int32),
        head=pairs[:, 1].astype(np.int32),
        ticks_forward=ticks,
        ticks_back=ticks.copy(),
        shape_start=np.arange(0, 2 * len(pairs) + 1, 2, dtype=np.int32),
        shape_lon=lon[pairs].ravel(),
        shape_lat=lat[pairs].ravel(),
        kind=np.ones(len(pairs), np.int8),
    )


def _near_pairs(spots: Floats, rng: np.random.Generator, wanted: int) -> NDArray[np.int64]:
    """Pairs of a Delaunay triangulation: a shortest spanning tree, completed by short sides."""
    n = len(spots)
    corners = Delaunay(spots).simplices
    sides = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    sides = np.unique(sides, axis=0).astype(np.int64)
    metres = np.hypot(*(spots[sides[:, 0]] - spots[sides[:, 1]]).T)
    tree = minimum_spanning_tree(coo_array((metres + 1e-3, (sides[:, 0], sides[:, 1])), shape=(n, n))).tocoo()
    low, high = np.minimum(tree.row, tree.col).astype(np.int64), np.maximum(tree.row, tree.col)
    in_tree = np.isin(sides[:, 0] * n + sides[:, 1], low * n + high)
    spare = np.flatnonzero(~in_tree & (metres < np.quantile(metres, 0.97)))
    more = rng.choice(spare, wanted - int(in_tree.sum()), replace=False)
    kept: NDArray[np.int64] = sides[np.sort(np.concatenate([np.flatnonzero(in_tree), more]))]
    return kept
