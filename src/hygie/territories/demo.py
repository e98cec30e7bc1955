"""Clairval, the fictional town, as a territory folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import shapely

from hygie.readers.catalogue import load_catalogue
from hygie.readers.records import Progress, silent
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.area import plane_of
from hygie.territories.clairval import generate_clairval
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
    missing = missing_of(catalogue, territory.provided, territory.demand, has_streets=True)
    plane = plane_of(shapely.union_all(shapely.from_wkb(list(territory.layers["commune"].outlines))))
    streets, warnings = street_network(
        town.ways,
        territory.demand,
        territory.places,
        plane,
        limit_metres=figures["snap_limit"].value,
        metres_per_minute=speed,
    )
    return StoredTerritory(
        territory=replace(territory, missing=missing, warnings=(*territory.warnings, *warnings)),
        plane=plane,
        streets={"walk": streets},
        reference_date=DEMO_DAY.isoformat(),
        figures=tuple(figures.values()),
        walk_metres_per_minute=speed,
        snap_limit_metres=figures["snap_limit"].value,
        detour_factor=figures["detour_factor"].value,
        parameters={"people": people, "seed": seed},
    )
