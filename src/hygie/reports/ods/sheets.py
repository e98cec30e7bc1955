"""Sheets as data: names, columns and rows, before they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from hygie.reports.guarding import legal

LONGEST_NAME = 31
"""Letters of a sheet's name that every spreadsheet accepts."""

_FORBIDDEN = re.compile(r"[\[\]*?:/\\\x00-\x1f]")


class Format(StrEnum):
    """How a number is shown; the number itself is written in full."""

    PLAIN = "plain"
    """« 1 340,25 »: up to four decimals."""
    COUNT = "count"
    """« 1 340 »."""
    TENTH = "tenth"
    """« 12,3 »."""
    SHARE = "share"
    """« 18,2 % » of 0.182."""
    DEGREES = "degrees"
    """« 2,3415027 »: seven decimals, a centimetre."""


class Num(NamedTuple):
    """A number and how it is shown."""

    value: float
    format: Format = Format.PLAIN


Value = str | Num | None
"""A cell: text, number, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its width in centimetres; a wide column wraps its text."""

    head: str
    width: float = 3.0


@dataclass(frozen=True)
class Sheet:
    """A sheet of one table, its headings in the first row.

    Attributes
    ----------
    name
        As wanted; ``named`` makes it fit.
    columns
        Headings.
    rows
        Read once; each has at most as many values as there are columns.
    empty
        What to write when there is no row: an empty sheet says why.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    empty: str = "Non disponible."


def named(wanted: Sequence[str]) -> list[str]:
    """Names of sheets that every spreadsheet accepts: short, unique in any case, without signs.

    A name taken already gets a number.
    """
    taken: set[str] = set()
    names = []
    for text in wanted:
        bare = " ".join(_FORBIDDEN.sub(" ", legal(text)).split()).strip("' ") or "Feuille"
        name = bare[:LONGEST_NAME].strip("' ")
        number = 1
        while name.casefold() in taken:
            number += 1
            tail = f" ({number})"
            name = bare[: LONGEST_NAME - len(tail)].strip("' ") + tail
        taken.add(name.casefold())
        names.append(name)
    return names
