"""hygie walk bus: a walking bus to one school, or a published instance of the problem."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import click

from hygie.cli.output import FILE, FOLDER, check_targets, json_text, write_text
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import counted, number, typeset
from hygie.engines.walking.bus import BusPlan, Left
from hygie.engines.walking.bus_plan import EXACT_CHILDREN, plan_bus
from hygie.engines.walking.bus_school import BusChild
from hygie.engines.walking.warm import warm
from hygie.readers.bus_children import read_bus_children
from hygie.readers.bus_instance import read_bus_instance
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import open_territory
from hygie.reports.json_walk_bus import BusHeading, clock, plan_json, school_bus_json
from hygie.territories.walking_bus import BusRequest, BusStudy, bus_figures, plan_school_bus

_EXACT_SECONDS, _SOME_SECONDS, _SAFER_SECONDS, _MANY_SECONDS = 10.0, 7.5, 40.0, 50.0
"""Time given when none is said: proofs, up to ``_SOME`` children, danger alone, and more children."""
_BUSY, _LONGEST_SECONDS = 2, 55.0
"""How many times that may be on a busy machine, which gives other programs its time; never longer."""
_SOME = 100
_BELL = re.compile(r"([01]?[0-9]|2[0-3])[:hH]([0-5][0-9])")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--instance", type=FILE, help="Fichier AMPL d’un problème de pédibus, à la place d’un territoire."
)
@click.option("--school", help="École du territoire, comme clairval:school-primary-1:school_primary.")
@click.option("--children", help="Fichier CSV (id, lon, lat, level), ou nombre d’enfants à tirer au sort.")
@click.option(
    "--leaves", type=click.IntRange(min=1), help="Lignes au plus ; le danger seul est alors réduit."
)
@click.option("--alpha", type=float, help="Détour permis, de 1 à 10 fois le chemin le plus court.")
@click.option("--minutes", type=float, help="Durée permise d’une ligne.")
@click.option("--bell", help="Entrée en classe, comme 08:30.")
@click.option("--seconds", type=click.FloatRange(min=0.5, max=3600), help="Temps de calcul.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Graine des tirages.")
@click.option("--csv", "file", type=FILE, help="Écrire les horaires, un arrêt par ligne : fichier interne.")
@click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
def bus(
    folder: Path | None, instance: Path | None, school: str | None, as_json: bool, **asked: object
) -> None:
    """Tracer un pédibus : le moins de lignes, puis le moins de danger."""
    warm()  # what is compiled is loaded, or compiled the first time, before the time given is counted
    start = time.monotonic()
    if instance is not None and folder is None and school is None:
        told, lines = _of_instance(instance, asked, start)
    elif folder is not None and school is not None and instance is None:
        told, lines = _of_school(folder, school, asked, start)
    else:
        raise HygieError(
            "On ne sait pas quel pédibus tracer.",
            fix="Donnez --instance FICHIER, ou bien --school ÉCOLE et le dossier d’un territoire.",
        )
    if as_json:
        click.echo(json_text(told), nl=False)
        return
    for line in lines:
        click.echo(typeset(line))


def _of_instance(file: Path, asked: dict[str, object], start: float) -> tuple[dict[str, object], list[str]]:
    mute = [f"--{key}" for key in ("children", "alpha", "minutes", "bell", "file") if asked[key] is not None]
    if mute:
        raise HygieError(f"{', '.join(mute)} ne va pas avec --instance : tout est dans le fichier.")
    read = read_bus_instance(file)
    leaves, seed = _whole(asked["leaves"]), _whole(asked["seed"]) or 0
    left = _left(start, asked["seconds"], read.problem.children, leaves)
    plan = plan_bus(read.problem, left, seed=seed, most_leaves=leaves)
    return plan_json(plan, alpha=read.alpha, seed=seed), list(_plan_lines(plan))


def _of_school(
    folder: Path, school: str, asked: dict[str, object], start: float
) -> tuple[dict[str, object], list[str]]:
    target = asked["file"] if isinstance(asked["file"], Path) else None
    check_targets([target], folder)
    children = _children(asked["children"])
    stored, catalogue = open_territory(folder), load_catalogue()
    figures = bus_figures(stored, catalogue)
    request = BusRequest(
        school=school,
        alpha=_real(asked["alpha"]),
        minutes=_real(asked["minutes"]),
        bell=_bell(asked["bell"]),
        most_leaves=_whole(asked["leaves"]),
        seed=_whole(asked["seed"]) or 0,
    )
    count = (
        len(children)
        if isinstance(children, tuple)
        else children or round(figures["bus_children_tried"].value)
    )
    left = _left(start, asked["seconds"], count, request.most_leaves)
    study = plan_school_bus(stored, request, figures, children, left)
    heading = BusHeading(
        school=study.school,
        name=study.school_name,
        fictional=stored.territory.fictional,
        alpha=study.alpha,
        minutes=study.minutes,
        bell=study.bell,
        seed=study.seed,
        drawn=study.drawn,
        smallest_count=study.smallest_count,
        too_many=study.too_many,
    )
    if target is not None:
        write_text(target, _timetable(study))
    return school_bus_json(study.bus, heading, study.figures), list(_school_lines(study))


def _left(start: float, seconds: object, children: int, leaves: int | None) -> Left:
    """Seconds left since the search began: those said, or the usual ones of our own work."""
    if children <= EXACT_CHILDREN:
        usual = _EXACT_SECONDS
    elif children > _SOME:
        usual = _MANY_SECONDS
    else:
        usual = _SOME_SECONDS if leaves is None else _SAFER_SECONDS
    said = _real(seconds)
    if said is not None:
        return lambda: start + said - time.monotonic()
    worked = time.process_time()

    def left() -> float:
        passed = time.monotonic() - start
        late = passed - (_LONGEST_SECONDS - usual)
        return usual - min(passed, max(time.process_time() - worked, passed / _BUSY, late))

    return left


def _children(asked: object) -> tuple[BusChild, ...] | int | None:
    """Children of a file, how many to draw, or None; faulty rows are said and the others kept."""
    if asked is None:
        return None
    text = str(asked)
    if text.isascii() and text.isdigit():
        return int(text[:9])
    read = read_bus_children(Path(text))
    for reject in read.account.rejects:
        click.echo(
            f"Ligne écartée\u00a0: {reject.row}, {reject.column} « {reject.value} » : {reject.reason}.",
            err=True,
        )
    if not read.kept:
        raise HygieError(f"{read.account.file} ne donne aucun enfant.", fix="Corrigez les lignes écartées.")
    return read.kept


def _bell(asked: object) -> int | None:
    if asked is None:
        return None
    found = _BELL.fullmatch(str(asked).strip())
    if found is None:
        raise HygieError(f"« {asked} » n’est pas une heure.", fix="Écrivez par exemple 08:30.")
    return int(found[1]) * 60 + int(found[2])


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _real(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _plan_lines(plan: BusPlan) -> Iterator[str]:
    tree = plan.tree
    many = counted(tree.leaves, "ligne", "lignes")
    if plan.fewest_proved:
        yield f"{many}. Moins est impossible, et c’est prouvé."
    else:
        yield f"{many}. Il est prouvé qu’il en faut au moins {plan.leaves_bound}."
    proved = " (moins est impossible, et c’est prouvé)" if plan.safest_proved else ""
    yield f"Danger : {number(tree.danger, 2)}{proved}. Plus grand détour : × {number(tree.worst_detour, 2)}."


def _school_lines(study: BusStudy) -> Iterator[str]:
    bus = study.bus
    yield f"{study.school_name}. Document interne : il dit où habitent des enfants."
    if study.drawn:
        yield f"{len(bus.children)} enfants tirés au sort parmi les habitants de leur âge : une estimation."
    if study.too_many:
        living = round(study.expected)
        many = f"{living} environ" if living >= study.smallest_count else f"moins de {study.smallest_count}"
        yield f"C’est plus d’enfants qu’il n’en habite ici à ces âges ({many}) : le plan est trop grand."
    if bus.plan is not None:
        yield from _plan_lines(bus.plan)
    for line in bus.lines:
        who = counted(sum(len(stop.children) for stop in line.stops), "enfant", "enfants")
        adults = counted(line.adults, "adulte", "adultes")
        yield f"Ligne {line.number} : {number(line.minutes)} min, {who}, {adults}."
        for stop in line.stops:
            yield f"  {clock(stop.time)}  arrêt {stop.node} ({len(stop.children)})"
        if line.joins is not None:
            yield f"  puis avec la ligne {line.joins[1]}, à l’arrêt {line.joins[0]}"
        yield f"  {clock(line.arrival)}  école"
    if bus.unserved:
        yield f"{counted(len(bus.unserved), 'enfant', 'enfants')} sans ligne : trop loin, ou sans chemin."


def _timetable(study: BusStudy) -> str:
    """Stops of every line as comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "rank", "stop", "lon", "lat", "time", "children"))
    stops = study.bus.stops
    for line in study.bus.lines:
        for rank, stop in enumerate(line.stops, 1):
            place = (float(stops.lon[stop.node]), float(stops.lat[stop.node]))
            writer.writerow((line.number, rank, stop.node, *place, clock(stop.time), len(stop.children)))
    return text.getvalue()
