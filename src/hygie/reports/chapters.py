"""The report as chapters of sections and tables: one content for the page, the PDF and the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hygie.engines.diagnosis.result import IndicatorResult
from hygie.engines.kernel.french import WIDE, counted, number, typeset
from hygie.engines.kernel.measures import Status
from hygie.engines.portrait.result import Grade, OfficialResult
from hygie.reports.annexes import hospital_tables, method_tables, quality_table
from hygie.reports.brief import brief_table, is_brief
from hygie.reports.closures import alone_sentences, closure_table
from hygie.reports.official import decimals_of, in_sentence, missing_table, official_answer, official_table
from hygie.reports.provenance import source_warnings
from hygie.reports.sections import Scene, Section, section
from hygie.reports.standing import StandingChart, TrendChart, standing_chart, trend_chart
from hygie.reports.tables import Table
from hygie.reports.themes import ANNEXES, CHAPTERS, chapter_of, official_chapter

MOST_SAID = 3
"""Sentences at most at the head of a chapter."""

TOLD_APART = (
    "Les indicateurs de type APL de Hygie sont calculés à l’adresse, avec les lieux fournis : "
    "ils ne sont pas l’APL que publie la DREES, et ne se comparent pas à elle."
)


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
    standing
        Where the commune stands among similar ones, drawn; None without similar communes.
    trends
        Official numbers of several years, drawn.
    told
        Keys of every indicator that the chapter tells, at length or in one line.
    """

    key: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    annex: bool = False
    standing: StandingChart | None = None
    trends: tuple[TrendChart, ...] = ()
    told: tuple[str, ...] = ()


def chapters_of(scene: Scene) -> tuple[Chapter, ...]:
    """Chapters in the order they are read; those with nothing to tell are left out."""
    computed: dict[str, list[IndicatorResult]] = {key: [] for key in CHAPTERS}
    official: dict[str, list[OfficialResult]] = {key: [] for key in CHAPTERS}
    for indicator in scene.diagnosis.indicators:
        computed[chapter_of(indicator, scene.texts)].append(indicator)
    for result in scene.official:
        official[official_chapter(result.theme)].append(result)
    found = (_chapter(scene, key, computed[key], official[key]) for key in CHAPTERS)
    return tuple(chapter for chapter in found if chapter.sections or chapter.tables or chapter.notes)


def _chapter(
    scene: Scene, key: str, computed: list[IndicatorResult], official: list[OfficialResult]
) -> Chapter:
    """One chapter: its indicators at length, then in brief, then the official numbers."""
    own = _OWN.get(key, _nothing)(scene)
    in_brief = [indicator for indicator in computed if is_brief(indicator)]
    tables = (
        brief_table(f"table-brief-{key}", CHAPTERS[key], scene, in_brief),
        *_official_tables(scene, key, official),
        *own.tables,
    )
    title = CHAPTERS[key]
    return Chapter(
        key=key,
        title=title,
        lead=(*own.lead, *_said(scene, computed), *_official_said(scene, official))[:MOST_SAID],
        sections=tuple(section(scene, indicator) for indicator in computed if not is_brief(indicator)),
        tables=tuple(table for table in tables if table is not None),
        notes=tuple(typeset(note) for note in own.notes),
        annex=key in ANNEXES,
        standing=standing_chart(
            f"standing-{key}",
            f"{title}{WIDE}: parmi les communes comparables",
            official,
            lambda result: decimals_of(result, scene.texts.official),
        ),
        trends=_trends(scene, official),
        told=(*(indicator.key for indicator in computed), *(result.key for result in official)),
    )


def _official_tables(scene: Scene, key: str, results: list[OfficialResult]) -> tuple[Table | None, ...]:
    sheets = scene.texts.official
    caption = f"{CHAPTERS[key]}{WIDE}: chiffres officiels"
    return (
        official_table(f"table-official-{key}", caption, results, sheets),
        missing_table(f"table-missing-{key}", CHAPTERS[key], results, sheets),
    )


