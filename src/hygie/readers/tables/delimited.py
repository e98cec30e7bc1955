"""Delimited tables: separator found, columns matched by name, rows one at a time."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import Progress, Reject, silent
from hygie.readers.tables.source import OpenText
from hygie.readers.tables.values import BadValueError

T = TypeVar("T")

Columns = Mapping[str, Sequence[str]]
"""By role (what the reader needs), the accepted names of the column, best first."""

SEPARATORS = (";", ",", "\t", "|")
_SHOWN = 60
_PROGRESS_EVERY = 4096


class RowError(Exception):
    """A row that cannot be kept."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject)
        self.reject = reject


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a table: names as written, and the position of each role that was found."""

    names: tuple[str, ...]
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One data row; ``line`` is where it starts in the file, 1 being the header's."""

    line: int
    cells: Sequence[str]
    header: Header

    def __getitem__(self, role: str) -> str:
        """Stripped text of a column; empty when the table has no such optional column."""
        position = self.header.positions.get(role)
        return "" if position is None else self.cells[position].strip()

    def read(self, role: str, parser: Callable[[str], T]) -> T:
        """Parsed value of a column.

        Raises
        ------
        RowError
            The parser refused the text.
        """
        try:
            return parser(self[role])
        except BadValueError as bad:
            raise self.fault(role, bad.reason) from bad

    def fault(self, role: str, reason: str) -> RowError:
        """Fault of this row in the column of ``role``, for the reason given (French)."""
        position = self.header.positions.get(role)
        column = role if position is None else self.header.names[position]
        return RowError(rejected(self.line, column=column, value=self[role], reason=reason))


def rejected(line: int, *, value: str, reason: str, column: str = "") -> Reject:
    """A reject as the user will find it: the value shortened, without line ends."""
    return Reject(f"ligne {line}", column, shortened(value), reason)


def shortened(value: str) -> str:
    """A value fit for a message: on one line, and not too long."""
    shown = " ".join(value.split())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def plain_name(name: str) -> str:
    """Column name without accents, case, spaces nor punctuation."""
    letters = unicodedata.normalize("NFKD", name.strip("\ufeff")).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def read_rows(
    source: OpenText,
    columns: Columns,
    *,
    optional: Collection[str] = (),
    progress: Progress = silent,
) -> Iterator[Row | Reject]:
    """Rows of a delimited table, in order; a row that is not one comes as a reject.

    Parameters
    ----------
    source
        The opened file.
    columns
        Accepted column names by role. Names are compared without accents, case or punctuation.
    optional
        Roles that the table may lack.
    progress
        Told of the stored bytes read.

    Raises
    ------
    InputError
        A needed column is missing, a quote is never closed, or the file stops in the middle of a row.
    """
    lines = _Lines(source, progress)
    header, separator = _header(source, next(iter(lines), ""), columns=columns, optional=optional)
    records = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        start = lines.start_record()
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.ended:
                raise _unclosed(source, start) from error
            yield rejected(start, value=lines.last, reason="guillemets ou séparateurs mal placés")
            continue
        if any(cells):
            if len(cells) < len(header.names) and not lines.last.endswith(("\n", "\r")):
                raise _cut(source, start, len(cells), len(header.names))
            yield _row(cells, header, line=start)


def _row(cells: list[str], header: Header, *, line: int) -> Row | Reject:
    """The row, unless its length is not the header's; empty cells beyond the last are let go."""
    expected = len(header.names)
    while len(cells) > expected and not cells[-1].strip():
        cells.pop()
    if len(cells) == expected:
        return Row(line, cells, header)
    reason = f"{len(cells)} valeurs au lieu de {expected}"
    return rejected(line, value=" | ".join(cells), reason=reason)


class _Lines:
    """Physical lines of the file, counted, with a bound on those of one record."""

    def __init__(self, source: OpenText, progress: Progress) -> None:
        self.source = source
        self.progress = progress
        self.number = 0
        self.first_of_record = 1
        self.last = ""
        self.ended = False

    def start_record(self) -> int:
        """Number of the line where the next record starts."""
        self.first_of_record = self.number + 1
        return self.first_of_record

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = self.source.stream.readline()
        if not self.last:
            self.ended = True
            self.progress(f"Lecture de {self.source.name}", self.source.stored, self.source.stored)
            raise StopIteration
        self.number += 1
        if self.number - self.first_of_record >= self.source.limits.record_lines:
            raise _unclosed(self.source, self.first_of_record)
        if self.number % _PROGRESS_EVERY == 0:
            self.progress(f"Lecture de {self.source.name}", self.source.position(), self.source.stored)
        return self.last


def _unclosed(source: OpenText, line: int) -> InputError:
    return InputError(
        "un guillemet ouvert n’est jamais fermé.",
        file=source.name,
        line=line,
        expected="des guillemets par paires autour d’une valeur",
        found="la suite du fichier prise pour une seule valeur",
        fix="Vérifiez que le fichier est entier, ou corrigez cette ligne.",
    )


def _cut(source: OpenText, line: int, found: int, expected: int) -> InputError:
    return InputError(
        "le fichier s’arrête au milieu d’une ligne.",
        file=source.name,
        line=line,
        expected=f"{expected} valeurs",
        found=f"{found}, puis la fin du fichier",
        fix="Téléchargez-le de nouveau\u00a0: il est incomplet.",
    )


def _header(
    source: OpenText, line: str, *, columns: Columns, optional: Collection[str]
) -> tuple[Header, str]:
    """Header and separator: the separator under which most of the columns are found."""
    attempts = [(_matched(_split(line, separator), columns), separator) for separator in SEPARATORS]
    header, separator = max(attempts, key=lambda a: (len(a[0].positions), len(a[0].names)))
    missing = [role for role in columns if role not in header.positions and role not in optional]
    if missing:
        wanted = ", ".join(" ou ".join(f"« {name} »" for name in columns[role]) for role in missing)
        raise InputError(
            "il manque une colonne." if len(missing) == 1 else f"il manque {len(missing)} colonnes.",
            file=source.name,
            line=1,
            expected=wanted,
            found=_some(header.names),
            fix="Vérifiez que c’est le bon fichier, ou ajoutez ce nom de colonne au catalogue.",
        )
    _refuse_twins(source, header)
    return header, separator


def _split(line: str, separator: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().strip("\ufeff") for cell in cells)


def _matched(names: tuple[str, ...], columns: Columns) -> Header:
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        first.setdefault(plain_name(name), position)
    positions = {}
    for role, accepted in columns.items():
        found = next((first[plain_name(name)] for name in accepted if plain_name(name) in first), None)
        if found is not None:
            positions[role] = found
    return Header(names, positions)


def _refuse_twins(source: OpenText, header: Header) -> None:
    """Two columns of the same name, one of which a role reads: nobody can say which is meant."""
    plain = [plain_name(name) for name in header.names]
    for position in header.positions.values():
        if plain.count(plain[position]) > 1:
            raise InputError(
                "deux colonnes portent le même nom.",
                file=source.name,
                line=1,
                column=header.names[position],
                expected="un nom par colonne",
                found=_some(header.names),
                fix="Supprimez ou renommez l’une des deux.",
            )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"« {name[:_SHOWN]} »" for name in names[:20]) or "aucune colonne"
    return f"{shown}…" if len(names) > 20 else shown
