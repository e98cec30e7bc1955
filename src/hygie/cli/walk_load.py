"""hygie walk load: people on foot in each street, and where a bench, a crossing or shade helps most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_bytes, write_text
from hygie.engines.kernel.french import capital, counted, number, typeset
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_walk_load import load_csv, load_geojson, load_json
from hygie.reports.provenance import attributions
from hygie.territories.walking_load import LEISURE, LoadRequest, load_of

_TITLES = {
    "bench": "Un banc aide le plus",
    "crossing": "Une traversée plus sûre aide le plus",
    "shade": "De l’ombre aide le plus",
}
_TOLD = 5


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--max-minutes", "minutes", type=float, help="Marche la plus longue comptée.")
@click.option(
    "--leisure",
    multiple=True,
    default=LEISURE,
    show_default=True,
    help="Catégorie où l’on va à pied, outre l’école ; se répète.",
)
@click.option("--count", type=int, default=10, show_default=True, help="Endroits proposés par aménagement.")
@click.option("--csv", "table", type=FILE, help="Écrire une ligne par rue montrée.")
@click.option("--geojson", "shapes", type=FILE, help="Écrire les rues montrées et les endroits proposés.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("-o", "--out", type=FILE, help="Fichier JSON à écrire.")
def load(folder: Path, as_json: bool, **asked: Any) -> None:
    """Estimer qui marche dans chaque rue, et où un banc, une traversée ou de l’ombre aident le plus."""
    files = {key: asked.pop(key) for key in ("table", "shapes", "out")}
    check_targets(files.values(), folder)
    stored, catalogue = open_territory(folder), load_catalogue()
    study = load_of(stored, LoadRequest(**asked), catalogue)
    told = load_json(stored.territory, stored.streets["walk"].graph, study)
    if files["out"] is not None:
        write_text(files["out"], json_text(told))
    if files["table"] is not None:
        write_bytes(files["table"], load_csv(told))
    if files["shapes"] is not None:
        credit = " ".join(words for words, _ in attributions(stored.territory, catalogue))
        write_bytes(files["shapes"], load_geojson(told, credit))
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    for line in _lines(told, catalogue):
        click.echo(typeset(line), err="-" in map(str, files.values()))


def _lines(told: dict[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield f"{counted(len(told['streets']), 'rue montrée', 'rues montrées')} (estimation)."
    yield f"{counted(told['hidden_streets'], 'rue', 'rues')} où trop peu de monde passe : non montrées."
    for one in told["walks"]:
        title = capital(catalogue.categories[one["category"]].title)
        value = one["walking"].get("value")
        who = "nombre masqué ou inconnu" if value is None else number(value)
        yield f"{title} : {who} à distance de marche."
    for key, title in _TITLES.items():
        found = told["helps"][key]
        if found["status"] == "not_computed":
            yield f"{title} : non calculé, rien dans les données ne le dit."
            continue
        yield f"{title} :" if found["spots"] else f"{title} : nulle part, trop peu de monde passe."
        for spot in found["spots"][:_TOLD]:
            low, high = (number(spot["passages"][end]) for end in ("low", "high"))
            where = spot["where"] or f"point {spot['lat']:.5f}, {spot['lon']:.5f}"
            yield f"  {spot['rank']}. {where} : de {low} à {high} passages par jour"
    for warning in told["provenance"]["warnings"]:
        yield f"À noter : {warning}"
