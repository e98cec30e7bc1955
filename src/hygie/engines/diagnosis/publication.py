"""What may be shown: no number of residents from 1 to 10, and none that one subtraction gives.

Primary suppression only: a count below ``smallest`` residents, or whose complement in its zone is
below it, is kept back with the share that goes with it. Complementary suppression and differences
with what was published before belong to the evaluation; until then outputs are a working document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hygie.engines.diagnosis.result import Cell, IndicatorResult
from hygie.engines.kernel.measures import Measure, suppressed

NEGLIGIBLE = 1e-6
"""Residents; sums of fractional people that differ by less are the same number."""


def withheld(count: float, smallest: int) -> bool:
    """Whether a count of residents is too small to be shown; zero is shown, a fraction is not."""
    return NEGLIGIBLE < abs(count) < smallest - NEGLIGIBLE


def revealing(count: float, total: float, smallest: int) -> bool:
    """Whether a count, or what is left of its total, is too small to be shown."""
    return withheld(count, smallest) or withheld(total - count, smallest)


def published(cell: Cell, *, zone_people: float, smallest: int) -> Cell:
    """The cell as it may be shown.

    Parameters
    ----------
    cell
        Measures of one zone and group; a share ``x`` goes with its count ``people_x``.
    zone_people
        Residents of the zone, all groups together.
    smallest
        Smallest count ever shown besides zero.

    Returns
    -------
    Cell
        Everything is kept back when the group is too small, or when the rest of its zone is;
        else each count too small, or nearly everybody, is kept back with its share.
    """
    total = cell.measures.get("people")
    if total is None or total.value is None:
        return cell
    if revealing(total.value, zone_people, smallest):
        return replace(cell, measures=dict.fromkeys(cell.measures, suppressed()))
    return replace(cell, measures=_pairs(cell.measures, total.value, smallest))


def _pairs(measures: Mapping[str, Measure], total: float, smallest: int) -> dict[str, Measure]:
    shown = dict(measures)
    for key, count in measures.items():
        if not key.startswith("people_") or count.value is None:
            continue
        share = key.removeprefix("people_")
        if revealing(count.value, total, smallest):
            shown[key] = suppressed()
            if share in measures:
                shown[share] = suppressed()
        elif total > 0 and count.low is not None and count.high is not None:
            low, high = safe_interval(count.low, count.high, total=total, smallest=smallest)
            shown[key] = replace(count, low=low, high=high)
            if share in measures:
                shown[share] = replace(measures[share], low=low / total, high=high / total)
    if "mean" in shown and "people_unreached" in shown and shown["people_unreached"].value is None:
        shown["mean"] = suppressed()
    return shown


def safe_interval(low: float, high: float, *, total: float, smallest: int) -> tuple[float, float]:
    """The interval, widened where one of its ends is a number of residents too small to show.

    The wider interval still holds the true value.
    """
    safe_low = 0.0 if revealing(low, total, smallest) else low
    safe_high = total if revealing(high, total, smallest) else high
    return safe_low, safe_high


def published_pair(before: Cell, after: Cell, *, zone_people: float, smallest: int) -> tuple[Cell, Cell]:
    """Two states of one cell, so that neither they nor their difference show a small count.

    Where a count changes by fewer than ``smallest`` residents, the state after is kept back: the
    change could be had from it by subtraction.
    """
    first, second = (published(cell, zone_people=zone_people, smallest=smallest) for cell in (before, after))
    hidden = {}
    for key, count in before.measures.items():
        later = after.measures[key]
        if not key.startswith("people") or count.value is None or later.value is None:
            continue
        if withheld(later.value - count.value, smallest):
            hidden.update(
                {k: suppressed() for k in (key, key.removeprefix("people_")) if k in after.measures}
            )
    return first, replace(second, measures={**second.measures, **hidden})


def published_result(
    result: IndicatorResult, totals: Mapping[tuple[str, str], float], smallest: int
) -> IndicatorResult:
    """The indicator with each of its cells as it may be shown.

    Parameters
    ----------
    totals
        Residents by (layer, zone code), all groups together. A cell about a place, which is no zone,
        is set against all residents.
    """
    everybody = max(totals.values(), default=0.0)
    cells = tuple(
        published(cell, zone_people=totals.get((cell.layer, cell.zone), everybody), smallest=smallest)
        for cell in result.cells
    )
    return replace(result, cells=cells)
