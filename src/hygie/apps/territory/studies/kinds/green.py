"""« Who sees three trees, who lives near a park, where to plant »: the 3-30-300 rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, text_of
from hygie.apps.territory.studies.registry import Answers, Json, Kind, Material, Outcome, Preset, Progress
from hygie.apps.territory.studies.zones import zone_rows
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.planting import Plan, plant_next
from hygie.engines.green.rule import HomeRule, rule_of
from hygie.engines.green.scene import TREE, Scene, prepare_scene
from hygie.engines.green.spots import plantable_spots
from hygie.engines.green.zones import green_result
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.readers.green_parameters import green_parameters
from hygie.reports.json_green import green_json, plant_json
from hygie.reports.studies.green import ENOUGH, MISSED, PLANT, RULE, present
from hygie.reports.studies.layers import Layer, layer_json, points, share_layers
from hygie.reports.studies.values import source_lines

WHAT = (
    Option(RULE, "qui vit près des arbres aujourd’hui"),
    Option(PLANT, "où planter les prochains arbres"),
)
PRESETS = (
    Preset(
        "regle",
        "Qui voit trois arbres, vit à l’ombre, près d’un espace vert ?",
        "La règle 3-30-300, par quartier : ce qui est rempli, et ce qui manque.",
        {"what": (RULE,)},
    ),
    Preset(
        "planter",
        "Où les 200 prochains arbres aident-ils le plus ?",
        "Les endroits d’où le plus d’habitants verraient enfin trois arbres.",
        {"what": (PLANT,), "trees": ("200",)},
    ),
)
MOST_TREES = 2000


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form; distances come from the catalogue."""
    used = green_parameters(opened.catalogue, opened.day)
    return (
        Field("what", "Ce que l’on cherche", Asks.ONE, options=WHAT, initial=(RULE,)),
        Field(
            *("trees", "Nombre d’arbres à planter"),
            hint="Pour chercher où planter.",
            low=1,
            high=MOST_TREES,
            whole=True,
            initial=("200",),
        ),
        Field(
            *("radius", "Un arbre compte s’il est vu à moins de"),
            low=1,
            high=200,
            unit="mètres",
            initial=(_typed(used.radius),),
        ),
        Field(
            *("hectares", "Un espace vert compte à partir de"),
            low=0,
            high=1000,
            unit="hectares",
            initial=(_typed(used.smallest_hectares),),
        ),
    )


