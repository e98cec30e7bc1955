"""What a study of walking-time signs says: where, what each one tells, how far from the best possible."""

from __future__ import annotations

from hygie.engines.kernel.french import WIDE, counted, percent
from hygie.reports.signs_words import ARROWS
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Sheet, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of, shown_kept
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

QUESTION = "Où poser des panneaux qui disent le temps de marche ?"
LIMITS = (
    "Chacun est supposé prendre le chemin le plus court vers le lieu le plus proche de chaque sorte.",
    "La pente, les feux et les escaliers n’y sont pas : marchez le trajet avant de poser un panneau.",
    "Le calcul ignore le mobilier, la visibilité et la propriété du sol.",
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a study of signs."""
    del personal
    return Presentation(
        question=QUESTION,
        answer=_answer(result),
        why=tuple(_why(result, scene)),
        sure=(_sure(result),) if result["count"] else (),
        map=StudyMap(
            "Les emplacements et les destinations",
            "Emplacements numérotés, du plus utile au moins utile.",
            tuple(layer_of(one) for one in result["layers"]),
            close=True,
        ),
        tables=(_posts(result),) if result["panels"] else (),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        estimate=result["status"] == "estimate",
        sheets=tuple(_sheet(one) for one in result["panels"]),
    )


def _answer(result: Json) -> str:
    if not result["count"]:
        return "Aucun panneau n’est utile : personne n’hésite en chemin vers ces destinations."
    places = counted(result["count"], "emplacement", "emplacements")
    share = result["share"].get("value")
    if share is None:
        return f"{places} : la part des hésitations est masquée, elle porte sur trop peu d’habitants."
    return f"{places} répondent à {percent(share)} des hésitations des piétons, jusqu’à l’arrivée."


def _why(result: Json, scene: StudyScene) -> list[str]:
    told = [
        "On hésite à un carrefour où le chemin tourne, ou quand une autre rue continue aussi droit.",
        (
            "Une destination annoncée l’est à chaque hésitation suivante, jusqu’au bout. Les panneaux "
            "choisis sont ceux qui guident le plus d’habitants, pendant le plus de minutes."
        ),
    ]
    for one in result["destinations"]:
        if not one["reached"]:
            told.append(f"{one['title']} : personne n’y arrive dans le temps annoncé, rien ne l’annonce.")
        else:
            who = shown_kept("people", one["people"], scene.few)
            if who.number:
                told.append(f"{one['title']} : {who.text} personnes en habitent assez près.")
    return told


def _sure(result: Json) -> str:
    if result["proved"]:
        return "Avec ce nombre d’emplacements, rien de mieux n’existe, et c’est prouvé."
    if result["gap"] is None:
        return "L’écart est masqué : il porte sur trop peu d’habitants."
    return f"À {percent(result['gap'], 1)} au plus du meilleur possible."


def _text(value: object) -> Shown:
    return Shown(str(value), number=False)


def _lines(panel: Json) -> str:
    return " · ".join(
        f"{ARROWS[arrow]} {words} ({adult}{WIDE}min)" for arrow, words, adult, _ in panel["lines"]
    )


def _posts(result: Json) -> Table:
    heads = tuple(Column(head, text=True) for head in ("Où", "Lu en regardant", "Ce qu’il dit"))
    rows = tuple(
        Row(
            f"Panneau {one['number']}",
            (_text(one["where"] or "sans lieu nommé"), _text(one["facing"]), _text(_lines(one))),
        )
        for one in result["panels"]
    )
    return Table("table-signs", "Les panneaux, du plus utile au moins utile", "Panneau", heads, (("", rows),))


def _sheet(panel: Json) -> Sheet:
    """One sign: arrows, destinations, minutes of an adult and of a child."""
    heads = (Column("Destination", text=True), Column("Adulte"), Column("Enfant"))
    rows = tuple(
        Row(
            ARROWS[arrow],
            (_text(words), Shown(f"{adult}{WIDE}min"), Shown(f"{child}{WIDE}min")),
        )
        for arrow, words, adult, child in panel["lines"]
    )
    where = f" ({panel['where']})" if panel["where"] else ""
    lead = (f"À fixer pour être lu en regardant {panel['facing']}{where}.",)
    name = f"Panneau {panel['number']}"
    return Sheet(name, lead, Table(f"sign-{panel['number']}", "À pied", "", heads, (("", rows),)))
