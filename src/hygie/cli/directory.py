"""hygie directory: the directory from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from django.core.management import call_command

from hygie.cli.output import FOLDER
from hygie.cli.portal import ready


@click.group()
def directory() -> None:
    """Tenir l’annuaire des lieux et des services."""


@directory.command("import")
@click.argument("folder", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
def bring(folder: Path, dry_run: bool) -> None:
    """Mettre l’annuaire à jour depuis un dossier de territoire ; ce qui a été confirmé reste."""
    ready()
    call_command("directory_import", str(folder), dry_run=dry_run)
