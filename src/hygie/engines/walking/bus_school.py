"""The walking bus of one school: stops on its streets, the best tree, its lines and what they ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.bus import SCHOOL, BusPlan, Floats, Left
from hygie.engines.walking.bus_lines import Line, LineRules, cut_lines
from hygie.engines.walking.bus_plan import plan_bus
from hygie.engines.walking.bus_streets import Pace, SchoolStops, school_stops


@dataclass(frozen=True, slots=True)
class BusChild:
    """A child: identifier of the file, degrees, level (``nursery`` or ``elementary``)."""

    id: str
    lon: float
    lat: float
    level: str


@dataclass(frozen=True)
class SchoolBus:
    """What was planned for one school.

    ``plan`` is None, and there are no lines, when no child can walk there with a line; ``detours`` is
    the ratio of each child's walk to its shortest, NaN for who is not served.
    """

    children: tuple[BusChild, ...]
    stops: SchoolStops
    plan: BusPlan | None
    lines: tuple[Line, ...]
    detours: Floats

    @property
    def unserved(self) -> tuple[int, ...]:
        """Children without a line."""
        return tuple(np.flatnonzero(self.stops.stop == SCHOOL).tolist())


@dataclass(frozen=True)
class BusQuestion:
    """What is asked: pace and limits, rules of lines, leaves allowed (None for the fewest), seed."""

    pace: Pace
    rules: LineRules
    most_leaves: int | None
    seed: int


def school_bus(
    graph: StreetGraph,
    ends: tuple[Located, Located],
    children: tuple[BusChild, ...],
    question: BusQuestion,
    left: Left,
) -> SchoolBus:
    """Plan the walking bus of one school.

    Parameters
    ----------
    graph
        Walking streets.
    ends
        The school, one point, and the homes of the children, on these streets.
    children
        Who is to be brought, in the order of the homes.
    question
        What is asked.
    left
        Seconds left.

    Raises
    ------
    HygieError
        If no plan has as few lines as asked.
    """
    stops = school_stops(graph, ends[0], ends[1], question.pace)
    if stops.problem is None:
        return SchoolBus(children, stops, None, (), np.full(len(children), np.nan))
    plan = plan_bus(stops.problem, left, seed=question.seed, most_leaves=question.most_leaves)
    lines = cut_lines(plan.tree, stops.stop, [child.level for child in children], question.rules)
    walked = np.where(stops.stop == SCHOOL, np.nan, plan.tree.walked[stops.stop] + stops.to_stop)
    detours = np.divide(walked, stops.shortest, out=np.ones(len(children)), where=stops.shortest > 0)
    return SchoolBus(children, stops, plan, lines, np.where(np.isnan(walked), np.nan, detours))
