"""« Where smoking is forbidden outdoors, where advertising may be limited »: perimeters on the map."""

from __future__ import annotations

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, text_of
from hygie.apps.territory.studies.registry import Answers, Kind, Material, Outcome, Preset, Progress
from hygie.engines.kernel.errors import HygieError
from hygie.engines.perimeters.draw import draw_perimeters
from hygie.engines.perimeters.rules import MOST_METRES
from hygie.readers.perimeter_rules import RULES, perimeter_parameters, perimeter_rule
from hygie.reports.json_perimeters import perimeters_json
from hygie.reports.perimeters_files import perimeter_layers
from hygie.reports.studies.layers import layer_json
from hygie.reports.studies.perimeters import present
from hygie.reports.studies.values import source_lines

PRESETS = (
    Preset(
        "tabac",
        "Où est-il interdit de fumer dehors, et où poser les panneaux ?",
        "Les lieux du décret, 10 m autour de leurs accès, et la liste des panneaux.",
        {"rule": ("tobacco",)},
    ),
    Preset(
        "publicite",
        "Où limiter les panneaux publicitaires près des écoles ?",
        "Une distance que le conseil choisit, avec ce que le droit permet.",
        {"rule": ("advertising",), "metres": ("100",)},
    ),
    Preset(
        "restauration-rapide",
        "Où la restauration rapide est-elle proche des écoles ?",
        "Combien de commerces autour de chaque école, à 100, 200 et 400 m.",
        {"rule": ("fast_food",), "metres": ("200",)},
    ),
    Preset(
        "alcool",
        "Où la vente d’alcool est-elle proche des écoles et des stades ?",
        "Une proposition de zones à adresser au préfet, qui seul les arrête.",
        {"rule": ("alcohol",), "metres": ("100",)},
    ),
)


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form: which rule, which distance."""
    rules = [perimeter_rule(key, opened.catalogue, opened.day) for key in RULES]
    options = tuple(Option(rule.key, rule.title) for rule in rules)
    return (
        Field("rule", "Ce que l’on veut cadrer", Asks.ONE, options=options, initial=("tobacco",)),
        Field(
            *("metres", "Distance"),
            hint=(
                "Un choix politique : 50, 100 ou 200 m, ou toute autre. Pour le tabac, laissez vide : "
                "le texte la fixe."
            ),
            low=1,
            high=MOST_METRES,
            unit="mètres",
            required=False,
        ),
    )


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Draw the perimeters of a rule."""
    del file
    opened, stored = material.opened, material.stored
    typed = answers["metres"]
    metres = float(typed) if isinstance(typed, int | float) else None
    rule = perimeter_rule(text_of(answers, "rule"), opened.catalogue, opened.day, metres=metres)
    progress(0.2, "Lieux, accès et zones")
    walk = stored.streets.get("walk")
    parameters = perimeter_parameters(opened.catalogue, opened.day)
    graph = None if walk is None else walk.graph
    drawn = draw_perimeters(stored.territory, stored.plane, graph, rule, parameters)
    if not drawn.places:
        raise HygieError(
            "Non calculé : aucune source ne dessine les lieux de cette règle.",
            why="Sans lieux, il n’y a pas de périmètre à tracer.",
            fix="Ajoutez à la recette un extrait d’OpenStreetMap, ou un fichier de surfaces (area_table).",
        )
    progress(0.8, "Carte et panneaux")
    told = perimeters_json(stored.territory, drawn)
    keys = ("rule", "kinds", "places", "accesses", "zones", "totals", "inside", "signs", "density")
    return Outcome(
        {key: told[key] for key in keys}
        | {
            "figures": told["provenance"]["figures"],
            "warnings": told["provenance"]["warnings"],
            "sources": list(source_lines(opened.territory)),
            "layers": [layer_json(one) for one in perimeter_layers(drawn)],
        }
    )


KIND = Kind(
    key="perimeters",
    title="Où s’appliquent les périmètres de protection ?",
    about="Trace les espaces sans tabac du décret, ou une distance choisie près des écoles.",
    short="Périmètres",
    fields=fields,
    run=run,
    present=present,
    presets=PRESETS,
)
