"""A number that says how sure it is, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a number may be read."""

    COMPUTED = "computed"
    ESTIMATE = "estimate"
    NOT_COMPUTED = "not_computed"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why a number is not there."""

    NO_SOURCE = "no_source"
    NO_PEOPLE = "no_people"
    NO_AGE = "no_age"
    NO_STREETS = "no_streets"
    NO_DRIVING_GRAPH = "no_driving_graph"
    NO_ZONE = "no_zone"
    NO_INCOME = "no_income"
    NOBODY_REACHES = "nobody_reaches"
    NO_HOURS = "no_hours"
    NO_MAIN_ROAD = "no_main_road"
    NO_OUTLINE = "no_outline"
    SMALL_ZONE = "small_zone"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a result, or why there is none.

    Attributes
    ----------
    value
        The number; None unless the status is ``computed`` or ``estimate``.
    status, reason
        How it may be read; the reason is set when, and only when, it is not computed.
    low, high
        Interval that holds the true value; None when no uncertainty is carried.
    """

    value: float | None
    status: Status = Status.COMPUTED
    reason: Reason | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        shown = self.status in (Status.COMPUTED, Status.ESTIMATE)
        if shown != (self.value is not None):
            raise ValueError("a measure has a value exactly when it is computed or estimated")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("a measure is finite; say not_computed instead")
        if (self.status is Status.NOT_COMPUTED) != (self.reason is not None):
            raise ValueError("a measure has a reason exactly when it is not computed")
        if (self.low is None) != (self.high is None) or (not shown and self.low is not None):
            raise ValueError("an interval has two ends and goes with a value")


def suppressed() -> Measure:
    """A number kept back because it is about too few people."""
    return Measure(None, Status.SUPPRESSED)


def not_computed(reason: Reason) -> Measure:
    """A number that cannot be computed, and why."""
    return Measure(None, Status.NOT_COMPUTED, reason)


@dataclass(frozen=True, slots=True)
class FigureUse:
    """A dated figure of the catalogue, as used by a result.

    ``value`` is in ``unit``; ``status`` is ``verified`` or ``to-verify``.
    """

    key: str
    value: float
    unit: str
    since: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result stands on: parameters, figures of the catalogue, sources, warnings."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    figures: tuple[FigureUse, ...] = ()
    sources: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
