"""A small invented territory, with hostile names in it, served by the real site."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from django.test import Client
from numpy.typing import NDArray
from pytest_django import Settings

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import (
    OUTSIDE,
    AgeBand,
    Demand,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.readers.territory_folder import StoredTerritory, write_territory

PLANE = Plane(-5.5, 46.3)
HOSTILE_ZONE = "<script>alert('zone')</script>"
HOSTILE_PLACE = '"><img src=x onerror=alert(1)>'
QUARTERS = ("Les Ormeaux", HOSTILE_ZONE, "Les Salines")
SPOTS = [
    ("pharmacy", 0.0, 0.0, "Pharmacie du Port"),
    ("pharmacy", 2400.0, 0.0, HOSTILE_PLACE),
    ("food_shop", 300.0, 200.0, "Épicerie Démo"),
]


def _degrees(x: float, y: float) -> tuple[float, float]:
    lon, lat = PLANE.to_degrees(x, y)
    return float(lon), float(lat)


def _square(west: float, east: float) -> bytes:
    corners = [(west, -700.0), (east, -700.0), (east, 700.0), (west, 700.0)]
    return bytes(shapely.to_wkb(shapely.Polygon([_degrees(x, y) for x, y in corners])))


def _demand() -> Demand:
    """Three quarters of 1.6 km: forty points of 30 residents, forty of 30, and two of 2."""
    spots = [
        (k // 40, (k % 8) * 190.0 - 700 + 1600 * (k // 40), (k % 40 // 8) * 200.0 - 400) for k in range(80)
    ]
    spots += [(2, 3000.0, 0.0), (2, 3100.0, 0.0)]
    zone: NDArray[np.int32] = np.array([z for z, _, _ in spots], dtype=np.int32)
    people = np.where(zone == 2, 2.0, 30.0)
    lon, lat = PLANE.to_degrees([x for _, x, _ in spots], [y for _, _, y in spots])
    return Demand(
        ids=np.array([f"d{i}" for i in range(len(spots))]),
        lon=lon,
        lat=lat,
        people=people,
        by_age=people[:, None] * np.array([[0.2, 0.5, 0.3]]),
        age_bands=(AgeBand(0, 17), AgeBand(18, 64), AgeBand(65, None)),
        imputed=np.zeros(len(spots), np.bool_),
        inside=np.ones(len(spots), np.bool_),
        zones={"quarter": zone, "qpv": np.where(zone == 1, 0, OUTSIDE).astype(np.int32)},
        income_decile=np.zeros(len(spots), np.int8),
    )


def _places() -> Places:
    lon, lat = PLANE.to_degrees([x for _, x, _, _ in SPOTS], [y for _, _, y, _ in SPOTS])
    names = np.array([name for _, _, _, name in SPOTS])
    ids = [f"test:{i}:{category}" for i, (category, _, _, _) in enumerate(SPOTS)]
    blank = np.array([""] * len(SPOTS))
    return Places(
        ids=np.array(ids),
        sites=np.array([name.rpartition(":")[0] for name in ids]),
        categories=np.array([category for category, _, _, _ in SPOTS]),
        names=names,
        lon=lon,
        lat=lat,
        capacity=np.ones(len(SPOTS)),
        communes=blank,
        inside=np.ones(len(SPOTS), np.bool_),
        sources=np.array(["hygie_clairval"] * len(SPOTS)),
        vintages=np.array(["2026"] * len(SPOTS)),
        hours=blank,
        notes=blank,
        traces=blank,
    )


def _layer(key: str, title: str, ids: tuple[str, ...], names: tuple[str, ...], first: int = 0) -> ZoneLayer:
    outlines = tuple(_square(1600.0 * k - 800, 1600.0 * k + 800) for k in range(first, first + len(ids)))
    inside = np.ones(len(ids), np.bool_)
    return ZoneLayer(key, title, ids, names, outlines, "hygie_clairval", "2026", in_force=True, inside=inside)


def _statistics() -> tuple[Statistic, ...]:
    """The APL of two years and a vaccination known by département, as tables would give them."""

    def one(key: str, level: str, value: float | None, year: str) -> Statistic:
        status = StatisticStatus.SECRET if value is None else StatisticStatus.PUBLISHED
        code, name = ("00001", HOSTILE_ZONE) if level == "commune" else ("00", "Département fictif")
        return Statistic(key, key, "unités", level, code, name, value, year, "Table d’essai", status)

    return (
        one("apl_gp", "commune", 2.4, "2023"),
        one("apl_gp", "departement", 3.1, "2023"),
        one("apl_gp_2015", "commune", 2.9, "2015"),
        one("flu_vaccination_65_plus", "departement", 54.4, "2024"),
        one("<b>essai</b>", "commune", 12.0, "2022"),
    )


@pytest.fixture(scope="session")
def small_territory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small territory: no streets, so that every time is an estimate."""
    account = SourceAccount(
        "hygie_clairval", "Territoire d’essai", "Hygie", "", "", "2026", "essai", "0" * 64, 82, 82, 0
    )
    territory = Territory(
        code="00001",
        name="Essai-sur-Clère",
        demand=_demand(),
        places=_places(),
        layers={
            "quarter": _layer("quarter", "Quartiers", ("q0", "q1", "q2"), QUARTERS),
            "qpv": _layer("qpv", "Quartiers prioritaires (fictifs)", ("p1",), ("Bellevue",), first=1),
        },
        features={},
        provided=frozenset({"pharmacy", "food_shop"}),
        sources=(account,),
        missing=("streets:walk",),
        fictional=True,
        population_label="habitants",
        has_streets=False,
    )
    stored = StoredTerritory(
        territory=territory,
        plane=PLANE,
        streets={},
        reference_date="2026-11-24",
        figures=(),
        walk_metres_per_minute=79.8,
        snap_limit_metres=300.0,
        detour_factor=1.3,
        statistics=_statistics(),
    )
    folder = tmp_path_factory.mktemp("small") / "essai"
    write_territory(stored, folder)
    return folder


@pytest.fixture
def site(small_territory: Path, settings: Settings) -> Client:
    """The site over the small territory, open to readers; an error of a view becomes its error page."""
    settings.TERRITORY_FOLDER = small_territory
    settings.OPEN_READING = "oui"
    return Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
