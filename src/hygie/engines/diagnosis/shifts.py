"""Residents whose way to the nearest place gets longer or shorter, by zone and group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.parameters import DiagnosisParameters
from hygie.engines.diagnosis.residents import Cover, Residents
from hygie.engines.diagnosis.result import Cell
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.measures import Measure
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks, threshold_ticks
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats

Key = tuple[str, str, str]
"""Layer, zone code and group of a cell."""


def gaining_key(parameters: DiagnosisParameters) -> str:
    """Measure of the residents whose way gets felt shorter."""
    return f"people_gaining_{parameters.loss_felt:g}"


def with_shifts(
    study: Study, cells: tuple[tuple[Cell, ...], tuple[Cell, ...]], ticks: tuple[Ticks, Ticks]
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Cells before and after, with the residents who lose or gain the felt minutes or more.

    Nobody has lost or gained anything before, so the change of these measures is their value
    after. Residents left without any way lose, those given a first one gain.

    Parameters
    ----------
    cells
        Before and after, not published yet.
    ticks
        Of the counted points, before and after, each shape (n,).
    """
    parameters = study.parameters
    longer = _moved(ticks[0], ticks[1], threshold_ticks(parameters.loss_felt))
    shorter = _moved(ticks[1], ticks[0], threshold_ticks(parameters.loss_felt))
    losing = dict(_by_cell(study.residents, longer))
    gaining = dict(_by_cell(study.residents, shorter))
    keys = (parameters.losing_key, gaining_key(parameters))
    before = tuple(_added(cell, keys, (losing, gaining), moved=False) for cell in cells[0])
    after = tuple(_added(cell, keys, (losing, gaining), moved=True) for cell in cells[1])
    return before, after


def _moved(start: Ticks, stop: Ticks, felt: int) -> Booleans:
    return np.asarray((start < UNREACHABLE) & (stop.astype(np.int64) - start >= felt), np.bool_)


def _by_cell(residents: Residents, moved: Booleans) -> Iterator[tuple[Key, float]]:
    if not residents.known:
        return
    who = np.flatnonzero(moved)
    for cover in residents.covers:
        for group, weights in residents.weights.items():
            sums = _by_zone(cover, weights, who)
            for (code, _), total in zip(cover.zones, sums, strict=True):
                yield (cover.layer, code, group), float(total)


def _by_zone(cover: Cover, weights: Floats, who: NDArray[np.intp]) -> Floats:
    held = who[cover.index[who] != OUTSIDE]
    sums = np.bincount(cover.index[held], weights=weights[held], minlength=len(cover.zones))
    return sums.astype(np.float64)


def _added(
    cell: Cell, keys: tuple[str, str], found: tuple[dict[Key, float], dict[Key, float]], *, moved: bool
) -> Cell:
    key = cell.layer, cell.zone, cell.group
    if key not in found[0]:
        return cell
    status = cell.measures["people"].status
    shifts = {
        name: Measure(sums[key] if moved else 0.0, status) for name, sums in zip(keys, found, strict=True)
    }
    return replace(cell, measures={**cell.measures, **shifts})
