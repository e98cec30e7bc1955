"""Charts, maps and tables of the report as data that the template draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hygie.engines.kernel.french import NARROW, WIDE, typeset
from hygie.reports.charts import Bar, Chart
from hygie.reports.frame import WIDTH
from hygie.reports.maps import FEW, MapFigure
from hygie.reports.official import EARLIER, PEERS, unbroken
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf.svg import colour, map_svg
from hygie.reports.standing import StandingChart, TrendChart
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

LONGEST_NAME = 60
"""Letters of a zone's name in a chart; the table beside prints it whole."""

LONGEST_ROW = 48
"""Letters that the names of rows would like on one line."""

TALL = 600
"""Letters of a cell before its row may be cut by the end of a page."""

WIDEST_WORD, WIDEST_HEAD, PADDING = 14, 11, 2
"""Letters: the longest word that cells and headings keep whole, and the blank between two columns."""

BOLD = 1
"""Letters that a heading takes more, for it is bold."""

UPRIGHT, WIDE_PAGE, LETTERS_A_COLUMN = 110, 165, 11
"""Letters that a line of a page holds, upright then on its side, and the least a column takes."""

STANDING_HOW = (
    f"Barre{WIDE}: la moitié des communes comparables, celles du milieu{NARROW}; trait{WIDE}: leur "
    f"médiane{NARROW}; point{WIDE}: le territoire. Chaque ligne a son échelle. Rang{WIDE}: le premier a la "
    "valeur la plus haute."
)

LINE = 6
"""Letters that the small drawing of a number over the years takes in its cell."""

Points = Sequence[tuple[float, float]]
"""A line: percentages of a width and of a height."""


def on_paper(text: str) -> str:
    """The text of a page as a document says it: what ends a page is an annex here."""
    said = text.replace("en fin de page", "en annexe")
    return said.replace("sont dans le tableau qui suit", "sont en annexe")


def told(item: Shown, line: Points = ()) -> Json:
    """A printed measure, and the line that goes with it."""
    points: list[Json] = [list(point) for point in line]
    return {"text": on_paper(item.text), "detail": item.detail, "number": item.number, "line": points}


def chart_data(chart: Chart) -> Json:
    """A chart of bars or dots, with the words that say how to read it."""
    rest = f"Les {chart.left_out} autres zones sont en annexe." if chart.left_out else ""
    if chart.left_out == 1:
        rest = "L’autre zone est en annexe."
    return {
        "title": chart.title,
        "alt": chart.alt,
        "dots": chart.dots,
        "how": _how(chart),
        "rest": rest,
        "rows": [_bar(row) for row in chart.rows],
    }


def _how(chart: Chart) -> str:
    """« Échelle de 0 à 50 % ; trait pointillé : l’ensemble du territoire. », as on the page."""
    parts = [f"Échelle de 0 à {chart.end}"]
    if chart.compared:
        parts.append(f"trait pointillé{WIDE}: {chart.compared}")
    if any(row.estimate for row in chart.rows):
        parts.append(f"hachures{WIDE}: estimation")
    if any(row.low is not None for row in chart.rows):
        parts.append(f"trait fin{WIDE}: intervalle où se trouve la vraie valeur")
    return f"{NARROW}; ".join(parts) + "."


def _bar(row: Bar) -> Json:
    return {
        "name": row.name if len(row.name) <= LONGEST_NAME else row.name[: LONGEST_NAME - 1] + "…",
        "badge": row.badge,
        "shown": told(row.shown),
        "length": row.length,
        "low": row.low,
        "high": row.high,
        "whole": row.whole,
        "estimate": row.estimate,
        "beside": row.beside,
    }


def standing_data(chart: StandingChart) -> Json:
    """Where the commune stands among similar ones."""
    rows: list[Json] = [
        {
            "name": row.name,
            "unit": row.unit,
            "low": row.low,
            "median": row.median,
            "high": row.high,
            "dot": row.dot,
            "told": [row.figure or row.value, row.rank, row.middle, row.half],
        }
        for row in chart.rows
    ]
    return {"title": chart.title, "how": STANDING_HOW, "rows": rows}


