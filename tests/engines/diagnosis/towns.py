"""Tiny towns on a line, where every number can be computed by hand.

A thousandth of a degree is a minute. South of the equator is an island without a bridge; above one
degree of latitude there is no street.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.diagnosis.parameters import CategoryWords, DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks, to_ticks
from hygie.engines.kernel.territory import (
    AgeBand,
    Demand,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.engines.kernel.travel import Located, Movement, NearestTwo

BANDS = (AgeBand(0, 17), AgeBand(18, 64), AgeBand(65, 79), AgeBand(80, None))
THRESHOLDS = (5.0, 10.0, 15.0, 20.0)


@dataclass(frozen=True)
class LineTravel:
    """Minutes by thousandths of degrees east or west."""

    estimate: bool = False

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Located:
        east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        ticks = np.where(north > 1, UNREACHABLE, 0).astype(np.int32)
        return Located(east, north, np.where(north > 1, -1, 0).astype(np.int32), ticks, ticks)

    def each(self, origins: Located, places: Located) -> Ticks:
        minutes = np.abs(np.round((origins.lon[:, None] - places.lon[None, :]) * 1000, 6))
        apart = (origins.lat[:, None] < 0) != (places.lat[None, :] < 0)
        return to_ticks(np.where(apart, np.inf, minutes))

    def nearest(self, origins: Located, places: Located, group: NDArray[np.int32], groups: int) -> Ticks:
        return self.nearest_two(origins, places, group, groups).first

    def nearest_two(
        self, origins: Located, places: Located, group: NDArray[np.int32], groups: int
    ) -> NearestTwo:
        times = self.each(origins, places)
        shape = (len(origins), groups)
        first = np.full(shape, UNREACHABLE, np.int32)
        second, place = first.copy(), np.full(shape, -1, np.int32)
        for g in range(groups):
            members = np.flatnonzero(group == g)
            for i in range(len(origins)):
                order = members[np.argsort(times[i, members], kind="stable")]
                if order.size and times[i, order[0]] < UNREACHABLE:
                    first[i, g], place[i, g] = times[i, order[0]], order[0]
                if order.size > 1:
                    second[i, g] = times[i, order[1]]
        return NearestTwo(first, second, place)


@dataclass(frozen=True)
class Home:
    """A point of the demand: where it is in minutes along the line, and who lives there by band."""

    at: float
    ages: tuple[float, ...] = (10.0, 60.0, 20.0, 10.0)
    quarter: int = 0
    qpv: int = -1
    inside: bool = True
    imputed: bool = False
    island: bool = False
    people: float | None = None


@dataclass(frozen=True)
class Shop:
    """A place: its identifier, category and minute along the line."""

    id: str
    category: str
    at: float
    site: str = ""
    island: bool = False


QUARTERS = ("Centre", "Les Ormeaux", "Montredon")


def territory(
    homes: Sequence[Home],
    shops: Sequence[Shop],
    *,
    provided: Sequence[str] = ("pharmacy", "gp"),
    bands: tuple[AgeBand, ...] = BANDS,
) -> Territory:
    """A town of these homes and shops, with three quarters and one priority quarter."""
    quarters = np.array([home.quarter for home in homes], np.int32)
    qpv = np.array([home.qpv for home in homes], np.int32)
    return Territory(
        code="00001",
        name="Clairval",
        demand=_demand(homes, bands, {"quarter": quarters, "qpv": qpv}),
        places=_places(shops),
        layers={
            "quarter": _layer("quarter", ("Q1", "Q2", "Q3"), QUARTERS),
            "qpv": _layer("qpv", ("QN1",), ("Les Ormeaux",)),
        },
        features={},
        provided=frozenset(provided),
        sources=(
            SourceAccount(
                *("people", "Habitants", "Hygie", "LO", "https://example.invalid", "2026", "people.csv"),
                sha256="0" * 64,
                read=len(homes),
                kept=len(homes),
                rejected=0,
            ),
        ),
        missing=(),
        fictional=True,
        population_label="habitants",
    )


def _demand(
    homes: Sequence[Home], bands: tuple[AgeBand, ...], zones: Mapping[str, NDArray[np.int32]]
) -> Demand:
    n = len(homes)
    ages = np.array([home.ages[: len(bands)] for home in homes], np.float64).reshape(n, len(bands))
    people = np.array([sum(h.ages) if h.people is None else h.people for h in homes], np.float64)
    return Demand(
        ids=np.array([f"home{i}" for i in range(n)], dtype=np.str_),
        lon=np.array([home.at / 1000 for home in homes], np.float64),
        lat=np.array([-0.5 if home.island else 0.5 for home in homes], np.float64),
        people=people,
        by_age=ages,
        age_bands=bands,
        imputed=np.array([home.imputed for home in homes], np.bool_),
        inside=np.array([home.inside for home in homes], np.bool_),
        zones=zones,
        income_decile=np.zeros(n, np.int8),
    )


def _places(shops: Sequence[Shop]) -> Places:
    n = len(shops)
    empty = np.full(n, "", dtype="<U1")

    def texts(values: list[str]) -> NDArray[np.str_]:
        return np.array(values, dtype=np.str_)

    return Places(
        ids=texts([shop.id for shop in shops]),
        sites=texts([shop.site or shop.id for shop in shops]),
        categories=texts([shop.category for shop in shops]),
        names=texts([f"Lieu {shop.id}" for shop in shops]),
        lon=np.array([shop.at / 1000 for shop in shops], np.float64),
        lat=np.array([-0.5 if shop.island else 0.5 for shop in shops], np.float64),
        capacity=np.full(n, np.nan),
        communes=empty,
        inside=np.ones(n, np.bool_),
        sources=texts(["places"] * n),
        vintages=empty,
        hours=empty,
        notes=empty,
        traces=empty,
    )


def _layer(key: str, codes: tuple[str, ...], names: tuple[str, ...]) -> ZoneLayer:
    outlines = tuple(b"" for _ in codes)
    return ZoneLayer(key, key, codes, names, outlines, "zones", "2026", True, np.ones(len(codes), np.bool_))


def movements(
    town: Territory, *, estimate: bool = False, modes: Sequence[str] = ("walk",)
) -> dict[str, Movement]:
    """The line's travel for each mode, with everybody located."""
    model = LineTravel(estimate)
    people = model.locate(town.demand.lon, town.demand.lat)
    places = model.locate(town.places.lon, town.places.lat)
    return {mode: Movement(model, people, places) for mode in modes}


