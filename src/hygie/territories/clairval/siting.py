"""Places of Clairval: how many in each zone, at which door, under which name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hygie.territories.clairval import plan, quarters
from hygie.territories.clairval.buildings import Buildings
from hygie.territories.clairval.residents import Residents, apportion
from hygie.territories.clairval.supply import (
    ALWAYS,
    CLASSES,
    HOURS,
    OFFICE,
    PITCH,
    PLANTED_FROM,
    STREET_NAMES,
    SUPPLIES,
    Supply,
)

POSITION = {zone.key: i for i, zone in enumerate(quarters.ZONES)}
DRAWS = 14
"""Doors compared for each place."""
NEAR_RETIREMENT_ELSEWHERE = 0.27
"""Share of practitioners of sixty or more outside Saint-Éloi, where it is half."""


@dataclass(frozen=True, slots=True)
class Sited:
    """One place; ``at`` is a position in metres, ``capacity`` NaN when unsaid.

    ``near_retirement`` is how many of its practitioners are sixty or more.
    """

    category: str
    site: str
    name: str
    at: tuple[float, float]
    zone: int
    capacity: float
    hours: str
    note: str = ""
    near_retirement: int = 0


@dataclass(frozen=True)
class Doors:
    """Doors where a place can open: those of homes, with their residents."""

    at: NDArray[np.float64]
    zone: NDArray[np.int32]
    people: NDArray[np.int64]
    scale: float

    def middle(self, zone: int) -> NDArray[np.float64]:
        """Centre of a zone, metres."""
        return np.array(quarters.ZONES[zone].centre) * self.scale


def site_places(
    buildings: Buildings, residents: Residents, scale: float, rng: np.random.Generator
) -> list[Sited]:
    """All places of the town besides its green spaces."""
    homes = residents.homes
    doors = Doors(buildings.doors[homes], buildings.zone[homes], residents.people, scale)
    total = int(residents.people.sum())
    places = [*_campuses(buildings, doors, total), *_offices(doors, rng)]
    for supply in SUPPLIES:
        places += _of_supply(supply, doors, total, rng)
    return places


def zones_of_supply(supply: Supply, people: NDArray[np.int64]) -> list[int]:
    """Zone of each place: the first ones as planned, then highest averages (D'Hondt) on residents."""
    total = int(people.sum())
    count = max(round(supply.places * total / 10_000), supply.fewest)
    if total >= PLANTED_FROM:
        count = max(count, len(supply.first))
    chosen = [POSITION[key] for key in supply.first][:count]
    weight = people.astype(np.float64)
    weight[[POSITION[key] for key in supply.never]] = 0.0
    held = np.bincount(chosen, minlength=len(weight))
    while len(chosen) < count:
        best = int((weight / (held + 1)).argmax())
        chosen.append(best)
        held[best] += 1
    return chosen


def _of_supply(supply: Supply, doors: Doors, total: int, rng: np.random.Generator) -> list[Sited]:
    people = np.bincount(doors.zone, weights=doors.people, minlength=len(quarters.ZONES)).astype(np.int64)
    zones = zones_of_supply(supply, people)
    held = np.bincount(zones, minlength=len(people))
    capacity = _capacities(supply, (people / np.maximum(held, 1))[zones], total)
    taken: dict[int, list[NDArray[np.float64]]] = {}
    ranks: Counter[int] = Counter()
    places = []
    for k, zone in enumerate(zones):
        at = doors.at[_door(supply, zone, doors, taken.setdefault(zone, []), rng)]
        taken[zone].append(at)
        site = f"clairval:{supply.category.replace('_', '-')}-{k + 1}"
        name = _name(supply.title, zone, ranks[zone])
        ranks[zone] += 1
        hours = HOURS.get(site, supply.hours)
        places.append(
            Sited(supply.category, site, name, (float(at[0]), float(at[1])), zone, capacity[k], hours)
        )
    return _with_retirements(places) if supply.category == "gp" else places


def _capacities(supply: Supply, served: NDArray[np.float64], total: int) -> list[float]:
    if not supply.capacity:
        return [float("nan")] * len(served)
    whole = max(round(supply.capacity * total / 10_000), len(served))
    return [float(units) for units in apportion(whole, served + 1.0)]


def _door(
    supply: Supply,
    zone: int,
    doors: Doors,
    taken: list[NDArray[np.float64]],
    rng: np.random.Generator,
) -> int:
    """Of doors drawn by residents: the most central one, then the furthest from those taken."""
    able = np.flatnonzero(doors.zone == zone)
    if supply.off is not None:
        key, metres = supply.off
        far = np.hypot(*(doors.at[able] - doors.middle(POSITION[key])).T) > metres * doors.scale
        able = able[far] if far.any() else able
    weight = doors.people[able] / doors.people[able].sum()
    drawn = rng.choice(able, min(DRAWS, len(able)), replace=False, p=weight)
    if not taken:
        return int(drawn[np.hypot(*(doors.at[drawn] - doors.middle(zone)).T).argmin()])
    apart = np.hypot(*(doors.at[drawn][:, None] - np.array(taken)[None]).transpose(2, 0, 1)).min(axis=1)
    return int(drawn[apart.argmax()])


def _name(title: str, zone: int, rank: int) -> str:
    name = f"{title} {quarters.ZONES[zone].of}"
    return name if rank == 0 else f"{name}, {STREET_NAMES[(rank - 1 + 7 * zone) % len(STREET_NAMES)]}"


def _with_retirements(practices: list[Sited]) -> list[Sited]:
    """Say on practices how many of their doctors are sixty or more: half of those of Saint-Éloi."""
    left: dict[bool, float] = {True: 0.0, False: 0.0}
    noted = []
    for place in practices:
        planted = quarters.ZONES[place.zone].key == "saint-eloi"
        left[planted] += place.capacity * (0.5 if planted else NEAR_RETIREMENT_ELSEWHERE)
        older = min(round(left[planted] + 0.01), round(place.capacity))
        left[planted] -= older
        noted.append(_noted(place, older))
    return noted


def _noted(place: Sited, older: int) -> Sited:
    if older == 0:
        return place
    doctors = round(place.capacity)
    note = f"{older} médecin{'s' if older > 1 else ''} sur {doctors} de 60 ans et plus"
    return replace(place, note=note, near_retirement=older)


def _campuses(buildings: Buildings, doors: Doors, total: int) -> list[Sited]:
    """Hospital, clinic, stadium, and the school of Bellevue that only main roads lead to."""
    share = total / 10_000
    found = []
    for category, site, name, reserve, capacity in (
        ("hospital_site", "hospital-1", "Centre hospitalier de Clairval", "hospital", 32 * share),
        ("emergency", "hospital-1", "Urgences du Centre hospitalier de Clairval", "hospital", 0),
        ("maternity", "hospital-1", "Maternité du Centre hospitalier de Clairval", "hospital", 2.4 * share),
        ("duty_house", "hospital-1", "Maison médicale de garde de Clairval", "hospital", 0),
        ("hospital_site", "hospital-2", "Clinique de la Clère", "clinic", 11 * share),
        ("hospital_service", "hospital-3", "Hôpital de jour de la Clère", "clinic", 0),
        ("school_primary", "school-coteaux", "École élémentaire des Coteaux", "school-bellevue", 45 * share),
        ("sport", "stadium-1", "Stade des Coteaux", "stadium", 0),
    ):
        at, zone = _campus_door(buildings, doors, reserve)
        beds = float(max(1, round(capacity))) if capacity else float("nan")
        hours = {"school_primary": CLASSES, "sport": PITCH}
        opened = (
            "Mo-Fr 20:00-24:00; Sa 12:00-24:00; Su,PH 08:00-24:00" if category == "duty_house" else ALWAYS
        )
        found.append(Sited(category, f"clairval:{site}", name, at, zone, beds, hours.get(category, opened)))
    return found


def _campus_door(buildings: Buildings, doors: Doors, reserve: str) -> tuple[tuple[float, float], int]:
    """Southernmost door of a campus; in towns too small for one, of the homes of its quarter."""
    position = next(i for i, r in enumerate(plan.RESERVES) if r.key == reserve)
    own = np.flatnonzero(buildings.reserve == position)
    at, zones = buildings.doors[own], buildings.zone[own]
    if not len(own):
        zone = POSITION[plan.RESERVES[position].zone]
        at, zones = doors.at[doors.zone == zone], doors.zone[doors.zone == zone]
    south = int(at[:, 1].argmin())
    return (float(at[south, 0]), float(at[south, 1])), int(zones[south])


def _offices(doors: Doors, rng: np.random.Generator) -> list[Sited]:
    """Town halls, the social action centre, the court, the police station, the dental centre of Le Port."""
    found = []
    for zone in (POSITION["centre"], *(POSITION[zone.key] for zone in quarters.VILLAGES)):
        commune = quarters.ZONES[zone].commune
        name = "Mairie de Clairval" if commune == quarters.TOWN else f"Mairie {quarters.ZONES[zone].of}"
        found.append(_office(("counter", f"mairie-{commune}", name), zone, doors, rng))
    for category, site, name, key in (
        ("counter", "ccas", "CCAS de Clairval", "centre"),
        ("court", "court-1", "Tribunal de Clairval", "centre"),
        ("police_gendarmerie", "police-0", "Commissariat de Clairval", "centre"),
        ("health_centre_dental", "centre-sante-port", "Centre de santé du Port", "port"),
    ):
        found.append(_office((category, site, name), POSITION[key], doors, rng))
    return found


def _office(site: tuple[str, str, str], zone: int, doors: Doors, rng: np.random.Generator) -> Sited:
    category, key, name = site
    able = np.flatnonzero(doors.zone == zone)
    middle = doors.at[able].mean(axis=0)
    near = able[np.argsort(np.hypot(*(doors.at[able] - middle).T), kind="stable")[:12]]
    x, y = doors.at[rng.choice(near)]
    capacity = 4.0 if category == "health_centre_dental" else float("nan")
    return Sited(
        category,
        f"clairval:{key}",
        name,
        (float(x), float(y)),
        zone,
        capacity,
        HOURS.get(f"clairval:{key}", OFFICE),
    )
