"""The council note of a scenario: what would change, for whom, and what would offset it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hygie.apps.territory.live_steps import CLOSE, MOVE, OPEN, step_words, steps_of_json
from hygie.apps.territory.scenarios.comparing import comparisons, shown_pair
from hygie.apps.territory.scenarios.mapping import scenario_maps
from hygie.apps.territory.scenarios.models import Scenario
from hygie.apps.territory.selectors import Opened
from hygie.engines.diagnosis.groups import DWELLINGS
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, listing, long_date, number
from hygie.reports.ground import Ground
from hygie.reports.maps import MapFigure
from hygie.reports.pdf.parts import map_data
from hygie.reports.tables import Row, Table
from hygie.reports.words import Shown


@dataclass(frozen=True)
class NotePart:
    """One indicator of the note: sentences, what would offset a closure, the map, the table by zone."""

    title: str
    sentences: tuple[str, ...]
    offset: str
    table: Table
    map: MapFigure | None


@dataclass(frozen=True)
class Note:
    """A note ready to be written; ``stale`` is empty or says that the data are older."""

    title: str
    question: str
    facts: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    parts: tuple[NotePart, ...]
    limits: tuple[str, ...]
    sources: tuple[str, ...]
    fictional: bool
    stale: str
    windows: tuple[Ground, ...]
    credit: str


def council_note(scenario: Scenario, opened: Opened, *, stale: bool) -> Note:
    """Write the note of a scenario from what it keeps."""
    few, results = opened.scene.few, scenario.results
    offsets = {one["key"]: one for one in results["offsets"]}
    maps = scenario_maps((scenario,), opened)
    parts = tuple(
        NotePart(
            one["title"],
            _sentences(one, results, few),
            _offset(offsets.get(one["key"]), few),
            table.table,
            maps.only(one["key"]),
        )
        for one, table in zip(results["indicators"], comparisons([scenario], few), strict=True)
    )
    places, catalogue = opened.territory.places, opened.catalogue
    return Note(
        title=scenario.name,
        question=str(results["question"]),
        facts=(
            ("Territoire", scenario.territory_name),
            ("Données au", long_date(scenario.data_day)),
            ("Calculé le", long_date(scenario.computed.date())),
            ("Préparé par", scenario.organisation.name),
        ),
        changes=tuple(step_words(step, places, catalogue) for step in steps_of_json(scenario.steps)),
        parts=parts,
        limits=_limits(few, any(one["estimate"] for one in results["indicators"]), _both(scenario)),
        sources=tuple(f"{one.title}, {one.publisher}, {one.vintage}" for one in opened.territory.sources),
        fictional=opened.territory.fictional,
        stale=_stale(scenario) if stale else "",
        windows=maps.windows,
        credit=". ".join(words for words, _ in opened.attributions),
    )


def _both(scenario: Scenario) -> bool:
    """Whether a scenario closes a place, or moves one, and opens another: no offset is then looked for."""
    actions = {step.do for step in steps_of_json(scenario.steps)}
    return MOVE in actions or {OPEN, CLOSE} <= actions


def _stale(scenario: Scenario) -> str:
    return (
        f"Ces chiffres viennent de données du {long_date(scenario.data_day)}. Le territoire affiché a changé "
        f"depuis{WIDE}: recalculez le scénario avant de décider."
    )


def _limits(few: int, estimate: bool, both: bool) -> tuple[str, ...]:
    told = [
        "C’est un calcul, pas une annonce. Il dit où les personnes habitent, pas où elles vont vraiment.",
        "Une ouverture demande des locaux, des professionnels, une autorisation : le calcul n’en sait rien.",
        f"Tout effectif de 1 à {few - 1} habitants est masqué.",
    ]
    if both:
        told.append(
            "Ce scénario ouvre déjà un lieu : Hygie ne cherche pas si une autre ouverture compenserait mieux."
        )
    if estimate:
        told.append("Des temps ou des habitants sont estimés : les écarts petits ne veulent rien dire.")
    return tuple(told)


def _sentences(indicator: dict[str, Any], results: dict[str, Any], few: int) -> tuple[str, ...]:
    """Who loses, who gains, and the share that is far, over the whole territory."""
    whole = next((row for row in indicator["rows"] if _everyone(row)), None)
    if whole is None:
        return ()
    loss, told = number(results["loss"]), []
    for key, verb in (("losing", "perdent"), ("gaining", "gagnent")):
        moved = shown_pair(f"people_{key}", whole[key], few)
        if moved.text != "0":
            told.append(f"{_people(moved)} {verb} {loss} minutes ou davantage.")
    stranded = shown_pair("people_unreached", whole["stranded"], few)
    if stranded.number and stranded.text not in ("0", f"≈{NARROW}0"):
        told.append(f"{_people(stranded)} n’ont plus aucun accès.")
    before, after = (shown_pair("beyond_1", whole[key], few) for key in ("before", "after"))
    if before.number and after.number:
        told.append(
            f"La part à plus de {number(results['main'])} minutes est de {before.text} avant, "
            f"{after.text} après."
        )
    return tuple(told) or (f"Personne ne perd ni ne gagne {loss} minutes.",)


def _everyone(row: dict[str, Any]) -> bool:
    return row["layer"] == WHOLE and row["group"] in (WHOLE, DWELLINGS)


def _people(told: Shown) -> str:
    return f"{told.text} habitants" if told.number else "Des habitants, en nombre masqué,"


def _offset(service: dict[str, Any] | None, few: int) -> str:
    """« Ce qui compenserait : … »; empty when nothing closes or nothing is lost."""
    if service is None:
        return ""
    lost, remains = (shown_pair("person_minutes", service[key], few) for key in ("lost", "remains"))
    openings: Sequence[list[Any]] = service["openings"]
    if not openings:
        return "Aucune ouverture dans un lieu public ne rendrait ce que la fermeture prend."
    where = listing([f"«{WIDE}{name or 'lieu sans nom'}{WIDE}»" for name, *_ in openings])
    verdict = (
        "rendrait à chacun ce qu’il perd, tel que montré ici"
        if service["suffices"]
        else "en rendrait une part"
    )
    sure = "" if service["exact"] else " Une autre paire, non essayée, ferait peut-être mieux."
    what = counted(len(openings), "ouverture", "ouvertures")
    return (
        f"Ce qui compenserait le mieux{WIDE}: {what}, dans {where}. Cela {verdict}{WIDE}: "
        f"{capital(lost.text)} minutes perdues en tout sans rien faire, {remains.text} avec.{sure}"
    )


def note_document(note: Note) -> dict[str, Any]:
    """The note as data for its PDF."""
    return {
        "title": note.title,
        "question": note.question,
        "stale": note.stale,
        "fictional": note.fictional,
        "facts": note.facts,
        "changes": note.changes,
        "parts": [_part_document(part, note.credit) for part in note.parts],
        "limits": note.limits,
        "sources": note.sources,
    }


def _part_document(part: NotePart, credit: str) -> dict[str, Any]:
    groups = [(title, [_row_document(row) for row in lines]) for title, lines in part.table.groups]
    return {
        "title": part.title,
        "sentences": part.sentences,
        "offset": part.offset,
        "map": map_data(part.map, credit, small=False, windows=1) if part.map else None,
        "caption": part.table.caption,
        "first": part.table.first,
        "heads": [column.head for column in part.table.columns],
        "groups": groups,
    }


def _row_document(row: Row) -> dict[str, Any]:
    values = [f"{value.text} ({value.detail})" if value.detail else value.text for value in row.values]
    return {"name": row.name, "whole": row.whole, "values": values}
