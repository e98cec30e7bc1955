"""How many people walk along each street: to school, and to where they go for leisure or errands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.ways import (
    NOWHERE,
    Floats,
    Forest,
    Integers,
    Starts,
    edge_flow,
    flow_of,
    starts_of,
    ways_to,
)

NEAREST = -1
"""In place of the goal of a walker who goes to the nearest one."""


@dataclass(frozen=True)
class Walks:
    """Walks of one kind: to school, to a green space.

    Attributes
    ----------
    origins
        Homes on the streets.
    people
        Expected walkers of each home, zero or more; shape (homes,).
    goals
        Where they go.
    assigned
        Goal of each home, or ``NEAREST``; None when all go to the nearest; shape (homes,).
    """

    origins: Located
    people: Floats
    goals: Located
    assigned: Integers | None = None

    def __post_init__(self) -> None:
        if len(self.people) != len(self.origins) or not (np.isfinite(self.people) & (self.people >= 0)).all():
            raise ValueError("people of each home: a number from zero up")
        if self.assigned is None:
            return
        if len(self.assigned) != len(self.origins):
            raise ValueError("a goal for each home")
        if len(self.assigned) and not NEAREST <= self.assigned.min() <= self.assigned.max() < len(self.goals):
            raise ValueError("a home goes to one of the goals, or to the nearest")


@dataclass(frozen=True)
class Load:
    """Who walks where.

    Attributes
    ----------
    edge
        Walkers of each street, whatever part of it they walk; shape (edges,).
    node
        Walkers who pass each crossing; shape (nodes,).
    crossing
        Those who cross a main road there: come by a street that is none and leave by another.
    goal
        Walkers to each goal; shape (goals,).
    ticks
        Walk of each home; ``UNREACHABLE`` where none is made; shape (homes,).
    walking, too_far
        Walkers who have a way within the limit, and the others.
    """

    edge: Floats
    node: Floats
    crossing: Floats
    goal: Floats
    ticks: Integers
    walking: float
    too_far: float


def street_load(graph: StreetGraph, walks: Walks, limit: int, main: int) -> Load:
    """Add up the shortest walks of every home, street by street.

    Parameters
    ----------
    graph
        Walking streets.
    walks
        Who goes where.
    limit
        Ticks of the longest walk, included.
    main
        Kind of a street from which it is a main road.
    """
    edge, node, crossing = np.zeros(graph.edges), np.zeros(graph.nodes), np.zeros(graph.nodes)
    goal = np.zeros(len(walks.goals))
    ticks = np.full(len(walks.origins), UNREACHABLE, np.int64)
    for homes, places in _groups(walks):
        origins, goals = walks.origins.take(homes), walks.goals.take(places)
        forest = ways_to(graph, goals, limit)
        starts = starts_of(graph, forest, origins, goals, limit)
        people = walks.people[homes]
        edge += edge_flow(graph.edges, forest, starts, people)
        node += flow_of(forest, starts, people)
        crossing += _crossing(graph, forest, starts, people, main)
        arrived = starts.goal != NOWHERE
        np.add.at(goal, places[starts.goal[arrived]], people[arrived])
        ticks[homes] = starts.ticks
    walking = float(goal.sum())
    return Load(edge, node, crossing, goal, ticks, walking, float(walks.people.sum()) - walking)


def _groups(walks: Walks) -> list[tuple[Integers, Integers]]:
    """Homes and the goals they choose among: all of them, or the one that each was given."""
    homes, places = np.arange(len(walks.origins)), np.arange(len(walks.goals))
    if walks.assigned is None:
        return [(homes, places)]
    groups = [(homes[walks.assigned == NEAREST], places)]
    groups += [(homes[walks.assigned == one], places[one : one + 1]) for one in np.unique(walks.assigned)]
    return [(who, where) for who, where in groups if who.size and where.size]


def _crossing(graph: StreetGraph, forest: Forest, starts: Starts, people: Floats, main: int) -> Floats:
    """Walkers who cross a main road at each crossing, neither coming nor leaving along it."""
    busy = graph.kind >= main
    ends = np.concatenate([graph.tail[busy], graph.head[busy]])
    through = np.bincount(ends, minlength=graph.nodes) > 1  # the end of a main road is walked round
    flow = flow_of(forest, starts, people)
    entering = starts.node != NOWHERE
    before = forest.sequence[forest.onward[forest.sequence] != NOWHERE]
    node = np.concatenate([forest.onward[before], starts.node[entering]])
    came = np.concatenate([forest.edge[before], starts.edge[entering]])
    who = np.concatenate([flow[before], people[entering]])
    crosses = through[node] & ~busy[came] & ~busy[forest.edge[node]]
    return np.bincount(node[crosses], weights=who[crosses], minlength=graph.nodes).astype(np.float64)
