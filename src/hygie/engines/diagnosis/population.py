"""How many residents, of which ages, in which zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.parameters import IndicatorSheet
from hygie.engines.diagnosis.residents import Cover, Residents
from hygie.engines.diagnosis.result import WHOLE, Cell, IndicatorResult
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed
from hygie.engines.kernel.territory import OUTSIDE, Floats


def population_result(study: Study, sheet: IndicatorSheet) -> IndicatorResult:
    """Residents by zone, by group and by age band of the source, nothing kept back yet.

    Each cell holds ``people``, and ``share`` of the zone for groups and bands.
    """
    residents = study.residents
    if not residents.known:
        return empty_result(sheet, Reason.NO_PEOPLE)
    cells = tuple(cell for cover in residents.covers for cell in _cover_cells(cover, residents))
    return replace(
        empty_result(sheet),
        status=Status.COMPUTED,
        reason=None,
        cells=cells,
        sources=tuple(filter(None, [study.territory.population_source])),
        warnings=residents.warnings,
    )


def _cover_cells(cover: Cover, residents: Residents) -> list[Cell]:
    everyone = _by_zone(cover, residents.weights[WHOLE])
    cells: list[Cell] = []
    for group, weights in {**residents.weights, **residents.bands}.items():
        counts = _by_zone(cover, weights)
        for (code, name), count, total in zip(cover.zones, counts, everyone, strict=True):
            measures = {"people": Measure(count)}
            if group != WHOLE:
                measures["share"] = Measure(count / total) if total > 0 else not_computed(Reason.NO_PEOPLE)
            cells.append(Cell(cover.layer, code, name, group, measures))
    if cover.layer == WHOLE:
        code, name = cover.zones[0]
        missing = {"people": not_computed(Reason.NO_AGE), "share": not_computed(Reason.NO_AGE)}
        cells.extend(Cell(cover.layer, code, name, group.key, missing) for group in residents.cut)
    return cells


def _by_zone(cover: Cover, weights: Floats) -> list[float]:
    held = cover.index != OUTSIDE
    sums = np.bincount(cover.index[held], weights=weights[held], minlength=len(cover.zones))
    return [float(value) for value in sums]
