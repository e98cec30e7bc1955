"""Shapes with a level each, brought to degrees; a faulty one is rejected and listed."""

from __future__ import annotations

import hashlib
import io
import json
import math
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.french import percent
from hygie.readers.layers.kinds import LARGEST, FileKind, whole
from hygie.readers.layers.systems import system_of
from hygie.readers.records import FileAccount, Reject
from hygie.readers.tables.coordinates import in_france, placed
from hygie.readers.tables.delimited import Columns, Row, plain_name, shortened
from hygie.readers.tables.geojson import read_features
from hygie.readers.tables.points import cell_text
from hygie.readers.tables.records import read_records
from hygie.readers.tables.values import BadValueError

DEGREES = "EPSG:4326"
_FAULTS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, RuntimeError, ValueError)
"""What the library raises on a damaged file; it also refuses unknown encodings as plain ValueError."""
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MOST_MEMBERS = 200
_POSITION: Columns = {"lon": ("lon", "longitude", "x"), "lat": ("lat", "latitude", "y")}


@dataclass(frozen=True)
class LayerFile:
    """A layer as read.

    Attributes
    ----------
    shapes
        Valid and not empty, in degrees, in France; shape (n,).
    levels
        Text of the column of each, empty where no column was asked.
    column
        Which column was read; empty for none.
    account
        What became of each row.
    """

    shapes: NDArray[np.object_]
    levels: tuple[str, ...]
    column: str
    account: FileAccount


@dataclass(frozen=True)
class _Raw:
    """Rows before they are judged: geometry or None, and text of the level."""

    name: str
    sha256: str
    rows: tuple[tuple[BaseGeometry | None, str], ...]
    column: str
    warnings: tuple[str, ...] = ()


def read_drawn(
    path: Path,
    kind: FileKind,
    *,
    columns: Sequence[str] = (),
    crs: str = "",
    layer: str = "",
    repair_limit: float,
) -> LayerFile:
    """Read shapes.

    Parameters
    ----------
    path
        The file.
    kind
        Its sort (``file_kind``), no grid. A GeoJSON is in degrees; a CSV holds points, in degrees too
        unless ``crs`` is given; a Shapefile comes in a zip archive.
    columns
        Names of the column of levels, the first that is there counts; a row without a value is rejected.
        None to read shapes only.
    crs
        Coordinate system declared for a file that states none.
    layer
        Which layer of a GeoPackage; empty for the only one.
    repair_limit
        Largest change of area, as a share, that the repair of a self-crossing area may make.

    Raises
    ------
    InputError
        The file is not what it seems, lacks the column, or nobody says its coordinate system.
    """
    if kind is FileKind.TABLE:
        return _table(path, columns, crs)
    if kind is FileKind.GEOJSON:
        raw = _geojson(path, columns, crs)
    else:
        raw = _by_library(path, kind, (columns, crs, layer))
    return _judged(raw, repair_limit)


def _judged(raw: _Raw, repair_limit: float) -> LayerFile:
    kept, levels, rejects, repaired = [], [], [], 0
    for rank, (shape, level) in enumerate(raw.rows, 1):
        try:
            good, changed = _good(shape, repair_limit)
            if raw.column and not level:
                raise BadValueError("niveau absent")
        except BadValueError as bad:
            column = "geometry" if level or not raw.column else raw.column
            rejects.append(Reject(f"entité {rank}", column, shortened(level), bad.reason))
            continue
        kept.append(good)
        levels.append(level)
        repaired += changed
    told = list(raw.warnings)
    if repaired:
        told.append(
            f"{repaired} contours qui se recoupaient ont été réparés, à {percent(repair_limit)} près au plus."
        )
    if not raw.rows:
        told.append(f"{raw.name} ne contient aucune entité.")
    account = FileAccount(
        raw.name, raw.sha256, len(raw.rows), len(kept), tuple(rejects), warnings=tuple(told)
    )
    shapes = np.empty(len(kept), object)
    shapes[:] = kept
    return LayerFile(shapes, tuple(levels), raw.column, account)


