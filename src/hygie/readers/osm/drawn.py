"""Shapes besides buildings, green spaces and waters: parks, playgrounds, beaches, school grounds, gates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely

from hygie.readers.osm.areas import areas_of, details_of
from hygie.readers.osm.ledger import Fault, Ledger
from hygie.readers.osm.objects import Extract, Found
from hygie.readers.osm.shapes import is_multipolygon
from hygie.readers.osm.sheet import OsmSheet
from hygie.readers.records import OsmArea


def read_shapes(extract: Extract, sheet: OsmSheet, ledger: Ledger) -> Mapping[str, tuple[OsmArea, ...]]:
    """Shapes by category, in alphabetical order; one object may be of several.

    Areas come first, ways then relations, then points; a node has no size.
    """
    drawn = [*extract.ways.values(), *(r for r in extract.relations.values() if is_multipolygon(r.tags))]
    areas = _by_category((item, sheet.shapes.of(item.tags)) for item in drawn)
    points = _by_category((node, sheet.shapes.of(node.tags, point=True)) for node in extract.nodes.values())
    found = {}
    for category in sorted(areas.keys() | points.keys()):
        measured = areas_of(areas.get(category, ()), extract, sheet, ledger)
        placed = (_point(node, extract, sheet, ledger) for node in points.get(category, ()))
        shapes = [measured.area(i) for i in range(len(measured.found))]
        shapes += [point for point in placed if point is not None]
        if shapes:
            found[category] = tuple(shapes)
    return found


def _by_category(items: Iterable[tuple[Found, tuple[str, ...]]]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for item, categories in items:
        for category in categories:
            found.setdefault(category, []).append(item)
    return found


def _point(node: Found, extract: Extract, sheet: OsmSheet, ledger: Ledger) -> OsmArea | None:
    position = extract.positions.get(node.number)
    if position is None:
        where = extract.off_globe.get(node.number, "")
        ledger.fail(node, Fault("lon, lat", where, "coordonnées absentes ou hors du globe"))
        return None
    ledger.use(node)
    outline = shapely.to_wkb(shapely.Point(position), byte_order=1)
    name = node.tags.get("name", "")
    return OsmArea(node.id, name, outline, 0.0, *position, **details_of(node.tags, sheet))
