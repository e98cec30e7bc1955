"""What a mayor reads first: the findings, a few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hygie.engines.diagnosis.result import Finding, IndicatorResult
from hygie.engines.kernel.french import WIDE
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.portrait.result import OfficialResult
from hygie.reports.official import decimals_of, in_sentence, title_of
from hygie.reports.official_words import STATUS_WORDS, TIGHT, level_words, statistic_shown, with_unit
from hygie.reports.provenance import source_line, to_verify
from hygie.reports.sections import Scene, far_words, main_key, whole_cell
from hygie.reports.tables import thresholds_of
from hygie.reports.words import shown

MOST_FIGURES = 5
OFFICIAL_FIGURES = 2
"""Numbers of the summary, and how many of them come from official tables at most."""


TOLD_FIRST = ("care", "equity")
"""Themes of the official numbers that the summary prefers."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number of the summary: what it is, where it comes from, how sure it is, where it is told."""

    key: str
    value: str
    words: str
    source: str
    status: str
    pending: bool


def foremost(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The findings said at the top: the first of each kind, then the most striking of the others."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.key.partition(":")[0], finding)
    rest = [finding for finding in findings if finding not in first.values()]
    chosen = [*first.values(), *rest][:most]
    return [finding for finding in findings if finding in chosen]


def key_figures(scene: Scene) -> tuple[KeyFigure, ...]:
    """Residents, the numbers that the findings speak of, then official ones."""
    official = list(_official(scene))[:OFFICIAL_FIGURES]
    computed = list(_computed(scene))[: MOST_FIGURES - len(official)]
    return (*computed, *official)


def _computed(scene: Scene) -> Iterator[KeyFigure]:
    """The population first, then indicators in the order of the findings."""
    by_key = {i.key: i for i in scene.diagnosis.indicators}
    people = [i.key for i in scene.diagnosis.indicators if scene.texts.indicators[i.key].kind == "population"]
    for key in dict.fromkeys([*people, *(f.indicator for f in scene.diagnosis.findings)]):
        if key in by_key and (figure := _figure(scene, by_key[key])):
            yield figure


def _figure(scene: Scene, indicator: IndicatorResult) -> KeyFigure | None:
    cell, key = whole_cell(indicator), main_key(scene, indicator)
    population = scene.texts.indicators[indicator.key].kind == "population"
    told = shown(key, cell.measures.get(key) if cell else None, scene.few)
    if not told.number or (key == "people" and not population):
        return None
    words = _words(scene, indicator)
    return KeyFigure(
        indicator.key,
        told.text,
        words,
        source_line(indicator.sources, scene.territory.sources),
        "estimation" if indicator.status is Status.ESTIMATE else "calculé",
        bool(to_verify(scene.diagnosis.provenance.figures, indicator.figures, scene.texts)),
    )


def _words(scene: Scene, indicator: IndicatorResult) -> str:
    """What the number counts: « des habitants, à plus de 15 minutes à pied d’une pharmacie »."""
    texts, who = scene.texts.indicators[indicator.key], scene.diagnosis.population_label
    if texts.kind == "population":
        return who
    if thresholds_of(indicator) and texts.target:
        return f"des {who} sont {far_words(scene, texts)}"
    return texts.numerator


def _official(scene: Scene) -> Iterator[KeyFigure]:
    """Official numbers of the territory itself, those that can be compared first."""
    results = sorted(scene.official, key=lambda r: (r.standing is None, r.theme not in TOLD_FIRST))
    themes: set[str] = set()
    for result in results:
        main = result.main
        if main is None or main.value is None or result.key not in scene.texts.official:
            continue
        if result.theme not in themes:
            themes.add(result.theme)
            yield _official_figure(scene, result, main)


def _official_figure(scene: Scene, result: OfficialResult, main: Statistic) -> KeyFigure:
    """A short unit stands with the number, a long one with what it counts."""
    told = statistic_shown(main, decimals_of(result, scene.texts.official)).text
    short = result.unit.startswith(TIGHT)
    unit = "" if short or result.unit.lower() in result.title.lower() else f"{result.unit}{WIDE}: "
    return KeyFigure(
        result.key,
        with_unit(told, result.unit) if short else told,
        f"{unit}{in_sentence(title_of(result)) if unit else title_of(result)} "
        f"({level_words(main)}, {main.year.partition(' (')[0]})",
        main.source,
        STATUS_WORDS[main.status],
        scene.texts.official[result.key].status == "to-verify",
    )
