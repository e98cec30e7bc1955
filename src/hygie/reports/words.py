"""Measures in words: how a number, or its absence, is printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hygie.engines.kernel.french import MINUS, NARROW, WIDE, minutes, number, percent, percent_between
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status

HIDDEN = "masqué"

REASONS = {
    Reason.NO_SOURCE: "aucune source fournie",
    Reason.NO_PEOPLE: "nombre d’habitants inconnu",
    Reason.NO_AGE: "âges inconnus ou tranches d’âge qui ne s’y prêtent pas",
    Reason.NO_STREETS: "aucune rue fournie",
    Reason.NO_DRIVING_GRAPH: "aucun réseau routier pour la voiture",
    Reason.NO_ZONE: "aucun découpage fourni pour cette comparaison",
    Reason.NO_INCOME: "revenus inconnus",
    Reason.NOBODY_REACHES: "personne n’y parvient",
    Reason.NO_HOURS: "trop peu d’horaires d’ouverture connus",
    Reason.NO_MAIN_ROAD: "aucun axe principal dans le plan des rues",
    Reason.NO_OUTLINE: "aucun contour de zone fourni",
    Reason.SMALL_ZONE: "zone trop petite pour ce calcul",
}

SHORT_REASONS = {
    Reason.NO_SOURCE: "sans source",
    Reason.NO_PEOPLE: "habitants inconnus",
    Reason.NO_AGE: "âges inconnus",
    Reason.NO_STREETS: "sans rues",
    Reason.NO_DRIVING_GRAPH: "sans réseau routier",
    Reason.NO_ZONE: "sans découpage",
    Reason.NO_INCOME: "revenus inconnus",
    Reason.NOBODY_REACHES: "hors d’atteinte",
    Reason.NO_HOURS: "horaires inconnus",
    Reason.NO_MAIN_ROAD: "sans axe principal",
    Reason.NO_OUTLINE: "sans contour",
    Reason.SMALL_ZONE: "zone trop petite",
}

_SHARES = re.compile(
    r"beyond_\d+|lost_\d+|falling(_\d+)?|rising|under_half|underserved|known|school_\w+|unreached|.*share.*"
)
_MINUTES = re.compile(r"(median|p90|mean)(_.*)?")
_RATES = re.compile(r"\w+_per_\w+|(access|ratio)_\w+")
_INDEX = re.compile(r"index_\w+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure as printed.

    Attributes
    ----------
    text
        The number with its unit, or the words that stand for it.
    detail
        Its interval, or what explains the words; may be empty.
    number
        False when ``text`` is words: never drawn, never added.
    """

    text: str
    detail: str = ""
    number: bool = True


def shown(key: str, measure: Measure | None, few: int) -> Shown:
    """Print a measure by its key: share, minutes or count.

    Parameters
    ----------
    key
        As in ``Cell.measures``.
    measure
        None where the result has none: « sans objet ».
    few
        Counts under this number are kept back.
    """
    if measure is None:
        return Shown("sans objet", number=False)
    if measure.status is Status.SUPPRESSED:
        few_words = "trop peu de médecins" if key.startswith("practitioners") else f"moins de {few}"
        return Shown(HIDDEN, few_words, number=False)
    if measure.value is None:
        reason = "" if measure.reason is None else SHORT_REASONS[measure.reason]
        if measure.reason is Reason.NOBODY_REACHES:
            return Shown(reason, number=False)
        return Shown("non calculé", reason, number=False)
    text = value_text(key, measure.value)
    if measure.status is Status.ESTIMATE and text[:1].isdigit():
        text = f"≈{NARROW}{text}"
    return Shown(text, interval_text(key, measure))


def value_text(key: str, value: float) -> str:
    """A value with the unit its key implies."""
    if is_share(key):
        return percent(value)
    if _MINUTES.fullmatch(key):
        return minutes(value)
    if _INDEX.fullmatch(key):
        return number(value, 2)
    return number(value, 1 if _RATES.fullmatch(key) else 0)


def is_share(key: str) -> bool:
    """Whether a measure is a share from 0 to 1."""
    return _SHARES.fullmatch(key) is not None


def interval_text(key: str, measure: Measure) -> str:
    """« entre 16 et 20 % »; empty without an interval or when both ends print as the value."""
    if measure.low is None or measure.high is None or measure.value is None:
        return ""
    if is_share(key):
        return _unless(percent_between(measure.low, measure.high), percent(measure.value))
    first, last = value_text(key, measure.low), value_text(key, measure.high)
    return "" if first == last else f"entre {first} et {last}"


def _unless(text: str, same: str) -> str:
    return "" if text == same else text


def signed(key: str, change: float) -> str:
    """A change with its sign, as printed in a table: « +12 », « −3 points », « 0 »."""
    if is_share(key):
        body, unit = number(abs(change) * 100, 1), f"{WIDE}pt"
    elif _MINUTES.fullmatch(key):
        body, unit = number(abs(change), 1), f"{WIDE}min"
    else:
        body, unit = number(abs(change)), ""
    if not body.strip("0,"):
        return "0"
    return ("+" if change > 0 else MINUS) + body.removesuffix(",0") + unit


def not_computed_text(reason: Reason | None) -> str:
    """« Non calculé : aucune source fournie », as a sentence."""
    why = "" if reason is None else f"{WIDE}: {REASONS[reason]}"
    return f"Non calculé{why}."


def number_parameter(provenance: Provenance, key: str) -> float:
    """A number that a result was computed with.

    Raises
    ------
    KeyError, TypeError
        If the result was not computed with it, or if it is not a number.
    """
    value = provenance.parameters[key]
    if not isinstance(value, int | float):
        raise TypeError(f"the parameter {key!r} is a number, not {value!r}")
    return float(value)
