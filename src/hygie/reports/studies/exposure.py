"""What a study of exposure says: who lives at which level of a layer, which school yards come first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import capital, counted, number, percent
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Step, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of, measure_of, shown_kept
from hygie.reports.tables import LAYER_TITLES, Column, Row, Table
from hygie.reports.words import Shown

CATEGORIES = {
    "green": "les espaces verts",
    "park": "les parcs",
    "water": "les eaux",
    "parking": "les parkings",
    "sports_ground": "les terrains de sport",
    "cemetery": "les cimetières",
}
"""Shapes of a territory that a study may take as its layer."""

LIMITS = (
    "Le niveau est celui du point où l’on place le logement : ni l’étage, ni la façade, ni un mur.",
    "Une distance n’est pas une mesure : être près d’une route n’est pas un niveau de bruit ni d’air.",
    "Les classes sont celles que vous avez choisies ; Hygie ne dit pas qu’elles sont celles de la loi.",
)
HIDDEN_TOO = "Un nombre est masqué aussi quand il en donnerait un petit par soustraction."
_COLUMNS = 4
"""Levels told in a table, the worst ones: more would not be read."""


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell the exposure, whole first, then zones, groups and school yards."""
    del personal
    whole = result["cells"][0]["measures"]
    tables = [_zones(result, scene), _groups(result, scene), _yards(result)]
    return Presentation(
        question=f"Qui vit à quel niveau : {result['layer']['title']} ?",
        answer=_answer(result, whole, scene),
        why=_why(result),
        sure=_sure(result, whole),
        map=StudyMap(
            f"Niveaux d’exposition : {result['layer']['title']}",
            "Carrés par niveau de l’habitant du milieu, et cours d’école exposées",
            tuple(layer_of(one) for one in result["layers"]),
        ),
        tables=tuple(one for one in tables if one is not None),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=(*_layer_source(result), *result["sources"]),
        steps=(
            Step("Vérifier la carte à sa source : date, méthode, limites."),
            Step("Voir où planter de l’ombre, ou demander une autre couche", "studies"),
        ),
        estimate=result["status"] == "estimate",
    )


def _who(result: Json) -> tuple[str, str]:
    return ("habitant", "habitants") if result["counted"] == "people" else ("logement", "logements")


def _answer(result: Json, whole: Mapping[str, Any], scene: StudyScene) -> str:
    """The worst level where somebody lives."""
    for level in reversed(result["levels"][1:]):
        count = whole[f"{result['counted']}_level_{level['level']}"]
        if count.get("value"):
            share = whole[f"level_{level['level']}"]["value"]
            verb = "est" if round(count["value"]) <= 1 else "sont"
            return (
                f"{counted(count['value'], *_who(result))} ({percent(share)}) {verb} {_at(level['words'])}."
            )
    hidden = any(one.get("status") == "suppressed" for key, one in whole.items() if "level" in key)
    if hidden:
        return f"Moins de {scene.few} habitants, ou presque tous, sont exposés : le nombre n’est pas montré."
    return f"Aucun {_who(result)[0]} n’est exposé à cette couche."


def _at(words: str) -> str:
    return words if words.startswith(("à ", "dans ", "de ")) else f"au niveau « {words} »"


def _why(result: Json) -> tuple[str, ...]:
    layer = result["layer"]
    told = [f"La couche : {layer['title']}{', ' + layer['vintage'] if layer['vintage'] else ''}."]
    if "read" in layer and layer["rejected"]:
        told.append(f"{layer['kept']} lignes gardées sur {layer['read']}, {layer['rejected']} rejetées.")
    if result["how"] != "distances":
        told.append("Là où plusieurs surfaces se recouvrent, le niveau le plus fort compte.")
    return tuple(told)


def _sure(result: Json, whole: Mapping[str, Any]) -> tuple[str, ...]:
    told = []
    first = measure_of(whole[f"{result['counted']}_from_1"])
    if first.low is not None and first.high is not None:
        told.append(
            f"Exposés à un niveau au moins : de {number(first.low)} à {counted(first.high, *_who(result))}, "
            "selon l’endroit où vivent ceux que le producteur a répartis."
        )
    unknown = whole[f"{result['counted']}_unknown"].get("value")
    if unknown:
        told.append(f"La couche ne dit rien pour {counted(unknown, *_who(result))}.")
    return tuple(told)


def _columns(result: Json) -> list[dict[str, Any]]:
    return list(reversed(result["levels"][1:]))[:_COLUMNS]


def _values(result: Json, cell: Mapping[str, Any], scene: StudyScene) -> tuple[Shown, ...]:
    who, measures = result["counted"], cell["measures"]
    told = [shown_kept("people", measures[who], scene.few)]
    for level in _columns(result):
        told.append(shown_kept("people", measures[f"{who}_level_{level['level']}"], scene.few))
        told.append(shown_kept("share", measures[f"level_{level['level']}"], scene.few))
    return tuple(told)


def _heads(result: Json) -> tuple[Column, ...]:
    who = capital(_who(result)[1])
    heads = [Column(who)]
    for level in _columns(result):
        words = capital(str(level["words"]))
        heads += [Column(who, words), Column("Part", words)]
    return tuple(heads)


def _zones(result: Json, scene: StudyScene) -> Table:
    groups: dict[str, list[Row]] = {}
    for cell in result["cells"]:
        if cell["group"] != WHOLE:
            continue
        whole = cell["layer"] == WHOLE
        title = "" if whole else LAYER_TITLES.get(cell["layer"], cell["layer"])
        row = Row(str(cell["zone_name"]), _values(result, cell, scene), whole)
        groups.setdefault(title, []).append(row)
    rows = tuple((title, tuple(lines)) for title, lines in groups.items())
    return Table("table-exposure", "Qui est exposé, par zone", "Zone", _heads(result), rows, (HIDDEN_TOO,))


def _groups(result: Json, scene: StudyScene) -> Table | None:
    rows = [
        Row(capital(group_label(cell["group"])), _values(result, cell, scene))
        for cell in result["cells"]
        if cell["layer"] == WHOLE and cell["group"] != WHOLE
    ]
    if not rows:
        return None
    caption = "Qui est exposé, par âge"
    return Table("table-exposure-ages", caption, "Âge", _heads(result), (("", tuple(rows)),))


def _yards(result: Json) -> Table | None:
    if not result["yards"]:
        return None
    distances = not any("share" in yard for yard in result["yards"])
    last = "Distance (m)" if distances else "Part de la cour"
    rows = tuple(
        Row(
            str(yard["name"] or "École sans nom"),
            (Shown(str(yard["words"]), _lent(yard), number=False), _yard_value(yard, distances=distances)),
        )
        for yard in result["yards"]
    )
    shown, total = len(rows), result["yards_total"]
    notes = (f"Les {shown} premières sur {total}.",) if total > shown else ()
    columns = (Column("Niveau", text=True), Column(last))
    return Table(
        *("table-yards", "Cours d’école, de la plus exposée à la moins exposée", "École", columns),
        (("", rows),),
        notes,
    )


def _lent(yard: Mapping[str, Any]) -> str:
    return "cour supposée" if yard["status"] == "estimate" else ""


def _yard_value(yard: Mapping[str, Any], *, distances: bool) -> Shown:
    value = yard.get("value") if distances else yard.get("share")
    if value is None:
        return Shown("–", number=False)
    return Shown(number(value) if distances else percent(value))


def _layer_source(result: Json) -> tuple[str, ...]:
    layer = result["layer"]
    return (f"{layer['title']}, {layer['vintage'] or 'millésime non dit'}",)
