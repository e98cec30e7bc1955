"""Tiny towns in metres, whose trees, woods and parks are counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.scene import Scene, prepare_scene
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import no_details
from hygie.engines.kernel.territory import AgeBand, Demand, Feature, Places, Territory, ZoneLayer
from hygie.engines.kernel.travel import Movement
from hygie.engines.streets.crowfly import CrowFlyTravel

NUMBERS = {
    "trees_wanted": 3, "radius": 30, "radius_near": 15, "radius_far": 50, "canopy_wanted": 0.3,
    "canopy_reach": 300, "walk_reach": 300, "walk_fade": 700, "smallest_hectares": 0.5,
    "shaded_share": 0.3, "shaded_metres2": 200, "crown_diameter": 5, "facade_step": 5,
    "home_distance": 10, "spacing": 8, "from_axis": 4, "from_wall": 3, "deprived_weight": 2,
    "smallest_count": 11,
}  # fmt: skip
PARAMETERS = GreenParameters(**NUMBERS)  # type: ignore[arg-type]  # numbers by name
PLANE = Plane(2.35, 46.85)
SPEED = 75.0
NOWHERE = float("nan")


@dataclass(frozen=True)
class Town:
    """What to draw, in metres: homes with residents and quarter, trees with a crown radius (NaN unknown)."""

    homes: Sequence[tuple[float, float, float, int]]
    buildings: Sequence[shapely.Geometry] = ()
    trees: Sequence[tuple[float, float, float]] = ()
    surfaces: Mapping[str, Sequence[shapely.Geometry]] = field(default_factory=dict)
    gates: Sequence[tuple[float, float]] = ()
    quarters: Sequence[shapely.Geometry] = ()

    def territory(self) -> Territory:
        """The same as a territory, in degrees."""
        homes = np.array(self.homes, np.float64).reshape(-1, 4)
        lon, lat = PLANE.to_degrees(homes[:, 0], homes[:, 1])
        n = len(homes)
        layers = {"quarter": _layer(self.quarters)} if self.quarters else {}
        demand = Demand(
            ids=np.array([f"h{i}" for i in range(n)], np.str_),
            lon=lon,
            lat=lat,
            people=homes[:, 2],
            by_age=np.zeros((n, 1)),
            age_bands=(AgeBand(0, None),),
            imputed=np.zeros(n, np.bool_),
            inside=np.ones(n, np.bool_),
            zones={key: homes[:, 3].astype(np.int32) for key in layers},
            income_decile=np.zeros(n, np.int8),
        )
        drawn = {"building": self.buildings, **self.surfaces}
        features = {kind: _feature(kind, list(shapes)) for kind, shapes in drawn.items() if len(shapes)}
        if len(self.trees):
            points = [shapely.Point(x, y) for x, y, _ in self.trees]
            features["tree"] = _feature("tree", points, np.array([crown for _, _, crown in self.trees]))
        return Territory(
            code="99999",
            name="Essai",
            demand=demand,
            places=_places(np.array(self.gates, np.float64).reshape(-1, 2)),
            layers=layers,
            features=features,
            provided=frozenset(),
            sources=(),
            missing=(),
            fictional=True,
            population_label="habitants",
        )

    def scene(self, parameters: GreenParameters = PARAMETERS) -> Scene:
        """The same, ready for the rule; walks are straight lines."""
        territory = self.territory()
        travel = CrowFlyTravel(PLANE, metres_per_minute=SPEED, detour_factor=1.0)
        demand, places = territory.demand, territory.places
        walk = Movement(travel, travel.locate(demand.lon, demand.lat), travel.locate(places.lon, places.lat))
        return prepare_scene(territory, PLANE, {"walk": walk}, parameters)


def _degrees(shapes: Sequence[shapely.Geometry]) -> np.ndarray:
    column = np.empty(len(shapes), object)
    column[:] = list(shapes)
    moved = shapely.transform(column, lambda xy: np.column_stack(PLANE.to_degrees(xy[:, 0], xy[:, 1])))
    return np.asarray(shapely.to_wkb(moved), dtype=object)


def _feature(kind: str, shapes: Sequence[shapely.Geometry], values: np.ndarray | None = None) -> Feature:
    n = len(shapes)
    ids = np.array([f"{kind}{i}" for i in range(n)], np.str_)
    told = np.full(n, NOWHERE) if values is None else values
    return Feature(kind, ids, _degrees(shapes), np.full(n, ""), told, no_details(n))


def _places(gates: np.ndarray) -> Places:
    n = len(gates)
    lon, lat = PLANE.to_degrees(gates[:, 0], gates[:, 1]) if n else (np.zeros(0), np.zeros(0))
    ids, empty = np.array([f"gate{i}" for i in range(n)], np.str_), np.full(n, "")
    return Places(
        ids=ids, sites=ids, categories=np.full(n, "green"), names=empty, lon=lon, lat=lat,
        capacity=np.full(n, NOWHERE), communes=empty, inside=np.ones(n, np.bool_), sources=empty,
        vintages=empty, hours=empty, notes=empty, traces=empty,
    )  # fmt: skip


def _layer(quarters: Sequence[shapely.Geometry]) -> ZoneLayer:
    n = len(quarters)
    return ZoneLayer(
        "quarter", "Quartiers", tuple(f"q{i}" for i in range(n)), tuple(f"Quartier {i}" for i in range(n)),
        tuple(_degrees(quarters).tolist()), "essai", "2026", True, np.ones(n, np.bool_),
    )  # fmt: skip
