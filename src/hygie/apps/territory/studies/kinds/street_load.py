"""« Where do people walk »: load of each street, and where a bench, a crossing or shade helps most."""

from __future__ import annotations

import numpy as np

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, several_of
from hygie.apps.territory.studies.registry import Answers, Json, Kind, Material, Outcome, Progress
from hygie.engines.kernel.french import capital, number
from hygie.reports.json_walk_load import HELPS, load_json
from hygie.reports.studies.layers import Layer, layer_json, lines, points
from hygie.reports.studies.street_load import LOOKS, present
from hygie.reports.studies.values import source_lines
from hygie.territories.walking_load import LEISURE, LoadRequest, load_of

MOST_STREETS = 600
"""Streets kept, the busiest: a map of all of them would show none."""

CLASSES = 3


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form: where one walks besides school, how far, how many spots."""
    places = opened.territory.places
    held = set(places.categories[places.inside].tolist())
    here = tuple(
        Option(key, capital(one.title)) for key, one in opened.catalogue.categories.items() if key in held
    )
    initial = tuple(option.value for option in here if option.value in LEISURE)
    longest = opened.catalogue.figure("load_longest", opened.day).value
    return (
        Field(
            *("leisure", "Où l’on va à pied, outre l’école", Asks.SEVERAL),
            options=here,
            initial=initial,
            required=False,
        ),
        Field(
            *("minutes", "Marche la plus longue comptée"),
            low=1,
            high=60,
            unit="minutes",
            initial=(f"{longest:g}",),
        ),
        Field("count", "Endroits proposés par aménagement", low=1, high=50, whole=True, initial=("10",)),
    )


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Add up walks, and keep what may be shown."""
    del file
    progress(0.1, "Chemins de chacun")
    opened, stored = material.opened, material.stored
    request = LoadRequest(
        minutes=number_of(answers, "minutes"),
        leisure=several_of(answers, "leisure"),
        count=round(number_of(answers, "count")),
    )
    study = load_of(stored, request, opened.catalogue)
    progress(0.8, "Rues et endroits")
    told = load_json(opened.territory, stored.streets["walk"].graph, study)
    result: Json = {key: told[key] for key in ("rates", "walks", "hidden_streets", "helps")} | {
        "shown_streets": len(told["streets"]),
        "busiest": [one["passages"] for one in told["streets"][:1]],
        "figures": told["provenance"]["figures"],
        "warnings": told["provenance"]["warnings"],
        "sources": list(source_lines(opened.territory)),
        "layers": [layer_json(one) for one in [*_streets(told), *_spots(told)]],
    }
    return Outcome(result)


def _streets(told: Json) -> list[Layer]:
    """The busiest streets in three classes of as many."""
    kept = told["streets"][:MOST_STREETS]
    layers = []
    for rank, ranks in enumerate(np.array_split(np.arange(len(kept)), CLASSES)):
        mine = [kept[at] for at in ranks.tolist()]
        if not mine:
            continue
        least = number(min(one["passages"]["low"] for one in mine))
        most = number(max(one["passages"]["high"] for one in mine))
        span = tuple(
            {"passages_low": one["passages"]["low"], "passages_high": one["passages"]["high"]} for one in mine
        )
        words = f"de {least} à {most} passages par jour"
        ways = lines([[(x, y) for x, y in one["way"]] for one in mine])
        layers.append(
            Layer(
                f"streets-{rank + 1}", f"study-line-{rank + 1}", words, ways, properties=span, estimate=True
            )
        )
    return layers[::-1]


def _spots(told: Json) -> list[Layer]:
    layers = []
    for key in HELPS:
        spots = told["helps"][key]["spots"]
        look, words = LOOKS[key]
        layers.append(
            Layer(
                key,
                look,
                words,
                points([one["lon"] for one in spots], [one["lat"] for one in spots]),
                names=tuple(one["where"] or f"{words} {one['rank']}" for one in spots),
                numbers=tuple(str(one["rank"]) for one in spots),
            )
        )
    return layers


def _missing(opened: Opened) -> str:
    return "" if opened.streets is not None else "aucun plan des rues n’est dans les données"


KIND = Kind(
    key="street_load",
    title="Où marche-t-on le plus, et où aménager ?",
    about="Estime qui marche dans chaque rue, et où un banc, une traversée ou de l’ombre aident le plus.",
    short="Rues à pied",
    fields=fields,
    run=run,
    present=present,
    missing=_missing,
)
