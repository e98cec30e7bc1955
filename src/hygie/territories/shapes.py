"""Shapes of a territory: those that the map draws, those of the files of areas of a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from hygie.engines.kernel.french import counted
from hygie.engines.kernel.territory import Feature, FeatureDetails
from hygie.readers.records import AreaFile, OsmArea, OsmFile
from hygie.territories.area import OUTSIDE, Area
from hygie.territories.recipe import SourceChoice

COVERED_SHARE = 0.5
"""Share of a shape of the map under given areas of its category from which they tell it better."""

_Sourced = tuple[SourceChoice, OsmArea]


@dataclass(frozen=True)
class ShapeSet:
    """Shapes by category with the source of each, what to say of them, and areas outside by source."""

    shapes: dict[str, list[_Sourced]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    outside: dict[str, int] = field(default_factory=dict)

    def areas(self, category: str) -> tuple[OsmArea, ...]:
        """The shapes of one category."""
        return tuple(area for _, area in self.shapes.get(category, ()))

    def features(self) -> dict[str, Feature]:
        """The same as features, by category, in alphabetical order."""
        return {category: _feature(category, self.shapes[category]) for category in sorted(self.shapes)}


def shapes_of_sources(
    osm: tuple[SourceChoice, OsmFile] | None,
    files: Sequence[tuple[SourceChoice, AreaFile]],
    area: Area,
) -> ShapeSet:
    """Shapes of all sources: given areas come first and replace those of the map that they cover.

    A map shape gives way where areas given for its category cover half of it or more (a point: where
    they hold it). Two files of areas are kept side by side.

    Parameters
    ----------
    osm
        The map, or None.
    files
        Files of areas of the recipe.
    area
        The territory and its margin; given areas outside both are left out.
    """
    found: dict[str, list[_Sourced]] = {}
    outside: dict[str, int] = {}
    for choice, file in files:
        outside[choice.name] = 0
        for category, shapes in file.shapes.items():
            near = area.side(np.array([s.lon for s in shapes]), np.array([s.lat for s in shapes])) != OUTSIDE
            outside[choice.name] += int(np.count_nonzero(~near))
            kept = [(choice, shape) for shape, here in zip(shapes, near.tolist(), strict=True) if here]
            if kept:
                found.setdefault(category, []).extend(kept)
    warnings = []
    if osm is not None:
        choice, drawn = osm
        for category, shapes in _by_category(drawn).items():
            uncovered = _uncovered(shapes, [shape for _, shape in found.get(category, ())])
            if len(uncovered) < len(shapes):
                warnings.append(_told(len(shapes) - len(uncovered), category))
            if uncovered:
                found.setdefault(category, []).extend((choice, shape) for shape in uncovered)
    return ShapeSet(found, tuple(warnings), outside)


def _by_category(osm: OsmFile) -> dict[str, tuple[OsmArea, ...]]:
    drawn = {"building": osm.buildings, "green": osm.greens, "water": osm.waters, **osm.shapes}
    return {category: shapes for category, shapes in drawn.items() if shapes}


def _uncovered(shapes: tuple[OsmArea, ...], given: list[OsmArea]) -> list[OsmArea]:
    """Shapes that no given area stands for; shares of degrees are those of metres at this size."""
    if not given:
        return list(shapes)
    better = np.asarray(shapely.from_wkb([area.outline for area in given]), dtype=object)
    mine = np.asarray(shapely.from_wkb([area.outline for area in shapes]), dtype=object)
    one, other = shapely.STRtree(better).query(mine, predicate="intersects")
    shared = shapely.area(shapely.intersection(mine[one], better[other]))
    size = shapely.area(mine)
    covered = np.bincount(one, shared, minlength=len(mine)) >= COVERED_SHARE * size
    held = np.bincount(one, minlength=len(mine)) > 0
    gone = np.where(size > 0, covered, held)
    return [shape for shape, away in zip(shapes, gone.tolist(), strict=True) if not away]


def _told(replaced: int, category: str) -> str:
    shapes = counted(replaced, "forme d’OpenStreetMap remplacée", "formes d’OpenStreetMap remplacées")
    return f"{shapes} par les surfaces données (catégorie {category})."


def _feature(category: str, sourced: list[_Sourced]) -> Feature:
    areas = [area for _, area in sourced]
    outlines = np.empty(len(areas), dtype=object)
    outlines[:] = [area.outline for area in areas]

    def texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        return np.array(values, dtype=np.str_)

    return Feature(
        category,
        texts([area.id for area in areas]),
        outlines,
        texts([area.name for area in areas]),
        np.array([area.value for area in areas], np.float64),
        FeatureDetails(
            sources=texts([choice.name for choice, _ in sourced]),
            vintages=texts([choice.vintage for choice, _ in sourced]),
            heights=np.array([area.height for area in areas], np.float64),
            levels=np.array([area.levels for area in areas], np.float64),
            hours=texts([area.hours for area in areas]),
            tags=texts([area.tags for area in areas]),
        ),
    )
