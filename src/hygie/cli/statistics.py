"""hygie territory statistics: the official numbers of a territory, each with its level."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, check_targets, write_csv
from hygie.readers.territory_folder import open_territory

COLUMNS = (
    *("key", "title", "unit", "level", "code", "name"),
    *("value", "year", "source", "status", "missing"),
)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--csv", "file", type=FILE, required=True, help="Fichier à écrire, - pour l’écran.")
def statistics(folder: Path, file: Path) -> None:
    """Lister les statistiques officielles, chacune avec le niveau où elle est connue."""
    check_targets([file], folder)
    held = open_territory(folder).statistics
    write_csv(file, COLUMNS, ([_cell(getattr(row, name)) for name in COLUMNS] for row in held))


def _cell(value: str | float | None) -> str | float:
    return "" if value is None else value
