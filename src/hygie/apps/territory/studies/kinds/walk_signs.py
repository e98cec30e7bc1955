"""« Where to put walking-time signs »: crossings, what each sign says, one sheet a panel."""

from __future__ import annotations

from typing import Any

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, several_of
from hygie.apps.territory.studies.registry import Answers, Json, Kind, Material, Outcome, Preset, Progress
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import capital
from hygie.engines.walking.signs_told import SignStudy, panels_of
from hygie.reports.json_walk_signs import signs_json
from hygie.reports.pdf.signs import MOST_PANELS
from hygie.reports.signs_words import panel_words
from hygie.reports.studies.layers import Layer, layer_json, points
from hygie.reports.studies.values import source_lines
from hygie.reports.studies.walk_signs import present
from hygie.territories.walking_signs import FIGURES, LINES, MOST_LINES, SignRequest, plan_territory_signs

SECONDS = 20.0
USUAL = ("pharmacy", "green")
"""Destinations proposed first, where the territory has them."""


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form: categories of places that the territory has, choices with the catalogue's values."""
    figures = {key: opened.catalogue.figure(key, opened.day).value for key in FIGURES}
    here = _categories(opened)
    initial = tuple(option.value for option in here if option.value in USUAL)
    return (
        Field("to", "Destinations annoncées", Asks.SEVERAL, options=here, initial=initial),
        Field(
            *("budget", "Nombre d’emplacements, au plus"),
            hint="Les carrefours qui guident le plus de monde, le plus longtemps, jusqu’à l’arrivée.",
            low=1,
            high=MOST_PANELS,
            whole=True,
            initial=("20",),
        ),
        Field(
            *("minutes", "Marche la plus longue annoncée"),
            hint="Pour un adulte.",
            low=1,
            high=60,
            unit="minutes",
            initial=(f"{figures['sign_longest']:g}",),
            group="Choix de la commune",
        ),
        Field(
            *("lines", "Lignes d’un panneau, au plus"),
            low=1,
            high=MOST_LINES,
            whole=True,
            initial=(str(LINES),),
            group="Choix de la commune",
        ),
    )


def _categories(opened: Opened) -> tuple[Option, ...]:
    places = opened.territory.places
    held = set(places.categories[places.inside].tolist())
    kept = ((key, one) for key, one in opened.catalogue.categories.items() if key in held)
    return tuple(Option(key, capital(one.title)) for key, one in kept)


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Plan the signs, and keep what may be shown."""
    del file
    progress(0.1, "Chemins vers chaque destination")
    opened, stored = material.opened, material.stored
    request = SignRequest(
        to=several_of(answers, "to"),
        minutes=number_of(answers, "minutes"),
        budget=round(number_of(answers, "budget")),
        lines=round(number_of(answers, "lines")),
    )
    study = plan_territory_signs(stored, request, opened.catalogue, seconds=SECONDS)
    progress(0.85, "Textes des panneaux")
    graph = stored.streets["walk"].graph
    told = signs_json(opened.territory, graph, study, SECONDS)
    panels = [
        _panel(one)
        for rank, post in enumerate(study.plan.posts)
        for one in panel_words(study, opened.territory.places, rank, post)
    ]
    if len(panels) > MOST_PANELS:
        raise HygieError(
            f"Il faudrait imprimer {len(panels)} panneaux : {MOST_PANELS} au plus.",
            fix="Demandez moins d’emplacements, ou plus de lignes par panneau.",
        )
    result: Json = {key: told[key] for key in KEPT} | {
        "figures": told["provenance"]["figures"],
        "warnings": told["provenance"]["warnings"],
        "sources": list(source_lines(opened.territory)),
        "panels": panels,
        "layers": [layer_json(one) for one in _layers(opened, study, told)],
    }
    return Outcome(result)


KEPT = ("status", "asked", "count", "bound", "gap", "proved", "share", "answered", "destinations")


def _panel(one: Any) -> Json:
    lines = [[line.arrow, line.words, line.adult, line.child] for line in one.lines]
    return {"number": one.number, "facing": one.facing, "where": one.where, "lines": lines}


def _layers(opened: Opened, study: SignStudy, told: Json) -> list[Layer]:
    places = opened.territory.places
    reached = sorted(
        {
            study.destinations[line.target].places[line.goal]
            for post in study.plan.posts
            for lines in panels_of(post, study.lines)
            for line in lines
        }
    )
    posts = told["posts"]
    return [
        Layer(
            "destinations",
            "study-place",
            "destination annoncée",
            points(places.lon[reached], places.lat[reached]),
            names=tuple(str(places.names[at]) or str(places.ids[at]) for at in reached),
        ),
        Layer(
            "posts",
            "study-chosen",
            "emplacement d’un panneau",
            points([post["lon"] for post in posts], [post["lat"] for post in posts]),
            names=tuple(post["where"] or f"panneau {post['post']}" for post in posts),
            numbers=tuple(str(post["post"]) for post in posts),
            properties=tuple({"facing": post["facing"]} for post in posts),
        ),
    ]


def _missing(opened: Opened) -> str:
    if opened.streets is None:
        return "aucun plan des rues n’est dans les données"
    return "" if _categories(opened) else "aucun lieu n’est dans les données"


KIND = Kind(
    key="walk_signs",
    title="Où poser des panneaux qui disent le temps de marche ?",
    about="Choisit les carrefours où l’on hésite, écrit chaque panneau et le prépare à imprimer.",
    short="Signalétique piétonne",
    fields=fields,
    run=run,
    present=present,
    presets=(
        Preset(
            "sante",
            "Vingt panneaux vers la pharmacie et l’espace vert les plus proches ?",
            "Les carrefours qui guident le plus de monde, le plus longtemps.",
            {"budget": ("20",)},
        ),
    ),
    missing=_missing,
)
