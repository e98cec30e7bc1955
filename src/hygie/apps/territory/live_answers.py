"""What a change does: sentences and tables by zone and group, and the cells of the live map."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.apps.territory.live_steps import Steps, planned
from hygie.apps.territory.selectors import Opened
from hygie.engines.diagnosis.groups import DWELLINGS
from hygie.engines.diagnosis.result import WHOLE, IndicatorResult
from hygie.engines.diagnosis.what_if import WhatIf, what_if_study
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Floats
from hygie.reports.cells import CellGrid
from hygie.reports.closure import changes_of, question, render_closure
from hygie.reports.maps import (
    FEW,
    difference_classes,
    difference_words,
    minute_classes,
    minutes_looks,
    minutes_words,
)
from hygie.reports.stage import Stage
from hygie.reports.tables import base_group, thresholds_of
from hygie.reports.words import number_parameter

CODES = string.digits + string.ascii_lowercase
"""One character a cell: the rank of its class in the legend."""

DRAWN_ZONES = ("commune", "quarter")
"""Layers whose names the live map writes, widest first."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A change measured.

    Attributes
    ----------
    what_if
        As may be published.
    question
        « Et si « Pharmacie du Port » fermait ? ».
    moved
        Indicators that the change touches and that count everyone, in order.
    """

    what_if: WhatIf
    question: str
    moved: tuple[IndicatorResult, ...]


@lru_cache(maxsize=32)
def answer(opened: Opened, steps: Steps) -> Answer:
    """Measure a change.

    Raises
    ------
    HygieError
        If a place is unknown, or a point cannot be reached.
    """
    found = what_if_study(opened.study, planned(steps, opened.territory.places))
    return Answer(found, question(opened.territory, found, opened.catalogue), _moved(found))


def _moved(found: WhatIf) -> tuple[IndicatorResult, ...]:
    return tuple(
        result
        for result in found.before
        if result.key in found.touched
        and result.status is not Status.NOT_COMPUTED
        and thresholds_of(result)
        and base_group(result) in (WHOLE, DWELLINGS)
    )


@lru_cache(maxsize=32)
def answer_html(opened: Opened, steps: Steps, *, maps: bool) -> str:
    """The answer as a fragment of HTML, with its maps or without them.

    Raises
    ------
    HygieError
        As ``answer``.
    """
    stage = opened.scene.stage if maps else Stage((), None)
    return render_closure(opened.territory, answer(opened, steps).what_if, opened.catalogue, stage)


def live_cells(opened: Opened, found: Answer, key: str = "") -> dict[str, Any] | None:
    """The cells of the live map for one indicator, before, after and between.

    Parameters
    ----------
    key
        Indicator; the first one touched when empty or not touched.

    Returns
    -------
    dict or None
        ``key``, ``title``, ``minutes`` and ``change`` (legends: look and words), then ``before``,
        ``after`` and ``shift``: one character a cell, rank in the legend (``CODES``). None when
        nothing can be drawn.
    """
    grid = opened.scene.stage.grid
    shown = next((one for one in found.moved if one.key == key), next(iter(found.moved), None))
    if shown is None or grid is None or shown.key not in found.what_if.minutes_before:
        return None
    thresholds = thresholds_of(shown)
    by = "en voiture" if opened.catalogue.indicators[shown.key].mode == "car" else "à pied"
    before, after = (side[shown.key] for side in (found.what_if.minutes_before, found.what_if.minutes_after))
    few = (FEW, f"carrés de moins de {grid.few} habitants")
    minutes = [*zip(minutes_looks(thresholds), minutes_words(thresholds, by), strict=True), few]
    steps = _change_steps(found.what_if)
    return {
        "key": shown.key,
        "title": shown.title,
        "estimate": shown.status is Status.ESTIMATE,
        "minutes": minutes,
        "change": [*_change_legend(steps), few],
        "before": _codes(grid, minute_classes(grid.middle(before), thresholds), len(minutes) - 1),
        "after": _codes(grid, minute_classes(grid.middle(after), thresholds), len(minutes) - 1),
        "shift": _codes(grid, difference_classes(_middle_change(grid, before, after), steps) + 3, 7),
    }


def _middle_change(grid: CellGrid, before: Floats, after: Floats) -> Floats:
    middle = grid.middle(changes_of(before, after))
    return np.where(np.isnan(middle), 0.0, middle)


def _change_steps(found: WhatIf) -> tuple[float, float, float]:
    """The sizes of a change that the printed map uses."""
    loss = number_parameter(found.provenance, "loss_felt")
    return loss / 5, loss, 2 * loss


def _change_legend(steps: tuple[float, float, float]) -> list[tuple[str, str]]:
    words = difference_words(steps)
    looks = {k: f"map-better-{-k}" for k in (-3, -2, -1)} | {0: "map-zero"}
    looks |= {k: f"map-worse-{k}" for k in (1, 2, 3)}
    return [(looks[k], words[k]) for k in range(-3, 4)]


def _codes(grid: CellGrid, classes: NDArray[np.int64], few: int) -> str:
    return "".join(CODES[rank] for rank in np.where(grid.square >= 0, classes, few).tolist())


@lru_cache(maxsize=2)
def map_scene(opened: Opened) -> dict[str, Any]:
    """What the live map draws whatever the change: cells, names of zones, places, extent."""
    grid, windows = opened.scene.stage.grid, opened.scene.stage.windows
    cells = _cell_corners(grid, windows[0].frame.plane) if grid is not None and windows else []
    places = opened.territory.places
    kept = np.flatnonzero(places.inside)
    return {
        "cells": cells,
        "names": _names(opened),
        "places": [
            [
                str(places.ids[i]),
                str(places.names[i]),
                str(places.categories[i]),
                round(float(places.lon[i]), 5),
                round(float(places.lat[i]), 5),
            ]
            for i in kept
        ],
        "categories": {key: one.title for key, one in opened.catalogue.categories.items()},
        "bounds": _bounds(opened),
    }


def _cell_corners(grid: CellGrid, plane: Any) -> list[list[list[float]]]:
    """Four corners of each cell, degrees."""
    a, b, c, d, e, f = grid.matrix
    corners = []
    for right, up in ((0, 0), (1, 0), (1, 1), (0, 1)):
        column, row = grid.column + right, grid.row + up
        lon, lat = plane.to_degrees(a * column + c * row + e, b * column + d * row + f)
        corners.append(np.column_stack([np.round(lon, 6), np.round(lat, 6)]))
    found: list[list[list[float]]] = np.stack(corners, axis=1).tolist()
    return found


def _names(opened: Opened) -> list[list[Any]]:
    """[name, lon, lat, rank] of the zones to name; rank 0 from afar, 1 from near."""
    found = []
    layers = [opened.territory.layers[key] for key in DRAWN_ZONES if key in opened.territory.layers]
    for rank, layer in enumerate(layers):
        for name, outline, inside in zip(layer.names, layer.outlines, layer.inside, strict=True):
            shape = shapely.from_wkb(outline)
            if inside and not shape.is_empty:
                point = shape.representative_point()
                found.append([name, round(point.x, 5), round(point.y, 5), rank if len(layers) > 1 else 0])
    return found


def _bounds(opened: Opened) -> list[float]:
    demand = opened.territory.demand
    lon, lat = (column[demand.inside] for column in (demand.lon, demand.lat))
    if not lon.size:
        lon, lat = opened.territory.places.lon, opened.territory.places.lat
    if not lon.size:
        return [-5.0, 41.0, 10.0, 51.0]
    return [round(float(v), 5) for v in (lon.min(), lat.min(), lon.max(), lat.max())]
