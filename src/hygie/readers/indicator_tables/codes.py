"""Codes of zones: which level a code is of, its lost zero put back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hygie.readers.tables.values import BadValueError, insee_code, padded, required, siren_code

ZoneCode = tuple[str, str]
"""Level and code; the levels of ``TABLE_LEVELS``, and ``region`` and ``france`` in mixed tables."""

_DEPARTEMENT = re.compile(r"0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4-8]", re.ASCII)
_REGION = re.compile(r"R[0-9]{1,2}[A-Z]?", re.ASCII)
_EPCI = re.compile(r"[0-9]{9}", re.ASCII)
_NAMES = {
    "epci": "d’un EPCI",
    "departement": "d’un département",
    "region": "d’une région",
    "france": "de la France",
}
_DECLARED = {
    "commune": "par commune",
    "epci": "par EPCI",
    "iris": "par IRIS",
    "departement": "par département",
}


def zone_code(level: str, *, mixed: bool) -> Callable[[str], ZoneCode]:
    """Parser of the codes of a table.

    Parameters
    ----------
    level
        Level of the table.
    mixed
        Whether rows of wider levels (« D11 », « R76 », « FR », a SIREN) are understood as such; else
        they are refused, naming their level.
    """

    def parse(text: str) -> ZoneCode:
        other = _wider(required(text).upper(), level)
        if other is None:
            return level, _PARSERS[level](text)
        if not mixed:
            raise BadValueError(f"c’est le code {_NAMES[other[0]]}, et le tableau est {_DECLARED[level]}")
        return other

    return parse


def _wider(text: str, level: str) -> ZoneCode | None:
    """Level and code of a row that is not of the table's own level; None when it may be."""
    if text in ("FR", "FRANCE"):
        return "france", "FR"
    if level != "departement" and text.startswith("D"):
        return "departement", departement_code(text)
    if _REGION.fullmatch(text):
        return "region", text
    if level not in ("epci", "iris") and _EPCI.fullmatch(text):
        return "epci", text
    return None


def departement_code(text: str) -> str:
    """Code of a département, « D » before it or not, its lost zero put back: « 9 » is « 09 »."""
    code = padded(2, required(text).upper().removeprefix("D"))
    if not _DEPARTEMENT.fullmatch(code):
        raise BadValueError("ce n’est pas un code de département")
    return code


def iris_code(text: str) -> str:
    """Code of an IRIS, nine characters: a commune and four digits."""
    code = padded(1, text)
    code = f"0{code}" if len(code) == 8 and code.isdigit() else code
    if len(code) != 9 or not code[5:].isdigit():
        raise BadValueError("ce n’est pas un code IRIS (9 caractères)")
    return insee_code(code[:5]) + code[5:]


def departement_of(commune: str) -> str:
    """Département of a commune, by its code."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


_PARSERS: Mapping[str, Callable[[str], str]] = {
    "commune": insee_code,
    "epci": siren_code,
    "iris": iris_code,
    "departement": departement_code,
}
