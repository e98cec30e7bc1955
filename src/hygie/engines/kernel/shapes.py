"""Shapes of a territory in metres: buildings, green spaces, school grounds, beaches, trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Feature, FeatureDetails, Floats, Territory, Texts

Outlines = NDArray[np.object_]


@dataclass(frozen=True)
class Shapes:
    """Shapes of one category, in metres on a plane; columns of one length.

    Attributes
    ----------
    category
        ``building``, ``green``, ``park``, ``playground``, ``beach``, ``school_ground``…
    ids, names
        As the source tells them; a name may be empty.
    outlines
        Shapely geometries in metres, valid and not empty: (multi)polygons, or points of what the
        source places without an outline (a school, an entrance, a tree).
    values
        As ``Feature.values``: floor area in m² of a building, crown radius in m of a tree, area in m²
        of the others (0 of a point); NaN unknown.
    heights, levels
        Metres and storeys; NaN unknown.
    sources, vintages
        Key of the source and its vintage; empty in folders written before they were kept.
    hours
        Opening hours in OpenStreetMap notation, or empty.
    tags
        « access=yes;fee=no », or empty.
    """

    category: str
    ids: Texts
    names: Texts
    outlines: Outlines
    values: Floats
    heights: Floats
    levels: Floats
    sources: Texts
    vintages: Texts
    hours: Texts
    tags: Texts

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "category" and len(getattr(self, field.name)) != len(self.ids):
                raise ValueError(f"shapes.{field.name} has one value a shape")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def areal(self) -> NDArray[np.bool_]:
        """Whether each shape is a surface rather than a point."""
        return np.asarray(shapely.get_dimensions(self.outlines) == 2)

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Shapes:
        """The shapes at these positions, in that order."""
        columns = {f.name: getattr(self, f.name)[which] for f in fields(self) if f.name != "category"}
        return Shapes(self.category, **columns)

    def tag(self, key: str) -> Texts:
        """Value of one tag of each shape; empty where it has none."""
        return np.array([_value(text, key) for text in self.tags.tolist()], dtype=np.str_)


def shapes_of(territory: Territory, category: str, plane: Plane) -> Shapes:
    """Shapes of a category, brought to metres; none when no source draws any.

    An absent category is in ``territory.features`` neither: nobody says that the place has none.

    Parameters
    ----------
    territory
        Its features are read from the folder when asked for.
    category
        Word of the closed list of the recipe's schema.
    plane
        That of the territory (``StoredTerritory.plane``).
    """
    feature = territory.features.get(category)
    return _empty(category) if feature is None else shapes_in_metres(feature, plane)


def shapes_in_metres(feature: Feature, plane: Plane) -> Shapes:
    """Shapes of a feature, in metres; those that are empty or not a number anywhere are left out."""
    with np.errstate(invalid="ignore"):  # a corner that is not a number: the shape is left out below
        degrees = np.asarray(shapely.from_wkb(feature.shapes), dtype=object).reshape(-1)
    kept = np.flatnonzero(_usable(degrees))
    details = feature.details or no_details(len(feature.ids))
    return Shapes(
        category=feature.kind,
        ids=feature.ids[kept],
        names=feature.names[kept],
        outlines=in_metres(degrees[kept], plane),
        values=feature.values[kept],
        heights=details.heights[kept],
        levels=details.levels[kept],
        sources=details.sources[kept],
        vintages=details.vintages[kept],
        hours=details.hours[kept],
        tags=details.tags[kept],
    )


def in_metres(degrees: Outlines, plane: Plane) -> Outlines:
    """Geometries in degrees, moved to metres; same shape."""
    if not len(degrees):
        return np.zeros(0, object)
    moved = shapely.transform(degrees, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)


def points_at(xy: Floats) -> Outlines:
    """Points of positions, shape (n, 2); always an array, were there only one or none."""
    return np.asarray(shapely.points(xy.reshape(-1, 2)), dtype=object).reshape(-1)


def no_details(n: int) -> FeatureDetails:
    """Details of ``n`` things of which nothing is known."""
    empty, unknown = np.full(n, ""), np.full(n, np.nan)
    return FeatureDetails(empty, empty, unknown, unknown, empty, empty)


def joined_tags(tags: Sequence[tuple[str, str]]) -> str:
    """Tags as they are kept; a separator inside a value becomes a space, so that no value is cut."""
    return ";".join(f"{key}={value.replace(';', ' ').strip()}" for key, value in tags)


def _value(text: str, key: str) -> str:
    pairs = (part.partition("=") for part in text.split(";"))
    return next((value for name, _, value in pairs if name == key), "")


def _usable(degrees: Outlines) -> NDArray[np.bool_]:
    """Neither missing, nor empty, nor infinite: one such shape would spoil every sum.

    Bounds leave out a corner that is not a number, so corners are looked at one by one.
    """
    xy, of = shapely.get_coordinates(degrees, return_index=True)
    wrong = np.bincount(of[~np.isfinite(xy).all(axis=1)], minlength=len(degrees)) > 0
    return np.asarray((np.bincount(of, minlength=len(degrees)) > 0) & ~wrong)


def _empty(category: str) -> Shapes:
    texts, floats = np.zeros(0, np.str_), np.zeros(0)
    return Shapes(
        category, texts, texts, np.zeros(0, object), floats, floats, floats, texts, texts, texts, texts
    )
