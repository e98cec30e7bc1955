"""Hospitals of a territory and of its margin, put together from every vintage of the recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import ZoneLayer
from hygie.readers.hospitals import SiteNumber, SiteRecord
from hygie.readers.records import PlaceFile, PlaceRecord
from hygie.territories.area import INSIDE, OUTSIDE, Area
from hygie.territories.hospital_files import HospitalVintage, vintage_year
from hygie.territories.recipe import SourceChoice

SITE_PREFIX = "finess:"

Vintages = Sequence[tuple[SourceChoice, HospitalVintage]]
PlaceFiles = Sequence[tuple[SourceChoice, PlaceFile]]


@dataclass(frozen=True)
class FoundHospitals:
    """Hospitals, their numbers as statistics, and rows left outside by name of source."""

    records: HospitalRecords
    statistics: tuple[Statistic, ...]
    outside: Mapping[str, int]


def hospitals_of(
    vintages: Vintages,
    places: PlaceFiles,
    area: Area,
    communes: ZoneLayer | None,
    *,
    reference_year: int,
) -> FoundHospitals:
    """Hospitals inside the boundary or its margin, with every number and activity told of them.

    Parameters
    ----------
    vintages
        Files about hospitals, in the order of the recipe.
    places
        Files of places: the register tells authorisations, and where an establishment stands.
    area
        The territory and its margin.
    communes
        Names of communes; None without contours.
    reference_year
        Year of a register whose vintage tells none.

    Raises
    ------
    HygieError
        If two vintages tell the same number of the same year.
    """
    located = _located(places)
    known = _known_sites(vintages, located)
    kept = _around(known, located, area, communes)
    statistics = _statistics(vintages, kept, known)
    activities = tuple(
        sorted(
            {one for one in _activities(vintages, places, reference_year) if one.site in kept},
            key=lambda one: (one.site, one.kind, one.activity, one.year),
        )
    )
    told = {one.site for one in activities} | {s.code for s in statistics}
    hospitals = tuple(kept[code] for code in sorted(kept) if {code, kept[code].entity} & told)
    return FoundHospitals(HospitalRecords(hospitals, activities), statistics, _outside(vintages, known, kept))


def _located(places: PlaceFiles) -> dict[str, PlaceRecord]:
    """One place of each establishment of the register, by FINESS number."""
    found: dict[str, PlaceRecord] = {}
    for _, file in places:
        for record in file.places:
            if record.site.startswith(SITE_PREFIX):
                found.setdefault(record.site.removeprefix(SITE_PREFIX), record)
    return found


def _known_sites(vintages: Vintages, located: Mapping[str, PlaceRecord]) -> dict[str, SiteRecord]:
    """Every establishment told: the newest survey wins, the register names the others."""
    known = {code: SiteRecord(code, "", record.name, record.commune, "") for code, record in located.items()}
    for _, vintage in sorted(vintages, key=lambda pair: pair[1].year):
        known |= {site.code: site for site in vintage.file.sites}
    return known


def _around(
    known: Mapping[str, SiteRecord],
    located: Mapping[str, PlaceRecord],
    area: Area,
    communes: ZoneLayer | None,
) -> dict[str, Hospital]:
    """Establishments inside or in the margin, by FINESS number."""
    sites = list(known.values())
    at = [located.get(site.code) for site in sites]
    # Off Africa where nobody says: such a site is inside only when its commune says so.
    lon = np.array([0.0 if record is None else record.lon for record in at], np.float64)
    lat = np.array([0.0 if record is None else record.lat for record in at], np.float64)
    stated = np.array([site.commune for site in sites], dtype=np.str_)
    side = area.side(lon, lat, stated) if sites else np.zeros(0, np.int8)
    names = {} if communes is None else dict(zip(communes.ids, communes.names, strict=True))
    return {
        site.code: Hospital(
            site.code,
            site.entity,
            site.name,
            names.get(site.commune) or site.town or site.commune,
            bool(where == INSIDE),
        )
        for site, where in zip(sites, side.tolist(), strict=True)
        if where != OUTSIDE
    }


def _statistics(
    vintages: Vintages, kept: Mapping[str, Hospital], known: Mapping[str, SiteRecord]
) -> tuple[Statistic, ...]:
    entities = {hospital.entity for hospital in kept.values()} - {""}
    found: dict[tuple[str, str, str, int], Statistic] = {}
    for choice, vintage in vintages:
        for number in vintage.file.numbers:
            level = "site" if number.code in known else "entity"
            if number.code not in (kept if level == "site" else entities):
                continue
            key = (level, number.code, number.key, number.year)
            if key in found:
                raise HygieError(
                    f"Deux sources de la recette donnent « {number.title} » pour {number.year}.",
                    why=f"La seconde est « {choice.name} », établissement {number.code}.",
                    fix="Donnez chaque année une seule fois.",
                )
            found[key] = _statistic(number, level, vintage.source)
    return tuple(found.values())


def _statistic(number: SiteNumber, level: str, source: str) -> Statistic:
    """A number as a statistic; that of an entity says so in its title, wherever it is printed."""
    return Statistic(
        key=number.key,
        title=f"{number.title} (entité juridique)" if level == "entity" else number.title,
        unit=number.unit,
        level=level,
        code=number.code,
        name=number.name,
        value=number.value,
        year=str(number.year),
        source=source,
        status=StatisticStatus.PUBLISHED,
    )


def _activities(vintages: Vintages, places: PlaceFiles, reference_year: int) -> Iterator[HospitalActivity]:
    authorised = [
        (choice, vintage_year(choice.vintage) or reference_year, file.authorised) for choice, file in places
    ]
    authorised += [(choice, vintage.year, vintage.authorised) for choice, vintage in vintages]
    for choice, year, granted in authorised:
        for one in granted:
            yield HospitalActivity(
                site=one.site,
                kind=ActivityKind.AUTHORISED,
                activity=one.code,
                title=one.title,
                year=year,
                vintage=choice.vintage,
                until=one.until,
            )
    for _, vintage in vintages:
        for form in vintage.file.forms:
            yield HospitalActivity(
                form.site, ActivityKind.DECLARED, form.activity, form.title, form.year, str(form.year)
            )


def _outside(
    vintages: Vintages, known: Mapping[str, SiteRecord], kept: Mapping[str, Hospital]
) -> dict[str, int]:
    """Rows of the first file of each vintage about establishments that the territory does not use."""
    entities = {hospital.entity for hospital in kept.values()} - {""}
    used = kept.keys() | entities
    outside = {}
    for choice, vintage in vintages:
        if vintage.file.sites:
            codes = [site.code for site in vintage.file.sites]
        elif vintage.authorised:
            codes = [one.site for one in vintage.authorised]
        else:
            codes = list(dict.fromkeys(number.code for number in vintage.file.numbers))
        outside[choice.name] = sum(code not in used for code in codes)
    return outside
