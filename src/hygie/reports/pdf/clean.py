"""Text that a PDF can hold: every character has a glyph, no word is wider than a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x127),
    (0x129, 0x167),
    (0x169, 0x24F),
    (0x300, 0x377),
    (0x37A, 0x37F),
    (0x384, 0x38A),
    (0x38E, 0x3A1),
    (0x3A3, 0x4FF),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x640, 0x64A),
    (0x1E00, 0x1E77),
    (0x2010, 0x2027),
    (0x202F, 0x2040),
    (0x2044, 0x2052),
    (0x2054, 0x205F),
    (0x20A0, 0x20BF),
    (0x2190, 0x22FF),
    (0x2500, 0x25FF),
    (0xFFFD, 0xFFFD),
)
"""Code points for which our font, or those that the compiler carries, have a glyph: a test draws them all.

PDF/UA refuses a document with one character that cannot be drawn.
"""

MISSING = "\ufffd"
"""What stands for a character that no font draws."""

LONGEST = 28
"""Letters of a word before it may be broken anywhere."""

BREAK = "\u200b"

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, invisible ones, and those that would turn the rest of a line around."""

_SPACES = re.compile("[\t\n\u2028\u2029]+")
_UNKNOWN = re.compile("[^" + "".join(f"{chr(a)}-{chr(b)}".replace("]", r"\]") for a, b in RANGES) + "]")
_LONG = re.compile(rf"\S{{{LONGEST},}}")

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What a document is made of: nothing in it is ever read as markup."""


def drawable(text: str) -> str:
    """The text without what cannot be drawn: invisible characters go, unknown ones become ``MISSING``."""
    return _UNKNOWN.sub(MISSING, _INVISIBLE.sub("", _SPACES.sub(" ", text)))


def breakable(text: str) -> str:
    """The text, with places to break its longest words (addresses, names without spaces)."""
    return _LONG.sub(lambda found: _pieces(found[0]), text)


def _pieces(word: str) -> str:
    return BREAK.join(word[i : i + LONGEST // 2] for i in range(0, len(word), LONGEST // 2))


def clean(value: Json) -> Json:
    """A document whose every text can be drawn; drawings (keys ``svg``) keep their paths whole."""
    if isinstance(value, str):
        return breakable(drawable(value))
    if isinstance(value, Mapping):
        return {
            key: drawable(item) if key == "svg" and isinstance(item, str) else clean(item)
            for key, item in value.items()
        }
    if isinstance(value, Sequence):
        return [clean(item) for item in value]
    return value
