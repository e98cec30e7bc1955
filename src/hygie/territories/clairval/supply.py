"""What can be obtained in Clairval: how many places of each category, where first, open when.

Densities are near those of France (docs/reference/clairval.md); they describe an invented town and
are no reference for a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hygie.territories.clairval import quarters

PLANTED_FROM = 20_000
"""From this many residents on, what the diagnosis must find is there."""

OFFICE = "Mo-Fr 08:30-12:00,13:30-17:30; PH off"
SHOP = "Mo-Sa 08:30-19:30; Su 09:00-12:30; PH off"
PRACTICE = "Mo-Fr 08:30-12:00,14:00-18:30; PH off"
LATE_PRACTICE = "Mo-Fr 09:00-12:30,14:00-20:00; PH off"
CLASSES = "Mo,Tu,Th,Fr 08:30-16:30; PH off; SH off"
PITCH = "Mo-Su 08:00-22:00; PH off"
ALWAYS = "24/7"

HOURS: Mapping[str, str] = {
    "clairval:pharmacy-1": "Mo-Fr 08:30-20:00; Sa 08:30-19:30; PH off",
    "clairval:pharmacy-5": "Mo-Fr 08:30-20:00; Sa 09:00-12:30; PH off",
    "clairval:gp-2": LATE_PRACTICE,
    "clairval:gp-4": LATE_PRACTICE,
    "clairval:gp-5": LATE_PRACTICE,
    "clairval:mairie-00001": "Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00; PH off",
    "clairval:mairie-00002": "Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00; PH off",
}
"""Hours of the sites that keep others than their category: on Saturday afternoon one pharmacy, late on
weekdays a few, on Saturday morning two town halls."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Places of one category.

    Attributes
    ----------
    category, title
        Word of the vocabulary, and the first words of the names.
    places, capacity
        Places, and their capacity in all, by 10,000 residents; capacity zero when unsaid.
    hours
        Usual opening hours, OpenStreetMap notation.
    first
        Zones that come first, one place each; all of them from ``PLANTED_FROM`` residents on.
    never
        Zones that have none.
    fewest
        Fewest places, whatever the number of residents.
    off
        (zone, metres of the plan): no place nearer to the middle of that zone.
    """

    category: str
    title: str
    places: float
    capacity: float
    hours: str
    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    fewest: int = 1
    off: tuple[str, float] | None = None


_VILLAGES = tuple(zone.key for zone in quarters.VILLAGES)
_SMALL = ("salines", "fontcrese", "sainte-mauvine")
_GP_VILLAGES = _VILLAGES[:7]
_SCHOOL_QUARTERS = ("centre", "gare", "port", "saint-eloi", "ormeaux", "vergers", "plaine", "montredon")

SUPPLIES: tuple[Supply, ...] = (
    Supply(
        "gp",
        "Cabinet médical",
        3.8,
        8.3,
        PRACTICE,
        first=(
            *("saint-eloi", "centre", "saint-eloi", "courtavelle", "port", "gare", "bellevue"),
            *("vergers", "vergers", "plaine", *_GP_VILLAGES[1:]),
        ),
        never=("ormeaux", *_SMALL),
        fewest=2,
        off=("ormeaux", 1250.0),
    ),
    Supply("msp", "MSP", 0.2, 1.8, PRACTICE, first=("port",), never=("ormeaux", "saint-eloi")),
    Supply(
        "pharmacy",
        "Pharmacie",
        3.0,
        0,
        "Mo-Fr 08:30-12:30,14:00-19:00; Sa 09:00-12:30; PH off",
        first=("port", "centre", "montredon", "courtavelle", "gare", "ormeaux"),
        never=_SMALL,
        fewest=2,
    ),
    Supply(
        "nurse", "Cabinet infirmier", 6.0, 14.0, "Mo-Sa 07:30-09:00; PH off", first=("centre", "montredon")
    ),
    Supply("dentist", "Cabinet dentaire", 2.9, 5.4, PRACTICE, first=("centre", "courtavelle")),
    Supply("midwife", "Cabinet de sage-femme", 0.8, 1.2, PRACTICE, first=("gare", "courtavelle")),
    Supply("physiotherapist", "Cabinet de kinésithérapie", 4.0, 11.0, PRACTICE, first=("saint-eloi", "port")),
    Supply(
        "laboratory", "Laboratoire d’analyses", 0.6, 0, "Mo-Fr 07:30-18:00; Sa 07:30-12:00; PH off", ("gare",)
    ),
    Supply("mental_health", "Centre médico-psychologique", 0.35, 0, OFFICE, ("gare", "courtavelle")),
    Supply("ehpad", "EHPAD", 1.15, 90.0, ALWAYS, first=("saint-eloi", "courtavelle"), never=("ormeaux",)),
    Supply("school_nursery", "École maternelle", 2.0, 190.0, CLASSES, ("ormeaux", "bellevue")),
    Supply(
        "school_primary",
        "École élémentaire",
        4.0,
        520.0,
        CLASSES,
        first=(*_SCHOOL_QUARTERS, *_VILLAGES[:9]),
        never=("bellevue", "salines", "sainte-mauvine"),
    ),
    Supply(
        "school_lower",
        "Collège",
        1.0,
        500.0,
        "Mo-Fr 08:00-17:30; PH off; SH off",
        ("saint-eloi", "courtavelle"),
    ),
    Supply("school_upper", "Lycée", 0.5, 330.0, "Mo-Fr 08:00-18:00; PH off; SH off", ("gare",)),
    Supply("counter", "France Services", 0.4, 0, OFFICE, first=("ormeaux", "courtavelle")),
    Supply("post_office", "Bureau de poste", 1.6, 0, "Mo-Fr 09:00-12:00,14:00-17:30; Sa 09:00-12:00; PH off"),
    Supply("police_gendarmerie", "Gendarmerie", 0.5, 0, ALWAYS, first=("gare", "courtavelle")),
    Supply(
        "food_shop",
        "Épicerie",
        6.5,
        0,
        SHOP,
        first=("centre", "port", "montredon", *_VILLAGES[:9], "salines"),
    ),
    Supply("sport", "Gymnase", 4.5, 0, PITCH, first=("ormeaux", "bellevue", *_VILLAGES[:6])),
)

STREET_NAMES = (
    *("rue des Tilleuls", "rue du Moulin", "avenue de la Clère", "rue des Lavandières", "place du Marché"),
    *("rue des Remparts", "rue de l’Écluse", "rue du Four", "allée des Amandiers", "rue des Tanneurs"),
    *("rue de la Source", "chemin des Vignes", "rue du Puits", "place de l’Orme", "rue des Jardins"),
    *("rue du Lavoir", "avenue de la Gare", "rue des Potiers", "rue de la Paix", "impasse du Figuier"),
)
"""Tell apart the places of a zone that would have the same name."""
