"""What a diagnosis says, ready to be read, drawn, written and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status

WHOLE = "all"
"""Layer of the whole territory, and group of all residents."""


@dataclass(frozen=True)
class Cell:
    """Measures of one indicator for one zone and one group of residents.

    Attributes
    ----------
    layer, zone, zone_name
        Layer key and zone code and name; ``WHOLE``, territory code and name for the whole.
    group
        ``WHOLE``, or the key of an age group (``under_18``, ``65_plus``, ``75_plus``…).
    measures
        By key: ``people`` (residents counted); for access ``median``, ``p90`` and ``mean``
        (minutes), ``beyond_5`` … ``beyond_20`` (shares from 0 to 1), ``people_beyond_5`` …
        (residents), ``unreached`` (share with no way at all).
    """

    layer: str
    zone: str
    zone_name: str
    group: str
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator over the territory.

    ``status`` is the whole indicator's; when it is not computed, ``cells`` is empty and
    ``reason`` says why. ``categories`` are the place categories it counts, if any. Titles,
    question and unit come from the catalogue. ``sources`` are keys of source accounts. ``brief``
    is True for what a report tells in one line of a table.
    """

    key: str
    title: str
    question: str
    unit: str
    categories: tuple[str, ...]
    status: Status
    reason: Reason | None
    cells: tuple[Cell, ...]
    sources: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    brief: bool = False

    def cell(self, layer: str = WHOLE, zone: str | None = None, group: str = WHOLE) -> Cell | None:
        """The cell of a zone and group; None when there is none. Whole territory by default."""
        for cell in self.cells:
            if cell.layer == layer and cell.group == group and (zone is None or cell.zone == zone):
                return cell
        return None


@dataclass(frozen=True)
class ClosureLine:
    """What closing one place would cost.

    ``person_minutes`` is the sum over residents of minutes lost one way; ``people_losing_5`` the
    residents losing five minutes or more; ``people_stranded`` those left with none at all.
    """

    place: str
    name: str
    category: str
    commune: str
    lon: float
    lat: float
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Finding:
    """One thing the diagnosis says first: a French sentence and what proves it.

    ``weight`` orders findings, highest first.
    """

    key: str
    indicator: str
    sentence: str
    weight: float
    layer: str = WHOLE
    zone: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All indicators of a territory.

    Attributes
    ----------
    code, name, fictional, population_label
        As in ``Territory``.
    indicators
        In the catalogue's order.
    closures
        Costliest first.
    findings
        What to say first.
    minutes
        By indicator key, minutes of every demand point (NaN: no way), for maps only; never
        written out with people.
    provenance
        Parameters, figures, sources and warnings of the whole.
    """

    code: str
    name: str
    fictional: bool
    population_label: str
    indicators: tuple[IndicatorResult, ...]
    closures: tuple[ClosureLine, ...]
    findings: tuple[Finding, ...]
    minutes: Mapping[str, NDArray[np.float64]]
    provenance: Provenance

    def indicator(self, key: str) -> IndicatorResult:
        """The indicator of this key.

        Raises
        ------
        KeyError
            If the diagnosis has none.
        """
        for indicator in self.indicators:
            if indicator.key == key:
                return indicator
        raise KeyError(key)
