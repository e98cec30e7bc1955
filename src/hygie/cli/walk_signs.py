"""hygie walk signs: where walking-time signs stand, what each says, one printable sheet a panel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_bytes, write_text
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, percent, typeset
from hygie.engines.walking.signs_told import SignStudy, panels_of
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.json_walk_signs import signs_csv, signs_geojson, signs_json
from hygie.reports.pdf.signs import MOST_PANELS, signs_pdf
from hygie.reports.provenance import attributions
from hygie.reports.signs_words import towards_words
from hygie.territories.walking_signs import LINES, SignRequest, plan_territory_signs

_SECONDS = 20.0
_LISTED = 20
"""Posts told on the screen; the files have them all."""


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--to", multiple=True, required=True, help="Catégorie ou identifiant de lieu ; se répète.")
@click.option("--max-minutes", "minutes", type=float, help="Marche la plus longue annoncée, pour un adulte.")
@click.option("--stretch", type=float, help="Mètres sans panneau, au plus.")
@click.option("--budget", type=int, help="Nombre d’emplacements, au plus.")
@click.option("--lines", type=int, default=LINES, show_default=True, help="Lignes d’un panneau, au plus.")
@click.option("--csv", "table", type=FILE, help="Écrire une ligne par destination d’un panneau.")
@click.option("--geojson", "points", type=FILE, help="Écrire les emplacements.")
@click.option("--pdf", "sheets", type=FILE, help="Écrire la liste, le plan et une feuille A4 par panneau.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("-o", "--out", type=FILE, help="Fichier JSON à écrire.")
def signs(folder: Path, as_json: bool, **asked: Any) -> None:
    """Placer des panneaux piétons : où, ce que dit chacun, une feuille à imprimer par panneau."""
    files = {key: asked.pop(key) for key in ("table", "points", "sheets", "out")}
    check_targets(files.values(), folder)
    stored, catalogue = open_territory(folder), load_catalogue()
    study = plan_territory_signs(stored, SignRequest(**asked), catalogue, seconds=_SECONDS)
    graph = stored.streets["walk"].graph
    told = signs_json(stored.territory, graph, study, _SECONDS)
    if files["out"] is not None:
        write_text(files["out"], json_text(told))
    if files["table"] is not None:
        write_bytes(files["table"], signs_csv(told))
    if files["points"] is not None:
        credit = " ".join(words for words, _ in attributions(stored.territory, catalogue))
        write_bytes(files["points"], signs_geojson(told, credit))
    if files["sheets"] is not None:
        write_bytes(files["sheets"], _sheets(stored, study, catalogue))
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    for line in _lines(told, study):
        click.echo(typeset(line), err="-" in map(str, files.values()))


def _sheets(stored: StoredTerritory, study: SignStudy, catalogue: Catalogue) -> bytes:
    panels = sum(len(panels_of(post, study.lines)) for post in study.plan.posts)
    if panels > MOST_PANELS:
        raise HygieError(
            f"Il faudrait imprimer {panels} feuilles\u00a0: {MOST_PANELS} au plus dans un document.",
            fix="Donnez un nombre d’emplacements avec --budget, ou une marche plus courte.",
        )
    ground = (stored.streets["walk"].graph, stored.plane)
    return signs_pdf(stored.territory, ground, study, catalogue, date.fromisoformat(stored.reference_date))


def _lines(told: dict[str, Any], study: SignStudy) -> Iterator[str]:
    """What a person reads: how many, how good, then what the first ones say."""
    sure = "" if study.known else " (estimation)"
    yield f"{counted(told['count'], 'emplacement', 'emplacements')}{sure}."
    yield _quality(told, study)
    for one in told["destinations"]:
        if not one["reached"]:
            yield f"{one['title']} : personne n’y arrive en {study.minutes:g} minutes, rien ne l’annonce."
    for post in told["posts"][:_LISTED]:
        where = f" · {post['where']}" if post["where"] else ""
        yield f"Panneau {post['post']}{where}, lu en regardant vers {towards_words(post['facing_words'])} :"
        for line in post["lines"]:
            minutes = f"adulte {line['adult']} min, enfant {line['child']} min"
            yield f"  {line['arrow']} {line['words']} : {minutes}"
    if told["count"] > _LISTED:
        yield f"… et {told['count'] - _LISTED} autres : voir --json, --csv ou --pdf."
    for warning in told["provenance"]["warnings"]:
        yield f"À noter : {warning}"


def _quality(told: dict[str, Any], study: SignStudy) -> str:
    if not study.plan.doubts:
        return "Personne n’hésite en chemin vers ces destinations."
    share = told["share"].get("value")
    if share is None:
        return "La part des hésitations n’est pas publiée : elle porte sur trop peu d’habitants."
    best = "rien de mieux n’existe" if study.plan.proved else f"à {percent(study.gap, 1)} au plus du meilleur"
    return f"{percent(share)} des hésitations trouvent un panneau : {best}."
