"""Clairval, the fictional town, as a territory folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import shapely

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.records import Progress, silent
from hygie.readers.territory_folder import StoredStreets, StoredTerritory
from hygie.territories.area import plane_of
from hygie.territories.calendar_files import calendar_of
from hygie.territories.clairval import SOURCE, ClairvalTown, driving_ways, generate_clairval
from hygie.territories.clairval.care import hospital_tables
from hygie.territories.clairval.holidays import school_holidays
from hygie.territories.clairval.official import official_account, official_tables
from hygie.territories.figures import build_figures
from hygie.territories.labels import missing_of
from hygie.territories.network import street_network

DEMO_DAY = date(2026, 11, 24)
"""« Aujourd’hui » of the demo, so that screenshots do not move."""


def build_demo(*, people: int, seed: int, progress: Progress = silent) -> StoredTerritory:
    """Generate Clairval and its streets.

    Parameters
    ----------
    people
        Residents of the Pays de Clairval, exactly.
    seed
        The same seed gives the same bytes.
    progress
        Where to tell what is being done.
    """
    catalogue = load_catalogue()
    figures = build_figures(catalogue, DEMO_DAY)
    speed = figures["walking_speed"].value * 60
    hectare = 10_000
    town = generate_clairval(
        people=people,
        seed=seed,
        walk_metres_per_minute=speed,
        smallest_green_square_metres=figures["green_smallest_area"].value * hectare,
        progress=progress,
    )
    territory = town.territory
    missing = missing_of(catalogue, territory.provided, territory.demand, profiles=("walk", "car"))
    plane = plane_of(shapely.union_all(shapely.from_wkb(list(territory.layers["commune"].outlines))))
    streets, warnings = _streets(town, plane, catalogue, figures)
    statistics = official_tables(territory, plane, catalogue)
    hospitals, of_hospitals = hospital_tables(territory)
    statistics += of_hospitals
    return StoredTerritory(
        territory=replace(
            territory,
            missing=missing,
            warnings=(*territory.warnings, *warnings),
            sources=(*territory.sources, official_account(statistics)),
        ),
        plane=plane,
        streets=streets,
        reference_date=DEMO_DAY.isoformat(),
        figures=tuple(figures.values()),
        walk_metres_per_minute=speed,
        snap_limit_metres=figures["snap_limit"].value,
        detour_factor=figures["detour_factor"].value,
        parameters={"people": people, "seed": seed},
        statistics=statistics,
        hospitals=hospitals,
        calendar=calendar_of(None, school_holidays(), around=DEMO_DAY.year),
    )


def _streets(
    town: ClairvalTown, plane: Plane, catalogue: Catalogue, figures: Mapping[str, FigureUse]
) -> tuple[dict[str, StoredStreets], list[str]]:
    """Streets on foot and by car, and what is to be said of them."""
    streets: dict[str, StoredStreets] = {}
    warnings: list[str] = []
    for ways in (town.ways, driving_ways(town.ways, _car_speeds(catalogue, figures))):
        streets[ways.profile], remarks = street_network(
            ways,
            town.territory.demand,
            town.territory.places,
            plane,
            limit_metres=figures["snap_limit"].value,
            metres_per_minute=figures["walking_speed"].value * 60,
        )
        warnings += remarks
    return streets, warnings


def _car_speeds(catalogue: Catalogue, figures: Mapping[str, FigureUse]) -> dict[int, float]:
    """Metres per minute held by car on each kind of street of the town."""
    metres_per_minute = 1000 / 60 * figures["car_speed_factor"].value
    speeds = catalogue.sources[SOURCE].raw["tables"]["car_speeds"]
    return {row["kind"]: row["speed"] * metres_per_minute for row in speeds}
