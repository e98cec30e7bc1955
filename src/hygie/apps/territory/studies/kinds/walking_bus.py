"""« How to walk children to a school together »: the walking bus, from a list or an expected draw."""

from __future__ import annotations

import json
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, text_of
from hygie.apps.territory.studies.registry import (
    Answers,
    FileRead,
    Json,
    Kind,
    Material,
    Outcome,
    Progress,
    StoppedError,
)
from hygie.engines.diagnosis.publication import withheld
from hygie.engines.kernel.errors import HygieError
from hygie.engines.walking.bus import SCHOOL, Left
from hygie.engines.walking.bus_plan import EXACT_CHILDREN
from hygie.engines.walking.bus_school import BusChild
from hygie.readers.bus_children import read_bus_children
from hygie.reports.json_walk_bus import BusHeading, clock, school_bus_json
from hygie.reports.studies.layers import Layer, layer_json, lines, points
from hygie.reports.studies.values import source_lines
from hygie.reports.studies.walking_bus import present
from hygie.territories.walking_bus import LEVEL_OF, BusRequest, BusStudy, bus_figures, plan_school_bus

LOOKS = 5
"""Looks of lines: beyond, they come again."""

MOST_DRAWN = 300
FEW_S, SOME_S, MANY_S = 8.0, 15.0, 45.0
"""Seconds given: where a proof is likely, up to a hundred children, and beyond."""

SOME = 100
_NUMBER = re.compile(r"[A-Za-z]{0,3}[-_]?[0-9]{1,10}")
"""An identifier is a number with at most a short prefix: nobody's name."""

_BELL = re.compile(r"([01]?[0-9]|2[0-3])[:hH]([0-5][0-9])")


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form: schools of the territory, choices with the catalogue's values."""
    figures = {key: opened.catalogue.figure(key, opened.day).value for key in FIGURES}
    bells = tuple(Option(clock(m), clock(m).replace(":", " h ")) for m in range(450, 571, 5))
    bell = clock(round(figures["bus_bell"] * 60))
    return (
        Field("school", "École", Asks.ONE, options=_schools(opened)),
        Field(
            *("file", "Liste des enfants (CSV)", Asks.FILE),
            hint="Colonnes id, lon, lat, level (maternelle ou élémentaire). Un numéro par enfant, aucun nom. "
            "Elle est chiffrée, lue par votre équipe seulement, et effacée au bout d’un an.",
            required=False,
        ),
        Field(
            *("children", "Sans liste, nombre d’enfants tirés au sort"),
            hint="Parmi les habitants de leur âge les plus proches de cette école : une estimation.",
            low=1,
            high=MOST_DRAWN,
            whole=True,
            initial=(f"{figures['bus_children_tried']:g}",),
            without_file=True,
        ),
        Field("bell", "Entrée en classe", Asks.ONE, options=bells, initial=(bell,)),
        Field(
            *("minutes", "Durée d’une ligne, au plus"),
            low=5,
            high=60,
            unit="minutes",
            initial=(f"{figures['bus_longest']:g}",),
            group="Choix de la commune",
        ),
        Field(
            *("alpha", "Détour permis à un enfant"),
            hint="1,3 veut dire : au plus 30 % de plus que son chemin le plus court.",
            low=1,
            high=3,
            unit="fois le chemin le plus court",
            initial=(f"{figures['bus_detour']:g}".replace(".", ","),),
            group="Choix de la commune",
        ),
        Field(
            *("lines", "Nombre de lignes permis"),
            hint="Vide : le moins possible. Plus de lignes peuvent être moins dangereuses.",
            low=1,
            high=100,
            whole=True,
            required=False,
            group="Choix de la commune",
        ),
    )


FIGURES = ("bus_bell", "bus_longest", "bus_detour", "bus_children_tried")


def _schools(opened: Opened) -> tuple[Option, ...]:
    """Schools whose children may come, by sort then by name."""
    places, found = opened.territory.places, []
    for category in LEVEL_OF:
        title = opened.catalogue.categories[category].plural
        mine = [int(i) for i in places.of(category) if places.inside[i]]
        named = sorted((str(places.names[i]) or str(places.ids[i]), str(places.ids[i])) for i in mine)
        found += [Option(place, name, title) for name, place in named]
    return tuple(found)


