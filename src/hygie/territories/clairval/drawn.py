"""Shapes of Clairval besides its buildings and parks: school grounds, stadium, playgrounds, a beach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.shapes import points_at
from hygie.territories.clairval import plan
from hygie.territories.clairval.buildings import Buildings
from hygie.territories.clairval.greenery import FENCE_METRES, Parks
from hygie.territories.clairval.ground import Ground, bent_shapes
from hygie.territories.clairval.network import Geometries, Network
from hygie.territories.clairval.siting import Sited
from hygie.territories.clairval.supply import CLASSES, PITCH

PARK_HOURS = "Mo-Su 08:00-20:00"
SCHOOLS = ("school_nursery", "school_primary", "school_lower", "school_upper")
YARD_METRES = 22.0
"""Half the side of a school's ground around its door, before streets and neighbours are left out."""
PLAYGROUND_METRES = 9.0
"""Half the side of a playground."""
BEACH_AT, BEACH_METRES = (-1100.0, -365.0), 140.0
"""Where the bathing beach of the Clère is drawn on the plan, and its reach along the river."""
BANK_METRES = 9.0
SMALLEST_SQUARE_METRES = 20.0


@dataclass(frozen=True)
class Drawn:
    """Shapes of one category, in metres, with identifiers, names and opening hours; one length."""

    outlines: Geometries
    ids: tuple[str, ...]
    names: tuple[str, ...]
    hours: tuple[str, ...]


def draw_shapes(
    ground: Ground,
    network: Network,
    buildings: Buildings,
    parks: Parks,
    places: Sequence[Sited],
) -> dict[str, Drawn]:
    """Shapes by category, drawn without chance: nothing else of the town moves."""
    reserves = [plan.RESERVES[i] for i in parks.reserve.tolist()]
    names = tuple(reserve.name for reserve in reserves)
    centres = shapely.point_on_surface(parks.outlines)
    corners = shapely.buffer(centres, PLAYGROUND_METRES, cap_style="square")
    found = {
        "park": Drawn(
            parks.outlines,
            tuple(f"clairval:{reserve.key}" for reserve in reserves),
            names,
            (PARK_HOURS,) * len(names),
        ),
        "playground": Drawn(
            np.asarray(shapely.intersection(corners, parks.outlines)),
            tuple(f"clairval:playground-{i}" for i in range(1, len(names) + 1)),
            tuple(f"Aire de jeux, {name}" for name in names),
            (PARK_HOURS,) * len(names),
        ),
        "school_ground": _school_grounds(network, buildings, places),
        "sports_ground": _campus(network, "sport", PITCH),
        "beach": _beach(ground, network, buildings),
    }
    return {category: drawn for category, drawn in found.items() if len(drawn.ids)}


def _school_grounds(network: Network, buildings: Buildings, places: Sequence[Sited]) -> Drawn:
    """A yard around the door of each school, without streets nor the buildings of others."""
    schools = [place for place in places if place.category in SCHOOLS]
    doors = points_at(np.array([school.at for school in schools], np.float64))
    yards = shapely.buffer(doors, YARD_METRES, cap_style="square")
    own = shapely.STRtree(points_at(buildings.doors)).nearest(doors)
    taken = shapely.STRtree(buildings.outlines)
    streets = shapely.STRtree(network.lines)
    shapes, kept = [], []
    for i, yard in enumerate(yards):
        roads = shapely.buffer(shapely.union_all(network.lines[np.sort(streets.query(yard))]), FENCE_METRES)
        near = np.sort(taken.query(yard, predicate="intersects"))
        others = shapely.union_all(buildings.outlines[near[near != own[i]]])
        whole = shapely.union(
            shapely.difference(shapely.difference(yard, roads), others), _home(buildings, own[i])
        )
        parts = shapely.get_parts(whole)
        best = parts[int(shapely.distance(parts, shapely.Point(schools[i].at)).argmin())]
        if shapely.get_type_id(best) == 3 and shapely.area(best) >= SMALLEST_SQUARE_METRES:
            shapes.append(best)
            kept.append(schools[i])
    return Drawn(
        _column(shapes),
        tuple(f"{school.site}:ground" for school in kept),
        tuple(school.name for school in kept),
        (CLASSES,) * len(kept),
    )


def _home(buildings: Buildings, at: np.int64) -> shapely.Geometry:
    home: shapely.Geometry = buildings.outlines[at]
    return home


def _campus(network: Network, use: str, hours: str) -> Drawn:
    """Reserved blocks of one use, inside the streets around them."""
    uses = np.array([reserve.use for reserve in plan.RESERVES])[network.reserve]
    chosen = np.flatnonzero((network.reserve >= 0) & (uses == use))
    outlines = shapely.buffer(network.blocks[chosen], -FENCE_METRES, join_style="mitre")
    whole = np.flatnonzero((shapely.get_type_id(outlines) == 3) & ~shapely.is_empty(outlines))
    reserves = [plan.RESERVES[network.reserve[chosen[i]]] for i in whole.tolist()]
    return Drawn(
        outlines[whole],
        tuple(f"clairval:{reserve.key}:{i}" for i, reserve in enumerate(reserves, 1)),
        tuple(reserve.name for reserve in reserves),
        (hours,) * len(reserves),
    )


def _beach(ground: Ground, network: Network, buildings: Buildings) -> Drawn:
    """A strip of bank along the river, clear of streets and walls; none in towns too small for one."""
    river = bent_shapes([ground.water["La Clère"]])[0]
    at = bent_shapes([shapely.Point(np.array(BEACH_AT) * ground.scale)])[0]
    near = shapely.buffer(at, BEACH_METRES * ground.scale)
    strip = shapely.difference(shapely.buffer(shapely.intersection(river, near), BANK_METRES), river)
    for things, metres in ((network.lines, 2.0), (buildings.outlines, 1.0)):
        index = np.sort(shapely.STRtree(things).query(strip, predicate="dwithin", distance=metres))
        strip = shapely.difference(strip, shapely.buffer(shapely.union_all(things[index]), metres))
    parts = shapely.get_parts(strip)
    sizes = shapely.area(parts)
    if not len(parts) or sizes.max() < SMALLEST_SQUARE_METRES:
        return Drawn(np.zeros(0, object), (), (), ())
    return Drawn(_column([parts[int(sizes.argmax())]]), ("clairval:beach-1",), ("Plage de la Clère",), ("",))


def _column(shapes: list[shapely.Geometry]) -> NDArray[np.object_]:
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return column
