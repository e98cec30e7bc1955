"""From a note as data to the bytes of a tagged PDF: texts are data, never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import typst

from hygie.reports.pdf.clean import Json, clean
from hygie.reports.pdf.compile import STANDARD, fonts
from hygie.reports.pdf.svg import colours

FOLDER = Path(__file__).parent


def note_pdf(note: Mapping[str, Json], day: date) -> bytes:
    """Write a council note; the same note gives the same bytes.

    Parameters
    ----------
    note
        ``title``, ``question``, ``stale``, ``fictional``, ``facts`` (pairs), ``changes``, ``parts``
        (``title``, ``sentences``, ``offset``, ``map`` as ``pdf.parts.map_data`` makes it or None,
        ``caption``, ``first``, ``heads``, ``groups`` of a heading and rows), ``limits``, ``sources``.
        Texts are cleaned here.
    day
        Date that the file says it was made: that of the data, not today.

    Raises
    ------
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    return typst.compile(
        str(FOLDER / "note.typ"),
        root=str(FOLDER.parent),  # the drawing of maps is that of the other documents
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={
            "note": json.dumps(clean(note), ensure_ascii=False),
            "document": json.dumps({"colours": colours()}),
        },
        pdf_standards=[STANDARD],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
