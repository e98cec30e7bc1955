"""What a study of trees says: who has them, where to plant, how far from the best possible."""

from __future__ import annotations

from typing import Any

from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.french import WIDE, counted, number, percent
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, Step, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of, measure_of, shown_kept
from hygie.reports.studies.zones import zone_table
from hygie.reports.tables import LAYER_TITLES, Column, Row, Table
from hygie.reports.words import not_computed_text

RULE, PLANT = "rule", "plant"

MISSED = (
    "rien ne manque",
    "une des règles manque",
    "deux des règles manquent",
    "les trois règles manquent",
)
"""Words of the squares, by how many of the rules most of their residents miss."""

ENOUGH = ("la plupart voient assez d’arbres", "la plupart n’en voient pas assez")

TITLES = {
    "three": "Voient trois arbres",
    "thirty": "Vivent sous 30 % de canopée",
    "three_hundred": "Ont un espace vert à 300 m",
    "all_three": "Les trois à la fois",
}
SHOWN_LAYERS = (WHOLE, "commune", "quarter", "qpv")

LIMITS = (
    (
        "Voir un arbre, c’est qu’aucun bâtiment ne le cache à vol d’oiseau : ni les murs, ni les haies, ni "
        "l’étage n’y sont."
    ),
    "La règle 3-30-300 est un repère de recherche, pas une norme.",
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a study of trees."""
    del personal
    return _plan(result, scene) if result["what"] == PLANT else _rule(result, scene)


def _rule(result: Json, scene: StudyScene) -> Presentation:
    whole = result["zones"][0]["measures"] if result["zones"] else {}
    answer, missing = _rule_answer(result, whole)
    return Presentation(
        question="Qui voit trois arbres, vit à l’ombre, près d’un espace vert ?",
        answer=answer,
        why=tuple(_tests(result)),
        sure=_sensitivity(result, whole),
        map=_map(
            result, "Ce qui manque de la règle 3-30-300", "Règles manquées par la plupart des habitants"
        ),
        tables=(_table(result, scene),) if not missing else (),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        steps=(
            Step("Chercher où planter", "studies"),
            Step("Vérifier d’où viennent ces chiffres", "sources"),
        ),
        estimate=any(test["status"] == "estimate" for test in result["tests"].values()),
        missing=missing,
    )


def _rule_answer(result: Json, whole: dict[str, Any]) -> tuple[str, bool]:
    """The sentence, and whether nothing could be computed."""
    who = "des habitants" if result["counted"] == "people" else "des logements"
    told = [
        f"{percent(share)} {words}"
        for key, words in (
            ("three", "voient trois arbres"),
            ("thirty", "vivent sous assez de canopée"),
            ("three_hundred", "ont un espace vert près de chez eux"),
        )
        if (share := _value(whole.get(key))) is not None
    ]
    if not told:
        reasons = {test["reason"] for test in result["tests"].values() if "reason" in test}
        measure = next((m for m in whole.values() if m.get("reason") in reasons), None)
        return not_computed_text(None if measure is None else measure_of(measure).reason), True
    every = _value(whole.get("all_three"))
    more = "" if every is None else f" Les trois à la fois : {percent(every)}."
    first, *rest = told
    part, _, words = first.partition("% ")
    return f"{', '.join((f'{part}% {who} {words}', *rest))}.{more}", False


def _value(measure: dict[str, Any] | None) -> float | None:
    return None if measure is None else measure.get("value")


def _tests(result: Json) -> list[str]:
    told = []
    for key, test in result["tests"].items():
        if test["status"] == "not_computed":
            reason = measure_of({"status": "not_computed", "reason": test["reason"]}).reason
            told.append(f"{TITLES[key]} : {not_computed_text(reason).lower()}")
    known, every = result["crowns"]
    if every and known == every:
        told.append(f"{counted(every, 'arbre dessiné', 'arbres dessinés')}, tous avec leur couronne.")
    elif every:
        told.append(
            f"{counted(every, 'arbre dessiné', 'arbres dessinés')}, dont {number(known)} avec une couronne "
            "mesurée. Les autres reçoivent une couronne type : la canopée est alors une estimation."
        )
    return told


def _sensitivity(result: Json, whole: dict[str, Any]) -> tuple[str, ...]:
    """The same share at the other distances: how much the answer hangs on the one chosen."""
    parts = [
        f"{percent(share)} à {number(radius)} m"
        for radius in result["radii"]
        if (share := _value(whole.get(f"three_{radius:g}"))) is not None
    ]
    return (f"Voir trois arbres dépend de la distance choisie : {', '.join(parts)}.",) if parts else ()


def _table(result: Json, scene: StudyScene) -> Table:
    counted_by = "Habitants" if result["counted"] == "people" else "Logements"
    columns = (Column(counted_by), *(Column(title) for title in TITLES.values()))
    groups: dict[str, list[Row]] = {}
    for zone in result["zones"]:
        if zone["layer"] not in SHOWN_LAYERS:
            continue
        measures = zone["measures"]
        keys = [("people", result["counted"]), *(("share", key) for key in TITLES)]
        values = tuple(shown_kept(unit, measures[key], scene.few) for unit, key in keys)
        layer = scene.territory.layers.get(zone["layer"])
        title = "" if zone["layer"] == WHOLE else (layer and layer.title) or LAYER_TITLES[zone["layer"]]
        groups.setdefault(title, []).append(Row(zone["zone_name"], values, not title))
    told = tuple((title, tuple(rows)) for title, rows in groups.items())
    return Table("table-rule", "La règle 3-30-300, par zone", "Zone", columns, told)


def _map(result: Json, title: str, description: str) -> StudyMap | None:
    layers = tuple(layer_of(one) for one in result["layers"])
    words = f"{description}, par carré de 200{WIDE}m."
    return StudyMap(title, words, layers) if layers else None


def _plan(result: Json, scene: StudyScene) -> Presentation:
    trees = counted(result["trees"], "arbre", "arbres")
    table = zone_table(
        result["zones"],
        scene,
        caption=f"Habitants qui voient {number(result['wanted'])} arbres ou plus",
        heads=("Aujourd’hui", f"Avec {trees} de plus"),
    )
    sources = result["spots"]["source"] or "bords de rue, une estimation"
    return Presentation(
        question=f"Où les {trees} suivants aident-ils le plus ?",
        answer=_plan_answer(result, scene, trees),
        why=(
            f"Choix parmi {counted(result['spots']['count'], 'endroit', 'endroits')} ({sources}).",
            (
                "Chaque arbre est mis là où le plus d’habitants manquent encore d’arbres en vue ; ceux des "
                "quartiers prioritaires comptent davantage."
            ),
            f"Un arbre compte s’il est vu à moins de {number(result['radius'])} m.",
        ),
        sure=(
            f"Au plus {percent(result['gap'], 1)} de moins que le meilleur plan possible, et c’est prouvé.",
            f"Quoi qu’il arrive, ce choix atteint au moins {percent(result['guarantee'])} du meilleur.",
        ),
        map=_map(result, f"Où planter {trees}", "Arbres à planter, et habitants qui en manquent"),
        tables=() if table is None else (table,),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        steps=(Step("Vérifier chaque endroit sur place : réseaux, trottoir, propriété du sol, eau."),),
        estimate=result["status"] == "estimate",
    )


def _plan_answer(result: Json, scene: StudyScene, trees: str) -> str:
    before, after = (measure_of(result["seen_three"][key]) for key in ("before", "after"))
    who = ("habitant", "habitants") if result["counted"] == "people" else ("logement", "logements")
    if before.value is None or after.value is None:
        kept_back = "before" if before.value is None else "after"
        hidden = shown_kept("people", result["seen_three"][kept_back], scene.few)
        return f"{trees} : le nombre d’habitants qui gagnent une vue est {hidden.text} ({hidden.detail})."
    gained = after.value - before.value
    verb = "voit" if round(gained) <= 1 else "voient"
    return f"Avec {trees}, {counted(gained, *who)} de plus {verb} enfin assez d’arbres."
