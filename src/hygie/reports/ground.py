"""What lies under and over the coloured cells of a map: land, green, water, streets, zones, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Feature, Territory, ZoneLayer
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.frame import WIDTH, Frame, line_path, shape_path, within_budget
from hygie.reports.labels import Label, place_labels

STREET_BUDGET, SHAPE_BUDGET = 40_000, 9_000
"""Longest paths of streets, and of each other layer, in characters: a page stays light."""

FINE = 12.0
"""Small streets are drawn where a unit is worth this many metres at most."""

DRAWN_LAYERS = ("quarter", "commune", "iris", "qpv")
"""Layers whose zones are outlined and named, the first that exists."""


@dataclass(frozen=True)
class Ground:
    """One window of the territory, drawn once and used by every map of it.

    Attributes
    ----------
    key
        Unique in the page; names the drawing for ``<use>``.
    title
        What the window shows, in French: « Clairval par quartier ».
    frame
        The window.
    under
        (class, path) drawn below the cells.
    over
        (class, path) drawn above the cells.
    labels
        Names of zones, placed without overlap.
    scale
        Length of the scale bar: (units, French words).
    """

    key: str
    title: str
    frame: Frame
    under: tuple[tuple[str, str], ...]
    over: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]
    scale: tuple[float, str]


def grounds(territory: Territory, plane: Plane, streets: StreetGraph | None = None) -> tuple[Ground, ...]:
    """The windows worth drawing: the whole, and the quarters where they fill little of it.

    Raises
    ------
    ValueError
        If nobody lives in the territory and it has no zone.
    """
    layers = [territory.layers[key] for key in DRAWN_LAYERS if key in territory.layers]
    whole = Frame.around(plane, *_extent(territory, plane, layers))
    wide = next((layer for layer in layers if layer.key == "commune" and _drawn(layer) > 1), None)
    first = wide or (layers[0] if layers else None)
    drawn = [ground("whole", territory.name, whole, territory, layer=first, streets=streets)]
    quarters = next((layer for layer in layers if layer.key == "quarter"), None)
    if quarters is not None and quarters is not first and _drawn(quarters):
        close = Frame.around(plane, *_layer_extent(quarters, plane))
        if close.metres < 0.7 * whole.metres:
            drawn.append(ground("close", quarters.title, close, territory, layer=quarters, streets=streets))
    return tuple(drawn)


def ground(
    key: str,
    title: str,
    frame: Frame,
    territory: Territory,
    *,
    layer: ZoneLayer | None,
    streets: StreetGraph | None,
) -> Ground:
    """Draw one window: ``layer`` is outlined and named."""
    zones = frame.draw(_outlines(layer)) if layer else np.empty(0, dtype=object)
    under = [("map-land", shape_path(zones))]
    over = [
        ("map-green", _areas(territory.features, "green", frame)),
        ("map-water", _areas(territory.features, "water", frame)),
        ("map-stream", _lines(territory, frame, "water")),
    ]
    over.append(("map-rail", _lines(territory, frame, "rail")))
    if streets is not None:
        over += _streets(streets, frame)
    over.append(("map-zone", shape_path(zones)))
    names = _names(layer)
    return Ground(
        key,
        title,
        frame,
        tuple(item for item in under if item[1]),
        tuple(item for item in over if item[1]),
        place_labels(frame, zones, names),
        scale_bar(frame),
    )


def scale_bar(frame: Frame) -> tuple[float, str]:
    """The roundest length near a fifth of the map: units and words."""
    longest = WIDTH / 5 * frame.metres
    power = 10.0 ** np.floor(np.log10(longest))
    length = max(step * power for step in (1, 2, 5) if step * power <= longest)
    words = f"{length / 1000:.0f}\u00a0km" if length >= 1000 else f"{length:.0f}\u00a0m"
    return length / frame.metres, words


def _drawn(layer: ZoneLayer) -> int:
    return int(np.sum(layer.inside))


def _outlines(layer: ZoneLayer) -> NDArray[np.object_]:
    kept = [outline for outline, inside in zip(layer.outlines, layer.inside, strict=True) if inside]
    return np.asarray(shapely.from_wkb(np.array(kept, dtype=object)), dtype=object)


def _names(layer: ZoneLayer | None) -> tuple[str, ...]:
    if layer is None:
        return ()
    return tuple(name for name, inside in zip(layer.names, layer.inside, strict=True) if inside)


def _layer_extent(layer: ZoneLayer, plane: Plane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    corners = shapely.get_coordinates(_outlines(layer))
    return plane.to_metres(corners[:, 0], corners[:, 1])


def _extent(
    territory: Territory, plane: Plane, layers: Sequence[ZoneLayer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corners of what is inside: residents and zones, in metres."""
    demand = territory.demand
    parts = [plane.to_metres(demand.lon[demand.inside], demand.lat[demand.inside])]
    parts += [_layer_extent(layer, plane) for layer in layers if _drawn(layer)]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def _areas(features: Mapping[str, Feature], kind: str, frame: Frame) -> str:
    """Polygons of a kind, the largest first, within the budget."""
    shapes = _of_kind(features, kind, frame)
    areas = shapely.area(shapes)
    kept = shapes[areas > 6]
    kept = kept[np.argsort(-shapely.area(kept), kind="stable")]
    return within_budget([shape_path([shape], 1.0) for shape in kept], SHAPE_BUDGET)


def _lines(territory: Territory, frame: Frame, kind: str) -> str:
    shapes = _of_kind(territory.features, kind, frame)
    lines = shapes[(shapely.get_dimensions(shapes) == 1) & (shapely.length(shapes) > 12)]
    lines = lines[np.argsort(-shapely.length(lines), kind="stable")]
    return within_budget([shape_path([line], 1.0) for line in lines], SHAPE_BUDGET)


def _of_kind(features: Mapping[str, Feature], kind: str, frame: Frame) -> NDArray[np.object_]:
    if kind not in features or not len(features[kind].shapes):
        return np.empty(0, dtype=object)
    shapes = frame.draw(shapely.from_wkb(features[kind].shapes))
    return np.asarray(shapes[~shapely.is_empty(shapes)], dtype=object)


def _streets(streets: StreetGraph, frame: Frame) -> list[tuple[str, str]]:
    """Main roads, and every street where the window is close enough."""
    roads = [("map-road", _street_path(streets, frame, 2, minimum=4))]
    if frame.metres > FINE:
        return roads
    return [("map-street", _street_path(streets, frame, 1, minimum=3)), *roads]


def _street_path(streets: StreetGraph, frame: Frame, kind: int, *, minimum: float) -> str:
    """Edges of a kind joined end to end, the longest first, down to ``minimum`` units."""
    lengths = np.diff(streets.shape_start)
    points = np.flatnonzero(np.repeat(streets.kind == kind, lengths))
    edges = np.repeat(np.arange(streets.edges), lengths)[points]
    units = frame.units(streets.shape_lon[points], streets.shape_lat[points])
    seen = np.isin(edges, np.unique(edges[frame.holds(units)]))
    if not seen.any():
        return ""
    number = np.unique(edges[seen], return_inverse=True)[1]
    drawn = np.asarray(shapely.linestrings(units[seen], indices=number), dtype=object)
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(drawn)))
    order = np.argsort(-shapely.length(joined), kind="stable")
    kept = joined[order][shapely.length(joined[order]) >= minimum]
    simple = shapely.simplify(kept, 1.2)
    return within_budget([line_path(shapely.get_coordinates(line)) for line in simple], STREET_BUDGET)
