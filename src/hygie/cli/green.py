"""hygie green: trees in sight, canopy around, a green space within a walk; and where to plant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from hygie.cli.output import FOLDER, json_text
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.planting import MOST_TREES, plant_next
from hygie.engines.green.rule import rule_of
from hygie.engines.green.scene import Scene, prepare_scene
from hygie.engines.green.spots import plantable_spots
from hygie.engines.green.zones import GreenResult, green_result
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, percent
from hygie.engines.kernel.measures import Measure, Status
from hygie.readers.catalogue import load_catalogue
from hygie.readers.green_parameters import green_parameters
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.json_green import green_json, plant_json, shown_measures
from hygie.reports.words import not_computed_text

_METRES = click.FloatRange(1.0, 200.0)
_HECTARES = click.FloatRange(0.0, 1000.0)
_TITLES = {
    "three": "Trois arbres vus du bâtiment",
    "thirty": "Canopée de 30\u00a0% autour",
    "three_hundred": "Espace vert à 300\u00a0m",
    "all_three": "Les trois à la fois",
}
_SPOTS = ("endroit", "endroits")
_SHADED = "Lieu ombragé à 300\u00a0m"


class _Green(click.Group):
    """A first word that is no command is the folder of the rule itself: « green DIR »."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        if words and words[0] not in (*self.commands, "-h", "--help"):
            words = ["rule", *words]
        return super().parse_args(context, words)


@click.group(cls=_Green)
def green() -> None:
    """Mesurer la règle 3-30-300, et chercher où planter."""


@green.command("rule")
@click.argument("folder", type=FOLDER)
@click.option("--radius", type=_METRES, help="Mètres entre le bâtiment et un arbre vu.")
@click.option("--min-ha", type=_HECTARES, help="Hectares du plus petit espace vert compté.")
@click.option("--straight", is_flag=True, help="À vol d’oiseau jusqu’à l’espace vert, pour comparer.")
@click.option("--shaded", is_flag=True, help="Un lieu public ombragé au lieu d’un grand espace vert.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def rule(
    *, folder: Path, radius: float | None, min_ha: float | None, straight: bool, shaded: bool, as_json: bool
) -> None:
    """Dire qui voit trois arbres, vit sous 30 % de canopée, à 300 m d’un espace vert."""
    stored, parameters = _opened(folder, radius, min_ha)
    parameters = replace(parameters, straight=straight, shaded=shaded)
    scene = _scene(stored, parameters)
    result = green_result(scene, parameters, stored.walk_metres_per_minute)
    if as_json:
        click.echo(json_text(green_json(stored.territory, result, parameters)), nl=False)
        return
    for line in _lines(result, parameters):
        click.echo(line)


@green.command("plant")
@click.argument("folder", type=FOLDER)
@click.option("--trees", type=click.IntRange(1, MOST_TREES), default=200, help="Combien ; 200 sinon.")
@click.option("--radius", type=_METRES, help="Mètres entre le bâtiment et un arbre vu.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Sans effet : le choix est sans hasard.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def plant(folder: Path, trees: int, radius: float | None, seed: int, as_json: bool) -> None:
    """Chercher où les prochains arbres aident le plus d’habitants à en voir trois."""
    stored, parameters = _opened(folder, radius, None)
    scene = _scene(stored, parameters)
    if not scene.draws_trees:
        raise HygieError(
            "Non calculé\u00a0: aucune source ne dessine d’arbre.",
            why="Sans les arbres présents, on ne sait pas qui en manque.",
            fix="Ajoutez à la recette un inventaire d’arbres (tree_table).",
        )
    measured = rule_of(scene, parameters, stored.walk_metres_per_minute)
    walk = stored.streets.get("walk")
    spots = plantable_spots(scene, parameters, None if walk is None else walk.graph)
    plan = plant_next(scene, measured, parameters, spots, trees)
    written = plant_json(stored.territory, scene, plan, parameters, seed)
    if as_json:
        click.echo(json_text(written), nl=False)
        return
    noun = ("habitant", "habitants") if scene.known else ("logement présumé", "logements présumés")
    before, after = (
        "non publié" if value is None else counted(value, *noun)
        for value in (written["seen_three"][key].get("value") for key in ("before", "after"))
    )
    click.echo(f"{counted(len(plan.chosen), 'arbre', 'arbres')} parmi {counted(len(spots.at), *_SPOTS)}.")
    click.echo(f"Voient trois arbres ou plus\u00a0: {before} avant, {after} après.")
    click.echo(f"Au plus {percent(plan.gap)} de moins que le meilleur plan possible, prouvé.")
    for warning in written["provenance"]["warnings"]:
        click.echo(f"À noter\u00a0: {warning}")


def _opened(
    folder: Path, radius: float | None, min_ha: float | None
) -> tuple[StoredTerritory, GreenParameters]:
    stored = open_territory(folder)
    parameters = green_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    if radius is not None:
        parameters = replace(parameters, radius=radius)
    if min_ha is not None:
        parameters = replace(parameters, smallest_hectares=min_ha)
    return stored, parameters


def _scene(stored: StoredTerritory, parameters: GreenParameters) -> Scene:
    return prepare_scene(stored.territory, stored.plane, stored.movements(), parameters)


def _lines(result: GreenResult, parameters: GreenParameters) -> Iterator[str]:
    titles = _TITLES | ({"three_hundred": _SHADED} if parameters.shaded else {})
    for zone in result.zones:
        shown = shown_measures(zone, parameters.smallest_count)
        told = " · ".join(f"{title}\u00a0: {_share(shown[key])}" for key, title in titles.items())
        yield f"{zone.zone_name}\u00a0: {told}"
    whole = shown_measures(result.zones[0], parameters.smallest_count)
    radii = (f"{radius:g} m\u00a0: {_share(whole[f'three_{radius:g}'])}" for radius in result.homes.radii)
    yield f"Trois arbres vus, selon la distance\u00a0: {' · '.join(radii)}"
    for warning in result.provenance.warnings:
        yield f"À noter\u00a0: {warning}"


def _share(measure: Measure) -> str:
    if measure.status is Status.NOT_COMPUTED:
        return not_computed_text(measure.reason)
    if measure.value is None:
        return "non publié"
    return percent(measure.value) + (" (estimation)" if measure.status is Status.ESTIMATE else "")
