"""Where walkers to one destination hesitate, and who they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.minutes import TICKS_PER_MINUTE
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.headings import Crossings, doubtful, leaving
from hygie.engines.walking.ways import NOWHERE, Booleans, Floats, Forest, Integers, Starts, flow_of


@dataclass(frozen=True)
class Needs:
    """What walkers to one destination need.

    Attributes
    ----------
    forest, starts
        Their ways, and where each enters them.
    used
        Crossings that somebody passes, even of a home without a known resident; shape (nodes,).
    doubt
        Crossings where somebody hesitates.
    people
        How many do; shape (nodes,).
    came
        Crossing, street come by, and people of each way into a crossing.
    """

    forest: Forest
    starts: Starts
    used: Booleans
    doubt: Booleans
    people: Floats
    came: tuple[Integers, Integers, Floats]

    @property
    def guided(self) -> Floats:
        """People who hesitate at each crossing times the minutes that they still have to walk."""
        walking = self.people > 0
        minutes = np.where(walking, self.forest.ticks, 0) / TICKS_PER_MINUTE
        return np.asarray(self.people * minutes, np.float64)

    def arriving(self, graph: StreetGraph, seen: Crossings, node: int) -> list[tuple[float, float]]:
        """Heading and people of each way into a crossing."""
        mine = np.flatnonzero(self.came[0] == node)
        street = self.came[1][mine]
        headings = leaving(graph, seen, np.full(len(mine), node), street) + 180.0
        return list(zip(headings.tolist(), self.came[2][mine].tolist(), strict=True))


def needs_of(
    graph: StreetGraph, seen: Crossings, ways: tuple[Forest, Starts], people: Floats, straight: float
) -> Needs:
    """Crossings that walkers pass, and those where they hesitate.

    Parameters
    ----------
    graph, seen
        Streets, and what is seen of them.
    ways
        Ways to the destination, and where each walker enters them.
    people
        Of each walker.
    straight
        Degrees within which a street goes straight on.
    """
    forest, starts = ways
    nodes = graph.nodes
    passing, count = flow_of(forest, starts, people), flow_of(forest, starts, np.ones(len(people)))
    used = count > 0
    entering = starts.node != NOWHERE
    home, own, who = starts.node[entering], starts.edge[entering], people[entering]
    before = forest.sequence[used[forest.sequence] & (forest.onward[forest.sequence] != NOWHERE)]
    node = np.concatenate([forest.onward[before], home])
    came = np.concatenate([forest.edge[before], own])
    weight = np.concatenate([passing[before], who])
    lost = doubtful(graph, seen, (node, came, forest.edge[node]), straight)
    doubt = np.bincount(node[lost], minlength=nodes) > 0
    hesitating = np.bincount(node[lost], weights=weight[lost], minlength=nodes).astype(np.float64)
    return Needs(forest, starts, used, doubt, hesitating, (node, came, weight))
