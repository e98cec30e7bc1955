"""hygie audit: journals exported, checked by anyone, sealed each month."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import click

from hygie.cli.lazy import LazyGroup
from hygie.cli.output import FILE, write_lines
from hygie.cli.portal import ready
from hygie.engines.kernel.errors import HygieError

JOURNALS = click.Choice(["decisions", "readings"])


@click.group(
    cls=LazyGroup,
    commands_at={name: f"hygie.cli.audit:{name}" for name in ("export", "verify", "seal")},
)
def audit() -> None:
    """Exporter, vérifier et sceller les journaux."""


@click.command()
@click.argument("file", type=FILE)
@click.option("--journal", type=JOURNALS, default="decisions", show_default=True, help="Journal à exporter.")
@click.option("--until", help="Dernier mois à écrire (2026-10)\u00a0: l’export se vérifie avec son sceau.")
def export(file: Path, journal: str, until: str | None) -> None:
    """Écrire un journal, une ligne JSON par entrée."""
    if until is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", until):
        raise HygieError(f"Mois illisible\u00a0: {until}.", fix="Écrivez par exemple 2026-10.")
    ready()
    lines = import_module("hygie.apps.core.audit.export").exported(journal)
    write_lines(file, takewhile(lambda line: until is None or json.loads(line)["month"] <= until, lines))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--head", default="", help="Empreinte attendue de la dernière ligne.")
@click.option("--count", type=click.IntRange(min=0), help="Nombre de lignes attendu.")
def verify(file: Path, head: str, count: int | None) -> None:
    """Vérifier un journal exporté ; n’a besoin ni de l’instance ni de ses clés."""
    chain = import_module("hygie.apps.core.audit.chain")
    try:
        found = chain.verify(_lines(file), head=head.strip(), count=count)
    except chain.BrokenChainError as error:
        raise HygieError("Ce journal a été changé.", why=str(error)) from error
    click.echo(f"lines: {found.count}")
    click.echo(f"head: {found.head}")


def _lines(file: Path) -> Iterator[str]:
    """Lines of a file, cut at line feeds only."""
    try:
        with file.open("rb") as stream:
            for rank, line in enumerate(stream, start=1):
                yield _text(line, rank)
    except OSError as error:
        raise HygieError(f"{file} ne peut pas être lu.", why=f"{error.strerror}.") from error


def _text(line: bytes, rank: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HygieError(
            "Ce journal a été changé.", why=f"Ligne {rank}\u00a0: elle n’est pas en UTF-8."
        ) from error


@click.command()
def seal() -> None:
    """Sceller les mois terminés ; les empreintes paraissent sur /journaux/sceaux."""
    ready()
    made = import_module("hygie.apps.core.operations.sealing").seal_all()
    for one in made:
        click.echo(f"{one.journal} {one.month}\u00a0: {one.last - one.first + 1} lignes, {one.head}")
    if not made:
        click.echo("Aucun mois à sceller.", err=True)
