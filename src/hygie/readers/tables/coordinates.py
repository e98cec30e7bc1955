"""Positions published in degrees or in Lambert-93, sometimes in the wrong field."""

from __future__ import annotations

from functools import lru_cache

from pyproj import Transformer
from pyproj.exceptions import ProjError

from hygie.readers.tables.values import BadValueError, number

FRANCE: tuple[tuple[float, float, float, float], ...] = (
    (-5.5, 41.0, 10.0, 51.5),  # metropolitan France and Corsica
    (-63.3, 14.2, -60.6, 18.3),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    (-54.8, 2.0, -51.4, 6.0),  # French Guiana
    (55.0, -21.6, 56.0, -20.7),  # Réunion
    (44.9, -13.2, 45.5, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
)
"""West, south, east, north of boxes around the parts of France that INSEE codes, in degrees."""

DEGREES = "EPSG:4326"
_LAMBERT_93 = (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)
"""Extent of official Lambert-93 coordinates (EPSG:2154), in metres."""


def in_france(lon: float, lat: float) -> bool:
    """Whether a position in degrees stands in one of the boxes of ``FRANCE``."""
    return any(_within(box, (lon, lat)) for box in FRANCE)


def position(*pairs: tuple[str, str]) -> tuple[float, float]:
    """Longitude and latitude told by the first pair of texts that stands in France.

    Each pair may hold degrees or Lambert-93 metres, in either order: some FINESS files swap their
    fields, so the range of the values decides, not the name of the column.

    Raises
    ------
    BadValueError
        No pair is filled, or none stands in France.
    """
    filled = [pair for pair in pairs if any(pair)]
    if not filled:
        raise BadValueError("coordonnées absentes")
    reasons = []
    for pair in filled:
        try:
            return _placed(number(pair[0]), number(pair[1]))
        except BadValueError as bad:
            reasons.append(bad.reason)
    raise BadValueError(reasons[0])


def placed(x: str, y: str, transformer: Transformer | None = None) -> tuple[float, float]:
    """Longitude and latitude of a position whose coordinate system is stated.

    Unlike ``position``, nothing is guessed: swapped fields are refused, not put right.

    Parameters
    ----------
    x, y
        Longitude and latitude, or the projected pair, as written.
    transformer
        From the stated system to degrees; None for degrees.

    Raises
    ------
    BadValueError
        Absent, not numbers, swapped, or outside France.
    """
    if not x or not y:
        raise BadValueError("coordonnées absentes")
    first, second = number(x), number(y)
    lon, lat = _in_degrees(first, second, transformer)
    if in_france(lon, lat):
        return lon, lat
    if in_france(*_in_degrees(second, first, transformer)):
        raise BadValueError("coordonnées inversées")
    raise BadValueError("coordonnées hors de France")


def to_degrees(crs: str) -> Transformer | None:
    """From a coordinate system (« EPSG:2154 ») to degrees; None when it is degrees already.

    Raises
    ------
    BadValueError
        No such system, or none with positions on the ground.
    """
    if crs == DEGREES:
        return None
    try:
        return Transformer.from_crs(crs, DEGREES, always_xy=True)
    except ProjError as error:
        raise BadValueError("ce système de coordonnées est inconnu") from error


def _in_degrees(x: float, y: float, transformer: Transformer | None) -> tuple[float, float]:
    if transformer is None:
        return x, y
    lon, lat = transformer.transform(x, y)
    return float(lon), float(lat)


def _placed(first: float, second: float) -> tuple[float, float]:
    for a, b in ((first, second), (second, first)):
        if in_france(a, b):
            return a, b
        if _within(_LAMBERT_93, (a, b)):
            lon, lat = _from_lambert().transform(a, b)
            if in_france(lon, lat):
                return float(lon), float(lat)
    raise BadValueError("coordonnées hors de France")


def _within(box: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north


@lru_cache(maxsize=1)
def _from_lambert() -> Transformer:
    return Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)
