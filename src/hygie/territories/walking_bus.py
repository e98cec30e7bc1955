"""Walking buses of a territory: which school, which children, which figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import listing
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.minutes import to_minutes
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.walking.bus import MOST_CHILDREN, Floats, Left
from hygie.engines.walking.bus_lines import ELEMENTARY, NURSERY, LineRules
from hygie.engines.walking.bus_school import BusChild, BusQuestion, SchoolBus, school_bus
from hygie.engines.walking.bus_streets import Pace
from hygie.readers.catalogue import Catalogue
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.pupils import pupils_of

LEVEL_OF = {"school_primary": ELEMENTARY, "school_nursery": NURSERY}
"""Schools whose children come with a walking bus, and their level."""

_FIGURES = (
    *("bus_speed", "bus_longest", "bus_detour", "bus_adults_least", "bus_children_elementary"),
    *("bus_children_nursery", "bus_margin", "bus_bell", "bus_children_tried", "nursery_first_age"),
    *("bus_danger_path", "bus_danger_street", "bus_danger_main", "primary_first_age", "primary_last_age"),
    "smallest_count",
)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class BusRequest:
    """What a person asks; None takes the figure of the catalogue.

    ``bell`` is in minutes of the day; ``most_leaves`` the lines allowed.
    """

    school: str
    alpha: float | None = None
    minutes: float | None = None
    bell: int | None = None
    most_leaves: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class BusStudy:
    """A planned walking bus, with what it stands on; ``drawn`` when its children were drawn at random.

    ``expected`` is then how many residents of the pupils' ages have this school for the nearest, NaN for
    children of a list.
    """

    school: str
    school_name: str
    bus: SchoolBus
    drawn: bool
    alpha: float
    minutes: float
    bell: int
    seed: int
    figures: tuple[FigureUse, ...]
    smallest_count: int
    expected: float = math.nan

    @property
    def too_many(self) -> bool:
        """Whether more children were drawn than live there: the plan is larger than it will be."""
        return self.drawn and len(self.bus.children) > self.expected


def bus_figures(stored: StoredTerritory, catalogue: Catalogue) -> dict[str, FigureUse]:
    """Figures that a walking bus takes from the catalogue, on the day of the territory."""
    day = date.fromisoformat(stored.reference_date)
    return {key: catalogue.figure(key, day) for key in _FIGURES}


def plan_school_bus(
    stored: StoredTerritory,
    request: BusRequest,
    figures: Mapping[str, FigureUse],
    children: tuple[BusChild, ...] | int | None,
    left: Left,
) -> BusStudy:
    """Plan the walking bus of a school.

    Parameters
    ----------
    stored
        The territory; it needs walking streets.
    request
        School and choices.
    figures
        See ``bus_figures``.
    children
        Those of a list; or how many to draw among the residents of the pupils' ages; or None for as
        many as the catalogue says.
    left
        Seconds left.

    Raises
    ------
    HygieError
        No such school, no streets, no children to draw, or no plan of as few lines.
    """
    position = _school(stored.territory, request.school)
    graph = _streets(stored)
    who, expected = _who(stored, position, request.seed, figures, children)
    question, alpha, minutes, bell = _question(stored, request, figures)
    walk = stored.movements()["walk"]
    homes = walk.model.locate([child.lon for child in who], [child.lat for child in who])
    bus = school_bus(graph, (walk.places.take([position]), homes), who, question, left)
    return BusStudy(
        school=request.school,
        school_name=str(stored.territory.places.names[position]),
        bus=bus,
        drawn=not isinstance(children, tuple),
        alpha=alpha,
        minutes=minutes,
        bell=bell,
        seed=request.seed,
        figures=tuple(figures.values()),
        smallest_count=round(figures["smallest_count"].value),
        expected=expected,
    )


def _streets(stored: StoredTerritory) -> StreetGraph:
    streets = stored.streets.get("walk")
    if streets is None:
        raise HygieError(
            f"{stored.territory.name} n’a pas de plan des rues : un pédibus ne peut pas y être tracé.",
            fix="Ajoutez un extrait OpenStreetMap à la recette.",
        )
    return streets.graph


def _question(
    stored: StoredTerritory, request: BusRequest, figures: Mapping[str, FigureUse]
) -> tuple[BusQuestion, float, float, int]:
    alpha = figures["bus_detour"].value if request.alpha is None else request.alpha
    minutes = figures["bus_longest"].value if request.minutes is None else request.minutes
    bell = round(figures["bus_bell"].value * 60) if request.bell is None else request.bell
    if not 1 <= alpha <= 10:
        raise HygieError(
            "Le détour permis va de 1 à 10 fois le chemin le plus court.", why=f"Demandé : {alpha}."
        )
    if not 0 < minutes <= 60:
        raise HygieError("Une ligne dure au plus 60 minutes.", why=f"Demandé : {minutes}.")
    if not 0 <= bell < _MINUTES_A_DAY:
        raise HygieError("Cette heure d’entrée en classe n’existe pas.", fix="Écrivez par exemple 08:30.")
    group = figures["bus_speed"].value * 60
    danger = tuple(figures[f"bus_danger_{kind}"].value for kind in ("path", "street", "main"))
    pace = Pace(stored.walk_metres_per_minute, group, minutes, alpha, (danger[0], danger[1], danger[2]))
    rules = LineRules(
        metres_per_minute=group,
        arrival=bell - round(figures["bus_margin"].value),
        least_adults=round(figures["bus_adults_least"].value),
        per_adult_elementary=figures["bus_children_elementary"].value,
        per_adult_nursery=figures["bus_children_nursery"].value,
    )
    return BusQuestion(pace, rules, request.most_leaves, request.seed), alpha, minutes, bell


def _school(territory: Territory, key: str) -> int:
    """Position of a school among the places."""
    found = np.flatnonzero(territory.places.ids == key)
    if len(found) and str(territory.places.categories[found[0]]) in LEVEL_OF:
        return int(found[0])
    known = [str(one) for one in territory.places.ids[territory.places.of(*LEVEL_OF)]]
    what = f"« {key} » n’est pas une école maternelle ou élémentaire de {territory.name}."
    if not known:
        raise HygieError(what, why="Aucune source de la recette n’en donne.")
    raise HygieError(what, fix=f"Par exemple : {listing(known[:3])} ; « hygie territory places » les liste.")


def _who(
    stored: StoredTerritory,
    school: int,
    seed: int,
    figures: Mapping[str, FigureUse],
    children: tuple[BusChild, ...] | int | None,
) -> tuple[tuple[BusChild, ...], float]:
    """Children of the list, or drawn; and how many are expected, NaN for a list."""
    if isinstance(children, tuple):
        return _listed(children), math.nan
    return _drawn(stored, school, seed, figures, children)


def _listed(children: tuple[BusChild, ...]) -> tuple[BusChild, ...]:
    """Children of a list, as many as a walking bus may have."""
    count = len(children)
    if not 1 <= count <= MOST_CHILDREN:
        raise HygieError(f"Un pédibus se prépare pour 1 à {MOST_CHILDREN} enfants.", why=f"Ici : {count}.")
    return children


def _drawn(
    stored: StoredTerritory, school: int, seed: int, figures: Mapping[str, FigureUse], asked: object
) -> tuple[tuple[BusChild, ...], float]:
    """Children drawn among the residents of their ages for whom this school is the nearest; how many are."""
    count = asked if isinstance(asked, int) else round(figures["bus_children_tried"].value)
    if not 1 <= count <= MOST_CHILDREN:
        raise HygieError(
            f"Un pédibus se prépare pour 1 à {MOST_CHILDREN} enfants.", why=f"Demandé : {count}."
        )
    territory = stored.territory
    category = str(territory.places.categories[school])
    first, last = (round(figures[f"primary_{end}_age"].value) for end in ("first", "last"))
    if category == "school_nursery":
        first, last = round(figures["nursery_first_age"].value), first - 1
    pupils = pupils_of(territory, first, last)
    known = np.zeros(len(territory.demand)) if pupils is None else pupils
    weights = known * _nearest(stored, category, school, figures)
    total = float(weights.sum())
    if total <= 0:
        raise HygieError(
            "Aucun enfant à tirer au sort : personne de cet âge n’a cette école pour la plus proche.",
            why=f"Âges cherchés : {first} à {last} ans, d’après les habitants du territoire.",
            fix="Donnez la liste des enfants avec --children FICHIER.csv.",
        )
    homes = np.random.default_rng(seed).choice(len(weights), count, p=weights / total)
    demand, level = territory.demand, LEVEL_OF[category]
    children = tuple(
        BusChild(f"tirage-{rank}", float(demand.lon[home]), float(demand.lat[home]), level)
        for rank, home in enumerate(homes.tolist(), 1)
    )
    return children, total


def _nearest(stored: StoredTerritory, category: str, school: int, figures: Mapping[str, FigureUse]) -> Floats:
    """1 for each point whose nearest school of the category is this one, within the reach of a line."""
    walk, schools = stored.movements()["walk"], stored.territory.places.of(category)
    minutes = to_minutes(walk.model.each(walk.people, walk.places.take(schools)))
    minutes = np.where(np.isnan(minutes), np.inf, minutes)
    reach = figures["bus_longest"].value * figures["bus_speed"].value * 60 / stored.walk_metres_per_minute
    nearest = (schools[minutes.argmin(axis=1)] == school) & (minutes.min(axis=1) <= reach)
    return np.asarray(nearest, np.float64)
