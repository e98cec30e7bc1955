"""Places where a resident obtains something, from tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from hygie.readers.osm.areas import inner_points
from hygie.readers.osm.ledger import Fault, Ledger
from hygie.readers.osm.objects import Extract, Found, LonLat
from hygie.readers.osm.shapes import is_multipolygon, shape_of
from hygie.readers.osm.sheet import OsmSheet, PlaceTable
from hygie.readers.osm.tagtests import Tags
from hygie.readers.records import PlaceRecord


def read_places(extract: Extract, sheet: OsmSheet, ledger: Ledger) -> tuple[PlaceRecord, ...]:
    """Places of an extract: nodes, then ways, then multipolygons, by number.

    A label without a mapping line, and a place that is gone or closed to residents, are counted in
    ``ledger.unmapped``; a relation that draws no area has no position, so its label is too.
    """
    records: list[PlaceRecord] = []
    for found in (*extract.nodes.values(), *extract.ways.values(), *extract.relations.values()):
        if sheet.places.matters(found.tags):
            records += _places(found, extract, sheet, ledger)
    return tuple(records)


def classify(tags: Tags, table: PlaceTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Categories that tags give, and labels that no line maps.

    Returns
    -------
    tuple
        Categories in the order of the table, each once; then labels: French, for the user to read.
    """
    lines = table.lines(tags)
    if table.absent.any_met(tags):
        seen = [label(tags, sorted(line.test.keys & tags.keys())) for line in lines]
        return (), tuple(f"{text} (fermé au public ou disparu)" for text in seen[:1])
    if not lines:
        return (), tuple(f"{key}={tags[key]}" for key in table.watched if key in tags)
    gives = dict.fromkeys(category for line in lines for category in line.gives)
    return tuple(gives), tuple(label(tags, line.label) for line in lines if line.label)


def label(tags: Tags, keys: Sequence[str]) -> str:
    """A label as it is counted: « amenity=doctors, sans healthcare:speciality »."""
    return ", ".join(f"{key}={tags[key]}" if key in tags else f"sans {key}" for key in keys)


def _places(found: Found, extract: Extract, sheet: OsmSheet, ledger: Ledger) -> Iterator[PlaceRecord]:
    categories, labels = classify(found.tags, sheet.places)
    if found.kind == "relation" and not is_multipolygon(found.tags):
        kind = found.tags.get("type", "sans type")
        ledger.unmapped.update(f"{category} (relation {kind}, sans contour)" for category in categories)
        return
    ledger.unmapped.update(labels)
    if not categories:
        return
    position = _position(found, extract, sheet.limits.repair_share)
    if isinstance(position, Fault):
        ledger.fail(found, position)
        return
    (lon, lat), clipped = position
    ledger.use(found, clipped=clipped)
    table = sheet.places
    number = found.tags.get(table.finess_key, "")
    for category in categories:
        yield PlaceRecord(
            id=f"{found.id}:{category}",
            site=found.id,
            category=category,
            name=found.tags.get(table.name_key, ""),
            lon=lon,
            lat=lat,
            hours=found.tags.get(table.hours_key, ""),
            note=f"FINESS {number}" if number else "",
        )


def _position(found: Found, extract: Extract, repair_share: float) -> tuple[LonLat, bool] | Fault:
    """Where a place is, and whether part of its outline is absent.

    A node is where it is; an area, at its inner point; what has no whole outline, at the middle of
    the nodes that are present.
    """
    if found.kind == "node":
        return _node_position(found, extract.positions, extract.off_globe)
    shape = shape_of(found, extract, repair_share)
    if not isinstance(shape, Fault):
        column = np.array([shape.outline], dtype=object)
        lon, lat = inner_points(column)
        return (float(lon[0]), float(lat[0])), shape.clipped
    present = {ref: extract.positions[ref] for ref in found.refs if ref in extract.positions}
    if not present:
        return shape
    lon, lat = np.mean(np.array(list(present.values()), np.float64), axis=0)
    return (float(lon), float(lat)), len(present) < len(set(found.refs))


def _node_position(
    found: Found, positions: Mapping[int, LonLat], off_globe: Mapping[int, str]
) -> tuple[LonLat, bool] | Fault:
    position = positions.get(found.number)
    if position is not None:
        return position, False
    return Fault("lon, lat", off_globe.get(found.number, ""), "coordonnées absentes ou hors du globe")
