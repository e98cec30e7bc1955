"""A portrait as one spreadsheet."""

from __future__ import annotations

from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import Portrait
from hygie.reports.json_diagnosis import WORKING_DOCUMENT
from hygie.reports.ods.beside import (
    hospital_sheet,
    official_lines,
    official_sheet,
    peer_sheet,
    quality_sheet,
)
from hygie.reports.ods.computed import INDICATOR_COLUMNS, Book, cell_sheet, closure_sheet, indicator_rows
from hygie.reports.ods.front import figure_sheet, front_sheet, source_sheet
from hygie.reports.ods.sheets import Sheet, named
from hygie.reports.ods.writing import write_ods
from hygie.reports.texts import Texts


def render_ods(territory: Territory, portrait: Portrait, texts: Texts, *, day: str) -> bytes:
    """Write every table of a portrait as an OpenDocument spreadsheet (ODS).

    Parameters
    ----------
    territory
        What was diagnosed.
    portrait
        Its diagnosis and what stands beside it, counts too small already kept back.
    texts
        The catalogue.
    day
        Reference date of the territory, ISO: the only date in the file.

    Returns
    -------
    bytes
        The same for the same arguments. Numbers are typed numbers in full; what is kept back or
        missing is an empty cell whose status says so; texts can never become formulas.

    Raises
    ------
    KeyError
        If the catalogue has no text for an indicator, a figure or a category of the diagnosis.
    """
    book = Book(territory, portrait, texts, day)
    sheets = _sheets(book)
    names = named(["Lisez-moi", *(sheet.name for sheet in sheets)])
    title = f"Diagnostic de santé : {portrait.diagnosis.name}"
    subject = f"{WORKING_DOCUMENT.capitalize()}, Hygie"
    return write_ods([front_sheet(book, names), *sheets], title=title, subject=subject, day=day)


def _sheets(book: Book) -> list[Sheet]:
    """Every sheet but the first: summaries, then what stands beside, then each indicator in full."""
    lines = (*indicator_rows(book), *official_lines(book))
    return [
        Sheet("Indicateurs", INDICATOR_COLUMNS, lines),
        official_sheet(book),
        peer_sheet(book),
        hospital_sheet(book),
        closure_sheet(book),
        quality_sheet(book),
        source_sheet(book),
        figure_sheet(book),
        *(cell_sheet(book, result) for result in book.portrait.diagnosis.indicators if result.cells),
    ]
