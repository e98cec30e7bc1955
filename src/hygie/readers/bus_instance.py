"""A walking-bus instance as an AMPL data file: ``n``, ``alpha``, coordinates, and the danger of each pair.

The layout is that of the « Pedibus » challenge (Politecnico di Milano, 2016): node 0 is the school,
lengths are Euclidean, and a table may come in several blocks of columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hygie.engines.kernel.errors import InputError
from hygie.engines.walking.bus import MOST_CHILDREN, BusProblem, Floats
from hygie.readers.tables.source import Limits, open_text

_LIMITS = Limits(text_bytes=64 << 20)
_TOKEN = re.compile(r":=|[:;\[\],*()]|[^\s:;\[\],*()=]+|=")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_NAMES = ("n", "alpha", "coordX", "coordY", "d")
_SHOWN = 40
_FURTHEST = 1e12
"""Walk allowed at most, whatever the unit: beyond, sums lose what makes two ways differ."""


@dataclass(frozen=True)
class BusInstance:
    """An instance: ``alpha`` as written, and the problem it makes; ``sha256`` is that of the file."""

    name: str
    sha256: str
    alpha: float
    problem: BusProblem


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


@dataclass
class _Reading:
    """A file being read: its tokens and the next to look at."""

    file: str
    tokens: list[_Token]
    at: int = 0

    def peek(self) -> str:
        """The next token, empty at the end."""
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self) -> _Token:
        """The next token, passed."""
        if self.at >= len(self.tokens):
            raise self.fault("ce fichier s’arrête au milieu d’une donnée.", expected="«\u00a0;\u00a0»")
        self.at += 1
        return self.tokens[self.at - 1]

    def want(self, text: str) -> None:
        """Pass a token that has to be this one."""
        found = self.take()
        if found.text != text:
            raise self.fault(
                "cette donnée n’est pas écrite comme attendu.", expected=f"«\u00a0{text}\u00a0»", of=found
            )

    def number(self) -> float:
        """The next token as a finite number."""
        found = self.take()
        value = float(found.text) if _NUMBER.fullmatch(found.text) else math.nan
        if not math.isfinite(value):
            raise self.fault(
                "un nombre manque ou n’en est pas un.", expected="un nombre, comme 0.42", of=found
            )
        return value

    def node(self, last: int) -> int:
        """The next token as a node, from 0 to ``last``."""
        found = self.take()
        if not (found.text.isascii() and found.text.isdigit()) or int(found.text[:9]) > last:
            raise self.fault(
                "ce numéro n’est pas celui d’un enfant.", expected=f"un entier de 0 à {last}", of=found
            )
        return int(found.text)

    def fault(self, what: str, *, expected: str, of: _Token | None = None) -> InputError:
        """An error at a token; at the last one passed by default."""
        token = of or (self.tokens[self.at - 1] if self.at else None)
        return InputError(
            what,
            file=self.file,
            line=token.line if token else None,
            expected=expected,
            found=token.text[:_SHOWN] if of is not None and token else "",
            fix="Corrigez le fichier, puis recommencez.",
        )


def read_bus_instance(path: Path) -> BusInstance:
    """Read an instance whole, or refuse it: a walking bus without one of its children is another one.

    Raises
    ------
    InputError
        No such file, not of this layout, a number that is missing, negative or not finite, a child
        given twice, ``alpha`` under 1, or more than ``MOST_CHILDREN`` children.
    """
    with open_text(path, limits=_LIMITS) as source:
        reading = _Reading(source.name, list(_tokens(source.stream.read())))
        name, sha256 = source.name, source.sha256
    found: dict[str, Floats] = {}
    if reading.peek() == "data":
        reading.want("data")
        reading.want(";")
    while reading.peek() not in ("", "end"):
        _parameter(reading, found)
    absent = [key for key in _NAMES if key not in found]
    if absent:
        raise reading.fault(f"il manque «\u00a0{absent[0]}\u00a0».", expected=", ".join(_NAMES))
    x, y, alpha = found["coordX"], found["coordY"], float(found["alpha"][0])
    walk = np.hypot(x[:, None] - x, y[:, None] - y)
    if not np.all(alpha * walk <= _FURTHEST):
        raise reading.fault("des coordonnées sont démesurées.", expected="des distances calculables")
    danger = found["d"].copy()
    np.fill_diagonal(danger, 0.0)
    return BusInstance(name, sha256, alpha, BusProblem.within(walk, danger, alpha))


def _tokens(text: str) -> Iterator[_Token]:
    for number, line in enumerate(text.splitlines(), 1):
        for token in _TOKEN.findall(line.split("#", 1)[0]):
            yield _Token(token, number)


def _parameter(reading: _Reading, found: dict[str, Floats]) -> None:
    """Read one « param … ; »."""
    reading.want("param")
    name = reading.take()
    if name.text not in _NAMES:
        raise reading.fault("cette donnée est inconnue.", expected=" ou ".join(_NAMES), of=name)
    if name.text in found:
        raise reading.fault("cette donnée est écrite deux fois.", expected="une seule fois", of=name)
    if name.text not in ("n", "alpha") and "n" not in found:
        raise reading.fault(
            "le nombre d’enfants n’est pas encore connu.", expected="«\u00a0n\u00a0» d’abord", of=name
        )
    if name.text == "d":
        found["d"] = _table(reading, int(found["n"][0]))
    elif name.text in ("n", "alpha"):
        found[name.text] = np.array([_single(reading, name)])
    else:
        found[name.text] = _column(reading, int(found["n"][0]))
    reading.want(";")


def _single(reading: _Reading, name: _Token) -> float:
    reading.want(":=")
    value = reading.number()
    if name.text == "alpha" and value < 1:
        raise reading.fault(
            "le plus grand détour permis est sous 1\u00a0: aucun enfant ne pourrait arriver.",
            expected="1 ou plus",
            of=_Token(repr(value), name.line),
        )
    if name.text == "n" and not (value.is_integer() and 1 <= value <= MOST_CHILDREN):
        raise reading.fault(
            "ce nombre d’enfants ne peut pas être traité.",
            expected=f"un entier de 1 à {MOST_CHILDREN}",
            of=_Token(repr(value), name.line),
        )
    return value


def _column(reading: _Reading, last: int) -> Floats:
    """Values by node, each given once."""
    for text in ("[", "*", "]", ":="):
        reading.want(text)
    values = np.full(last + 1, np.nan)
    while reading.peek() != ";":
        node = reading.node(last)
        if not math.isnan(values[node]):
            raise reading.fault(
                "ce point est donné deux fois.", expected="une fois", of=_Token(str(node), _line(reading))
            )
        values[node] = reading.number()
    missing = np.flatnonzero(np.isnan(values))
    if missing.size:
        raise reading.fault(
            f"il manque la coordonnée du point {missing[0]}.", expected=f"{last + 1} coordonnées"
        )
    return values


def _table(reading: _Reading, last: int) -> Floats:
    """Dangers by pair, in one block of columns or several."""
    for text in ("[", "*", ",", "*", "]"):
        reading.want(text)
    values = np.full((last + 1, last + 1), np.nan)
    while reading.peek() != ";":
        reading.want(":")
        columns = []
        while reading.peek() != ":=":
            columns.append(reading.node(last))
        reading.want(":=")
        while reading.peek() not in (";", ":"):
            _row(reading, values, columns)
    missing = np.argwhere(np.isnan(values))
    if missing.size:
        pair = ", ".join(map(str, missing[0].tolist()))
        raise reading.fault(f"il manque le danger d[{pair}].", expected=f"{values.size} dangers")
    return values


def _row(reading: _Reading, values: Floats, columns: list[int]) -> None:
    row = reading.node(values.shape[0] - 1)
    for column in columns:
        danger = reading.number()
        if danger < 0 or not math.isnan(values[row, column]):
            what = (
                "un danger est négatif."
                if danger < 0
                else f"le danger d[{row}, {column}] est donné deux fois."
            )
            raise reading.fault(what, expected="0 ou plus, une fois", of=_Token(repr(danger), _line(reading)))
        values[row, column] = danger


def _line(reading: _Reading) -> int:
    return reading.tokens[reading.at - 1].line
