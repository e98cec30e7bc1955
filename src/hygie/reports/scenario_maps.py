"""Maps of several what-ifs side by side: one window, one scale, one legend for each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hygie.engines.diagnosis.result import IndicatorResult
from hygie.engines.diagnosis.what_if import WhatIf
from hygie.engines.kernel.french import WIDE, listing
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.reports.closure import changes_of
from hygie.reports.ground import Ground
from hygie.reports.labels import clear_of
from hygie.reports.maps import (
    FEW,
    Canvas,
    LegendItem,
    MapFigure,
    MapWords,
    Mark,
    difference_map,
    place_marks,
    point_marks,
)
from hygie.reports.stage import Stage
from hygie.reports.texts import Texts
from hygie.reports.words import number_parameter

_MOVES = (("closed", "fermeture"), ("opened", "ouverture"))
_ORDER = (*(f"map-better-{k}" for k in (3, 2, 1)), "map-zero", *(f"map-worse-{k}" for k in (1, 2, 3)), FEW)


@dataclass(frozen=True)
class SideBySide:
    """One indicator over several what-ifs.

    Attributes
    ----------
    figures
        In their order; None where a what-if changes nothing of it.
    legend
        A figure to take the legend from: the classes that at least one map shows.
    """

    figures: tuple[MapFigure | None, ...]
    legend: MapFigure


@dataclass(frozen=True)
class _Plan:
    territory: Territory
    texts: Texts
    stage: Stage
    window: Ground


def window_of(territory: Territory, what_ifs: Sequence[WhatIf], stage: Stage) -> Ground | None:
    """The closest window that holds everything that any of them closes or opens; None without map."""
    moved = {
        window.key: [mark for one in what_ifs for mark in _moved(territory, one, window)]
        for window in stage.windows
    }
    most = max((len(marks) for marks in moved.values()), default=0)
    holding = [window for window in stage.windows if len(moved[window.key]) == most]
    window = min(holding, key=lambda one: one.frame.metres, default=None)
    if window is None or stage.grid is None:
        return None
    spots = [(mark.x, mark.y) for mark in moved[window.key]]
    return replace(window, labels=clear_of(window.frame, window.labels, spots))


def change_maps(
    territory: Territory, what_ifs: Sequence[WhatIf], texts: Texts, stage: Stage, window: Ground
) -> dict[str, SideBySide]:
    """Maps of minutes gained and lost, by indicator.

    Parameters
    ----------
    what_ifs
        Computed on this territory with the same parameters.
    window
        That of ``window_of``.
    """
    plan = _Plan(territory, texts, stage, window)
    found: dict[str, list[MapFigure | None]] = {}
    for rank, one in enumerate(what_ifs):
        for result in one.before:
            figure = _figure(plan, one, result, rank)
            if figure is not None:
                found.setdefault(result.key, [None] * len(what_ifs))[rank] = figure
    return {key: SideBySide(tuple(figures), _legend(figures)) for key, figures in found.items()}


def _figure(plan: _Plan, what_if: WhatIf, result: IndicatorResult, rank: int) -> MapFigure | None:
    key, grid, window = result.key, plan.stage.grid, plan.window
    now, later = what_if.minutes_before.get(key), what_if.minutes_after.get(key)
    if key not in what_if.touched or now is None or later is None or grid is None:
        return None
    places, moved = plan.territory.places, _moved(plan.territory, what_if, window)
    closed = np.isin(places.ids, what_if.closed)
    kept = np.flatnonzero(np.isin(places.categories, result.categories) & ~closed)
    marks = (*place_marks((window,), places, kept)[window.key], *moved)
    names = listing([plan.texts.categories[category].plural for category in result.categories])
    looks = {mark.look for mark in moved}
    words = MapWords(
        title=f"Minutes gagnées et perdues{WIDE}: {result.title}",
        description="Carrés habités colorés selon les minutes gagnées ou perdues.",
        symbols=(("place", names), *(item for item in _MOVES if item[0] in looks)),
        estimate=result.status is Status.ESTIMATE,
    )
    canvas = Canvas((window,), grid, {window.key: marks})
    loss = number_parameter(what_if.provenance, "loss_felt")
    steps = (loss / 5, loss, 2 * loss)
    return difference_map(f"map-s{rank}-{key}", canvas, changes_of(now, later), steps=steps, words=words)


def _moved(territory: Territory, what_if: WhatIf, window: Ground) -> tuple[Mark, ...]:
    """Places that a what-if closes and opens, in a window."""
    places, openings = territory.places, what_if.change.open
    closed = place_marks((window,), places, np.flatnonzero(np.isin(places.ids, what_if.closed)), "closed")
    lon, lat = [one.lon for one in openings], [one.lat for one in openings]
    opened = point_marks((window,), lon, lat, [""] * len(openings), "opened")
    return (*closed[window.key], *opened[window.key])


def _legend(figures: Sequence[MapFigure | None]) -> MapFigure:
    """The first figure, with the classes and the symbols of all of them."""
    held = [figure for figure in figures if figure is not None]
    items: dict[str, LegendItem] = {item.look: item for figure in held for item in figure.legend}
    symbols = dict(symbol for figure in held for symbol in figure.symbols)
    ordered = tuple(items[look] for look in _ORDER if look in items)
    return replace(held[0], legend=ordered, symbols=tuple(symbols.items()))
