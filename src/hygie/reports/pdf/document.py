"""The report as a PDF: the same chapters, tables and numbers as the page, laid out on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from hygie.engines.diagnosis.result import Finding
from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, long_date, typeset
from hygie.engines.kernel.measures import Status
from hygie.reports.chapters import Chapter, chapters_of
from hygie.reports.page import next_steps
from hygie.reports.pdf.clean import Json
from hygie.reports.pdf.compile import compile_pdf
from hygie.reports.pdf.parts import (
    UPRIGHT,
    WIDE_PAGE,
    chart_data,
    map_data,
    on_paper,
    says_something,
    shortened,
    standing_data,
    table_data,
    trend_lines,
    trend_words,
    without_peers,
)
from hygie.reports.pdf.svg import colours
from hygie.reports.provenance import OSM, attributions
from hygie.reports.sections import Scene, Section
from hygie.reports.summary import KeyFigure, foremost, key_figures
from hygie.reports.tables import Table

MOST_FINDINGS = 8
MOST_ROWS = 6
"""Rows of a chart for the council: the whole, then the highest; annexes hold every zone."""

LONGEST_SENTENCE = 320
LONGEST_NAME = 90
LONGEST_QUESTION = 1200
LONGEST_SHEET = 3000
"""Letters kept on the mayor's page and in running heads, and of a question and its answer that
must hold on one page with their proof, and of an indicator's sheet; the chapters print everything."""

FOR_ANNEX, BRIEF = ("table-missing-", "table-authorisations-"), "table-brief-"
SITE, MOST_SITES = "table-site-", 2
"""Tables that only specialists read, those that tell several indicators in one line each, those of
hospitals, and how many of these the council is shown, the largest."""

_NUMBER, SHORT_UNIT = re.compile(r"[≈\s]*[0-9][0-9\s]*(?:,[0-9]+)?"), 4
"""A number with its spaces, and letters of the units that stand beside it."""

OSM_CREDIT = "© les contributeurs d’OpenStreetMap (ODbL)"
KIND = "Diagnostic de santé et d’accès aux services"


def render_pdf(scene: Scene, day: date) -> bytes:
    """Write the report as a tagged PDF (PDF/UA-1): same scene and same day, same bytes.

    Parameters
    ----------
    scene
        What is told; its counts too small are already kept back.
    day
        Reference date of the territory, printed and set as the date of the file.

    Returns
    -------
    bytes
        One page for the mayor, pages for the council, annexes for specialists; in French.

    Raises
    ------
    KeyError
        If the catalogue has no text for an indicator, a figure or a category of the diagnosis.
    """
    return compile_pdf(document(scene, day), day)


def document(scene: Scene, day: date) -> Json:
    """Everything the template draws, as data.

    Raises
    ------
    KeyError
        As ``render_pdf``.
    """
    chapters = chapters_of(scene)
    diagnosis, credit = scene.diagnosis, _osm(scene)
    name = _short(diagnosis.name, LONGEST_NAME)
    return {
        "title": f"{KIND}{WIDE}: {name}",
        "description": f"{KIND}, données au {long_date(day)}.",
        "kind": KIND,
        "territory": name,
        "day": [day.year, day.month, day.day],
        "fictional": diagnosis.fictional,
        "credit": " · ".join(part for part in ("Hygie, logiciel libre", credit) if part),
        "colours": colours(),
        "mayor": _mayor(scene, chapters, day),
        "notices": _notices(scene),
        "annex-notices": list(diagnosis.provenance.warnings),
        "council": [_chapter(scene, chapter) for chapter in chapters if not chapter.annex],
        "annexes": _annexes(chapters),
        "credits": [" ".join(part for part in credit if part) for credit in _credits(scene)],
    }


def _notices(scene: Scene) -> list[Json]:
    """What must be known before reading."""
    hidden = f"Tout effectif de 1 à {scene.few - 1} habitants est masqué, un par un."
    before = "Avant de publier, faites contrôler ce qui pourrait se déduire en comparant plusieurs tableaux."
    told = [f"Document de travail. {hidden} {before}"]
    if scene.diagnosis.fictional:
        words = "lieux, personnes et chiffres sont inventés pour la démonstration."
        told.insert(0, f"Territoire fictif{WIDE}: {words}")
    return [typeset(words) for words in told]


def _osm(scene: Scene) -> str:
    """The credit of OpenStreetMap where its data are used."""
    return OSM_CREDIT if any(account.name == OSM for account in scene.territory.sources) else ""


def _credits(scene: Scene) -> list[tuple[str, str]]:
    made = f"Document produit par Hygie, logiciel libre (AGPL-3.0 ou ultérieure){NARROW}; "
    font = "caractères Atkinson Hyperlegible, Braille Institute of America (SIL OFL 1.1)."
    return [*attributions(scene.territory, scene.texts), (made + font, "")]


