"""Which way streets leave a crossing, and whether a walker who knows nothing would go on the right one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.ways import Booleans, Floats, Integers

SEEN_M = 20.0
"""Metres of a street that one sees from its crossing: what comes after its first bend does not guide."""

OCTANTS = 8


@dataclass(frozen=True)
class Crossings:
    """Streets around each crossing, as seen from it.

    Attributes
    ----------
    start
        Streets of node v stand in ``edge[start[v]:start[v + 1]]``; shape (nodes + 1,).
    edge
        Edge of each, shape (2 × edges,).
    leaving
        Degrees clockwise from north in which each edge leaves its tail, then its head; shape (edges, 2).
    """

    start: Integers
    edge: Integers
    leaving: Floats


def crossings_of(graph: StreetGraph, plane: Plane) -> Crossings:
    """Look around every crossing of a graph."""
    ends = np.concatenate([graph.tail, graph.head])
    order = np.argsort(ends, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=graph.nodes))])
    edge = np.concatenate([np.arange(graph.edges)] * 2)[order]
    return Crossings(start.astype(np.int64), edge, _leaving(graph, plane))


def _leaving(graph: StreetGraph, plane: Plane) -> Floats:
    if not graph.edges:
        return np.zeros((0, 2))
    x, y = plane.to_metres(graph.shape_lon, graph.shape_lat)
    first, last = graph.shape_start[:-1], graph.shape_start[1:] - 1
    hop = np.hypot(np.diff(x), np.diff(y))
    hop[last[:-1]] = 0.0  # between the end of an edge and the start of the next one
    along = np.concatenate([[0.0], np.cumsum(hop)])
    ahead = np.clip(np.searchsorted(along, along[first] + SEEN_M), first + 1, last)
    behind = np.clip(np.searchsorted(along, along[last] - SEEN_M, side="right") - 1, first, last - 1)
    return np.column_stack([_bearing(x, y, first, ahead), _bearing(x, y, last, behind)])


def _bearing(x: Floats, y: Floats, one: NDArray[np.int32], other: NDArray[np.int64]) -> Floats:
    return np.asarray(np.degrees(np.arctan2(x[other] - x[one], y[other] - y[one])) % 360.0, np.float64)


def leaving(graph: StreetGraph, crossings: Crossings, node: Integers, edge: Integers) -> Floats:
    """Degrees clockwise from north in which each edge leaves its node."""
    return np.asarray(crossings.leaving[edge, np.where(graph.tail[edge] == node, 0, 1)], np.float64)


def turned(one: Floats, other: Floats) -> Floats:
    """Degrees between two headings, 0 to 180."""
    return np.asarray(np.abs((other - one + 180.0) % 360.0 - 180.0), np.float64)


def octant(bearing: float, facing: float) -> int:
    """Arrow of a bearing for who looks towards ``facing``: 0 ahead, then clockwise by eighths of a turn."""
    return round(((bearing - facing) % 360.0) / (360.0 / OCTANTS)) % OCTANTS


def doubtful(
    graph: StreetGraph,
    crossings: Crossings,
    ways: tuple[Integers, Integers, Integers],
    most: float,
) -> Booleans:
    """Whether a walker may be lost: the way turns, or another street goes on as straight as it.

    Parameters
    ----------
    graph, crossings
        Streets, and what is seen of them.
    ways
        Crossing, street come by and street to take of each walk.
    most
        Degrees within which a street goes straight on.

    Returns
    -------
    Booleans
        True where the street to take turns by more than ``most``, or where another one does not.
        Where no other street leaves, there is no doubt.
    """
    node, came, onward = ways
    arriving = leaving(graph, crossings, node, came) + 180.0
    count = crossings.start[node + 1] - crossings.start[node]
    owner = np.repeat(np.arange(len(node)), count)
    slot = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    around = crossings.edge[crossings.start[node[owner]] + slot]
    other = (around != came[owner]) & (around != onward[owner])
    straight = turned(arriving[owner], leaving(graph, crossings, node[owner], around)) <= most
    exists, tempting = (
        np.bincount(owner[chosen], minlength=len(node)) > 0 for chosen in (other, other & straight)
    )
    turns = turned(arriving, leaving(graph, crossings, node, onward)) > most
    return np.asarray(exists & (turns | tempting))
