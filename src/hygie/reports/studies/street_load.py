"""What a study of walks by street says: where a bench, a crossing or shade helps most walkers."""

from __future__ import annotations

from hygie.engines.kernel.french import capital, counted, number
from hygie.reports.json_walk_load import HELPS
from hygie.reports.studies.layers import layer_of
from hygie.reports.studies.presentation import Json, Presentation, StudyMap, StudyScene
from hygie.reports.studies.values import figures_of, shown_kept
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

QUESTION = "Où marche-t-on le plus, et où aménager ?"
LOOKS = {
    "bench": ("study-chosen", "banc"),
    "crossing": ("study-kept", "traversée plus sûre"),
    "shade": ("study-candidate", "ombre"),
}
"""Look and words of each kind of help."""

_CAPTIONS = {
    "bench": "Où un banc aide le plus de monde",
    "crossing": "Où une traversée plus sûre d’un axe principal aide le plus de monde",
    "shade": "Où de l’ombre aide le plus : passages et mètres sans arbre",
}
_WHY_NOT = {
    "crossing": "Traversées : non calculé, aucun axe principal n’est dans les données.",
    "shade": "Ombre : non calculé, aucun arbre n’est dans les données.",
}
LIMITS = (
    (
        "Ce calcul ne compte personne : il suppose que chacun prend le plus court chemin vers l’école ou "
        "le lieu le plus proche."
    ),
    "Les bancs, les trottoirs et les passages piétons qui existent ne sont pas dans les données.",
    "Les rues où trop peu de monde passe ne sont pas montrées.",
)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    """Tell a study of walks by street."""
    del personal
    helps = result["helps"]
    return Presentation(
        question=QUESTION,
        answer=_answer(result),
        why=(
            (
                "Un banc est proposé où le plus de monde passe ; une traversée, où le plus de monde coupe un "
                "axe principal ; de l’ombre, où le plus de mètres sont marchés sans arbre."
            ),
            *(_WHY_NOT[key] for key in _WHY_NOT if helps[key]["status"] == "not_computed"),
            *_walks(result, scene),
        ),
        sure=(
            (
                "Chaque nombre est un intervalle : la part de ceux qui marchent n’est pas connue. "
                "Une enquête ou un comptage le resserre."
            ),
        ),
        map=StudyMap(
            "Les rues les plus marchées, et où aménager",
            "Passages estimés par jour ; endroits numérotés, du plus utile au moins utile.",
            tuple(layer_of(one) for one in result["layers"]),
        ),
        tables=tuple(_table(key, helps[key]["spots"]) for key in HELPS if helps[key]["spots"]),
        warnings=tuple(result["warnings"]),
        limits=LIMITS,
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        estimate=True,
    )


def _answer(result: Json) -> str:
    if not result["busiest"]:
        return "Aucune rue ne peut être montrée : trop peu de monde passe dans chacune."
    low, high = (number(result["busiest"][0][end]) for end in ("low", "high"))
    shown = counted(result["shown_streets"], "rue est montrée", "rues sont montrées")
    return f"De {low} à {high} passages par jour dans la rue la plus marchée ; {shown}."


def _walks(result: Json, scene: StudyScene) -> list[str]:
    told = []
    for one in result["walks"]:
        title = capital(scene.catalogue.categories[one["category"]].title)
        who = shown_kept("people", one["walking"], scene.few)
        if who.number:
            told.append(f"{title} : {who.text} personnes en habitent à distance de marche.")
        elif one["walking"]["status"] == "not_computed":
            told.append(f"{title} : non calculé, les données ne disent ni combien d’élèves ni où.")
    return told


def _table(key: str, spots: list[Json]) -> Table:
    heads = (Column("Passages par jour, au moins"), Column("au plus"))
    rows = tuple(
        Row(
            f"{one['rank']}. {one['where'] or 'sans lieu nommé'}",
            (Shown(number(one["passages"]["low"])), Shown(number(one["passages"]["high"]))),
        )
        for one in spots
    )
    return Table(f"table-{key}", _CAPTIONS[key], "Endroit", heads, (("", rows),))
