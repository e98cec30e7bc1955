"""FINESS archives without header: the files « etalab » published until May 2026.

One file holds a first line about itself, a row « structureet » for each establishment, and a row
« geolocalisation » for each position; fields are known by their rank, and nothing is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from hygie.engines.kernel.errors import InputError
from hygie.readers.finess.mapping import ArchiveRows, FinessMapping
from hygie.readers.records import FileAccount, Progress, Reject, silent
from hygie.readers.tables.delimited import Header, Row, RowError, rejected
from hygie.readers.tables.records import Records
from hygie.readers.tables.source import OpenText, open_text

T = TypeVar("T")

FIRST_FIELD = "finess"
SEPARATOR = ";"


def is_archive(path: Path, mapping: FinessMapping) -> bool:
    """Whether the file has the layout without header.

    Raises
    ------
    InputError
        It is not a text file.
    """
    with open_text(path) as source:
        mark = source.stream.readline().split(SEPARATOR)[0].strip().lower()
    return mark in (FIRST_FIELD, mapping.archive.mark)


def read_archive(
    path: Path, mapping: FinessMapping, *, parse: Callable[[Row], T], progress: Progress = silent
) -> Records[T]:
    """Read an archive: ``parse`` gets each establishment with the coordinates of its position row.

    Parameters
    ----------
    path
        The archive, plain or compressed.
    mapping
        The catalogue's sheet, for the rank of each field.
    parse
        From an establishment's row to what is kept of it, or raises ``RowError``.
    progress
        Told of the bytes read.

    Returns
    -------
    Establishments kept; the account counts the rows of both kinds.

    Raises
    ------
    InputError
        The file holds neither kind of row.
    """
    with open_text(path, progress=progress) as source:
        rows = list(_rows(source, mapping))
        if not rows:
            raise InputError(
                "cette archive FINESS ne contient aucun établissement.",
                file=source.name,
                expected=f"des lignes « {mapping.archive.mark} »",
                found="aucune",
            )
        rejects = [row for row in rows if isinstance(row, Reject)]
        good = [row for row in rows if isinstance(row, Row)]
        positions = [row for row in good if row.cells[0] == mapping.archive_positions.mark]
        located = {row["number"]: (row["x"], row["y"]) for row in positions}
        kept: list[T] = []
        for row in good:
            if row.cells[0] == mapping.archive.mark:
                try:
                    kept.append(parse(_with_position(row, located)))
                except RowError as fault:
                    rejects.append(fault.reject)
        counted = len(kept) + len(positions)
        account = FileAccount(
            source.name, source.sha256, len(rows), counted, tuple(rejects), warnings=source.warnings
        )
    return Records(tuple(kept), account)


def _rows(source: OpenText, mapping: FinessMapping) -> Iterator[Row | Reject]:
    """Rows of both kinds, in order; the first line and blank lines are not rows."""
    kinds = {kind.mark: kind for kind in (mapping.archive, mapping.archive_positions)}
    headers = {mark: _header(kind) for mark, kind in kinds.items()}
    for line, text in enumerate(source.stream, start=1):
        cells = text.rstrip("\r\n").split(SEPARATOR)
        mark = cells[0] = cells[0].strip().lower()
        if mark == FIRST_FIELD or not any(cells):
            continue
        if mark not in kinds:
            yield rejected(line, column="champ 1", value=mark, reason="type de ligne inconnu")
        elif len(cells) != kinds[mark].width:
            reason = f"{len(cells)} valeurs au lieu de {kinds[mark].width}"
            yield rejected(line, value=text, reason=reason)
        else:
            yield Row(line, cells, headers[mark])


def _header(kind: ArchiveRows) -> Header:
    names = tuple(f"champ {rank}" for rank in range(1, kind.width + 1))
    return Header(names, {role: rank - 1 for role, rank in kind.fields.items()})


def _with_position(row: Row, located: dict[str, tuple[str, str]]) -> Row:
    """The establishment's row followed by its coordinates, as if the table had them."""
    x, y = located.get(row["number"], ("", ""))
    width = len(row.cells)
    header = Header(
        (*row.header.names, "coordxet", "coordyet"),
        {**row.header.positions, "x": width, "y": width + 1},
    )
    return Row(row.line, [*row.cells, x, y], header)
