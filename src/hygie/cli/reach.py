"""hygie reach: times from where people live to what they need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from hygie.cli.opening import calendar_of, parse_moment, refuse_unknown
from hygie.cli.output import FILE, FOLDER, blank_nan, check_targets, write_csv
from hygie.engines.diagnosis.open_hours import supply_words
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import Ticks, to_minutes
from hygie.engines.kernel.territory import Demand
from hygie.engines.reach.reach_when import SupplyAt, supply_at, times_at
from hygie.readers.calendars import ZONES
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import StoredTerritory, open_territory

_SCHOOL = (click.Choice(ZONES), FILE)


@click.group()
def reach() -> None:
    """Qui peut accéder à quoi."""


@reach.command()
@click.argument("folder", type=FOLDER)
@click.option("--to", "category", required=True, help="Catégorie de lieux, comme pharmacy.")
@click.option("--mode", default="walk", show_default=True, help="walk (à pied) ou car (en voiture).")
@click.option("--csv", "file", type=FILE, required=True, help="Fichier à écrire, - pour l’écran.")
@click.option(
    "--open", "moment", help="Seulement les lieux ouverts alors\u00a0: 2026-11-28T15:00, « saturday 15:00 »."
)
@click.option("--school", type=_SCHOOL, help="Zone (A, B ou C) et fichier des vacances scolaires.")
def times(
    folder: Path, *, category: str, mode: str, file: Path, moment: str | None, school: tuple[str, Path] | None
) -> None:
    """Minutes de chaque point d’habitation au lieu le plus proche : fichier interne."""
    check_targets([file], folder)
    known = load_catalogue().categories
    if category not in known:
        raise HygieError(f"Catégorie inconnue : {category}.", fix="Catégories : " + ", ".join(known) + ".")
    stored = open_territory(folder)
    territory, movements = stored.territory, stored.movements()
    if mode not in movements:
        raise HygieError(
            f"{territory.name} ne permet pas de calculer des temps « {mode} ».",
            why="Aucune source de la recette ne donne ces voies.",
            fix="Modes présents : " + ", ".join(movements) + ".",
        )
    positions = territory.places.of(category)
    if not len(positions) and category not in territory.provided:
        raise HygieError(
            f"Non calculé : aucune source de {territory.name} ne donne la catégorie « {category} ».",
            why="Une absence de source n’est pas une absence de lieu.",
            fix="Ajoutez une source qui la donne à la recette.",
        )
    movement = movements[mode]
    inside = np.flatnonzero(territory.demand.inside)
    if moment is not None:
        supply = _supply(stored, positions, moment, school)
        found = times_at(movement, inside, (supply,))[0]
        _write(file, territory.demand, inside, {"minutes": found.surely, "minutes_at_best": found.at_best})
        return
    ticks = movement.model.nearest(
        movement.people.take(inside),
        movement.places.take(positions),
        np.zeros(len(positions), np.int32),
        1,
    )
    _write(file, territory.demand, inside, {"minutes": ticks[:, 0]})


def _supply(
    stored: StoredTerritory, positions: NDArray[np.int64], moment: str, school: tuple[str, Path] | None
) -> SupplyAt:
    """What is open at a moment, said on standard error."""
    reference = date.fromisoformat(stored.reference_date)
    calendar = calendar_of(stored.calendar, load_catalogue(), school, around=reference.year)
    supply = supply_at(
        stored.territory.places, positions, parse_moment(moment, reference, calendar), calendar
    )
    refuse_unknown(supply)
    click.echo(supply_words(supply), err=True)
    return supply


def _write(file: Path, demand: Demand, inside: NDArray[np.int64], columns: Mapping[str, Ticks]) -> None:
    minutes = np.column_stack([to_minutes(ticks) for ticks in columns.values()])
    rows = (
        (
            demand.ids[i],
            float(demand.lon[i]),
            float(demand.lat[i]),
            blank_nan(demand.people[i]),
            *(blank_nan(value) for value in minutes[k]),
        )
        for k, i in enumerate(inside.tolist())
    )
    write_csv(file, ("id", "lon", "lat", "people", *columns), rows)
