"""Clairval on disk, built when it is not there: what the demo and the benchmarks start from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hygie import __version__
from hygie.cli.output import progress_bar
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import number
from hygie.readers.territory_folder import open_territory, write_territory
from hygie.readers.territory_folder.integrity import MANIFEST
from hygie.territories.demo import build_demo

CLAIRVAL_PEOPLE = 92_000
CLAIRVAL_FOLDER = Path("var/clairval")
DEMO_SEED = 1


def ready_clairval(folder: Path, people: int) -> None:
    """Build Clairval into a folder, unless it already holds this one, written by this version.

    Raises
    ------
    HygieError
        If the folder holds a real territory, which is never overwritten.
    """
    if _is_ready(folder, people):
        return
    click.echo(f"Construction de Clairval, ville fictive de {number(people)} habitants…", err=True)
    with progress_bar() as progress:
        write_territory(build_demo(people=people, seed=DEMO_SEED, progress=progress), folder)


def _is_ready(folder: Path, people: int) -> bool:
    """Whether the folder already holds this Clairval, written by this version.

    Raises
    ------
    HygieError
        If it holds a real territory, which is never overwritten.
    """
    if not (folder / MANIFEST).is_file():
        return False
    try:
        stored = open_territory(folder)
    except HygieError:
        return False
    if not stored.territory.fictional:
        raise HygieError(
            f"{folder} contient un territoire réel ({stored.territory.name}).",
            why="Il n’a pas été touché.",
            fix="Choisissez un autre dossier avec --folder.",
        )
    version = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["hygie"]
    return version == __version__ and dict(stored.parameters) == {"people": people, "seed": DEMO_SEED}
