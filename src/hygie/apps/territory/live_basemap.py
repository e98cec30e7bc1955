"""The base map, made from the territory itself: streets, water, green, rails, buildings, zones.

Two PMTiles files, so that buildings weigh nothing from afar: ``far`` (zooms 8 to 12) and ``near`` (13 to
15). One layer, ``base``, whose features say their ``kind``; colours are the page's. Names of zones are
not in the tiles: letters there would ask for drawn fonts, and the page writes them itself.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.raw import write

from hygie.apps.territory.live_folders import maps_folder
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph

LAYER = "base"
DRAWN = ("green", "water", "rail", "building")
ZONES = ("commune", "quarter", "iris")
STREET_KINDS = ("path", "street", "road", "road")
"""Words of the kinds of a street graph."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a base map."""

    name: str
    first: int
    last: int
    left_out: frozenset[str]


PARTS = (
    Part("far", 8, 12, frozenset({"building", "path"})),
    Part("near", 13, 15, frozenset()),
)

Shapes = NDArray[np.object_]


def basemap_file(digest: str, part: str) -> Path:
    """Where a part of the base map of a version of the data is, once made."""
    return maps_folder() / f"{digest}-{part}.pmtiles"


def has_basemap(digest: str) -> bool:
    """Whether the base map of a version of the data was made."""
    return all(basemap_file(digest, part.name).is_file() for part in PARTS)


def make_basemap(territory: Territory, streets: StreetGraph | None, digest: str) -> None:
    """Draw a territory, once; another process may be doing the same, the last one wins."""
    shapes, kinds = drawn_shapes(territory, streets)
    maps_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=maps_folder(), prefix=".making-") as scratch:
        for part in PARTS:
            made = Path(scratch) / f"{part.name}.pmtiles"
            kept = ~np.isin(kinds, list(part.left_out))
            if not kept.any():
                kept[:] = True
            _write(made, shapes[kept], kinds[kept], part)
            shutil.move(made, basemap_file(digest, part.name))


def drawn_shapes(territory: Territory, streets: StreetGraph | None) -> tuple[Shapes, NDArray[np.str_]]:
    """Everything to draw, as WKB in degrees, and the kind of each; in the order to draw."""
    shapes: list[Any] = []
    kinds: list[str] = []
    for kind in DRAWN:
        feature = territory.features.get(kind)
        if feature is not None:
            shapes += list(feature.shapes)
            kinds += [kind] * len(feature.ids)
    if streets is not None:
        lines = _lines(streets)
        shapes += list(shapely.to_wkb(lines))
        kinds += [STREET_KINDS[min(max(int(k), 0), 3)] for k in streets.kind]
    for key in ZONES:
        layer = territory.layers.get(key)
        if layer is not None:
            shapes += list(layer.outlines)
            kinds += ["zone"] * len(layer)
    return np.array(shapes, dtype=object), np.array(kinds, dtype=np.str_)


def _lines(streets: StreetGraph) -> Shapes:
    edges = np.repeat(np.arange(len(streets.tail)), np.diff(streets.shape_start))
    points = np.column_stack([streets.shape_lon, streets.shape_lat])
    return np.asarray(shapely.linestrings(points, indices=edges), dtype=object)


def _write(file: Path, shapes: Shapes, kinds: NDArray[np.str_], part: Part) -> None:
    write(
        str(file),
        shapes,
        [kinds.astype(object)],
        ["kind"],
        layer=LAYER,
        driver="PMTiles",
        geometry_type="Unknown",
        crs="EPSG:4326",
        dataset_options={"MINZOOM": str(part.first), "MAXZOOM": str(part.last), "NAME": "Hygie"},
    )
