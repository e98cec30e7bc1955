"""What would offset a closure, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.offset import Effect, Offset, ServiceOffset
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, listing, number, typeset
from hygie.engines.kernel.measures import Measure, Status
from hygie.reports.sections import Scene
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown, not_computed_text, number_parameter, shown

ALONE = "La fermeture, sans rien ouvrir"


@dataclass(frozen=True)
class OffsetPart:
    """The answer for one service; ``table`` is None when nothing could be computed."""

    key: str
    title: str
    answer: str
    missing: bool
    estimate: bool
    details: tuple[str, ...] = ()
    table: Table | None = None


def offset_parts(scene: Scene, offset: Offset) -> tuple[OffsetPart, ...]:
    """One part a service that the closed places give, the answer first."""
    return tuple(_part(scene, service) for service in offset.services)


def _part(scene: Scene, service: ServiceOffset) -> OffsetPart:
    if service.closure is None or service.best is None:
        told = not_computed_text(service.reason)
        return OffsetPart(service.key, service.title, told, missing=True, estimate=False)
    return OffsetPart(
        service.key,
        service.title,
        typeset(_verdict(scene, service, service.best)),
        missing=False,
        estimate=service.status is Status.ESTIMATE,
        details=tuple(typeset(line) for line in _details(scene, service, service.closure)),
        table=_table(scene, service, service.closure),
    )


def _verdict(scene: Scene, service: ServiceOffset, best: Effect) -> str:
    """What to open, and whether it is enough."""
    if not best.openings:
        if best.suffices:
            return "Rien n’est à compenser : personne n’a un trajet plus long."
        return "Aucun lieu candidat ne rend quoi que ce soit."
    where = listing([_opening(scene, one.name, one.category) for one in best.openings])
    if best.suffices:
        return f"Ouvrir ce service à {where} rend ce que la fermeture prend."
    if len(best.openings) == 1:
        return f"Aucune ouverture ne rend tout ; la moins mauvaise est à {where}."
    return f"Aucune ouverture ne rend tout ; les moins mauvaises sont à {where}."


def _opening(scene: Scene, name: str, category: str) -> str:
    title = scene.texts.categories[category].title
    return f"« {name} » ({title})" if name else f"un lieu sans nom ({title})"


def _details(scene: Scene, service: ServiceOffset, closure: Effect) -> list[str]:
    """What the closure takes; the worst-hit group; whether a better pair may exist."""
    told = [f"La fermeture seule : {_loss_words(scene, closure.everyone)}."]
    hit = service.worst_hit
    if hit is not None and closure.worst_hit:
        group = "" if hit.group == WHOLE else f", {group_label(hit.group)}"
        people = shown("people", hit.people, scene.few).text
        told.append(
            f"Groupe le plus touché : {hit.zone_name}{group} ({people} habitants) ; "
            f"{_loss_words(scene, closure.worst_hit)}."
        )
    if not service.exact and service.gap is not None and service.gap.value is not None:
        told.append(
            "Tous les couples de lieux n’ont pas été essayés : un autre pourrait rendre jusqu’à "
            f"{counted(service.gap.value, 'minute', 'minutes')} de plus, tous trajets additionnés."
        )
    kindest, best = service.best_for_worst_hit, service.best
    if kindest is not None and kindest.openings and (best is None or kindest.openings != best.openings):
        first = kindest.openings[0]
        told.append(f"Pour ce groupe, le mieux est d’ouvrir à {_opening(scene, first.name, first.category)}.")
    return told


def _loss_words(scene: Scene, measures: Mapping[str, Measure]) -> str:
    """« 12 340 minutes perdues par trajet (…) et 1 340 habitants qui perdent 5 minutes ou plus »."""
    loss = number_parameter(scene.diagnosis.provenance, "loss_felt")
    minutes = _minutes(measures["person_minutes_lost"]).text
    losing, stranded = measures[f"people_losing_{loss:g}"], measures["people_stranded"]
    lose = "perd" if losing.value is not None and losing.value < 2 else "perdent"
    parts = [
        f"{minutes} minutes perdues par trajet (tous les habitants additionnés)",
        f"{_people(losing, scene.few)} qui {lose} {number(loss)} minutes ou plus",
    ]
    if stranded.value != 0:
        parts.append(f"{_people(stranded, scene.few)} sans plus aucun accès")
    return listing(parts)


def _people(measure: Measure, few: int) -> str:
    if measure.value is None:
        return f"un nombre masqué d’habitants (moins de {few} ou presque tous)"
    return counted(measure.value, "habitant", "habitants")


def _minutes(measure: Measure) -> Shown:
    """Minutes of everyone together: a number, never « 206 h »."""
    if measure.value is None:
        return Shown("masqué", number=False)
    about = f"≈{NARROW}" if measure.status is Status.ESTIMATE else ""
    return Shown(f"{about}{number(measure.value)}")


def _table(scene: Scene, service: ServiceOffset, closure: Effect) -> Table:
    """The closure alone, what was found, then single openings: what each leaves lost."""
    loss = number_parameter(scene.diagnosis.provenance, "loss_felt")
    main = f"{number(scene.main)}{WIDE}min"
    heads = (
        ("person_minutes_lost", "Minutes encore perdues"),
        (f"people_losing_{loss:g}", f"Perdent encore {number(loss)}{WIDE}min ou plus"),
        (f"people_crossing_{scene.main:g}", f"Passent encore au-delà de {main}"),
        ("people_stranded", "Sans aucun accès"),
    )
    keys = [key for key, _ in heads if key in closure.everyone]
    columns = [Column("Sorte", text=True), *(Column(head, "Pour tous") for key, head in heads if key in keys)]
    if closure.worst_hit:
        columns.append(Column("Minutes encore perdues", "Groupe le plus touché"))
    effects = _ranked(service, closure)
    rows = tuple(_row(scene, effect, keys, hit=bool(closure.worst_hit)) for effect in effects)
    caption = f"{capital(service.title)}{WIDE}: ce qui reste perdu selon le lieu ouvert"
    return Table(f"table-offset-{service.key}", caption, "Lieu ouvert", tuple(columns), (("", rows),))


def _ranked(service: ServiceOffset, closure: Effect) -> list[Effect]:
    """The closure, the openings found when they are two, then single openings, the best first."""
    best = service.best
    pair = [best] if best is not None and len(best.openings) > 1 else []
    return [closure, *pair, *service.ranking]


def _row(scene: Scene, effect: Effect, keys: list[str], *, hit: bool) -> Row:
    names = [one.name or f"Lieu sans nom ({one.place})" for one in effect.openings]
    kinds = dict.fromkeys(capital(scene.texts.categories[one.category].title) for one in effect.openings)
    cells = [Shown(" et ".join(kinds)) if kinds else Shown("–", number=False)]
    cells += [_cell(key, effect.everyone, scene.few) for key in keys]
    if hit:
        cells.append(_cell("person_minutes_lost", effect.worst_hit, scene.few))
    enough = " (suffit)" if effect.openings and effect.suffices else ""
    return Row(" et ".join(names) + enough if names else ALONE, tuple(cells), whole=not names)


def _cell(key: str, measures: Mapping[str, Measure], few: int) -> Shown:
    measure = measures.get(key)
    if key.startswith("person_minutes") and measure is not None:
        return _minutes(measure)
    return shown(key, measure, few)
