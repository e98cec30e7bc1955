"""Outlines of closed ways and multipolygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hygie.engines.kernel.french import percent
from hygie.readers.osm.ledger import Fault
from hygie.readers.osm.objects import Extract, Found, LonLat

MULTIPOLYGONS = frozenset({"multipolygon", "boundary"})
"""Values of ``type`` of the relations whose members draw an area."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An area in degrees; ``clipped`` when some members of its relation are absent."""

    outline: Polygon | MultiPolygon
    clipped: bool = False


def is_multipolygon(tags: Mapping[str, str]) -> bool:
    """Whether a relation draws an area."""
    return tags.get("type") in MULTIPOLYGONS


def absent_nodes(refs: Iterable[int], positions: Mapping[int, LonLat]) -> int:
    """How many different nodes of a way have no position."""
    return sum(ref not in positions for ref in set(refs))


def shape_of(found: Found, extract: Extract, repair_share: float) -> Shape | Fault:
    """Area that a closed way or a multipolygon draws.

    Parameters
    ----------
    found
        A way or a relation.
    extract
        Where its nodes and members are.
    repair_share
        Largest relative change of area that repairing a crossed outline may bring.
    """
    drawn = _ring(found, extract) if found.kind == "way" else _assembled(found, extract)
    if isinstance(drawn, Fault):
        return drawn
    outline = _repaired(drawn.outline, repair_share)
    return outline if isinstance(outline, Fault) else Shape(outline, drawn.clipped)


def _ring(way: Found, extract: Extract) -> Shape | Fault:
    absent = absent_nodes(way.refs, extract.positions)
    if absent:
        reason = "contour incomplet : des nœuds sont absents de l’extrait ou hors du globe"
        return Fault("nœuds", f"{absent} absents sur {len(set(way.refs))}", reason)
    if not way.closed:
        return Fault(
            "nœuds", f"{len(way.refs)} nœuds", "contour non fermé : une surface finit où elle commence"
        )
    return Shape(Polygon([extract.positions[ref] for ref in way.refs]))


def _assembled(relation: Found, extract: Extract) -> Shape | Fault:
    """Outer rings less inner rings, as far as members are present.

    Members are joined end to end; an empty role is an outer one, as mappers mean it.
    """
    ways = [(ref, role) for kind, ref, role in relation.members if kind == "w"]
    lines: dict[bool, list[LineString]] = {True: [], False: []}
    absent = 0
    for ref, role in ways:
        way = extract.member_ways.get(ref)
        if way is None or absent_nodes(way.refs, extract.positions) or len(set(way.refs)) < 2:
            absent += 1
            continue
        lines[role != "inner"].append(LineString([extract.positions[ref] for ref in way.refs]))
    outer, open_outer = _faces(lines[True])
    if not outer:
        return _unassembled(len(ways), absent)
    inner, open_inner = _faces(lines[False])
    area = shapely.difference(shapely.union_all(outer), shapely.union_all(inner)) if inner else None
    outline = _polygonal(shapely.union_all(outer) if area is None else area)
    if outline.is_empty:
        return Fault("membres", f"{len(ways)} membres", "les contours intérieurs couvrent tout")
    return Shape(outline, clipped=bool(absent) or open_outer or open_inner)


def _unassembled(members: int, absent: int) -> Fault:
    if absent:
        return Fault(
            "membres", f"{absent} absents sur {members}", "membres absents : aucun contour ne se ferme"
        )
    return Fault("membres", f"{members} membres", "aucun contour ne se ferme")


def _faces(lines: Sequence[LineString]) -> tuple[list[Polygon], bool]:
    """Areas enclosed by lines joined end to end, holes excepted, and whether some line encloses none."""
    if not lines:
        return [], False
    faces, cuts, dangles, invalid = shapely.polygonize_full(list(lines))
    rings = [Polygon(face.exterior) for face in faces.geoms if isinstance(face, Polygon)]
    return rings, not (cuts.is_empty and dangles.is_empty and invalid.is_empty)


def _repaired(outline: Polygon | MultiPolygon, share: float) -> Polygon | MultiPolygon | Fault:
    if outline.is_valid and outline.area > 0:
        return outline
    fixed = _polygonal(shapely.make_valid(outline))
    change = abs(fixed.area - outline.area)
    if fixed.is_empty or fixed.area <= 0:
        return Fault("nœuds", "aire nulle", "contour sans surface")
    if change > share * fixed.area:
        reason = f"contour croisé, dont la réparation change l’aire de plus de {percent(share)}"
        return Fault("nœuds", "contour croisé", reason)
    return fixed


def _polygonal(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """The areas of a geometry, without its lines and points."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts = [part for part in getattr(geometry, "geoms", ()) if isinstance(part, Polygon | MultiPolygon)]
    merged = shapely.union_all(parts)
    return merged if isinstance(merged, Polygon | MultiPolygon) else Polygon()