def _typed(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Measure the rule, then look for where to plant when asked."""
    del file
    opened, stored = material.opened, material.stored
    parameters = _parameters(opened, answers)
    progress(0.05, "Arbres, bâtiments et espaces verts")
    scene = prepare_scene(stored.territory, stored.plane, stored.movements(), parameters)
    progress(0.25, "Arbres vus de chaque bâtiment")
    base: Json = {
        "what": text_of(answers, "what"),
        "crowns": list(scene.crowns_known),
        "sources": list(source_lines(opened.territory)),
    }
    if base["what"] == PLANT:
        return Outcome(base | _planted(material, scene, parameters, answers, progress))
    return Outcome(base | _measured(material, scene, parameters))


def _parameters(opened: Opened, answers: Answers) -> GreenParameters:
    parameters = green_parameters(opened.catalogue, opened.day)
    radius, hectares = number_of(answers, "radius"), number_of(answers, "hectares")
    return replace(parameters, radius=radius, smallest_hectares=hectares)


def _measured(material: Material, scene: Scene, parameters: GreenParameters) -> Json:
    """The rule by zone, and squares by what they miss."""
    result = green_result(scene, parameters, material.stored.walk_metres_per_minute)
    told = green_json(scene.territory, result, parameters)
    missed, tests = _missed(result.homes, parameters)
    layers = _squares(material.opened, scene, missed, tests) if tests else []
    return {
        **{key: told[key] for key in ("counted", "tests", "radii", "zones")},
        **_standing(told["provenance"]),
        "layers": [layer_json(one) for one in layers],
    }


def _standing(provenance: dict[str, Any]) -> Json:
    return {"figures": provenance["figures"], "warnings": provenance["warnings"]}


def _missed(rule: HomeRule, parameters: GreenParameters) -> tuple[Floats, int]:
    """How many of the tests that could be computed each home fails, and how many there are."""
    met = {
        "three": rule.meets_three(parameters),
        "thirty": rule.meets_thirty(parameters),
        "three_hundred": rule.meets_three_hundred(parameters),
    }
    told = [~column for key, column in met.items() if key not in rule.reasons]
    return np.sum(told, axis=0, dtype=np.float64) if told else np.zeros(0), len(told)


def _squares(
    opened: Opened, scene: Scene, values: Floats, tests: int, words: tuple[str, ...] = MISSED
) -> tuple[Layer, ...]:
    grid, windows = opened.scene.stage.grid, opened.scene.stage.windows
    if grid is None or not windows:
        return ()
    every = np.full(len(scene.territory.demand), np.nan)
    every[scene.homes] = values
    steps = [(rank + 0.5, words[rank]) for rank in range(tests)]
    return share_layers(grid, windows[0].frame.plane, every, [*steps, (np.inf, words[tests])])


def _planted(
    material: Material,
    scene: Scene,
    parameters: GreenParameters,
    answers: Answers,
    progress: Progress,
) -> Json:
    """Where the next trees help most, and who then sees enough of them."""
    if not scene.draws_trees:
        raise HygieError(
            "Non calculé : aucune source ne dessine d’arbre.",
            why="Sans les arbres présents, on ne sait pas qui en manque.",
            fix="Ajoutez à la recette un inventaire d’arbres (tree_table).",
        )
    rule = rule_of(scene, parameters, material.stored.walk_metres_per_minute)
    progress(0.45, "Endroits où planter")
    walk = material.stored.streets.get("walk")
    spots = plantable_spots(scene, parameters, None if walk is None else walk.graph)
    progress(0.6, "Choix des arbres, du plus utile au moins utile")
    plan = plant_next(scene, rule, parameters, spots, round(number_of(answers, "trees")))
    told = plant_json(scene.territory, scene, plan, parameters, 0)
    layers = _trees(material.opened, scene, plan, rule, parameters)
    before = _counted(material.opened, scene, rule.meets_three(parameters))
    after = _counted(material.opened, scene, plan.seen >= parameters.trees_wanted)
    keys = ("counted", "status", "spots", "seen_three", "gap", "guarantee")
    return {
        **{key: told[key] for key in keys},
        **_standing(told["provenance"]),
        "trees": len(told["trees"]),
        "wanted": parameters.trees_wanted,
        "radius": parameters.radius,
        "zones": zone_rows(material.opened, before, after, estimate=plan.spots.estimate),
        "layers": [layer_json(one) for one in layers],
    }


def _counted(opened: Opened, scene: Scene, homes: Booleans) -> Booleans:
    """Homes of the scene, in the order of the residents counted by the diagnosis."""
    every = np.zeros(len(scene.territory.demand), np.bool_)
    every[scene.homes] = homes
    return np.asarray(every[opened.study.residents.positions], np.bool_)


def _trees(
    opened: Opened, scene: Scene, plan: Plan, rule: HomeRule, parameters: GreenParameters
) -> list[Layer]:
    """Squares by trees seen today, and the trees to plant."""
    lacking = (~rule.meets_three(parameters)).astype(np.float64)
    squares = _squares(opened, scene, lacking, 1, ENOUGH)
    lon, lat = scene.plane.to_degrees(*plan.spots.at[plan.chosen].reshape(-1, 2).T)
    trees = Layer(
        key="trees",
        look="study-dot",
        words="arbre à planter",
        shapes=points(np.atleast_1d(lon), np.atleast_1d(lat)),
        properties=tuple({"rank": rank} for rank in range(1, len(plan.chosen) + 1)),
    )
    return [*squares, trees]


def _missing(opened: Opened) -> str:
    return "" if TREE in opened.territory.features else "aucun arbre n’est dans les données"


KIND = Kind(
    key="green",
    title="Où en sont les arbres, et où planter ?",
    about="Mesure la règle 3-30-300 pour chaque habitant, et cherche où les prochains arbres aident le plus.",
    short="Arbres",
    fields=fields,
    run=run,
    present=present,
    presets=PRESETS,
    missing=_missing,
)
