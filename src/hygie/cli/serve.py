"""hygie serve and hygie demo: the pages, on this computer only."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from hygie.cli.clairval import CLAIRVAL_FOLDER, CLAIRVAL_PEOPLE, ready_clairval
from hygie.cli.demo_portal import ready_portal
from hygie.cli.output import FOLDER
from hygie.cli.portal import ready
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import open_territory

HOST = "127.0.0.1"
THREADS = 3
"""Requests answered at once. More of them wait for one another: with four, the slowest pages took longer
under load, and no more came out (`make load`). The computations themselves use every core."""

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
@click.option(
    "--with-worker", is_flag=True, help="Faire aussi les travaux (« hygie worker ») tant que le site sert."
)
def serve(folder: Path, port: int, with_worker: bool) -> None:
    """Servir les pages d’un territoire sur cet ordinateur ; Ctrl-C arrête."""
    serve_territory(folder, port, with_worker=with_worker)


def serve_territory(folder: Path, port: int, *, with_worker: bool = False) -> None:
    """Serve a territory folder on the loopback address until interrupted.

    An instance without tables is given them first. ``with_worker`` starts a worker beside the site.

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
    _open_reading()
    _say_where(port)
    ready()
    import_module("hygie.apps.core.operations.keys").refuse_wrong_keys()
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
    with _worker(with_worker):
        server.serve()
    click.echo("Hygie est arrêté.", err=True)


def _open_reading() -> None:
    """Let whoever opens a folder on their own computer read it without an account, until there is one.

    Behind a proxy, or under another name, others may come: the operator decides then.
    """
    if not os.environ.get("HYGIE_HTTPS") and not os.environ.get("HYGIE_HOSTS"):
        os.environ.setdefault("HYGIE_OPEN_READING", "sans-compte")


def _say_where(port: int) -> None:
    """Links in messages lead to this port: they never follow the address of a request."""
    if not os.environ.get("HYGIE_HTTPS") and not os.environ.get("HYGIE_HOSTS"):
        os.environ.setdefault("HYGIE_ADDRESS", f"http://{HOST}:{port}")


@contextmanager
def _worker(wanted: bool) -> Iterator[None]:
    """A worker beside the site, in a process of its own, for as long as the site is served."""
    if not wanted:
        yield
        return
    code = "from hygie.cli.main import run; run(['worker', '--threads', '1'])"
    with subprocess.Popen([sys.executable, "-c", code]) as child:  # noqa: S603  # our own program
        try:
            yield
        finally:
            child.terminate()


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
@click.option("--new-passwords", is_flag=True, help="Tirer et dire d’autres mots de passe.")
@PORT
def demo(people: int, folder: Path, no_serve: bool, new_passwords: bool, port: int) -> None:
    """Construire Clairval, la ville fictive, remplir son portail et servir ses pages."""
    ready_clairval(folder, people)
    ready_portal(folder, new_keys=new_passwords)
    if no_serve:
        click.echo(f"Clairval est prêt dans {folder}. Pour l’ouvrir : hygie demo", err=True)
        return
    serve_territory(folder, port, with_worker=True)
