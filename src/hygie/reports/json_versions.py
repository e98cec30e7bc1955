"""Two versions of a territory as data: ``versions.schema.json``, and one row a difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.kernel.measures import FigureUse, Measure
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.portrait.place_changes import PlaceChange, PlaceState
from hygie.engines.portrait.versions import CellChange, IndicatorChange, MeasureChange, VersionChange
from hygie.reports.guarding import guarded
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json

ROW_HEADER = (
    *("part", "kind", "key", "name", "layer", "zone", "group", "measure"),
    *("before", "after", "change"),
)
"""Columns of the rows: what part changed and how, which thing, then both states and the difference."""

Cell = str | float | int | None


def versions_json(change: VersionChange) -> dict[str, Any]:
    """What changed, as values that ``json`` writes."""
    return {
        "code": change.code,
        "name": change.name,
        "fictional": change.fictional,
        "document": WORKING_DOCUMENT,
        "reference_dates": _sides(*change.dates),
        "population_labels": _sides(*change.labels),
        "sources": [
            {
                "name": one.name,
                "title": one.title,
                "kind": one.kind,
                "vintage": _sides(one.before, one.after),
                "kept": _sides(one.kept_before, one.kept_after),
            }
            for one in change.sources
        ],
        "places": {
            "kept": change.places.kept,
            "added": [_place(one) for one in change.places.added],
            "gone": [_place(one) for one in change.places.gone],
            "changed": [_changed(one) for one in change.places.changed],
        },
        "residents": _measure(change.residents),
        "indicators": [_indicator(one) for one in change.indicators],
        "statistics": [
            {"kind": one.kind, **_sides(_statistic(one.before), _statistic(one.after))}
            for one in change.statistics
        ],
        "figures": [
            {"key": one.key, **_sides(_figure(one.before), _figure(one.after))} for one in change.figures
        ],
    }


def _sides(before: object, after: object) -> dict[str, Any]:
    return {"before": before, "after": after}


def _place(place: PlaceState) -> dict[str, Any]:
    keys = ("id", "site", "category", "name", "commune", "lon", "lat", "capacity", "hours", "inside")
    return {key: getattr(place, key) for key in keys}


def _changed(change: PlaceChange) -> dict[str, Any]:
    return {
        "kinds": list(change.kinds),
        "metres": round(change.metres, 1),
        **_sides(_place(change.before), _place(change.after)),
    }


def _measure(change: MeasureChange) -> dict[str, Any]:
    return {
        **_sides(*(None if one is None else measure_json(one) for one in (change.before, change.after))),
        "change": measure_json(change.change),
    }


def _indicator(one: IndicatorChange) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "unit": one.unit,
        "differs": one.differs,
        "status": _sides(one.before and one.before.value, one.after and one.after.value),
        "cells": [_cell(cell) for cell in one.cells],
    }


def _cell(cell: CellChange) -> dict[str, Any]:
    return {
        "layer": cell.layer,
        "zone": cell.zone,
        "zone_name": cell.zone_name,
        "group": cell.group,
        "group_label": group_label(cell.group),
        "differs": cell.differs,
        "measures": {key: _measure(one) for key, one in cell.measures.items()},
    }


def _statistic(one: Statistic | None) -> dict[str, Any] | None:
    if one is None:
        return None
    keys = ("key", "title", "unit", "level", "code", "name", "value", "year", "source")
    return {key: getattr(one, key) for key in keys} | {"status": one.status.value}


def _figure(one: FigureUse | None) -> dict[str, Any] | None:
    keys = ("key", "value", "unit", "since", "status", "source")
    return None if one is None else {key: getattr(one, key) for key in keys}


def version_rows(change: VersionChange) -> Iterator[tuple[Cell, ...]]:
    """One row a difference, under ``ROW_HEADER``; texts are guarded against formulas of spreadsheets.

    A number kept back or not computed is written by its status, never as an empty cell.
    """
    for row in _rows(change):
        yield tuple(guarded(one) if isinstance(one, str) else one for one in row)


def _rows(change: VersionChange) -> Iterator[tuple[Cell, ...]]:
    for one in change.sources:
        yield ("source", one.kind, one.name, one.title, "", "", "", "", one.before, one.after, "")
    for kind, places in (("added", change.places.added), ("gone", change.places.gone)):
        for place in places:
            yield ("place", kind, place.id, place.name, place.category, place.commune, *[""] * 5)
    for changed in change.places.changed:
        yield from _place_rows(changed)
    for indicator in change.indicators:
        yield from _indicator_rows(indicator)
    for number in change.statistics:
        known = number.after or number.before
        if known is not None:
            told = [_number(one) for one in (number.before, number.after)]
            zone = (known.level, known.code, "", known.unit)
            yield ("statistic", number.kind, known.key, known.title, *zone, *told, "")
    for figure in change.figures:
        values = [one.value if one else "" for one in (figure.before, figure.after)]
        yield ("figure", "value", figure.key, "", "", "", "", "", *values, "")


def _place_rows(changed: PlaceChange) -> Iterator[tuple[Cell, ...]]:
    before, after = changed.before, changed.after
    told: dict[str, tuple[Cell, Cell, Cell]] = {
        "moved": (f"{before.lon} {before.lat}", f"{after.lon} {after.lat}", round(changed.metres, 1)),
        "renamed": (before.name, after.name, ""),
        "category": (before.category, after.category, ""),
        "capacity": (before.capacity, after.capacity, _less(before.capacity, after.capacity)),
        "hours": (before.hours, after.hours, ""),
        "identifier": (before.id, after.id, ""),
    }
    for kind in changed.kinds:
        what = (after.id, after.name, after.category, after.commune, "", "")
        yield ("place", kind, *what, *told[kind])


def _less(before: float | None, after: float | None) -> Cell:
    return "" if before is None or after is None else after - before


def _indicator_rows(indicator: IndicatorChange) -> Iterator[tuple[Cell, ...]]:
    if indicator.before != indicator.after:
        sides = [one.value if one else "" for one in (indicator.before, indicator.after)]
        yield ("indicator", "status", indicator.key, indicator.title, "", "", "", "", *sides, "")
    for cell in indicator.cells:
        for key, one in cell.measures.items():
            if _told(one.before) != _told(one.after):
                zone = (cell.layer, cell.zone, cell.group, key)
                states = (_told(one.before), _told(one.after), _told(one.change))
                yield ("indicator", "value", indicator.key, indicator.title, *zone, *states)


def _told(measure: Measure | None) -> Cell:
    if measure is None:
        return ""
    return measure.status.value if measure.value is None else measure.value


def _number(one: Statistic | None) -> Cell:
    """« 4.3 (2023) »: the number, or its status, with its year."""
    if one is None:
        return ""
    return f"{one.status.value if one.value is None else repr(one.value)} ({one.year})"