def trend_words(chart: TrendChart) -> str:
    """A number over the years, in words: every year."""
    points = f"{NARROW}; ".join(f"{point.year}, {point.text}" for point in chart.points)
    return f"{chart.title}{WIDE}: {points}."


def trend_lines(charts: Sequence[TrendChart]) -> dict[str, Points]:
    """The line of each number over the years, by name as in a table."""
    return {unbroken(chart.name): [(point.x, point.y) for point in chart.points] for chart in charts}


def without_peers(table: Table) -> Table:
    """The table without the columns about similar communes: where they are drawn, all of it is said."""
    kept = [i for i, column in enumerate(table.columns) if column.span != PEERS]
    groups = tuple(
        (title, tuple(replace(row, values=tuple(row.values[i] for i in kept)) for row in rows))
        for title, rows in table.groups
    )
    return replace(table, columns=tuple(table.columns[i] for i in kept), groups=groups)


def map_data(figure: MapFigure, credit: str, *, small: bool, windows: int) -> Json:
    """A map, its legend and the credit of its ground.

    Parameters
    ----------
    credit
        Words that the licence of the ground asks for, or empty.
    small
        True where it is printed half a page wide.
    windows
        How many of its windows to print at most, the closest ones kept.
    """
    drawings = figure.drawings[-windows:]
    legend: list[Json] = [
        {
            "fill": colour(item.look),
            "hatch": figure.estimate and item.look not in {"map-none", FEW},
            "cross": item.look == "map-none",
            "words": item.words,
            "people": item.people,
        }
        for item in figure.legend
    ]
    return {
        "title": figure.title,
        "windows": [
            {
                "svg": map_svg(figure, item, small=small),
                "ratio": item.ground.frame.height / WIDTH,
                "alt": f"{item.ground.title}. {figure.title} {on_paper(figure.description)}",
            }
            for item in drawings
        ],
        "legend": legend,
        "symbols": [{"look": look, "words": words} for look, words in figure.symbols],
        "estimate": figure.estimate,
        "credit": credit,
    }


def shortened(chart: Chart, most: int) -> Chart:
    """A chart of zones with its first rows only; the others are in the table. Other charts stay whole."""
    if not any(row.whole for row in chart.rows):
        return chart
    kept = chart.rows[:most]
    return replace(chart, rows=kept, left_out=chart.left_out + len(chart.rows) - len(kept))


def says_something(chart: Chart) -> bool:
    """Whether rows differ: the same bar everywhere is said by the answer."""
    return len({row.shown.text for row in chart.rows}) > 1


