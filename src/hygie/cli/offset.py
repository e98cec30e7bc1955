"""hygie offset: the smallest opening that gives back what a closure takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click

from hygie.cli.output import FOLDER, json_text
from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.groups import group_label
from hygie.engines.diagnosis.offset import CandidateSource, Effect, Offset, ServiceOffset, offset_study
from hygie.engines.diagnosis.parameters import DiagnosisParameters
from hygie.engines.diagnosis.study import prepare
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, listing
from hygie.engines.kernel.measures import Measure, Status
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_offset import offset_json
from hygie.reports.words import not_computed_text


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--close", "closed", multiple=True, required=True, help="Lieu à fermer, ou site:SITE.")
@click.option("--among", multiple=True, help="Catégorie de lieux candidats ; services publics par défaut.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def offset(folder: Path, closed: tuple[str, ...], among: tuple[str, ...], as_json: bool) -> None:
    """Chercher la plus petite ouverture qui rend ce qu’une fermeture prend."""
    stored = open_territory(folder)
    parameters = diagnosis_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    sources = _asked(among, parameters) if among else PUBLIC_PLACES
    study = prepare(stored.territory, stored.movements(), parameters)
    found = offset_study(study, closed, sources)
    if as_json:
        click.echo(json_text(offset_json(stored.territory, found)), nl=False)
        return
    for line in _lines(found, parameters):
        click.echo(line)


def _asked(among: tuple[str, ...], parameters: DiagnosisParameters) -> tuple[CandidateSource, ...]:
    known = parameters.categories
    for category in among:
        if category not in known:
            close = get_close_matches(category, list(known), n=3, cutoff=0.5)
            fix = f"Les plus proches\u00a0: {listing(close)}." if close else "Voir catalogue/categories.yaml."
            raise HygieError(f"La catégorie «\u00a0{category}\u00a0» n’existe pas.", fix=fix)
    return tuple(CandidateSource(known[category].singular, (category,)) for category in among)


def _lines(found: Offset, parameters: DiagnosisParameters) -> Iterator[str]:
    for service in found.services:
        yield from _service_lines(service, parameters.losing_key)
    for warning in found.provenance.warnings:
        yield f"À noter\u00a0: {warning}"


def _service_lines(service: ServiceOffset, losing: str) -> Iterator[str]:
    if service.closure is None or service.best is None:
        yield f"{service.title}\u00a0: {not_computed_text(service.reason)}"
        return
    sure = " (estimation)" if service.status is Status.ESTIMATE else ""
    yield f"{service.title}{sure}. La fermeture seule\u00a0: {_told(service.closure.everyone, losing)}."
    if hit := service.worst_hit:
        who = f"{hit.zone_name}, {group_label(hit.group)}"
        yield f"  Groupe le plus touché ({who})\u00a0: {_told(service.closure.worst_hit, losing)}."
    yield f"  {_verdict(service)}"
    if service.best.openings:
        yield f"  Reste alors, pour tous\u00a0: {_told(service.best.everyone, losing)}."
        if service.best.worst_hit:
            yield f"  Pour le groupe le plus touché\u00a0: {_told(service.best.worst_hit, losing)}."
    for rank, single in enumerate(service.ranking, 1):
        yield f"  {rank}. {_openings(single)}\u00a0: reste {_told(single.everyone, losing)}"


def _verdict(service: ServiceOffset) -> str:
    best = service.best
    if best is None or not best.openings:
        nothing_lost = best is not None and best.suffices
        return "Rien n’est à compenser." if nothing_lost else "Aucun lieu candidat ne rend rien."
    where = _openings(best)
    told = f"Ouvrir {where} suffit." if best.suffices else f"Au mieux, ouvrir {where}, sans tout rendre."
    if service.exact or service.gap is None or service.gap.value is None:
        return told
    or_more = "" if best.suffices else ", ou suffire"
    return (
        f"{told} Tous les couples n’ont pas été essayés\u00a0: un autre pourrait rendre jusqu’à "
        f"{_minutes(service.gap)} de plus{or_more}."
    )


def _openings(effect: Effect) -> str:
    return listing([f"{one.name or one.category} ({one.place})" for one in effect.openings])


def _told(measures: Mapping[str, Measure], losing: str) -> str:
    stranded = _people(measures["people_stranded"])
    return (
        f"{_minutes(measures['person_minutes_lost'])} de perte par trajet, "
        f"{_people(measures[losing])} nettement plus loin, {stranded} sans autre lieu"
    )


def _minutes(measure: Measure) -> str:
    if measure.value is None:
        return "non publié"
    return counted(measure.value, "minute cumulée", "minutes cumulées")


def _people(measure: Measure) -> str:
    return "non publié" if measure.value is None else counted(measure.value, "habitant", "habitants")
