"""From a document as data to the bytes of a tagged PDF."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

from hygie.reports.pdf.clean import Json, clean

FOLDER = Path(__file__).parent
STANDARD: Final = "ua-1"
"""PDF/UA-1: tags, language, title, alternative texts; the compiler refuses what breaks it."""


@cache
def fonts() -> typst.Fonts:
    """Our own font and those that the compiler carries: the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER / "fonts")]
    )


def compile_pdf(document: Json, day: date, *, template: str = "main.typ") -> bytes:
    """Write a document; the same data give the same bytes.

    Parameters
    ----------
    document
        As ``document.document`` makes it; its texts are cleaned here and passed as data, never as markup.
    day
        Date that the file says it was made: the reference date of the territory, not today.
    template
        File of the template folder.

    Raises
    ------
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    return typst.compile(
        str(FOLDER / "template" / template),
        root=str(FOLDER / "template"),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(clean(document), ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
