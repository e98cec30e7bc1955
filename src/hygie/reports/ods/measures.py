"""What a measure is called in a table, its unit, and how its number is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from hygie.engines.diagnosis.groups import DWELLINGS
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import Measure, Status
from hygie.reports.ods.sheets import Format, Num, Value
from hygie.reports.words import REASONS, is_share

MINUTES, PEOPLE = "min", "habitants"
SHARE = "part de 0 à 1, affichée en %"
GAP = "écart de parts, affiché en points de %"

STATUS_WORDS = {
    Status.COMPUTED: "calculé",
    Status.ESTIMATE: "estimation",
    Status.NOT_COMPUTED: "non calculé",
}

_TIMED = frozenset({"access", "elderly", "open", "school_way", "inequality"})
"""Kinds whose median and mean are minutes."""

_COMPARED = frozenset({"gap"})
"""Kinds with one measure for each other indicator."""

_PEOPLE = "people_"

_TITLES = {
    "people": "Habitants",
    "points": "Bâtiments d’habitation",
    "share": "Part des habitants de la zone",
    "median": "Médiane",
    "p90": "Neuf habitants sur dix, au plus",
    "mean": "Moyenne",
    "unreached": "Sans aucun chemin",
    "person_minutes": "Minutes perdues, tous trajets additionnés",
    "people_stranded": "Habitants sans plus aucun accès",
    "access_mean": "Accès, en moyenne",
    "access_d1": "Accès, un habitant sur dix a moins",
    "access_median": "Accès, la moitié des habitants a moins",
    "access_d9": "Accès, neuf habitants sur dix ont moins",
    "under_half": "Accès sous la moitié de la moyenne",
    "underserved": "Accès sous le seuil de sous-densité",
    "practitioners": "Médecins généralistes",
    "practitioners_unknown": "Médecins généralistes d’âge inconnu",
    "known": "Revenu connu",
    "trees": "Arbres relevés",
    "hectares": "Surface",
    "trees_per_hectare": "Arbres relevés par hectare",
    "trees_per_100_residents": "Arbres relevés pour 100 habitants",
    "school_quiet": "École à portée sans longer d’axe principal",
    "school_main": "École à portée en longeant un axe principal",
    "school_far": "Aucune école à portée",
    "index_apl": "Indice de concentration : accès aux médecins",
    "ratio_apl": "Rapport D9/D1 : accès aux médecins",
}
_PATTERNS = (
    (re.compile(r"beyond_(\d+)"), "À plus de {} min"),
    (re.compile(r"people_losing_(\d+)"), "Habitants qui perdent {} min ou plus"),
    (re.compile(r"people_crossing_(\d+)"), "Habitants qui passent au-delà de {} min"),
    (re.compile(r"practitioners_(\d+)"), "Médecins généralistes de {} ans et plus"),
    (re.compile(r"falling_(\d+)"), "Passent sous le seuil d’accès si partent ceux de {} ans et plus"),
)
_LOST = {
    "retirement": "Accès perdu si partent ceux de {} ans et plus",
    "open": "À {} min ou moins aux heures habituelles seulement",
}
"""What ``lost_N`` means, by kind."""

_OTHERS = (
    (re.compile(r"index_(.+)"), "Indice de concentration : {}"),
    (re.compile(r"ratio_(.+)"), "Rapport D9/D1 : {}"),
    (re.compile(r"median_(.+)"), "Médiane : {}"),
)
"""Measures about another indicator, named in them."""

_COUNTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"people(_.*)?"), PEOPLE),
    (re.compile(r"points(_.*)?"), "bâtiments"),
    (re.compile(r"practitioners(_.*)?"), "médecins"),
    (re.compile(r"trees"), "arbres"),
    (re.compile(r"person_minutes"), "minutes cumulées"),
)
_NUMBERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"hectares"), "ha"),
    (re.compile(r"trees_per_hectare"), "arbres par hectare"),
    (re.compile(r"trees_per_100_residents"), "arbres pour 100 habitants"),
    (re.compile(r"index_.*"), "indice de −1 à 1"),
    (re.compile(r"ratio_.*"), "rapport"),
)
_MINUTES = re.compile(r"(median|p90|mean)(_.*)?")


class Described(NamedTuple):
    """A measure's title, unit and format."""

    title: str
    unit: str
    format: Format


def describe(key: str, *, kind: str, unit: str, titles: Mapping[str, str]) -> Described:
    """How a measure of an indicator is told.

    Parameters
    ----------
    key
        Of the measure.
    kind, unit
        Of the indicator.
    titles
        Of the other indicators: a gap has one measure for each.
    """
    if kind in _COMPARED and key in titles:
        return Described(titles[key], GAP, Format.SHARE)
    title = typeset(_title(key, kind, titles))
    if kind in _TIMED and _MINUTES.fullmatch(key):
        return Described(title, MINUTES, Format.TENTH)
    if is_share(key):
        return Described(title, SHARE, Format.SHARE)
    if counted := _unit(key, _COUNTS):
        return Described(title, counted, Format.COUNT)
    return Described(title, _unit(key, _NUMBERS) or unit, Format.PLAIN)


def _unit(key: str, known: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    return next((unit for pattern, unit in known if pattern.fullmatch(key)), "")


def _title(key: str, kind: str, titles: Mapping[str, str]) -> str:
    """French title of a measure; the word other programs know where there is none."""
    if key in _TITLES:
        return _TITLES[key]
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(key):
            return words.format(found[1])
    for pattern, words in _OTHERS:
        found = pattern.fullmatch(key)
        if found and found[1] in titles:
            return words.format(titles[found[1]])
    if key.startswith("lost_") and kind in _LOST:
        return _LOST[kind].format(key.removeprefix("lost_"))
    if key.startswith(_PEOPLE):
        rest = _title(key.removeprefix(_PEOPLE), kind, titles)
        return f"Habitants : {rest[:1].lower()}{rest[1:]}"
    return key


def counted_unit(unit: str, group: str) -> str:
    """The unit of a count where nobody knows how many people live in a building."""
    return "bâtiments" if group == DWELLINGS and unit == PEOPLE else unit


def status_words(measure: Measure | None, few: int) -> tuple[str, str]:
    """Status of a measure, and why it has no number: « moins de 11 », « non calculé », « calculé »."""
    if measure is None:
        return "sans objet", ""
    if measure.status is Status.SUPPRESSED:
        return f"moins de {few}", ""
    reason = "" if measure.reason is None else REASONS[measure.reason]
    return STATUS_WORDS[measure.status], reason


def number_of(value: float | None, shown: Format) -> Value:
    """A number, or an empty cell."""
    return None if value is None else Num(value, shown)
