"""From where one walks: quarters, communes, named places and streets of the territory itself.

Nothing is asked of anybody outside, and what is typed stays in the request: it goes to no address, no
session, no journal. Territories do not hold house numbers yet: an address is read as its street, where
a place of the territory names it, and the page says which point was taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from hygie.apps.directory.words import one_slip, plain, words
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.french import capital
from hygie.engines.kernel.minutes import UNREACHABLE, to_minutes
from hygie.engines.kernel.territory import ZoneLayer
from hygie.engines.kernel.travel import TravelModel

STREET = re.compile(
    r"\b(?:allees?|avenue|boulevard|chemin|cours|esplanade|faubourg|impasse|passage|place|promenade|quai|"
    r"route|rue|sente|sentier|square|venelle|voie)\b.*"
)
_NUMBER = re.compile(r"^\s*\d+\s*(?:bis|ter|quater|[a-z](?=[\s,]))?\s*,?\s*")
LAYERS = (
    ("quarter", "quartier"),
    ("iris", "quartier"),
    ("commune", "commune"),
    ("qpv", "quartier prioritaire"),
)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """A named point: ``kind`` says in French what it is, ``key`` names it in a form."""

    key: str
    name: str
    kind: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Origin:
    """A point one walks from, with what moves there."""

    spot: Spot
    model: TravelModel

    @property
    def lon(self) -> float:
        """Degrees."""
        return self.spot.lon

    @property
    def lat(self) -> float:
        """Degrees."""
        return self.spot.lat

    @property
    def squeeze(self) -> float:
        """Square of how much shorter a degree of longitude is than one of latitude there."""
        return math.cos(math.radians(self.spot.lat)) ** 2


@lru_cache(maxsize=2)
def gazetteer(opened: Opened) -> tuple[Spot, ...]:
    """Every point of the territory that has a name: zones, then places, then streets that they name."""
    found: dict[str, Spot] = {}
    for spot in (*_zones(opened), *_features(opened), *_places(opened)):
        found.setdefault(spot.key, spot)
    return tuple(found.values())


def zone_spots(opened: Opened) -> tuple[Spot, ...]:
    """The zones alone, to choose from in a list."""
    return tuple(spot for spot in gazetteer(opened) if spot.key.startswith("zone:"))


def spot_of(opened: Opened, key: str) -> Spot | None:
    """A point by its key; None when there is none."""
    return next((spot for spot in gazetteer(opened) if spot.key == key), None)


def spots_for(opened: Opened, text: str) -> tuple[Spot, ...]:
    """Points that a typed address may mean, best first; a slip of the finger is forgiven.

    A house number and a postcode are read and left out.
    """
    bare = _NUMBER.sub("", plain(text))
    asked = [word for word in words(re.sub(r"\b\d{5}\b", " ", bare)) if not word.isdigit()]
    if not asked:
        return ()
    scored = [(score, spot) for spot in gazetteer(opened) if (score := _score(asked, spot))[0] < 1.0]
    if not scored:
        return ()
    best = min(score for score, _ in scored)[0]
    near = sorted((s for s in scored if s[0][0] == best), key=lambda s: (s[0], s[1].name, s[1].key))
    return tuple(spot for _, spot in near[:SHOWN])


def _score(asked: list[str], spot: Spot) -> tuple[float, int, int]:
    """Share of the asked words that the spot lacks, then the words it has besides, then its kind."""
    held = _words_of(spot.name)
    lacked = sum(not any(_means(word, mine) for mine in held) for word in asked)
    if lacked > len(asked) // 2 or lacked == len(asked):
        return (1.0, 0, 0)
    return (lacked / len(asked), abs(len(held) - (len(asked) - lacked)), len(spot.kind))


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def _means(typed: str, held: str) -> bool:
    begins = len(typed) > 3 and held.startswith(typed)
    return typed == held or begins or (len(typed) > 4 and one_slip(typed, held))


def walking_minutes(origin: Origin, lon: Sequence[float], lat: Sequence[float]) -> tuple[list[float], bool]:
    """Minutes on foot to points, infinite where no way leads; and whether they are estimates."""
    if not lon:
        return [], origin.model.estimate
    here = origin.model.locate([origin.lon], [origin.lat])
    ticks = origin.model.each(here, origin.model.locate(np.asarray(lon), np.asarray(lat)))[0]
    minutes = np.where(ticks >= UNREACHABLE, np.inf, to_minutes(ticks))
    return [float(value) for value in minutes], origin.model.estimate


def origin_at(opened: Opened, spot: Spot) -> Origin:
    """Walking from a point of the territory."""
    return Origin(spot, opened.study.movements["walk"].model)


def _zones(opened: Opened) -> Iterator[Spot]:
    for key, kind in LAYERS:
        layer = opened.territory.layers.get(key)
        if layer is not None and (key != "iris" or "quarter" not in opened.territory.layers):
            yield from _layer(opened, layer, kind)


def _layer(opened: Opened, layer: ZoneLayer, kind: str) -> Iterator[Spot]:
    """The inhabited point of each zone nearest to where its residents live on average."""
    demand = opened.territory.demand
    people = np.where(np.isnan(demand.people), 1.0, demand.people)
    for i in np.flatnonzero(layer.inside):
        mine = np.flatnonzero(demand.zones[layer.key] == i)
        if not len(mine) or people[mine].sum() <= 0:
            continue
        lon = float(np.average(demand.lon[mine], weights=people[mine]))
        lat = float(np.average(demand.lat[mine], weights=people[mine]))
        squeeze = math.cos(math.radians(lat))
        apart = ((demand.lon[mine] - lon) * squeeze) ** 2 + (demand.lat[mine] - lat) ** 2
        at = mine[int(np.argmin(apart))]
        key = f"zone:{layer.key}:{layer.ids[i]}"
        yield Spot(key, layer.names[i], kind, float(demand.lon[at]), float(demand.lat[at]))


def _features(opened: Opened) -> Iterator[Spot]:
    """Addresses, where the territory has them."""
    held = opened.territory.features.get("address")
    if held is None:
        return
    for identifier, name, shape in zip(held.ids, held.names, shapely.from_wkb(held.shapes), strict=True):
        if name and not shape.is_empty:
            point = shape.centroid
            yield Spot(f"address:{identifier}", str(name), "adresse", point.x, point.y)


def _places(opened: Opened) -> Iterator[Spot]:
    """Named places, and the streets that their names tell: « Pharmacie du Port, rue des Jardins »."""
    places = opened.territory.places
    for i in range(len(places)):
        name, site = str(places.names[i]), str(places.sites[i])
        if not name:
            continue
        lon, lat = float(places.lon[i]), float(places.lat[i])
        own, _, street = name.partition(", ")
        yield Spot(f"place:{site}", own, "lieu", lon, lat)
        if STREET.fullmatch(plain(street)):
            key = f"street:{places.communes[i]}:{plain(street)}"
            yield Spot(key, capital(street), f"rue, au niveau de {own}", lon, lat)
