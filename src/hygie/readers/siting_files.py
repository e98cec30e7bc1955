"""Files of the siting engine: candidate sites as a table, and p-median problems of the OR-Library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.source import OpenText, open_text
from hygie.readers.tables.values import BadValueError, amount, number, required

CANDIDATE_COLUMNS: Columns = {
    "id": ("id", "identifiant", "site"),
    "name": ("name", "nom", "libelle"),
    "lon": ("lon", "longitude", "x"),
    "lat": ("lat", "latitude", "y"),
    "capacity": ("capacity", "capacite", "places"),
    "price": ("price", "cost", "cout", "prix"),
}
_OPTIONAL = frozenset({"name", "capacity", "price"})


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A place where something could open; ``capacity`` is None where not said, ``price`` in euros."""

    id: str
    name: str
    lon: float
    lat: float
    capacity: float | None
    price: float | None


def read_candidates(path: Path) -> Records[CandidateRow]:
    """Read a table of candidate sites.

    Parameters
    ----------
    path
        Delimited text with columns id, lon, lat (degrees) and, where known, name, capacity (people)
        and price (euros).

    Returns
    -------
    Records
        Rows whose identifier comes twice or whose number is off are rejected; a place too far to be
        walked to stays, and is never chosen.

    Raises
    ------
    InputError
        The file is no such table.
    """
    seen: dict[str, int] = {}

    def parse(row: Row) -> CandidateRow:
        key = row.read("id", required)
        refuse_twice(row, "id", key=key, seen=seen)
        lon = row.read("lon", lambda text: _degrees(text, 180.0))
        lat = row.read("lat", lambda text: _degrees(text, 90.0))
        return CandidateRow(key, row["name"], lon, lat, _maybe(row, "capacity"), _maybe(row, "price"))

    return read_records(path, CANDIDATE_COLUMNS, parse=parse, optional=_OPTIONAL)


def _degrees(text: str, most: float) -> float:
    value = number(text)
    if abs(value) > most:
        raise BadValueError("ce ne sont pas des degrés")
    return value


def _maybe(row: Row, role: str) -> float | None:
    return row.read(role, amount) if row[role] else None


@dataclass(frozen=True)
class PMedianFile:
    """A p-median problem on a network: every node is a demand of one and a candidate.

    Attributes
    ----------
    nodes, most
        Number of nodes, and of sites to open.
    edges
        Both ends of each edge, counted from zero; shape (edges, 2).
    lengths
        Whole numbers; shape (edges,).
    """

    nodes: int
    most: int
    edges: NDArray[np.int64]
    lengths: NDArray[np.int64]


MOST_NODES = 5_000
"""Nodes beyond which the matrix of distances is refused."""

_LONGEST = 10**6


def read_pmedian(path: Path) -> PMedianFile:
    """Read a file « pmed » of the OR-Library (Beasley, 1985).

    The first line gives nodes, edges and sites to open; each other one an edge and its length. A
    later line for the same pair replaces the earlier one.

    Raises
    ------
    InputError
        Naming the line.
    """
    with open_text(path) as source:
        lines = _numbers(source)
        _, head = next(lines, (1, ()))
        if len(head) != 3:
            raise _off(source, 1, "trois nombres entiers : sommets, arêtes, sites à ouvrir", head)
        nodes, count, most = head
        if not (1 <= nodes <= MOST_NODES and 1 <= most <= nodes and count >= 0):
            raise _off(source, 1, f"de 1 à {MOST_NODES} sommets, et de 1 site à autant que de sommets", head)
        pairs: dict[tuple[int, int], int] = {}
        read = 0
        for line, values in lines:
            if len(values) != 3 or not all(1 <= end <= nodes for end in values[:2]):
                raise _off(source, line, f"deux sommets de 1 à {nodes}, et une longueur", values)
            if not 1 <= values[2] <= _LONGEST:
                raise _off(source, line, f"une longueur de 1 à {_LONGEST}", values)
            read += 1
            first, last = sorted(values[:2])
            if first != last:
                pairs[first - 1, last - 1] = values[2]
        if read != count:
            raise InputError(
                "le nombre d’arêtes n’est pas celui annoncé.",
                file=source.name,
                expected=f"{count} arêtes",
                found=f"{read}",
                fix="Le fichier est peut-être coupé\u00a0: téléchargez-le de nouveau.",
            )
    edges = np.array(list(pairs), np.int64).reshape(-1, 2)
    return PMedianFile(nodes, most, edges, np.array(list(pairs.values()), np.int64))


def _numbers(source: OpenText) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Line number and whole numbers of each line that is not empty."""
    for line, text in enumerate(source.stream, 1):
        words = text.split()
        if not words:
            continue
        if not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words):
            raise _off(source, line, "des nombres entiers", words)
        yield line, tuple(int(word) for word in words)


def _off(source: OpenText, line: int, expected: str, found: object) -> InputError:
    shown = " ".join(str(one) for one in found) if isinstance(found, list | tuple) else str(found)
    return InputError(
        "cette ligne n’est pas comprise.",
        file=source.name,
        line=line,
        expected=expected,
        found=shown[:60] or "rien",
        fix="Attendu : un fichier « pmed » de l’OR-Library.",
    )
