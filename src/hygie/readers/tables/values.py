"""Texts of official tables turned into codes, numbers and dates.

Each parser takes a stripped text and returns a value, or raises ``BadValueError`` with a French reason.
"""

from __future__ import annotations

import re
from datetime import date

_SPACES = "\u0020\u00a0\u202f\u2009"
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_GROUPED = re.compile(rf"([+-]?[0-9]{{1,3}})((?:[{_SPACES}][0-9]{{3}})+)(?=$|[.,])", re.ASCII)
_FLOAT_CODE = re.compile(r"([0-9]+)\.0", re.ASCII)
_INSEE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}", re.ASCII)
_FINESS = re.compile(r"[0-9]{2}[0-9]{7}|2[AB][0-9]{7}|9[A-J][0-9]{7}", re.ASCII)
_SIREN = re.compile(r"[0-9]{9}", re.ASCII)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)
_TRUE = frozenset({"1", "true", "vrai", "oui"})
_FALSE = frozenset({"0", "false", "faux", "non", ""})


LARGEST = 1e9
"""No column of an official table counts more people, euros or places than this in one row."""


class BadValueError(Exception):
    """A text that is not what its column promises; ``reason`` says why in French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def required(text: str) -> str:
    """The text itself, refused when empty."""
    if not text:
        raise BadValueError("valeur absente")
    return text


def number(text: str) -> float:
    """A finite number: decimal point or comma, thousands apart by any space."""
    grouped = _GROUPED.match(required(text))
    if grouped:
        text = grouped[1] + re.sub(f"[{_SPACES}]", "", grouped[2]) + text[grouped.end() :]
    if not _NUMBER.fullmatch(text):
        raise BadValueError("ce n’est pas un nombre")
    value = float(text.replace(",", "."))
    if value in (float("inf"), float("-inf")):
        raise BadValueError("ce nombre est démesuré")
    return value


def amount(text: str) -> float:
    """A number that is not negative."""
    value = number(text)
    if value < 0:
        raise BadValueError("ce nombre est négatif")
    if value > LARGEST:
        raise BadValueError("ce nombre est démesuré")
    return value


def count(text: str) -> float:
    """A whole number that is not negative, as a float."""
    value = amount(text)
    if value != int(value):
        raise BadValueError("ce nombre devrait être entier")
    return value


def insee_code(text: str) -> str:
    """Code of a commune, five characters; the zero a spreadsheet dropped is put back."""
    code = _restored(text, 5)
    if not _INSEE.fullmatch(code):
        raise BadValueError("ce n’est pas un code commune de l’Insee (5 caractères)")
    return code


def finess_code(text: str) -> str:
    """FINESS number, nine characters; the zero a spreadsheet dropped is put back."""
    code = _restored(text, 9)
    if not _FINESS.fullmatch(code):
        raise BadValueError("ce n’est pas un numéro FINESS (9 caractères)")
    return code


def siren_code(text: str) -> str:
    """SIREN, nine digits."""
    code = _restored(text, 9)
    if not _SIREN.fullmatch(code):
        raise BadValueError("ce n’est pas un numéro SIREN (9 chiffres)")
    return code


def padded(width: int, text: str) -> str:
    """Digits brought to ``width`` with leading zeros; other texts in capitals, untouched."""
    code = _float_removed(text)
    return code.zfill(width) if code.isascii() and code.isdigit() else code


def iso_date(text: str) -> date:
    """A date written 2026-11-24 or 24/11/2026."""
    iso, french = _ISO_DATE.fullmatch(required(text)), _FRENCH_DATE.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
    except ValueError:
        raise BadValueError("cette date n’existe pas") from None
    raise BadValueError("ce n’est pas une date (AAAA-MM-JJ)")


def optional_date(text: str) -> date | None:
    """A date, or None for an empty text."""
    return iso_date(text) if text else None


def flag(text: str) -> bool:
    """True or false from 1/0, vrai/faux, oui/non, true/false; empty is false."""
    low = text.lower()
    if low in _TRUE:
        return True
    if low in _FALSE:
        return False
    raise BadValueError("ce n’est ni oui (1) ni non (0)")


def _float_removed(text: str) -> str:
    """Code without the « .0 » of a table that went through floating-point numbers."""
    as_float = _FLOAT_CODE.fullmatch(required(text))
    return as_float[1] if as_float else text.upper()


def _restored(text: str, width: int) -> str:
    """Code with the one leading zero that a spreadsheet drops (départements 01 to 09) put back."""
    code = _float_removed(text)
    lost_zero = len(code) == width - 1 and code.isascii() and code.isdigit()
    return f"0{code}" if lost_zero else code
