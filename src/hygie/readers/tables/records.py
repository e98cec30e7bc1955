"""From the rows of a table to what a reader keeps of them, with the account of the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from hygie.readers.records import FileAccount, Progress, Reject, silent
from hygie.readers.tables.delimited import Columns, Row, RowError, read_rows
from hygie.readers.tables.source import LIMITS, Limits, OpenText, open_text

T = TypeVar("T")


@dataclass(frozen=True)
class Records(Generic[T]):
    """Rows kept, in the order of the file, and the account of all of them."""

    kept: tuple[T, ...]
    account: FileAccount


def read_records(
    path: Path,
    columns: Columns,
    *,
    parse: Callable[[Row], T],
    optional: Collection[str] = (),
    progress: Progress = silent,
    limits: Limits = LIMITS,
) -> Records[T]:
    """Read a delimited table: ``parse`` turns a row into a value or raises ``RowError``.

    Parameters
    ----------
    path
        Plain, gzip or zip (one file) text.
    columns
        Accepted column names by role.
    parse
        From a row to what is kept of it.
    optional
        Roles that the table may lack.
    progress
        Told of the bytes read.
    limits
        Sizes beyond which the file is refused.

    Raises
    ------
    InputError
        The file as a whole cannot be read as promised.
    """
    with open_text(path, limits=limits, progress=progress) as source:
        return records_of(source, columns, parse=parse, optional=optional, progress=progress)


def records_of(
    source: OpenText,
    columns: Columns,
    *,
    parse: Callable[[Row], T],
    optional: Collection[str] = (),
    progress: Progress = silent,
) -> Records[T]:
    """Read an opened table; as ``read_records``, which opens it."""
    kept: list[T] = []
    rejects: list[Reject] = []
    for row in read_rows(source, columns, optional=optional, progress=progress):
        if isinstance(row, Reject):
            rejects.append(row)
            continue
        try:
            kept.append(parse(row))
        except RowError as fault:
            rejects.append(fault.reject)
    warnings = source.warnings
    if not kept and not rejects:
        warnings = (*warnings, f"{source.name} ne contient aucune ligne de données.")
    read = len(kept) + len(rejects)
    account = FileAccount(source.name, source.sha256, read, len(kept), tuple(rejects), warnings=warnings)
    return Records(tuple(kept), account)


def refuse_twice(row: Row, role: str, *, key: str, seen: dict[str, int]) -> None:
    """Refuse a row whose key an earlier row already holds; else remember it.

    Raises
    ------
    RowError
        The key was seen before.
    """
    first = seen.setdefault(key, row.line)
    if first != row.line:
        raise row.fault(role, f"doublon de la ligne {first}")
