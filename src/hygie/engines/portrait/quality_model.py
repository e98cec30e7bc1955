"""What the checks of the data share: the facts they read, the limits that grade them, their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.publication import revealing
from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import Measure, suppressed
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement
from hygie.engines.portrait.result import Grade, QualityCheck

SHARE, YEARS = "part", "ans"
"""Units of a measure: a share from 0 to 1, years. Other units are French nouns."""


@dataclass(frozen=True, slots=True)
class Limit:
    """From which number, itself included, something is to be watched, and from which it is bad."""

    watch: float
    bad: float

    def __post_init__(self) -> None:
        if not 0 < self.watch <= self.bad:
            raise ValueError("a limit to watch stands above zero and under the bad one")

    def grade(self, value: float) -> Grade:
        """How much a number matters; what cannot be told matters as what is to be watched."""
        if np.isnan(value):
            return Grade.WATCH
        return Grade.BAD if value >= self.bad else Grade.WATCH if value >= self.watch else Grade.GOOD


@dataclass(frozen=True)
class QualityRules:
    """How checks are graded and worded.

    Attributes
    ----------
    limits
        By key: ``population``, ``imputed``, ``unsnapped``, ``capacity``, ``hours``, ``names``,
        ``notes``, ``age``, ``rejected``, ``not_computed``, ``to_verify``, ``statistics``.
    titles
        French title of every category of place.
    counted
        Categories whose capacity has a unit: only these can lack one.
    modes
        Mode (``walk``, ``car``) of the indicators that have one, by indicator key.
    """

    limits: Mapping[str, Limit]
    titles: Mapping[str, str]
    counted: frozenset[str]
    modes: Mapping[str, str]


@dataclass(frozen=True)
class Facts:
    """What is checked. ``year`` is that of the reference date; ``movements`` are by mode."""

    territory: Territory
    diagnosis: Diagnosis
    statistics: Sequence[Statistic]
    movements: Mapping[str, Movement]
    year: int
    rules: QualityRules

    @property
    def few(self) -> int:
        """Smallest number of residents that may be shown."""
        value = self.diagnosis.provenance.parameters.get("smallest_count", 0)
        return value if isinstance(value, int) else 0

    @property
    def all_indicators(self) -> tuple[str, ...]:
        """Keys of the indicators that are computed."""
        return tuple(result.key for result in self.diagnosis.indicators if result.reason is None)

    def by_source(self, source: str) -> tuple[str, ...]:
        """Keys of the indicators that stand on a source."""
        return tuple(result.key for result in self.diagnosis.indicators if source in result.sources)

    def by_category(self, categories: Collection[str]) -> tuple[str, ...]:
        """Keys of the indicators that count any of these categories."""
        held = set(categories)
        return tuple(r.key for r in self.diagnosis.indicators if held.intersection(r.categories))

    def by_mode(self, mode: str) -> tuple[str, ...]:
        """Keys of the computed indicators of a mode."""
        return tuple(key for key in self.all_indicators if self.rules.modes.get(key) == mode)


def of_residents(part: float, total: float, few: int) -> Measure:
    """A share of residents; kept back when it is about too few, or leaves too few out."""
    return suppressed() if revealing(part, total, few) else Measure(part / total)


def share_of(mask: NDArray[np.bool_]) -> float:
    """Share of true values; NaN of nothing."""
    return float(mask.mean()) if len(mask) else float("nan")


def check(
    key: str,
    subject: str,
    grade: Grade,
    *,
    measured: tuple[Measure | None, str],
    sentences: tuple[str, str],
    bears: Sequence[str] = (),
) -> QualityCheck:
    """A check with its French spaces; what is good asks nothing.

    Parameters
    ----------
    measured
        The number and its unit.
    sentences
        What is seen, and what to do.
    bears
        Keys of the indicators it bears on.
    """
    seen, to_do = (typeset(text) for text in sentences)
    asked = "" if grade is Grade.GOOD else to_do
    measure, unit = measured
    return QualityCheck(key, typeset(subject), grade, measure, unit, seen, asked, tuple(bears))
