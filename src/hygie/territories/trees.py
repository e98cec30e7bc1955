"""Trees of a territory: those of municipal inventories, and those of the map elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.french import counted
from hygie.engines.kernel.shapes import no_details
from hygie.engines.kernel.territory import Feature, Texts
from hygie.readers.mapped_tables import TreeFile
from hygie.readers.records import OsmFile
from hygie.territories.area import OUTSIDE, Area

MAP = "openstreetmap"


@dataclass(frozen=True)
class Trees:
    """The feature (None without any tree), what to say of it, and rows outside by inventory."""

    feature: Feature | None
    warnings: tuple[str, ...] = ()
    outside: dict[str, int] = field(default_factory=dict)

    def features(self) -> dict[str, Feature]:
        """The feature by kind; nothing without any tree."""
        return {} if self.feature is None else {"tree": self.feature}


@dataclass(frozen=True)
class _Stand:
    """Some trees of one source: identifiers, names, (lon, lat, crown radius) and heights, NaN unknown."""

    source: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    trees: NDArray[np.float64]
    heights: NDArray[np.float64]

    def of(self, kept: NDArray[np.bool_]) -> _Stand:
        at = np.flatnonzero(kept).tolist()
        ids, names = tuple(self.ids[i] for i in at), tuple(self.names[i] for i in at)
        return _Stand(self.source, ids, names, self.trees[kept], self.heights[kept])


def _stand(source: str, ids: tuple[str, ...], names: tuple[str, ...], file: OsmFile | TreeFile) -> _Stand:
    """Trees of a file; heights of a source that tells none are unknown."""
    told = file.tree_heights if isinstance(file, OsmFile) else file.heights
    heights = told if len(told) == len(file.trees) else np.full(len(file.trees), np.nan)
    return _Stand(source, ids, names, file.trees, heights)


def trees_of(
    osm: OsmFile | None,
    inventories: Sequence[tuple[str, TreeFile]],
    area: Area,
    vintages: Mapping[str, str] = MappingProxyType({}),
) -> Trees:
    """Trees of all sources: an inventory replaces those of the map within its extent.

    The extent is the convex hull of its trees that stand in the territory or its margin. Beyond it
    the map's trees are kept; two inventories are kept side by side.

    Parameters
    ----------
    osm
        The map, or None.
    inventories
        Name of each source, and its trees.
    area
        The territory and its margin; trees of an inventory outside both are left out.
    vintages
        Of each source, by name.
    """
    stands, outside, hulls = [], {}, []
    for name, file in inventories:
        near = area.side(file.trees[:, 0], file.trees[:, 1]) != OUTSIDE
        outside[name] = int(np.count_nonzero(~near))
        stand = _stand(name, file.ids, file.species, file).of(near)
        stands.append(stand)
        hulls.append(shapely.MultiPoint(stand.trees[:, :2]).convex_hull)
    warnings: list[str] = []
    if osm is not None and len(osm.trees):
        points = np.asarray(shapely.points(osm.trees[:, :2]), dtype=object)
        covered = shapely.covers(shapely.union_all(hulls), points)
        stands.append(_stand(MAP, osm.tree_ids, ("",) * len(osm.trees), osm).of(~covered))
        warnings = _told(int(np.count_nonzero(covered)))
    return Trees(_feature(stands, vintages), tuple(warnings), outside)


def _told(replaced: int) -> list[str]:
    if not replaced:
        return []
    trees = counted(replaced, "arbre d’OpenStreetMap remplacé", "arbres d’OpenStreetMap remplacés")
    return [f"{trees} par l’inventaire donné, dans son étendue."]


def _feature(stands: Sequence[_Stand], vintages: Mapping[str, str]) -> Feature | None:
    ids = tuple(number for stand in stands for number in stand.ids)
    if not ids:
        return None
    trees = np.concatenate([stand.trees for stand in stands])
    return Feature(
        "tree",
        np.array(ids, dtype=np.str_),
        np.array(shapely.to_wkb(shapely.points(trees[:, :2])), dtype=object),
        np.array([name for stand in stands for name in stand.names], dtype=np.str_),
        trees[:, 2],
        replace(
            no_details(len(ids)),
            sources=_each(stands, [stand.source for stand in stands]),
            vintages=_each(stands, [vintages.get(stand.source, "") for stand in stands]),
            heights=np.concatenate([stand.heights for stand in stands]),
        ),
    )


def _each(stands: Sequence[_Stand], texts: list[str]) -> Texts:
    """One text a tree, from one text a stand."""
    return np.repeat(np.array(texts, dtype=np.str_), [len(stand.ids) for stand in stands])
