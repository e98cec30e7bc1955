"""hygie replay: compute a recorded run again, and say whether the result is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from hygie.cli.output import FOLDER, json_text
from hygie.cli.whatif import parse_opening
from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.kernel.french import listing, typeset
from hygie.readers.run_records import read_run_record
from hygie.territories.runs import Replay, replay

DIFFERENT = 3
"""Exit code of a run whose result is another."""

MOST_NAMED = 8
"""Names printed of one kind; --json tells them all."""


@click.command("replay")
@click.argument("record", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.pass_context
def replay_run(context: click.Context, record: Path, folder: Path, as_json: bool) -> None:
    """Refaire un calcul relevé et dire si le résultat est le même (code 3 : différent)."""
    found = replay(read_run_record(record), folder, _planned)
    if as_json:
        click.echo(json_text(asdict(found)), nl=False)
    else:
        for line in _lines(found):
            click.echo(typeset(line))
    context.exit(0 if found.same else DIFFERENT)


def _planned(close: Sequence[str], add: Sequence[str]) -> PlannedChange:
    return PlannedChange(close=tuple(close), open=tuple(parse_opening(text) for text in add))


def _lines(found: Replay) -> Iterator[str]:
    if found.same:
        yield f"Même résultat : {found.found}."
    else:
        yield f"Résultat différent : {found.found}, relevé : {found.recorded}."
    causes = list(_causes(found))
    yield from causes
    if found.parts:
        yield f"Ce qui diffère dans le résultat : {_names(found.parts)}."
    if not found.same and not causes:
        yield (
            "Ni le territoire, ni la version de Hygie, ni les valeurs de référence n’ont changé : le relevé "
            "a été modifié, ou le calcul ne se fait plus de la même façon."
        )


def _causes(found: Replay) -> Iterator[str]:
    if found.files:
        yield f"Le territoire a changé, dans : {_names(found.files)}."
        yield "Voyez lieu par lieu avec « hygie territory compare »."
    if found.versions[0] != found.versions[1]:
        yield f"Hygie a changé : version {found.versions[0]}, puis {found.versions[1]}."
    if found.figures:
        yield f"Des valeurs de référence ont changé : {_names(found.figures)}."


def _names(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return listing(names)
    return f"{', '.join(names[:MOST_NAMED])} et {len(names) - MOST_NAMED} de plus"
