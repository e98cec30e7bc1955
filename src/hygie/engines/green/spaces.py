"""The third test: how far from home is a green space large enough, or a shaded public place."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.scene import GREEN, Scene
from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.kernel.shapes import points_at, shapes_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Outlines = NDArray[np.object_]

SAME_METRES = 1e-6
"""Tolerance of an inclusive threshold in metres: walks are sums of thousandths of a millimetre."""
GATE_METRES = 5.0
"""How far from its outline an entrance of a green space may have been drawn."""
OUTLINE_STEP = 25.0
"""Between the points of an outline by which a place without a known entrance is entered, metres."""
PUBLIC = (GREEN, "park", "playground", "square", "cemetery", "beach")
"""Shapes that anyone may enter; one place may be drawn as several."""


def spaces_known(scene: Scene, parameters: GreenParameters) -> bool:
    """Whether some source draws what the third test asks for."""
    features = scene.territory.features
    if parameters.shaded:
        return scene.canopy is not None and any(category in features for category in PUBLIC)
    return GREEN in features


def spaces_of(scene: Scene, parameters: GreenParameters) -> Outlines:
    """Outlines of the green spaces large enough, or of the shaded public places."""
    return shaded_places(scene, parameters) if parameters.shaded else scene.greens.outlines


def shaded_places(scene: Scene, parameters: GreenParameters) -> Outlines:
    """Public places of the least size, of whose land crowns cover the least share."""
    every = [shapes_of(scene.territory, category, scene.plane) for category in PUBLIC]
    drawn = np.concatenate([shapes.outlines[shapes.areal] for shapes in every])
    large = drawn[shapely.area(drawn) >= parameters.shaded_metres2 * (1 - SAME_METRES)]
    if scene.canopy is None or not len(large):
        return large[:0]
    shares, _ = scene.canopy.shares_of(large)
    return np.asarray(large[shares >= parameters.shaded_share - 1e-12], dtype=object)


def metres_to_space(
    scene: Scene, parameters: GreenParameters, metres_per_minute: float
) -> tuple[Floats, bool]:
    """Metres from each home to the nearest space, infinite without any; and whether it is an estimate.

    Large green spaces are entered by their entrances, kept with the territory. A shaded place whose
    entrance nobody knows is entered anywhere along its outline: an estimate.
    """
    outlines = spaces_of(scene, parameters)
    if parameters.straight:
        return _straight(scene, outlines), False
    gates, closed = _entrances(scene, outlines)
    ends = scene.walk.places.take(gates)
    if parameters.shaded and len(closed):
        rims = shapely.segmentize(shapely.boundary(closed), OUTLINE_STEP)
        lon, lat = scene.plane.to_degrees(*shapely.get_coordinates(rims).T)
        ends = ends.joined(scene.walk.model.locate(lon, lat))
    rough = scene.walk.model.estimate or len(ends) > len(gates)
    if not len(ends) or not len(scene.homes):
        return np.full(len(scene.homes), np.inf), rough
    group = np.zeros(len(ends), np.int32)
    ticks = scene.walk.model.nearest(scene.walk.people.take(scene.homes), ends, group, 1)
    minutes = to_minutes(ticks[:, 0])
    return np.where(np.isnan(minutes), np.inf, minutes * metres_per_minute), rough


def _entrances(scene: Scene, outlines: Outlines) -> tuple[Integers, Outlines]:
    """Places of the category « green » that open on one of the spaces, and the spaces without any.

    The space of an entrance is the one whose outline is nearest: none keeps a name of it.
    """
    places = scene.territory.places
    gates = places.of(GREEN)
    if not len(gates) or not len(outlines):
        return gates[:0], outlines
    points = points_at(np.column_stack(scene.plane.to_metres(places.lon[gates], places.lat[gates])))
    gate, space = shapely.STRtree(outlines).query(points, predicate="dwithin", distance=GATE_METRES)
    return gates[np.unique(gate)], np.delete(outlines, np.unique(space))


def _straight(scene: Scene, outlines: Outlines) -> Floats:
    metres = np.full(len(scene.at), np.inf)
    if len(outlines) and len(scene.at):
        points = points_at(scene.at)
        nearest = shapely.STRtree(outlines).nearest(points)
        metres = shapely.distance(points, outlines[nearest])
    return np.asarray(metres, np.float64)
