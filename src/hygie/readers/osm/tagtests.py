"""Conditions on the tags of an object, as the sheet writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from hygie.readers.osm.entries import Entry

Tags = Mapping[str, str]

ANY_VALUE = "*"
WHOLE_VALUE = "="
"""Before a value: the tag holds it alone, not in a list."""


@dataclass(frozen=True, slots=True)
class Values:
    """Tags and the values accepted for each."""

    accepted: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def from_entry(cls, entry: Entry) -> Values:
        """Read ``{key: [value, …], …}``; raises `InputError`."""
        return cls(tuple((key, frozenset(values.texts())) for key, values in entry.pairs()))

    @property
    def keys(self) -> frozenset[str]:
        """Keys looked at."""
        return frozenset(key for key, _ in self.accepted)

    def all_met(self, tags: Tags) -> bool:
        """Whether every key has an accepted value."""
        return all(key in tags and _accepts(values, tags[key]) for key, values in self.accepted)

    def any_met(self, tags: Tags) -> bool:
        """Whether some key has an accepted value."""
        return any(key in tags and _accepts(values, tags[key]) for key, values in self.accepted)


def _accepts(values: frozenset[str], value: str) -> bool:
    """Whether a value is accepted; « a;b » holds both a and b."""
    if ANY_VALUE in values or value in values or WHOLE_VALUE + value in values:
        return True
    return ";" in value and any(part.strip() in values for part in value.split(";"))


@dataclass(frozen=True, slots=True)
class TagTest:
    """Any of the alternatives ``when``, none of ``unless``, and one of the words ``named``."""

    when: tuple[Values, ...]
    unless: Values
    named: tuple[str, ...]

    @classmethod
    def from_entry(cls, entry: Entry) -> TagTest:
        """Read ``when``, ``unless`` and ``named`` of a line; raises `InputError`."""
        when = entry.need("when")
        alternatives = when.rows() if isinstance(when.value, list) else [when]
        unless = entry.find("unless")
        return cls(
            tuple(Values.from_entry(alternative) for alternative in alternatives),
            Values.from_entry(unless) if unless else Values(()),
            tuple(plain(word) for word in entry.texts_of("named")),
        )

    @property
    def keys(self) -> frozenset[str]:
        """Keys of which at least one must be there."""
        return frozenset().union(*(values.keys for values in self.when))

    def meets(self, tags: Tags, names: str = "") -> bool:
        """Whether tags meet the test; ``names`` are the object's names through `plain`."""
        if not any(values.all_met(tags) for values in self.when) or self.unless.any_met(tags):
            return False
        return not self.named or any(f" {word} " in f" {names} " for word in self.named)


def plain(text: str) -> str:
    """Lower-case words without accents nor punctuation, one space between: « CCAS d’Étel » → ccas d etel."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in stripped.casefold()).split())
