"""Features of a GeoPackage layer, brought to degrees, as those of a GeoJSON file."""

from __future__ import annotations

import hashlib
import json
import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import Transformer

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import Progress, silent
from hygie.readers.tables.coordinates import to_degrees
from hygie.readers.tables.delimited import Columns, plain_name
from hygie.readers.tables.geojson import Feature, FeatureFile
from hygie.readers.tables.values import BadValueError

MAGIC = b"SQLite format 3\x00"
LARGEST = 512 << 20
"""The file is held in memory, so that nothing but its bytes is ever opened."""

_FAULTS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, RuntimeError, ValueError)
"""What the library raises on a damaged file; it also refuses unknown encodings as plain ValueError."""


@dataclass(frozen=True)
class _File:
    name: str
    sha256: str
    data: bytes


@dataclass(frozen=True)
class _Layer:
    name: str
    fields: tuple[str, ...]


def is_geopackage(path: Path) -> bool:
    """Whether a file starts as an SQLite database does, which a GeoPackage is."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:  # absent or closed to us: whoever reads it as text says so
        return False


def read_geopackage(
    path: Path, columns: Columns, *, layer: str = "", progress: Progress = silent
) -> FeatureFile:
    """Features of one layer of a GeoPackage.

    Parameters
    ----------
    path
        The file.
    columns
        Accepted column names by role; only these are read.
    layer
        Which layer; empty for the only one that has all the columns.
    progress
        Told of the bytes read.

    Returns
    -------
    Features in the order of the file, their geometry in degrees as GeoJSON writes it, or None where
    the file's is damaged.

    Raises
    ------
    InputError
        Not a GeoPackage, without such a layer, without a known coordinate system, or too large.
    """
    file = _opened(path)
    progress(f"Lecture de {file.name}", 0, len(file.data))
    with warnings.catch_warnings(record=True):  # the library warns of each odd detail; rows tell them
        warnings.simplefilter("always")
        chosen = _chosen(file, columns, layer)
        features = tuple(_features(file, chosen, columns))
    progress(f"Lecture de {file.name}", len(file.data), len(file.data))
    told = () if features else (f"La couche « {chosen.name} » de {file.name} ne contient aucune entité.",)
    return FeatureFile(file.name, file.sha256, features, told)


def _opened(path: Path) -> _File:
    size = path.stat().st_size
    if size > LARGEST:
        raise InputError(
            "ce GeoPackage est trop gros.",
            file=path.name,
            expected=f"{LARGEST >> 20} Mo au plus",
            found=f"{size >> 20} Mo",
            fix="Extrayez-en le département d’abord.",
        )
    data = path.read_bytes()
    return _File(path.name, hashlib.sha256(data).hexdigest(), data)


def _chosen(file: _File, columns: Columns, wanted: str) -> _Layer:
    """The layer asked for, else the only one that has every column."""
    names = _layer_names(file)
    if wanted and wanted not in names:
        raise _layer_fault(file, f"il n’a pas de couche « {wanted} ».", names)
    layers = [_Layer(name, _fields(file, name)) for name in names if wanted in ("", name)]
    fit = [layer for layer in layers if all(_matching(layer, accepted) for accepted in columns.values())]
    if len(fit) == 1:
        return fit[0]
    if fit:
        raise _layer_fault(file, "plusieurs couches conviennent.", [layer.name for layer in fit])
    raise InputError(
        "aucune couche n’a les colonnes voulues.",
        file=file.name,
        expected=", ".join(" ou ".join(f"« {name} »" for name in accepted) for accepted in columns.values()),
        found=" ; ".join(f"{layer.name} : {', '.join(layer.fields[:20]) or 'rien'}" for layer in layers[:5]),
        fix="Vérifiez que c’est le bon fichier, ou ajoutez ce nom au catalogue.",
    )


def _layer_names(file: _File) -> list[str]:
    """Names of the layers that have a geometry."""
    try:
        listed = pyogrio.list_layers(file.data)
    except _FAULTS as error:
        raise _broken(file) from error
    names = [str(name) for name, kind in listed if kind is not None]
    if not names:
        raise InputError(
            "ce GeoPackage n’a aucune couche dessinée.",
            file=file.name,
            expected="une couche de polygones",
            found=", ".join(str(name) for name, _ in listed) or "rien",
            fix="Exportez-le de nouveau, avec sa couche.",
        )
    return names


def _fields(file: _File, layer: str) -> tuple[str, ...]:
    try:
        return tuple(str(name) for name in pyogrio.read_info(file.data, layer=layer)["fields"])
    except _FAULTS as error:
        raise _broken(file) from error


def _matching(layer: _Layer, accepted: Sequence[str]) -> list[str]:
    wanted = {plain_name(name) for name in accepted}
    return [name for name in layer.fields if plain_name(name) in wanted]


def _features(file: _File, layer: _Layer, columns: Columns) -> Iterator[Feature]:
    names = sorted({name for accepted in columns.values() for name in _matching(layer, accepted)})
    try:
        meta, _, outlines, fields = pyogrio.raw.read(
            file.data, layer=layer.name, columns=names, force_2d=True
        )
    except _FAULTS as error:
        raise _broken(file) from error
    shapes = _in_degrees(outlines, _transformer(file, meta["crs"]))
    for i, shape in enumerate(shapes):
        properties = {
            str(name): _plain(column[i]) for name, column in zip(meta["fields"], fields, strict=True)
        }
        yield Feature(i + 1, properties, None if shape is None else json.loads(shapely.to_geojson(shape)))


def _transformer(file: _File, crs: str | None) -> Transformer | None:
    try:
        if not crs:
            raise BadValueError("aucun système de coordonnées")
        return to_degrees(crs)
    except BadValueError as bad:
        raise InputError(
            f"{bad.reason}.",
            file=file.name,
            column="crs",
            expected="un système connu, comme EPSG:2154 (Lambert-93) ou EPSG:4326",
            found=str(crs or "rien")[:80],
            fix="Exportez-le de nouveau en disant son système de coordonnées.",
        ) from bad


def _in_degrees(
    outlines: NDArray[np.object_], transformer: Transformer | None
) -> list[shapely.Geometry | None]:
    """Shapes in degrees, in order; None where the file's is absent or damaged."""
    shapes = [None if wkb is None else shapely.from_wkb(wkb, on_invalid="ignore") for wkb in outlines]
    if transformer is None:
        return shapes

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return [None if shape is None else shapely.transform(shape, moved) for shape in shapes]


def _plain(value: Any) -> str | int | float | bool | None:
    """A value of a column as JSON would hold it."""
    bare = value.item() if isinstance(value, np.generic) else value
    if isinstance(bare, float):
        return bare if math.isfinite(bare) else None
    return bare if isinstance(bare, str | int) else None


def _layer_fault(file: _File, what: str, names: Sequence[str]) -> InputError:
    return InputError(
        what,
        file=file.name,
        expected="une couche nommée par « layer: » dans la recette",
        found=", ".join(f"« {name} »" for name in names[:20]),
        fix="Écrivez « layer: » et le nom de l’une d’elles sous la source.",
    )


def _broken(file: _File) -> InputError:
    return InputError(
        "ce GeoPackage est illisible, ou n’a aucune couche.",
        file=file.name,
        expected="un fichier .gpkg entier, avec une couche de polygones",
        found="une base SQLite endommagée, vide ou d’une autre sorte",
        fix="Téléchargez-le ou exportez-le de nouveau.",
    )
