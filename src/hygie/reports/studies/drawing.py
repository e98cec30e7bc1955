"""The map of a study: its layers in drawing units, one window or two, and its legend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from hygie.reports.frame import Frame, line_path, shape_path
from hygie.reports.ground import DRAWN_LAYERS, Ground, ground
from hygie.reports.studies.layers import AREA_LOOKS, LINE_LOOKS, Layer
from hygie.reports.studies.presentation import StudyMap, StudyScene

MOST_MARKS = 900
"""Points of one layer that a map draws: beyond, marks only hide each other; the files have them all."""

SYMBOLS: dict[str, tuple[tuple[str, str], ...]] = {
    "study-chosen": (("study-chosen", "M-15 0a15 15 0 1 1 30 0a15 15 0 1 1-30 0z"),),
    "study-kept": (("study-kept", "M-9-9h18v18h-18z"),),
    "study-place": (("study-place", "M0-9l9 9-9 9-9-9z"),),
    "study-candidate": (("study-candidate", "M-5 0a5 5 0 1 1 10 0a5 5 0 1 1-10 0z"),),
    "study-school": (("study-school", "M0-17L17-3V15H-17V-3z"),),
    "study-dot": (("study-dot", "M-4 0a4 4 0 1 1 8 0a4 4 0 1 1-8 0z"),),
}
"""Paths of each mark around its point, by class."""


@dataclass(frozen=True, slots=True)
class MarkAt:
    """A mark in drawing units; ``number`` is printed in it, ``name`` is for who points at it."""

    x: int
    y: int
    look: str
    number: str
    name: str


@dataclass(frozen=True)
class WindowDrawn:
    """One window: areas and lines as (class, path), ``hatched`` the areas that are estimates."""

    key: str
    ground: Ground
    areas: tuple[tuple[str, str], ...]
    hatched: str
    lines: tuple[tuple[str, str], ...]
    marks: tuple[MarkAt, ...]


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One look and its words; ``kind`` is ``area``, ``line`` or ``mark``."""

    kind: str
    look: str
    words: str
    people: str = ""
    hatched: bool = False
    number: str = ""


@dataclass(frozen=True)
class MapDrawn:
    """A study's map ready to be written."""

    title: str
    description: str
    windows: tuple[WindowDrawn, ...]
    legend: tuple[LegendLine, ...]

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What the windows are drawn on."""
        return tuple(window.ground for window in self.windows)


def draw(told: StudyMap, scene: StudyScene) -> MapDrawn | None:
    """Draw a study's map; None where the territory has nothing to draw on, or no layer has anything."""
    layers = [layer for layer in told.layers if len(layer)]
    if not scene.windows or not layers:
        return None
    windows = (_closer(layers, scene),) if told.close else scene.windows
    drawn = tuple(_window(rank, window, layers) for rank, window in enumerate(windows))
    return MapDrawn(told.title, told.description, drawn, tuple(_legend(layer) for layer in layers))


def _closer(layers: list[Layer], scene: StudyScene) -> Ground:
    """A ground that holds the layers and little more."""
    plane = scene.windows[0].frame.plane
    corners = np.concatenate([shapely.get_coordinates(layer.shapes) for layer in layers])
    frame = Frame.around(plane, *plane.to_metres(corners[:, 0], corners[:, 1]), padding=0.08)
    named = next((scene.territory.layers[k] for k in DRAWN_LAYERS if k in scene.territory.layers), None)
    title = scene.territory.name
    return ground("study", title, frame, scene.territory, layer=named, streets=scene.streets)


def _window(rank: int, window: Ground, layers: list[Layer]) -> WindowDrawn:
    areas, hatched, ways, marks = [], [], [], []
    for layer in layers:
        if layer.look in AREA_LOOKS:
            path = shape_path(window.frame.draw(layer.shapes))
            areas.append((layer.look, path))
            hatched += [path] if layer.estimate else []
        elif layer.look in LINE_LOOKS:
            ways.append((layer.look, _lines(window.frame, layer)))
        else:
            marks += _marks(window.frame, layer)
    return WindowDrawn(
        f"study-{rank}",
        window,
        tuple(one for one in areas if one[1]),
        "".join(hatched),
        tuple(one for one in ways if one[1]),
        tuple(marks),
    )


def _lines(frame: Frame, layer: Layer) -> str:
    drawn = shapely.get_parts(frame.draw(layer.shapes))
    kept = [one for one in drawn if isinstance(one, shapely.LineString) and not one.is_empty]
    return "".join(line_path(shapely.get_coordinates(one)) for one in kept)


def _marks(frame: Frame, layer: Layer) -> list[MarkAt]:
    at = shapely.get_coordinates(layer.shapes)
    units = frame.units(at[:, 0], at[:, 1])
    seen = np.flatnonzero(frame.holds(units))[:MOST_MARKS]
    return [
        MarkAt(
            round(float(units[i, 0])),
            round(float(units[i, 1])),
            layer.look,
            layer.numbers[i] if layer.numbers else "",
            layer.names[i] if layer.names else "",
        )
        for i in seen
    ]


def _legend(layer: Layer) -> LegendLine:
    kind = "area" if layer.look in AREA_LOOKS else "line" if layer.look in LINE_LOOKS else "mark"
    number = layer.numbers[0] if layer.numbers else ""
    return LegendLine(kind, layer.look, layer.words, layer.people, layer.estimate, number)
