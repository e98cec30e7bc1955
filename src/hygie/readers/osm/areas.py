"""Buildings, green spaces and water: outlines, areas and the point that stands for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import joined_tags
from hygie.readers.osm.durations import levels, metres, stated_levels
from hygie.readers.osm.ledger import Fault, Ledger
from hygie.readers.osm.objects import Extract, Found
from hygie.readers.osm.shapes import is_multipolygon, shape_of
from hygie.readers.osm.sheet import OsmSheet
from hygie.readers.osm.tagtests import Tags
from hygie.readers.records import OsmArea


@dataclass(frozen=True)
class Areas:
    """What `OsmFile` holds of closed areas."""

    dwellings: tuple[OsmArea, ...]
    buildings: tuple[OsmArea, ...]
    greens: tuple[OsmArea, ...]
    waters: tuple[OsmArea, ...]


@dataclass(frozen=True)
class Measured:
    """Objects with their outline, area in m² and inner point (degrees); columns of one length."""

    found: tuple[Found, ...]
    outlines: NDArray[np.object_]
    metres2: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    sheet: OsmSheet

    def area(self, place: int, times: float = 1.0) -> OsmArea:
        """The area at a place of the list, its size multiplied."""
        found = self.found[place]
        return OsmArea(
            found.id,
            found.tags.get("name", ""),
            shapely.to_wkb(self.outlines[place], byte_order=1),
            float(self.metres2[place]) * times,
            float(self.lon[place]),
            float(self.lat[place]),
            **details_of(found.tags, self.sheet),
        )


class Details(TypedDict):
    """What an `OsmArea` holds of tags, besides its name."""

    height: float
    levels: float
    hours: str
    tags: str


def details_of(tags: Tags, sheet: OsmSheet) -> Details:
    """Height, levels, hours and the few tags kept of an object."""
    table = sheet.shapes
    highest = sheet.limits.highest_levels
    return Details(
        height=metres(tags.get(table.height_key, ""), table.highest_metres),
        levels=stated_levels(tags.get(sheet.buildings.levels_key, ""), highest),
        hours=tags.get(table.hours_key, ""),
        tags=joined_tags([(key, tags[key]) for key in table.kept if key in tags]),
    )


def plane_of(extract: Extract) -> Plane:
    """Metric plane around the middle of the positions kept; a stray node does not move it."""
    if not extract.positions:
        return Plane(0.0, 0.0)
    lon, lat = np.median(np.array(list(extract.positions.values()), np.float64), axis=0)
    return Plane(float(lon), float(lat))


def inner_points(outlines: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centroids, or for shapes that do not hold their centroid a point they hold; degrees."""
    centres = shapely.centroid(outlines)
    held = shapely.contains(outlines, centres)
    points = np.where(held, centres, shapely.point_on_surface(outlines))
    return shapely.get_x(points), shapely.get_y(points)


def areas_of(items: Iterable[Found], extract: Extract, sheet: OsmSheet, ledger: Ledger) -> Measured:
    """Outlines and sizes of objects; those without a usable outline are noted as faulty."""
    found: list[Found] = []
    outlines: list[object] = []
    for item in items:
        shape = shape_of(item, extract, sheet.limits.repair_share)
        if isinstance(shape, Fault):
            ledger.fail(item, shape)
            continue
        ledger.use(item, clipped=shape.clipped)
        found.append(item)
        outlines.append(shape.outline)
    column = np.empty(len(outlines), dtype=object)
    column[:] = outlines
    sizes = _square_metres(column, plane_of(extract))
    return Measured(tuple(found), column, sizes, *inner_points(column), sheet)


def _square_metres(outlines: NDArray[np.object_], plane: Plane) -> NDArray[np.float64]:
    def project(places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(plane.to_metres(places[:, 0], places[:, 1]))

    return np.asarray(shapely.area(shapely.transform(outlines, project)), np.float64)


def read_areas(extract: Extract, sheet: OsmSheet, smallest: float, ledger: Ledger) -> Areas:
    """Buildings, dwellings among them, public green spaces and waters.

    Parameters
    ----------
    extract
        Objects and positions.
    sheet
        The tables.
    smallest
        Least footprint of a dwelling, m², itself included.
    ledger
        Where what becomes of each object is noted.
    """
    drawn = [*extract.ways.values(), *(r for r in extract.relations.values() if is_multipolygon(r.tags))]
    is_building = sheet.buildings.is_building
    outlined = _outlines_of_relations(extract, sheet)
    built = areas_of(
        (item for item in drawn if is_building(item.tags) and item.id not in outlined), extract, sheet, ledger
    )
    for item in drawn:
        if item.id in outlined:
            ledger.use(item)
    green = areas_of(_public_greens(drawn, sheet, ledger), extract, sheet, ledger)
    water = areas_of((item for item in drawn if is_water(item, sheet)), extract, sheet, ledger)
    return Areas(
        *_buildings(built, sheet, smallest),
        tuple(green.area(place) for place in range(len(green.found))),
        tuple(water.area(place) for place in range(len(water.found))),
    )


def is_water(item: Found, sheet: OsmSheet) -> bool:
    """Whether an object is a stretch of water."""
    return any(test.meets(item.tags) for test in sheet.waters)


def _outlines_of_relations(extract: Extract, sheet: OsmSheet) -> set[str]:
    """Ways that only draw the outside of a building that a relation already is."""
    buildings = (
        relation
        for relation in extract.relations.values()
        if is_multipolygon(relation.tags) and sheet.buildings.is_building(relation.tags)
    )
    return {
        f"osm:w{ref}"
        for relation in buildings
        for kind, ref, role in relation.members
        if kind == "w" and role != "inner" and ref in extract.ways
        and sheet.buildings.is_building(extract.ways[ref].tags)
    }  # fmt: skip


def _buildings(
    built: Measured, sheet: OsmSheet, smallest: float
) -> tuple[tuple[OsmArea, ...], tuple[OsmArea, ...]]:
    """Dwellings, and all buildings; their value is the floor area."""
    table, highest = sheet.buildings, sheet.limits.highest_levels
    all_buildings, dwellings = [], []
    for place, found in enumerate(built.found):
        area = built.area(place, levels(found.tags.get(table.levels_key, ""), highest))
        all_buildings.append(area)
        if built.metres2[place] >= smallest and not table.not_dwellings.any_met(found.tags):
            dwellings.append(area)
    return tuple(dwellings), tuple(all_buildings)


def _public_greens(drawn: Sequence[Found], sheet: OsmSheet, ledger: Ledger) -> Iterator[Found]:
    """Green spaces anyone may enter; the others are counted in one warning."""
    left_out = 0
    for item in drawn:
        line = sheet.greens.line(item.tags)
        if line is None:
            continue
        if sheet.greens.is_public(line, item.tags):
            yield item
        else:
            left_out += 1
    if left_out:
        ledger.warnings.append(
            f"Espaces verts (jardins, bois…) fermés ou sans accès public déclaré, non comptés : {left_out}."
        )
