"""Towns with practitioners, and the potential access of each point by dense loops over everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from tests.engines.diagnosis.towns import (
    BANDS,
    PARAMETERS,
    Home,
    Shop,
    movements,
    territory,
)

from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.diagnosis.study import Study, prepare
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.practitioner import PractitionerTable
from hygie.engines.kernel.territory import Territory
from hygie.engines.reach.catchments import StepDecay
from hygie.engines.reach.floating_catchment import CatchmentParameters

LIMITS, WEIGHTS = (10.0, 15.0, 20.0), (1.0, 0.3, 0.1)
NEEDS = {0: 1.15, 5: 0.6, 15: 0.7, 30: 0.85, 45: 1.0, 60: 1.3, 75: 1.9}
CARE = IndicatorSheet(
    key="apl_like_gp",
    title="Accès aux médecins",
    question="Combien ?",
    unit="médecins",
    kind=Kind.CATCHMENT,
    categories=("gp", "health_centre_general"),
)
RETIRING = replace(CARE, key="retirement_gp", kind=Kind.RETIREMENT)
UNEQUAL = replace(CARE, key="income_inequality", kind=Kind.INEQUALITY, categories=())


def _figure(key: str, value: float) -> FigureUse:
    return FigureUse(key, value, "part", "2026-01-01", "to-verify", "Choix de Hygie")


FIGURES = tuple(
    _figure(key, value)
    for key, value in {
        "apl_low_share": 0.5,
        "apl_retirement_from_60": 60,
        "apl_retirement_from_62": 62,
        "apl_retirement_age": 65,
        "practitioners_fewest": 5,
        "retirement_felt": 0.5,
        "inequality_felt": 0.1,
    }.items()
)
CARE_PARAMETERS: DiagnosisParameters = replace(
    PARAMETERS,
    indicators=(*PARAMETERS.indicators, CARE, RETIRING, UNEQUAL),
    figures=(*PARAMETERS.figures, *FIGURES),
    catchment=CatchmentParameters(
        decay=StepDecay(LIMITS, WEIGHTS),
        activity_cap=6_000.0,
        underserved=2.5,
        retirement_age=65.0,
        age_coefficients=NEEDS,
    ),
)


@dataclass(frozen=True)
class Doctor:
    """A practitioner at a place; ``to`` is the last age it may be."""

    place: str
    age: float = float("nan")
    to: float | None = None
    activity: float = float("nan")


def practitioner_table(doctors: Sequence[Doctor]) -> PractitionerTable:
    return PractitionerTable(
        places=np.array([d.place for d in doctors], dtype=np.str_),
        professions=np.full(len(doctors), "gp"),
        activity=np.array([d.activity for d in doctors], np.float64),
        age_from=np.array([d.age for d in doctors], np.float64),
        age_to=np.array([d.age if d.to is None else d.to for d in doctors], np.float64),
        source="places",
    )


def care_town(
    homes: Sequence[Home],
    shops: Sequence[Shop],
    *,
    capacity: Sequence[float] = (),
    doctors: Sequence[Doctor] | None = None,
    deciles: Sequence[int] = (),
) -> Territory:
    """A town whose quarters are the stretches of the line 0-10, 10-20 and beyond, in minutes."""
    town = territory(homes, shops)
    places, demand = town.places, town.demand
    if len(capacity):
        places = replace(places, capacity=np.array(capacity, np.float64))
    if len(deciles):
        demand = replace(demand, income_decile=np.array(deciles, np.int8))
    boxes = [shapely.box(low / 1000, 0, high / 1000, 1).wkb for low, high in ((-99, 10), (10, 20), (20, 99))]
    layers = {
        "quarter": replace(town.layers["quarter"], outlines=tuple(boxes)),
        "qpv": replace(town.layers["qpv"], outlines=(boxes[1],)),
    }
    table = None if doctors is None else practitioner_table(doctors)
    return replace(town, demand=demand, places=places, layers=layers, practitioners=table)


def care_study(town: Territory, *, modes: Sequence[str] = ("walk",), estimate: bool = False) -> Study:
    return prepare(town, movements(town, modes=modes, estimate=estimate), CARE_PARAMETERS)


def weight_of(minutes: float) -> float:
    for limit, weight in zip(LIMITS, WEIGHTS, strict=True):
        if minutes <= limit:
            return weight
    return 0.0


def needs_of(town: Territory) -> NDArray[np.float64]:
    """Standardised residents of each point, year of age by year of age up to 99, by hand."""
    by_age, bands = town.demand.by_age, town.demand.age_bands
    years = np.zeros(100)
    for column, band in enumerate(bands):
        last = 99 if band.last is None else band.last
        for year in range(band.first, last + 1):
            years[year] += by_age[:, column].sum() / (last - band.first + 1)
    coefficient = np.array([max((a, c) for a, c in NEEDS.items() if a <= y)[1] for y in range(100)])
    coefficient = coefficient / ((coefficient * years).sum() / years.sum())
    needs = np.zeros(len(by_age))
    for column, band in enumerate(bands):
        last = 99 if band.last is None else band.last
        span = range(band.first, last + 1)
        needs += by_age[:, column] * sum(coefficient[year] for year in span) / len(span)
    return needs


def dense_access(
    town: Territory, supply: dict[str, float], needs: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Access of each point: the two steps written out over every pair of point and place."""
    demand, places = town.demand, town.places
    needs = needs_of(town) if needs is None else needs
    access = np.zeros(len(demand))
    for j, place in enumerate(places.ids.tolist()):
        if place not in supply:
            continue
        weights = []
        for i in range(len(demand)):
            apart = (demand.lat[i] < 0) != (places.lat[j] < 0)
            minutes = round(abs(demand.lon[i] - places.lon[j]) * 1000, 6)
            weights.append(0.0 if apart else weight_of(minutes))
        shared = sum(w * n for w, n in zip(weights, needs, strict=True))
        if shared > 0:
            access += np.array(weights) * supply[place] / shared
    return access


__all__ = ["BANDS", "Home", "Shop"]
