"""Points as tables: delimited text with columns of coordinates, or GeoJSON points, read alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import FileAccount, Progress, Reject, silent
from hygie.readers.tables.delimited import Columns, Header, Row, RowError, plain_name, rejected
from hygie.readers.tables.geojson import Feature, FeatureFile, read_features
from hygie.readers.tables.records import Records, read_records
from hygie.readers.tables.source import Limits, open_text

T = TypeVar("T")

POSITION = ("lon", "lat")
"""Roles that the geometry of a GeoJSON point fills."""

_SNIFFED = Limits(line_bytes=None)


def read_points(
    path: Path,
    columns: Columns,
    *,
    parse: Callable[[Row], T],
    optional: Collection[str] = (),
    progress: Progress = silent,
) -> Records[T]:
    """Read rows of a delimited table or features of a GeoJSON file; as ``read_records``.

    A GeoJSON point gives the roles ``lon`` and ``lat``, whatever its properties say of them. A feature
    of another shape is rejected.

    Raises
    ------
    InputError
        The file as a whole cannot be read as promised.
    """
    if holds_json(path):
        return _of_features(read_features(path, progress=progress), columns, parse, frozenset(optional))
    return read_records(path, columns, parse=parse, optional=optional, progress=progress)


def holds_json(path: Path) -> bool:
    """Whether a text file, plain or compressed, starts as a JSON object or list does."""
    with open_text(path, limits=_SNIFFED) as source:
        return source.stream.read(256).lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


@dataclass(frozen=True)
class _Properties:
    """Where each role is found among the properties, named without accents nor case."""

    header: Header
    accepted: tuple[tuple[str, ...], ...]


def _of_features(
    file: FeatureFile, columns: Columns, parse: Callable[[Row], T], optional: frozenset[str]
) -> Records[T]:
    layout = _layout(file, columns, optional)
    kept: list[T] = []
    rejects: list[Reject] = []
    for feature in file.features:
        try:
            kept.append(parse(_row(feature, layout)))
        except RowError as fault:
            rejects.append(replace(fault.reject, row=f"entité {feature.rank}"))
    account = FileAccount(
        file.name, file.sha256, len(file.features), len(kept), tuple(rejects), warnings=file.warnings
    )
    return Records(tuple(kept), account)


def _layout(file: FeatureFile, columns: Columns, optional: frozenset[str]) -> _Properties:
    found = {plain_name(str(key)): str(key) for feature in file.features for key in feature.properties}
    roles, names, accepted = [], [], []
    for role, candidates in columns.items():
        known = [plain_name(name) for name in candidates if plain_name(name) in found]
        if known or role in POSITION:
            roles.append(role)
            names.append(found[known[0]] if known else "geometry")
            accepted.append(tuple(known))
        elif role not in optional and file.features:
            raise _missing(file, candidates)
    positions = {role: i for i, role in enumerate(roles)}
    return _Properties(Header(tuple(names), positions), tuple(accepted))


def _row(feature: Feature, layout: _Properties) -> Row:
    values = {plain_name(str(key)): value for key, value in feature.properties.items()}
    cells = [_first(values, names) for names in layout.accepted]
    point = _point(feature)
    for role, number in zip(POSITION, point, strict=False):
        if role in layout.header.positions:
            cells[layout.header.positions[role]] = number
    return Row(feature.rank, cells, layout.header)


def _point(feature: Feature) -> tuple[str, ...]:
    """Texts of the two coordinates of a point; empty without geometry.

    Raises
    ------
    RowError
        The geometry is something else.
    """
    if feature.geometry is None:
        return ()
    kind = feature.geometry.get("type") if isinstance(feature.geometry, dict) else None
    pair = feature.geometry.get("coordinates") if kind == "Point" else None
    if not isinstance(pair, list) or len(pair) < len(POSITION):
        reason = f"géométrie « {kind or 'inconnue'} » : un point est attendu"
        raise RowError(rejected(feature.rank, column="geometry", value=str(kind or ""), reason=reason))
    return tuple(cell_text(value) for value in pair[: len(POSITION)])


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := cell_text(values.get(name)))), "")


def cell_text(value: Any) -> str:
    """A JSON value as a table would write it; empty for none, a list or an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().strip()  # a lone surrogate is no letter
    return ""


def _missing(file: FeatureFile, names: Collection[str]) -> InputError:
    first = file.features[0].properties
    return InputError(
        "il manque une propriété.",
        file=file.name,
        expected=" ou ".join(f"« {name} »" for name in names),
        found=", ".join(sorted({str(key) for key in first})[:20]) or "aucune",
        fix="Vérifiez que c’est le bon fichier, et les noms donnés dans la recette.",
    )
