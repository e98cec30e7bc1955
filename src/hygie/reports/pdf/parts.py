"""Charts, maps and tables of the report as data that the template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hygie.engines.kernel.french import NARROW, WIDE, typeset
from hygie.reports.charts import Bar, Chart
from hygie.reports.frame import WIDTH
from hygie.reports.maps import FEW, MapFigure
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf.svg import colour, map_svg
from hygie.reports.standing import StandingChart, TrendChart
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

LONGEST_NAME = 60
"""Letters of a zone's name in a chart; the table beside prints it whole."""

TALL = 600
"""Letters of a cell before its row may be cut by the end of a page."""

WIDEST_WORD, WIDEST_HEAD, PADDING = 14, 11, 2
"""Letters: the longest word that cells and headings keep whole, and the blank between two columns."""

UPRIGHT, WIDE_PAGE, LETTERS_A_COLUMN = 110, 165, 11
"""Letters that a line of a page holds, upright then on its side, and the least a column takes."""

STANDING_HOW = (
    f"Barre{WIDE}: la moitié des communes comparables{NARROW}; trait{WIDE}: leur médiane{NARROW}; "
    f"point{WIDE}: le territoire. Chaque ligne a son échelle."
)


def on_paper(text: str) -> str:
    """The text of a page as a document says it: what ends a page is an annex here."""
    return text.replace("en fin de page", "en annexe")


def told(item: Shown) -> Json:
    """A printed measure."""
    return {"text": on_paper(item.text), "detail": item.detail, "number": item.number}


def chart_data(chart: Chart) -> Json:
    """A chart of bars or dots, with the words that say how to read it."""
    rest = f"Les {chart.left_out} autres zones sont dans le tableau." if chart.left_out else ""
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
            "low": row.low,
            "median": row.median,
            "high": row.high,
            "dot": row.dot,
            "words": row.words,
        }
        for row in chart.rows
    ]
    return {"title": chart.title, "how": STANDING_HOW, "rows": rows}


def trend_words(chart: TrendChart, *, whole: bool) -> str:
    """A number over the years, in words: its ends, or every year when ``whole``."""
    if not whole:
        return f"{chart.title.rpartition(', de ')[0]}{WIDE}: {chart.alt[:1].lower()}{chart.alt[1:]}"
    points = f"{NARROW}; ".join(f"{point.year}, {point.text}" for point in chart.points)
    return f"{chart.title}{WIDE}: {points}. {chart.alt}"


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
                "alt": f"{item.ground.title}. {figure.title} {figure.description}",
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


def table_data(table: Table, letters: int) -> list[Json]:
    """A table, cut in two or more where it is wider than a page.

    Parameters
    ----------
    letters
        How many letters a line of the page holds: ``UPRIGHT`` or ``WIDE_PAGE``.
    """
    n = len(table.columns)
    pieces = -(-n // (letters // LETTERS_A_COLUMN)) or 1
    size = -(-n // pieces) or 1
    cuts = [(start, min(start + size, n)) for start in range(0, n, size)] or [(0, 0)]
    return [
        _piece(table, first, last, letters=letters, suffix=f" ({i}/{len(cuts)})" if len(cuts) > 1 else "")
        for i, (first, last) in enumerate(cuts, 1)
    ]


def _piece(table: Table, first: int, last: int, *, letters: int, suffix: str) -> Json:
    """Some columns of a table, its rows whole."""
    columns = table.columns[first:last]
    cut = Table(table.key, table.caption, table.first, columns, ())
    rows = [row for _, rows in table.groups for row in rows]
    return {
        "caption": typeset(table.caption) + suffix,
        "first": table.first,
        "columns": [_column(column) for column in columns],
        "spans": [{"head": head, "width": width} for head, width in cut.spans],
        "groups": [
            {"title": typeset(title), "rows": [_row(row, first, last) for row in rows]}
            for title, rows in table.groups
        ],
        "notes": [on_paper(note) for note in table.notes] if last == len(table.columns) else [],
        "widths": [*_widths(table, rows, range(first, last), letters)],
        "tall": any(_tall(row) for row in rows),
    }


def _tall(row: Row) -> bool:
    """Whether a row may be taller than a page: it is then cut instead of being kept whole."""
    return max(len(row.name), *(len(value.text) + len(value.detail) for value in row.values), 0) > TALL


def _widths(table: Table, rows: Sequence[Row], chosen: range, letters: int) -> list[float]:
    """Letters by column, names first: the longest word of each, what is left to those with sentences."""
    heads = [table.first, *(table.columns[i].head for i in chosen)]
    texts = [
        [row.name for row in rows],
        *([f"{row.values[i].text} {row.values[i].detail}" for row in rows] for i in chosen),
    ]
    least = [
        PADDING + max(_longest_word([head], WIDEST_HEAD), _longest_word(column, WIDEST_WORD))
        for head, column in zip(heads, texts, strict=True)
    ]
    worded = [True, *(table.columns[i].text for i in chosen)]
    usual = [_usual(column, sentences=text) for column, text in zip(texts, worded, strict=True)]
    wanted = [max(mean - low, 0.0) for mean, low in zip(usual, least, strict=True)]
    left = max(letters - sum(least), 0.0)
    if not any(wanted):
        return [float(low) + left / len(least) for low in least]
    return [low + left * want / sum(wanted) for low, want in zip(least, wanted, strict=True)]


def _usual(texts: Sequence[str], *, sentences: bool) -> float:
    """Letters that a column would like: its mean sentence, or its longest number with its interval."""
    lengths = [len(text) for text in texts] or [0]
    return sum(lengths) / len(lengths) if sentences else float(max(lengths))


def _longest_word(texts: Sequence[str], most: int) -> int:
    """Letters of the longest word, up to ``most``: longer ones are hyphenated."""
    words = [len(word) for text in texts for word in text.split(" ")]
    return min(max(words, default=1), most)


def _column(column: Column) -> Json:
    return {"head": column.head, "text": column.text}


def _row(row: Row, first: int, last: int) -> Json:
    return {"name": row.name, "whole": row.whole, "values": [told(value) for value in row.values[first:last]]}
