"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from hygie.engines.kernel.errors import InputError

LARGEST = 512 << 20
"""Files are held in memory, so that nothing but their bytes is ever opened."""
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_ARCHIVE = b"PK\x03\x04"
_SQLITE = b"SQLite format 3\x00"


class FileKind(StrEnum):
    """Sorts of file that a layer is read from."""

    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    TABLE = "csv"
    TIFF = "tif"
    ASCII_GRID = "asc"


GRIDS = (FileKind.TIFF, FileKind.ASCII_GRID)


def file_kind(path: Path) -> FileKind:
    """Sort of a file.

    Raises
    ------
    InputError
        No such file, closed to us, or too large.
    """
    start = whole(path, first=64)
    if start.startswith(_SQLITE):
        return FileKind.GEOPACKAGE
    if start.startswith(_ARCHIVE):
        return FileKind.SHAPEFILE
    if start.startswith(_TIFF):
        return FileKind.TIFF
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:5].lower() in (b"ncols", b"nrows"):
        return FileKind.ASCII_GRID
    return FileKind.GEOJSON if text[:1] in (b"{", b"[") else FileKind.TABLE


def whole(path: Path, *, first: int | None = None) -> bytes:
    """Content of a file, or its first bytes.

    Raises
    ------
    InputError
        No such file, closed to us, or too large.
    """
    try:
        size = path.stat().st_size if path.is_file() else -1
        if 0 <= size <= LARGEST:
            with path.open("rb") as stream:
                return stream.read(first)
    except OSError as error:
        raise InputError(f"ce fichier ne peut pas être ouvert ({error.strerror}).", file=path.name) from error
    if size < 0:
        raise InputError("ce fichier est introuvable.", file=path.name, fix="Vérifiez son chemin.")
    raise InputError(
        "ce fichier est trop gros.",
        file=path.name,
        expected=f"{LARGEST >> 20} Mo au plus",
        found=f"{size >> 20} Mo",
        fix="Découpez-le d’abord sur le territoire.",
    )
