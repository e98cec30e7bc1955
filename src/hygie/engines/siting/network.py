"""Shortest ways between all nodes of a small network, as published test problems give it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.siting.rows import Distances


def all_pairs(nodes: int, edges: NDArray[np.int64], lengths: NDArray[np.int64]) -> Distances:
    """Shortest ways between all nodes, both ways along each edge.

    Parameters
    ----------
    nodes
        Number of nodes.
    edges
        Both ends of each edge, one row a pair of nodes; shape (edges, 2).
    lengths
        Whole numbers, one or more; shape (edges,).

    Returns
    -------
    Distances
        Shape (nodes, nodes); ``UNREACHABLE`` where there is no way.
    """
    graph = csr_array((lengths.astype(np.float64), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    away = dijkstra(graph, directed=False)
    held = np.where(np.isfinite(away), np.minimum(away, UNREACHABLE), UNREACHABLE)
    ways: Distances = np.rint(held).astype(np.int32)
    return ways
