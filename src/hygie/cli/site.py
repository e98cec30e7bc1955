"""hygie site: where to open, keep or close, with a proved gap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
import numpy as np

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_text
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.offset import CandidateSource
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, listing, number, percent, typeset
from hygie.engines.kernel.measures import FigureUse, Provenance
from hygie.engines.siting.median import Effort
from hygie.engines.siting.network import all_pairs
from hygie.engines.siting.problem import COVERING, Objective, Problem
from hygie.engines.siting.solve import solve
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.siting_files import read_candidates, read_pmedian
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.reports.json_siting import instance_json, siting_json
from hygie.territories.siting import SitingRequest
from hygie.territories.siting import site as choose_sites

Told = dict[str, Any]

_LIMIT_FIGURE, _SMALLEST = "access_15", "smallest_count"


@click.command()
@click.argument("objective", type=click.Choice([one.value for one in Objective]))
@click.argument("folder", type=FOLDER, required=False)
@click.option("--orlib", type=FILE, help="Problème « pmed » de l’OR-Library, à la place du territoire.")
@click.option("--service", default="", help="Catégorie du service ; ses lieux existants comptent.")
@click.option(
    "--existing",
    type=click.Choice(["keep", "closable", "ignore"]),
    default="keep",
    help="Lieux existants du service : gardés, fermables ou ignorés.",
)
@click.option("--p", "most", type=int, help="Nombre de sites ouverts au plus, ceux gardés compris.")
@click.option("--add", "more", type=int, help="Nombre de sites ouverts au plus, en plus de ceux gardés.")
@click.option("--minutes", type=float, help="Durée de marche à ne pas dépasser, comprise.")
@click.option("--among", multiple=True, help="Catégorie de lieux candidats ; services publics par défaut.")
@click.option("--candidates", type=FILE, help="CSV de candidats : id, name, lon, lat, capacity, price.")
@click.option("--source", "source_name", default="", help="D’où vient le fichier de candidats.")
@click.option("--keep", multiple=True, help="Candidat à ouvrir ou garder dans tous les cas.")
@click.option("--forbid", multiple=True, help="Candidat à écarter.")
@click.option("--capacity", type=float, help="Habitants qu’un site peut servir, sauf mention du fichier.")
@click.option("--weights", default="", help="Poids par groupe : qpv=2,65+=1.5.")
@click.option("--budget", type=float, help="Euros que les sites ouverts peuvent coûter (colonne price).")
@click.option(
    "--leave-out", is_flag=True, help="Laisser de côté, et compter, ceux qu’aucun candidat n’atteint."
)
@click.option("--seed", type=int, default=0, help="Graine de la recherche.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
@click.option("-o", "--out", type=FILE, help="Fichier JSON à écrire.")
def site(objective: str, folder: Path | None, orlib: Path | None, **options: Any) -> None:
    """Choisir où ouvrir, garder ou fermer des lieux."""
    as_json, out = options.pop("as_json"), options.pop("out")
    if (folder is None) == (orlib is None):
        raise click.UsageError("Donnez un dossier de territoire, ou --orlib et un fichier.")
    if options["seed"] < 0:
        raise click.UsageError("La graine est un nombre positif ou nul.")
    if orlib is not None:
        told, lines = _instance(Objective(objective), orlib, options["seed"])
    else:
        assert folder is not None  # noqa: S101  # one of both is given
        check_targets([out], folder)
        told, lines = _territory(Objective(objective), folder, options)
    if out is not None:
        write_text(out, json_text(told))
    if as_json:
        click.echo(json_text(told), nl=False)
    elif out is None or str(out) != "-":
        for line in lines:
            click.echo(typeset(line))


def _instance(objective: Objective, file: Path, seed: int) -> tuple[Told, list[str]]:
    if objective is not Objective.P_MEDIAN:
        raise HygieError(
            "Un fichier de l’OR-Library se résout avec p-median.", fix="Écrivez « hygie site p-median »."
        )
    read = read_pmedian(file)
    nothing = np.zeros(read.nodes, np.bool_)
    problem = Problem(
        objective=objective,
        sites=tuple(str(node) for node in range(1, read.nodes + 1)),
        distance=all_pairs(read.nodes, read.edges, read.lengths),
        weight=np.ones(read.nodes),
        people=np.ones(read.nodes),
        kept=nothing,
        excluded=nothing,
        price=np.zeros(read.nodes),
        most=read.most,
    )
    answer = solve(problem, Effort(seed=seed), unit=1.0)
    told = instance_json(answer, file.name, read.nodes)
    gap = percent(answer.gap or 0.0, 2)
    cost, bound = number(answer.cost or 0.0), number(answer.bound or 0.0)
    return told, [f"{file.name} : coût {cost}, borne {bound}, écart {gap}.", f"Sites : {told['sites']}"]


def _territory(objective: Objective, folder: Path, options: Told) -> tuple[Told, list[str]]:
    stored, catalogue = open_territory(folder), load_catalogue()
    on = date.fromisoformat(stored.reference_date)
    request, figures = _request(objective, catalogue, on, options)
    smallest = catalogue.figure(_SMALLEST, on)
    siting = choose_sites(stored, request)
    provenance = _provenance(stored, (*figures, smallest), siting.asked, siting.answer.warnings)
    told = siting_json(stored.territory, siting, provenance, round(smallest.value))
    return told, list(_lines(told, request))


def _request(
    objective: Objective, catalogue: Catalogue, on: date, options: Told
) -> tuple[SitingRequest, tuple[FigureUse, ...]]:
    figures: tuple[FigureUse, ...] = ()
    minutes = options["minutes"]
    if minutes is not None and not 0 <= minutes < 4_095:
        raise HygieError("La durée --minutes n’est pas possible.", fix="Donnez de 0 à 4 094 minutes.")
    if minutes is None and objective in COVERING:
        figures = (catalogue.figure(_LIMIT_FIGURE, on),)
        minutes = figures[0].value
    if options["most"] is not None and options["more"] is not None:
        raise click.UsageError("--p et --add ne vont pas ensemble.")
    if objective is not Objective.COVER and options["most"] is None and options["more"] is None:
        raise click.UsageError("Donnez le nombre de sites avec --p, ou --add en plus de ceux gardés.")
    if options["more"] is not None and options["more"] < 0:
        raise HygieError("--add est négatif.", fix="Donnez zéro ou plus.")
    categories = [*options["among"], *([options["service"]] if options["service"] else [])]
    _check_categories(catalogue, categories)
    rows, source = _rows(options["candidates"], options["source_name"])
    among = tuple(CandidateSource(catalogue.category(key).title, (key,)) for key in options["among"])
    return (
        SitingRequest(
            objective=objective,
            minutes=minutes,
            among=among or PUBLIC_PLACES,
            rows=rows,
            rows_source=source,
            weights=_weights(options["weights"]),
            **{key: options[key] for key in _PASSED},
        ),
        figures,
    )


_PASSED = ("service", "existing", "most", "more", "keep", "forbid", "capacity", "budget", "leave_out", "seed")


def _check_categories(catalogue: Catalogue, asked: list[str]) -> None:
    for category in asked:
        if category not in catalogue.categories:
            close = get_close_matches(category, list(catalogue.categories), n=3, cutoff=0.5)
            fix = f"Les plus proches\u00a0: {listing(close)}." if close else "Voir catalogue/categories.yaml."
            raise HygieError(f"La catégorie «\u00a0{category}\u00a0» n’existe pas.", fix=fix)


def _rows(file: Path | None, source: str) -> tuple[Any, str]:
    """Candidates of a file, and what their source is called; faulty rows are told on standard error."""
    if file is None:
        return None, ""
    read = read_candidates(file)
    for reject in read.account.rejects:
        click.echo(f"{file.name} : {reject}", err=True)
    return read.kept, source or f"fichier {file.name}"


def _weights(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        key, _, value = part.partition("=")
        try:
            weights[key.strip()] = float(value)
        except ValueError:
            weights[key.strip()] = math.nan
        if not math.isfinite(weights[key.strip()]):
            raise HygieError(
                f"Le poids «\u00a0{part}\u00a0» n’est pas compris.",
                fix="Écrivez --weights qpv=2,65+=1.5, par exemple.",
            )
    return weights


def _provenance(
    stored: StoredTerritory, figures: tuple[FigureUse, ...], asked: Any, warnings: tuple[str, ...]
) -> Provenance:
    told = [*stored.territory.warnings, *warnings]
    told.append(
        "Les candidats sont des lieux désignés\u00a0: rien ne dit que leurs locaux, leur propriétaire "
        "ou la loi permettent cette ouverture."
    )
    sources = tuple(account.name for account in stored.territory.sources)
    return Provenance(dict(asked), figures, sources, tuple(told))


def _lines(told: Told, request: SitingRequest) -> Iterator[str]:
    """What a person reads: the sites, how good, what holds them back, or why nothing is possible."""
    if told["conflict"]:
        parts = listing([one["words"] for one in told["conflict"]])
        yield f"Impossible. Ces demandes ne tiennent pas ensemble : {parts}."
        return
    sure = " (estimation)" if told["status"] == "estimate" else ""
    yield f"{counted(len(told['sites']), 'site ouvert', 'sites ouverts')}{sure}."
    for place in told["places"]:
        kind = "gardé" if place["kept"] else "existant" if place["existing"] else "nouveau"
        people = place["people"].get("value")
        who = "nombre non publié" if people is None else counted(people, "habitant", "habitants")
        yield f"  {place['name'] or place['category'] or place['id']} ({place['id']}), {kind} : {who}"
    yield from _quality(told)
    for one in told["binding"]:
        yield f"Retient le résultat : {one['words']} (sans cela, au moins {number(one['gain'], 1)} de moins)."
    if told["more"] is not None:
        yield f"Un site de plus ferait gagner au moins {number(told['more'], 1)} {told['unit']}."
    for warning in told["provenance"]["warnings"]:
        yield f"À noter : {warning}"


def _quality(told: Told) -> Iterator[str]:
    if told["cost"] is None:
        yield "Coût non publié : il porte sur trop peu d’habitants."
        return
    cost, bound = number(told["cost"], 1), number(told["bound"], 1)
    yield f"Coût : {cost} {told['unit']}. Aucun choix ne descend sous {bound}."
    gap = told["gap"] or 0.0
    yield "Rien de mieux n’existe." if gap <= 1e-6 else f"Écart prouvé : {percent(gap, 2)} au plus."
    mean = told["measures"]["mean_minutes"].get("value")
    if mean is not None:
        yield f"Marche moyenne : {number(mean, 1)} minutes."