def _short(text: str, longest: int) -> str:
    """The text, cut between two words where it can be."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return (kept.rpartition(" ")[0] if " " in kept[longest // 2 :] else kept).rstrip(" ,;:") + "…"


def _told(scene: Scene) -> list[Finding]:
    """Findings of what could be computed."""
    missing = {i.key for i in scene.diagnosis.indicators if i.status is Status.NOT_COMPUTED}
    return [finding for finding in scene.diagnosis.findings if finding.indicator not in missing]


def _mayor(scene: Scene, chapters: Sequence[Chapter], day: date) -> Json:
    """The first page: the finding, a map, five numbers, what to decide."""
    told, main = _told(scene), _main_section(scene, chapters)
    people = next((figure for figure in key_figures(scene) if figure.words == _population(scene)), None)
    about = [f"données au {long_date(day)}"]
    if people is not None:
        about.insert(0, _short(f"{people.value} {people.words}", LONGEST_NAME))
    title = told[0].sentence if told else KIND
    return {
        "eyebrow": " · ".join(about),
        "title": _short(title, LONGEST_SENTENCE),
        "findings": [_short(f.sentence, LONGEST_SENTENCE) for f in foremost(told, MOST_FINDINGS)[1:]],
        "map": None if main is None or main.map is None else _main_map(scene, main),
        "keys": [
            {
                **_number(figure.value),
                "label": _short(_label(scene, figure), LONGEST_SENTENCE // 2),
                "source": _short(figure.source, LONGEST_SENTENCE // 2),
                "status": figure.status,
                "estimate": figure.status == "estimation",
                "pending": figure.pending,
            }
            for figure in key_figures(scene)
        ],
        "steps": [_short(step, LONGEST_SENTENCE) for step in next_steps(scene)],
        "notices": [],
    }


def _number(value: str) -> dict[str, Json]:
    """A key figure as its number, and its unit when it is too long to stand beside it."""
    found = _NUMBER.match(value)
    unit = value[found.end() :].strip() if found else ""
    if found is None or len(unit) <= SHORT_UNIT:
        return {"value": _short(value, LONGEST_NAME), "unit": ""}
    return {"value": found[0].strip(), "unit": _short(unit, LONGEST_NAME)}


def _label(scene: Scene, figure: KeyFigure) -> str:
    """The question that a number answers; what an official number or a population counts."""
    questions = {indicator.key: indicator.question for indicator in scene.diagnosis.indicators}
    asked = figure.key in questions and figure.words != _population(scene)
    return typeset(questions[figure.key] if asked else capital(figure.words))


def _population(scene: Scene) -> str:
    return scene.diagnosis.population_label


def _main_map(scene: Scene, main: Section) -> Json:
    if main.map is None:
        return None
    found = map_data(main.map, _osm(scene), small=True, windows=1)
    if isinstance(found, dict):
        found["title"] = typeset(main.question)
    return found


def _main_section(scene: Scene, chapters: Sequence[Chapter]) -> Section | None:
    """The section whose map opens the document: that of the first finding that has one."""
    parts = chain.from_iterable(chapter.sections for chapter in chapters)
    mapped = {part.key: part for part in parts if part.map is not None}
    found = (mapped[f.indicator] for f in scene.diagnosis.findings if f.indicator in mapped)
    return next(chain(found, mapped.values()), None)


def _chapter(scene: Scene, chapter: Chapter) -> Json:
    """A chapter for the council: what is told at length with its proof, then its tables."""
    said = {*chapter.lead, *(part.answer for part in chapter.sections)}
    return {
        "title": chapter.title,
        "lead": _lead(chapter),
        "sections": [_question(scene, part) for part in chapter.sections if not part.missing],
        "absent": [_absent(part) for part in chapter.sections if part.missing],
        "standings": [standing_data(chapter.standing)] if chapter.standing else [],
        "tables": _council_tables(chapter),
        "notes": [*_notes(chapter), *(typeset(words) for words in chapter.notes if words not in said)],
    }


def _lead(chapter: Chapter) -> list[Json]:
    """Sentences at the head of a chapter that no answer repeats under them."""
    answers = {part.answer for part in chapter.sections}
    return [typeset(words) for words in chapter.lead if words not in answers]


def _for_council(chapter: Chapter) -> list[Table]:
    """The tables worth the council's pages; annexes hold the others."""
    sites = [table for table in chapter.tables if table.key.startswith(SITE)]
    largest = sorted(sites, key=_rows, reverse=True)[:MOST_SITES]
    left = [table for table in sites if table not in largest]
    kept = (t for t in chapter.tables if not t.key.startswith(FOR_ANNEX) and t not in left)
    spoken = (_without(table, _silent(table)) for table in kept)
    return [table for table in spoken if _rows(table)]


