"""The streets of Clairval that cars may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hygie.engines.streets.graph import RawWays


def driving_ways(ways: RawWays, metres_per_minute: Mapping[int, float]) -> RawWays:
    """Ways for driving: the streets of the walking network, all both ways, in one network.

    Parameters
    ----------
    ways
        Walking ways.
    metres_per_minute
        Speed by kind of way, as in ``RawWays``; ways of other kinds (paths, steps) are left out.

    Returns
    -------
    RawWays
        Profile ``car``, on the same nodes: those that no way uses any more vanish in the graph. A
        street that paths alone join to the others is no road either.
    """
    roads = _only(ways, np.isin(ways.kind, list(metres_per_minute)))
    roads = _only(roads, _in_largest_network(roads))
    speeds = [metres_per_minute[kind] for kind in roads.kind.tolist()]
    return replace(roads, profile="car", metres_per_minute=np.array(speeds, np.float64))


def _only(ways: RawWays, kept: NDArray[np.bool_]) -> RawWays:
    size = np.diff(ways.start)
    return replace(
        ways,
        start=np.concatenate([[0], np.cumsum(size[kept])]).astype(np.int32),
        nodes=ways.nodes[np.repeat(kept, size)],
        metres_per_minute=ways.metres_per_minute[kept],
        forward=ways.forward[kept],
        back=ways.back[kept],
        kind=ways.kind[kept],
    )


def _in_largest_network(ways: RawWays) -> NDArray[np.bool_]:
    """Whether each way lies in the network of most ways."""
    size, nodes = np.diff(ways.start), len(ways.lon)
    first = np.repeat(ways.nodes[ways.start[:-1]], size)
    links = coo_array((np.ones(len(first)), (first, ways.nodes)), shape=(nodes, nodes))
    network = connected_components(links, directed=False)[1][ways.nodes[ways.start[:-1]]]
    largest: NDArray[np.bool_] = network == np.bincount(network).argmax()
    return largest
