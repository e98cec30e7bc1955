"""Which column tells what, and in which coordinate system, as a recipe says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyproj import Transformer

from hygie.engines.kernel.errors import HygieError
from hygie.readers.tables.coordinates import DEGREES, placed, to_degrees
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.points import holds_json
from hygie.readers.tables.values import BadValueError

_DEGREES, _METRES = ("lon", "lat"), ("x", "y")


@dataclass(frozen=True)
class PointLayout:
    """Columns by role, and what turns ``x`` and ``y`` into degrees (None: they are degrees).

    ``key`` is the name of the table in the recipe.
    """

    key: str
    columns: Columns
    transformer: Transformer | None = None

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> PointLayout:
        """Layout of a ``table:`` of a recipe, already true to the schema.

        Raises
        ------
        HygieError
            Half a position, two of them, x and y without a coordinate system, or an unknown one.
        """
        key = str(raw["key"])
        columns = {role: names(given) for role, given in raw["columns"].items()}
        told = [pair for pair in (_DEGREES, _METRES) if columns.keys() & set(pair)]
        if len(told) > 1 or any(not set(pair) <= columns.keys() for pair in told):
            raise HygieError(
                f"La table « {key} » ne dit pas où sont ses lignes.",
                why="Données : " + (", ".join(columns) or "aucune colonne") + ".",
                fix="Écrivez « lon: » et « lat: », ou bien « x: », « y: » et « crs: ».",
            )
        return cls(key, columns, _transformer(key, raw.get("crs", ""), projected=_METRES in told))

    def for_file(self, path: Path) -> Columns:
        """Columns to look for in a file; a GeoJSON gives positions by itself.

        Raises
        ------
        HygieError
            A table without any column of position.
        """
        if holds_json(path):
            bare = {role: given for role, given in self.columns.items() if role not in (*_DEGREES, *_METRES)}
            return {**bare, "lon": (), "lat": ()}
        if not self.columns.keys() & {*_DEGREES, *_METRES}:
            raise HygieError(
                f"La table « {self.key} » ne dit pas où sont ses lignes.",
                why=f"{path.name} est un tableau : ses positions sont dans des colonnes.",
                fix="Écrivez « lon: » et « lat: », ou bien « x: », « y: » et « crs: ».",
            )
        return self.columns

    def position(self, row: Row) -> tuple[float, float]:
        """Longitude and latitude of a row.

        Raises
        ------
        RowError
            Absent, wrong, swapped or outside France.
        """
        degrees = "lon" in row.header.positions
        first, second = _DEGREES if degrees else _METRES
        try:
            return placed(row[first], row[second], None if degrees else self.transformer)
        except BadValueError as bad:
            raise row.fault(first, bad.reason) from bad

    def identifier(self, row: Row, lon: float, lat: float) -> str:
        """What a row is called: its own identifier, else its position and name, without spaces."""
        own = "_".join(row["id"].split())
        return own or "_".join(part for part in (f"{lon:.6f}", f"{lat:.6f}", _slug(row["name"])) if part)


def names(given: Any) -> tuple[str, ...]:
    """One name, or several, as a recipe writes them."""
    return (given,) if isinstance(given, str) else tuple(given)


def _transformer(key: str, crs: str, *, projected: bool) -> Transformer | None:
    if not projected and crs in ("", DEGREES):
        return None
    if not projected or not crs or crs == DEGREES:
        raise HygieError(
            f"La table « {key} » ne dit pas dans quel système sont ses positions.",
            why="« x » et « y » vont avec « crs: », « lon » et « lat » sont des degrés.",
            fix="Écrivez « crs: EPSG:2154 » pour du Lambert-93, avec « x: » et « y: ».",
        )
    try:
        return to_degrees(crs)
    except BadValueError as bad:
        raise HygieError(
            f"La table « {key} » donne un système de coordonnées inconnu : {crs}.",
            fix="Écrivez « crs: EPSG:2154 » pour du Lambert-93.",
        ) from bad


def _slug(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", bare))[:60]
