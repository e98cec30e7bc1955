"""hygie territory compare: what changed between two versions of a territory."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_csv, write_text
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted
from hygie.engines.portrait.versions import VersionChange
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.reports.json_versions import ROW_HEADER, version_rows, versions_json
from hygie.reports.versions import render_versions
from hygie.territories.versions import compare_folders


@click.command()
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option("--json", "json_file", type=FILE, help="Données à écrire, - pour l’écran.")
@click.option("--html", "html_file", type=FILE, help="Page à écrire, complète en un seul fichier.")
@click.option("--csv", "csv_file", type=FILE, help="Tableau à écrire, une ligne par différence.")
def compare(
    before: Path, after: Path, json_file: Path | None, html_file: Path | None, csv_file: Path | None
) -> None:
    """Comparer deux versions d’un territoire : sources, lieux, indicateurs."""
    files = (json_file, html_file, csv_file)
    if all(file is None for file in files):
        raise HygieError("Rien à écrire.", fix="Donnez --json FICHIER, --html FICHIER ou --csv FICHIER.")
    check_targets(files, before, after)
    catalogue = load_catalogue()
    change, newest = compare_folders(before, after, catalogue)
    if json_file is not None:
        write_text(json_file, json_text(versions_json(change)))
    if csv_file is not None:
        write_csv(csv_file, ROW_HEADER, version_rows(change))
    if html_file is not None:
        parameters = diagnosis_parameters(catalogue, date.fromisoformat(newest.reference_date))
        few, main = parameters.smallest_count, parameters.main_threshold
        write_text(html_file, render_versions(change, newest.territory, catalogue, few=few, main=main))
    _say(change)


def _say(change: VersionChange) -> None:
    places = change.places
    moved = sum(one.differs for one in change.indicators)
    click.echo(
        f"{counted(len(change.sources), 'source changée', 'sources changées')}, "
        f"{counted(len(places.added), 'lieu ajouté', 'lieux ajoutés')}, "
        f"{counted(len(places.gone), 'lieu disparu', 'lieux disparus')}, "
        f"{counted(len(places.changed), 'lieu modifié', 'lieux modifiés')}, "
        f"{counted(moved, 'indicateur changé', 'indicateurs changés')}.",
        err=True,
    )
