"""hygie check: what an operator looks at, one line a point."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module

import click

from hygie.cli.output import json_text
from hygie.cli.portal import configured
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted

MARKS = {"ok": "bon      ", "look": "à voir   ", "bad": "à réparer"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("--quick", is_flag=True, help="Relire les journaux depuis leur dernier sceau seulement.")
def check(as_json: bool, quick: bool) -> None:
    """Vérifier l’instance, sans rien y changer\u00a0; le code de sortie est 1 si un point est à réparer."""
    configured()
    found = list(import_module("hygie.apps.core.operations.checks").points(quick=quick))
    if as_json:
        click.echo(json_text([asdict(point) for point in found]), nl=False)
    else:
        for point in found:
            click.echo(f"{MARKS[point.state]}  {point.name}\u00a0: {point.said}")
            if point.fix:
                click.echo(f"           → {point.fix}")
    bad = sum(point.state == "bad" for point in found)
    if bad:
        raise HygieError(f"{counted(bad, 'point à réparer', 'points à réparer')}.")
