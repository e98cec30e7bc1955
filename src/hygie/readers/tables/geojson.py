"""GeoJSON features (RFC 7946), with polygons made valid or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import Progress, silent
from hygie.readers.tables.coordinates import in_france
from hygie.readers.tables.source import Limits, OpenText, open_text
from hygie.readers.tables.values import BadValueError

GEOJSON_LIMITS = Limits(text_bytes=256 << 20, line_bytes=None)
"""The whole document is held in memory; larger files are cut by département first."""

_DEGREES = ("CRS84", "4326")
_SHORTEST_RING = 4


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as written; ``rank`` counts from 1 in the order of the file."""

    rank: int
    properties: Mapping[str, Any]
    geometry: Any


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """All features of a file, and how the file was understood."""

    name: str
    sha256: str
    features: tuple[Feature, ...]
    warnings: tuple[str, ...]


def read_features(path: Path, *, limits: Limits = GEOJSON_LIMITS, progress: Progress = silent) -> FeatureFile:
    """Features of a FeatureCollection, or of a file holding one Feature.

    Raises
    ------
    InputError
        Not GeoJSON, in another projection than degrees, or beyond the limits.
    """
    with open_text(path, limits=limits, progress=progress) as source:
        document = _parsed(source)
        features = tuple(_features(source.name, document))
        warnings = source.warnings
        if not features:
            warnings = (*warnings, f"{source.name} ne contient aucune entité.")
        return FeatureFile(source.name, source.sha256, features, warnings)


def polygon(geometry: Any, *, repair_limit: float) -> tuple[Polygon | MultiPolygon, float | None]:
    """Valid polygon of a GeoJSON geometry, and the change of area its repair made, if any was needed.

    Parameters
    ----------
    geometry
        Member ``geometry`` of a feature.
    repair_limit
        Largest change of area allowed, as a share of the area.

    Returns
    -------
    The polygon or multipolygon, in degrees, and the share of area changed; None when it was valid.

    Raises
    ------
    BadValueError
        Not a polygon, outside France, or too wrong to be repaired.
    """
    rings = [[_ring(ring) for ring in part] for part in _parts(geometry)]
    shape = MultiPolygon([Polygon(part[0], part[1:]) for part in rings])
    if shape.is_valid:
        return _single(shape), None
    repaired = _polygons_of(shapely.make_valid(shape))
    if repaired.area == 0.0:
        raise BadValueError("contour sans surface")
    change = abs(repaired.area - shape.area) / repaired.area
    if change > repair_limit:
        raise BadValueError("contour qui se recoupe : sa réparation changerait trop sa surface")
    return _single(repaired), change


def _single(shape: MultiPolygon) -> Polygon | MultiPolygon:
    """A polygon rather than a collection of one."""
    if shape.area == 0.0:
        raise BadValueError("contour sans surface")
    return shape.geoms[0] if len(shape.geoms) == 1 else shape


def _polygons_of(shape: BaseGeometry) -> MultiPolygon:
    """Polygons of a repaired shape, without the lines and points left over."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)])


def _parts(geometry: Any) -> list[Any]:
    """Polygons of the geometry, each a list of rings of at least one."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadValueError(f"géométrie « {kind or 'absente'} » : un polygone est attendu")
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    lists = isinstance(parts, list) and all(isinstance(part, list) and part for part in parts)
    if not lists or not parts:
        raise BadValueError("polygone sans coordonnées")
    return list(parts)


def _ring(ring: Any) -> NDArray[np.float64]:
    """Closed ring of positions, shape (n, 2), all in France."""
    if not isinstance(ring, list) or len(ring) < _SHORTEST_RING:
        raise BadValueError("contour de moins de 4 points")
    points = np.array([_position(point) for point in ring], np.float64)
    if (points[0] != points[-1]).any():
        raise BadValueError("contour qui ne se referme pas")
    return points


def _position(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
        raise BadValueError("position qui n’est pas une longitude et une latitude")
    lon, lat = point[0], point[1]
    if not in_france(lon, lat):
        swapped = in_france(lat, lon)
        hint = " (longitude et latitude inversées)" if swapped else ""
        raise BadValueError(f"position hors de France{hint} : {lon:.6g}, {lat:.6g}")
    return float(lon), float(lat)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _parsed(source: OpenText) -> Any:
    try:
        return json.load(source.stream, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _not_geojson(
            source.name, f"du texte illisible en JSON ({error.msg})", line=error.lineno
        ) from error
    except (ValueError, RecursionError) as error:
        raise _not_geojson(source.name, "un nombre ou un emboîtement démesuré") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _features(name: str, document: Any) -> Iterator[Feature]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        items = [document]
    elif kind == "FeatureCollection" and isinstance(document.get("features"), list):
        items = document["features"]
    else:
        raise _not_geojson(name, f"un document de type « {kind} »" if kind else "un autre document JSON")
    _refuse_other_projection(name, document)
    for rank, item in enumerate(items, start=1):
        feature = item if isinstance(item, dict) else {}
        properties = feature.get("properties")
        yield Feature(rank, properties if isinstance(properties, dict) else {}, feature.get("geometry"))


def _refuse_other_projection(name: str, document: Mapping[str, Any]) -> None:
    """Refuse the obsolete ``crs`` member (GeoJSON 2008) when it names anything but degrees."""
    crs = document.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = str(properties.get("name", "")) if isinstance(properties, dict) else str(crs)
    if not named.endswith(_DEGREES):
        raise InputError(
            "ce fichier n’est pas en longitudes et latitudes.",
            file=name,
            column="crs",
            expected="le système WGS 84 (EPSG:4326 ou CRS84)",
            found=named[:80],
            fix="Exportez-le de nouveau en WGS 84.",
        )


def _not_geojson(name: str, found: str, *, line: int | None = None) -> InputError:
    return InputError(
        "ce n’est pas du GeoJSON.",
        file=name,
        line=line,
        expected="un objet FeatureCollection ou Feature",
        found=found,
        fix="Téléchargez-le de nouveau depuis le site du producteur.",
    )
