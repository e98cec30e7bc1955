"""What a diagnosis is asked to compute: indicators, thresholds and the figures they come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hygie.engines.diagnosis.groups import AgeGroup, age_groups
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.reach.floating_catchment import CatchmentParameters


class Kind(StrEnum):
    """How an indicator is computed."""

    POPULATION = "population"
    ACCESS = "access"
    ELDERLY = "elderly"
    GAP = "gap"
    CLOSURES = "closures"
    CATCHMENT = "catchment"
    RETIREMENT = "retirement"
    INEQUALITY = "inequality"
    OPEN = "open"
    TREES = "trees"
    SCHOOL_WAY = "school_way"


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """How sentences name a category: « pharmacie », and « de pharmacie » after a negation."""

    singular: str
    of: str


@dataclass(frozen=True, slots=True)
class WhenOpen:
    """When a place must be open to count, and how sentences say it.

    Attributes
    ----------
    weekdays
        Days that are asked about, Monday is 0; the first ordinary one answers.
    figure
        Key of the catalogue figure that gives the hour.
    words
        « le samedi après-midi ».
    only
        The only place open: « la seule pharmacie ouverte ».
    nothing
        That there is none: « aucune pharmacie n’est ouverte ».
    """

    weekdays: tuple[int, ...]
    figure: str
    words: str
    only: str
    nothing: str


@dataclass(frozen=True, slots=True)
class IndicatorSheet:
    """One indicator as the catalogue describes it.

    Attributes
    ----------
    key, title, question, unit
        As shown.
    kind
        How it is computed.
    categories
        Place categories counted together: the nearest of any of them answers.
    mode
        Key of the movement: ``walk`` or ``car``; empty where nobody moves.
    target
        What residents are far from, in a sentence: « d’une pharmacie ».
    subject
        The theme alone, to start a sentence: « pharmacie ».
    figures
        Keys of the catalogue figures it uses.
    brief
        True for what is told in one line of a table: it is closed by no closure and says nothing first.
    when
        For the kind ``open`` alone, when places must be open.
    """

    key: str
    title: str
    question: str
    unit: str
    kind: Kind
    categories: tuple[str, ...] = ()
    mode: str = ""
    target: str = ""
    subject: str = ""
    figures: tuple[str, ...] = ()
    brief: bool = False
    when: WhenOpen | None = None

    def __post_init__(self) -> None:
        walked = self.kind in (Kind.ACCESS, Kind.OPEN, Kind.SCHOOL_WAY)
        if walked and not (self.categories and self.mode and self.target):
            raise ValueError(f"{self.key}: an indicator of access has categories, a mode and a target")
        if (self.when is None) == (self.kind is Kind.OPEN):
            raise ValueError(f"{self.key}: opening hours are asked of the kind « open », and of it alone")


@dataclass(frozen=True)
class DiagnosisParameters:
    """Everything a diagnosis depends on besides the territory.

    Attributes
    ----------
    indicators
        In the order they are shown.
    categories
        How to name every category of the closed vocabulary, by key.
    thresholds
        Minutes, ascending; inclusive: exactly 15 minutes is within 15.
    main_threshold
        The one of the thresholds that sentences speak of.
    smallest_count
        Smallest number of residents ever published besides zero.
    loss_felt
        Minutes from which a longer way counts as a loss.
    elderly_age
        First completed year of the group of elderly residents.
    figures
        Figures of the catalogue behind these numbers, to show beside the results.
    closures_shown
        How many of the costliest closures are listed.
    outlier_ratio, outlier_share, gap_felt, slow_ratio
        When a sentence is worth saying: a zone whose share is this many times the average and
        where this share of all residents is concerned; a gap of this many points (as a share); a
        priority quarter whose median time is this many times the territory's.
    catchment
        How far supply counts and for whom; None where no indicator asks.
    on
        Day on which the figures are in force; ordinary days are looked for from it on.
    """

    indicators: tuple[IndicatorSheet, ...]
    categories: Mapping[str, CategoryWords]
    thresholds: tuple[float, ...]
    main_threshold: float
    smallest_count: int
    loss_felt: float
    elderly_age: int
    figures: tuple[FigureUse, ...] = ()
    closures_shown: int = 10
    outlier_ratio: float = 1.5
    outlier_share: float = 0.01
    gap_felt: float = 0.05
    slow_ratio: float = 1.8
    catchment: CatchmentParameters | None = None
    on: date | None = None

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False))
        if not rising or not all(math.isfinite(t) and t >= 0 for t in self.thresholds):
            raise ValueError("thresholds are minutes, ascending")
        if self.main_threshold not in self.thresholds:
            raise ValueError("the main threshold is one of the thresholds")
        if self.smallest_count < 1 or self.loss_felt <= 0 or self.elderly_age < 1:
            raise ValueError("smallest count, felt loss and elderly age are positive")
        if self.catchment is None and (self.of_kind(Kind.CATCHMENT) or self.of_kind(Kind.RETIREMENT)):
            raise ValueError("a catchment has its parameters")
        if self.on is None and self.of_kind(Kind.OPEN):
            raise ValueError("opening hours are asked from a day on")
        keys = [sheet.key for sheet in self.indicators]
        if len(set(keys)) != len(keys):
            raise ValueError("keys of indicators are unique")
        walked = [(s.mode, c) for s in self.of_kind(Kind.ACCESS) for c in s.categories]
        if len(set(walked)) != len(walked):
            raise ValueError("a category is counted by one access indicator a mode")
        counted = [set(sheet.categories) for sheet in self.of_kind(Kind.ACCESS)]
        if any(set(sheet.categories) not in counted for sheet in self.of_kind(Kind.ELDERLY)):
            raise ValueError("the elderly's indicator counts the categories of an access indicator")
        unknown = {c for sheet in self.indicators for c in sheet.categories} - set(self.categories)
        if unknown:
            raise ValueError(f"categories outside the vocabulary: {', '.join(sorted(unknown))}")

    @property
    def groups(self) -> tuple[AgeGroup, ...]:
        """Age groups of the breakdowns."""
        return age_groups(self.elderly_age)

    @property
    def elderly_group(self) -> str:
        """Key of the group of elderly residents."""
        return f"{self.elderly_age}_plus"

    @property
    def main_key(self) -> str:
        """Measure of the share of residents beyond the main threshold."""
        return beyond_key(self.main_threshold)

    @property
    def losing_key(self) -> str:
        """Measure of the residents whose way gets felt longer."""
        return f"people_losing_{self.loss_felt:g}"

    def figure(self, key: str) -> float:
        """Value of a figure behind these parameters.

        Raises
        ------
        KeyError
            If they do not hold it.
        """
        for figure in self.figures:
            if figure.key == key:
                return figure.value
        raise KeyError(key)

    def of_kind(self, kind: Kind) -> tuple[IndicatorSheet, ...]:
        """Sheets of one kind, in order."""
        return tuple(sheet for sheet in self.indicators if sheet.kind is kind)


def beyond_key(minutes: float) -> str:
    """Measure of the share of residents beyond a threshold: ``beyond_15``."""
    return f"beyond_{minutes:g}"


def people_key(share: str) -> str:
    """Measure of the residents behind a share: ``people_beyond_15`` of ``beyond_15``."""
    return f"people_{share}"
