"""hygie territory: look into and list a territory."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.cli.lazy import LazyGroup
from hygie.cli.output import FILE, FOLDER, blank_nan, check_targets, json_text, write_csv
from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_info import territory_info

COMMANDS = {
    "build": "hygie.cli.build:build",
    "demo": "hygie.cli.build:demo",
    "info": "hygie.cli.territory:info",
    "places": "hygie.cli.territory:places",
    "statistics": "hygie.cli.statistics:statistics",
    "export": "hygie.cli.export:export",
    "compare": "hygie.cli.versions:compare",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def territory() -> None:
    """Construire un territoire et regarder ce qu’il contient."""


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def info(folder: Path, as_json: bool) -> None:
    """Dire ce qu’un territoire contient : habitants, lieux, sources, manques."""
    told = territory_info(open_territory(folder).territory)
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    people = told["people"]
    click.echo(f"{told['name']} ({told['code']})")
    click.echo(f"Habitants : {'inconnu' if people is None else people}")
    for category, count in told["places"].items():
        click.echo(f"{category} : {count}")
    for source in told["sources"]:
        click.echo(
            f"{source['name']} ({source['vintage']}) : lues {source['read']}, gardées {source['kept']}, "
            f"rejetées {source['rejected']}, hors territoire {source['outside']}"
        )
    click.echo("Sans source : " + (", ".join(told["missing"]) or "rien"))


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--category", help="Une seule catégorie.")
@click.option("--csv", "file", type=FILE, required=True, help="Fichier à écrire, - pour l’écran.")
def places(folder: Path, category: str | None, file: Path) -> None:
    """Lister les lieux, marge comprise : fichier interne, non publiable tel quel."""
    check_targets([file], folder)
    territory = open_territory(folder).territory
    held, known = territory.places, load_catalogue().categories
    if category is not None and category not in known:
        raise HygieError(
            f"Catégorie inconnue\u00a0: {category}.", fix="Catégories\u00a0: " + ", ".join(known) + "."
        )
    if category is not None and category not in territory.provided:
        click.echo(
            f"Aucune source de {territory.name} ne donne la catégorie «\u00a0{category}\u00a0».", err=True
        )
    rows = (
        (
            held.ids[i],
            held.sites[i],
            held.categories[i],
            held.names[i],
            float(held.lon[i]),
            float(held.lat[i]),
            blank_nan(held.capacity[i]),
            held.sources[i],
            held.vintages[i],
        )
        for i in range(len(held))
        if category is None or held.categories[i] == category
    )
    header = ("id", "site", "category", "name", "lon", "lat", "capacity", "source", "vintage")
    write_csv(file, header, rows)
