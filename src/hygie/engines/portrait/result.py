"""What a portrait holds besides the diagnosis: official numbers, similar communes, hospitals, quality."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.engines.kernel.statistic import Statistic


@dataclass(frozen=True)
class PeerStanding:
    """One number of a commune among those of similar communes.

    Attributes
    ----------
    low, median, high
        Quartiles of the similar communes whose number is known.
    rank
        Place of the commune among them and itself, 1 for the highest number.
    known
        Similar communes whose number is known.
    """

    low: float
    median: float
    high: float
    rank: int
    known: int


@dataclass(frozen=True)
class OfficialResult:
    """One indicator read from an official table.

    Attributes
    ----------
    key, theme, title, question, unit
        As the catalogue describes it.
    status, reason
        ``suppressed`` when its publisher keeps it back, ``not_computed`` when no table gives it.
    main
        The number of the territory: its commune's, else made from its communes, else the finest
        level that is known, and then it says so by its level; None when nothing is known.
    values
        Every known level, communes and IRIS of the territory included, as published.
    earlier
        Numbers of the same zone as ``main`` for other years, oldest first.
    standing
        Where the commune stands among similar ones; None without any.
    source
        Key of the source account it was read from; empty when none.
    """

    key: str
    theme: str
    title: str
    question: str
    unit: str
    status: Status
    reason: Reason | None
    main: Statistic | None
    values: tuple[Statistic, ...] = ()
    earlier: tuple[Statistic, ...] = ()
    standing: PeerStanding | None = None
    source: str = ""


@dataclass(frozen=True)
class PeerGroup:
    """Communes chosen as similar to the territory's.

    ``criteria`` says in French what they were compared by, with the values of the commune;
    ``communes`` are (code, name), the most similar first.
    """

    criteria: tuple[str, ...]
    communes: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class Authorisation:
    """A care activity that a site may carry out.

    ``until`` is an ISO date or empty; ``note`` says what to check, or is empty.
    """

    activity: str
    title: str
    until: str
    note: str


@dataclass(frozen=True)
class HospitalSite:
    """A hospital followed over the years.

    ``series`` are numbers by title, each oldest first; ``lost`` are French sentences about what an
    older vintage had and the newest has not.
    """

    code: str
    name: str
    commune: str
    series: tuple[tuple[Statistic, ...], ...]
    authorisations: tuple[Authorisation, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class HospitalWatch:
    """Hospitals of the territory and its margin; ``warnings`` are French sentences."""

    sites: tuple[HospitalSite, ...]
    warnings: tuple[str, ...]


class Grade(StrEnum):
    """How much a check of the data matters for who reads the figures."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True)
class QualityCheck:
    """One thing verified about the data.

    Attributes
    ----------
    key, subject
        What is checked; ``subject`` in French.
    grade
        How much it matters.
    measure
        The number behind it, a share from 0 to 1 or a count by ``unit``; None when there is none.
    unit
        ``part`` for a share, else a French noun.
    sentence, to_do
        What is seen and what to do, in French; ``to_do`` may be empty.
    indicators
        Keys of the indicators it bears on.
    """

    key: str
    subject: str
    grade: Grade
    measure: Measure | None
    unit: str
    sentence: str
    to_do: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Portrait:
    """Everything a report prints. Parts that no source feeds are empty, never invented."""

    diagnosis: Diagnosis
    official: tuple[OfficialResult, ...] = ()
    peers: PeerGroup | None = None
    hospitals: HospitalWatch = HospitalWatch((), ())
    quality: tuple[QualityCheck, ...] = ()
