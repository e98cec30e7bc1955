"""A kind of study for tests: no engine, every part of the common ground."""

from __future__ import annotations

import numpy as np

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, several_of, text_of
from hygie.apps.territory.studies.registry import (
    Answers,
    FileRead,
    Json,
    Kind,
    Material,
    Outcome,
    Preset,
    Progress,
)
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.reports.studies.layers import Layer, layer_json, layer_of, lines, minute_layers, points
from hygie.reports.studies.presentation import Presentation, Sheet, Step, StudyMap, StudyScene
from hygie.reports.studies.values import (
    figures_json,
    figures_of,
    measure_json,
    people_measure,
    shown_kept,
    source_lines,
)
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

HOME = "rue-du-secret"
HOSTILE = "=cmd|' /C calc'!A0"


def fields(opened: Opened) -> tuple[Field, ...]:
    places = opened.territory.places
    names = tuple(Option(str(i), str(n)) for i, n in zip(places.ids, places.names, strict=True))
    return (
        Field("number", "Nombre de lieux", initial=("2",), low=1, high=10, whole=True),
        Field("minutes", "Temps de marche", initial=("15",), low=1, high=60, unit="minutes", required=False),
        Field("keep", "Lieux gardés", Asks.SEVERAL, options=names, required=False, group="Lieux"),
        Field("where", "Près de", Asks.ONE, options=names, required=False, group="Lieux"),
        Field("fair", "Compter double les quartiers prioritaires", Asks.FLAG),
        Field("file", "Liste d’enfants", Asks.FILE, required=False),
    )


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    count = number_of(answers, "number")
    progress(0.2, "Recherche des lieux")
    if count == 9:
        raise HygieError(
            "Aucune réponse ne tient.", why="Neuf lieux dépassent le budget.", fix="Huit au plus."
        )
    if count == 8:
        raise ZeroDivisionError
    opened = material.opened
    places, few = opened.territory.places, opened.scene.few
    at = points(places.lon, places.lat)
    sites = Layer(
        "sites",
        "study-chosen",
        "lieu choisi",
        at,
        tuple(map(str, places.names)),
        tuple(str(i + 1) for i in range(len(at))),
    )
    grid = opened.scene.stage.grid
    assert grid is not None
    minutes = np.linspace(1.0, 40.0, len(opened.territory.demand))
    way = lines(
        [[(float(places.lon[0]), float(places.lat[0])), (float(places.lon[1]), float(places.lat[1]))]]
    )
    layers = (
        *minute_layers(grid, opened.scene.stage.windows[0].frame.plane, minutes, thresholds=(5, 10, 15)),
        Layer("way", "study-line-2", "chemin", way),
        sites,
    )
    figure = FigureUse("walking_speed", 1.33, "m/s", "2020-01-01", "to-verify", "Une étude")
    result: Json = {
        "count": count,
        "near": text_of(answers, "where"),
        "kept": list(several_of(answers, "keep")),
        "people": measure_json(people_measure(7.0, few)),
        "layers": [layer_json(one) for one in layers],
        "figures": figures_json([figure]),
        "sources": list(source_lines(opened.territory)),
    }
    progress(0.9, "Mise en forme")
    return Outcome(result, {"home": HOME} if file else None)


def present(result: Json, personal: Json | None, scene: StudyScene) -> Presentation:
    shown = shown_kept("people", result["people"], scene.few)
    table = Table(
        "table-study",
        "Lieux choisis",
        "Lieu",
        (Column("Habitants servis"), Column("Remarque", text=True)),
        (("", (Row(HOSTILE, (shown, Shown("à vérifier", number=False))),)),),
    )
    told = personal is not None
    home = (f"Maison {personal['home']}",) if personal is not None else ()
    return Presentation(
        question="Où ouvrir ?",
        answer=f"{result['count']:.0f} lieux suffisent.",
        why=("Le budget tient.", *home),
        sure=("À 0,4 % du meilleur possible, et c’est prouvé.",),
        map=StudyMap("Les lieux choisis", "Temps de marche", tuple(layer_of(x) for x in result["layers"])),
        tables=(table,),
        warnings=("Lisez ceci.",),
        limits=("Rien des locaux.",),
        figures=figures_of(result["figures"]),
        sources=tuple(result["sources"]),
        steps=(Step("Essayer un lieu", "scenario", {"faire": "ouvrir"}),),
        estimate=True,
        sheets=(Sheet("Ligne 1", ("Départ à 8 h.",), table, ("Accompagné par",)),) if told else (),
        personal=told,
    )


def read_file(name: str, content: bytes) -> FileRead:
    if not name.endswith(".csv"):
        raise HygieError("Ce n’est pas un tableau CSV.", fix="Enregistrez-le en CSV.")
    rows = content.decode("utf-8", errors="replace").splitlines()
    return FileRead("\n".join(rows), len(rows), 1, ("ligne 3 : niveau inconnu",))


QUICK = Kind(
    key="essai",
    title="Où ouvrir des lieux ?",
    about="Une étude d’essai.",
    short="Essai",
    fields=fields,
    run=run,
    present=present,
    quick=True,
    presets=(Preset("guichet", "Un guichet près de chacun ?", "Essai.", {"number": ("4",)}),),
    read_file=read_file,
    largest_file=2000,
)
