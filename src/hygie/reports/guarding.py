"""Texts that no spreadsheet takes for a formula, and back.

A spreadsheet that opens a CSV file runs a cell that begins with ``= + - @`` (OWASP, « CSV
injection »), also after blanks, quotes, or a separator that it splits on although we did not. Names
of places are written by anybody, so an apostrophe goes before each such sign. The rule can be undone:
``unguarded(guarded(text)) == text`` for every text. Numbers are not texts and are left alone.
"""

from __future__ import annotations

import re

_BEFORE = r"(?:^|[;,|\t\r\n])[\s\"']*"
_SIGNS = r"[=+\-@＝＋－＠]"
_GUARD = re.compile(rf"({_BEFORE})({_SIGNS})")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNGUARD = re.compile(rf"({_BEFORE})'({_SIGNS})")


def guarded(text: str) -> str:
    """The text with an apostrophe before each sign that a spreadsheet could start a formula with."""
    return _GUARD.sub(r"\1'\2", text)


def unguarded(text: str) -> str:
    """The text as it was before ``guarded``."""
    return _UNGUARD.sub(r"\1\2", text)


def legal(text: str) -> str:
    """The text without the characters that XML cannot hold, each shown as « � »."""
    return _ILLEGAL.sub("\ufffd", text)
