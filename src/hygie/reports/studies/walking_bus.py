"""What a study of a walking bus says: how many lines, how many adults, how safe, at what time."""

from __future__ import annotations

from typing import Any

from hygie.engines.kernel.french import counted, number, percent
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Sheet, Step, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

LIMITS = (
    "Sur la carte, un trait droit joint deux arrêts : l’accompagnement suit les rues.",
    (
        "Le danger d’une rue vient de sa sorte, pas de ses accidents ni de ses trottoirs : marchez chaque "
        "ligne avant d’ouvrir."
    ),
    "Rien ne dit que les familles viendront, ni que des adultes seront là.",
)
DRAWN = (
    "Les enfants sont tirés au sort parmi les habitants de leur âge : c’est un essai pour se décider. "
    "Ce n’est pas une liste."
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a walking bus; its lines only to who may read them."""
    detail = result["detail"] or personal
    told = detail["lines"] if detail else []
    layers = tuple(layer_of(one) for one in detail["layers"]) if detail else ()
    title = f"Les lignes vers {result['school']}"
    return Presentation(
        question=f"Comment mener les enfants à pied, ensemble, à {result['school']} ?",
        answer=_answer(result, scene),
        why=tuple(_why(result, scene)),
        sure=tuple(_sure(result)),
        map=StudyMap(title, "Lignes, arrêts et école.", layers, close=True) if layers and told else None,
        tables=(_table(told),) if told else (),
        warnings=(DRAWN,) if result["drawn"] else (),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=(*result["sources"], *(() if result["drawn"] else ("Liste d’enfants envoyée avec l’étude",))),
        steps=(
            Step("Marcher chaque ligne avec des parents, à l’heure de l’école."),
            Step("Chercher des adultes : deux par ligne au moins, avec des remplaçants."),
        ),
        estimate=bool(result["drawn"]),
        missing=result["shown"] and not result["totals"].get("leaves"),
        sheets=tuple(_sheet(line, result) for line in told),
        personal=personal is not None,
    )


def _answer(result: Json, scene: StudyScene) -> str:
    totals = result["totals"]
    if not result["shown"]:
        return f"Ce pédibus concerne moins de {scene.few} enfants : ses chiffres restent à son équipe."
    if not totals.get("leaves"):
        return "Aucune ligne n’est possible : aucun enfant n’est à portée de cette école à pied."
    lines = counted(totals["leaves"], "ligne suffit", "lignes suffisent")
    adults = counted(totals["adults"], "adulte", "adultes")
    children = counted(totals["served"], "enfant", "enfants")
    longest = number(result["longest"])
    return f"{lines} pour {children}, avec {adults} ; la plus longue dure {longest} minutes."


def _why(result: Json, scene: StudyScene) -> list[str]:
    asked = result["asked"]
    told = [
        "On cherche d’abord le moins de lignes, puis le moins de danger.",
        (
            f"Une ligne dure au plus {number(asked['minutes'])} minutes, et personne ne marche plus de "
            f"{number(asked['alpha'], 1)} fois son chemin le plus court."
        ),
    ]
    if result["unserved"] is None:
        told.append(
            f"Quelques enfants (moins de {scene.few}) restent sans ligne : trop loin, ou sans chemin."
        )
    elif result["unserved"]:
        who = counted(result["unserved"], "enfant reste", "enfants restent")
        told.append(f"{who} sans ligne : trop loin, ou sans chemin.")
    return told


def _sure(result: Json) -> list[str]:
    totals = result["totals"]
    if not totals.get("leaves"):
        return []
    told = []
    if totals["fewest_proved"]:
        told.append("Moins de lignes est impossible, et c’est prouvé.")
    else:
        told.append(f"Il est prouvé qu’il faut au moins {counted(totals['bound'], 'ligne', 'lignes')}.")
    if totals["safest_proved"]:
        told.append("Aucun plan d’autant de lignes n’est moins dangereux, et c’est prouvé.")
    elif totals["danger"] > 0:
        gap = 1 - totals["danger_bound"] / totals["danger"]
        told.append(f"Le danger pourrait baisser de {percent(gap)} au plus : c’est prouvé, pas atteint.")
    return told


def _table(lines: list[dict[str, Any]]) -> Table:
    columns = tuple(
        Column(head) for head in ("Départ", "Arrivée", "Durée", "Longueur", "Arrêts", "Enfants", "Adultes")
    )
    rows = tuple(_row(line) for line in lines)
    return Table(
        "table-lines", "Les lignes, de la plus longue à la plus courte", "Ligne", columns, (("", rows),)
    )


def _row(line: dict[str, Any]) -> Row:
    children = sum(len(stop["children"]) for stop in line["stops"])
    values = (
        *(line["start"], line["arrival"], f"{number(line['minutes'])} min", f"{number(line['metres'])} m"),
        *(number(len(line["stops"])), number(children), number(line["adults"])),
    )
    joins = f"rejoint la ligne {line['joins']['line']}" if line["joins"] else ""
    return Row(f"Ligne {line['line']}", tuple(Shown(value) for value in values), detail=joins)


def _sheet(line: dict[str, Any], result: Json) -> Sheet:
    """The timetable that an adult holds: stops, times, numbers of the children."""
    columns = (Column("Heure"), Column("Enfants"), Column("Numéros", text=True))
    rows = [
        Row(
            f"Arrêt {stop['rank']}",
            (
                Shown(stop["time"]),
                Shown(number(len(stop["children"]))),
                Shown(", ".join(stop["children"]) or "–"),
            ),
        )
        for stop in line["stops"]
    ]
    last = (Shown(line["arrival"]), Shown("–"), Shown("–"))
    rows.append(Row("École", last, whole=True))
    table = Table(f"sheet-{line['line']}", "Arrêts et horaires", "Arrêt", columns, (("", tuple(rows)),))
    lead = [
        f"{result['school']}. Entrée en classe à {result['asked']['bell'].replace(':', ' h ')}.",
        (
            f"{number(line['minutes'])} minutes, {number(line['metres'])} mètres, "
            f"{counted(line['adults'], 'adulte', 'adultes')} au moins."
        ),
    ]
    if line["joins"]:
        lead.append(f"Cette ligne rejoint la ligne {line['joins']['line']}, puis marche avec elle.")
    if result["drawn"]:
        lead.append(DRAWN)
    boxes = ("Adultes qui accompagnent", "Remplaçants", "Téléphone de l’école")
    return Sheet(f"Pédibus, ligne {line['line']}", tuple(lead), table, boxes)
