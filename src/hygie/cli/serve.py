"""hygie serve and hygie demo: the pages, on this computer only."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Thread

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hygie.cli.clairval import CLAIRVAL_FOLDER, CLAIRVAL_PEOPLE, ready_clairval
from hygie.cli.output import FOLDER
from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory

HOST = "127.0.0.1"
THREADS = 4
"""Requests answered at once; the computations themselves use every core."""

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
    click.echo(f"{name}\u00a0: ouverture…", err=True)
    Thread(target=_announce, args=(port,), daemon=True).start()
    server.serve()
    click.echo("Hygie est arrêté.", err=True)


def _announce(port: int) -> None:
    """Say the address once it answers: a page opened before would be refused."""
    while True:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            break
        time.sleep(0.1)
    click.echo(f"Prêt\u00a0: http://{HOST}:{port} (Ctrl-C pour arrêter)", err=True)


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
@click.option(
    "--people", type=int, default=CLAIRVAL_PEOPLE, show_default=True, help="Habitants du Pays de Clairval."
)
@click.option(
    "--folder", type=FOLDER, default=CLAIRVAL_FOLDER, show_default=True, help="Dossier de Clairval."
)
@click.option("--no-serve", is_flag=True, help="Construire et s’arrêter là.")
@PORT
def demo(people: int, folder: Path, no_serve: bool, port: int) -> None:
    """Construire Clairval, la ville fictive, calculer son diagnostic et servir ses pages."""
    ready_clairval(folder, people)
    click.echo("Calcul du diagnostic…", err=True)
    for finding in _first_findings(folder):
        click.echo(f"  {finding}", err=True)
    if no_serve:
        click.echo(f"Clairval est prêt dans {folder}. Pour l’ouvrir : hygie serve {folder}", err=True)
        return
    serve_territory(folder, port)


def _first_findings(folder: Path) -> tuple[str, ...]:
    """What the diagnosis says first; computing it here leaves nothing to compile for the first page."""
    stored = open_territory(folder)
    parameters = diagnosis_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    diagnosis = diagnose(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
    return tuple(finding.sentence for finding in diagnosis.findings[:3])
