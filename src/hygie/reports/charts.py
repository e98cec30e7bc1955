"""Bars and dots by zone; ``templates/_charts.html`` writes them as rows of real text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hygie.engines.diagnosis.result import WHOLE, Cell
from hygie.engines.kernel.french import WIDE, number, percent
from hygie.engines.kernel.measures import Measure, Status
from hygie.reports.words import Shown, is_share, shown, value_text

MOST_ROWS = 16
"""A chart shows no more zones than this; the table shows them all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart; lengths are percentages of the width of the chart.

    ``length`` is None when there is no number to draw; ``low`` and ``high`` are None without an
    interval.
    """

    name: str
    badge: str
    shown: Shown
    length: float | None
    low: float | None
    high: float | None
    whole: bool = False
    estimate: bool = False
    beside: float | None = None
    """Position of the number it is compared with, drawn dashed; None without one."""


@dataclass(frozen=True)
class Chart:
    """Rows from the highest number to the lowest, on one scale that starts at zero.

    Attributes
    ----------
    key
        Unique in the page.
    title
        What is drawn, in French.
    alt
        The finding in words, for those who do not see the drawing.
    dots
        True for dots (minutes), False for bars (shares, counts).
    rows, left_out
        Rows drawn, and how many zones only the table shows.
    compared
        What the dashed line of each row is, in French; empty without one.
    end
        What the right end of the scale is worth, in words.
    """

    key: str
    title: str
    alt: str
    dots: bool
    rows: tuple[Bar, ...]
    left_out: int
    compared: str
    end: str


def zone_chart(
    key: str,
    title: str,
    measure: str,
    cells: Sequence[Cell],
    *,
    few: int,
    badges: frozenset[str] = frozenset(),
) -> Chart:
    """A chart of one measure by zone, the whole territory first.

    Parameters
    ----------
    measure
        Key in ``Cell.measures``.
    cells
        One a zone; the one of layer ``WHOLE`` is drawn apart.
    few
        Counts under this number are kept back.
    badges
        Names of the zones to mark as priority quarters.
    """
    told = [(cell, cell.measures.get(measure)) for cell in cells]
    drawn = sorted(told, key=lambda item: (_rank(item[0], item[1]), item[0].zone_name))
    top = scale_end(measure, [m for _, m in told if m is not None])
    bars = []
    for cell, found in drawn:
        bar = _bar(cell.zone_name, found, measure, few, top)
        bars.append(replace(bar, whole=cell.layer == WHOLE, badge=_badge(cell, badges)))
    whole = next((bar.length for bar in bars if bar.whole), None)
    rows = tuple(bar if bar.whole else replace(bar, beside=whole) for bar in bars[: MOST_ROWS + 1])
    compared = "" if whole is None else "l’ensemble du territoire"
    dots, rest = not is_share(measure), len(bars) - len(rows)
    return Chart(key, title, _finding(bars), dots, rows, rest, compared, _end_words(measure, top))


def pair_chart(
    key: str, title: str, pairs: Sequence[tuple[str, Measure, Measure]], *, compared: str, few: int
) -> Chart:
    """Bars of shares, each beside the share it is compared with, in the order given.

    Parameters
    ----------
    pairs
        (name, share, share beside), all three printed.
    compared
        What the second shares are, in French.
    few
        Counts under this number are kept back.
    """
    top = scale_end("share", [m for _, *both in pairs for m in both])
    rows = []
    for name, share, other in pairs:
        bar = _bar(name, share, "share", few, top)
        against = Shown(bar.shown.text, f"contre {shown('share', other, few).text}", bar.shown.number)
        position = None if other.value is None else 100 * other.value / top
        rows.append(replace(bar, shown=against, low=None, high=None, beside=position))
    return Chart(key, title, "", False, tuple(rows), 0, compared, _end_words("share", top))


def count_chart(key: str, title: str, names: Sequence[str], counts: Sequence[Measure], *, few: int) -> Chart:
    """Bars of counts in the order given (ages), with their share of the total."""
    values = [m.value for m in counts if m.value is not None]
    total, top = sum(values), max(values, default=0.0) or 1.0
    whole_known = len(values) == len(counts) and total > 0
    rows = []
    for name, measure in zip(names, counts, strict=True):
        text = shown("people", measure, few)
        if whole_known and measure.value is not None:
            text = Shown(text.text, percent(measure.value / total))
        length = None if measure.value is None else 100 * measure.value / top
        rows.append(Bar(name, "", text, length, None, None, estimate=measure.status is Status.ESTIMATE))
    numbers = [row for row in rows if row.length is not None]
    most = max(numbers, key=lambda row: row.length or 0, default=None)
    alt = "" if most is None else f"La tranche la plus nombreuse{WIDE}: {most.name}, {most.shown.text}."
    return Chart(key, title, alt, dots=False, rows=tuple(rows), left_out=0, compared="", end=number(top))


def scale_end(measure: str, measures: Sequence[Measure]) -> float:
    """The round number at or above every value and interval: the right end of the scale."""
    highest = max((m.high if m.high is not None else m.value or 0.0 for m in measures), default=0.0)
    ends = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0) if is_share(measure) else (5, 10, 15, 20, 30, 45, 60, 90, 120)
    return float(next((end for end in ends if highest <= end), max(highest, 1e-9)))


def _rank(cell: Cell, measure: Measure | None) -> tuple[int, float]:
    if cell.layer == WHOLE:
        return (0, 0.0)
    if measure is None or measure.value is None:
        return (2, 0.0)
    return (1, -measure.value)


def _bar(name: str, measure: Measure | None, key: str, few: int, top: float) -> Bar:
    """One row, on a scale whose right end is worth ``top``."""
    text = shown(key, measure, few)
    if measure is None or measure.value is None:
        return Bar(name, "", text, None, None, None)
    low, high = (None if end is None else 100 * end / top for end in (measure.low, measure.high))
    estimate = measure.status is Status.ESTIMATE
    return Bar(name, "", text, 100 * measure.value / top, low, high, estimate=estimate)


def _badge(cell: Cell, badges: frozenset[str]) -> str:
    return "QPV" if cell.zone_name in badges else ""


def _finding(bars: Sequence[Bar]) -> str:
    """The extremes in words: « Le plus élevé : Les Ormeaux, 41 % ; le plus bas : La Gare, 2 % »."""
    zones = [bar for bar in bars if bar.length is not None and not bar.whole]
    if not zones:
        return ""
    first, last = zones[0], zones[-1]
    highest = f"Le plus élevé{WIDE}: {first.name}, {first.shown.text}"
    if len(zones) == 1:
        return highest + "."
    return f"{highest}\u202f; le plus bas{WIDE}: {last.name}, {last.shown.text}."


def _end_words(measure: str, top: float) -> str:
    return value_text(measure, top)
