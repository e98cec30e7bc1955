"""Practitioners kept in the territory folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hygie.engines.kernel.practitioner import PractitionerTable

PRACTITIONERS = "practitioners.parquet"

_TEXTS = ("places", "professions")
_NUMBERS = ("activity", "age_from", "age_to")


def write_practitioners(practitioners: PractitionerTable | None, folder: Path) -> None:
    """Write the practitioners of a territory; a territory that tells none has no such file."""
    if practitioners is None:
        return
    columns = {name: pa.array(getattr(practitioners, name).tolist(), pa.string()) for name in _TEXTS}
    columns |= {name: pa.array(getattr(practitioners, name), pa.float64()) for name in _NUMBERS}
    source = pa.array([practitioners.source] * len(practitioners), pa.string())
    table = pa.table(columns | {"source": source})
    pq.write_table(table, folder / PRACTITIONERS, compression="zstd")


def read_practitioners(folder: Path) -> PractitionerTable | None:
    """Practitioners of a territory folder, or None without such a file.

    Raises
    ------
    OSError, ValueError, KeyError
        If the file is not what was written.
    """
    file = folder / PRACTITIONERS
    if not file.is_file():
        return None
    table = pq.read_table(file)
    places, professions = (_texts(table, name) for name in _TEXTS)
    activity, age_from, age_to = (table.column(name).to_numpy(zero_copy_only=False) for name in _NUMBERS)
    sources = set(table.column("source").to_pylist())
    source = min(sources, default="")
    return PractitionerTable(places, professions, activity, age_from, age_to, source)


def _texts(table: pa.Table, name: str) -> NDArray[np.str_]:
    return np.array(table.column(name).to_pylist(), dtype=np.dtype(np.str_))