def _silent(table: Table) -> list[str]:
    """Rows of a table told in brief that hold no number: one sentence names them."""
    if not table.key.startswith(BRIEF):
        return []
    rows = chain.from_iterable(rows for _, rows in table.groups)
    return [row.name for row in rows if not any(value.number for value in row.values)]


def _without(table: Table, names: Sequence[str]) -> Table:
    """The table without some rows, or itself."""
    if not names:
        return table
    groups = ((title, tuple(row for row in rows if row.name not in names)) for title, rows in table.groups)
    return replace(table, groups=tuple(groups))


def _council_tables(chapter: Chapter) -> list[Json]:
    """Tables of the council: numbers over the years drawn in them, similar communes drawn above them."""
    lines = trend_lines(chapter.trends)
    told = (without_peers(table) if chapter.standing else table for table in _for_council(chapter))
    return list(chain.from_iterable(table_data(table, UPRIGHT, lines) for table in told))


def _rows(table: Table) -> int:
    return sum(len(rows) for _, rows in table.groups)


def _notes(chapter: Chapter) -> list[Json]:
    """What could not be computed in brief, and what no source gives."""
    silent = [name for table in chapter.tables for name in _silent(table)]
    names = _names(table for table in chapter.tables if table.key.startswith("table-missing-"))
    told: list[Json] = []
    if silent:
        told.append(f"Temps non calculé{WIDE}: {', '.join(silent)} (pourquoi{WIDE}: en annexe).")
    if names:
        told.append(f"Non disponible{WIDE}: {f'{NARROW}; '.join(names)} (où les demander{WIDE}: en annexe).")
    return told


def _names(tables: Iterable[Table]) -> list[str]:
    return [row.name for table in tables for _, rows in table.groups for row in rows]


def _tables(tables: Iterable[Table], letters: int) -> list[Json]:
    return list(chain.from_iterable(table_data(table, letters) for table in tables))


def _absent(part: Section) -> str:
    return f"{typeset(part.question)} {part.answer}"


def _pending(part: Section) -> str:
    """« 8 valeurs de référence (en annexe) », or nothing."""
    if not part.pending:
        return ""
    return f"{counted(len(part.pending), 'valeur de référence', 'valeurs de référence')} (en annexe)"


def _source(part: Section) -> str:
    return on_paper(part.source)


def _question(scene: Scene, part: Section) -> Json:
    """An indicator told at length: question, answer, charts, map, and its source in a footnote."""
    status = "estimation" if part.estimate else "calculé"
    return {
        "question": typeset(part.question),
        "answer": part.answer,
        "long": len(part.question) + len(part.answer) > LONGEST_QUESTION,
        "estimate": part.estimate,
        "pending": _pending(part),
        "source": f"Source{WIDE}: {_source(part)}. Statut{WIDE}: {status}.",
        "charts": [chart_data(shortened(chart, MOST_ROWS)) for chart in part.charts if says_something(chart)],
        "map": None if part.map is None else map_data(part.map, _osm(scene), small=True, windows=1),
    }


def _annexes(chapters: Sequence[Chapter]) -> list[Json]:
    found = [_annex(chapter) for chapter in chapters]
    return [part for part in found if any(part[key] for key in ("sheets", "tables", "notes"))]


def _annex(chapter: Chapter) -> dict[str, Json]:
    """The sheets of a chapter's indicators, the tables left out of it; specialists' chapters whole."""
    told = _for_council(chapter)
    left = [table for table in chapter.tables if chapter.annex or table not in told]
    trends: list[Json] = [trend_words(chart) for chart in chapter.trends]
    return {
        "title": chapter.title,
        "lead": [typeset(words) for words in chapter.lead] if chapter.annex else [],
        "sheets": [_sheet(part) for part in chapter.sections],
        "standings": [standing_data(chapter.standing)] if chapter.annex and chapter.standing else [],
        "tables": _tables(left, WIDE_PAGE),
        "notes": [*trends, *([typeset(note) for note in chapter.notes] if chapter.annex else [])],
    }


def _sheet(part: Section) -> Json:
    """How an indicator is made: formula, reading, limits, source, status, and its whole table."""
    status = "non calculé" if part.missing else "estimation" if part.estimate else "calculé"
    words = "".join((part.answer, part.formula, part.reading, *part.limits, *part.pending, *part.warnings))
    return {
        "title": part.title,
        "question": typeset(part.question),
        "answer": part.answer,
        "long": len(words) > LONGEST_SHEET,
        "formula": typeset(part.formula),
        "reading": typeset(part.reading),
        "limits": [typeset(limit) for limit in part.limits],
        "source": "aucune, l’indicateur n’est pas calculé."
        if part.missing
        else f"{_source(part)}. Statut{WIDE}: {status}.",
        "pending": f"{NARROW}; ".join(part.pending),
        "warnings": list(part.warnings),
        "tables": [] if part.table is None else table_data(part.table, WIDE_PAGE),
    }
