"""The forms of the scenario page: what they ask for, as one more step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from hygie.apps.territory.choices import Option, OptionGroup
from hygie.apps.territory.live_steps import CLOSE, MOVE, OPEN, Step, Steps, steps_json, steps_of_json
from hygie.apps.territory.selectors import Opened
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import capital
from hygie.engines.kernel.territory import Floats

DO, CATEGORY, PLACE, ZONE, LON, LAT, CAPACITY = (
    "faire",
    "categorie",
    "lieu",
    "zone",
    "longitude",
    "latitude",
    "capacite",
)
"""Names of the fields."""

VERBS = {"fermer": CLOSE, "ouvrir": OPEN, "deplacer": MOVE}
LONGEST = 120
"""Characters kept of what was typed, to show it again."""


@dataclass(frozen=True)
class StepForm:
    """What somebody typed, shown again as typed, and what was wrong with it; empty at first."""

    do: str = ""
    category: str = ""
    place: str = ""
    zone: str = ""
    lon: str = ""
    lat: str = ""
    capacity: str = "1"
    error: str = ""


def typed(query: Mapping[str, str]) -> StepForm:
    """What was typed, cut where it is too long."""
    do, category, place, zone, lon, lat = (
        query.get(name, "")[:LONGEST] for name in (DO, CATEGORY, PLACE, ZONE, LON, LAT)
    )
    return StepForm(do, category, place, zone, lon, lat, query.get(CAPACITY, "1")[:LONGEST])


def step_asked(form: StepForm, opened: Opened) -> Steps:
    """The step that a form asks for.

    Raises
    ------
    HygieError
        Saying which field, and what to write.
    """
    do = VERBS.get(form.do)
    if do is None:
        raise HygieError("Choisissez ce qu’il faut faire : ouvrir, fermer ou déplacer un lieu.")
    if do != OPEN and not form.place:
        raise HygieError("Il manque le lieu.", fix="Choisissez-le dans la liste.")
    if do == OPEN and form.category not in opened.catalogue.categories:
        raise HygieError("Il manque la sorte de lieu à ouvrir.", fix="Choisissez-la dans la liste.")
    lon, lat = (0.0, 0.0) if do == CLOSE else _point(form, opened)
    capacity = _decimal(form.capacity, "La capacité") if do == OPEN else 1.0
    return steps_of_json(steps_json([Step(do, form.place, form.category, lon, lat, capacity)]))


def _point(form: StepForm, opened: Opened) -> tuple[float, float]:
    """Coordinates when typed, else the middle of the residents of the zone."""
    if form.lon or form.lat:
        lon, lat = _decimal(form.lon, "La longitude"), _decimal(form.lat, "La latitude")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise HygieError("Ce point n’est pas sur la Terre.", fix="Vérifiez la longitude et la latitude.")
        return lon, lat
    points = zone_points(opened)
    if form.zone not in points:
        raise HygieError("Il manque l’endroit.", fix="Choisissez un quartier, ou écrivez les coordonnées.")
    return points[form.zone][1:]


def _decimal(text: str, what: str) -> float:
    plain = text.strip().replace(",", ".").replace("\u2212", "-")
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 20):
        raise HygieError(f"{what} n’est pas un nombre.", fix="Écrivez-la en chiffres, comme 48,8566.")
    return float(plain)


def zone_points(opened: Opened) -> dict[str, tuple[str, float, float]]:
    """By zone (``quarter:q1``), its name and the point where its residents are around; outline else."""
    found: dict[str, tuple[str, float, float]] = {}
    demand = opened.territory.demand
    for key in ("quarter", "commune", "iris"):
        layer = opened.territory.layers.get(key)
        if layer is None:
            continue
        for rank, name in enumerate(layer.names):
            here = np.flatnonzero((demand.zones[key] == rank) & demand.inside)
            if here.size:
                lon, lat = _nearest_home(demand.lon[here], demand.lat[here])
            else:
                point = shapely.from_wkb(layer.outlines[rank]).representative_point()
                lon, lat = point.x, point.y
            found[f"{key}:{layer.ids[rank]}"] = (name, lon, lat)
    return found


def _nearest_home(lon: Floats, lat: Floats) -> tuple[float, float]:
    """The inhabited point closest to the middle of all: never in a lake between two shores."""
    away = np.hypot(lon - np.median(lon), lat - np.median(lat))
    nearest = int(np.argmin(away))
    return float(lon[nearest]), float(lat[nearest])


def category_options(opened: Opened, chosen: str) -> tuple[OptionGroup, ...]:
    """Sorts of place that some indicator counts."""
    counted = {c for sheet in opened.study.access_sheets for c in sheet.categories}
    kept = [(key, one) for key, one in opened.catalogue.categories.items() if key in counted]
    options = [Option(key, capital(one.title), key == chosen) for key, one in kept]
    return (OptionGroup("", (Option("", "Choisissez", not chosen), *options)),)


def place_options(opened: Opened, chosen: str) -> tuple[OptionGroup, ...]:
    """Places of the territory that some indicator counts, by sort then by name."""
    counted = {c for sheet in opened.study.access_sheets for c in sheet.categories}
    places = opened.territory.places
    groups = [OptionGroup("", (Option("", "Choisissez", not chosen),))]
    for key, category in opened.catalogue.categories.items():
        mine = [int(i) for i in places.of(key) if places.inside[i]] if key in counted else []
        lines = sorted((_place_name(opened, i), str(places.ids[i])) for i in mine)
        if lines:
            options = tuple(Option(place, name, place == chosen) for name, place in lines)
            groups.append(OptionGroup(capital(category.plural), options))
    return tuple(groups)


def _place_name(opened: Opened, position: int) -> str:
    places = opened.territory.places
    name, place = str(places.names[position]), str(places.ids[position])
    return name or f"{opened.catalogue.categories[str(places.categories[position])].title} ({place})"


def zone_options(opened: Opened, chosen: str) -> tuple[OptionGroup, ...]:
    """Zones where something could open."""
    groups = [OptionGroup("", (Option("", "Choisissez", not chosen),))]
    for key in ("quarter", "commune", "iris"):
        layer = opened.territory.layers.get(key)
        if layer is not None:
            mine = [(name, f"{key}:{zone}") for name, zone in zip(layer.names, layer.ids, strict=True)]
            options = tuple(Option(value, name, value == chosen) for name, value in sorted(mine))
            groups.append(OptionGroup(layer.title, options))
    return tuple(groups)
