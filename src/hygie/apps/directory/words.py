"""Words as they are compared: without accents, case, plural nor little words; and near spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 24
"""Letters of a word that count."""

_LITTLE_WORDS = (
    "a au aux avec ce ces chez d dans de des du en est et il je l la le les leur ma mes mon ne ou par pas "
    "pour pres qu que qui s sa se ses son sur un une vers"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
_LETTERS = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def plain(text: str) -> str:
    """Text in small letters without accents."""
    spread = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Words that tell something, in order, each once, without the mark of the plural."""
    found = (_singular(word)[:LONGEST] for word in _LETTERS.findall(plain(text)))
    return list(dict.fromkeys(word for word in found if word not in _LITTLE))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.isdigit() else word


@lru_cache(maxsize=4096)
def shorter(word: str) -> frozenset[str]:
    """The word with each of its letters left out in turn."""
    return frozenset(word[:i] + word[i + 1 :] for i in range(len(word)))


def one_slip(a: str, b: str) -> bool:
    """Whether one letter added, lost, changed or two swapped make one word of the other."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[same:], b[same:]
    swapped = len(x) > 1 and len(y) > 1 and x[:2] == y[1::-1] and x[2:] == y[2:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or swapped
