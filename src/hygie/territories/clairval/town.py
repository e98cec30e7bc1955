"""The whole of Clairval, assembled as a territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import (
    OUTSIDE,
    Demand,
    Feature,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.engines.streets.graph import RawWays
from hygie.readers.records import OsmArea, PlaceRecord, Progress, silent
from hygie.territories.clairval import plan, quarters
from hygie.territories.clairval.buildings import Buildings, build
from hygie.territories.clairval.features import Grown, degrees, features_of
from hygie.territories.clairval.greenery import Parks, parks_of, plant
from hygie.territories.clairval.ground import Ground, bent_shapes, lay_ground
from hygie.territories.clairval.network import grow_network, raw_ways
from hygie.territories.clairval.practitioners import practitioners_of
from hygie.territories.clairval.residents import AGE_BANDS, Residents, settle, without_spare_plots
from hygie.territories.clairval.siting import POSITION, Sited, site_places
from hygie.territories.clairval.supply import SUPPLIES
from hygie.territories.entrances import entrances

CODE, NAME = "000000001", "Pays de Clairval"
SOURCE, VINTAGE = "hygie_clairval", "fictif"
FEWEST, MOST = 2_000, 200_000
STAGES = 6
COMMUNE_NAMES = {quarters.TOWN: "Clairval"} | {zone.commune: zone.name for zone in quarters.VILLAGES}
OTHER_CATEGORIES = (
    *("health_centre_general", "health_centre_dental", "duty_house", "hospital_site", "hospital_service"),
    *("emergency", "maternity", "court", "green"),
)


@dataclass(frozen=True)
class ClairvalTown:
    """The fictional territory, and its ways before they become a graph."""

    territory: Territory
    ways: RawWays


def generate_clairval(
    *,
    people: int,
    seed: int,
    walk_metres_per_minute: float,
    smallest_green_square_metres: float = 5_000.0,
    progress: Progress = silent,
) -> ClairvalTown:
    """Generate the fictional town: the same numbers give the same town, byte for byte.

    Parameters
    ----------
    people
        Residents of the Pays de Clairval, exactly; from 2,000 to 200,000.
    seed
        Zero or more.
    walk_metres_per_minute
        Walking speed written on the ways.
    smallest_green_square_metres
        Smaller parks are drawn but are no place.
    progress
        Told each stage.

    Raises
    ------
    HygieError
        If a number is out of its range.
    """
    _check(people, seed, walk_metres_per_minute)
    plane = Plane(plan.CENTRE_LON, plan.CENTRE_LAT)
    grown = _grow(people, seed, progress)
    ways = raw_ways(grown.network, plane, walk_metres_per_minute)
    gates, _ = entrances(_greens(grown.parks, plane), ways, plane, smallest_green_square_metres)
    territory = _territory(
        _demand(grown.buildings, grown.residents, plane),
        _places(grown.places, gates, plane),
        _layers(grown.ground, plane),
        features_of(grown, plane, (SOURCE, VINTAGE)),
    )
    territory = replace(territory, practitioners=practitioners_of(grown.places, SOURCE))
    progress("Clairval", STAGES, STAGES)
    return ClairvalTown(territory, ways)


def _grow(people: int, seed: int, progress: Progress) -> Grown:
    """Each stage draws from its own child of the seed: changing one leaves the others' draws alone."""
    chances = [np.random.Generator(np.random.PCG64(c)) for c in np.random.SeedSequence(seed).spawn(STAGES)]
    scale = float(np.sqrt(people / plan.REFERENCE_PEOPLE))
    progress("Clairval : terrain", 0, STAGES)
    ground = lay_ground(scale, chances[0])
    progress("Clairval : rues", 1, STAGES)
    network = grow_network(ground, chances[1])
    progress("Clairval : bâtiments", 2, STAGES)
    plots = build(network, scale, chances[2])
    progress("Clairval : habitants", 3, STAGES)
    buildings, residents = without_spare_plots(plots, settle(plots, people, chances[3]), chances[2])
    progress("Clairval : lieux et services", 4, STAGES)
    places = site_places(buildings, residents, scale, chances[4])
    progress("Clairval : arbres", 5, STAGES)
    parks = parks_of(network)
    trees = plant(ground, network, buildings, parks, chances[5])
    return Grown(ground, network, buildings, residents, places, parks, trees)


def _check(people: int, seed: int, speed: float) -> None:
    if not FEWEST <= people <= MOST:
        raise HygieError(
            f"Clairval ne peut pas compter {people} habitants.",
            why="Le territoire fictif va de 2 000 à 200 000 habitants.",
            fix="Choisissez un nombre entre ces deux bornes, par exemple 92 000.",
        )
    if seed < 0:
        raise HygieError(
            f"La graine {seed} n’est pas possible.",
            why="Une graine est un nombre entier positif ou nul.",
            fix="Choisissez par exemple 1.",
        )
    if not speed > 0:
        raise ValueError("walking speed is above zero")


def _greens(parks: Parks, plane: Plane) -> list[OsmArea]:
    outlines = degrees(parks.outlines, plane)
    centres = shapely.get_coordinates(shapely.centroid(parks.outlines))
    lon, lat = plane.to_degrees(centres[:, 0], centres[:, 1])
    return [
        OsmArea(
            id=f"clairval:{plan.RESERVES[reserve].key}",
            name=plan.RESERVES[reserve].name,
            outline=outline,
            value=float(area),
            lon=float(x),
            lat=float(y),
        )
        for reserve, outline, area, x, y in zip(
            parks.reserve, outlines, shapely.area(parks.outlines), lon, lat, strict=True
        )
    ]