def _good(shape: BaseGeometry | None, repair_limit: float) -> tuple[BaseGeometry, bool]:
    """The shape itself, or repaired; BadValueError in French when it cannot be used."""
    if shape is None or shape.is_empty:
        raise BadValueError("tracé absent ou illisible")
    west, south, east, north = shape.bounds
    if not all(map(math.isfinite, (west, south, east, north))):
        raise BadValueError("position qui n’est pas un nombre")
    if not _near_france(west, south, east, north):
        swapped = _near_france(south, west, north, east)
        raise BadValueError("coordonnées inversées" if swapped else "position hors de France")
    dimension = shapely.get_dimensions(shape)
    if shape.geom_type == "GeometryCollection":
        raise BadValueError("tracé composite\u00a0: des points, des lignes ou des surfaces sont attendus")
    if dimension < 2 or shape.is_valid:
        return shape, False
    repaired = shapely.make_valid(shape)
    parts = [
        one for one in shapely.get_parts(shapely.get_parts(repaired)) if shapely.get_dimensions(one) == 2
    ]
    joined: BaseGeometry = shapely.union_all(parts)
    if joined.area == 0.0 or abs(joined.area - shape.area) > repair_limit * joined.area:
        raise BadValueError("contour qui se recoupe\u00a0: sa réparation changerait trop sa surface")
    return joined, True


def _near_france(west: float, south: float, east: float, north: float) -> bool:
    """Whether the middle or a corner of a box stands in France: a map may run over a border."""
    corners = [(x, y) for x in (west, east) for y in (south, north)]
    return any(in_france(*at) for at in ((west / 2 + east / 2, south / 2 + north / 2), *corners))


def _geojson(path: Path, columns: Sequence[str], crs: str) -> _Raw:
    file = read_features(path)
    if crs:
        system_of(file.name, DEGREES, crs)
    found = {plain_name(str(key)): str(key) for feature in file.features for key in feature.properties}
    column = _chosen(file.name, columns, found) if file.features else ""
    wanted = plain_name(column)
    rows = []
    for feature in file.features:
        values = {plain_name(str(key)): value for key, value in feature.properties.items()}
        text = json.dumps(feature.geometry) if isinstance(feature.geometry, dict) else ""
        shape = shapely.from_geojson(text, on_invalid="ignore") if text else None
        rows.append((shape, cell_text(values.get(wanted)) if column else ""))
    return _Raw(file.name, file.sha256, tuple(rows), column, file.warnings)


def _chosen(file: str, columns: Sequence[str], found: dict[str, str]) -> str:
    """The first of the columns that is there, as written; empty when none is asked."""
    if not columns:
        return ""
    known = [found[plain_name(name)] for name in columns if plain_name(name) in found]
    if known:
        return known[0]
    raise InputError(
        "il manque la colonne des niveaux.",
        file=file,
        expected=" ou ".join(f"«\u00a0{name}\u00a0»" for name in columns),
        found=", ".join(sorted(found.values())[:20]) or "aucune colonne",
        fix="Choisissez l’une des colonnes du fichier.",
    )


def _table(path: Path, columns: Sequence[str], crs: str) -> LayerFile:
    transformer = _transformer(system_of(path.name, "", crs, usual=DEGREES)) if crs else None
    roles = {**_POSITION, **({"level": tuple(columns)} if columns else {})}

    def parse(row: Row) -> tuple[float, float, str]:
        try:
            lon, lat = placed(row["lon"], row["lat"], transformer)
        except BadValueError as bad:
            raise row.fault("lon", bad.reason) from bad
        if columns and not row["level"]:
            raise row.fault("level", "niveau absent")
        return lon, lat, row["level"] if columns else ""

    read = read_records(path, roles, parse=parse)
    at = np.array([row[:2] for row in read.kept], np.float64).reshape(-1, 2)
    shapes = np.asarray(shapely.points(at), object).reshape(-1)
    column = columns[0] if columns else ""
    return LayerFile(shapes, tuple(row[2] for row in read.kept), column, read.account)


