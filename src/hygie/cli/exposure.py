"""hygie exposure: who lives at which level of any layer; school yards and homes ranked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_bytes, write_csv, write_text
from hygie.engines.kernel.french import counted, percent, typeset
from hygie.readers.catalogue import load_catalogue
from hygie.readers.tables.values import BadValueError, number
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.exposure_files import HEADER, exposure_geojson, measure_rows
from hygie.reports.json_exposure import exposure_json, home_rows
from hygie.territories.exposure import Exposure, LayerRequest, exposure_provenance, layer_account
from hygie.territories.exposure import exposure as measure

_HOMES = ("rank", "id", "lon", "lat", "level", "value")
_MOST_YARDS = 5
_PEOPLE, _DWELLINGS = ("habitant", "habitants"), ("logement présumé", "logements présumés")


@click.command()
@click.argument("folder", type=FOLDER)
@click.option(
    "--layer",
    required=True,
    help="Fichier, streets:main (axes principaux) ou shapes:CATÉGORIE du territoire.",
)
@click.option("--level", "column", default="", help="Colonne des niveaux, pour des surfaces.")
@click.option("--levels", "names", default="", help="Ses mots, du plus faible au plus fort : a,b,c.")
@click.option("--bands", default="", help="Bandes de distance en mètres : 50,100,200.")
@click.option("--classes", default="", help="Bas de chaque classe de valeurs : 55,60,65.")
@click.option("--unit", default="", help="Unité des valeurs, pour les mots.")
@click.option("--crs", default="", help="Système d’un fichier qui ne le dit pas : EPSG:2154.")
@click.option("--layer-name", "part", default="", help="Couche d’un GeoPackage, ou bande d’un GeoTIFF.")
@click.option("--source", default="", help="D’où vient le fichier.")
@click.option("--vintage", default="", help="Son millésime.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("-o", "--out", type=FILE, help="Fichier JSON à écrire.")
@click.option("--csv", type=FILE, help="Table par zone et par groupe à écrire.")
@click.option("--geojson", type=FILE, help="Zones et cours d’école à écrire.")
@click.option("--homes", type=FILE, help="Logements du plus exposé au moins exposé : fichier interne.")
def exposure(folder: Path, **options: Any) -> None:
    """Compter qui vit à quel niveau d’une couche : bruit, air, chaleur, distance à une route."""
    files = {key: options.pop(key) for key in ("out", "csv", "geojson", "homes")}
    as_json = options.pop("as_json")
    check_targets(files.values(), folder)
    stored = open_territory(folder)
    found = measure(stored, load_catalogue(), _request(options))
    told = exposure_json(
        stored.territory,
        found.result,
        layer_account(found.loaded),
        provenance=exposure_provenance(stored.territory, found),
        smallest=found.smallest,
    )
    _write(files, stored, found, told)
    if as_json:
        click.echo(json_text(told), nl=False)
    elif "-" not in map(str, files.values()):
        for line in _lines(told):
            click.echo(line)


def _request(options: Mapping[str, Any]) -> LayerRequest:
    names = tuple(one.strip() for one in options["names"].split(",") if one.strip())
    columns = (options["column"],) if options["column"] else ()
    kept = ("layer", "unit", "crs", "part", "source", "vintage")
    return LayerRequest(
        columns=columns,
        names=names,
        bands=_numbers("bands", options["bands"]),
        classes=_numbers("classes", options["classes"]),
        **{key: options[key] for key in kept},
    )


def _numbers(key: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(number(part.strip()) for part in text.split(",")) if text else ()
    except BadValueError as bad:
        raise click.UsageError(
            f"--{key} attend des nombres séparés par des virgules, comme 50,100,200."
        ) from bad


def _write(
    files: Mapping[str, Path | None], stored: StoredTerritory, found: Exposure, told: Mapping[str, Any]
) -> None:
    if (file := files["out"]) is not None:
        write_text(file, json_text(told))
    if (file := files["csv"]) is not None:
        write_csv(file, HEADER, measure_rows(told))
    if (file := files["geojson"]) is not None:
        write_bytes(file, exposure_geojson(stored.territory, stored.plane, found.result, told))
    if (file := files["homes"]) is not None:
        write_csv(file, _HOMES, home_rows(stored.territory, found.result))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    noun = _PEOPLE if told["counted"] == "people" else _DWELLINGS
    yield typeset(f"{told['layer']['title']} : {told['layer']['vintage'] or 'millésime non dit'}")
    for cell in told["cells"]:
        if cell["group"] != "all":
            continue
        parts = [
            f"{one['words']} : {_count(cell['measures'], told['counted'], one['level'], noun)}"
            for one in reversed(told["levels"])
        ]
        unknown = cell["measures"][f"{told['counted']}_unknown"]
        if unknown.get("value"):
            parts.append(f"non connu : {counted(unknown['value'], *noun)}")
        sure = " (estimation)" if told["status"] == "estimate" else ""
        yield typeset(f"{cell['zone_name']}{sure} : {' · '.join(parts)}")
    worst = [yard for yard in told["yards"] if yard["level"]][:_MOST_YARDS]
    for yard in worst:
        yield typeset(f"Cour exposée : {yard['name'] or yard['id']}, {yard['words']}")
    for warning in (*told["layer"]["warnings"], *told["provenance"]["warnings"]):
        yield typeset(f"À noter : {warning}")


def _count(measures: Mapping[str, Any], who: str, level: int, noun: tuple[str, str]) -> str:
    count, share = measures[f"{who}_level_{level}"], measures[f"level_{level}"]
    if count.get("value") is None:
        return "non publié"
    told = counted(count["value"], *noun)
    return told if share.get("value") is None else f"{told} ({percent(share['value'])})"
