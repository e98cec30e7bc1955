"""Official statistics of a place: a number, the level at which it is known, and how it is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

LEVEL_LABELS = {
    "iris": "valeur de l’IRIS",
    "commune": "valeur de la commune",
    "territory": "valeur du territoire",
    "epci": "valeur de l’intercommunalité",
    "departement": "valeur du département",
    "france": "valeur de la France",
    "site": "valeur de l’établissement",
    "entity": "valeur de l’entité juridique",
    "station": "valeur de la station",
}
"""Levels from the finest zone to the widest, then those that are no zone, and how a page names them."""

NO_ZONE = frozenset({"site", "entity", "station"})
"""Levels about one hospital or one station: such a number says nothing of the residents of a zone."""


class StatisticStatus(StrEnum):
    """How a statistic is known, or why it is not."""

    PUBLISHED = "published"
    """As its publisher wrote it for this level."""
    COMPUTED = "computed"
    """Made here from the communes."""
    ESTIMATE = "estimate"
    """Rebuilt or imputed before it came here; a mean of estimates is one too."""
    SECRET = "secret"  # noqa: S105  # statistical secrecy, no password
    """Kept back by its publisher: about too few people."""
    NOT_AVAILABLE = "not_available"
    """Not in the table, or for too small a part of the zone."""


KNOWN = frozenset({StatisticStatus.PUBLISHED, StatisticStatus.COMPUTED, StatisticStatus.ESTIMATE})


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number about one zone.

    Attributes
    ----------
    key, title, unit
        What is measured; ``unit`` as printed after the number.
    level, code, name
        The zone, and the level of ``LEVEL_LABELS`` at which the number is known.
    value
        The number; None unless its status says that it is known.
    year, source
        What the number describes, and who says it, as printed.
    status
        How it is known.
    missing
        For what is computed from communes, the share of the weight whose value is not known, from 0
        to 1; None for the rest, or when the weight itself is not known.
    """

    key: str
    title: str
    unit: str
    level: str
    code: str
    name: str
    value: float | None
    year: str
    source: str
    status: StatisticStatus
    missing: float | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVEL_LABELS:
            raise ValueError(f"no level {self.level!r}")
        if (self.value is not None) != (self.status in KNOWN):
            raise ValueError("a statistic has a value exactly when its status says that it is known")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("a statistic is finite")
        if self.missing is not None and not 0 <= self.missing <= 1:
            raise ValueError("a missing share stands between 0 and 1")


def finest(statistics: Iterable[Statistic], key: str) -> tuple[Statistic, ...]:
    """Known statistics of a key at the finest level where there is one; empty when there is none."""
    known = [s for s in statistics if s.key == key and s.value is not None]
    told = {s.level for s in known}
    level = next((name for name in LEVEL_LABELS if name in told), None)
    return tuple(s for s in known if s.level == level)


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A mean over the parts that are known, and the share of the weight that is not.

    ``value`` is None when nothing is known; ``missing`` is None when it cannot be told.
    """

    value: float | None
    missing: float | None


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> WeightedMean:
    """Mean of values by their weights: Σ w·v / Σ w over the known ones.

    Parameters
    ----------
    values
        Shape (n,); NaN where not known.
    weights
        Shape (n,), not negative; NaN where not known: such a part counts as not known. A part of
        weight zero brings nothing and misses nothing.

    Raises
    ------
    ValueError
        If the shapes differ, a weight is negative, or a number is infinite.
    """
    v, w = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    if v.shape != w.shape or v.ndim != 1:
        raise ValueError("values and weights are two lists of the same length")
    if np.isinf(v).any() or np.isinf(w).any() or (w < 0).any():
        raise ValueError("values are finite; weights are finite and not negative")
    known = ~np.isnan(v) & ~np.isnan(w) & (w > 0)
    weight = math.fsum(w[known])
    if weight <= 0:
        return WeightedMean(None, missing_share(w, known=(~np.isnan(v)).tolist()))
    mean = math.fsum(v[known] * w[known]) / weight
    return WeightedMean(mean, missing_share(w, known=known.tolist()))


def missing_share(
    weights: Sequence[float] | np.typing.NDArray[np.float64], *, known: Sequence[bool]
) -> float | None:
    """Share of the weight whose value is not known; None when no weight says it.

    A missing part of unknown weight makes the share unknown; nothing missing is 0 whatever the weights.
    """
    w, has = np.asarray(weights, np.float64), np.asarray(known, np.bool_)
    lost = w[~has]
    lost = lost[~(lost == 0)]
    if not len(lost):
        return 0.0 if has.any() else None
    total = math.fsum(w[~np.isnan(w)])
    if np.isnan(lost).any() or total <= 0:
        return None
    return math.fsum(lost) / total
