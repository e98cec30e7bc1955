"""A Parquet table as the text it stands for, so that one reader judges every row the same way."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.source import LIMITS, OpenText

MAGIC = b"PAR1"
CELLS = 50_000_000
"""Rows times columns beyond which a table is refused: the whole of France by IRIS is far below."""


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet does; False for one that cannot be opened."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def open_parquet(path: Path) -> OpenText:
    """Comma-separated text of a Parquet file: line 1 is the header, as in a spreadsheet.

    Raises
    ------
    InputError
        The file is damaged, too large, or holds columns that no text can stand for.
    """
    try:
        stored = path.read_bytes()
        text = _as_csv(stored, name=path.name)
    except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError) as error:
        raise InputError(
            "ce fichier Parquet est incomplet, abîmé ou trop particulier.",
            file=path.name,
            expected="un tableau Parquet de textes et de nombres",
            found=" ".join(str(error).split())[:120] or type(error).__name__,
            fix="Téléchargez-le de nouveau, ou enregistrez-le en CSV.",
        ) from error
    return OpenText(
        name=path.name,
        sha256=hashlib.sha256(stored).hexdigest(),
        stream=io.StringIO(text, newline=""),
        warnings=(),
        limits=LIMITS,
        raw=io.BytesIO(),
        stored=len(stored),
    )


def _as_csv(stored: bytes, *, name: str) -> str:
    file = pq.ParquetFile(pa.BufferReader(stored))
    size = file.metadata.num_rows * file.metadata.num_columns
    if size > CELLS:
        raise InputError(
            "ce tableau Parquet est démesuré.",
            file=name,
            expected=f"au plus {CELLS} cases",
            found=f"{size} cases",
            fix="Gardez les lignes et les colonnes utiles.",
        )
    sink = io.BytesIO()
    pc.write_csv(file.read(), sink)
    return sink.getvalue().decode("utf-8")
