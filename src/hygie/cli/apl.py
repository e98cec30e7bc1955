"""hygie apl: how many general practitioners residents share, before and after a change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FOLDER, json_text
from hygie.cli.whatif import parse_opening
from hygie.engines.diagnosis.care_change import FALLING, RISING, CareChange, change_care
from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.diagnosis.parameters import people_key
from hygie.engines.diagnosis.result import WHOLE, Cell
from hygie.engines.diagnosis.study import prepare
from hygie.engines.kernel.french import MINUS, counted, number, percent
from hygie.engines.kernel.measures import Measure
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_apl import apl_json

_AGES = click.IntRange(16, 120)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--close", "closed", multiple=True, help="Lieu à fermer, ou site:SITE pour tous ses services.")
@click.option("--add", "added", multiple=True, help="gp@LON,LAT:MÉDECINS ; sans nombre : 1.")
@click.option("--retire", type=_AGES, help="Âge à partir duquel les médecins partent, sans remplaçant.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def apl(
    folder: Path, closed: tuple[str, ...], added: tuple[str, ...], retire: int | None, as_json: bool
) -> None:
    """Compter les généralistes que les habitants se partagent (de type APL), avant et après un changement."""
    change = PlannedChange(close=closed, open=tuple(parse_opening(text) for text in added))
    stored = open_territory(folder)
    parameters = diagnosis_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    study = prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
    result = change_care(study, change, retiring=None if retire is None else float(retire))
    if as_json:
        click.echo(json_text(apl_json(stored.territory, result)), nl=False)
        return
    for line in _lines(result):
        click.echo(line)


def _lines(result: CareChange) -> Iterator[str]:
    """The whole territory first, then its zones, then what has to be known."""
    asked = bool(result.change.close or result.change.open or result.retiring is not None)
    yield f"{result.before.title}, en {result.before.unit}"
    triples = zip(result.before.cells, result.after.cells, result.difference.cells, strict=True)
    for before, after, change in triples:
        if before.group == WHOLE:
            yield _line(before, after, change) if asked else _state(before)
    for warning in dict.fromkeys((*result.before.warnings, *result.provenance.warnings)):
        yield f"À noter\u00a0: {warning}"


def _state(cell: Cell) -> str:
    """« Saint-Éloi : 9,6 en moyenne, de 8,9 (D1) à 10,2 (D9) »."""
    mean, first, ninth = (_number(cell.measures[f"access_{key}"]) for key in ("mean", "d1", "d9"))
    key = next(key for key in ("under_half", "underserved") if key in cell.measures)
    told = f"{cell.zone_name}\u00a0: {mean} en moyenne, de {first} (D1) à {ninth} (D9)"
    share = cell.measures[key].value
    return told if share is None else f"{told}, {percent(share)} des habitants ont un accès faible"


def _line(before: Cell, after: Cell, change: Cell) -> str:
    """« Saint-Éloi : 9,6 avant, 8,1 après (−1,5), 120 habitants passent sous le seuil »."""
    values = [_number(cell.measures["access_mean"]) for cell in (before, after)]
    told = f"{before.zone_name}\u00a0: {values[0]} avant, {values[1]} après"
    moved = change.measures["access_mean"].value
    if moved is not None:
        told += f" ({_signed(moved)})"
    for word, where in ((FALLING, "sous le seuil"), (RISING, "au-dessus du seuil")):
        people = after.measures.get(people_key(word))
        if people is not None and people.value:
            told += f", {counted(people.value, 'habitant passe', 'habitants passent')} {where}"
    return told


def _number(measure: Measure) -> str:
    return "masqué" if measure.value is None else number(measure.value, 1)


def _signed(change: float) -> str:
    shown = number(abs(change), 1)
    if not shown.strip("0,"):
        return "0"
    return ("+" if change > 0 else MINUS) + shown
