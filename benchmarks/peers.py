"""The same questions asked of other programs, each in its own best way.

What a peer builds once for a graph (its network, its index of places) is apart and not timed, as our
hierarchy is not. Every answer is minutes, one row a residence or node, one column a category or place;
infinite where there is no way.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import igraph
import networkx as nx
import numpy as np
import pandana
import pandas as pd
from benchmarks.work import CATEGORIES, Floats, Work
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE

Ask = Callable[[], Floats]

PANDANA_UNITS = 1_000.0
"""Pandana rounds weights to a thousandth; thousandths of a minute make that rounding small."""


def towards(work: Work) -> csr_array[np.float64]:
    """The graph against its arcs, so that a search from the places gives times towards them."""
    tails, heads, minutes = work.minutes
    n = work.graph.nodes
    return csr_array((minutes, (heads, tails)), shape=(n, n))


def members(work: Work, category: int) -> NDArray[np.int32]:
    """Nodes of the places of a category."""
    nodes: NDArray[np.int32] = work.place[work.category == category]
    return nodes


def scipy_nearest(work: Work) -> Ask:
    """One multi-source Dijkstra a category."""
    graph = towards(work)
    chosen = [members(work, c) for c in range(CATEGORIES)]
    return lambda: np.stack([dijkstra(graph, indices=c, min_only=True)[work.home] for c in chosen], axis=1)


def networkx_nearest(work: Work) -> Ask:
    """One multi-source Dijkstra a category."""
    graph = nx.DiGraph()
    tails, heads, minutes = work.minutes
    graph.add_nodes_from(range(work.graph.nodes))
    graph.add_weighted_edges_from(zip(heads.tolist(), tails.tolist(), minutes.tolist(), strict=True))
    chosen = [set(members(work, c).tolist()) for c in range(CATEGORIES)]
    homes = work.home.tolist()

    def ask() -> Floats:
        columns = [nx.multi_source_dijkstra_path_length(graph, c) for c in chosen]
        return np.array([[times.get(home, np.inf) for home in homes] for times in columns]).T

    return ask


def igraph_nearest(work: Work) -> Ask:
    """One call for all categories, each an added node that leads to its places in no time."""
    tails, heads, minutes = work.minutes
    n = work.graph.nodes
    ends = np.concatenate([np.stack([heads, tails], 1), np.stack([n + work.category, work.place], 1)])
    weights = np.concatenate([minutes, np.zeros(len(work.place))]).tolist()
    graph = igraph.Graph(n + CATEGORIES, ends.tolist(), directed=True)
    sources = list(range(n, n + CATEGORIES))
    return lambda: np.array(graph.distances(sources, weights=weights))[:, work.home].T


def pandana_nearest(work: Work, longest: float) -> Ask:
    """One query a category of its contraction hierarchies and place index, 32-bit numbers.

    It looks no further than ``longest`` minutes, which spares it work.
    """
    graph, reach = work.graph, float(math.ceil(longest * PANDANA_UNITS))
    nodes = pd.DataFrame({"x": graph.lon, "y": graph.lat})
    minutes = np.minimum(graph.ticks_forward, graph.ticks_back) / TICKS_PER_MINUTE
    network = pandana.Network(
        nodes.x,
        nodes.y,
        pd.Series(graph.tail.astype(np.int64)),
        pd.Series(graph.head.astype(np.int64)),
        pd.DataFrame({"minutes": minutes * PANDANA_UNITS}),
        twoway=True,
    )
    for c in range(CATEGORIES):
        at = members(work, c)
        # It crashes when asked for more than was prepared, and rounds what was: prepare one more.
        network.set_pois(str(c), reach + 1, 1, pd.Series(graph.lon[at]), pd.Series(graph.lat[at]))

    def ask() -> Floats:
        found = [network.nearest_pois(reach, str(c), num_pois=1)[1] for c in range(CATEGORIES)]
        times = np.stack([column.to_numpy()[work.home] for column in found], axis=1)
        return np.where(times >= reach, np.inf, times / PANDANA_UNITS)

    return ask


def scipy_each(work: Work, nodes: NDArray[np.int32]) -> Ask:
    """One Dijkstra a place, towards it from every node."""
    graph = towards(work)
    return lambda: np.asarray(dijkstra(graph, indices=nodes)).T


def scipy_closures(work: Work, closed: NDArray[np.int64]) -> Ask:
    """One multi-source Dijkstra a closure, from the places its category keeps."""
    graph = towards(work)
    kept = [
        work.place[(work.category == work.category[p]) & (np.arange(len(work.place)) != p)] for p in closed
    ]
    nowhere = np.full(len(work.home), np.inf)

    def ask() -> Floats:
        columns = [dijkstra(graph, indices=k, min_only=True)[work.home] if len(k) else nowhere for k in kept]
        return np.stack(columns, axis=1)

    return ask