def _by_library(path: Path, kind: FileKind, asked: tuple[Sequence[str], str, str]) -> _Raw:
    """Rows of a GeoPackage or a Shapefile."""
    columns, crs, layer = asked
    content = whole(path)
    sha256 = hashlib.sha256(content).hexdigest()
    data = _plain_archive(path.name, content) if kind is FileKind.SHAPEFILE else content
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of each odd detail; rejected rows tell them
        try:
            name = _layer_name(path.name, data, layer)
            found = {plain_name(str(one)): str(one) for one in pyogrio.read_info(data, layer=name)["fields"]}
            column = _chosen(path.name, columns, found)
            read = partial(pyogrio.raw.read, data, layer=name, columns=[column] if column else [])
            meta, _, wkb, fields = read(force_2d=True)
        except _FAULTS as error:
            raise _broken(path.name) from error
    transformer = _transformer(system_of(path.name, str(meta["crs"] or ""), crs))
    texts = [cell_text(_bare(one)) for one in fields[0]] if column else [""] * len(wkb)
    shapes = [None if one is None else shapely.from_wkb(one, on_invalid="ignore") for one in wkb]
    rows = tuple(zip(_moved(shapes, transformer), texts, strict=True))
    return _Raw(path.name, sha256, rows, column)


def _bare(value: Any) -> Any:
    bare = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(bare, float) and not math.isfinite(bare) else bare


def _layer_name(file: str, data: bytes, wanted: str) -> str:
    names = [str(name) for name, kind in pyogrio.list_layers(data) if kind is not None]
    if wanted in names:
        return wanted
    if len(names) == 1 and not wanted:
        return names[0]
    raise InputError(
        f"ce fichier n’a pas de couche «\u00a0{wanted}\u00a0»."
        if wanted
        else "ce fichier a plusieurs couches.",
        file=file,
        expected="le nom d’une couche",
        found=", ".join(names[:20]) or "aucune couche dessinée",
        fix="Nommez-la avec --layer-name.",
    )


def _plain_archive(file: str, content: bytes) -> bytes:
    """The only Shapefile of an archive, alone in another one: nothing else is ever looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()[:_MOST_MEMBERS]
            shapes = [one.filename for one in members if _suffix(one.filename) == ".shp"]
            if len(shapes) != 1:
                raise _no_shapefile(file, shapes)
            stem = shapes[0][: -len(".shp")]
            parts = [one for one in members if _of(one.filename, stem)]
            if sum(one.file_size for one in parts) > LARGEST:
                raise InputError("cette archive est trop grosse.", file=file, fix="Découpez-la d’abord.")
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as plain:
                for one in parts:
                    with archive.open(one) as stream:
                        plain.writestr(f"layer{_suffix(one.filename)}", stream.read(one.file_size + 1))
            return out.getvalue()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _broken(file) from error


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _of(name: str, stem: str) -> bool:
    suffix = _suffix(name)
    return suffix in _SHAPEFILE and name[: -len(suffix)] == stem


def _no_shapefile(file: str, found: Sequence[str]) -> InputError:
    return InputError(
        "cette archive ne contient pas un Shapefile, et un seul.",
        file=file,
        expected="un fichier .shp, avec son .dbf et son .prj",
        found=", ".join(found[:5]) or "aucun .shp",
        fix="Mettez une seule couche dans l’archive, ou exportez-la en GeoPackage.",
    )


def _broken(file: str) -> InputError:
    return InputError(
        "ce fichier est illisible.",
        file=file,
        expected="un GeoPackage, ou un Shapefile dans une archive zip, entiers",
        found="un fichier endommagé, vide ou d’une autre sorte",
        fix="Téléchargez-le ou exportez-le de nouveau.",
    )


def _transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, DEGREES, always_xy=True)


def _moved(shapes: Iterable[BaseGeometry | None], transformer: Transformer) -> list[Any]:
    """Shapes in degrees; None where there is none."""
    drawn = list(shapes)
    held = np.empty(len(drawn), object)
    held[:] = drawn

    def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        # pyproj takes an array of one point for a number, with a warning: give it the point twice
        twice = np.vstack([xy, xy]) if len(xy) == 1 else xy
        return np.column_stack(transformer.transform(twice[:, 0], twice[:, 1]))[: len(xy)]

    return list(shapely.transform(held, degrees))
