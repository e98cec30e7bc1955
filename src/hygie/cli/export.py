"""hygie territory export: open data, one set of files a licence."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FOLDER
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted
from hygie.engines.portrait.keeping import publishable
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import open_territory
from hygie.reports.exports import MANIFEST, export_files, is_export


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("-o", "--out", type=FOLDER, required=True, help="Dossier à écrire.")
def export(folder: Path, out: Path) -> None:
    """Exporter lieux, zones et chiffres officiels, séparés par licence ; jamais les habitants."""
    stored = open_territory(folder)
    catalogue, day = load_catalogue(), stored.reference_date
    smallest = round(catalogue.figure("smallest_count", date.fromisoformat(day)).value)
    files = export_files(stored.territory, publishable(stored.statistics, smallest), catalogue, day=day)
    write_export(files, out)
    undated = [account.title for account in stored.territory.sources if not account.vintage]
    for title in dict.fromkeys(undated):
        click.echo(f"À noter\u00a0: {title} n’a pas de date, et sa licence peut la demander.", err=True)
    click.echo(f"{counted(len(files), 'fichier écrit', 'fichiers écrits')} dans {out}", err=True)


def write_export(files: Mapping[str, bytes], out: Path) -> None:
    """Write an export whole or not at all; an older export is replaced, anything else left alone.

    Raises
    ------
    HygieError
        If ``out`` holds something else, or cannot be written.
    """
    work: Path | None = None
    try:
        _refuse_foreign(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
        for name, content in files.items():
            (work / name).write_bytes(content)
        work.chmod(0o755)
        _swap(work, out)
    except OSError as error:
        raise HygieError(
            f"Le dossier {out} n’a pas pu être écrit.",
            why=f"{error.strerror or error}.",
            fix="Vérifiez la place disponible et les droits, puis relancez.",
        ) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(out: Path) -> None:
    names = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if not names and (out.is_dir() or not out.exists()):
        return
    manifest = out / MANIFEST
    if not (manifest.is_file() and is_export(manifest.read_bytes(), names)):
        raise HygieError(
            f"{out} existe et n’est pas un export de Hygie, ou contient autre chose.",
            why="Il n’a pas été touché.",
            fix="Choisissez un autre dossier avec -o.",
        )


def _swap(work: Path, out: Path) -> None:
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=out.parent))
    try:
        out.rename(old / "was")
        work.rename(out)
    finally:
        if not out.exists() and (old / "was").exists():
            (old / "was").rename(out)  # the new one could not take its place: the old one stays
        shutil.rmtree(old, ignore_errors=True)
