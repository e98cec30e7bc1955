"""hygie diagnose: the indicators of a territory, as data and as a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_bytes, write_text
from hygie.engines.kernel.errors import HygieError
from hygie.engines.portrait.result import Portrait
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.json_portrait import portrait_json
from hygie.reports.ods import render_ods
from hygie.reports.page import render_scene
from hygie.reports.pdf.document import render_pdf
from hygie.reports.sections import Scene
from hygie.reports.stage import stage_of
from hygie.reports.words import number_parameter
from hygie.territories.runs import DIAGNOSE, run_portrait, run_record


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "json_file", type=FILE, help="Données à écrire, - pour l’écran.")
@click.option("--html", "html_file", type=FILE, help="Page à écrire, complète en un seul fichier.")
@click.option("--pdf", "pdf_file", type=FILE, help="Document à écrire, balisé (PDF/UA), pour imprimer.")
@click.option("--ods", "ods_file", type=FILE, help="Tableur à écrire, avec tous les tableaux.")
@click.option("--record", "record_file", type=FILE, help="Relevé à écrire, pour refaire ce calcul.")
def diagnose(
    folder: Path,
    *,
    json_file: Path | None,
    html_file: Path | None,
    pdf_file: Path | None,
    ods_file: Path | None,
    record_file: Path | None,
) -> None:
    """Calculer le diagnostic du territoire, et ce que les sources officielles en disent."""
    files = (json_file, html_file, pdf_file, ods_file, record_file)
    if all(file is None for file in files):
        raise HygieError(
            "Rien à écrire.", fix="Donnez --json FICHIER, --html FICHIER, --pdf FICHIER ou --ods FICHIER."
        )
    check_targets(files, folder)
    stored = open_territory(folder)
    catalogue = load_catalogue()
    portrait = run_portrait(stored, catalogue)
    told = portrait_json(stored.territory, portrait)
    if json_file is not None:
        write_text(json_file, json_text(told))
    if record_file is not None:
        write_text(record_file, json_text(run_record(DIAGNOSE, folder, stored, told, {})))
    if html_file is not None or pdf_file is not None:
        scene = _scene(stored, portrait, catalogue)
        if html_file is not None:
            write_text(html_file, render_scene(scene))
        if pdf_file is not None:
            write_bytes(pdf_file, render_pdf(scene, date.fromisoformat(stored.reference_date)))
    if ods_file is not None:
        write_bytes(ods_file, render_ods(stored.territory, portrait, catalogue, day=stored.reference_date))
    for finding in portrait.diagnosis.findings[:3]:
        click.echo(finding.sentence, err=True)


def _scene(stored: StoredTerritory, portrait: Portrait, catalogue: Catalogue) -> Scene:
    """What every document is drawn from."""
    walk = stored.streets.get("walk")
    few = int(number_parameter(portrait.diagnosis.provenance, "smallest_count"))
    stage = stage_of(stored.territory, few, None if walk is None else walk.graph)
    return Scene(stored.territory, portrait.diagnosis, catalogue, stage, portrait)
