"""Contours of communes, quarters, IRIS and priority quarters, in GeoJSON or GeoPackage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from hygie.engines.kernel.errors import InputError
from hygie.readers.geopackage import is_geopackage, read_geopackage
from hygie.readers.records import ContourFile, FileAccount, Progress, Reject, silent
from hygie.readers.tables.delimited import Columns, plain_name, shortened
from hygie.readers.tables.geojson import Feature, FeatureFile, polygon, read_features
from hygie.readers.tables.values import BadValueError, insee_code, required


@dataclass(frozen=True, slots=True)
class _Zone:
    code: str
    name: str
    commune: str
    outline: bytes
    change: float | None


class _FeatureError(Exception):
    """A feature that cannot be kept."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject)
        self.reject = reject


def read_contours(
    path: Path,
    columns: Columns,
    *,
    repair_limit: float,
    are_communes: bool = False,
    layer: str = "",
    progress: Progress = silent,
) -> ContourFile:
    """Read named polygons.

    Parameters
    ----------
    path
        GeoJSON in degrees, plain or compressed, or a GeoPackage in any known coordinate system.
    columns
        Accepted property names by role: ``code``, ``name`` and, where each zone lies in one commune,
        ``commune``.
    repair_limit
        Largest change of area, as a share, that the repair of a self-crossing polygon may make.
    are_communes
        The zones are communes: their codes are checked, and each is its own commune.
    layer
        Which layer of a GeoPackage; empty for the only one that has the columns.
    progress
        Told of the bytes read.

    Returns
    -------
    Zones in the order of the file; a repaired one is kept with a warning that says its change of area.

    Raises
    ------
    InputError
        Neither GeoJSON in degrees nor a GeoPackage, or without the properties the roles need.
    """
    file = _features(path, columns, layer, progress)
    _refuse_missing_properties(file, columns)
    zones: list[_Zone] = []
    rejects: list[Reject] = []
    seen: dict[str, int] = {}
    for feature in file.features:
        try:
            zone = _zone(feature, columns, repair_limit=repair_limit, are_communes=are_communes)
            _refuse_twice(feature, columns, code=zone.code, seen=seen)
            zones.append(zone)
        except _FeatureError as fault:
            rejects.append(fault.reject)
    return _contour_file(file, zones, rejects=tuple(rejects))


def _features(path: Path, columns: Columns, layer: str, progress: Progress) -> FeatureFile:
    if is_geopackage(path):
        return read_geopackage(path, columns, layer=layer, progress=progress)
    return read_features(path, progress=progress)


def _contour_file(file: FeatureFile, zones: list[_Zone], *, rejects: tuple[Reject, ...]) -> ContourFile:
    repaired = tuple(_repair_warning(zone) for zone in zones if zone.change is not None)
    warnings = (*file.warnings, *repaired)
    account = FileAccount(file.name, file.sha256, len(file.features), len(zones), rejects, warnings=warnings)
    return ContourFile(
        codes=tuple(zone.code for zone in zones),
        names=tuple(zone.name for zone in zones),
        communes=tuple(zone.commune for zone in zones),
        outlines=tuple(zone.outline for zone in zones),
        account=account,
    )


def _zone(feature: Feature, columns: Columns, *, repair_limit: float, are_communes: bool) -> _Zone:
    """The zone of a feature; raises _FeatureError."""
    values = {plain_name(str(key)): value for key, value in feature.properties.items()}
    texts = {role: _text(values, names) for role, names in columns.items()}
    role = "code"
    try:
        code = insee_code(texts["code"]) if are_communes else required(texts["code"])
        role = "name"
        name = required(texts["name"])
        role = "commune"
        commune = _communes(texts["commune"]) if "commune" in columns else code if are_communes else ""
        role = "geometry"
        outline, change = polygon(feature.geometry, repair_limit=repair_limit)
    except BadValueError as bad:
        value = texts.get(role, texts["code"])
        raise _fault(feature, _column(columns, role), value=value, reason=bad.reason) from bad
    return _Zone(code, name, commune, shapely.to_wkb(outline), change)


def _communes(text: str) -> str:
    """INSEE codes of the communes a zone lies in, apart by spaces: a quarter may lie in several."""
    return " ".join(insee_code(part) for part in re.split(r"[,;/ ]+", required(text).strip()))


def _refuse_twice(feature: Feature, columns: Columns, *, code: str, seen: dict[str, int]) -> None:
    first = seen.setdefault(code, feature.rank)
    if first != feature.rank:
        reason = f"doublon de l’entité {first}"
        raise _fault(feature, _column(columns, "code"), value=code, reason=reason)


def _column(columns: Columns, role: str) -> str:
    return columns[role][0] if role in columns else role


def _fault(feature: Feature, column: str, *, value: str, reason: str) -> _FeatureError:
    return _FeatureError(Reject(f"entité {feature.rank}", column, shortened(value), reason))


def _text(values: dict[str, Any], names: Sequence[str]) -> str:
    """First filled property among the accepted names, as text; empty when there is none."""
    for name in names:
        value = values.get(plain_name(name))
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).encode("utf-8", "replace").decode().strip()  # a lone surrogate is no letter
    return ""


def _refuse_missing_properties(file: FeatureFile, columns: Columns) -> None:
    """Refuse a file none of whose features has a property for some role: it is another file."""
    found = {plain_name(str(key)) for feature in file.features for key in feature.properties}
    for names in columns.values():
        if file.features and not any(plain_name(name) in found for name in names):
            raise InputError(
                "il manque une propriété.",
                file=file.name,
                expected=" ou ".join(f"« {name} »" for name in names),
                found=", ".join(sorted({str(key) for key in file.features[0].properties})[:20]) or "aucune",
                fix="Vérifiez que c’est le bon fichier, ou ajoutez ce nom au catalogue.",
            )


def _repair_warning(zone: _Zone) -> str:
    share = 100 * (zone.change or 0.0)
    told = "de moins de 0,001" if share < 0.001 else f"de {share:.3f}".replace(".", ",")
    return f"Le contour de {zone.name} ({zone.code}) se recoupait : réparé, surface changée {told} %."
