"""From a note as data to the bytes of a tagged PDF: texts are data, never markup."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

FOLDER = Path(__file__).parent
STANDARD: Final = "ua-1"
"""PDF/UA-1: tags, language, title; the compiler refuses what breaks it."""

LONGEST = 28
"""Letters of a word before it may be broken anywhere."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

_LONG = re.compile(rf"\S{{{LONGEST},}}")
_RANGES = ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x24F), (0x2010, 0x2027), (0x202F, 0x203A), (0x2190, 0x2193))
_MORE = frozenset("≈≤≥−×€•")


@cache
def fonts() -> typst.Fonts:
    """The fonts that the compiler carries: the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def note_pdf(note: Mapping[str, Json], day: date) -> bytes:
    """Write a council note; the same note gives the same bytes.

    Parameters
    ----------
    note
        ``title``, ``question``, ``stale``, ``fictional``, ``facts`` (pairs), ``changes``, ``parts``
        (``title``, ``sentences``, ``offset``, ``caption``, ``first``, ``heads``, ``groups`` of a heading
        and rows), ``limits``, ``sources``.
    day
        Date that the file says it was made: that of the data, not today.

    Raises
    ------
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    return typst.compile(
        str(FOLDER / "note.typ"),
        root=str(FOLDER),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"note": json.dumps(_clean(note), ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )


def _clean(value: Json) -> Json:
    if isinstance(value, str):
        return _LONG.sub(lambda found: _pieces(found[0]), drawable(value))
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_clean(item) for item in value]
    return value


def drawable(text: str) -> str:
    """The text with what our fonts draw: invisible characters go, unknown ones become « ? ».

    PDF/UA refuses a document with one character that cannot be drawn.
    """
    plain = unicodedata.normalize("NFC", text)
    kept = (" " if c.isspace() and c not in "\u00a0\u202f" else c for c in plain)
    return "".join(c if _drawn(c) else "?" for c in kept if unicodedata.category(c)[0] != "C")


def _drawn(letter: str) -> bool:
    return letter in _MORE or any(low <= ord(letter) <= high for low, high in _RANGES)


def _pieces(word: str) -> str:
    return "\u200b".join(word[i : i + LONGEST // 2] for i in range(0, len(word), LONGEST // 2))
