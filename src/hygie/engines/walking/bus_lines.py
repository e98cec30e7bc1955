"""Lines of a walking bus: the tree cut into one path a leaf, with its timetable and its adults."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hygie.engines.walking.bus import SCHOOL, BusTree, Integers

NURSERY, ELEMENTARY = "nursery", "elementary"
"""Levels of a child."""


@dataclass(frozen=True)
class LineRules:
    """Pace and ratios: group speed in metres per minute, minutes of the day, children per adult."""

    metres_per_minute: float
    arrival: int
    least_adults: int
    per_adult_elementary: float
    per_adult_nursery: float

    def adults(self, levels: Sequence[str]) -> int:
        """Adults that a line of these children needs: each level by its ratio, rounded up once."""
        nursery = sum(level == NURSERY for level in levels)
        need = (len(levels) - nursery) / self.per_adult_elementary + nursery / self.per_adult_nursery
        return max(self.least_adults, math.ceil(need - 1e-9))


@dataclass(frozen=True)
class Stop:
    """A stop of a line: its node, the minute of the day, the children who come there."""

    node: int
    time: int
    children: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One line, from its first stop on.

    Attributes
    ----------
    number
        From 1.
    stops
        Those where its own children come, in order.
    joins
        Node and number of the line it then walks with; None when it reaches the school alone.
    metres, minutes
        From its first stop to the school.
    arrival
        Minute of the day.
    adults
        Needed by the ratios, for its own children.
    """

    number: int
    stops: tuple[Stop, ...]
    joins: tuple[int, int] | None
    metres: float
    minutes: float
    arrival: int
    adults: int


def cut_lines(tree: BusTree, at_stop: Integers, levels: Sequence[str], rules: LineRules) -> tuple[Line, ...]:
    """Cut a tree into lines, the longest first; where two meet, the shorter walks on with the longer.

    A time is that of the whole minute before the group passes: nobody arrives late by a rounding.

    Parameters
    ----------
    tree
        Over stops, in metres.
    at_stop
        Stop of each child, 0 for who is not served; shape (children,).
    levels
        Level of each child.
    rules
        Pace and ratios.
    """
    inner = set(tree.successor[1:].tolist())
    leaves = [node for node in range(1, len(tree.successor)) if node not in inner]
    line_of: dict[int, int] = {}
    lines = []
    for number, leaf in enumerate(sorted(leaves, key=lambda node: (-tree.walked[node], node)), 1):
        nodes, node = [], leaf
        while node != SCHOOL and node not in line_of:
            line_of[node] = number
            nodes.append(node)
            node = int(tree.successor[node])
        stops = tuple(_stop(one, tree, at_stop, rules) for one in nodes)
        own = [levels[child] for stop in stops for child in stop.children]
        metres = float(tree.walked[leaf])
        joins = None if node == SCHOOL else (node, line_of[node])
        minutes = metres / rules.metres_per_minute
        lines.append(Line(number, stops, joins, metres, minutes, rules.arrival, rules.adults(own)))
    return tuple(lines)


def _stop(node: int, tree: BusTree, at_stop: Integers, rules: LineRules) -> Stop:
    minutes = float(tree.walked[node]) / rules.metres_per_minute
    children = tuple(np.flatnonzero(at_stop == node).tolist())
    return Stop(node, math.floor(rules.arrival - minutes + 1e-9), children)
