"""Walking buses as JSON: what ``hygie walk bus --json`` writes and ``walk_bus.schema.json`` describes.

The first keys are the same for an instance and for a school: ``successor``, ``leaves``, ``danger``,
``worst_detour``, ``bound``. Nodes are numbers; 0 is the school. A school adds its children, its lines and
their timetable: an internal file, for children are people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.walking.bus import SCHOOL, BusPlan
from hygie.engines.walking.bus_lines import Line
from hygie.engines.walking.bus_school import SchoolBus

INTERNAL = "fichier interne"
"""Homes of children are in it: it is never published as it is."""

_DECIMALS = 6

Tree = dict[str, Any]


@dataclass(frozen=True)
class BusHeading:
    """What a school's plan is about: the school, the choices made, whether its children were drawn.

    ``bell`` is in minutes of the day; ``too_many`` when more children were drawn than live there.
    """

    school: str
    name: str
    fictional: bool
    alpha: float
    minutes: float
    bell: int
    seed: int
    drawn: bool
    smallest_count: int
    too_many: bool = False


def plan_json(plan: BusPlan, *, alpha: float, seed: int) -> Tree:
    """A tree and how far from the best possible it may be."""
    tree = plan.tree
    return {
        "successor": {str(child): onward for child, onward in enumerate(tree.successor.tolist()) if child},
        "leaves": tree.leaves,
        "danger": round(tree.danger, _DECIMALS),
        "worst_detour": tree.worst_detour,
        "bound": plan.leaves_bound,
        "danger_bound": round(plan.danger_bound, _DECIMALS),
        "most_leaves": plan.most_leaves,
        "fewest_proved": plan.fewest_proved,
        "safest_proved": plan.safest_proved,
        "children": len(tree.successor) - 1,
        "alpha": alpha,
        "seed": seed,
    }


def school_bus_json(bus: SchoolBus, heading: BusHeading, figures: Sequence[FigureUse]) -> Tree:
    """The walking bus of a school: tree, lines, timetable, children; ``public`` is what may be shown."""
    written: Tree = {"document": INTERNAL}
    if bus.plan is not None:
        written |= plan_json(bus.plan, alpha=heading.alpha, seed=heading.seed)
        written["worst_detour"] = float(max(d for d in bus.detours.tolist() if not math.isnan(d)))
    else:
        written |= {"successor": {}, "leaves": 0, "danger": 0.0, "worst_detour": None, "bound": 0}
        written |= {"alpha": heading.alpha, "seed": heading.seed}
    served = len(bus.children) - len(bus.unserved)
    written |= {
        "children": len(bus.children),
        "served": served,
        "estimate": heading.drawn,
        "more_than_expected": heading.too_many,
        "fictional": heading.fictional,
        "school": {"id": heading.school, "name": heading.name, **_place(bus, SCHOOL)},
        "minutes": heading.minutes,
        "bell": clock(heading.bell),
        "adults": sum(line.adults for line in bus.lines),
        "lines": [_line(line, bus, children=True) for line in bus.lines],
        "unserved": [_unserved(bus, child) for child in bus.unserved],
        "figures": [
            {key: getattr(figure, key) for key in ("key", "value", "unit", "since", "status", "source")}
            for figure in figures
        ],
    }
    shown = served >= heading.smallest_count and not heading.drawn
    return written | {"public": [_line(line, bus, children=False) for line in bus.lines] if shown else None}


def clock(minute: int) -> str:
    """« 08:30 » of a minute of the day."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _place(bus: SchoolBus, node: int) -> Tree:
    return {"lon": float(bus.stops.lon[node]), "lat": float(bus.stops.lat[node])}


def _line(line: Line, bus: SchoolBus, *, children: bool) -> Tree:
    stops = []
    for rank, stop in enumerate(line.stops, 1):
        told: Tree = {"stop": stop.node, "rank": rank, "time": clock(stop.time)}
        if children:
            told |= _place(bus, stop.node)
            told["children"] = [bus.children[child].id for child in stop.children]
        stops.append(told)
    written: Tree = {
        "line": line.number,
        "start": stops[0]["time"],
        "arrival": clock(line.arrival),
        "minutes": round(line.minutes, 1),
        "metres": round(line.metres),
        "joins": None if line.joins is None else {"stop": line.joins[0], "line": line.joins[1]},
        "stops": stops,
    }
    return written | ({"adults": line.adults} if children else {})


def _unserved(bus: SchoolBus, child: int) -> Tree:
    metres = float(bus.stops.shortest[child])
    near = not math.isnan(metres)
    return {
        "id": bus.children[child].id,
        "reason": "too_far" if near else "no_way",
        "metres": round(metres) if near else None,
    }
