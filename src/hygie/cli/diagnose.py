"""hygie diagnose: the indicators of a territory, as data and as a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, json_text, write_text
from hygie.engines.diagnosis.diagnose import diagnose as run_diagnosis
from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_diagnosis import diagnosis_json
from hygie.reports.page import render_diagnosis


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "json_file", type=FILE, help="Données à écrire, - pour l’écran.")
@click.option("--html", "html_file", type=FILE, help="Page à écrire, complète en un seul fichier.")
def diagnose(folder: Path, json_file: Path | None, html_file: Path | None) -> None:
    """Calculer le diagnostic du territoire."""
    if json_file is None and html_file is None:
        raise HygieError("Rien à écrire.", fix="Donnez --json FICHIER, --html FICHIER ou les deux.")
    stored = open_territory(folder)
    catalogue = load_catalogue()
    parameters = diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))
    result = run_diagnosis(stored.territory, stored.movements(), parameters)
    if json_file is not None:
        write_text(json_file, json_text(diagnosis_json(stored.territory, result)))
    if html_file is not None:
        walk = stored.streets.get("walk")
        streets = None if walk is None else walk.graph
        write_text(html_file, render_diagnosis(stored.territory, result, catalogue, streets))
    for finding in result.findings[:3]:
        click.echo(finding.sentence, err=True)
