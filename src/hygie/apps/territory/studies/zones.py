"""Residents by zone before and after, as they may be published: what most kinds of study prove by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hygie.apps.territory.selectors import Opened
from hygie.engines.diagnosis.publication import published_pair
from hygie.engines.diagnosis.result import WHOLE, Cell
from hygie.engines.kernel.measures import Measure, Status
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.reports.json_diagnosis import measure_json

LAYERS = ("commune", "quarter", "qpv")
"""Layers whose zones are told, each where it exists."""


def zone_rows(opened: Opened, before: Booleans, after: Booleans, *, estimate: bool) -> list[dict[str, Any]]:
    """Residents concerned before and after, over the territory and by zone.

    Parameters
    ----------
    before, after
        Whether the residents of each counted point are concerned; shape (counted points,), in the order
        of ``opened.study.residents.positions``.
    estimate
        Whether the counts are estimates.

    Returns
    -------
    list of dict
        ``layer``, ``zone``, ``name``, and the measures ``people``, ``before``, ``after`` (residents),
        ``share_before``, ``share_after``, as JSON; counts too small, and differences that would tell
        them, are already kept back. Empty where nobody knows how many live there.
    """
    residents = opened.study.residents
    if not residents.known:
        return []
    weights: Floats = residents.weights[WHOLE]
    status = Status.ESTIMATE if estimate else Status.COMPUTED
    found = []
    for layer, zone, name, here in _zones(opened):
        people = float(weights[here].sum())
        if people > 0:
            sides = [
                _cell((layer, zone, name), people, float(weights[here & m].sum()), status)
                for m in (before, after)
            ]
            found.append(_row(opened, people, sides))
    return found


def _zones(opened: Opened) -> Iterator[tuple[str, str, str, Booleans]]:
    """Layer, code, name and counted points of the whole, then of each zone."""
    territory, at = opened.territory, opened.study.residents.positions
    yield WHOLE, territory.code, territory.name, np.ones(at.size, np.bool_)
    for key in LAYERS:
        layer = territory.layers.get(key)
        if layer is None:
            continue
        held = territory.demand.zones[key][at]
        for rank, name in enumerate(layer.names):
            if layer.inside[rank]:
                yield key, layer.ids[rank], name, held == rank


def _cell(where: tuple[str, str, str], people: float, concerned: float, status: Status) -> Cell:
    measures = {
        "people": Measure(people),
        "people_share": Measure(concerned, status),
        "share": Measure(concerned / people, status),
    }
    return Cell(*where, WHOLE, measures)


def _row(opened: Opened, people: float, sides: list[Cell]) -> dict[str, Any]:
    smallest = opened.scene.few
    first, second = published_pair(sides[0], sides[1], zone_people=people, smallest=smallest)
    told = {
        "people": first.measures["people"],
        "before": first.measures["people_share"],
        "after": second.measures["people_share"],
        "share_before": first.measures["share"],
        "share_after": second.measures["share"],
    }
    where = {"layer": first.layer, "zone": first.zone, "name": first.zone_name}
    return where | {key: measure_json(measure) for key, measure in told.items()}
