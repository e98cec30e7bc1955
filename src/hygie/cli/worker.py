"""hygie worker: does the work that pages ask for."""

from __future__ import annotations

from importlib import import_module

import click

from hygie.cli.portal import ready


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, 32), default=2, show_default=True, help="Travaux faits en même temps."
)
def worker(threads: int) -> None:
    """Faire les travaux demandés par les pages ; Ctrl-C finit ceux en cours, puis arrête."""
    ready()
    import_module("hygie.apps.core.operations.keys").refuse_wrong_keys()
    click.echo("Hygie travaille (Ctrl-C pour arrêter).", err=True)
    import_module("hygie.apps.core.operations.work").work(threads)
    click.echo("Hygie ne travaille plus.", err=True)
