"""Numbers, dates and names as French prints them, for every sentence and label a person reads.

Spaces follow the *Lexique des règles typographiques en usage à l'Imprimerie nationale*: a narrow
no-break space inside numbers and before ``;`` ``!`` ``?`` ``%``, a no-break space before ``:`` and
inside guillemets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NARROW = "\u202f"
"""Narrow no-break space."""
WIDE = "\u00a0"
"""No-break space."""
MINUS = "\u2212"

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_NOUN_FIRST = ("Bourg", "Centre", "Faubourg", "Hameau", "Pays", "Quartier")
_VOWELS = "AÂÀEÉÈÊIÎOÔUYaâàeéèêiîoôuy"


def _rounded(value: float, decimals: int) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: float, decimals: int = 0) -> str:
    """« 1 340 », « 41 532,5 », « −3 »: rounded half up, with exactly ``decimals`` decimals."""
    rounded = _rounded(value, decimals)
    sign = MINUS if rounded < 0 else ""
    return sign + f"{abs(rounded):,f}".replace(",", NARROW).replace(".", ",")


def counted(value: float, singular: str, plural: str) -> str:
    """« 1 habitant », « 1 340 habitants »: the plural starts at two."""
    return f"{number(value)}{WIDE}{singular if abs(_rounded(value, 0)) < 2 else plural}"


def percent(share: float, decimals: int = 0) -> str:
    """« 18 % » of a share of 0.18; what is neither nothing nor everything is never shown so."""
    shown = _rounded(share * 100, decimals)
    step = 10.0**-decimals
    if shown == 0 and share > 0:
        return f"moins de {number(step, decimals)}{NARROW}%"
    if shown == 100 and share < 1:
        return f"plus de {number(100 - step, decimals)}{NARROW}%"
    return f"{number(share * 100, decimals)}{NARROW}%"


def percent_between(low: float, high: float, decimals: int = 0) -> str:
    """« entre 16 et 20 % », or one percentage when both ends print alike."""
    first, last = number(low * 100, decimals), number(high * 100, decimals)
    return percent(high, decimals) if first == last else f"entre {first} et {last}{NARROW}%"


def points(difference: float) -> str:
    """« 23 points » of a difference of shares of 0.23, without its sign."""
    return counted(abs(difference) * 100, "point", "points")


def minutes(value: float) -> str:
    """« 7 min », « 1 h 05 »; « moins de 1 min » under half a minute."""
    whole = int(_rounded(value, 0))
    if whole == 0 and value > 0:
        return f"moins de 1{WIDE}min"
    if whole < 60:
        return f"{whole}{WIDE}min"
    return f"{whole // 60}{WIDE}h{WIDE}{whole % 60:02d}"


def times(ratio: float) -> str:
    """« 2,3 fois », « 2 fois »."""
    shown = number(ratio, 1)
    return f"{shown.removesuffix(',0')} fois"


def listing(items: Sequence[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def long_date(day: date) -> str:
    """« mardi 24 novembre 2026 », « dimanche 1er novembre 2026 »."""
    number_of_day = "1er" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]} {number_of_day} {_MONTHS[day.month - 1]} {day.year}"


def capital(sentence: str) -> str:
    """The sentence with its first letter in capital, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def at_place(name: str) -> str:
    """« aux Ormeaux » of « Les Ormeaux », « au Port » of « Le Port », « à Bellevue »."""
    return _contracted(name, "à", "au", "aux")


def of_place(name: str) -> str:
    """« des Ormeaux », « du Port », « de Bellevue », « d’Auby »."""
    if name[:1] in _VOWELS and name and name.partition(" ")[0] not in _NOUN_FIRST:
        return f"d’{name}"
    return _contracted(name, "de", "du", "des")


def _contracted(name: str, plain: str, masculine: str, plural: str) -> str:
    first, _, rest = name.partition(" ")
    if first == "Les" and rest:
        return f"{plural} {rest}"
    if first == "Le" and rest:
        return f"{masculine} {rest}"
    return f"{masculine if first in _NOUN_FIRST else plain} {name}"


def typeset(text: str) -> str:
    """The text with the no-break spaces that French asks around its punctuation."""
    text = re.sub(r"[ \u00a0\u202f]+([;!?%])", NARROW + r"\1", text)
    text = re.sub(r"[ \u00a0\u202f]+([:»])", WIDE + r"\1", text)
    return re.sub(r"«[ \u00a0\u202f]+", "«" + WIDE, text)
