"""A small invented territory and its diagnosis, made without the engines that reports do not use."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from hygie.engines.diagnosis.result import WHOLE, Cell, ClosureLine, Diagnosis, Finding, IndicatorResult
from hygie.engines.kernel.measures import (
    FigureUse,
    Measure,
    Provenance,
    Reason,
    Status,
    not_computed,
    suppressed,
)
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import (
    OUTSIDE,
    AgeBand,
    Demand,
    Feature,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.readers.catalogue import Catalogue, load_catalogue

PLANE = Plane(-5.5, 46.3)
NAMES = (
    "Centre ancien",
    "La Gare",
    "Le Port",
    "Saint-Éloi",
    "Les Ormeaux",
    "Bellevue",
    "Les Vergers",
    "La Plaine",
)
THRESHOLDS = (5, 10, 15, 20)
FEW = 11
BANDS = (AgeBand(0, 17), AgeBand(18, 64), AgeBand(65, None))


def _degrees(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return PLANE.to_degrees(x, y)


def _wkb(shape: shapely.Geometry) -> bytes:
    moved = shapely.transform(shape, lambda c: np.column_stack(_degrees(c[:, 0], c[:, 1])))
    return bytes(shapely.to_wkb(moved))


def _zones() -> list[shapely.Polygon]:
    """Eight quarters of 1.5 km, four by two, with a bend in their limits."""
    grid = []
    for k in range(8):
        x, y = (k % 4 - 2) * 1500.0, (k // 4 - 1) * 1500.0
        corners = np.array([(x, y), (x + 1500, y), (x + 1500, y + 1500), (x, y + 1500)])
        bent = corners + 140 * np.column_stack([np.sin(corners[:, 1] / 700), np.cos(corners[:, 0] / 900)])
        grid.append(shapely.Polygon(bent))
    return grid


def make_demand(points: int = 3000) -> Demand:
    """Residents gathered around the middle; the last point is alone in its cell."""
    rng = np.random.default_rng(7)
    zones = _zones()
    x, y = rng.normal(0, 1100, points), rng.normal(0, 620, points)
    x[-1], y[-1] = 2900.0, 1400.0
    x, y = np.clip(x, -2950, 2950), np.clip(y, -1450, 1450)
    people = rng.integers(1, 30, points).astype(float)
    people[-1] = 3
    index = np.full(points, OUTSIDE, np.int32)
    for k, zone in enumerate(zones):
        index[shapely.contains_xy(zone, x, y)] = k
    shares = np.array([0.22, 0.56, 0.22])
    lon, lat = _degrees(x, y)
    return Demand(
        ids=np.array([f"d{i}" for i in range(points)]),
        lon=lon,
        lat=lat,
        people=people,
        by_age=people[:, None] * shares,
        age_bands=BANDS,
        imputed=np.zeros(points, np.bool_),
        inside=np.ones(points, np.bool_),
        zones={"quarter": index},
        income_decile=np.zeros(points, np.int8),
    )


def make_places(
    names: tuple[str, ...] = ("Pharmacie du Port", "Pharmacie de la Gare", "Pharmacie Centrale"),
) -> Places:
    """Pharmacies in the east and the middle: Les Ormeaux, north-west, is far."""
    n = len(names)
    lon, lat = _degrees(np.linspace(0, 1900, n), np.linspace(-900, 700, n))
    empty = np.full(n, "", dtype="<U40")
    return Places(
        ids=np.array([f"test:{i}:pharmacy" for i in range(n)]),
        sites=np.array([f"test:{i}" for i in range(n)]),
        categories=np.full(n, "pharmacy"),
        names=np.array(names),
        lon=lon,
        lat=lat,
        capacity=np.ones(n),
        communes=np.full(n, "00001"),
        inside=np.ones(n, np.bool_),
        sources=np.full(n, "hygie_clairval"),
        vintages=np.full(n, "2026"),
        hours=empty,
        notes=empty,
        traces=empty,
    )


def _feature(kind: str, *shapes: shapely.Geometry) -> Feature:
    held = np.empty(len(shapes), dtype=object)
    held[:] = [_wkb(shape) for shape in shapes]
    names = np.array([f"{kind} {i}" for i in range(len(shapes))])
    return Feature(kind, names, held, names, np.full(len(shapes), np.nan))


def make_territory(
    place_names: tuple[str, ...] | None = None, zone_names: tuple[str, ...] = NAMES
) -> Territory:
    """An invented town of about 45,000 residents, eight quarters and a river."""
    zones = _zones()
    layer = ZoneLayer(
        key="quarter",
        title="Quartiers (fictifs)",
        ids=tuple(f"Q{k}" for k in range(8)),
        names=zone_names,
        outlines=tuple(_wkb(zone) for zone in zones),
        source="hygie_clairval",
        vintage="2026",
        in_force=True,
        inside=np.ones(8, np.bool_),
    )
    qpv = replace(
        layer,
        key="qpv",
        title="QPV (fictifs)",
        ids=("P4",),
        names=(zone_names[4],),
        outlines=(layer.outlines[4],),
        inside=np.ones(1, np.bool_),
    )
    xs = np.linspace(-3200, 3200, 60)
    river = shapely.LineString(np.column_stack([xs, 300 * np.sin(xs / 900) - 350])).buffer(60)
    parks = [
        shapely.Point(x, y).buffer(r) for x, y, r in ((-1500, 800, 220), (900, 900, 160), (2000, -700, 260))
    ]
    account = SourceAccount(
        name="hygie_clairval",
        title="Ville fictive",
        publisher="Hygie",
        licence="Etalab 2.0",
        address="https://exemple.invalid/clairval",
        vintage="2026",
        file="clairval.parquet",
        sha256="ab" * 32,
        read=3003,
        kept=3001,
        rejected=2,
        outside=1,
    )
    return Territory(
        code="00001",
        name="Clairval",
        demand=make_demand(),
        places=make_places() if place_names is None else make_places(place_names),
        layers={"quarter": layer, "qpv": qpv},
        features={"water": _feature("water", river), "green": _feature("green", *parks)},
        provided=frozenset({"pharmacy"}),
        sources=(account,),
        missing=("gp",),
        fictional=True,
        population_label="habitants",
        controls={"Population municipale légale 2021": 45123.0},
    )


def minutes_to_places(territory: Territory) -> NDArray[np.float64]:
    """Straight minutes at 80 m a minute to the nearest place, NaN beyond 45."""
    x, y = PLANE.to_metres(territory.demand.lon, territory.demand.lat)
    px, py = PLANE.to_metres(territory.places.lon, territory.places.lat)
    minutes = np.hypot(x[:, None] - px, y[:, None] - py).min(axis=1) / 80
    return np.where(minutes > 45, np.nan, minutes)


def _measures(
    minutes: NDArray[np.float64], people: NDArray[np.float64], status: Status
) -> dict[str, Measure]:
    total = float(people.sum())
    if total < FEW:
        return {"people": suppressed(), **{f"beyond_{t}": suppressed() for t in THRESHOLDS}}
    order = np.argsort(minutes)
    running = np.cumsum(people[order])
    found = {"people": Measure(total, status)}
    for key, part in (("median", 0.5), ("p90", 0.9)):
        value = float(minutes[order][np.searchsorted(running, part * total)])
        found[key] = not_computed(Reason.NOBODY_REACHES) if np.isnan(value) else Measure(value, status)
    for t in THRESHOLDS:
        count = float(people[~(minutes <= t)].sum())
        hidden = 0 < count < FEW or 0 < total - count < FEW
        share = count / total
        found[f"beyond_{t}"] = (
            suppressed()
            if hidden
            else Measure(share, status, None, max(share - 0.03, 0), min(share + 0.02, 1))
        )
        found[f"people_beyond_{t}"] = suppressed() if hidden else Measure(count, status)
    lost = float(people[np.isnan(minutes)].sum())
    found["people_unreached"] = suppressed() if 0 < lost < FEW else Measure(lost, status)
    found["unreached"] = suppressed() if 0 < lost < FEW else Measure(lost / total, status)
    return found


def access_cells(territory: Territory, minutes: NDArray[np.float64], status: Status) -> tuple[Cell, ...]:
    """Cells of the whole and of each quarter, for everyone and two age groups."""
    demand = territory.demand
    groups = {WHOLE: demand.people, "under_18": demand.by_age[:, 0], "65_plus": demand.by_age[:, 2]}
    quarter, layer = demand.zones["quarter"], territory.layers["quarter"]
    cells = []
    for group, people in groups.items():
        cells.append(Cell(WHOLE, territory.code, territory.name, group, _measures(minutes, people, status)))
        for k, (zone, name) in enumerate(zip(layer.ids, layer.names, strict=True)):
            chosen = quarter == k
            cells.append(
                Cell("quarter", zone, name, group, _measures(minutes[chosen], people[chosen], status))
            )
    cells.append(
        Cell(WHOLE, territory.code, territory.name, "80_plus", {"people": not_computed(Reason.NO_AGE)})
    )
    return tuple(cells)


def _indicator(
    key: str, catalogue: Catalogue, status: Status, reason: Reason | None, cells: tuple[Cell, ...]
) -> IndicatorResult:
    sheet = catalogue.indicators[key]
    return IndicatorResult(
        key,
        sheet.title,
        sheet.question,
        sheet.unit,
        sheet.categories,
        status,
        reason,
        cells,
        ("hygie_clairval",),
        sheet.figures,
    )


def _population(territory: Territory) -> tuple[Cell, ...]:
    demand = territory.demand
    total = float(demand.people.sum())
    cells = [Cell(WHOLE, territory.code, territory.name, WHOLE, {"people": Measure(total)})]
    for column, band in enumerate(demand.age_bands):
        key = f"age_{band.first}_{'plus' if band.last is None else band.last}"
        count = float(demand.by_age[:, column].sum())
        measures: Mapping[str, Measure] = {"people": Measure(count), "share": Measure(count / total)}
        cells.append(Cell(WHOLE, territory.code, territory.name, key, measures))
    return tuple(cells)


def make_diagnosis(territory: Territory, status: Status = Status.COMPUTED) -> Diagnosis:
    """A diagnosis with one access indicator, the population, one missing source and closures."""
    catalogue = load_catalogue()
    minutes = minutes_to_places(territory)
    indicators = (
        _indicator("people_age", catalogue, Status.COMPUTED, None, _population(territory)),
        _indicator("access_pharmacy", catalogue, status, None, access_cells(territory, minutes, status)),
        _indicator("access_gp", catalogue, Status.NOT_COMPUTED, Reason.NO_SOURCE, ()),
        _indicator("costliest_closures", catalogue, Status.COMPUTED, None, ()),
    )
    closures = tuple(
        ClosureLine(
            place=str(territory.places.ids[i]),
            name=str(territory.places.names[i]),
            category="pharmacy",
            commune="00001",
            lon=float(territory.places.lon[i]),
            lat=float(territory.places.lat[i]),
            measures={
                "person_minutes": Measure(12340.4),
                "people_losing_5": Measure(1340.0),
                "people_stranded": suppressed(),
                "people_crossing_15": Measure(412.0),
            },
        )
        for i in range(len(territory.places))
    )
    findings = (
        Finding(
            "outlier",
            "access_pharmacy",
            "18\u202f% des habitants sont à plus de 15 minutes à pied d’une pharmacie.",
            5.2,
            "quarter",
            "Q4",
        ),
        Finding(
            "closure",
            "costliest_closures",
            "1\u202f340 habitants perdraient 5 minutes si «\u00a0Pharmacie du Port\u00a0» fermait.",
            3.1,
        ),
        Finding("people", "people_age", "45\u202f123 habitants, dont 22\u202f% de 65 ans et plus.", 1.0),
        Finding("none", "access_gp", "Médecine générale\u00a0: non calculé, aucune source.", 0.0),
    )
    uses = tuple(
        FigureUse(
            key,
            figure.values[-1].value,
            figure.unit,
            figure.values[-1].since.isoformat(),
            figure.values[-1].status,
            figure.values[-1].source,
        )
        for key, figure in catalogue.figures.items()
    )
    parameters = {
        "thresholds": list(THRESHOLDS),
        "main_threshold": 15,
        "smallest_count": FEW,
        "loss_felt": 5,
        "elderly_age": 65,
    }
    return Diagnosis(
        code=territory.code,
        name=territory.name,
        fictional=territory.fictional,
        population_label=territory.population_label,
        indicators=indicators,
        closures=closures,
        findings=findings,
        minutes={"access_pharmacy": minutes},
        provenance=Provenance(parameters, uses, ("hygie_clairval",), ("Le sexe n’est pas calculé.",)),
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def territory() -> Territory:
    return make_territory()


@pytest.fixture(scope="session")
def diagnosis(territory: Territory) -> Diagnosis:
    return make_diagnosis(territory)


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """Makers of variants, for tests that need another territory."""
    return sys.modules[__name__]