def read_file(name: str, content: bytes) -> FileRead:
    """Children of a list: a number, a position, a level; any other column is never read.

    Raises
    ------
    HygieError
        If it is no such list, or holds no child.
    """
    del name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "enfants.csv"
        path.write_bytes(content)
        read = read_bus_children(path)
    kept = [one for one in read.kept if _NUMBER.fullmatch(one.id)]
    named = len(read.kept) - len(kept)
    if not kept:
        raise HygieError(
            "Ce fichier ne donne aucun enfant.",
            why="Chaque ligne a un numéro (« 12 », « E-12 »), une position en degrés et un niveau.",
            fix="Remplacez les noms par des numéros, puis corrigez les lignes écartées.",
        )
    told = [f"ligne {one.row}, colonne {one.column} : {one.reason}" for one in read.account.rejects[:40]]
    if named:
        told.append(f"{named} lignes écartées : un identifiant est un numéro, jamais un nom")
    rows = [[one.id, round(one.lon, 5), round(one.lat, 5), one.level] for one in kept]
    return FileRead(json.dumps(rows), len(kept), len(read.account.rejects) + named, tuple(told))


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Plan the lines; where they come from a list, only totals are for every reader."""
    progress(0.02, "Chemins de chaque enfant")
    opened, stored = material.opened, material.stored
    children = tuple(BusChild(*row) for row in json.loads(file)) if file else None
    drawn = round(number_of(answers, "children"))
    figures = bus_figures(stored, opened.catalogue)
    count = drawn if children is None else len(children)
    request = BusRequest(
        school=text_of(answers, "school"),
        alpha=number_of(answers, "alpha"),
        minutes=number_of(answers, "minutes"),
        bell=_bell(text_of(answers, "bell")),
        most_leaves=None if answers["lines"] is None else round(number_of(answers, "lines")),
    )
    watch = _Watch(_seconds(count), progress)
    found = plan_school_bus(stored, request, figures, drawn if children is None else children, watch.left)
    told = school_bus_json(found.bus, _heading(found, opened), found.figures)
    detail = _detail(found, told)
    result = _totals(told, opened.scene.few) | {
        "school": found.school_name,
        "sources": list(source_lines(opened.territory)),
        "detail": detail if children is None else None,
    }
    return Outcome(result, None if children is None else detail)


class _Watch:
    """Seconds left to the engine, told as progress; a stop ends every thread of the search."""

    def __init__(self, seconds: float, progress: Progress) -> None:
        self._seconds, self._progress = seconds, progress
        self._start, self._mine, self._over = time.monotonic(), threading.get_ident(), False

    def _left(self) -> float:
        spent = time.monotonic() - self._start
        if threading.get_ident() == self._mine:
            try:
                self._progress(min(0.95, 0.05 + 0.9 * spent / self._seconds), "Recherche des lignes")
            except StoppedError:
                self._over = True  # other threads of the search see that no time is left
                raise
        return 0.0 if self._over else self._seconds - spent

    @property
    def left(self) -> Left:
        """For the engine."""
        return self._left


def _seconds(children: int) -> float:
    if children <= EXACT_CHILDREN:
        return FEW_S
    return SOME_S if children <= SOME else MANY_S


def _bell(text: str) -> int:
    found = _BELL.fullmatch(text)
    if found is None:
        raise HygieError("Cette heure d’entrée en classe n’existe pas.", fix="Écrivez par exemple 08:30.")
    return int(found[1]) * 60 + int(found[2])


def _heading(found: BusStudy, opened: Opened) -> BusHeading:
    return BusHeading(
        school=found.school,
        name=found.school_name,
        fictional=opened.territory.fictional,
        alpha=found.alpha,
        minutes=found.minutes,
        bell=found.bell,
        seed=found.seed,
        drawn=found.drawn,
        too_many=found.too_many,
        smallest_count=found.smallest_count,
    )


def _totals(told: Json, few: int) -> Json:
    """What every reader may know: nothing at all below so many children, nothing about one of them."""
    shown = not withheld(told["served"], few) or told["estimate"]
    unserved = len(told["unserved"])
    keys = ("leaves", "bound", "fewest_proved", "safest_proved", "danger", "danger_bound", "adults", "served")
    return {
        "shown": shown,
        "drawn": told["estimate"],
        "totals": {key: told.get(key) for key in keys} if shown else {},
        "unserved": None if withheld(unserved, few) and not told["estimate"] else unserved,
        "longest": max((line["minutes"] for line in told["lines"]), default=None) if shown else None,
        "asked": {key: told[key] for key in ("minutes", "bell", "alpha")},
        "figures": told["figures"],
    }


def _detail(found: BusStudy, told: Json) -> Json:
    """Lines with their stops, and their layers."""
    return {
        "lines": told["lines"],
        "unserved": told["unserved"],
        "layers": [layer_json(one) for one in _layers(found, told["lines"])],
    }


def _layers(found: BusStudy, told: Sequence[dict[str, Any]]) -> list[Layer]:
    """A layer a line, its stops, and the school."""
    stops = found.bus.stops
    school = (float(stops.lon[SCHOOL]), float(stops.lat[SCHOOL]))
    at = {stop["stop"]: (stop["lon"], stop["lat"]) for line in told for stop in line["stops"]}
    layers = []
    for line in told:
        end = at[line["joins"]["stop"]] if line["joins"] else school
        way = [*((stop["lon"], stop["lat"]) for stop in line["stops"]), end]
        look = f"study-line-{(line['line'] - 1) % LOOKS + 1}"
        layers.append(Layer(f"line-{line['line']}", look, f"ligne {line['line']}", lines([way])))
    firsts = [(line["line"], line["stops"][0]) for line in told]
    starts = points([stop["lon"] for _, stop in firsts], [stop["lat"] for _, stop in firsts])
    numbers = tuple(str(number) for number, _ in firsts)
    rest = [stop for line in told for stop in line["stops"][1:]]
    dots = points([stop["lon"] for stop in rest], [stop["lat"] for stop in rest])
    layers.append(Layer("stops", "study-candidate", "arrêt", dots))
    layers.append(Layer("starts", "study-chosen", "départ d’une ligne", starts, numbers=numbers))
    layers.append(Layer("school", "study-school", "école", points([school[0]], [school[1]])))
    return layers


def _missing(opened: Opened) -> str:
    if not _schools(opened):
        return "aucune école n’est dans les données"
    return "" if opened.streets is not None else "aucun plan des rues n’est dans les données"


KIND = Kind(
    key="walking_bus",
    title="Comment mener les enfants à l’école à pied, ensemble ?",
    about="Trace un pédibus : le moins de lignes, puis les rues les moins dangereuses, avec les horaires.",
    short="Pédibus",
    fields=fields,
    run=run,
    present=present,
    read_file=read_file,
    largest_file=256 * 1024,
    missing=_missing,
)
