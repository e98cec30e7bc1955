"""What a commune plans to close and open, checked against the territory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import listing
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.territory import Booleans, Places, Territory

SITE = "site:"
"""Prefix of a site: closing it closes all its services."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A place that would open, at a point in degrees (WGS 84)."""

    category: str
    lon: float
    lat: float
    capacity: float = 1.0

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise HygieError(
                f"Le point {self.lon}, {self.lat} n’est pas sur la Terre.",
                fix="Donnez la longitude puis la latitude, en degrés.",
            )
        if not (math.isfinite(self.capacity) and self.capacity > 0):
            raise HygieError(
                f"La capacité {self.capacity} n’est pas possible.", fix="Donnez un nombre supérieur à zéro."
            )


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """Places to close, by identifier or ``site:`` and a site, and places to open."""

    close: tuple[str, ...] = ()
    open: tuple[Opening, ...] = ()


def closed_places(places: Places, close: Iterable[str]) -> Booleans:
    """Which places the identifiers close, shape (places,).

    Raises
    ------
    HygieError
        If an identifier is no place's and no site's, with the closest ones.
    """
    closing = np.zeros(len(places), np.bool_)
    for name in close:
        site = name.removeprefix(SITE) if name.startswith(SITE) else None
        known = places.ids if site is None else places.sites
        found = known == (name if site is None else site)
        if not found.any():
            raise _unknown(name, site, places)
        closing |= found
    return closing


def _unknown(name: str, site: str | None, places: Places) -> HygieError:
    if site is None:
        proposed = get_close_matches(name, places.ids.tolist(), n=3, cutoff=0.5)
        what = f"Aucun lieu ne porte l’identifiant «\u00a0{name}\u00a0»."
    else:
        proposed = [
            SITE + s for s in get_close_matches(site, sorted(set(places.sites.tolist())), n=3, cutoff=0.5)
        ]
        what = f"Aucun site ne porte l’identifiant «\u00a0{site}\u00a0»."
    return HygieError(
        what, fix=_proposal(proposed) or "Listez les lieux avec «\u00a0hygie territory places\u00a0»."
    )


def _proposal(words: list[str]) -> str:
    if not words:
        return ""
    quoted = [f"«\u00a0{word}\u00a0»" for word in words]
    return f"Les plus proches\u00a0: {listing(quoted)}."


def check_openings(study: Study, openings: Iterable[Opening]) -> None:
    """Refuse an opening of an unknown category, or where nobody could go.

    Raises
    ------
    HygieError
        Saying which, and what to do.
    """
    for opening in openings:
        _check_category(opening, study)
        if all(movement.model.estimate for movement in study.movements.values()):
            _check_extent(opening, study.territory)
        _check_street(opening, study)


def _check_category(opening: Opening, study: Study) -> None:
    known = study.parameters.categories
    if opening.category not in known:
        raise HygieError(
            f"La catégorie «\u00a0{opening.category}\u00a0» n’existe pas.",
            fix=_proposal(get_close_matches(opening.category, list(known), n=3, cutoff=0.5))
            or f"Choisissez parmi\u00a0: {', '.join(sorted(known))}.",
        )


def _check_extent(opening: Opening, territory: Territory) -> None:
    """Without streets, the extent is that of all residents and places, the margin's included."""
    for value, *columns in (
        (opening.lon, territory.demand.lon, territory.places.lon),
        (opening.lat, territory.demand.lat, territory.places.lat),
    ):
        known = np.concatenate(columns)
        if known.size == 0 or not known.min() <= value <= known.max():
            raise HygieError(
                f"Le point {opening.lon}, {opening.lat} est hors du territoire et de sa marge.",
                fix="Donnez la longitude puis la latitude, en degrés, d’un point du territoire.",
            )


def _check_street(opening: Opening, study: Study) -> None:
    modes = {s.mode for s in study.access_sheets if opening.category in s.categories} or {"walk"}
    for mode in modes.intersection(study.movements):
        model = study.movements[mode].model
        if not model.estimate and model.locate([opening.lon], [opening.lat]).ticks_tail[0] >= UNREACHABLE:
            raise HygieError(
                f"Aucune rue n’est assez proche du point {opening.lon}, {opening.lat}.",
                why="Personne ne pourrait s’y rendre par les rues connues.",
                fix="Choisissez un point au bord d’une rue.",
            )
