"""A chain of lines: each holds the digest of the one before, so that no change can hide.

A line is one canonical JSON text: keys sorted, no space, UTF-8. Its digest is the SHA-256 of that text
without the key ``digest``. A line's text must be canonical to the byte: a space added is a change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

START = "0" * 64
"""What the first line of all holds as the digest before it."""

KEYS = frozenset(
    {
        "number",
        "month",
        "at",
        "actor",
        "organisation",
        "action",
        "subject",
        "record",
        "details",
        "previous",
        "digest",
    }
)


class BrokenChainError(Exception):
    """A chain that was changed; the message says where and how, in French."""


def canonical(values: Mapping[str, object]) -> str:
    """One text for the same values, whatever their order."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(line: Mapping[str, object]) -> str:
    """Digest of a line: of everything it holds but its digest."""
    held = {key: value for key, value in line.items() if key != "digest"}
    return hashlib.sha256(canonical(held).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole chain is worth: how many lines, and the digest of the last."""

    count: int
    head: str


def verify(lines: Iterable[str], *, head: str = "", count: int | None = None) -> Verified:
    """Check a chain written one line an entry.

    Parameters
    ----------
    lines
        Texts, without or with their end of line.
    head, count
        Published digest of the last line and number of lines; without them, a cut tail or a chain
        made again whole cannot be told.

    Raises
    ------
    BrokenChainError
        At the first line that does not hold.
    """
    seen, previous, number = 0, "", 0
    for text in lines:
        seen += 1
        line = _read(text.removesuffix("\n"), seen)
        if seen > 1 and line["previous"] != previous:
            raise BrokenChainError(
                f"Ligne {seen} : elle ne suit pas la précédente. "
                "Une ligne a été changée, retirée ou déplacée."
            )
        if seen > 1 and line["number"] != number + 1:
            raise BrokenChainError(f"Ligne {seen} : son numéro n’est pas {number + 1}.")
        previous, number = str(line["digest"]), _number(line, seen)
    if count is not None and seen != count:
        raise BrokenChainError(f"Le fichier a {seen} lignes ; {count} étaient attendues.")
    if head and previous != head.lower():
        raise BrokenChainError("La dernière empreinte n’est pas celle qui était attendue.")
    return Verified(seen, previous or START)


def _read(text: str, rank: int) -> dict[str, object]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenChainError(f"Ligne {rank} : elle n’est pas du JSON.") from error
    if not isinstance(line, dict) or set(line) != KEYS:
        raise BrokenChainError(f"Ligne {rank} : il y manque une clé, ou il y en a une de trop.")
    if canonical(line) != text:
        raise BrokenChainError(f"Ligne {rank} : son écriture a été changée.")
    if digest_of(line) != line["digest"]:
        raise BrokenChainError(f"Ligne {rank} : son contenu ne correspond pas à son empreinte.")
    return line


def _number(line: Mapping[str, object], rank: int) -> int:
    number = line["number"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise BrokenChainError(f"Ligne {rank} : son numéro n’est pas un nombre.")
    return number
