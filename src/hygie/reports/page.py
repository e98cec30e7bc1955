"""The diagnosis as one self-contained page: what a council can read, print and check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hygie.engines.diagnosis.result import ClosureLine, Diagnosis, Finding
from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, listing, number
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.provenance import (
    FIGURE_HEADS,
    REMARK_HEADS,
    SOURCE_HEADS,
    attributions,
    figure_rows,
    rejected_words,
    remark_rows,
    source_rows,
    source_warnings,
)
from hygie.reports.rendering import inline_style, render
from hygie.reports.sections import Scene, Section, section
from hygie.reports.stage import stage_of
from hygie.reports.texts import Texts
from hygie.reports.words import Shown, number_parameter, shown

CLOSURES = "costliest_closures"
"""Indicator whose section holds the table of closures."""

MOST_FINDINGS = 8
"""Findings said at the top; each section says its own."""


@dataclass(frozen=True)
class ClosureRow:
    """What closing one place would cost, as printed."""

    name: str
    category: str
    commune: str
    values: tuple[Shown, ...]


def render_diagnosis(
    territory: Territory, diagnosis: Diagnosis, texts: Texts, streets: StreetGraph | None = None
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

    Returns
    -------
    str
        HTML, in French.

    Raises
    ------
    KeyError
        If the catalogue has no text for an indicator, a figure or a category of the diagnosis.
    """
    few = number_parameter(diagnosis.provenance, "smallest_count")
    scene = Scene(territory, diagnosis, texts, stage_of(territory, int(few), streets))
    return render("diagnosis.html", _values(scene))


def _foremost(findings: Sequence[Finding]) -> list[Finding]:
    """The findings said at the top: the first of each kind, then the most striking of the others."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.key.partition(":")[0], finding)
    rest = [finding for finding in findings if finding not in first.values()]
    chosen = [*first.values(), *rest][:MOST_FINDINGS]
    return [finding for finding in findings if finding in chosen]


def _values(scene: Scene) -> dict[str, object]:
    """Everything the template names."""
    territory, diagnosis, texts = scene.territory, scene.diagnosis, scene.texts
    sections = [section(scene, indicator) for indicator in diagnosis.indicators]
    missing = {i.key for i in diagnosis.indicators if i.status is Status.NOT_COMPUTED}
    told = [finding for finding in diagnosis.findings if finding.indicator not in missing]
    return {
        "style": inline_style(),
        "diagnosis": diagnosis,
        "title": told[0].sentence if told else f"Diagnostic{WIDE}: {diagnosis.name}",
        "findings": _foremost(told)[1:],
        "alone": [f.sentence for f in diagnosis.findings if f.key.startswith(("closure:", "alone:"))],
        "lacking": [finding for finding in diagnosis.findings if finding.indicator in missing],
        "sections": sections,
        "main": _main_section(diagnosis, sections),
        "windows": scene.stage.windows,
        "closures_key": CLOSURES,
        "closures": [closure_row(line, scene) for line in diagnosis.closures],
        "closure_heads": closure_heads(diagnosis.closures),
        "steps": next_steps(scene),
        "controls": [[capital(label), number(value)] for label, value in territory.controls.items()],
        "people": _people(scene),
        "notices": diagnosis.provenance.warnings,
        "few": scene.few,
        "source_heads": SOURCE_HEADS,
        "source_rows": source_rows(territory),
        "source_warnings": source_warnings(territory),
        "remark_heads": REMARK_HEADS,
        "remark_rows": remark_rows(territory, texts),
        "figure_heads": FIGURE_HEADS,
        "figure_rows": figure_rows(diagnosis.provenance.figures, texts),
        "attributions": attributions(territory, texts),
    }


def _main_section(diagnosis: Diagnosis, sections: list[Section]) -> Section | None:
    """The section whose map opens the page: that of the first finding that has one."""
    mapped = {part.key: part for part in sections if part.map is not None}
    for finding in diagnosis.findings:
        if finding.indicator in mapped:
            return mapped[finding.indicator]
    return next(iter(mapped.values()), None)


def closure_heads(lines: tuple[ClosureLine, ...]) -> tuple[str, ...]:
    """Columns of numbers of the table of closures."""
    keys = lines[0].measures if lines else ()
    return tuple(_closure_head(key) for key in keys)


def _closure_head(key: str) -> str:
    if key == "person_minutes":
        return "Minutes perdues, tous trajets additionnés"
    if key == "people_stranded":
        return "Habitants sans plus aucun accès"
    if key.startswith("people_losing_"):
        return f"Habitants qui perdent {key.removeprefix('people_losing_')}{WIDE}min ou plus"
    if key.startswith("people_crossing_"):
        return f"Habitants qui passent au-delà de {key.removeprefix('people_crossing_')}{WIDE}min"
    raise ValueError(f"no French words for the measure {key!r}")


def closure_row(line: ClosureLine, scene: Scene) -> ClosureRow:
    """One closure as printed; a place without a name is called by its category."""
    category = scene.texts.categories[line.category].title
    communes = scene.territory.layers.get("commune")
    names = dict(zip(communes.ids, communes.names, strict=True)) if communes else {}
    values = tuple(shown(key, measure, scene.few) for key, measure in line.measures.items())
    return ClosureRow(
        line.name or f"{category} sans nom", category, names.get(line.commune, line.commune), values
    )


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
