"""hygie perimeters: places of a rule, what they cover, accesses, signs, and the annex of an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from hygie.cli.output import FOLDER, check_targets, json_text, make_folder, write_bytes, write_text
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, number, typeset
from hygie.engines.perimeters.draw import Perimeters, draw_perimeters
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.perimeter_rules import RULES, perimeter_parameters, perimeter_rule
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.exports.formats import csv_bytes
from hygie.reports.json_perimeters import perimeters_json
from hygie.reports.perimeters_annex import annex_pdf
from hygie.reports.perimeters_files import perimeters_geojson, signs_csv
from hygie.reports.stage import stage_of
from hygie.reports.studies.perimeters import THINGS, answer, legal_words
from hygie.reports.studies.presentation import StudyScene

JSON, MAP, SIGNS, ANNEX = "perimetres.json", "perimetres.geojson", "panneaux.csv", "annexe.pdf"
"""Files of the folder given by ``-o``."""

DENSITY = "densite.csv"


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--rule", "key", type=click.Choice(RULES), required=True, help="Ce que l’on veut cadrer.")
@click.option("--distance", type=float, help="Mètres ; un choix politique, pas pour le tabac.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("-o", "--out", type=FOLDER, help="Dossier : JSON, GeoJSON, panneaux, annexe de l’arrêté.")
def perimeters(folder: Path, key: str, distance: float | None, as_json: bool, out: Path | None) -> None:
    """Tracer des périmètres : espaces sans tabac, publicité, restauration rapide, alcool."""
    if out is not None:
        check_targets([out / name for name in (JSON, MAP, SIGNS, ANNEX, DENSITY)], folder)
    stored, catalogue = open_territory(folder), load_catalogue()
    day = date.fromisoformat(stored.reference_date)
    rule = perimeter_rule(key, catalogue, day, metres=distance)
    walk = stored.streets.get("walk")
    graph = None if walk is None else walk.graph
    parameters = perimeter_parameters(catalogue, day)
    drawn = draw_perimeters(stored.territory, stored.plane, graph, rule, parameters)
    told = perimeters_json(stored.territory, drawn)
    if out is not None:
        _write(out, stored, catalogue, drawn, told)
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    for line in _lines(told):
        click.echo(typeset(line))


def _write(
    out: Path, stored: StoredTerritory, catalogue: Catalogue, drawn: Perimeters, told: dict[str, Any]
) -> None:
    if not drawn.places:
        raise HygieError(
            "Non calculé\u00a0: aucune source ne dessine les lieux de cette règle.",
            why="Il n’y a rien à mettre en annexe d’un arrêté.",
            fix="Ajoutez à la recette un extrait d’OpenStreetMap, ou un fichier de surfaces (area_table).",
        )
    make_folder(out)
    day = date.fromisoformat(stored.reference_date)
    few = round(catalogue.figure("smallest_count", day).value)
    walk = stored.streets.get("walk")
    streets = None if walk is None else walk.graph
    stage = stage_of(stored.territory, few, streets)
    scene = StudyScene(stored.territory, catalogue, stage.windows, streets, few)
    write_text(out / JSON, json_text(told))
    write_bytes(out / MAP, perimeters_geojson(stored.territory, drawn, catalogue))
    write_bytes(out / ANNEX, annex_pdf(drawn, told, scene, day))
    if told["signs"]:
        write_bytes(out / SIGNS, signs_csv(told))
    if any(one["status"] == "computed" for one in told["density"].get("categories", [])):
        write_bytes(out / DENSITY, _density(told))


def _density(told: Mapping[str, Any]) -> bytes:
    """Shops around schools, one row a school, a thing and a distance."""
    names = {one["number"]: one["name"] for one in told["places"]}
    rows = [
        (names[school["place"]], THINGS[one["category"]][0], float(metres), float(count))
        for one in told["density"]["categories"]
        if one["status"] == "computed"
        for school in one["schools"]
        for metres, count in zip(told["density"]["metres"], school["counts"], strict=True)
    ]
    return csv_bytes(("Établissement", "Quoi", "Mètres", "Nombre"), rows)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield answer(told)
    yield legal_words(told["rule"])
    for one in told["kinds"]:
        if one["status"] == "not_computed":
            yield f"{one['title']} : non calculé. {one['note'] or 'Aucune source ne les dessine.'}"
            continue
        places = counted(one["places"], "lieu", "lieux")
        guessed = one["estimated_accesses"]
        presumed = f", dont {guessed} à vérifier" if guessed else ""
        accesses = f", {counted(one['accesses'], 'accès', 'accès')}{presumed}" if one["accesses"] else ""
        yield f"{one['title']} : {places}{accesses}, {number(one['square_metres'])} m²."
    for one in told["density"].get("categories", []):
        yield _around(one, told["density"]["metres"])
    yield from (*told["rule"]["allows"], *told["rule"]["not_covered"])
    for warning in told["provenance"]["warnings"]:
        yield f"À noter : {warning}"


def _around(one: Mapping[str, Any], metres: list[float]) -> str:
    things = THINGS[one["category"]][1]
    if one["status"] == "not_computed":
        return f"Près des écoles, {things} : non calculé, aucune source."
    some = ", ".join(
        f"{count} à {number(far)} m" for count, far in zip(one["schools_with_one"], metres, strict=True)
    )
    return (
        f"Près des écoles, {things} : {len(one['schools'])} établissements, dont {some} en ont un au moins."
    )
