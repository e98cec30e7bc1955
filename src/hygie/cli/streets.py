"""hygie streets: the street graph, for anyone who wants to check a time."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.cli.output import FOLDER, make_folder, write_csv
from hygie.engines.kernel.errors import HygieError
from hygie.engines.streets.export import edge_rows, node_rows, point_rows
from hygie.readers.territory_folder import open_territory


@click.group()
def streets() -> None:
    """Le réseau de rues du territoire."""


@streets.command()
@click.argument("folder", type=FOLDER)
@click.option("--profile", default="walk", show_default=True, help="walk (à pied) ou car (en voiture).")
@click.option("-o", "--out", type=FOLDER, required=True, help="Dossier à écrire.")
def export(folder: Path, profile: str, out: Path) -> None:
    """Écrire nodes.csv, edges.csv et points.csv : de quoi refaire chaque temps avec un autre outil."""
    stored = open_territory(folder)
    if profile not in stored.streets:
        raise HygieError(
            f"{stored.territory.name} n’a pas de rues pour le profil « {profile} ».",
            why="Profils présents : " + (", ".join(stored.streets) or "aucun") + ".",
            fix="Ajoutez une source openstreetmap à la recette, ou choisissez un profil présent.",
        )
    snapped, demand = stored.streets[profile], stored.territory.demand
    ids = [*demand.ids[demand.inside].tolist(), *stored.territory.places.ids.tolist()]
    points = snapped.people.take(demand.inside).joined(snapped.places)
    make_folder(out)
    write_csv(out / "nodes.csv", ("id", "lon", "lat"), node_rows(snapped.graph))
    write_csv(out / "edges.csv", ("a", "b", "minutes_ab", "minutes_ba"), edge_rows(snapped.graph))
    header = ("id", "a", "b", "minutes_to_a", "minutes_to_b")
    write_csv(out / "points.csv", header, point_rows(snapped.graph, ids, points))
