"""Exposure as files: zones and groups as a table, school yards and zones as shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely

from hygie.engines.exposure.study import ExposureResult
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.reports.exports.formats import Value, geojson_bytes

HEADER = ("layer", "zone", "zone_name", "group", "measure", "value", "low", "high", "status", "reason")


def measure_rows(told: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """One row a zone, group and measure, from what ``exposure_json`` told: already kept back."""
    return [
        (
            *(cell["layer"], cell["zone"], cell["zone_name"], cell["group"], key),
            *(measure.get(one, "") for one in ("value", "low", "high", "status", "reason")),
        )
        for cell in told["cells"]
        for key, measure in cell["measures"].items()
    ]


def exposure_geojson(
    territory: Territory, plane: Plane, result: ExposureResult, told: Mapping[str, Any]
) -> bytes:
    """Zones that have an outline with the shares of all their residents, then school yards.

    Parameters
    ----------
    told
        What ``exposure_json`` told: already kept back.
    """
    shapes: list[shapely.Geometry] = []
    properties: list[dict[str, Value]] = []
    outlines = {
        (key, layer.ids[z]): layer.outlines[z]
        for key, layer in territory.layers.items()
        for z in range(len(layer))
    }
    for cell in told["cells"]:
        outline = outlines.get((cell["layer"], cell["zone"]))
        if outline and cell["group"] == "all":
            shapes.append(shapely.from_wkb(outline))
            about = {"kind": "zone", "layer": cell["layer"], "id": cell["zone"], "name": cell["zone_name"]}
            values = {key: one.get("value") for key, one in cell["measures"].items()}
            properties.append({**about, **values})
    at = {str(one): i for i, one in enumerate(result.yards.ids.tolist())}

    def degrees(xy: Any) -> Any:
        return shapely.get_coordinates(shapely.points(*plane.to_degrees(xy[:, 0], xy[:, 1])))

    for yard in told["yards"]:
        shapes.append(shapely.transform(result.yards.outlines[at[yard["id"]]], degrees))
        properties.append({"kind": "school_yard", **yard})
    layer = told["layer"]
    about = {"name": str(layer["title"]), "vintage": str(layer["vintage"]), "document": str(told["document"])}
    return geojson_bytes(shapes, properties, about)
