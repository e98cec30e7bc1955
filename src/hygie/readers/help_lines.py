"""Help lines shown to residents, dated and sourced like the figures of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.french import typeset
from hygie.readers.catalogue.checking import check
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.catalogue.strict_yaml import Document, read_document

FILE = "help_lines.yaml"
ALWAYS_THERE = ("15", "112", "114", "3114", "3919", "119")
"""What every page and letter carries: a file without one of them is refused."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number to call or to write to.

    Attributes
    ----------
    number
        As it is written.
    name, words, short
        Its name; for whom and for what; the same in three words.
    hours
        When it answers.
    by_sms
        Whether it is written to rather than called.
    strip
        Whether every page and letter carries it.
    since, until
        Days it is shown from and to, both included; no end when ``until`` is None.
    check_before
        Day by which somebody reads its source again.
    status
        ``verified`` or ``to-verify``.
    """

    key: str
    number: str
    name: str
    words: str
    short: str
    hours: str
    by_sms: bool
    strip: bool
    since: date
    until: date | None
    check_before: date
    status: str
    source: str
    note: str

    @property
    def address(self) -> str:
        """What a telephone opens: ``tel:3114``, ``sms:114``."""
        digits = self.number.replace(" ", "")
        return f"{'sms' if self.by_sms else 'tel'}:{digits}"

    @property
    def shown(self) -> str:
        """The number, and how to reach it when it is not by calling."""
        return f"{self.number} (SMS)" if self.by_sms else self.number.replace(" ", "\u00a0")

    def in_force(self, on: date) -> bool:
        """Whether it is shown on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


def load_help_lines(folder: Path | None = None) -> tuple[HelpLine, ...]:
    """Every help line of the catalogue, in the order of its file.

    Raises
    ------
    InputError
        If the file breaks its schema, has two lines of one number, or lacks a number that every page
        carries.
    """
    return _load((folder or catalogue_folder()) / FILE)


def strip(lines: tuple[HelpLine, ...], on: date) -> tuple[HelpLine, ...]:
    """Those that every page and letter carries, on a day."""
    return tuple(line for line in lines if line.strip and line.in_force(on))


def strip_text(lines: tuple[HelpLine, ...], on: date) -> str:
    """The same as one paragraph, for letters and messages without style."""
    told = [f"{line.shown}\u00a0: {line.short}" for line in strip(lines, on)]
    return "Besoin d’aide tout de suite\u202f? " + "\u202f; ".join(told) + "."


@cache
def _load(file: Path) -> tuple[HelpLine, ...]:
    document = read_document(file)
    data = check(document, "help_lines")
    lines = tuple(_line(document, key, raw) for key, raw in data.items())
    _refuse_twice(document, lines)
    missing = [n for n in ALWAYS_THERE if n not in {line.number for line in lines if line.strip}]
    if missing:
        raise InputError(
            f"il manque un numéro que chaque page porte : {', '.join(missing)}.",
            file=document.file,
            fix="Remettez-le, avec « strip: true ».",
        )
    return lines


def _line(document: Document, key: str, raw: Mapping[str, Any]) -> HelpLine:
    source = raw["source"]
    since, until = date.fromisoformat(raw["since"]), raw.get("until")
    if until is not None and date.fromisoformat(until) < since:
        raise InputError(
            f"« {key} » finit avant de commencer.",
            file=document.file,
            line=document.line((key, "until")),
            fix="Corrigez l’une des deux dates.",
        )
    return HelpLine(
        key=key,
        number=raw["number"],
        name=typeset(raw["name"]),
        words=typeset(raw["words"]),
        short=typeset(raw["short"]),
        hours=typeset(raw["hours"]),
        by_sms=raw.get("by", "call") == "sms",
        strip=raw["strip"],
        since=since,
        until=None if until is None else date.fromisoformat(until),
        check_before=date.fromisoformat(raw["check_before"]),
        status=raw["status"],
        source=f"{source['title']}, {source['reference']}" if "reference" in source else source["title"],
        note=typeset(raw.get("note", "")),
    )


def _refuse_twice(document: Document, lines: tuple[HelpLine, ...]) -> None:
    seen: set[str] = set()
    for line in lines:
        if line.number in seen:
            raise InputError(
                f"le numéro {line.number} est écrit deux fois.",
                file=document.file,
                line=document.line((line.key, "number")),
                fix="Gardez une seule des deux entrées.",
            )
        seen.add(line.number)
