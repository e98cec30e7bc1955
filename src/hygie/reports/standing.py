"""Where a commune stands among similar ones, and how a number changed: small drawings as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hygie.engines.kernel.french import NARROW, WIDE, number
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.portrait.result import OfficialResult, PeerStanding
from hygie.reports.official_words import TIGHT, Decimals, short_year, split_title, statistic_shown, with_unit

MARGIN = 12.0
"""Percentage of the width left free on each side of a drawing."""


MOST_LABELS = 4
"""Points of a trend that are all printed on a phone."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One indicator: the middle half of similar communes as a bar, the commune as a dot.

    Positions are percentages of the width, on a scale of its own; ``words`` say all of it, and the
    last fields say it by columns: number, unit when it is long, median, rank, middle half.
    """

    key: str
    name: str
    low: float
    median: float
    high: float
    dot: float
    value: str
    words: str
    figure: str = ""
    unit: str = ""
    middle: str = ""
    rank: str = ""
    half: str = ""


@dataclass(frozen=True)
class StandingChart:
    """Rows of dots on bars; ``title`` and ``alt`` are French sentences."""

    key: str
    title: str
    alt: str
    rows: tuple[StandingRow, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One year: position from the left and from the top (percentages), and what is printed."""

    year: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class TrendChart:
    """A number over the years, for the same zone; the scale holds zero unless numbers go under it."""

    key: str
    title: str
    alt: str
    points: tuple[TrendPoint, ...]
    name: str = ""

    @property
    def labelled(self) -> tuple[TrendPoint, ...]:
        """Points whose number is printed: all of them when they are few, else the first and the last."""
        return self.points if len(self.points) <= MOST_LABELS else (self.points[0], self.points[-1])


def standing_chart(
    key: str, title: str, results: Sequence[OfficialResult], decimals: Decimals
) -> StandingChart | None:
    """The standing of every indicator that has one; None when none has.

    Parameters
    ----------
    key
        Unique in the page.
    decimals
        How many to print, by indicator.
    """
    rows = tuple(row for row in (standing_row(result, decimals) for result in results) if row)
    if not rows:
        return None
    alt = " ".join(f"{row.name}{WIDE}: {row.words}" for row in rows[:3])
    return StandingChart(key, title, alt, rows)


def standing_row(result: OfficialResult, decimals: Decimals) -> StandingRow | None:
    """The standing of one indicator; None without similar communes or without a number."""
    peers, main = result.standing, result.main
    if peers is None or main is None or main.value is None or not peers.known:
        return None
    place = _Scale((peers.low, peers.median, peers.high, main.value))
    kept = decimals(result)
    value, tight = with_unit(number(main.value, kept), result.unit), result.unit.startswith(TIGHT)
    name = split_title(result.title)[0]
    said = tight or result.unit.lower() in name.lower()
    return StandingRow(
        key=result.key,
        name=name,
        low=place(peers.low),
        median=place(peers.median),
        high=place(peers.high),
        dot=place(main.value),
        value=value,
        words=standing_words(peers, value, kept),
        figure=value if tight else number(main.value, kept),
        unit="" if said else result.unit,
        middle=number(peers.median, kept),
        rank=f"{ordinal(peers.rank)} sur {peers.known + 1}",
        half=f"{number(peers.low, kept)} à {number(peers.high, kept)}",
    )


def standing_words(peers: PeerStanding, value: str, decimals: int) -> str:
    """« 4,3 ; 6e valeur la plus haute sur 21 ; une commune comparable sur deux est entre 3,1 et 4,4. »."""
    low, high = (number(end, decimals) for end in (peers.low, peers.high))
    return (
        f"{value}{NARROW}; {ordinal(peers.rank)} valeur la plus haute sur {peers.known + 1}{NARROW}; "
        f"la moitié des communes comparables sont entre {low} et {high}."
    )


def ordinal(rank: int) -> str:
    """« 1re », « 6e » (of a value)."""
    return "1re" if rank == 1 else f"{rank}e"


class _Scale:
    """Positions of numbers between two ends, margins kept."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low, self._span = min(values), max(values) - min(values)

    def __call__(self, value: float) -> float:
        if self._span == 0:
            return 50.0
        return MARGIN + (100 - 2 * MARGIN) * (value - self._low) / self._span


def trend_chart(result: OfficialResult, decimals: int, *, key: str = "") -> TrendChart | None:
    """The numbers of the same zone by year; None with fewer than two known years."""
    known = [s for s in (*result.earlier, result.main) if s is not None and s.value is not None]
    if len(known) < 2:
        return None
    values = [s.value for s in known if s.value is not None]
    rise = _Scale((*values, 0.0)) if min(values) >= 0 else _Scale(values)
    points = tuple(
        TrendPoint(
            short_year(s.year),
            statistic_shown(s, decimals).text,
            100 * (i + 0.5) / len(known),
            100 - rise(value),
        )
        for i, (s, value) in enumerate(zip(known, values, strict=True))
    )
    name = split_title(result.title)[0]
    title = f"{name}, de {points[0].year} à {points[-1].year}"
    alt = _trend_words(known, decimals, result.unit) + (
        " L’échelle part de zéro." if min(values) >= 0 else ""
    )
    return TrendChart(key or f"trend-{result.key}", title, alt, points, name)


def _trend_words(known: Sequence[Statistic], decimals: int, unit: str) -> str:
    """« De 2,9 en 2015 à 2,4 en 2023. »."""
    first, last = known[0], known[-1]
    start, end = (statistic_shown(s, decimals).text for s in (first, last))
    return f"De {start} en {short_year(first.year)} à {with_unit(end, unit)} en {short_year(last.year)}."
