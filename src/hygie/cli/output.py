"""How commands speak: results on standard output or in files, progress on standard error."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Never

import click
from tqdm import tqdm

from hygie.engines.kernel.errors import HygieError
from hygie.readers.records import Progress
from hygie.readers.territory_folder.integrity import files_of

FOLDER = click.Path(file_okay=False, path_type=Path)
"""A territory folder."""

FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
"""A file to write, or - for standard output."""


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show what is being read on standard error; nothing when it is not a terminal."""
    bars: dict[str, tqdm[Never]] = {}

    def show(label: str, done: int, total: int) -> None:
        bar = bars.get(label)
        if bar is None:
            bar = bars[label] = tqdm(
                total=total or None, desc=label, unit="o", unit_scale=True, file=sys.stderr, disable=None
            )
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def make_folder(folder: Path) -> None:
    """Create a folder to write into.

    Raises
    ------
    HygieError
        If it cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(f"Le dossier {folder}", error) from error


def _unwritten(what: str, error: OSError) -> HygieError:
    return HygieError(
        f"{what} n’a pas pu être écrit.",
        why=f"{error.strerror or error}.",
        fix="Vérifiez que son dossier existe et que vous pouvez y écrire.",
    )


@contextmanager
def _whole(file: Path) -> Iterator[IO[str]]:
    """Open a file that appears whole or not at all; ``-`` is standard output."""
    if str(file) == "-":
        yield sys.stdout
        return
    try:
        if file.exists() and not file.is_file():  # a pipe or a device is written to, never replaced
            with file.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        file = file.resolve()
        work = file.with_name(f".{file.name}.{os.getpid()}.partial")
        try:
            with work.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            work.replace(file)
        finally:
            with suppress(OSError):
                work.unlink()
    except OSError as error:
        raise _unwritten(f"Le fichier {file}", error) from error


def check_targets(files: Iterable[Path | None], *folders: Path) -> None:
    """Refuse to write two results to one place, or over a file that a territory is made of.

    Raises
    ------
    HygieError
        Naming the file, before anything is computed.
    """
    named = [file if str(file) == "-" else file.resolve() for file in files if file is not None]
    for file in named:
        where = "la sortie standard" if str(file) == "-" else str(file)
        if named.count(file) > 1:
            fix = "Donnez un fichier différent à chaque option."
            raise HygieError(f"Deux résultats iraient dans {where}.", fix=fix)
        for folder in folders:
            if file in {(folder / name).resolve() for name in files_of(folder)}:
                raise HygieError(
                    f"{where} est un fichier du territoire {folder}\u00a0: il n’a pas été touché.",
                    fix="Choisissez un autre fichier à écrire.",
                )


def write_text(file: Path, text: str) -> None:
    """Write a file whole or not at all; ``-`` is standard output."""
    with _whole(file) as stream:
        stream.write(text)


def write_lines(file: Path, lines: Iterable[str]) -> None:
    """Write lines as they come, into a file that appears whole or not at all; ``-`` is standard output."""
    with _whole(file) as stream:
        stream.writelines(f"{line}\n" for line in lines)


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file of bytes whole or not at all; ``-`` is standard output."""
    with _whole(file) as stream:
        if not isinstance(stream, TextIOWrapper):
            raise TypeError("bytes go to a file or to standard output")
        stream.buffer.write(content)


def json_text(value: object) -> str:
    """JSON as written to files and standard output: readable, French kept, no NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write comma-separated values; floats in full, so that they read back to the same number."""
    with _whole(file) as stream:
        _rows(stream, header, rows)


def _rows(stream: IO[str], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def blank_nan(value: float) -> float | str:
    """A number for a CSV cell, empty when unknown."""
    return "" if value != value else float(value)  # noqa: PLR0124  # NaN is the number unequal to itself
