"""Checks of the residents: how many, how sure, and how well joined to the streets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hygie.engines.diagnosis.sentences import MODES
from hygie.engines.kernel.french import counted, number, percent
from hygie.engines.kernel.measures import Measure, Reason, not_computed
from hygie.engines.kernel.travel import UNSNAPPED
from hygie.engines.portrait.quality_model import SHARE, Facts, check, of_residents, share_of
from hygie.engines.portrait.result import Grade, QualityCheck

_TOTAL = "Habitants comptés et total officiel"
_GRID = "Fournir les carreaux de l’Insee, puis reconstruire le territoire."


def population_checks(facts: Facts) -> Iterator[QualityCheck]:
    """Residents of the data beside each official total; nothing is ever scaled to them."""
    demand = facts.territory.demand
    people = demand.people[demand.inside]
    if not len(people) or np.isnan(people).any():
        told = "Le nombre d’habitants n’est pas connu : les parts sont des parts de bâtiments."
        measure = not_computed(Reason.NO_PEOPLE)
        yield check(
            "population",
            _TOTAL,
            Grade.BAD,
            measured=(measure, SHARE),
            sentences=(told, _GRID),
            bears=facts.all_indicators,
        )
        return
    total = float(people.sum())
    told = f"{counted(total, 'habitant compté', 'habitants comptés')}"
    controls = {label: control for label, control in facts.territory.controls.items() if control > 0}
    if not controls and not facts.territory.fictional:
        to_do = "Ajouter à la recette le recensement ou les populations légales."
        seen = f"{told} ; aucun total officiel n’est fourni pour comparer."
        yield check(
            "population",
            _TOTAL,
            Grade.WATCH,
            measured=(None, SHARE),
            sentences=(seen, to_do),
            bears=facts.all_indicators,
        )
    for label, control in controls.items():
        gap = abs(total - control) / control
        seen = f"{told} ; {label} : {number(control)}, soit un écart de {percent(gap, 1)}."
        to_do = (
            "Lire les chiffres comme ceux des habitants comptés, et fournir les données qui manquent : "
            "rien n’est recalé sur le total."
        )
        grade = facts.rules.limits["population"].grade(gap)
        key, measured = f"population:{label}", (Measure(gap), SHARE)
        yield check(
            key, _TOTAL, grade, measured=measured, sentences=(seen, to_do), bears=facts.all_indicators
        )


def imputed_check(facts: Facts) -> Iterator[QualityCheck]:
    """Share of the residents whom the producer of the data spread instead of observing."""
    demand = facts.territory.demand
    people, imputed = demand.people[demand.inside], demand.imputed[demand.inside]
    if not len(people):
        return
    known = not np.isnan(people).any() and people.sum() > 0
    weights = people if known else np.ones(len(people))
    part, total = float(weights[imputed].sum()), float(weights.sum())
    measure = of_residents(part, total, facts.few) if known else Measure(part / total)
    noun = "habitants" if known else "points d’habitat"
    seen = (
        f"{percent(part / total)} des {noun} sont placés par une estimation du producteur, sans observation."
    )
    if not part:
        seen = f"Aucun des {noun} n’est placé par une estimation du producteur."
    elif measure.value is None:
        seen = f"La part des {noun} placés par une estimation du producteur porte sur trop peu d’entre eux."
    yield check(
        "imputed",
        "Habitants estimés par le producteur",
        facts.rules.limits["imputed"].grade(part / total),
        measured=(measure, SHARE),
        sentences=(seen, "Lire les intervalles : ils tiennent compte de ces habitants."),
        bears=facts.all_indicators,
    )


def street_checks(facts: Facts) -> Iterator[QualityCheck]:
    """By mode: homes and places that no street is near enough to, or times that follow no street."""
    inside, held = facts.territory.demand.inside, facts.territory.places.inside
    for mode, movement in facts.movements.items():
        by, bears = MODES.get(mode, mode), facts.by_mode(mode)
        subject = f"Rattachement aux rues, {by}"
        if movement.model.estimate:
            seen = f"Aucun plan des rues {by} : les temps sont estimés à vol d’oiseau."
            to_do = "Ajouter un extrait d’OpenStreetMap à la recette."
            yield check(
                f"streets:{mode}",
                subject,
                Grade.BAD,
                measured=(None, SHARE),
                sentences=(seen, to_do),
                bears=bears,
            )
            continue
        for key, noun, lost in (
            ("people", ("point d’habitat", "points d’habitat"), movement.people.edge[inside] == UNSNAPPED),
            ("places", ("lieu", "lieux"), movement.places.edge[held] == UNSNAPPED),
        ):
            if not len(lost):
                continue
            share = share_of(lost)
            seen = f"{counted(int(lost.sum()), *noun)} sur {number(len(lost))} sans rue assez proche : "
            seen += "leurs temps ne sont pas calculés." if lost.any() else "tous les temps sont calculés."
            to_do = "Vérifier leur position, et le plan des rues autour d’eux."
            grade = facts.rules.limits["unsnapped"].grade(share)
            measured = (Measure(share), SHARE)
            yield check(
                f"unsnapped_{key}:{mode}",
                subject,
                grade,
                measured=measured,
                sentences=(seen, to_do),
                bears=bears,
            )
