"""hygie territory build and demo: make a territory folder."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.cli.output import FOLDER, progress_bar
from hygie.readers.territory_folder import StoredTerritory, write_territory
from hygie.territories.build import build_territory
from hygie.territories.demo import build_demo


@click.command()
@click.argument("recipe", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--out", type=FOLDER, required=True, help="Dossier à écrire.")
def build(recipe: Path, out: Path) -> None:
    """Construire un territoire à partir d’une recette (territory.yaml) et de fichiers officiels."""
    with progress_bar() as progress:
        stored = build_territory(recipe, progress=progress)
        write_territory(stored, out)
    _say(stored, out)


@click.command()
@click.option("-o", "--out", type=FOLDER, required=True, help="Dossier à écrire.")
@click.option("--people", type=int, default=92_000, show_default=True, help="Habitants du Pays de Clairval.")
@click.option("--seed", type=int, default=1, show_default=True, help="Graine du tirage.")
def demo(out: Path, people: int, seed: int) -> None:
    """Construire Clairval, la ville fictive : même graine, mêmes octets."""
    with progress_bar() as progress:
        stored = build_demo(people=people, seed=seed, progress=progress)
        write_territory(stored, out)
    _say(stored, out)


def _say(stored: StoredTerritory, out: Path) -> None:
    for source in stored.territory.sources:
        line = f"{source.title} : {source.read} lues, {source.kept} gardées, {source.rejected} rejetées"
        click.echo(line + (f", {source.outside} hors territoire" if source.outside else ""), err=True)
        for warning in source.warnings[:3]:
            click.echo(f"À noter\u00a0: {warning}", err=True)
    for warning in stored.territory.warnings:
        click.echo(f"À noter : {warning}", err=True)
    click.echo(f"{stored.territory.name} : écrit dans {out}", err=True)
