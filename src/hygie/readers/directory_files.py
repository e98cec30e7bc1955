"""Files of places that organisations bring: CSV by column names, GeoJSON by property names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.readers.records import Reject
from hygie.readers.tables.delimited import Row, plain_name, read_rows
from hygie.readers.tables.geojson import Feature, read_features
from hygie.readers.tables.source import Limits, open_text

LIMITS = Limits(text_bytes=32 << 20, line_bytes=1 << 20)
SHAPE_LIMITS = Limits(text_bytes=32 << 20, line_bytes=None)
MOST_ROWS = 20_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nom", "name", "nom_usuel", "raison_sociale", "titre", "libelle"),
    "category": ("categorie", "category", "type", "nature"),
    "place": ("identifiant", "id", "code"),
    "site": ("etablissement", "site_id", "finess"),
    "description": ("description", "presentation", "services"),
    "address": ("adresse", "address", "addr"),
    "lon": ("lon", "longitude", "lng", "x"),
    "lat": ("lat", "latitude", "y"),
    "phone": ("telephone", "phone", "tel"),
    "email": ("courriel", "email", "mail"),
    "website": ("site", "site_internet", "website", "url"),
    "hours": ("horaires", "opening_hours", "heures"),
    "fees": ("tarifs", "fees", "prix"),
    "coming": ("comment_venir", "venir", "acces", "transport"),
    "languages": ("langues", "languages"),
    "accepts": ("nouveaux_patients", "accepte_de_nouveaux_patients", "accepts_new_patients"),
}
"""By what is read, the accepted names of the column; compared without accents, case nor punctuation."""

_NEEDED = ("name", "category")
_ANSWERS = {"oui": "yes", "yes": "yes", "non": "no", "no": "no", "": "unknown", "non renseigne": "unknown"}


@dataclass(frozen=True)
class ListedPlace:
    """One row understood: texts by name, position or None, and where it stands in the file."""

    row: str
    texts: Mapping[str, str]
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class ListedFile:
    """What was read of a file; ``read = len(places) + len(rejects)``."""

    file: str
    places: tuple[ListedPlace, ...]
    rejects: tuple[Reject, ...]


def read_listed(path: Path, category_of: Callable[[str], str | None]) -> ListedFile:
    """Read a CSV or GeoJSON file of places.

    Parameters
    ----------
    path
        The file; its ending says its kind (``.csv``, ``.txt``, ``.geojson``, ``.json``).
    category_of
        From what a file writes to a category, or None when it is unknown.

    Raises
    ------
    InputError
        Not such a file, a needed column missing, too many rows.
    """
    ending = path.suffix.lower()
    if ending in (".geojson", ".json"):
        file = read_features(path, limits=SHAPE_LIMITS)
        rows = [(str(f.rank), *_of_feature(f)) for f in file.features]
        return _sorted(path.name, [_place(row, texts, point, category_of) for row, texts, point in rows])
    if ending not in (".csv", ".txt"):
        raise InputError(
            "ce genre de fichier n’est pas lu.", file=path.name, expected=".csv, .txt, .geojson ou .json",
            found=ending or "aucune extension",
        )  # fmt: skip
    optional = [role for role in COLUMNS if role not in _NEEDED]
    read: list[ListedPlace | Reject] = []
    with open_text(path, limits=LIMITS) as source:
        for row in read_rows(source, COLUMNS, optional=optional):
            read.append(row if isinstance(row, Reject) else _of_row(row, category_of))
            _check_count(path.name, len(read))
    return _sorted(path.name, read)


def _of_row(row: Row, category_of: Callable[[str], str | None]) -> ListedPlace | Reject:
    texts = {role: row[role] for role in COLUMNS}
    return _place(str(row.line), texts, (texts["lon"], texts["lat"]), category_of)


def _of_feature(feature: Feature) -> tuple[dict[str, str], tuple[str, str]]:
    held = {plain_name(str(name)): value for name, value in feature.properties.items()}
    texts = {}
    for role, names in COLUMNS.items():
        found = next((held[plain_name(n)] for n in names if plain_name(n) in held), "")
        texts[role] = _storable(str(found)).strip() if isinstance(found, str | int | float) else ""
    return texts, _point(feature.geometry) or (texts["lon"], texts["lat"])


def _storable(text: str) -> str:
    """A text of JSON without what no page nor database holds: NUL, and halves of letters."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _point(geometry: Any) -> tuple[str, str] | None:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    point = geometry.get("coordinates")
    if not isinstance(point, list) or len(point) < 2:
        return None
    return str(point[0]), str(point[1])


def _place(
    row: str,
    texts: Mapping[str, str],
    point: tuple[str, str],
    category_of: Callable[[str], str | None],
) -> ListedPlace | Reject:
    """A row understood, or why it is not."""
    category = category_of(texts["category"])
    accepts = _ANSWERS.get(texts["accepts"].lower().replace("é", "e"))
    if not texts["name"]:
        return Reject(row, "nom", "", "nom absent")
    if category is None:
        return Reject(row, "categorie", texts["category"][:60], "catégorie inconnue du catalogue")
    if accepts is None:
        return Reject(row, "nouveaux_patients", texts["accepts"][:60], "ni oui, ni non, ni vide")
    place = _degrees(*point)
    if isinstance(place, str):
        return Reject(row, "lon, lat", f"{point[0]} {point[1]}"[:60], place)
    kept = {role: text for role, text in texts.items() if role not in ("lon", "lat") and text}
    kept |= {"category": category, "accepts": accepts}
    return ListedPlace(row, kept, *place)


def _degrees(lon: str, lat: str) -> tuple[float | None, float | None] | str:
    """Position in degrees, no position, or why it cannot be read."""
    if not lon and not lat:
        return None, None
    pattern = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
    if not (pattern.fullmatch(lon) and pattern.fullmatch(lat)):
        return "coordonnées illisibles"
    x, y = float(lon.replace(",", ".")), float(lat.replace(",", "."))
    return (x, y) if abs(x) <= 180 and abs(y) <= 90 else "coordonnées qui ne sont pas des degrés"


def _check_count(file: str, count: int) -> None:
    if count > MOST_ROWS:
        raise InputError("ce fichier a trop de lignes.", file=file, expected=f"{MOST_ROWS} lignes au plus")


def _sorted(file: str, read: list[ListedPlace | Reject]) -> ListedFile:
    _check_count(file, len(read))
    kept = tuple(item for item in read if isinstance(item, ListedPlace))
    return ListedFile(file, kept, tuple(item for item in read if isinstance(item, Reject)))
