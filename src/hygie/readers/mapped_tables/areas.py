"""Any file of areas (GeoJSON, GeoPackage), read as its recipe says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hygie.engines.kernel.plane import Plane
from hygie.readers.geopackage import is_geopackage, read_geopackage
from hygie.readers.mapped_tables.layout import names
from hygie.readers.records import AreaFile, FileAccount, OsmArea, Progress, Reject, silent
from hygie.readers.tables.delimited import Columns, plain_name, shortened
from hygie.readers.tables.geojson import Feature, FeatureFile, polygon, read_features
from hygie.readers.tables.points import cell_text
from hygie.readers.tables.values import BadValueError, amount

TALLEST_METRES = 400.0
HIGHEST_LEVELS = 60.0
"""Beyond these, a number of a column is in another unit or mistyped: the row is rejected."""
_LONGEST_HOURS = 255  # what OpenStreetMap allows, whose notation it is


@dataclass(frozen=True)
class AreaTable:
    """How to read a file of areas.

    Attributes
    ----------
    key
        Its name in the recipe.
    columns
        Accepted property names by role: id, name, hours, height, levels.
    fixed
        Category of every area, or empty.
    values
        Category by value of the column ``category``, in lower case.
    """

    key: str
    columns: Columns
    fixed: str
    values: Mapping[str, str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> AreaTable:
        """Table of a recipe, already true to the schema."""
        given = raw["category"]
        columns = {role: names(told) for role, told in raw["columns"].items()}
        if isinstance(given, str):
            return cls(str(raw["key"]), columns, given, {})
        values = {str(value).strip().lower(): category for value, category in given["values"].items()}
        return cls(str(raw["key"]), {**columns, "category": names(given["column"])}, "", values)


def read_area_table(
    path: Path, table: AreaTable, *, repair_limit: float, layer: str = "", progress: Progress = silent
) -> AreaFile:
    """Read areas.

    Parameters
    ----------
    path
        GeoJSON in degrees, plain or compressed, or a GeoPackage in any known coordinate system.
    table
        How to read it.
    repair_limit
        Largest change of area, as a share, that the repair of a self-crossing polygon may make.
    layer
        Which layer of a GeoPackage; empty for the only one that has the columns.
    progress
        Told of the bytes read.

    Returns
    -------
    Areas by category. An area whose category the recipe does not map is rejected, and listed.

    Raises
    ------
    InputError
        The file is neither.
    """
    file = _file(path, table.columns, layer, progress)
    kept: dict[str, list[OsmArea]] = {}
    rejects: list[Reject] = []
    repaired: list[str] = []
    seen: dict[str, int] = {}
    for feature in file.features:
        try:
            category, area, change = _area(feature, table, repair_limit, seen)
        except _FaultError as fault:
            rejects.append(fault.reject)
            continue
        kept.setdefault(category, []).append(area)
        if change is not None:
            repaired.append(area.name or area.id)
    warnings = (*file.warnings, *_repairs(repaired))
    n = sum(map(len, kept.values()))
    account = FileAccount(file.name, file.sha256, len(file.features), n, tuple(rejects), warnings=warnings)
    return AreaFile({category: tuple(kept[category]) for category in sorted(kept)}, account)


class _FaultError(Exception):
    """An area that cannot be kept."""

    def __init__(self, feature: Feature, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.reject = Reject(f"entité {feature.rank}", column, shortened(value), reason)


def _file(path: Path, columns: Columns, layer: str, progress: Progress) -> FeatureFile:
    if is_geopackage(path):
        return read_geopackage(path, columns, layer=layer, progress=progress)
    return read_features(path, progress=progress)


def _area(
    feature: Feature, table: AreaTable, repair_limit: float, seen: dict[str, int]
) -> tuple[str, OsmArea, float | None]:
    values = {plain_name(str(key)): value for key, value in feature.properties.items()}
    told = {role: _text(values, accepted) for role, accepted in table.columns.items()}
    category = table.fixed or table.values.get(told["category"].strip().lower(), "")
    if not category:
        raise _FaultError(feature, "category", told["category"], "catégorie absente de la recette")
    number = "_".join(told.get("id", "").split()) or str(feature.rank)
    if seen.setdefault(number, feature.rank) != feature.rank:
        raise _FaultError(feature, "id", number, f"doublon de l’entité {seen[number]}")
    sizes = {}
    for role, highest in (("height", TALLEST_METRES), ("levels", HIGHEST_LEVELS)):
        sizes[role] = _size(feature, role, told.get(role, ""), highest)
    if len(hours := told.get("hours", "")) > _LONGEST_HOURS:
        raise _FaultError(feature, "hours", hours, f"horaires de plus de {_LONGEST_HOURS} caractères")
    try:
        outline, change = polygon(feature.geometry, repair_limit=repair_limit)
    except BadValueError as bad:
        raise _FaultError(feature, "geometry", number, bad.reason) from bad
    inner = shapely.point_on_surface(outline)
    size = _square_metres(outline) * (1.0 if math.isnan(sizes["levels"]) else sizes["levels"])
    area = OsmArea(
        id=f"{table.key}:{number}",
        name=told.get("name", ""),
        outline=shapely.to_wkb(outline, byte_order=1),
        value=size if category == "building" else _square_metres(outline),
        lon=inner.x,
        lat=inner.y,
        height=sizes["height"],
        levels=sizes["levels"],
        hours=hours,
    )
    return category, area, change


def _text(values: Mapping[str, Any], accepted: Sequence[str]) -> str:
    return next((text for name in accepted if (text := cell_text(values.get(plain_name(name))))), "")


def _size(feature: Feature, role: str, text: str, highest: float) -> float:
    """A height or a number of levels; NaN where empty or zero, which say nothing."""
    if not text:
        return math.nan
    try:
        value = amount(text)
    except BadValueError as bad:
        raise _FaultError(feature, role, text, bad.reason) from bad
    if value > highest:
        raise _FaultError(feature, role, text, f"plus de {highest:.0f}")
    return value or math.nan


def _square_metres(outline: shapely.Geometry) -> float:
    west, south, east, north = shapely.bounds(outline)
    plane = Plane(float(west + east) / 2, float(south + north) / 2)
    moved = shapely.transform(outline, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    return float(shapely.area(moved))


def _repairs(repaired: list[str]) -> tuple[str, ...]:
    if not repaired:
        return ()
    named = ", ".join(repaired[:10]) + (f" et {len(repaired) - 10} de plus" if len(repaired) > 10 else "")
    return (f"Contours qui se recoupaient, réparés : {named}.",)
