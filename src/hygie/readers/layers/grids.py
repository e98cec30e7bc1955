"""Grids of values (GeoTIFF, ESRI ASCII grid): the window of a territory, never the whole."""

from __future__ import annotations

import hashlib
import math
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio import Affine, Env
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, MemoryFile
from rasterio.windows import Window

from hygie.engines.exposure.layers import GridLayer
from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.french import percent
from hygie.readers.layers.kinds import FileKind, whole
from hygie.readers.layers.systems import system_of
from hygie.readers.records import FileAccount

MOST_CELLS = 50_000_000
"""Cells of a window, and of a block that a file stores as one: both are held in memory."""
MOST_SIDE = 10_000_000
_DRIVERS = {FileKind.TIFF: "GTiff", FileKind.ASCII_GRID: "AAIGrid"}
_SIDES = 21
"""Points a side of the window: the edges of a box in degrees are curves elsewhere."""


@dataclass(frozen=True)
class GridFile:
    """A grid as read; ``share`` of the cells of its window hold a value."""

    grid: GridLayer
    share: float
    account: FileAccount


def read_grid_layer(
    path: Path,
    kind: FileKind,
    bounds: tuple[float, float, float, float],
    *,
    crs: str = "",
    band: int = 1,
) -> GridFile:
    """Read the part of a grid that covers a territory.

    Parameters
    ----------
    path
        The file; files beside it are not looked at.
    kind
        ``TIFF`` or ``ASCII_GRID``.
    bounds
        West, south, east, north of the territory, in degrees.
    crs
        Coordinate system declared for a file that states none, as an ASCII grid.
    band
        Which band, the first being 1.

    Raises
    ------
    InputError
        The file is not what it seems, is too fine to be held, stands elsewhere, or nobody says its
        coordinate system.
    """
    content = whole(path)
    sha256 = hashlib.sha256(content).hexdigest()
    with warnings.catch_warnings(), Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_PAM_ENABLED="NO"):
        warnings.simplefilter("ignore")  # « not georeferenced » is told as an error of ours
        try:
            with MemoryFile(content) as memory, memory.open(driver=_DRIVERS[kind]) as source:
                grid = _grid(source, path.name, bounds, (crs, band))
        except (RasterioError, ProjError, ValueError, OverflowError, MemoryError) as error:
            raise _broken(path.name) from error
    share = float(np.isfinite(grid.values).mean())
    told = (
        ()
        if share == 1.0
        else (f"{path.name}\u00a0: {percent(1 - share)} des mailles du territoire sont sans valeur.",)
    )
    return GridFile(grid, share, FileAccount(path.name, sha256, 1, 1, warnings=told))


def _grid(
    source: DatasetReader, file: str, bounds: tuple[float, float, float, float], asked: tuple[str, int]
) -> GridLayer:
    declared, band = asked
    if not 1 <= band <= source.count:
        raise InputError(
            f"ce fichier n’a pas de bande {band}.",
            file=file,
            expected=f"de 1 à {source.count}",
            found=str(band),
        )
    stated = "" if source.crs is None else str(source.crs.to_wkt())
    crs = system_of(file, stated, declared)
    if source.transform.is_degenerate or (not stated and source.transform.is_identity):
        raise InputError(
            "cette image n’est pas calée sur le sol.",
            file=file,
            expected="la taille et la place des mailles",
            found="aucune",
            fix="Exportez-la de nouveau en GeoTIFF.",
        )
    inverse = ~source.transform
    window = _window(source, file, inverse, _sides(bounds, crs))
    block = source.block_shapes[band - 1]
    if block[0] * block[1] > MOST_CELLS or window.width * window.height > MOST_CELLS:
        raise InputError(
            "cette grille est trop fine pour être tenue en mémoire.",
            file=file,
            expected=f"{MOST_CELLS // 1_000_000} millions de mailles au plus sur le territoire",
            found=f"{window.width} × {window.height} mailles",
            fix="Rééchantillonnez-la, ou découpez-la en tuiles.",
        )
    raw = source.read(band, window=window, masked=True)
    values = np.ma.filled(raw.astype(np.float64), np.nan)
    values = values * source.scales[band - 1] + source.offsets[band - 1]
    values[~np.isfinite(values)] = np.nan
    a, b, c, d, e, f = tuple(inverse)[:6]
    moved = (a, b, c - window.col_off, d, e, f - window.row_off)
    return GridLayer(np.ascontiguousarray(values), moved, crs)


def _sides(bounds: tuple[float, float, float, float], crs: str) -> tuple[NDArray[np.float64], ...]:
    """The box of a territory as points of its sides, in the system of the grid."""
    west, south, east, north = bounds
    lon, lat = np.linspace(west, east, _SIDES), np.linspace(south, north, _SIDES)
    flat, tall = np.ones(_SIDES), np.ones(_SIDES)
    x = np.concatenate([lon, lon, west * tall, east * tall])
    y = np.concatenate([south * flat, north * flat, lat, lat])
    return tuple(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(x, y))


def _window(
    source: DatasetReader, file: str, inverse: Affine, sides: tuple[NDArray[np.float64], ...]
) -> Window:
    """Cells around the territory, cut to the grid."""
    a, b, c, d, e, f = tuple(inverse)[:6]
    x, y = sides
    columns, rows = a * x + b * y + c, d * x + e * y + f
    corners = (columns.min(), columns.max(), rows.min(), rows.max())
    if not all(math.isfinite(one) and abs(one) < 1e15 for one in corners):
        raise _elsewhere(file)
    left, right = max(0, math.floor(corners[0]) - 1), min(source.width, math.ceil(corners[1]) + 1)
    top, bottom = max(0, math.floor(corners[2]) - 1), min(source.height, math.ceil(corners[3]) + 1)
    if left >= right or top >= bottom or max(source.width, source.height) > MOST_SIDE:
        raise _elsewhere(file)
    return Window(left, top, right - left, bottom - top)


def _elsewhere(file: str) -> InputError:
    return InputError(
        "cette grille ne couvre rien du territoire.",
        file=file,
        expected="une grille qui recouvre le territoire",
        found="une grille placée ailleurs",
        fix="Vérifiez son système de coordonnées.",
    )


def _broken(file: str) -> InputError:
    return InputError(
        "cette grille est illisible.",
        file=file,
        expected="un GeoTIFF ou une grille ASCII (ncols, nrows, cellsize) entiers",
        found="un fichier endommagé, vide ou d’une autre sorte",
        fix="Téléchargez-la ou exportez-la de nouveau.",
    )
