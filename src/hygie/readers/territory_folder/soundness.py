"""Streets that compiled loops may follow: no index of theirs leads outside.

Digests say that a folder is as it was written, not who wrote it. Compiled code checks no index, so a
forged one would read whatever lies beside the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import Hierarchy


def check_streets(graph: StreetGraph, hierarchy: Hierarchy) -> None:
    """Check every index of the streets of one profile.

    Raises
    ------
    ValueError
        If columns differ in length, or an index or a time is not one.
    """
    nodes, edges = len(graph.lon), len(graph.tail)
    _same(graph.lon, graph.lat)
    _same(graph.tail, graph.head, graph.ticks_forward, graph.ticks_back, graph.kind)
    _same(graph.shape_lon, graph.shape_lat)
    _within(graph.tail, nodes)
    _within(graph.head, nodes)
    _slices(graph.shape_start, edges, len(graph.shape_lon))
    _times(graph.ticks_forward, graph.ticks_back, hierarchy.ticks_up, hierarchy.ticks_down)
    if len(hierarchy.rank) != nodes:
        raise ValueError("every crossing has a rank")
    _within(hierarchy.rank, nodes)
    if len(np.unique(hierarchy.rank)) != nodes:
        raise ValueError("two crossings have the same rank")
    _slices(hierarchy.start, nodes, hierarchy.arcs)
    _same(hierarchy.upper, hierarchy.ticks_up, hierarchy.ticks_down)
    _within(hierarchy.upper, nodes)
    below = np.repeat(np.arange(nodes), np.diff(hierarchy.start))
    if np.any(hierarchy.upper <= below):
        raise ValueError("an arc climbs")


def _same(*columns: NDArray[Any]) -> None:
    if any(column.ndim != 1 or len(column) != len(columns[0]) for column in columns):
        raise ValueError("columns of streets differ in length")


def _within(indices: NDArray[Any], count: int) -> None:
    if not np.issubdtype(indices.dtype, np.integer):
        raise ValueError("an index is a whole number")
    if len(indices) and not (indices.min() >= 0 and indices.max() < count):
        raise ValueError("an index of the streets leads outside")


def _slices(start: NDArray[Any], slices: int, length: int) -> None:
    if not np.issubdtype(start.dtype, np.integer) or start.shape != (slices + 1,):
        raise ValueError("the streets are not cut into as many pieces as they say")
    if start[0] != 0 or start[-1] != length or np.any(np.diff(start) < 0):
        raise ValueError("a piece of the streets begins after its end")


def _times(*ticks: NDArray[Any]) -> None:
    for column in ticks:
        if not np.issubdtype(column.dtype, np.integer) or (len(column) and column.min() < 0):
            raise ValueError("a time is not one")