def table_data(table: Table, letters: int, lines: Mapping[str, Points] | None = None) -> list[Json]:
    """A table, cut in two or more where it is wider than a page.

    Parameters
    ----------
    letters
        How many letters a line of the page holds: ``UPRIGHT`` or ``WIDE_PAGE``.
    lines
        Drawings of numbers over the years by name of row, drawn beside the oldest number.
    """
    drawn = lines or {}
    n = len(table.columns)
    pieces = 1 if _narrow(table, letters) else -(-n // (letters // LETTERS_A_COLUMN)) or 1
    size = -(-n // pieces) or 1
    cuts = [(start, min(start + size, n)) for start in range(0, n, size)] or [(0, 0)]
    return [
        _piece(
            table, cut, lines=drawn, letters=letters, suffix=f" ({i}/{len(cuts)})" if len(cuts) > 1 else ""
        )
        for i, cut in enumerate(cuts, 1)
    ]


def _narrow(table: Table, letters: int) -> bool:
    """Whether every column holds in a line of the page with its words whole: years of numbers."""
    rows = [row for _, rows in table.groups for row in rows]
    chosen = range(len(table.columns))
    texts = [text for row in rows for value in row.values for text in (f"{value.text} {value.detail}",)]
    return max(map(len, texts), default=99) <= WIDEST_WORD and sum(_least(table, rows, chosen)) <= letters


def _piece(
    table: Table, cut_at: tuple[int, int], *, lines: Mapping[str, Points], letters: int, suffix: str
) -> Json:
    """Some columns of a table, its rows whole."""
    first, last = cut_at
    columns = table.columns[first:last]
    cut = Table(table.key, table.caption, table.first, columns, ())
    rows = [row for _, rows in table.groups for row in rows]
    return {
        "caption": typeset(table.caption) + suffix,
        "first": table.first,
        "columns": [_column(column) for column in columns],
        "spans": [{"head": head, "width": width} for head, width in cut.spans],
        "groups": [
            {"title": typeset(title), "rows": [_row(table, row, range(first, last), lines) for row in rows]}
            for title, rows in table.groups
        ],
        "notes": [on_paper(note) for note in table.notes] if last == len(table.columns) else [],
        "widths": [*_widths(table, rows, range(first, last), letters=letters, lines=bool(lines))],
        "tall": any(_tall(row) for row in rows),
    }


def _tall(row: Row) -> bool:
    """Whether a row may be taller than a page: it is then cut instead of being kept whole."""
    return max(len(row.name), *(len(value.text) + len(value.detail) for value in row.values), 0) > TALL


def _texts(rows: Sequence[Row], chosen: range) -> list[list[str]]:
    """Texts by column, names first."""
    values = ([f"{row.values[i].text} {row.values[i].detail}" for row in rows] for i in chosen)
    return [[f"{row.name} {row.detail}".strip() for row in rows], *values]


def _least(table: Table, rows: Sequence[Row], chosen: range) -> list[int]:
    """Letters that each column needs to keep its words whole, names first."""
    heads = [table.first, *(table.columns[i].head for i in chosen)]
    return [
        PADDING + max(_longest_word([head], WIDEST_HEAD) + BOLD, _longest_word(column, WIDEST_WORD))
        for head, column in zip(heads, _texts(rows, chosen), strict=True)
    ]


def _widths(table: Table, rows: Sequence[Row], chosen: range, *, letters: int, lines: bool) -> list[float]:
    """Letters by column, names first: the longest word of each, what is left to those with sentences."""
    texts, least = _texts(rows, chosen), _least(table, rows, chosen)
    for place, i in enumerate(chosen, 1):
        if lines and table.columns[i].head == EARLIER:
            least[place] = PADDING + LINE + max((len(row.values[i].detail) for row in rows), default=0)
    usual = [
        min(max(map(len, texts[0]), default=0), LONGEST_ROW),
        *(
            _mean(column) if table.columns[i].text else _longest_number(rows, i)
            for i, column in zip(chosen, texts[1:], strict=True)
        ),
    ]
    wanted = [max(mean - low, 0.0) for mean, low in zip(usual, least, strict=True)]
    left = max(letters - sum(least), 0.0)
    share = min(1.0, left / sum(wanted)) if any(wanted) else 0.0
    rest = (left - share * sum(wanted)) / len(least)
    return [low + share * want + rest for low, want in zip(least, wanted, strict=True)]


def _mean(texts: Sequence[str]) -> float:
    """Letters that a column of sentences would like."""
    return sum(map(len, texts)) / len(texts) if texts else 0.0


def _longest_number(rows: Sequence[Row], i: int) -> float:
    """Letters of the longest number of a column, with its interval; words in its place may wrap."""
    values = (row.values[i] for row in rows)
    return float(
        max((len(value.text) + 1 + len(value.detail) for value in values if value.number), default=0)
    )


def _longest_word(texts: Sequence[str], most: int) -> int:
    """Letters of the longest word, up to ``most``: longer ones are hyphenated."""
    words = [len(word) for text in texts for word in text.split(" ")]
    return min(max(words, default=1), most)


def _column(column: Column) -> Json:
    return {"head": column.head, "text": column.text}


def _row(table: Table, row: Row, chosen: range, lines: Mapping[str, Points]) -> Json:
    """A row; the line of its number over the years goes with the oldest one."""
    values: list[Json] = []
    for i in chosen:
        line = lines.get(row.name, ()) if table.columns[i].head == EARLIER else ()
        values.append(told(row.values[i], line))
    return {"name": row.name, "detail": row.detail, "whole": row.whole, "values": values}
