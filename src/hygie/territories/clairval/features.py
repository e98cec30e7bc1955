"""Everything drawn in Clairval, as features of a territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import no_details, points_at
from hygie.engines.kernel.territory import Feature
from hygie.territories.clairval import plan
from hygie.territories.clairval.buildings import Buildings
from hygie.territories.clairval.drawn import Drawn, draw_shapes
from hygie.territories.clairval.greenery import Parks
from hygie.territories.clairval.ground import Ground, bent_shapes
from hygie.territories.clairval.network import Geometries, Network
from hygie.territories.clairval.residents import Residents
from hygie.territories.clairval.siting import Sited

FOOT_METRES, CROWN_TO_HEIGHT = 3.0, 2.4
"""An invented tree is as tall as its foot and this many times the radius of its crown."""


@dataclass(frozen=True)
class Grown:
    """Everything that was drawn, in metres."""

    ground: Ground
    network: Network
    buildings: Buildings
    residents: Residents
    places: list[Sited]
    parks: Parks
    trees: NDArray[np.float64]


def features_of(grown: Grown, plane: Plane, origin: tuple[str, str]) -> dict[str, Feature]:
    """Features by kind, in degrees, with the same source and vintage (``origin``) for all."""
    ground, buildings, parks = grown.ground, grown.buildings, grown.parks
    parks_drawn = _unnamed(parks.outlines, "green", [plan.RESERVES[r].name for r in parks.reserve])
    waters = _unnamed(bent_shapes(ground.water.values()), "water", list(ground.water))
    rails = _unnamed(bent_shapes([ground.rail]), "rail", ["Voie ferrée"])
    floors = buildings.floors.astype(np.float64)
    built = _feature("building", _unnamed(buildings.outlines, "building"), plane, origin)
    trees = _feature("tree", _unnamed(points_at(grown.trees[:, :2]), "tree"), plane, origin)
    found = {
        "building": replace(
            built,
            values=shapely.area(buildings.outlines) * floors,
            details=built.details and replace(built.details, levels=floors),
        ),
        "green": _feature("green", parks_drawn, plane, origin),
        "water": replace(_feature("water", waters, plane, origin), values=np.full(len(waters.ids), np.nan)),
        "rail": replace(_feature("rail", rails, plane, origin), values=np.full(1, np.nan)),
        "tree": replace(
            trees,
            values=grown.trees[:, 2],
            details=trees.details
            and replace(trees.details, heights=FOOT_METRES + CROWN_TO_HEIGHT * grown.trees[:, 2]),
        ),
    }
    drawn = draw_shapes(ground, grown.network, buildings, parks, grown.places)
    return found | {kind: _feature(kind, shapes, plane, origin) for kind, shapes in drawn.items()}


def degrees(shapes: Geometries, plane: Plane) -> Geometries:
    """Shapes in metres as WKB in degrees."""
    moved = shapely.transform(shapes, lambda xy: np.column_stack(plane.to_degrees(xy[:, 0], xy[:, 1])))
    return np.array(shapely.to_wkb(moved), dtype=object)


def _unnamed(outlines: Geometries, kind: str, names: Sequence[str] = ()) -> Drawn:
    """Shapes numbered in order, with names or none."""
    n = len(outlines)
    ids = tuple(f"clairval:{kind}-{i}" for i in range(1, n + 1))
    return Drawn(np.asarray(outlines), ids, tuple(names) or ("",) * n, ("",) * n)


def _feature(kind: str, drawn: Drawn, plane: Plane, origin: tuple[str, str]) -> Feature:
    n = len(drawn.ids)
    details = replace(
        no_details(n),
        sources=np.full(n, origin[0]),
        vintages=np.full(n, origin[1]),
        hours=np.array(drawn.hours, dtype=np.str_),
    )
    return Feature(
        kind,
        np.array(drawn.ids, dtype=np.str_),
        degrees(drawn.outlines, plane),
        np.array(drawn.names, dtype=np.str_),
        shapely.area(drawn.outlines),
        details,
    )
