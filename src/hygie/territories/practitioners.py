"""From the rows of tables to the practitioners of the places of a territory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hygie.engines.kernel.french import counted
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.practitioner import PractitionerTable
from hygie.engines.kernel.territory import Places
from hygie.readers.practitioners import PractitionerFile, PractitionerRecord
from hygie.territories.area import OUTSIDE, Area

SHARED = ("health_centre_general", "msp")
"""Places where practitioners of several professions may be, after those of their own."""


@dataclass(frozen=True)
class Practising:
    """Practitioners of a territory; rows that stand elsewhere, by source; sentences on the others."""

    table: PractitionerTable | None = None
    outside: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def practising(
    files: Sequence[tuple[str, PractitionerFile]], places: Places, area: Area, plane: Plane, *, apart: float
) -> Practising:
    """Find the place of each practitioner: by identifier, by FINESS number, else the nearest one.

    Parameters
    ----------
    files
        Key of each source, and its rows.
    places
        Places of the territory and its margin.
    area
        Which rows stand elsewhere.
    plane
        Where distances are measured.
    apart
        Largest distance in metres between a row and its place.

    Returns
    -------
    Practising
        Rows whose place is not found inside the area, or whose profession the recipe leaves out, are
        told, never guessed. A FINESS number that no place has is elsewhere.
    """
    if not files:
        return Practising()
    finder = _Finder(places, plane, apart)
    outside: dict[str, int] = {}
    kept: list[tuple[str, PractitionerRecord]] = []
    lost = unnamed = 0
    for source, file in files:
        outside[source] = 0
        for record in file.records:
            place = finder.place_of(record) if record.profession else ""
            if place:
                kept.append((place, record))
            elif _elsewhere(record, area):
                outside[source] += 1
            elif record.profession:
                lost += record.count
            else:
                unnamed += record.count
    sources = {source for source, _ in files}
    return Practising(_table(kept, " ".join(sorted(sources))), outside, _warnings(lost, unnamed))


def _elsewhere(record: PractitionerRecord, area: Area) -> bool:
    if math.isnan(record.lon):
        return bool(record.finess)
    at = np.array([record.lon]), np.array([record.lat])
    return bool(area.side(*at, np.array([""]))[0] == OUTSIDE)


def _table(kept: Sequence[tuple[str, PractitionerRecord]], source: str) -> PractitionerTable:
    """One line a practitioner, in the order of places then of ages."""
    lines = sorted(
        (
            (place, record.profession, record.activity, *record.ages)
            for place, record in kept
            for _ in range(record.count)
        ),
        key=lambda line: (line[:2], *(-1.0 if math.isnan(value) else value for value in line[2:])),
    )
    return PractitionerTable(
        places=np.array([line[0] for line in lines], dtype=np.str_),
        professions=np.array([line[1] for line in lines], dtype=np.str_),
        activity=np.array([line[2] for line in lines], np.float64),
        age_from=np.array([line[3] for line in lines], np.float64),
        age_to=np.array([line[4] for line in lines], np.float64),
        source=source,
    )


def _warnings(lost: int, unnamed: int) -> tuple[str, ...]:
    texts = []
    if lost:
        texts.append(
            f"{counted(lost, 'praticien', 'praticiens')} dont le lieu d’exercice n’a pas été trouvé : "
            f"{'non compté' if lost == 1 else 'non comptés'}."
        )
    if unnamed:
        texts.append(
            f"{counted(unnamed, 'praticien', 'praticiens')} d’une profession que la recette n’associe à "
            f"rien : {'non compté' if unnamed == 1 else 'non comptés'}."
        )
    return tuple(texts)


class _Finder:
    """Places by identifier, by site and by position."""

    def __init__(self, places: Places, plane: Plane, apart: float) -> None:
        self.places = places
        self.plane = plane
        self.apart = apart
        self.ids = {str(name) for name in places.ids}
        self.x, self.y = plane.to_metres(places.lon, places.lat)
        self.sites: dict[str, list[int]] = {}
        for i, (site, traces) in enumerate(zip(places.sites.tolist(), places.traces.tolist(), strict=True)):
            for name in {site, *(":".join(trace.split(":")[:2]) for trace in traces.split())}:
                self.sites.setdefault(name, []).append(i)

    def place_of(self, record: PractitionerRecord) -> str:
        """Identifier of the place of a record; empty when there is none."""
        if record.place in self.ids:
            return record.place
        at_site = self.sites.get(record.place, []) if record.place else []
        if not at_site and record.finess:
            at_site = self.sites.get(f"finess:{record.finess}", [])
        return self._best(at_site, record.profession) or self._nearest(record)

    def _nearest(self, record: PractitionerRecord) -> str:
        if math.isnan(record.lon) or not len(self.places):
            return ""
        x, y = self.plane.to_metres([record.lon], [record.lat])
        away = np.hypot(self.x - x[0], self.y - y[0])
        near = np.flatnonzero(away <= self.apart)
        return self._best(near[np.argsort(away[near], kind="stable")].tolist(), record.profession)

    def _best(self, positions: Sequence[int], profession: str) -> str:
        """The first place of the profession, else a shared one; empty when there is neither."""
        for category in (profession, *SHARED):
            for position in positions:
                if self.places.categories[position] == category:
                    return str(self.places.ids[position])
        return ""
