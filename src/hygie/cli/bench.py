"""hygie bench: this project and its peers on the same work, in one run."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import click

from hygie.cli.clairval import CLAIRVAL_FOLDER, CLAIRVAL_PEOPLE, ready_clairval
from hygie.cli.output import json_text
from hygie.engines.kernel.errors import HygieError

PEERS = ("networkx", "igraph", "pandana", "access", "duckdb", "polars", "spopt", "geopandas")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def bench(names: tuple[str, ...], as_json: bool) -> None:
    """Mesurer la vitesse à côté d’outils comparables, résultats comparés."""
    absent = [peer for peer in PEERS if importlib.util.find_spec(peer) is None]
    if absent:
        raise HygieError(
            f"Outils de comparaison absents : {', '.join(absent)}.",
            fix="Lancez « make bench », qui les installe.",
        )
    benchmarks, root = _benchmarks()
    folder = root / CLAIRVAL_FOLDER
    ready_clairval(folder, CLAIRVAL_PEOPLE)
    told = benchmarks.run(names, lambda line: click.echo(line, err=True), territory_folder=folder)
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    for task in told["tasks"]:
        peers = " · ".join(f"{name} × {peer['ratio']:.0f}" for name, peer in task["peers"].items())
        click.echo(f"{task['name']} : {task['ours_s'] * 1000:.2f} ms · {peers}")


def _benchmarks() -> tuple[ModuleType, Path]:
    """The checkout's ``benchmarks/run.py``, which is not part of the installed package, and its root."""
    root = next(
        (p for p in (Path.cwd(), *Path(__file__).parents) if (p / "benchmarks/run.py").is_file()), None
    )
    if root is None:
        raise HygieError(
            "Le dossier benchmarks/ est introuvable.",
            why="Il fait partie du dépôt, pas du programme installé.",
            fix="Lancez la commande depuis une copie du dépôt, avec « make bench ».",
        )
    sys.path.insert(0, str(root))
    return importlib.import_module("benchmarks.run"), root
