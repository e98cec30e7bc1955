"""Perimeters of a territory under a rule: places, accesses, zones, signs, shops around schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Outlines, shapes_of
from hygie.engines.kernel.territory import Floats, Territory
from hygie.engines.perimeters.accesses import Access, accesses_of, ways_of
from hygie.engines.perimeters.density import OUTLETS, Density, density_of
from hygie.engines.perimeters.protected import Found, Protected, boundary_of, found_of
from hygie.engines.perimeters.rules import Cover, PerimeterParameters, PerimeterRule, PlaceKind
from hygie.engines.perimeters.zones import Zones, counts_inside, lengths_inside, zones_of
from hygie.engines.streets.graph import StreetGraph

ENTRANCE = "entrance"
"""Category of shapes: drawn entrances."""

GREEN = "green"
"""Category of places that are entrances of green spaces, not something that one goes to."""


@dataclass(frozen=True)
class KindFound:
    """What was found of one kind of places.

    Attributes
    ----------
    kind
        The kind.
    places
        Ranks of its places.
    status, reason
        ``not_computed`` where no source draws any; ``estimate`` where some access is one; the reason
        goes with the first.
    area
        Square metres that its places cover, circles and bands included.
    accesses, estimated
        How many accesses, and how many of them nobody drew.
    """

    kind: PlaceKind
    places: tuple[int, ...]
    status: Status
    reason: Reason | None
    area: float
    accesses: int
    estimated: int


@dataclass(frozen=True)
class Perimeters:
    """A rule on a territory.

    Attributes
    ----------
    rule, parameters
        As asked.
    plane
        Plane of the metres.
    kinds
        Every kind of the rule, in its order.
    places
        Places of all kinds, by kind then identifier.
    accesses
        Their public accesses, by place; those that no sign nor circle needs are absent.
    zones
        What is covered.
    streets
        Metres of walkable ways inside each merged zone; None without streets.
    inside
        By category (what the rule counts, then places of the territory other than those it protects),
        how many stand in the zones; None where no source draws any.
    density
        Shops around schools; None where the rule or the territory has no school.
    crossing
        Merged zones that go beyond the boundary.
    repaired
        Outlines that crossed themselves and were repaired.
    """

    rule: PerimeterRule
    parameters: PerimeterParameters
    plane: Plane
    kinds: tuple[KindFound, ...]
    places: tuple[Protected, ...]
    accesses: tuple[Access, ...]
    zones: Zones
    streets: Floats | None
    inside: Mapping[str, int | None]
    density: Density | None
    crossing: int
    repaired: int

    @property
    def computed(self) -> bool:
        """Whether some kind could be computed."""
        return any(one.status is not Status.NOT_COMPUTED for one in self.kinds)


def draw_perimeters(
    territory: Territory,
    plane: Plane,
    walk: StreetGraph | None,
    rule: PerimeterRule,
    parameters: PerimeterParameters,
) -> Perimeters:
    """Draw what a rule covers on a territory.

    Parameters
    ----------
    territory
        Its shapes and places; a kind of which no source draws anything is not computed.
    plane
        That of the territory: lengths true to 1e-4.
    walk
        Walkable streets; None makes every access that nobody drew a point.
    rule
        Which places, which distance.
    parameters
        How accesses are found.
    """
    found = [found_of(territory, plane, kind, parameters.same_place) for kind in rule.kinds]
    places = tuple(place for one in found for place in one.places)
    covers = [kind.cover for kind, one in zip(rule.kinds, found, strict=True) for _ in one.places]
    ways = ways_of(walk, plane)
    gates = shapes_of(territory, ENTRANCE, plane).outlines if rule.from_accesses else None
    accesses = () if gates is None else accesses_of(places, _centres(gates), ways, parameters)
    zones = zones_of(places, covers, accesses, rule.metres)
    return Perimeters(
        rule=rule,
        parameters=parameters,
        plane=plane,
        kinds=_kinds(rule, found, accesses, zones),
        places=places,
        accesses=accesses,
        zones=zones,
        streets=lengths_inside(ways, zones.merged) if len(ways) else None,
        inside=_inside(territory, plane, rule, zones),
        density=_density(territory, plane, rule, (places, found), parameters),
        crossing=_crossing(zones, boundary_of(territory, plane)),
        repaired=sum(one.repaired for one in found),
    )


def _centres(shapes: Outlines) -> Floats:
    """Middles of shapes, shape (n, 2)."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes)), np.float64).reshape(-1, 2)


def _kinds(
    rule: PerimeterRule, found: list[Found], accesses: tuple[Access, ...], zones: Zones
) -> tuple[KindFound, ...]:
    told, start = [], 0
    for kind, one in zip(rule.kinds, found, strict=True):
        ranks = tuple(range(start, start + len(one.places)))
        start += len(ranks)
        told.append(_kind(kind, one, ranks, [a for a in accesses if a.place in set(ranks)], zones))
    return tuple(told)


def _kind(
    kind: PlaceKind, found: Found, ranks: tuple[int, ...], accesses: list[Access], zones: Zones
) -> KindFound:
    area = float(shapely.area(shapely.union_all(zones.of_place[list(ranks)])))
    guessed = sum(one.estimate for one in accesses)
    bare = any(not one.areal for one in found.places)
    if kind.cover is Cover.INDOORS or not (found.places or found.source):
        status, reason = Status.NOT_COMPUTED, Reason.NO_SOURCE
        return KindFound(kind, ranks, status, reason, area, len(accesses), guessed)
    marked = bare or (kind.cover is Cover.ACCESSES and guessed > 0)
    status = Status.ESTIMATE if marked else Status.COMPUTED
    return KindFound(kind, ranks, status, None, area, len(accesses), guessed)


def _inside(territory: Territory, plane: Plane, rule: PerimeterRule, zones: Zones) -> dict[str, int | None]:
    """Things that the rule counts, then places of the territory by category where some stand inside."""
    told: dict[str, int | None] = {}
    for category in rule.counts:
        drawn = _outlets(territory, plane, category)
        told[category] = None if drawn is None else counts_inside(drawn, zones.merged)
    places = territory.places
    own = {GREEN, *(category for kind in rule.kinds for category in kind.places)}
    x, y = plane.to_metres(places.lon, places.lat)
    points = np.asarray(shapely.points(np.column_stack([x, y]).reshape(-1, 2)), dtype=object)
    for category in sorted(set(places.categories.tolist()) - own):
        count = counts_inside(points[places.of(category)], zones.merged)
        if count:
            told[str(category)] = count
    return told


def _outlets(territory: Territory, plane: Plane, category: str) -> Outlines | None:
    """Things of a category as points or surfaces; None where no source draws any."""
    if category not in territory.features:
        return None
    return shapes_of(territory, category, plane).outlines


def _density(
    territory: Territory,
    plane: Plane,
    rule: PerimeterRule,
    found: tuple[tuple[Protected, ...], list[Found]],
    parameters: PerimeterParameters,
) -> Density | None:
    places = found[0]
    kinds = {kind.key for kind in rule.kinds if kind.school}
    schools = [i for i, one in enumerate(places) if one.kind in kinds]
    if not schools:
        return None
    outlets = {key: _outlets(territory, plane, key) for key in OUTLETS}
    return density_of(places, schools, outlets, parameters.density)


def _crossing(zones: Zones, boundary: shapely.Geometry | None) -> int:
    if boundary is None:
        return 0
    return int(np.count_nonzero(~shapely.covered_by(zones.merged, boundary)))
