"""A town of squares, in metres from its middle, for tests of perimeters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from tests.engines.diagnosis.towns import Home, Shop, territory

from hygie.engines.kernel.minutes import to_ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Feature, FeatureDetails, Territory, ZoneLayer
from hygie.engines.perimeters.rules import (
    Cover,
    PerimeterParameters,
    PerimeterRule,
    PlaceKind,
    ShapeLine,
    SignText,
)
from hygie.engines.streets.graph import StreetGraph

PLANE = Plane(3.0, 43.2)
PARAMETERS = PerimeterParameters(3.0, 30.0, 10.0, 25.0, (100.0, 200.0, 400.0))


@dataclass(frozen=True)
class Drawn:
    """A shape of a category, in metres."""

    id: str
    shape: shapely.Geometry
    tags: str = ""
    name: str = ""
    hours: str = ""


def square(x: float, y: float, side: float) -> shapely.Polygon:
    """A square by its south-west corner."""
    return shapely.box(x, y, x + side, y + side)


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(PLANE.to_degrees(xy[:, 0], xy[:, 1])))


def feature(kind: str, drawn: Sequence[Drawn]) -> Feature:
    n = len(drawn)
    texts = {key: np.array([getattr(one, key) for one in drawn], dtype=np.str_) for key in ("hours", "tags")}
    details = FeatureDetails(
        sources=np.full(n, "openstreetmap"),
        vintages=np.full(n, "2026"),
        heights=np.full(n, np.nan),
        levels=np.full(n, np.nan),
        **texts,
    )
    shapes = np.empty(n, dtype=object)
    shapes[:] = [shapely.to_wkb(degrees(one.shape)) for one in drawn]
    names = np.array([one.name for one in drawn], dtype=np.str_)
    return Feature(kind, np.array([one.id for one in drawn]), shapes, names, np.zeros(n), details)


def town(
    shapes: Mapping[str, Sequence[Drawn]],
    shops: Sequence[Shop] = (),
    *,
    boundary: shapely.Geometry | None = None,
) -> Territory:
    """A territory with these shapes and no street; inside ``boundary`` (metres) where one is given."""
    base = territory([Home(0)], shops)
    layers = {}
    if boundary is not None:
        outline = shapely.to_wkb(degrees(boundary))
        one = ((("11262",), ("Essai",), (outline,)), np.ones(1, np.bool_))
        layers["commune"] = ZoneLayer("commune", "Communes", *one[0], "zones", "2026", True, one[1])
    features = {kind: feature(kind, drawn) for kind, drawn in shapes.items()}
    return replace(base, features=features, layers=layers)


def streets(*lines: Sequence[tuple[float, float]]) -> StreetGraph:
    """Ways in metres, each an edge of its own."""
    starts = np.cumsum([0, *(len(line) for line in lines)], dtype=np.int32)
    xy = np.array([point for line in lines for point in line], np.float64)
    lon, lat = PLANE.to_degrees(xy[:, 0], xy[:, 1])
    first, last = starts[:-1], starts[1:] - 1
    n = len(lines)
    return StreetGraph(
        "walk",
        np.concatenate([lon[first], lon[last]]),
        np.concatenate([lat[first], lat[last]]),
        np.arange(n, dtype=np.int32),
        np.arange(n, 2 * n, dtype=np.int32),
        np.full(n, to_ticks(1.0)),
        np.full(n, to_ticks(1.0)),
        starts,
        lon,
        lat,
        np.ones(n, np.int8),
    )


def rule(
    *kinds: PlaceKind, metres: float = 10.0, from_accesses: bool = True, counts: tuple[str, ...] = ()
) -> PerimeterRule:
    """A rule of law with signs."""
    return PerimeterRule(
        key="tobacco",
        title="Espaces sans tabac",
        question="Où ?",
        law=from_accesses,
        text="Un texte",
        status="to-verify",
        since="2025-06-29",
        metres=metres,
        choices=(),
        from_accesses=from_accesses,
        allows=(),
        not_covered=("Les marchés.",),
        counts=counts,
        sign=SignText("Ici et à dix mètres", "Ici", "Un article."),
        kinds=kinds,
    )


def kind(
    key: str, cover: Cover, *categories: str, places: tuple[str, ...] = (), school: bool = False
) -> PlaceKind:
    lines = tuple(ShapeLine(category) for category in categories)
    return PlaceKind(key, "1°", key.capitalize(), key, cover, lines, places, school=school)


SCHOOL = kind("school", Cover.ACCESSES, "school_ground", places=("school_primary",), school=True)
PARK = kind("park", Cover.GROUND, "park")
