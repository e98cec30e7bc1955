"""Any inventory of trees, read as its recipe says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError
from hygie.readers.mapped_tables.layout import PointLayout
from hygie.readers.records import FileAccount, Progress, silent
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.points import read_points
from hygie.readers.tables.records import refuse_twice
from hygie.readers.tables.values import BadValueError, amount

TALLEST_METRES = 150.0
"""No tree on Earth is taller, nor has a wider crown: a larger number is in another unit."""


@dataclass(frozen=True)
class TreeTable:
    """How to read an inventory of trees: columns and coordinate system."""

    layout: PointLayout

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> TreeTable:
        """Table of a recipe, already true to the schema.

        Raises
        ------
        HygieError
            No position, or a crown told twice.
        """
        layout = PointLayout.from_mapping(raw)
        if {"crown_radius", "crown_diameter"} <= layout.columns.keys():
            raise HygieError(
                f"La table « {layout.key} » donne deux fois le houppier.",
                why="Le rayon et le diamètre pourraient se contredire.",
                fix="Gardez « crown_radius: » ou « crown_diameter: ».",
            )
        return cls(layout)


@dataclass(frozen=True)
class TreeFile:
    """Trees of an inventory.

    ``trees`` are (lon, lat, crown radius in m or NaN), shape (n, 3), as ``OsmFile.trees``; ``heights``
    are metres, NaN unknown, shape (n,), or empty when the inventory tells none.
    """

    ids: tuple[str, ...]
    species: tuple[str, ...]
    trees: NDArray[np.float64]
    account: FileAccount
    heights: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class _Tree:
    id: str
    species: str
    at: tuple[float, float, float]
    height: float


def read_tree_table(path: Path, table: TreeTable, *, progress: Progress = silent) -> TreeFile:
    """Read trees.

    Parameters
    ----------
    path
        Delimited text, plain or compressed, or GeoJSON points.
    table
        How to read it.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not such a table.
    HygieError
        It is a table, and no column of position is named.
    """
    columns = table.layout.for_file(path)
    records = read_points(path, columns, parse=_parser(table.layout), progress=progress)
    return TreeFile(
        ids=tuple(tree.id for tree in records.kept),
        species=tuple(tree.species for tree in records.kept),
        trees=np.array([tree.at for tree in records.kept], np.float64).reshape(-1, 3),
        account=records.account,
        heights=np.array([tree.height for tree in records.kept], np.float64),
    )


def _parser(layout: PointLayout) -> Callable[[Row], _Tree]:
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Tree:
        lon, lat = layout.position(row)
        for role in ("crown_radius", "crown_diameter"):
            if row[role]:
                row.read(role, _metres)
        number = layout.identifier(row, lon, lat)
        refuse_twice(row, "id", key=number, seen=seen)
        height = (row.read("height", _metres) if row["height"] else 0.0) or math.nan
        return _Tree(f"{layout.key}:{number}", row["species"], (lon, lat, _radius(row)), height)

    return parse


def _radius(row: Row) -> float:
    """Crown radius in metres; an empty cell or a zero is not known: no tree has no crown."""
    if row["crown_diameter"]:
        return row.read("crown_diameter", _metres) / 2 or math.nan
    return (row.read("crown_radius", _metres) if row["crown_radius"] else 0.0) or math.nan


def _metres(text: str) -> float:
    value = amount(text)
    if value > TALLEST_METRES:
        raise BadValueError(f"plus de {TALLEST_METRES:.0f} m pour un arbre")
    return value
