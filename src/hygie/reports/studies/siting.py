"""What a siting study says: places chosen, who is near, how far from the best possible."""

from __future__ import annotations

from typing import Any

from hygie.engines.kernel.french import NARROW, WIDE, capital, counted, listing, number, percent
from hygie.engines.siting.problem import Objective
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Step, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of, measure_of, shown_kept
from hygie.reports.studies.zones import zone_table
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

OBJECTIVES = {
    Objective.COVER: "le moins de lieux, pour que tous soient à moins de x minutes",
    Objective.MAX_COVER: "le plus d’habitants à moins de x minutes, avec n lieux",
    Objective.P_MEDIAN: "le moins de marche en tout, avec n lieux",
    Objective.P_CENTER: "que personne ne marche trop, avec n lieux",
}
NEW = "lieu choisi, à ouvrir"
BINDING = {
    "kept": "garder les lieux que l’on a demandé de garder",
    "excluded": "écarter les lieux que l’on a demandé d’écarter",
}
"""Constraints that are told without the list of their places: the table has it."""

LEAST_GAP = 1e-6
"""Under this share, the answer is as good as the best possible: the rest is rounding."""

LIMITS = (
    (
        "Les candidats sont des lieux désignés : rien ne dit que leurs locaux, leur propriétaire ou la loi "
        "permettent cette ouverture."
    ),
    "Les trajets sont à pied, par les rues, pour une personne valide. La pente et les bus n’y sont pas.",
    "Le calcul dit où les personnes habitent, pas où elles vont vraiment ni ce qu’elles préfèrent.",
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a siting study."""
    del personal
    question = _question(result, scene)
    if result["conflict"]:
        return _impossible(result, question)
    return Presentation(
        question=question,
        answer=_answer(result, scene),
        why=tuple(_why(result)),
        sure=_sure(result),
        map=StudyMap(
            _map_title(result),
            f"Minutes de marche jusqu’au lieu le plus proche, par carré de 200{WIDE}m.",
            tuple(layer_of(one) for one in result["layers"]),
        ),
        tables=tuple(table for table in (_places(result, scene), _zones(result, scene)) if table is not None),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=_sources(result),
        steps=_steps(result),
        estimate=result["status"] == "estimate",
    )


def _question(result: Json, scene: StudyScene) -> str:
    asked, categories = result["asked"], scene.catalogue.categories
    known = asked["service"] in categories
    about = f"{capital(categories[asked['service']].title)} : où ouvrir" if known else "Où ouvrir un lieu"
    if asked["existing"] == "closable":
        return f"{about.removesuffix('ouvrir')}garder des lieux, pour que chacun marche le moins ?"
    if asked["objective"] == Objective.COVER:
        return f"{about}, pour que tous soient à moins de {number(asked['minutes'])} minutes ?"
    return f"{about}, pour servir au mieux les habitants ?"


def _impossible(result: Json, question: str) -> Presentation:
    parts = [one["words"] for one in result["conflict"]]
    return Presentation(
        question=question,
        answer=_clash(parts),
        why=("C’est le plus petit groupe de demandes qui se contredit. Desserrez-en une, puis recommencez.",),
        warnings=tuple(result["warnings"]),
        figures=figures_of(result["figures"]),
        sources=_sources(result),
        missing=True,
    )


def _clash(parts: list[str]) -> str:
    if len(parts) == 1:
        return f"C’est impossible avec ces candidats : {parts[0]}."
    return f"C’est impossible. Ces demandes ne tiennent pas ensemble : {listing(parts)}."


def _opened(result: Json) -> list[Json]:
    return [one for one in result["places"] if not one["existing"]]


def _answer(result: Json, scene: StudyScene) -> str:
    objective, fresh, places = result["asked"]["objective"], _opened(result), result["places"]
    kept = len(places) - len(fresh)
    parts = [counted(len(fresh), "lieu à ouvrir", "lieux à ouvrir")] if fresh or not kept else []
    parts += [counted(kept, "lieu gardé", "lieux gardés")] if kept else []
    with_these = listing(parts)
    limit = number(result["minutes"])
    if objective == Objective.COVER:
        rest = result["measures"]["people_left_out"]
        but = _but(rest, scene)
        return f"{capital(with_these)} : tous sont à moins de {limit} minutes à pied{but}."
    if objective == Objective.P_CENTER and result["cost"] is not None:
        return f"Avec {with_these}, personne ne marche plus de {number(result['cost'], 1)} minutes."
    if objective == Objective.MAX_COVER:
        return _within(result, scene, with_these)
    mean = measure_of(result["measures"]["mean_minutes"])
    if mean.value is None:
        return f"Avec {with_these}, personne n’a de chemin à pied vers ces lieux."
    return f"Avec {with_these}, la marche moyenne est de {number(mean.value, 1)} minutes."


def _but(left_out: Json, scene: StudyScene) -> str:
    """« , sauf 120 habitants qu’aucun candidat n’atteint »."""
    told = shown_kept("people", left_out, scene.few)
    if told.text == "0" or not told.number:
        return (
            "" if told.number else f", sauf quelques-uns (moins de {scene.few}) qu’aucun candidat n’atteint"
        )
    return f", sauf {told.text} habitants qu’aucun candidat n’atteint à temps"


def _within(result: Json, scene: StudyScene, with_these: str) -> str:
    whole = next((row for row in result["zones"] if row["layer"] == "territory"), None)
    whole = whole or next(iter(result["zones"]), None)
    limit = number(result["minutes"])
    if whole is None:
        return f"Avec {with_these}, le plus de logements possible sont à moins de {limit} minutes à pied."
    after, before = measure_of(whole["share_after"]), measure_of(whole["share_before"])
    people = shown_kept("people", whole["after"], scene.few)
    if after.value is None or not people.number:
        return f"Avec {with_these}, le nombre d’habitants proches est masqué : ils sont trop peu nombreux."
    sentence = (
        f"Avec {with_these}, {people.text} habitants ({percent(after.value)}) sont à moins de {limit} minutes"
    )
    was = (
        f", contre {percent(before.value)} aujourd’hui"
        if before.value is not None and result["asked"]["service"]
        else ""
    )
    return f"{sentence}{was}."


def _why(result: Json) -> list[str]:
    told = [f"Ce que l’on cherchait : {OBJECTIVES[Objective(result['asked']['objective'])]}."]
    sources = [f"{counted(one['count'], 'lieu', 'lieux')} ({one['source']})" for one in result["candidates"]]
    told.append(f"Le choix se fait entre {listing(sources)}.")
    weights = result["asked"]["weights"]
    if weights:
        words = [f"{_group(key)} comptent {number(value, 1)} fois" for key, value in weights.items()]
        told.append(f"Priorité : {listing(words)}.")
    for one in result["binding"]:
        words = BINDING.get(one["constraint"], one["words"])
        gain = _gain(result, one["gain"])
        told.append(f"Ce qui retient le résultat : {words}. Sans cela, au moins {gain} de moins.")
    if result["more"] is not None:
        told.append(f"Un lieu de plus : au moins {_gain(result, result['more'])} de moins.")
    return told


def _gain(result: Json, gain: float) -> str:
    """A gain in the words of what is minimised; a sum of walks is told by resident."""
    objective = result["asked"]["objective"]
    if objective == Objective.P_MEDIAN:
        people = measure_of(result["measures"]["people"])
        if people.value:
            weighted = " (priorités comptées)" if result["asked"]["weights"] else ""
            return f"{number(gain / people.value, 1)} minutes de marche par habitant{weighted}"
    if objective == Objective.MAX_COVER:
        return f"{number(gain)} habitants trop loin"
    return f"{number(gain, 0 if float(gain).is_integer() else 1)} {result['unit']}"


def _group(key: str) -> str:
    return (
        "les habitants de quartier prioritaire" if key == "qpv" else f"les {key.replace('+', ' ans et plus')}"
    )


def _sure(result: Json) -> tuple[str, ...]:
    if result["gap"] is None or result["cost"] is None or result["bound"] is None:
        return ("L’écart au meilleur possible n’est pas dit : il porte sur trop peu d’habitants.",)
    if result["gap"] <= LEAST_GAP:
        return ("Rien de mieux n’existe parmi ces candidats, et c’est prouvé.",)
    cost, bound = (f"{number(result[key], 1)}" for key in ("cost", "bound"))
    return (
        (
            f"Au plus {percent(result['gap'], 1)} du meilleur possible, et c’est prouvé{NARROW}: "
            f"{cost} {result['unit']} ici, aucun choix ne descend sous {bound}."
        ),
    )


def _map_title(result: Json) -> str:
    fresh = len(_opened(result))
    return (
        f"{counted(fresh, 'lieu à ouvrir', 'lieux à ouvrir')}, et la marche jusqu’au plus proche"
        if fresh
        else "Les lieux gardés, et la marche jusqu’au plus proche"
    )


def _places(result: Json, scene: StudyScene) -> Table:
    """Places to open, numbered as on the map, then those kept."""
    columns = (Column("Genre", text=True), Column("Ce qu’on en fait", text=True), Column("Habitants servis"))
    fresh = _opened(result)
    rows = [_row(one, f"{rank}. ", "à ouvrir", scene) for rank, one in enumerate(fresh, 1)]
    rows += [_row(one, "", "existant, gardé", scene) for one in result["places"] if one["existing"]]
    caption = "Les lieux retenus, et les habitants dont ils sont le plus proche"
    return Table("table-places", caption, "Lieu", columns, (("", tuple(rows)),))


def _row(one: dict[str, Any], number_of: str, done: str, scene: StudyScene) -> Row:
    categories = scene.catalogue.categories
    kind = capital(categories[one["category"]].title) if one["category"] in categories else one["source"]
    people = shown_kept("people", one["people"], scene.few)
    return Row(f"{number_of}{one['name'] or 'lieu sans nom'}", (Shown(kind), Shown(done), people))


def _zones(result: Json, scene: StudyScene) -> Table | None:
    caption = f"Habitants à moins de {number(result['minutes'])} minutes à pied, par zone"
    today = "Aujourd’hui" if result["asked"]["service"] else ""
    return zone_table(result["zones"], scene, caption=caption, heads=(today, "Avec ces lieux"))


def _sources(result: Json) -> tuple[str, ...]:
    more = ("Fichier de candidats envoyé avec l’étude",) if result["from_file"] else ()
    return (*result["sources"], *more)


def _steps(result: Json) -> tuple[Step, ...]:
    told = [Step("Visiter les lieux retenus : locaux, accès, propriétaire, accessibilité.")]
    if result["steps"]:
        told.insert(0, Step("Essayer la première ouverture dans un scénario", "scenario", result["steps"]))
    return (*told, Step("Vérifier d’où viennent ces chiffres", "sources"))
