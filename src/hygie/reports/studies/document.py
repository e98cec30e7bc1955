"""A study as a tagged PDF that a council can use, and its sheets to print and hand out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import typst

from hygie.engines.kernel.french import typeset
from hygie.reports.frame import WIDTH
from hygie.reports.pdf.clean import Json, clean
from hygie.reports.pdf.compile import FOLDER, STANDARD, fonts
from hygie.reports.pdf.parts import UPRIGHT, table_data
from hygie.reports.pdf.svg import colours
from hygie.reports.provenance import attributions, figure_value, french_date
from hygie.reports.studies.drawing import MapDrawn, draw
from hygie.reports.studies.presentation import Presentation, Sheet, StudyScene
from hygie.reports.studies.svg import legend_svg, window_svg
from hygie.reports.tables import Table
from hygie.reports.texts import Texts

MOST_ROWS = 60
"""Rows of one table on paper; the files have them all."""


@dataclass(frozen=True)
class StudyFacts:
    """What goes around a study's presentation.

    Attributes
    ----------
    name
        Name that its organisation gave it, and who that is: « Guichets 2027, Ville de Clairval ».
    kind
        For the running head: « Étude : implantation ».
    asked
        What was typed, label and value.
    note
        What the organisation wrote under it, or empty.
    stale
        Says that the data are older, or empty.
    day
        Reference date of the data.
    """

    name: str
    kind: str
    asked: tuple[tuple[str, str], ...]
    note: str
    stale: str
    day: date


def study_pdf(told: Presentation, scene: StudyScene, facts: StudyFacts) -> bytes:
    """Write a study: same presentation and same facts, same bytes.

    Raises
    ------
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    return _compiled(_document(told, scene, facts, whole=True), facts.day)


def sheets_pdf(told: Presentation, scene: StudyScene, facts: StudyFacts) -> bytes:
    """Write the sheets of a study alone, one or more pages each.

    Raises
    ------
    ValueError
        If it has none.
    """
    if not told.sheets:
        raise ValueError("this study has no sheet")
    return _compiled(_document(told, scene, facts, whole=False), facts.day)


def _compiled(document: Mapping[str, Json], day: date) -> bytes:
    written: bytes = typst.compile(
        str(FOLDER / "template" / "study.typ"),
        root=str(FOLDER / "template"),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(clean(document), ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return written


def _document(told: Presentation, scene: StudyScene, facts: StudyFacts, *, whole: bool) -> dict[str, Json]:
    drawn = None if told.map is None or not whole else draw(told.map, scene)
    credit = " ".join(words for words, _ in attributions(scene.territory, scene.catalogue))
    return {
        "title": typeset(told.question),
        "question": typeset(told.question),
        "name": facts.name,
        "kind": facts.kind,
        "mark": "Document de travail" if whole or not told.personal else "Personnel, à ne pas afficher",
        "territory": scene.territory.name,
        "fictional": scene.territory.fictional,
        "credit": "Hygie, logiciel libre",
        "colours": dict(colours()),
        "day": [facts.day.year, facts.day.month, facts.day.day],
        "whole": whole,
        "stale": typeset(facts.stale),
        "answer": typeset(told.answer),
        "estimate": told.estimate,
        "warnings": _typeset(told.warnings),
        "note": facts.note,
        "map": None if drawn is None else _map(drawn, credit),
        "why": _typeset(told.why),
        "sure": _typeset(told.sure),
        "tables": [piece for table in told.tables for piece in table_data(table, UPRIGHT)],
        "asked": [[typeset(name), typeset(value)] for name, value in facts.asked],
        "limits": _typeset(told.limits),
        "figures": [_figure(line) for line in figure_lines(told, scene.catalogue)],
        "sources": _typeset(told.sources),
        "sheets": [] if whole else [_sheet(one) for one in told.sheets],
    }


def _typeset(lines: Sequence[str]) -> list[Json]:
    return [typeset(line) for line in lines]


def _map(drawn: MapDrawn, credit: str) -> Json:
    return {
        "title": typeset(drawn.title),
        "windows": [
            {
                "svg": window_svg(window),
                "ratio": window.ground.frame.height / WIDTH,
                "alt": f"{window.ground.title}. {drawn.description}",
            }
            for window in drawn.windows
        ],
        "legend": [
            {"svg": legend_svg(line), "words": typeset(line.words), "people": line.people}
            for line in drawn.legend
        ],
        "credit": credit,
    }


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of law or practice as printed: « Vitesse de marche : 1,33 m/s, depuis le …, source »."""

    title: str
    value: str
    since: str
    source: str
    pending: bool


def figure_lines(told: Presentation, texts: Texts) -> tuple[FigureLine, ...]:
    """The figures that a study used, in words; one that the catalogue has lost keeps its key."""
    return tuple(
        FigureLine(
            texts.figures[one.key].title if one.key in texts.figures else one.key,
            figure_value(one),
            french_date(one.since),
            one.source,
            one.status != "verified",
        )
        for one in told.figures
    )


def _figure(line: FigureLine) -> Json:
    return {
        "title": line.title,
        "value": line.value,
        "since": line.since,
        "source": line.source,
        "pending": line.pending,
    }


def _sheet(sheet: Sheet) -> Json:
    return {
        "title": typeset(sheet.title),
        "lead": _typeset(sheet.lead),
        "table": None if sheet.table is None else _large(sheet.table),
        "boxes": _typeset(sheet.boxes),
    }


def _large(table: Table) -> Json:
    """A table of a sheet: cells as texts."""
    return {
        "caption": typeset(table.caption),
        "heads": [table.first, *(column.head for column in table.columns)],
        "rows": [
            {"whole": row.whole, "cells": [row.name, *(value.text for value in row.values)]}
            for _, rows in table.groups
            for row in rows
        ],
    }