def _demand(buildings: Buildings, residents: Residents, plane: Plane) -> Demand:
    n = len(residents.homes)
    doors = buildings.doors[residents.homes]
    zone = buildings.zone[residents.homes]
    lon, lat = plane.to_degrees(doors[:, 0], doors[:, 1])
    return Demand(
        ids=np.array([f"clairval:home-{i}" for i in range(1, n + 1)]),
        lon=lon,
        lat=lat,
        people=residents.people.astype(np.float64),
        by_age=residents.by_age.astype(np.float64),
        age_bands=AGE_BANDS,
        imputed=np.zeros(n, np.bool_),
        inside=np.ones(n, np.bool_),
        zones={key: numbers[zone] for key, numbers in _zone_numbers().items()},
        income_decile=residents.income_decile,
    )


def _zone_numbers() -> dict[str, NDArray[np.int32]]:
    """By layer, the zone of the layer that each zone of the plan lies in."""
    communes = sorted(COMMUNE_NAMES)
    priority = [zone.key for zone in quarters.ZONES if zone.priority]
    rows = [
        (
            communes.index(zone.commune),
            i if i < len(quarters.QUARTERS) else OUTSIDE,
            priority.index(zone.key) if zone.priority else OUTSIDE,
        )
        for i, zone in enumerate(quarters.ZONES)
    ]
    columns = np.array(rows, np.int32).T
    return dict(zip(("commune", "quarter", "qpv"), columns, strict=True))


def _places(sited: Sequence[Sited], gates: Sequence[PlaceRecord], plane: Plane) -> Places:
    at = np.array([place.at for place in sited])
    lon, lat = plane.to_degrees(at[:, 0], at[:, 1])
    parks = {f"clairval:{r.key}": quarters.ZONES[POSITION[r.zone]].commune for r in plan.RESERVES}
    n = len(sited) + len(gates)

    def texts(own: list[str], of_gates: list[str]) -> NDArray[np.str_]:
        return np.array([*own, *of_gates], dtype=np.str_)

    return Places(
        ids=texts([f"{p.site}:{p.category}" for p in sited], [g.id for g in gates]),
        sites=texts([p.site for p in sited], [g.site for g in gates]),
        categories=texts([p.category for p in sited], [g.category for g in gates]),
        names=texts([p.name for p in sited], [g.name for g in gates]),
        lon=np.concatenate([lon, [g.lon for g in gates]]),
        lat=np.concatenate([lat, [g.lat for g in gates]]),
        capacity=np.array([*(p.capacity for p in sited), *(float("nan") for _ in gates)]),
        communes=texts([quarters.ZONES[p.zone].commune for p in sited], [parks[g.site] for g in gates]),
        inside=np.ones(n, np.bool_),
        sources=np.full(n, SOURCE),
        vintages=np.full(n, VINTAGE),
        hours=texts([p.hours for p in sited], ["" for _ in gates]),
        notes=texts([p.note for p in sited], ["" for _ in gates]),
        traces=np.full(n, ""),
    )


def _layers(ground: Ground, plane: Plane) -> dict[str, ZoneLayer]:
    communes = sorted(COMMUNE_NAMES)
    own = range(len(quarters.QUARTERS))
    priority = [i for i in own if quarters.ZONES[i].priority]
    return {
        "commune": _layer(
            ("commune", "Communes (fictives)"),
            communes,
            [COMMUNE_NAMES[code] for code in communes],
            [ground.communes[code] for code in communes],
            plane,
        ),
        "quarter": _layer(
            ("quarter", "Quartiers de Clairval (fictifs)"),
            [f"clairval:{quarters.ZONES[i].key}" for i in own],
            [quarters.ZONES[i].name for i in own],
            [ground.zones[i] for i in own],
            plane,
        ),
        "qpv": _layer(
            ("qpv", "Quartiers prioritaires 2024 (QPV fictifs)"),
            [f"QN00000{i}" for i in range(1, len(priority) + 1)],
            [quarters.ZONES[i].name for i in priority],
            [ground.zones[i] for i in priority],
            plane,
        ),
    }


def _layer(
    key_title: tuple[str, str],
    ids: Sequence[str],
    names: Sequence[str],
    shapes: Sequence[BaseGeometry],
    plane: Plane,
) -> ZoneLayer:
    return ZoneLayer(
        *key_title,
        tuple(ids),
        tuple(names),
        tuple(degrees(bent_shapes(shapes), plane)),
        SOURCE,
        VINTAGE,
        in_force=True,
        inside=np.ones(len(ids), np.bool_),
    )


def _territory(
    demand: Demand, places: Places, layers: dict[str, ZoneLayer], features: dict[str, Feature]
) -> Territory:
    rows = len(demand) + len(places)
    account = SourceAccount(
        name=SOURCE,
        title="Clairval, territoire fictif",
        publisher="Hygie",
        licence="AGPL-3.0-or-later",
        address="",
        vintage=VINTAGE,
        file="",
        sha256="",
        read=rows,
        kept=rows,
        rejected=0,
    )
    return Territory(
        code=CODE,
        name=NAME,
        demand=demand,
        places=places,
        layers=layers,
        features=features,
        provided=frozenset([supply.category for supply in SUPPLIES] + list(OTHER_CATEGORIES)),
        sources=(account,),
        missing=("sex",),
        fictional=True,
        population_label="habitants",
        population_source=SOURCE,
    )