def _trends(scene: Scene, results: list[OfficialResult]) -> tuple[TrendChart, ...]:
    """Drawings of the numbers known for three years or more: two years are told by the table."""
    drawn = (
        trend_chart(result, decimals_of(result, scene.texts.official))
        for result in results
        if len(result.earlier) > 1
    )
    return tuple(chart for chart in drawn if chart is not None)


def _said(scene: Scene, computed: list[IndicatorResult]) -> list[str]:
    """Findings about the indicators of a chapter, those computed first."""
    known = {i.key for i in computed if i.status is not Status.NOT_COMPUTED}
    return [finding.sentence for finding in scene.diagnosis.findings if finding.indicator in known]


def _official_said(scene: Scene, results: list[OfficialResult]) -> list[str]:
    sheets = scene.texts.official
    return [official_answer(r, sheets) for r in results if r.main is not None and r.main.value is not None]


@dataclass(frozen=True)
class _Own:
    """What a chapter holds besides its indicators."""

    lead: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def _nothing(scene: Scene) -> _Own:
    del scene
    return _Own()


def _supply(scene: Scene) -> _Own:
    """DREES's number and ours must never be taken for one another."""
    ours = [i for i in scene.diagnosis.indicators if scene.texts.indicators[i.key].kind == "catchment"]
    return _Own(notes=(TOLD_APART,) if ours else ())


def _equity(scene: Scene) -> _Own:
    """Which communes are called similar."""
    peers = scene.portrait.peers if scene.portrait else None
    if peers is None or not peers.communes:
        return _Own()
    names = ", ".join(name for _, name in peers.communes)
    return _Own(notes=(*peers.criteria, f"Communes comparables : {names}. Source : {peers.source}."))


def _hospital(scene: Scene) -> _Own:
    watch = scene.portrait.hospitals if scene.portrait else None
    if watch is None or not watch.sites:
        return _Own(notes=watch.warnings if watch else ())
    lost = [f"{site.name} : {in_sentence(sentence)}" for site in watch.sites for sentence in site.lost]
    lead = [typeset(sentence) for sentence in lost[:MOST_SAID]]
    if not lead:
        lead = [f"{counted(len(watch.sites), 'établissement suivi', 'établissements suivis')}."]
    tables = [table for site in watch.sites for table in hospital_tables(site)]
    return _Own(tuple(lead), tuple(tables), (*lost[MOST_SAID:], *watch.warnings))


def _closures(scene: Scene) -> _Own:
    table = closure_table(scene)
    return _Own((), (table,) if table else (), alone_sentences(scene.diagnosis.findings))


def _quality(scene: Scene) -> _Own:
    checks = scene.portrait.quality if scene.portrait else ()
    table = quality_table(checks, scene)
    if table is None:
        return _Own()
    counts = {grade: sum(check.grade is grade for check in checks) for grade in Grade}
    lead = (
        f"{counted(len(checks), 'vérification', 'vérifications')} des données{WIDE}: "
        f"{number(counts[Grade.BAD])} à corriger, {number(counts[Grade.WATCH])} à surveiller, "
        f"{counted(counts[Grade.GOOD], 'bonne', 'bonnes')}."
    )
    return _Own((lead,), (table,))


def _method(scene: Scene) -> _Own:
    territory, figures = scene.territory, scene.diagnosis.provenance.figures
    pending = sum(use.status == "to-verify" for use in figures)
    lead = (
        f"{counted(len(territory.sources), 'fichier lu', 'fichiers lus')}, "
        f"{counted(len(figures), 'valeur de référence', 'valeurs de référence')}, "
        f"dont {number(pending)} à vérifier."
    )
    return _Own((lead,), method_tables(scene), tuple(source_warnings(territory)))


_OWN: Mapping[str, Callable[[Scene], _Own]] = {
    "supply": _supply,
    "equity": _equity,
    "hospital": _hospital,
    "closures": _closures,
    "quality": _quality,
    "method": _method,
}
