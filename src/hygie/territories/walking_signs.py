"""Walking-time signs of a territory: which destinations, which walkers, which figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
import shapely

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import capital, listing
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import points_at
from hygie.engines.kernel.territory import Floats, Places, Territory
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.signs import SignLimits, SignPlan, SignRules, Walkers, plan_signs
from hygie.engines.walking.signs_told import Destination, SignStudy
from hygie.readers.catalogue import Catalogue
from hygie.readers.territory_folder import StoredStreets, StoredTerritory

_FURTHEST_M = 4_000
FIGURES = ("sign_child_speed", "sign_longest", "sign_coarse", "sign_stretch", "sign_straight")
LINES = 5
"""Lines of one panel, when nothing else is asked."""

MOST_LINES, MOST_TARGETS, NEAR_M = 8, 30, 60.0
"""What a page of large letters holds; what a search takes; metres within which a place names a spot."""


@dataclass(frozen=True)
class SignRequest:
    """What a person asks; None takes the figure of the catalogue.

    Attributes
    ----------
    to
        Categories of places, or identifiers of places.
    minutes
        Longest walk announced, for an adult.
    stretch
        Metres of the longest walk without a sign.
    budget
        Posts at most.
    lines
        Of one panel.
    """

    to: tuple[str, ...]
    minutes: float | None = None
    stretch: float | None = None
    budget: int | None = None
    lines: int = LINES


def plan_territory_signs(
    stored: StoredTerritory, request: SignRequest, catalogue: Catalogue, *, seconds: float = 20.0
) -> SignStudy:
    """Plan the signs of a territory.

    Parameters
    ----------
    stored
        The territory; it needs walking streets.
    request
        Destinations and choices.
    catalogue
        Words and figures, taken on the day of the territory.
    seconds
        Of the search.

    Raises
    ------
    HygieError
        No streets, no home, no such destination, or a choice that is not possible.
    """
    streets = _streets(stored)
    on = date.fromisoformat(stored.reference_date)
    figures = {key: catalogue.figure(key, on) for key in FIGURES}
    smallest = catalogue.figure("smallest_count", on)
    minutes, stretch = _choices(request, figures)
    destinations = destinations_of(stored.territory, request.to, catalogue)
    walkers, known = _walkers(stored.territory, streets)
    rules = _rules(minutes, stretch, figures, stored.walk_metres_per_minute)
    goals: list[Located] = [streets.places.take(list(one.places)) for one in destinations]
    limits = SignLimits(request.budget, seconds)
    plan = plan_signs(streets.graph, stored.plane, walkers, goals, rules, limits=limits)
    return SignStudy(
        destinations=destinations,
        plan=plan,
        wheres=_wheres(stored.territory, stored.plane, streets.graph, plan),
        minutes=minutes,
        stretch=stretch,
        budget=request.budget,
        lines=request.lines,
        known=known,
        figures=(*walking_figures(stored), *figures.values(), smallest),
        smallest_count=round(smallest.value),
    )


def walking_figures(stored: StoredTerritory) -> tuple[FigureUse, ...]:
    """Figures of the territory that walks by its streets stand on."""
    return tuple(one for one in stored.figures if one.key in ("walking_speed", "snap_limit"))


def _streets(stored: StoredTerritory) -> StoredStreets:
    streets = stored.streets.get("walk")
    if streets is None:
        raise HygieError(
            f"{stored.territory.name} n’a pas de plan des rues\u00a0: aucun panneau ne peut y être placé.",
            fix="Ajoutez un extrait OpenStreetMap à la recette.",
        )
    return streets


def _walkers(territory: Territory, streets: StoredStreets) -> tuple[Walkers, bool]:
    """Homes inside and their people, and whether people are known; else each home counts for one."""
    homes = np.flatnonzero(territory.demand.inside)
    people = np.asarray(territory.demand.people, np.float64)[homes]
    known = bool(np.isfinite(people).any())
    if not homes.size:
        raise HygieError("Ce territoire n’a aucun habitant connu.", fix="Ajoutez une source d’habitants.")
    counted = np.nan_to_num(people) if known else np.ones(len(homes))
    return Walkers(streets.people.take(homes), counted), known


def _rules(
    minutes: float, stretch: float, figures: Mapping[str, FigureUse], metres_per_minute: float
) -> SignRules:
    """Rules in ticks, from minutes and metres of an adult's walk."""
    return SignRules(
        longest=round(minutes * TICKS_PER_MINUTE),
        stretch=round(stretch / metres_per_minute * TICKS_PER_MINUTE),
        straight=figures["sign_straight"].value,
        coarse=figures["sign_coarse"].value,
        child=max(1.0, metres_per_minute / (figures["sign_child_speed"].value * 60)),
    )


