"""What the invented tables of Clairval are made from: its communes, as the town was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory

OLD, YOUNG = 65, 15


@dataclass(frozen=True)
class Profile:
    """One commune.

    Attributes
    ----------
    code, name
        As in the territory.
    people
        Residents drawn in it, today.
    decile
        Mean income decile of its residents.
    under_15, over_75
        Shares of its residents, the year of the bands spread evenly.
    surface
        Square kilometres.
    places, capacity
        Number and capacity of its places by category.
    supply
        By category, its capacity a head over that of the whole territory; 1 where nothing says.
    emergency_km
        Mean kilometres, as the crow flies, from its residents to the emergency department.
    """

    code: str
    name: str
    people: float
    decile: float
    under_15: float
    over_75: float
    surface: float
    places: Mapping[str, float]
    capacity: Mapping[str, float]
    supply: Mapping[str, float]
    emergency_km: float


def profiles_of(territory: Territory, plane: Plane) -> tuple[Profile, ...]:
    """Communes of the drawn town, in the order of its layer."""
    layer = territory.layers["commune"]
    metres = [_surface(outline, plane) for outline in layer.outlines]
    return tuple(
        _profile(territory, plane, commune, code=code, name=name, surface=surface)
        for commune, (code, name, surface) in enumerate(zip(layer.ids, layer.names, metres, strict=True))
    )


def _profile(
    territory: Territory, plane: Plane, commune: int, *, code: str, name: str, surface: float
) -> Profile:
    demand, places = territory.demand, territory.places
    here = demand.zones["commune"] == commune
    people = demand.people[here]
    total = max(1.0, float(people.sum()))
    ages = demand.by_age[here].sum(axis=0)
    mine = places.communes == code
    return Profile(
        code=code,
        name=name,
        people=float(people.sum()),
        decile=float((demand.income_decile[here] * people).sum()) / total,
        under_15=_share(territory, ages, 0, YOUNG),
        over_75=_share(territory, ages, 75, 120),
        surface=surface,
        places=_by_category(places.categories[mine], np.ones(int(mine.sum()))),
        capacity=_by_category(places.categories[mine], np.nan_to_num(places.capacity[mine])),
        supply=_supply(territory, mine, share=total / max(1.0, float(demand.people.sum()))),
        emergency_km=_emergency_km(territory, plane, here),
    )


def _surface(outline: bytes, plane: Plane) -> float:
    shape = shapely.from_wkb(outline)
    flat = shapely.transform(shape, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    return round(float(shapely.area(flat)) / 1e6, 2)


def _share(territory: Territory, ages: NDArray[np.float64], first: int, last: int) -> float:
    """Share of residents from ``first`` to ``last`` - 1 years, each band spread evenly over its years."""
    counted = 0.0
    for band, people in zip(territory.demand.age_bands, ages.tolist(), strict=True):
        end = 95 if band.last is None else band.last + 1
        years = max(0, min(end, last) - max(band.first, first))
        counted += people * years / (end - band.first)
    return counted / max(1.0, float(ages.sum()))


def _by_category(categories: NDArray[np.str_], amounts: NDArray[np.float64]) -> dict[str, float]:
    found: dict[str, float] = {}
    for category, amount in zip(categories.tolist(), amounts.tolist(), strict=True):
        found[category] = found.get(category, 0.0) + amount
    return found


def _supply(territory: Territory, mine: NDArray[np.bool_], *, share: float) -> dict[str, float]:
    places = territory.places
    capacity = np.nan_to_num(places.capacity)
    whole = _by_category(places.categories, capacity)
    own = _by_category(places.categories[mine], capacity[mine])
    return {
        category: own.get(category, 0.0) / (total * share) for category, total in whole.items() if total > 0
    }


def _emergency_km(territory: Territory, plane: Plane, here: NDArray[np.bool_]) -> float:
    demand, places = territory.demand, territory.places
    at = np.flatnonzero(places.categories == "emergency")
    people = demand.people[here]
    if not len(at) or not people.sum():
        return 0.0
    x, y = plane.to_metres(demand.lon[here], demand.lat[here])
    px, py = plane.to_metres(places.lon[at], places.lat[at])
    away = np.min(np.hypot(x[:, None] - px[None, :], y[:, None] - py[None, :]), axis=1)
    return float((away * people).sum() / people.sum()) / 1000
