"""The places that a rule protects, out of the shapes and the places of a territory; each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Outlines, Shapes, points_at, shapes_of
from hygie.engines.kernel.territory import Booleans, Territory
from hygie.engines.perimeters.rules import PlaceKind, ShapeLine

SMALLEST = 1.0
"""Square metres under which an outline is a slip of the pen rather than a place."""

SAME_SHARE = 0.95
"""Share of an outline inside a larger one of its kind from which it is a part of it: a pitch of a stadium."""


@dataclass(frozen=True, slots=True)
class Protected:
    """One place.

    Attributes
    ----------
    id, name
        As the source tells them; the name may be empty.
    kind
        Key of its kind.
    outline
        Valid geometry in metres: a surface, or a point where nothing is drawn.
    hours
        OpenStreetMap notation, or empty.
    source, vintage
        Key of the source and its vintage.
    """

    id: str
    name: str
    kind: str
    outline: shapely.Geometry
    hours: str
    source: str
    vintage: str

    @property
    def areal(self) -> bool:
        """Whether it is a surface rather than a point."""
        return int(shapely.get_dimensions(self.outline)) == 2


@dataclass(frozen=True)
class Found:
    """The places of one kind.

    Attributes
    ----------
    places
        Ordered by identifier.
    source
        Whether some source would list every such place, so that none is a true zero. What is drawn on a
        map never does: an absent shape is one that nobody drew.
    repaired
        Outlines that crossed themselves and were repaired.
    """

    places: tuple[Protected, ...]
    source: bool
    repaired: int = 0


def found_of(territory: Territory, plane: Plane, kind: PlaceKind, limit: float) -> Found:
    """The places of a kind inside a territory.

    Parameters
    ----------
    territory
        Its shapes first; its places where no shape of the kind stands within ``limit`` metres.
    plane
        Where lengths are metres.
    kind
        Which shapes and places.
    limit
        Metres within which a point and an outline are the same place.
    """
    boundary = boundary_of(territory, plane)
    drawn, repaired = _drawn(territory, plane, kind.shapes)
    kept = _without_parts([one for one in drawn.values() if _inside(one.outline, boundary)])
    known = [*kept]
    for point in _points(territory, plane, kind):
        if not any(shapely.dwithin(point.outline, one.outline, limit) for one in _near(point, known, limit)):
            known.append(point)
    places = (_of_kind(one, kind.key) for one in known)
    source = bool(set(kind.places) & set(territory.provided))
    return Found(tuple(sorted(places, key=lambda one: one.id)), source, repaired)


def boundary_of(territory: Territory, plane: Plane) -> shapely.Geometry | None:
    """Its communes joined, in metres, ready for many tests; None where no contour is known."""
    layer = territory.layers.get("commune")
    if layer is None or not layer.inside.any():
        return None
    outlines = [w for w, inside in zip(layer.outlines, layer.inside.tolist(), strict=True) if inside]
    joined = shapely.union_all(_valid(_in_metres(shapely.from_wkb(np.array(outlines, object)), plane)))
    shapely.prepare(joined)
    return joined


def matches(line: ShapeLine, tags: Mapping[str, str]) -> bool:
    """Whether the tags of a shape meet a line: every condition, and no exclusion."""
    return all(_one_of(tags.get(key, ""), values) for key, values in line.when.items()) and not any(
        _one_of(tags.get(key, ""), values) for key, values in line.unless.items()
    )


def tags_of(text: str) -> dict[str, str]:
    """Tags as shapes keep them: « access=yes;fee=no »."""
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


def valid_outlines(shapes: Shapes) -> tuple[Outlines, Booleans]:
    """Outlines that geometry accepts, and which of them had to be repaired; empty ones stay empty."""
    wrong = ~shapely.is_valid(shapes.outlines)
    return _valid(shapes.outlines), np.asarray(wrong, np.bool_)


def _one_of(value: str, wanted: Iterable[str]) -> bool:
    return any(value == one or (one == "*" and value != "") for one in wanted)


def _drawn(
    territory: Territory, plane: Plane, lines: Iterable[ShapeLine]
) -> tuple[dict[str, Protected], int]:
    """Shapes that some line takes, by identifier, and how many were repaired."""
    found: dict[str, Protected] = {}
    repaired: set[str] = set()
    for line in lines:
        shapes = shapes_of(territory, line.category, plane)
        outlines, wrong = valid_outlines(shapes)
        for i in range(len(shapes)):
            key = str(shapes.ids[i])
            if not _real(outlines[i]) or not matches(line, tags_of(str(shapes.tags[i]))):
                continue
            words = (str(shapes.hours[i]), str(shapes.sources[i]), str(shapes.vintages[i]))
            found[key] = Protected(key, str(shapes.names[i]), "", outlines[i], *words)
            if wrong[i]:
                repaired.add(key)
    return found, len(repaired)


def _real(outline: shapely.Geometry) -> bool:
    """Whether an outline is something on the ground: a point, or a surface that is no mere line."""
    flat = shapely.get_dimensions(outline) == 2 and shapely.area(outline) < SMALLEST
    return not (shapely.is_empty(outline) or flat)


def _without_parts(places: list[Protected]) -> list[Protected]:
    """Places, but for those that stand inside a larger one of the same kind."""
    if not places:
        return []
    outlines = np.array([one.outline for one in places], dtype=object)
    sizes = shapely.area(outlines)
    small, large = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    # of two of the same size the first stays, so that two sources of one place do not cancel each other
    rank = np.lexsort((np.arange(len(places)), -sizes)).argsort()
    below = (rank[large] < rank[small]) & (sizes[large] > 0)
    small, large = small[below], large[below]
    shared = shapely.area(shapely.intersection(outlines[small], outlines[large]))
    part = set(small[shared >= SAME_SHARE * sizes[small]].tolist())
    return [one for i, one in enumerate(places) if i not in part]


def _points(territory: Territory, plane: Plane, kind: PlaceKind) -> list[Protected]:
    """Places of the categories of a kind, inside the territory, one a site."""
    table = territory.places
    sites: dict[str, Protected] = {}
    at = [i for i in table.of(*kind.places).tolist() if table.inside[i]] if kind.places else []
    if not at:
        return []
    x, y = plane.to_metres(table.lon[at], table.lat[at])
    for i, point in zip(at, points_at(np.column_stack([x, y])), strict=True):
        site = str(table.sites[i])
        words = (str(table.hours[i]), str(table.sources[i]), str(table.vintages[i]))
        sites.setdefault(site, Protected(site, str(table.names[i]), kind.key, point, *words))
    return list(sites.values())


def _near(point: Protected, known: list[Protected], limit: float) -> list[Protected]:
    """Places whose box is near enough to be worth an exact test."""
    if not known:
        return []
    x, y = shapely.get_x(point.outline), shapely.get_y(point.outline)
    boxes = shapely.bounds(np.array([one.outline for one in known], dtype=object))
    close = (boxes[:, 0] - limit <= x) & (x <= boxes[:, 2] + limit)
    close &= (boxes[:, 1] - limit <= y) & (y <= boxes[:, 3] + limit)
    return [known[i] for i in np.flatnonzero(close)]


def _inside(outline: shapely.Geometry, boundary: shapely.Geometry | None) -> bool:
    return boundary is None or bool(shapely.intersects(boundary, shapely.point_on_surface(outline)))


def _of_kind(place: Protected, kind: str) -> Protected:
    words = (place.hours, place.source, place.vintage)
    return Protected(place.id, place.name, kind, place.outline, *words)


def _in_metres(degrees: NDArray[np.object_], plane: Plane) -> NDArray[np.object_]:
    moved = shapely.transform(degrees, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    return np.atleast_1d(np.asarray(moved, dtype=object))


def _valid(outlines: Outlines) -> Outlines:
    """The same, those that cross themselves repaired: only their surface is kept."""
    wrong = ~shapely.is_valid(outlines)
    if not wrong.any():
        return outlines
    kept = outlines.copy()
    kept[wrong] = [_surface(one) for one in shapely.make_valid(outlines[wrong])]
    return kept


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
