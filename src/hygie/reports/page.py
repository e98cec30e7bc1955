"""The portrait as one self-contained page: what a council can read, print and check."""

from __future__ import annotations

from collections.abc import Sequence

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.french import NARROW, WIDE, counted, listing
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.portrait.result import Portrait
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.chapters import Chapter, chapters_of
from hygie.reports.closures import closure_row
from hygie.reports.provenance import attributions, rejected_words
from hygie.reports.rendering import inline_style, render
from hygie.reports.sections import Scene, Section
from hygie.reports.stage import stage_of
from hygie.reports.summary import foremost, key_figures
from hygie.reports.texts import Texts
from hygie.reports.words import number_parameter, shown

MOST_FINDINGS = 8
"""Findings said at the top; each section says its own."""


def render_diagnosis(
    territory: Territory,
    diagnosis: Diagnosis,
    texts: Texts,
    streets: StreetGraph | None = None,
    *,
    portrait: Portrait | None = None,
) -> str:
    """Write the whole page: style, fonts, maps and charts inside, no outside resource, no script.

    Parameters
    ----------
    territory
        What was diagnosed.
    diagnosis
        Its result, counts too small already kept back.
    texts
        The catalogue.
    streets
        Streets to draw under the names; None leaves them out.
    portrait
        Official numbers, hospitals and quality of the data; None leaves their chapters out.

    Returns
    -------
    str
        HTML, in French.

    Raises
    ------
    KeyError
        If the catalogue has no text for an indicator, a figure or a category of the diagnosis.
    """
    few = int(number_parameter(diagnosis.provenance, "smallest_count"))
    return render_scene(Scene(territory, diagnosis, texts, stage_of(territory, few, streets), portrait))


def render_scene(scene: Scene) -> str:
    """The same page, of a scene already drawn."""
    return render("diagnosis.html", _values(scene))


def _values(scene: Scene) -> dict[str, object]:
    """Everything the template names."""
    territory, diagnosis, texts = scene.territory, scene.diagnosis, scene.texts
    chapters = chapters_of(scene)
    missing = {i.key for i in diagnosis.indicators if i.status is Status.NOT_COMPUTED}
    told = [finding for finding in diagnosis.findings if finding.indicator not in missing]
    return {
        "style": inline_style(),
        "diagnosis": diagnosis,
        "title": told[0].sentence if told else f"Diagnostic{WIDE}: {diagnosis.name}",
        "findings": foremost(told, MOST_FINDINGS)[1:],
        "lacking": [finding for finding in diagnosis.findings if finding.indicator in missing],
        "key_figures": key_figures(scene),
        "chapters": chapters,
        "anchors": _anchors(chapters),
        "main": _main_section(diagnosis, chapters),
        "windows": scene.stage.windows,
        "steps": next_steps(scene),
        "people": _people(scene),
        "notices": diagnosis.provenance.warnings,
        "few": scene.few,
        "attributions": attributions(territory, texts),
    }


def _anchors(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Where each indicator is told: its own section, or the chapter whose table tells it."""
    found: dict[str, str] = {}
    for chapter in chapters:
        found |= dict.fromkeys(chapter.told, f"chapitre-{chapter.key}")
        found |= {part.key: part.key for part in chapter.sections}
    return found


def _main_section(diagnosis: Diagnosis, chapters: Sequence[Chapter]) -> Section | None:
    """The section whose map opens the page: that of the first finding that has one."""
    mapped = {part.key: part for chapter in chapters for part in chapter.sections if part.map is not None}
    for finding in diagnosis.findings:
        if finding.indicator in mapped:
            return mapped[finding.indicator]
    return next(iter(mapped.values()), None)


def _people(scene: Scene) -> str:
    """« 41 533 habitants », or empty where the number is unknown."""
    for indicator in scene.diagnosis.indicators:
        cell = indicator.cell()
        if cell is not None and (told := shown("people", cell.measures.get("people"), scene.few)).number:
            return f"{told.text} {scene.diagnosis.population_label}"
    return ""


def next_steps(scene: Scene) -> list[str]:
    """What can be done now, most useful first, from what this diagnosis holds and lacks."""
    diagnosis, steps = scene.diagnosis, []
    if diagnosis.closures:
        first = closure_row(diagnosis.closures[0], scene).name
        what = "Simuler une fermeture ou une ouverture avant d’en décider"
        steps.append(f"{what}, à commencer par «{WIDE}{first}{WIDE}».")
    missing = [i for i in diagnosis.indicators if i.status is Status.NOT_COMPUTED]
    if missing:
        names = listing([scene.texts.indicators[i.key].short for i in missing])
        steps.append(f"Fournir les données qui manquent, puis recalculer{WIDE}: {names}.")
    if rejected := rejected_words(scene.territory):
        steps.append(f"Relire les {rejected} à la lecture des fichiers et prévenir leur producteur.")
    pending = sum(use.status == "to-verify" for use in diagnosis.provenance.figures)
    if pending:
        steps.append(
            f"Faire vérifier {counted(pending, 'valeur de référence', 'valeurs de référence')} "
            "marquées «\u00a0à vérifier\u00a0» avant de publier."
        )
    steps.append(
        f"Confronter ces chiffres à ce que savent les habitants et les professionnels{NARROW}; "
        "noter ce qui ne se voit pas ici."
    )
    return steps
