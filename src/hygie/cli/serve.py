"""hygie serve and hygie demo: the pages, on this computer only."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
from datetime import date
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hygie import __version__
from hygie.cli.output import FOLDER, progress_bar
from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import number
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory, write_territory
from hygie.readers.territory_folder.writing import MANIFEST
from hygie.territories.demo import build_demo

HOST = "127.0.0.1"
THREADS = 4
"""Requests answered at once; the computations themselves use every core."""

DEMO_SEED = 1

PORT = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    envvar="HYGIE_PORT",
    default=8000,
    show_default=True,
    help="Port, sinon celui de la variable HYGIE_PORT.",
)


@click.command()
@click.argument("folder", type=FOLDER)
@PORT
def serve(folder: Path, port: int) -> None:
    """Servir les pages d’un territoire sur cet ordinateur ; Ctrl-C arrête."""
    serve_territory(folder, port)


def serve_territory(folder: Path, port: int) -> None:
    """Serve a territory folder on the loopback address until interrupted.

    Raises
    ------
    HygieError
        If the folder is not a territory, or the port is taken.
    """
    name = open_territory(folder).territory.name
    _check_free(port)
    # The worker is a fresh process: threads of a computation made here would not survive a fork.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ["HYGIE_TERRITORY"] = str(folder.resolve())
    server = Granian(
        "hygie.config.wsgi:application",
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        websockets=False,
        workers_kill_timeout=10,
    )
    click.echo(f"{name} : http://{HOST}:{port} (Ctrl-C pour arrêter)", err=True)
    server.serve()
    click.echo("Hygie est arrêté.", err=True)


def _check_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise HygieError(
                f"Le port {port} ne peut pas être ouvert.",
                why=f"{error.strerror}.",
                fix="Arrêtez le programme qui l’occupe, ou choisissez-en un autre avec --port.",
            ) from error


@click.command()
@click.option("--people", type=int, default=92_000, show_default=True, help="Habitants du Pays de Clairval.")
@click.option(
    "--folder", type=FOLDER, default=Path("var/clairval"), show_default=True, help="Dossier de Clairval."
)
@click.option("--no-serve", is_flag=True, help="Construire et s’arrêter là.")
@PORT
def demo(people: int, folder: Path, no_serve: bool, port: int) -> None:
    """Construire Clairval, la ville fictive, calculer son diagnostic et servir ses pages."""
    if not _is_ready(folder, people):
        click.echo(f"Construction de Clairval, ville fictive de {number(people)} habitants…", err=True)
        with progress_bar() as progress:
            write_territory(build_demo(people=people, seed=DEMO_SEED, progress=progress), folder)
    click.echo("Calcul du diagnostic…", err=True)
    for finding in _first_findings(folder):
        click.echo(f"  {finding}", err=True)
    if no_serve:
        click.echo(f"Clairval est prêt dans {folder}. Pour l’ouvrir : hygie serve {folder}", err=True)
        return
    serve_territory(folder, port)


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


def _first_findings(folder: Path) -> tuple[str, ...]:
    """What the diagnosis says first; computing it here leaves nothing to compile for the first page."""
    stored = open_territory(folder)
    parameters = diagnosis_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    diagnosis = diagnose(stored.territory, stored.movements(), parameters)
    return tuple(finding.sentence for finding in diagnosis.findings[:3])
