"""Residents by level, zone and group, with an interval where the producer spread them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hygie.engines.exposure.scale import UNKNOWN, Floats, Integers
from hygie.engines.kernel.territory import OUTSIDE


class Zones(Protocol):
    """Zones that do not overlap: the index of each counted point, or ``OUTSIDE``, and (code, name)."""

    @property
    def layer(self) -> str:
        """Key of the layer."""

    @property
    def index(self) -> NDArray[np.int32]:
        """Zone of each counted point."""

    @property
    def zones(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each."""


class Counted(Protocol):
    """Who is counted, as the diagnosis counts them; see ``diagnosis.residents.Residents``."""

    @property
    def weights(self) -> Mapping[str, Floats]:
        """Residents by counted point, by group."""

    @property
    def imputed(self) -> NDArray[np.bool_]:
        """Where the producer spread them."""

    @property
    def covers(self) -> Sequence[Zones]:
        """The whole first, then each layer of zones."""


@dataclass(frozen=True)
class ExposureCell:
    """One zone and one group.

    Attributes
    ----------
    layer, zone, zone_name, group
        As in a diagnosis.
    total
        Residents, or dwellings where nobody knows the residents.
    counts
        Of each level from 0 to the worst, shape (levels + 1,).
    unknown
        Where the layer says nothing. ``total = sum(counts) + unknown``.
    low, high
        Interval of those at each level or a higher one, the level 0 first, shape (levels + 1,): spread
        residents may live anywhere in their zone. None when no resident was spread.
    """

    layer: str
    zone: str
    zone_name: str
    group: str
    total: float
    counts: Floats
    unknown: float
    low: Floats | None = None
    high: Floats | None = None

    @property
    def at_least(self) -> Floats:
        """Those at each level or a higher one; shape (levels + 1,)."""
        return np.cumsum(self.counts[::-1])[::-1]


def exposed(level: Integers, levels: int, counted: Counted) -> tuple[ExposureCell, ...]:
    """Residents by level, for each zone and group.

    Parameters
    ----------
    level
        Of each counted point, ``UNKNOWN`` to ``levels``; shape (n,).
    levels
        Number of levels above 0.
    counted
        Zones, groups and weights.
    """
    cells: list[ExposureCell] = []
    for cover in counted.covers:
        for group, weights in counted.weights.items():
            sums = _sums(level, levels, cover, weights)
            if not counted.imputed.any():
                cells += [_cell(cover, z, group, row) for z, row in enumerate(sums)]
                continue
            spread = _sums(level, levels, cover, np.where(counted.imputed, weights, 0.0))
            cells += [_between(_cell(cover, z, group, sums[z]), spread[z]) for z in range(len(sums))]
    return tuple(cells)


def _sums(level: Integers, levels: int, cover: Zones, weights: Floats) -> Floats:
    """Weights by zone and level, the unknown first; shape (zones, levels + 2)."""
    held = cover.index != OUTSIDE
    wide = levels + 2
    key = cover.index[held].astype(np.int64) * wide + level[held] - UNKNOWN
    sums = np.bincount(key, weights=weights[held], minlength=len(cover.zones) * wide)
    return np.asarray(sums.reshape(-1, wide), np.float64)


def _cell(cover: Zones, zone: int, group: str, row: Floats) -> ExposureCell:
    code, name = cover.zones[zone]
    return ExposureCell(cover.layer, code, name, group, float(row.sum()), row[1:], float(row[0]))


def _between(cell: ExposureCell, spread: Floats) -> ExposureCell:
    """The cell with the interval that spread residents leave: none of them there, or all of them."""
    sure = cell.at_least - np.cumsum(spread[:0:-1])[::-1]
    low = np.maximum(sure, 0.0)
    high = np.minimum(np.maximum(low + spread.sum(), cell.at_least), cell.total)
    return ExposureCell(
        *(cell.layer, cell.zone, cell.zone_name, cell.group, cell.total, cell.counts, cell.unknown),
        np.minimum(low, cell.at_least),
        high,
    )
