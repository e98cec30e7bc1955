"""Residents of each commune by the census (INSEE, main operation)."""

from __future__ import annotations

from pathlib import Path

from hygie.readers.populations import read_commune_numbers
from hygie.readers.records import CommuneTable, Progress, silent
from hygie.readers.tables.delimited import Columns
from hygie.readers.tables.values import amount


def read_census(path: Path, columns: Columns, *, progress: Progress = silent) -> CommuneTable:
    """Read the residents of each commune; census numbers are weighted, hence decimals.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names of the roles ``code``, ``name`` and ``people``.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    return read_commune_numbers(path, columns, parser=amount, progress=progress)
