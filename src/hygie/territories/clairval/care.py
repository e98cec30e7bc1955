"""Invented hospitals of Clairval over ten years: fewer beds, and newborn care that has closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import Territory
from hygie.territories.clairval.official import PUBLISHER, TITLE

YEARS = range(2015, 2026)
BEFORE, NOW = 2018, 2025
"""Years of the two invented editions of authorisations."""


@dataclass(frozen=True)
class _Drawn:
    """An invented hospital: its FINESS-like numbers, its place, and beds of 2015 over those of today."""

    code: str
    entity: str
    site: str
    fall: float
    activities: tuple[tuple[str, str, str], ...]
    """Code, title and end of each authorisation of today."""


_FULL = "hospitalisation complète"
_HOSPITAL = _Drawn(
    "000000101",
    "000000201",
    "clairval:hospital-1",
    1.27,
    (
        ("01--01", f"Médecine · {_FULL}", "2029-02-02"),
        ("02--01", f"Chirurgie · {_FULL}", "2029-02-02"),
        ("03-01-01", f"Gynécologie obstétrique · {_FULL}", "2027-08-10"),
        ("14-23-", "Médecine d’urgence · structure des urgences", "2024-10-01"),
    ),
)
_CLINIC = _Drawn(
    "000000102",
    "000000202",
    "clairval:hospital-2",
    1.03,
    (("02--01", f"Chirurgie · {_FULL}", "2029-02-02"),),
)
_LOST = ("03-02-01", f"Néonatologie sans soins intensifs · {_FULL}", "")
"""What the Centre hospitalier could do in the older edition only; its maternity is still open."""


def hospital_tables(territory: Territory) -> tuple[HospitalRecords, tuple[Statistic, ...]]:
    """Hospitals of the drawn town and their invented numbers, a year each from 2015 to 2025.

    The last year has the beds that the places of the town say.
    """
    held = [drawn for drawn in (_HOSPITAL, _CLINIC) if (territory.places.sites == drawn.site).any()]
    hospitals = tuple(_hospital(territory, drawn) for drawn in held)
    activities = tuple(one for drawn in held for one in _activities(drawn))
    statistics = tuple(one for drawn in held for one in _numbers(territory, drawn))
    return HospitalRecords(hospitals, activities), statistics


def _at(territory: Territory, drawn: _Drawn, category: str) -> int | None:
    places = territory.places
    found = np.flatnonzero((places.sites == drawn.site) & (places.categories == category))
    return int(found[0]) if len(found) else None


def _hospital(territory: Territory, drawn: _Drawn) -> Hospital:
    layer, places = territory.layers["commune"], territory.places
    first = int(np.flatnonzero(places.sites == drawn.site)[0])
    at = _at(territory, drawn, "hospital_site")
    names = dict(zip(layer.ids, layer.names, strict=True))
    commune = str(places.communes[first])
    name = str(places.names[first if at is None else at])
    return Hospital(drawn.code, drawn.entity, name, names[commune], inside=True)


def _activities(drawn: _Drawn) -> Iterator[HospitalActivity]:
    for year in (BEFORE, NOW):
        lost = (_LOST,) if drawn is _HOSPITAL and year == BEFORE else ()
        for code, title, until in (*drawn.activities, *lost):
            yield HospitalActivity(
                site=drawn.code,
                kind=ActivityKind.AUTHORISED,
                activity=code,
                title=title,
                year=year,
                vintage=f"{year} (fictive)",
                until=until,
            )


def _beds(territory: Territory, drawn: _Drawn, category: str) -> float:
    at = _at(territory, drawn, category)
    beds = float("nan") if at is None else float(territory.places.capacity[at])
    return 0.0 if np.isnan(beds) else beds


def _numbers(territory: Territory, drawn: _Drawn) -> Iterator[Statistic]:
    name = _hospital(territory, drawn).name
    beds, births = _beds(territory, drawn, "hospital_site"), _beds(territory, drawn, "maternity")
    for year in YEARS:
        past = (YEARS[-1] - year) / (len(YEARS) - 1)
        all_beds = round(beds * (1 + (drawn.fall - 1) * past))
        numbers = [
            ("beds_mco", "Lits de médecine, chirurgie et obstétrique", "lits", all_beds),
            ("stays_mco", "Séjours complets de médecine, chirurgie et obstétrique", "séjours", all_beds * 48),
        ]
        if births:
            maternity = round(births * (1 + 0.3 * past))
            numbers.append(("beds_obstetrics", "Lits d’obstétrique", "lits", maternity))
            numbers.append(("hd_deliveries", "Accouchements", "accouchements", maternity * 38))
        for key, title, unit, value in numbers:
            yield Statistic(
                key=key,
                title=title,
                unit=unit,
                level="site",
                code=drawn.code,
                name=name,
                value=float(value),
                year=str(year),
                source=typeset(f"{PUBLISHER}, {TITLE}"),
                status=StatisticStatus.PUBLISHED,
            )
