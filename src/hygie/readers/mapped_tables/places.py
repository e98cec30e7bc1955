"""Any table of places, read as its recipe says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError
from hygie.readers.mapped_tables.layout import PointLayout, names
from hygie.readers.records import PlaceFile, PlaceRecord, Progress, RowAt, silent
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.points import read_points
from hygie.readers.tables.records import refuse_twice
from hygie.readers.tables.values import BadValueError, amount, insee_code

CATEGORY = "= category"
"""Role of the column of categories, which no role of a recipe can be named like."""

_LONGEST_HOURS = 255  # what OpenStreetMap allows, whose notation it is


@dataclass(frozen=True)
class PlaceTable:
    """How to read a table of places.

    Attributes
    ----------
    layout
        Columns and coordinate system.
    fixed
        Category of every place, or empty.
    column
        Accepted names of the column of categories; empty when ``fixed`` is not.
    values
        Category by value of that column, in lower case.
    """

    layout: PointLayout
    fixed: str
    column: tuple[str, ...]
    values: Mapping[str, str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], categories: Collection[str]) -> PlaceTable:
        """Table of a recipe, already true to the schema; ``categories`` is the closed vocabulary.

        Raises
        ------
        HygieError
            A category that does not exist, two of them for one value, or no position.
        """
        layout, given = PointLayout.from_mapping(raw), raw["category"]
        if isinstance(given, str):
            return cls(layout, _known(given, categories, layout.key), (), {})
        values: dict[str, str] = {}
        for value, category in given["values"].items():
            plain = _plain(str(value))
            if values.setdefault(plain, _known(category, categories, layout.key)) != category:
                raise HygieError(
                    f"La table « {layout.key} » donne deux catégories à « {value} ».",
                    why="Ni les majuscules ni les espaces ne distinguent deux valeurs.",
                    fix="Gardez une seule ligne pour cette valeur.",
                )
        return cls(layout, "", names(given["column"]), values)

    def columns(self, path: Path) -> Columns:
        """Columns to look for in a file, that of categories included."""
        told = dict(self.layout.for_file(path))
        return told | {CATEGORY: self.column} if self.column else told

    @property
    def provides(self) -> frozenset[str]:
        """Categories that the table can give."""
        return frozenset(self.values.values()) if self.column else frozenset({self.fixed})


@dataclass(frozen=True, slots=True)
class _Line:
    place: PlaceRecord | None
    at: RowAt


def read_place_table(path: Path, table: PlaceTable, *, progress: Progress = silent) -> PlaceFile:
    """Read places; a value that the recipe maps to no category is kept and listed, never guessed.

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
        The file is not such a table: a column that the recipe names is absent, for instance.
    HygieError
        It is a table, and no column of position is named.
    """
    columns = table.columns(path)
    records = read_points(path, columns, parse=_parser(table), progress=progress)
    unmapped = Counter(line.at.unmapped for line in records.kept if line.at.unmapped)
    places = tuple(line.place for line in records.kept if line.place is not None)
    rows = tuple(line.at for line in records.kept)
    return PlaceFile(places, records.account, table.provides, dict(sorted(unmapped.items())), rows)


def _parser(table: PlaceTable) -> Callable[[Row], _Line]:
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Line:
        lon, lat = table.layout.position(row)
        commune = row.read("commune", insee_code) if row["commune"] else ""
        capacity = row.read("capacity", amount) if row["capacity"] else None
        hours = row.read("hours", _hours)
        category = table.fixed or table.values.get(_plain(row[CATEGORY]), "")
        number = table.layout.identifier(row, lon, lat)
        refuse_twice(row, "id", key=f"{number}:{category}", seen=seen)
        if not category:
            return _Line(None, RowAt(commune, lon, lat, row[CATEGORY][:60] or "valeur absente"))
        site = f"{table.layout.key}:{number}"
        place = PlaceRecord(
            f"{site}:{category}", site, category, row["name"], lon, lat, commune, capacity, hours
        )
        return _Line(place, RowAt(commune, lon, lat))

    return parse


def _hours(text: str) -> str:
    if len(text) > _LONGEST_HOURS:
        raise BadValueError(f"horaires de plus de {_LONGEST_HOURS} caractères")
    return " ".join(text.split())


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()


def _known(category: str, categories: Collection[str], key: str) -> str:
    if category not in categories:
        raise HygieError(
            f"La table « {key} » nomme une catégorie inconnue : « {category} ».",
            why="Le vocabulaire des lieux est fermé : " + ", ".join(categories) + ".",
            fix="Écrivez l’une de ces catégories, ou retirez cette valeur : ses lieux seront listés à part.",
        )
    return category
