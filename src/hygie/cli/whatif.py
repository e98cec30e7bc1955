"""hygie whatif: what closing or opening places changes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_text
from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.parameters import DiagnosisParameters
from hygie.engines.diagnosis.sentences import reason_words
from hygie.engines.diagnosis.what_if import WhatIf
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import number, percent
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_whatif import whatif_json
from hygie.territories.runs import WHATIF, run_record, run_what_if

_OPENING = re.compile(r"(?P<category>[a-z_]+)@(?P<lon>[^,]+),(?P<lat>[^,:]+)(?::(?P<capacity>.*))?")


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--close", "closed", multiple=True, help="Lieu à fermer, ou site:SITE pour tous ses services.")
@click.option("--add", "added", multiple=True, help="CATÉGORIE@LON,LAT:CAPACITÉ ; capacité vide : 1.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("--record", "record_file", type=FILE, help="Relevé à écrire, pour refaire ce calcul.")
def whatif(
    folder: Path, closed: tuple[str, ...], added: tuple[str, ...], as_json: bool, record_file: Path | None
) -> None:
    """Comparer avant et après des fermetures et des ouvertures."""
    change = PlannedChange(close=closed, open=tuple(parse_opening(text) for text in added))
    check_targets([record_file], folder)
    stored = open_territory(folder)
    catalogue = load_catalogue()
    result = run_what_if(stored, catalogue, change)
    if record_file is not None:
        told = whatif_json(stored.territory, result)
        arguments = {"close": closed, "add": added}
        write_text(record_file, json_text(run_record(WHATIF, folder, stored, told, arguments)))
    if as_json:
        click.echo(json_text(whatif_json(stored.territory, result)), nl=False)
        return
    for line in _lines(result, diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))):
        click.echo(line)


def _lines(result: WhatIf, parameters: DiagnosisParameters) -> Iterator[str]:
    """One line an indicator: the share beyond the main threshold, before and after."""
    for before, after in zip(result.before, result.after, strict=True):
        if before.key not in result.touched:
            continue
        if before.reason is not None:
            yield f"{before.title}\u00a0: non calculé, {reason_words(before.reason)}"
            continue
        cells = [indicator.cell() for indicator in (before, after)]
        measures = [cell.measures.get(parameters.main_key) for cell in cells if cell]
        values = [measure.value for measure in measures if measure]
        shown = ["masqué" if value is None else percent(value, 1) for value in values]
        if len(shown) == len(cells):
            limit = number(parameters.main_threshold)
            yield f"{before.title}\u00a0: à plus de {limit} minutes, {shown[0]} avant, {shown[1]} après"


def parse_opening(text: str) -> Opening:
    """Read ``CATEGORY@LON,LAT:CAPACITY``; an empty or absent capacity is 1.

    Raises
    ------
    HygieError
        If the text is not of that form or a number is out of range.
    """
    match = _OPENING.fullmatch(text)
    try:
        if match is None:
            raise ValueError("forme non reconnue")
        lon, lat = float(match["lon"]), float(match["lat"])
        capacity = float(match["capacity"]) if match["capacity"] else 1.0
        if not (-180 <= lon <= 180 and -90 <= lat <= 90 and math.isfinite(capacity) and capacity > 0):
            raise ValueError("nombre hors limites")
    except ValueError as error:
        raise HygieError(
            f"--add « {text} » n’est pas compris ({error}).",
            why="Attendu : CATÉGORIE@LONGITUDE,LATITUDE:CAPACITÉ.",
            fix="Par exemple : pharmacy@3.0037,43.1843:2.",
        ) from error
    return Opening(match["category"], lon, lat, capacity)
