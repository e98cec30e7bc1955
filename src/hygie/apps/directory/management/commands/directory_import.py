"""Bring a territory folder into the directory, from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hygie.apps.directory.drafts import territory_drafts
from hygie.apps.directory.importing import import_lines, plan_import
from hygie.apps.directory.jobs import bring_territory, host
from hygie.readers.territory_folder import open_territory


class Command(BaseCommand):
    """``hygie directory import`` calls it."""

    help = "Mettre l’annuaire à jour depuis un dossier de territoire."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The folder, and whether to only say what would change."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, or say what an import would do."""
        folder = options["folder"]
        if options["dry_run"]:
            plan = plan_import(host(), territory_drafts(open_territory(folder).territory))
        else:
            plan = bring_territory(folder, self._progress)
        for line in import_lines(plan):
            self.stdout.write(line)

    def _progress(self, progress: float, message: str = "") -> None:
        self.stderr.write(f"{100 * progress:3.0f} % {message}")
