"""Residents by age on the square grid of INSEE (Filosofi, 200 m cells)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from pyproj import Transformer

from hygie.engines.kernel.territory import AgeBand
from hygie.readers.records import FileAccount, GridFile, Progress, silent
from hygie.readers.tables.coordinates import in_france
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import read_records, refuse_twice
from hygie.readers.tables.values import amount, flag, number, required

OPTIONAL = ("x", "y", "imputed", "age_unknown")

_AGE_ROLE = re.compile(r"age_([0-9]+)_(?:([0-9]+)|plus)")
_CELL = re.compile(r"CRS3035RES([0-9]+)mN(-?[0-9]+)E(-?[0-9]+)", re.ASCII)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    id: str
    lon: float
    lat: float
    people: float
    ages: tuple[float, ...]
    unknown: float
    imputed: bool


def read_grid(
    path: Path,
    columns: Columns,
    *,
    cell_metres: float,
    age_tolerance: float,
    progress: Progress = silent,
) -> GridFile:
    """Read residents by age and cell.

    Parameters
    ----------
    path
        Delimited text, plain or compressed.
    columns
        Accepted column names by role: ``id`` (INSEE identifier of the cell), ``people``, ages as
        ``age_0_3``… and ``age_80_plus``, and, where the file has them, ``x`` and ``y`` (south-west
        corner in EPSG:3035, metres), ``imputed`` and ``age_unknown``.
    cell_metres
        Side of a cell.
    age_tolerance
        Largest difference, in people, between a cell's residents and the sum of its ages: the file
        rounds each of them. Beyond, the cell is kept and warned of.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table.
    ValueError
        The age roles overlap.
    """
    roles, bands = _age_bands(columns)
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Cell:
        cell = _cell(row, roles, cell_metres=cell_metres)
        refuse_twice(row, "id", key=cell.id, seen=seen)
        return cell

    records = read_records(path, columns, parse=parse, optional=OPTIONAL, progress=progress)
    account = _warned(records.account, records.kept, tolerance=age_tolerance if bands else math.inf)
    return _as_arrays(records.kept, bands, cell_metres=cell_metres, account=account)


def _as_arrays(
    cells: tuple[_Cell, ...], bands: tuple[AgeBand, ...], *, cell_metres: float, account: FileAccount
) -> GridFile:
    by_age = np.array([cell.ages for cell in cells], np.float64).reshape(len(cells), len(bands))
    return GridFile(
        ids=tuple(cell.id for cell in cells),
        lon=np.array([cell.lon for cell in cells], np.float64),
        lat=np.array([cell.lat for cell in cells], np.float64),
        people=np.array([cell.people for cell in cells], np.float64),
        by_age=by_age,
        age_bands=bands,
        imputed=np.array([cell.imputed for cell in cells], np.bool_),
        cell_metres=cell_metres,
        account=account,
    )


def _age_bands(columns: Columns) -> tuple[tuple[str, ...], tuple[AgeBand, ...]]:
    """Age roles in ascending order, and the band each one holds."""
    found = []
    for role in columns:
        matched = _AGE_ROLE.fullmatch(role)
        if matched:
            last = None if matched[2] is None else int(matched[2])
            found.append((AgeBand(int(matched[1]), last), role))
    found.sort(key=lambda pair: pair[0].first)
    for (lower, _), (upper, _) in pairwise(found):
        if lower.last is None or lower.last >= upper.first:
            raise ValueError(f"age bands overlap: {lower.label} and {upper.label}")
    return tuple(role for _, role in found), tuple(band for band, _ in found)


def _cell(row: Row, age_roles: tuple[str, ...], *, cell_metres: float) -> _Cell:
    lon, lat = _centre(row, cell_metres)
    return _Cell(
        line=row.line,
        id=row.read("id", required),
        lon=lon,
        lat=lat,
        people=row.read("people", amount),
        ages=tuple(row.read(role, amount) for role in age_roles),
        unknown=row.read("age_unknown", amount) if row["age_unknown"] else 0.0,
        imputed=row.read("imputed", flag),
    )


def _corner(row: Row, cell_metres: float) -> tuple[float, float]:
    """South-west corner in EPSG:3035, from its own columns or else from the cell's identifier."""
    named = _CELL.fullmatch(row["id"])
    if named and float(named[1]) != cell_metres:
        raise row.fault("id", f"ce carreau a {named[1]} m de côté au lieu de {cell_metres:g}")
    if row["x"] and row["y"]:
        corner = row.read("x", number), row.read("y", number)
        if named and corner != (float(named[3]), float(named[2])):
            raise row.fault("x", "coordonnées contraires à l’identifiant du carreau")
    elif named:
        corner = float(named[3]), float(named[2])
    else:
        raise row.fault("id", "ni coordonnées ni identifiant lisible (CRS3035RES200mN…E…)")
    return corner


def _centre(row: Row, cell_metres: float) -> tuple[float, float]:
    """Longitude and latitude of the middle of the cell."""
    x, y = _corner(row, cell_metres)
    half = cell_metres / 2
    lon, lat = _to_degrees().transform(x + half, y + half)
    if not in_france(lon, lat):
        raise row.fault("id", "carreau hors de France")
    return float(lon), float(lat)


def _warned(account: FileAccount, cells: tuple[_Cell, ...], *, tolerance: float) -> FileAccount:
    """The account, with a warning on the cells whose ages do not sum to their residents."""
    odd = [cell.line for cell in cells if abs(sum(cell.ages) + cell.unknown - cell.people) > tolerance]
    if not odd:
        return account
    lines = ", ".join(str(line) for line in odd[:_SHOWN]) + ("…" if len(odd) > _SHOWN else "")
    warning = (
        f"{account.file} : la somme des âges n’est pas le nombre d’habitants (carreaux gardés tels quels, "
        f"lignes {lines} ; {len(odd)} en tout)."
    )
    return replace(account, warnings=(*account.warnings, warning))


@lru_cache(maxsize=1)
def _to_degrees() -> Transformer:
    return Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
