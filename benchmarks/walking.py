"""Walking buses beside a plain constraint model of the same problem, and beside a plain heuristic."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import networkx as nx
import numpy as np
from benchmarks.tasks import Question, Task
from benchmarks.walking_plain import PlainModel
from benchmarks.work import SEED, Floats, Work, minutes_of

from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.walking.bus import BusProblem, BusTree, measured
from hygie.engines.walking.bus_fewest import fewest_leaves
from hygie.engines.walking.bus_plan import plan_bus
from hygie.engines.walking.load import Walks, street_load

ALPHA, SIDE = 1.4, 6_000
"""Middle of what the published instances have: from 1.1 to 1.54, squares of 16 to 8,000."""
_SCHOOL = (0.90, 0.99)
"""Danger of walking straight to school in the published instances; from child to child, 0 to 0.99."""
_SECONDS = 10.0
_PATIENCE = 60.0


SCHOOLS, FURTHEST = 25, 2**30 - 2
"""Places walked to, and ticks of a walk as long as can be."""


def invented_children(children: int, seed: int = SEED) -> BusProblem:
    """Homes on whole coordinates of a square, dangers of two decimals, as the published instances."""
    rng = np.random.default_rng([seed, children])
    x, y = rng.integers(0, SIDE, (2, children + 1)).astype(np.float64)
    danger = np.round(rng.uniform(0, _SCHOOL[1], (children + 1, children + 1)), 2)
    danger[:, 0] = np.round(rng.uniform(*_SCHOOL, children + 1), 2)
    return BusProblem.within(np.hypot(x[:, None] - x, y[:, None] - y), danger, ALPHA)


def walking_bus_30() -> Task:
    """Both objectives of 30 children, proved by both."""
    problem = invented_children(30)

    def ours() -> Floats:
        end = time.monotonic() + _PATIENCE
        plan = plan_bus(problem, lambda: end - time.monotonic(), seed=0)
        proved = plan.fewest_proved and plan.safest_proved
        return np.array([plan.tree.leaves, plan.tree.danger, float(proved)])

    def plain() -> Floats:
        model = PlainModel(problem)
        leaves = model.fewest(_PATIENCE)
        return np.array([leaves, model.safest(leaves, _PATIENCE), 1.0])

    asked = {"cp_sat": lambda: Question(plain, ours(), 1)}
    return Task("walking_bus_30", ours, asked, limit_s=5.0, repeats=3)


def walking_bus_100() -> Task:
    """The leaves of 100 children that ten seconds reach, beside those of the plain model in ten seconds.

    ``agrees``: our tree keeps every limit and has no more leaves than theirs.
    """
    problem = invented_children(100)
    goal = _reached(problem, 1).leaves

    def plain() -> int:
        return PlainModel(problem).fewest(_SECONDS)

    def no_worse() -> Floats:
        return np.array([float(plain() >= goal)])

    def asked() -> Question:
        told = f"{plain()} leaves in {_SECONDS:g} s, ours {goal}"
        return Question(no_worse, np.ones(1), 1, measured_on=told)

    return Task(
        "walking_bus_100",
        lambda: _reached(problem, goal),
        {"cp_sat": asked},
        limit_s=_SECONDS,
        repeats=3,
    )


def _reached(problem: BusProblem, goal: int) -> BusTree:
    """The tree of the goal, or of the fewest leaves that ten seconds reach, checked."""
    end = time.monotonic() + _SECONDS
    found = fewest_leaves(problem, lambda: end - time.monotonic(), seed=0, enough=lambda: goal)
    return measured(problem, found.successor)


def walk_load(work: Work) -> Task:
    """Walkers of every street towards their nearest school, beside the paths of networkx."""
    graph, homes, schools = work.graph, work.at(work.home), work.at(work.place[:SCHOOLS])
    walks = Walks(homes, work.people, schools)

    def ours() -> Floats:
        load = street_load(graph, walks, FURTHEST, 2)
        return _told(work, minutes_of(load.ticks.astype(np.int32)), load.edge)

    return Task("walk_load", ours, {"networkx": lambda: Question(_paths(work), ours(), 3)})


def _paths(work: Work) -> Callable[[], Floats]:
    """The same by one search of networkx from all schools at once, every path then walked."""
    town = nx.DiGraph()
    tails, heads, minutes = work.minutes
    town.add_weighted_edges_from(zip(heads.tolist(), tails.tolist(), minutes.tolist(), strict=True))
    ends = zip(work.graph.tail.tolist(), work.graph.head.tolist(), strict=True)
    street = {frozenset(pair): edge for edge, pair in enumerate(ends)}
    schools = {int(node) for node in work.place[:SCHOOLS]}

    def ask() -> Floats:
        load = np.zeros(work.graph.edges)
        minutes, path = nx.multi_source_dijkstra(town, schools)
        for home, people in zip(work.home.tolist(), work.people.tolist(), strict=True):
            way = path.get(home, [])
            for pair in pairwise(way):
                load[street[frozenset(pair)]] += people
        return _told(work, np.array([minutes.get(home, np.inf) for home in work.home.tolist()]), load)

    return ask


def _told(work: Work, minutes: Floats, load: Floats) -> Floats:
    """Minutes of each walk, then people × minutes over all streets: equally short ways may differ."""
    street = to_minutes(np.minimum(work.graph.ticks_forward, work.graph.ticks_back))
    return np.append(minutes, float(load @ street))
