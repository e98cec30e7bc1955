"""hygie reach: times from where people live to what they need."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from hygie.cli.output import FILE, FOLDER, blank_nan, write_csv
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.minutes import to_minutes
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import open_territory


@click.group()
def reach() -> None:
    """Qui peut accéder à quoi."""


@reach.command()
@click.argument("folder", type=FOLDER)
@click.option("--to", "category", required=True, help="Catégorie de lieux, comme pharmacy.")
@click.option("--mode", default="walk", show_default=True, help="walk (à pied).")
@click.option("--csv", "file", type=FILE, required=True, help="Fichier à écrire, - pour l’écran.")
def times(folder: Path, category: str, mode: str, file: Path) -> None:
    """Minutes de chaque point d’habitation au lieu le plus proche : fichier interne."""
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
    found = movement.model.nearest(
        movement.people.take(inside),
        movement.places.take(positions),
        np.zeros(len(positions), np.int32),
        1,
    )
    minutes = to_minutes(found[:, 0])
    demand = territory.demand
    rows = (
        (
            demand.ids[i],
            float(demand.lon[i]),
            float(demand.lat[i]),
            blank_nan(demand.people[i]),
            blank_nan(minutes[k]),
        )
        for k, i in enumerate(inside.tolist())
    )
    write_csv(file, ("id", "lon", "lat", "people", "minutes"), rows)
