"""What every kind of study tells, in the order in which it is read; the page, the PDF and files share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.ground import Ground
from hygie.reports.studies.layers import Layer
from hygie.reports.tables import Table
from hygie.reports.texts import Texts

Json = dict[str, Any]


@dataclass(frozen=True)
class StudyScene:
    """What a presentation is written from, besides the result.

    Attributes
    ----------
    territory, catalogue
        Names and words.
    windows
        Grounds that maps of the territory are drawn on; empty where nothing can be drawn.
    streets
        Streets to draw under a closer map; None without.
    few
        Counts of people under this number are kept back.
    """

    territory: Territory
    catalogue: Texts
    windows: tuple[Ground, ...]
    streets: StreetGraph | None
    few: int


@dataclass(frozen=True)
class StudyMap:
    """What the map shows.

    Attributes
    ----------
    title, description
        The finding, and what is drawn: read by screen readers too.
    layers
        The lowest first; areas are drawn below lines, lines below points.
    close
        Whether the map holds the layers, rather than the whole territory.
    """

    title: str
    description: str
    layers: tuple[Layer, ...]
    close: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one can do now; ``page`` names a page of the site, with its query, or is empty."""

    words: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A page to print and hand out: a line's timetable, a sign.

    ``lead`` are sentences above the table, ``boxes`` blanks to fill by hand, by their label.
    """

    title: str
    lead: tuple[str, ...]
    table: Table | None = None
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presentation:
    """A study told.

    Attributes
    ----------
    question, answer
        Title of the page, and the sentence with a number that answers it.
    why
        What was decided and why; which constraints bind.
    sure
        How far from the best possible: the proved gap, or the interval.
    map
        None where nothing can be drawn.
    tables
        What proves the answer: the same selection as the map.
    warnings
        What the reader must know before using it.
    limits
        What the study does not say.
    figures
        Figures of law or practice used, each with source, date and status.
    sources
        Where the data come from, one line each.
    steps
        What one can do now.
    estimate
        Whether the answer is an estimate.
    missing
        Whether nothing could be computed: ``answer`` then says why.
    sheets
        Pages to print and hand out.
    personal
        Whether it tells where children, or other people, live: then its organisation's planners alone
        read it, each reading is journalled, and nothing of it is downloaded but its sheets.
    """

    question: str
    answer: str
    why: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    map: StudyMap | None = None
    tables: tuple[Table, ...] = ()
    warnings: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    figures: tuple[FigureUse, ...] = ()
    sources: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    estimate: bool = False
    missing: bool = False
    sheets: tuple[Sheet, ...] = ()
    personal: bool = False