def _access(key: str, categories: tuple[str, ...], target: str, mode: str = "walk") -> IndicatorSheet:
    return IndicatorSheet(
        key=key,
        title=f"Temps d’accès : {key}",
        question="Qui est loin ?",
        unit="min",
        kind=Kind.ACCESS,
        categories=categories,
        mode=mode,
        target=target,
        subject=key,
        figures=("smallest_count",),
    )


def _other(key: str, kind: Kind, categories: tuple[str, ...] = ()) -> IndicatorSheet:
    return IndicatorSheet(key, f"Titre de {key}", "Quoi ?", "personnes", kind, categories, "", "", key)


PARAMETERS = DiagnosisParameters(
    indicators=(
        _other("people_age", Kind.POPULATION),
        _access("access_pharmacy", ("pharmacy",), "d’une pharmacie"),
        _access("access_gp", ("gp",), "d’un cabinet de médecine générale"),
        _access("access_health_centre", ("health_centre_general", "msp"), "d’un centre de santé"),
        _access("access_emergency", ("emergency",), "d’un service d’urgences", "car"),
        _other("elderly_pharmacy", Kind.ELDERLY, ("pharmacy",)),
        _other("qpv_gap", Kind.GAP),
        _other("costliest_closures", Kind.CLOSURES),
    ),
    categories={
        "pharmacy": CategoryWords("pharmacie", "de pharmacie"),
        "gp": CategoryWords("cabinet de médecine générale", "de cabinet de médecine générale"),
        "health_centre_general": CategoryWords("centre de santé", "de centre de santé"),
        "msp": CategoryWords("maison de santé", "de maison de santé"),
        "emergency": CategoryWords("service d’urgences", "de service d’urgences"),
        "nurse": CategoryWords("cabinet infirmier", "de cabinet infirmier"),
    },
    thresholds=THRESHOLDS,
    main_threshold=15.0,
    smallest_count=11,
    loss_felt=5.0,
    elderly_age=65,
    figures=(FigureUse("smallest_count", 11.0, "personnes", "2026-01-01", "verified", "Insee"),),
)


def with_people_unknown(town: Territory) -> Territory:
    """The same town where nobody knows who lives where."""
    demand = replace(
        town.demand,
        people=np.full(len(town.demand), np.nan),
        by_age=np.zeros((len(town.demand), 0)),
        age_bands=(),
    )
    return replace(town, demand=demand)
