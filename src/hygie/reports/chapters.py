"""The report as chapters of sections and tables: one content for the page, the PDF and the spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.reports.sections import Scene, Section, section
from hygie.reports.tables import Table


@dataclass(frozen=True)
class Chapter:
    """One part of the report.

    Attributes
    ----------
    key, title
        Unique key, French title.
    lead
        One or two sentences that answer first, numbers first.
    sections
        Indicators told at length: question, answer, charts, map, table, reading.
    tables
        Tables of the chapter itself, every indicator told in brief in one of them.
    notes
        French sentences under the tables: sources, years, what is not known.
    annex
        True for what only specialists read (the ARS): method, quality, sources, lists.
    """

    key: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    annex: bool = False


def chapters_of(scene: Scene) -> tuple[Chapter, ...]:
    """Chapters in the order they are read."""
    sections = tuple(section(scene, indicator) for indicator in scene.diagnosis.indicators)
    lead = tuple(finding.sentence for finding in scene.diagnosis.findings[:3])
    return (Chapter("access", "Accès aux soins et aux services", lead, sections),)