def _choices(request: SignRequest, figures: Mapping[str, FigureUse]) -> tuple[float, float]:
    minutes = figures["sign_longest"].value if request.minutes is None else request.minutes
    stretch = figures["sign_stretch"].value if request.stretch is None else request.stretch
    if not 1 <= minutes <= 60:
        raise HygieError("Un panneau annonce une marche de 1 à 60 minutes.", why=f"Demandé : {minutes:g}.")
    if not 20 <= stretch <= _FURTHEST_M:
        raise HygieError("La distance sans panneau va de 20 à 4 000 mètres.", why=f"Demandé : {stretch:g}.")
    if not 1 <= request.lines <= MOST_LINES:
        raise HygieError(f"Un panneau a de 1 à {MOST_LINES} lignes.", why=f"Demandé : {request.lines}.")
    if request.budget is not None and not 0 <= request.budget <= 10_000:
        raise HygieError("Le nombre de panneaux va de 0 à 10 000.", why=f"Demandé : {request.budget}.")
    return minutes, stretch


def destinations_of(
    territory: Territory, asked: Sequence[str], catalogue: Catalogue
) -> tuple[Destination, ...]:
    """Destinations by their category or their identifier, in the order asked, each once.

    Raises
    ------
    HygieError
        If there is none, too many, or one that the territory has not.
    """
    wanted = tuple(dict.fromkeys(asked))
    if not wanted:
        raise HygieError("Il manque une destination.", fix="Donnez --to CATÉGORIE ou --to LIEU.")
    if len(wanted) > MOST_TARGETS:
        raise HygieError(f"Au plus {MOST_TARGETS} destinations à la fois.", why=f"Demandé : {len(wanted)}.")
    return tuple(_destination(territory.places, key, catalogue) for key in wanted)


def _destination(places: Places, key: str, catalogue: Catalogue) -> Destination:
    if key in catalogue.categories:
        found = places.of(key)
        if not found.size:
            title = catalogue.categories[key].of
            raise HygieError(f"Ce territoire n’a pas {title} dans ses données.", fix="Retirez-la de --to.")
        return Destination(key, capital(catalogue.categories[key].title), tuple(found.tolist()))
    at = np.flatnonzero(places.ids == key)
    if at.size:
        name = str(places.names[at[0]]) or capital(catalogue.categories[str(places.categories[at[0]])].title)
        return Destination(key, name, (int(at[0]),))
    close = get_close_matches(key, [*catalogue.categories, *places.ids.tolist()], n=3, cutoff=0.5)
    fix = f"Les plus proches\u00a0: {listing(close)}." if close else "« hygie territory places » les liste."
    raise HygieError(f"«\u00a0{key}\u00a0» n’est ni une catégorie ni un lieu de ce territoire.", fix=fix)


def _wheres(territory: Territory, plane: Plane, graph: StreetGraph, plan: SignPlan) -> tuple[str, ...]:
    nodes = np.array([post.node for post in plan.posts], np.int64)
    return spots_in_words(territory, plane, graph.lon[nodes], graph.lat[nodes])


def spots_in_words(territory: Territory, plane: Plane, lon: Floats, lat: Floats) -> tuple[str, ...]:
    """« Les Ormeaux, à 40 m de Pharmacie du Port »: quarter and nearest named place; empty where unknown."""
    quarters = _quarters(territory, lon, lat)
    named = np.flatnonzero(territory.places.names != "")
    if not named.size or not len(lon):
        return tuple(quarters)
    x, y = plane.to_metres(territory.places.lon[named], territory.places.lat[named])
    px, py = plane.to_metres(lon, lat)
    nearest = shapely.STRtree(points_at(np.column_stack([x, y]))).nearest(
        points_at(np.column_stack([px, py]))
    )
    told = []
    for rank, at in enumerate(np.atleast_1d(nearest).tolist()):
        away = float(np.hypot(x[at] - px[rank], y[at] - py[rank]))
        near = f"à {max(10, round(away, -1)):.0f}\u00a0m de {territory.places.names[named[at]]}"
        told.append(", ".join(part for part in (quarters[rank], near if away <= NEAR_M * 5 else "") if part))
    return tuple(told)


def _quarters(territory: Territory, lon: Floats, lat: Floats) -> list[str]:
    """Quarter of each spot, else its IRIS or commune; empty outside all of them."""
    for layer in ("quarter", "iris", "commune"):
        zones = territory.layers.get(layer)
        if zones is None or not len(lon):
            continue
        found = [""] * len(lon)
        shapes = shapely.from_wkb(np.array(zones.outlines, dtype=object))
        spot, zone = shapely.STRtree(shapes).query(shapely.points(lon, lat), predicate="intersects")
        for at, index in zip(spot.tolist(), zone.tolist(), strict=True):
            found[at] = found[at] or zones.names[index]
        return found
    return [""] * len(lon)
