"""Exposure as JSON: what ``hygie exposure --json`` writes and ``exposure.schema.json`` describes.

Levels add up to everybody, so that one level kept back alone could be had by subtraction: counts are
shown from the worst level down, each only if it differs enough from the last one shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from hygie.engines.diagnosis.publication import revealing, safe_interval, withheld
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.exposure.counting import ExposureCell
from hygie.engines.exposure.scale import UNKNOWN, How, Scale
from hygie.engines.exposure.study import ExposureResult
from hygie.engines.kernel.french import number, typeset
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json

NOT_TOLD = typeset("la couche ne dit rien")


def level_words(scale: Scale) -> tuple[str, ...]:
    """Words of each level, from 0 to the worst: « à plus de 200 m », « de 50 à 100 m »."""
    if scale.how is How.INSIDE:
        return (typeset("hors de la couche"), typeset("dans la couche"))
    if scale.how is How.NAMES:
        return (typeset("hors de la couche"), *scale.names)
    ends = [_plain(one) for one in scale.ends]
    unit = f" {scale.unit}" if scale.unit else ""
    if scale.how is How.DISTANCES:
        told = [f"à plus de {ends[-1]} m"]
        told += [f"de {near} à {far} m" for near, far in zip(ends[-2::-1], ends[:0:-1], strict=True)]
        told.append(f"à {ends[0]} m ou moins")
    else:
        told = [f"moins de {ends[0]}{unit}, ou hors de la couche"]
        told += [f"de {low} à moins de {high}{unit}" for low, high in pairwise(ends)]
        told.append(f"{ends[-1]}{unit} ou plus")
    return tuple(typeset(one) for one in told)


def _plain(value: float) -> str:
    decimals = next((d for d in range(4) if round(value, d) == value), 3)
    return number(value, decimals)


def exposure_json(
    territory: Territory,
    result: ExposureResult,
    layer: Mapping[str, Any],
    *,
    provenance: Provenance,
    smallest: int,
) -> dict[str, Any]:
    """Exposure by zone and school yards, as values that ``json`` writes.

    Parameters
    ----------
    layer
        What the layer is: title, vintage, file, digest, rows.
    provenance
        Parameters, figures and warnings.
    smallest
        Counts of residents under this number are kept back.
    """
    totals = {(one.layer, one.zone): one.total for one in result.cells if one.group == _everyone(result)}
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "counted": "people" if result.known else "dwellings",
        "layer": dict(layer),
        "levels": [{"level": rank, "words": words} for rank, words in enumerate(level_words(result.scale))],
        "status": (Status.ESTIMATE if result.estimate else Status.COMPUTED).value,
        "cells": [
            _cell(one, result, zone_people=totals[one.layer, one.zone], smallest=smallest)
            for one in result.cells
        ],
        "yards": yards_json(result),
        "provenance": provenance_json(territory, provenance),
    }


def _everyone(result: ExposureResult) -> str:
    return WHOLE if result.known else "dwellings"


def _cell(cell: ExposureCell, result: ExposureResult, *, zone_people: float, smallest: int) -> dict[str, Any]:
    status = Status.ESTIMATE if result.estimate else Status.COMPUTED
    few = smallest if result.known else 0
    measures = shown_measures(cell, zone_people=zone_people, smallest=few, status=status)
    if not result.known:
        measures = {key.replace("people", "dwellings"): one for key, one in measures.items()}
    return {
        "layer": cell.layer,
        "zone": cell.zone,
        "zone_name": cell.zone_name,
        "group": cell.group if result.known else WHOLE,
        "measures": {key: measure_json(one) for key, one in measures.items()},
    }


def shown_measures(
    cell: ExposureCell, *, zone_people: float, smallest: int, status: Status
) -> dict[str, Measure]:
    """Measures of a cell as they may be shown.

    Returns
    -------
    dict
        ``people``; of each level ``people_level_k`` and its share ``level_k``; of each level or a higher
        one, ``people_from_k`` and ``from_k`` with their interval; ``people_unknown`` and ``unknown``. No
        count shown, nor any difference of two of them, is from 1 to ``smallest - 1``.
    """
    levels = len(cell.counts) - 1
    if revealing(cell.total, zone_people, smallest):
        return dict.fromkeys(["people", *_keys(levels)], suppressed())
    shown = _visible(cell, smallest)
    found = {"people": Measure(cell.total, status)}
    for k in range(levels, 0, -1):
        found |= _pair(f"from_{k}", shown[k], cell, status, _interval(cell, k, smallest))
    for k in range(levels, -1, -1):
        top, below = 0.0 if k == levels else shown[k + 1], shown[k]
        count = None if top is None or below is None else below - top
        found |= _pair(f"level_{k}", count, cell, status)
    unknown = None if shown[0] is None else cell.total - shown[0]
    return found | _pair("unknown", unknown, cell, status)


def _keys(levels: int) -> list[str]:
    told = [f"from_{k}" for k in range(1, levels + 1)] + [f"level_{k}" for k in range(levels + 1)]
    return [key for one in (*told, "unknown") for key in (f"people_{one}", one)]


def _visible(cell: ExposureCell, smallest: int) -> list[float | None]:
    """Those at each level or a higher one, None where it is kept back."""
    total, last = cell.total, 0.0
    shown: list[float | None] = [None] * len(cell.counts)
    for k in range(len(cell.counts) - 1, -1, -1):
        count = float(cell.at_least[k])
        if not withheld(count - last, smallest) and not withheld(total - count, smallest):
            shown[k] = last = count
    return shown


def _interval(cell: ExposureCell, level: int, smallest: int) -> tuple[float, float] | None:
    if cell.low is None or cell.high is None:
        return None
    low, high = float(cell.low[level]), float(cell.high[level])
    return safe_interval(low, high, total=cell.total, smallest=smallest)


def _pair(
    key: str,
    count: float | None,
    cell: ExposureCell,
    status: Status,
    interval: tuple[float, float] | None = None,
) -> dict[str, Measure]:
    """A count and its share."""
    if count is None:
        return {f"people_{key}": suppressed(), key: suppressed()}
    low, high = (None, None) if interval is None else (min(interval[0], count), max(interval[1], count))
    told = {f"people_{key}": Measure(max(count, 0.0), status, None, low, high)}
    if cell.total <= 0:
        return told | {key: not_computed(Reason.NO_PEOPLE)}
    ends = (None, None) if low is None or high is None else (low / cell.total, high / cell.total)
    return told | {key: Measure(max(count, 0.0) / cell.total, status, None, *ends)}


def yards_json(result: ExposureResult) -> list[dict[str, Any]]:
    """School yards, the worst first."""
    levels, yards, words = result.yard_levels, result.yards, level_words(result.scale)
    found = []
    for rank, at in enumerate(result.ranked(levels).tolist(), 1):
        level = int(levels.level[at])
        row: dict[str, Any] = {
            "rank": rank,
            "id": str(yards.ids[at]),
            "name": str(yards.names[at]),
            "status": (Status.COMPUTED if yards.drawn[at] else Status.ESTIMATE).value,
            "level": None if level == UNKNOWN else level,
            "words": NOT_TOLD if level == UNKNOWN else words[level],
        }
        for key, column in (("value", levels.value), ("share", levels.share)):
            if math.isfinite(column[at]):
                row[key] = round(float(column[at]), 4)
        found.append(row)
    return found


def home_rows(territory: Territory, result: ExposureResult) -> list[tuple[object, ...]]:
    """(rank, id, lon, lat, level, value) of homes, the worst first, never with residents."""
    demand, homes = territory.demand, result.homes
    found: list[tuple[object, ...]] = []
    for rank, at in enumerate(result.ranked(homes).tolist(), 1):
        point = int(result.positions[at])
        level, value = int(homes.level[at]), float(homes.value[at])
        found.append(
            (
                rank,
                str(demand.ids[point]),
                float(demand.lon[point]),
                float(demand.lat[point]),
                "" if level == UNKNOWN else level,
                round(value, 4) if np.isfinite(value) else "",
            )
        )
    return found
