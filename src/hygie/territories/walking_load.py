"""People on foot in each street of a territory: pupils to school, residents to green spaces and shops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE
from hygie.engines.kernel.shapes import shapes_of
from hygie.engines.kernel.territory import Floats, Territory
from hygie.engines.walking.load import NEAREST, Load, Walks, street_load
from hygie.engines.walking.load_helps import Spot, bare_metres, best_spots, middles, street_lines
from hygie.engines.walking.load_told import Helps, LoadStudy, Rates
from hygie.engines.walking.ways import Integers
from hygie.readers.catalogue import Catalogue
from hygie.readers.territory_folder import StoredStreets, StoredTerritory
from hygie.territories.pupils import pupils_of
from hygie.territories.walking_signs import spots_in_words, walking_figures

SCHOOLS = ("school_nursery", "school_primary")
LEISURE = ("green", "food_shop")
MAIN = 2
"""Kind of a street from which it is a main road."""

_FIGURES = (
    *("load_longest", "load_pupils_low", "load_pupils_high", "load_school_low", "load_school_high"),
    *("load_leisure_low", "load_leisure_high", "load_apart", "green_default_crown", "nursery_first_age"),
    *("primary_first_age", "primary_last_age", "smallest_count"),
)


@dataclass(frozen=True)
class LoadRequest:
    """What a person asks; None takes the figure of the catalogue.

    Attributes
    ----------
    minutes
        Longest walk counted, for an adult.
    leisure
        Categories walked to besides schools.
    count
        Spots told of each kind of help.
    assigned
        School of each home, by the identifiers of both; the others go to the nearest.
    """

    minutes: float | None = None
    leisure: tuple[str, ...] = LEISURE
    count: int = 10
    assigned: Mapping[str, str] | None = None


def load_of(stored: StoredTerritory, request: LoadRequest, catalogue: Catalogue) -> LoadStudy:
    """Walks of a territory, street by street.

    Raises
    ------
    HygieError
        No streets, nobody, nowhere to go, or a choice that is not possible.
    """
    streets = stored.streets.get("walk")
    if streets is None:
        raise HygieError(
            f"{stored.territory.name} n’a pas de plan des rues\u00a0: rien ne dit par où l’on marche.",
            fix="Ajoutez un extrait OpenStreetMap à la recette.",
        )
    on = date.fromisoformat(stored.reference_date)
    figures = {key: catalogue.figure(key, on) for key in _FIGURES}
    minutes = figures["load_longest"].value if request.minutes is None else request.minutes
    if not 1 <= minutes <= 60:
        raise HygieError("La marche comptée va de 1 à 60 minutes.", why=f"Demandé : {minutes:g}.")
    if not 1 <= request.count <= 100:
        raise HygieError("Le nombre d’endroits va de 1 à 100.", why=f"Demandé : {request.count}.")
    limit = round(minutes * TICKS_PER_MINUTE)
    pupils, unknown = _school_load(stored, streets, figures, request, limit)
    leisure = _leisure_load(stored.territory, streets, request.leisure, catalogue, limit)
    if not pupils and not leisure:
        raise HygieError(
            f"{stored.territory.name} n’a ni école, ni lieu de loisir ou de course où aller à pied.",
            fix="Ajoutez une source de lieux à la recette.",
        )
    rates = _rates(figures, pupils_known=unknown == "")
    return LoadStudy(
        school=pupils,
        leisure=leisure,
        rates=rates,
        minutes=minutes,
        known=bool(np.isfinite(stored.territory.demand.people).any()),
        without_pupils=unknown,
        helps=_helps(stored, streets, (pupils, leisure, rates), figures, request.count),
        figures=(*walking_figures(stored), *figures.values()),
        smallest_count=round(figures["smallest_count"].value),
    )


def _rates(figures: Mapping[str, FigureUse], *, pupils_known: bool) -> Rates:
    def of(key: str) -> float:
        return figures[key].value

    low, high = of("load_pupils_low") * of("load_school_low"), of("load_pupils_high") * of("load_school_high")
    school = (low, high) if pupils_known else (0.0, 0.0)
    return Rates(school, (of("load_leisure_low"), of("load_leisure_high")))


def _people(territory: Territory) -> Floats:
    """Residents of each point inside; one where nobody knows any number."""
    people = np.asarray(territory.demand.people, np.float64)
    known = np.nan_to_num(people) if np.isfinite(people).any() else np.ones(len(people))
    return np.where(territory.demand.inside, known, 0.0)


def _school_load(
    stored: StoredTerritory,
    streets: StoredStreets,
    figures: Mapping[str, FigureUse],
    request: LoadRequest,
    limit: int,
) -> tuple[dict[str, Load], str]:
    """Pupils by level, and why they are not known, or nothing."""
    territory = stored.territory
    first = round(figures["nursery_first_age"].value)
    middle, last = (round(figures[f"primary_{end}_age"].value) for end in ("first", "last"))
    found: dict[str, Load] = {}
    ages = {"school_nursery": (first, middle - 1), "school_primary": (middle, last)}
    if not territory.places.of(*SCHOOLS).size:
        return {}, "no_source"
    for category, (low, high) in ages.items():
        schools, pupils = territory.places.of(category), pupils_of(territory, low, high)
        if pupils is None:
            return {}, "no_age"
        if schools.size:
            assigned = _assigned(territory, schools, request.assigned or {})
            walks = Walks(streets.people, pupils, streets.places.take(schools), assigned)
            found[category] = street_load(streets.graph, walks, limit, MAIN)
    return found, ""


def _assigned(territory: Territory, schools: Integers, asked: Mapping[str, str]) -> Integers:
    """School of each home among these, or the nearest."""
    rank = {str(territory.places.ids[at]): place for place, at in enumerate(schools.tolist())}
    homes = territory.demand.ids.tolist() if asked else []
    chosen = [rank.get(asked.get(home, ""), NEAREST) for home in homes]
    return np.array(chosen or [NEAREST] * len(territory.demand), np.int64)


def _leisure_load(
    territory: Territory,
    streets: StoredStreets,
    categories: tuple[str, ...],
    catalogue: Catalogue,
    limit: int,
) -> dict[str, Load]:
    people, found = _people(territory), {}
    for category in dict.fromkeys(categories):
        if category not in catalogue.categories:
            raise HygieError(
                f"La catégorie «\u00a0{category}\u00a0» n’existe pas.", fix="Voir catalogue/categories.yaml."
            )
        places = territory.places.of(category)
        if places.size:
            walks = Walks(streets.people, people, streets.places.take(places))
            found[category] = street_load(streets.graph, walks, limit, MAIN)
    return found


Loads = tuple[Mapping[str, Load], Mapping[str, Load], Rates]


def _helps(
    stored: StoredTerritory,
    streets: StoredStreets,
    loads: Loads,
    figures: Mapping[str, FigureUse],
    count: int,
) -> Helps:
    """Best spots of a bench, a crossing and shade; ``None`` where the data cannot tell."""
    graph, plane, apart = streets.graph, stored.plane, figures["load_apart"].value
    nodes = plane.to_metres(graph.lon, graph.lat)
    busy = bool((graph.kind >= MAIN).any())
    people_known = bool(np.isfinite(stored.territory.demand.people).any())
    few = figures["smallest_count"].value if people_known else 0.0
    passing, crossing = (_sum(loads, key, graph.nodes, few) for key in ("node", "crossing"))
    bench = best_spots(nodes, passing, passing, count=count, apart=apart)
    cross = best_spots(nodes, crossing, crossing, count=count, apart=apart) if busy else None
    shade = None
    if "tree" in stored.territory.features:
        bare = bare_metres(graph, plane, _crowns(stored, figures["green_default_crown"].value))
        people = _sum(loads, "edge", graph.edges, few)
        middle = middles(street_lines(graph, plane))
        shade = best_spots(middle, people, people * bare, count=count, apart=apart)
    told = {"bench": bench, "crossing": cross, "shade": shade}
    return Helps(
        spots=told,
        degrees={key: _degrees(stored, spots or ()) for key, spots in told.items()},
        wheres={key: _wheres(stored, spots or ()) for key, spots in told.items()},
    )


def _sum(loads: Loads, key: str, size: int, few: float) -> Floats:
    """Passages a day in the middle of the interval: what ranks spots.

    Pupils, or residents, too few to be shown somewhere count for none there.
    """
    school, leisure, rates = loads
    total = np.zeros(size)
    for found, rate in ((school, rates.school), (leisure, rates.leisure)):
        people = sum((getattr(load, key) for load in found.values()), np.zeros(size))
        total += np.where(people >= few, people, 0.0) * (rate[0] + rate[1]) / 2
    return total


def _crowns(stored: StoredTerritory, width: float) -> list[shapely.Geometry]:
    trees = shapes_of(stored.territory, "tree", stored.plane)
    radius = np.where(np.isfinite(trees.values) & (trees.values > 0), trees.values, width / 2)
    return list(shapely.buffer(trees.outlines, radius, quad_segs=4)) if len(trees) else []


def _degrees(stored: StoredTerritory, spots: tuple[Spot, ...]) -> tuple[tuple[float, float], ...]:
    lon, lat = stored.plane.to_degrees([one.x for one in spots], [one.y for one in spots])
    return tuple(zip(lon.tolist(), lat.tolist(), strict=True))


def _wheres(stored: StoredTerritory, spots: tuple[Spot, ...]) -> tuple[str, ...]:
    if not spots:
        return ()
    lon, lat = stored.plane.to_degrees([one.x for one in spots], [one.y for one in spots])
    return spots_in_words(stored.territory, stored.plane, lon, lat)
