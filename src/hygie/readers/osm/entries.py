"""Walk a loaded catalogue sheet, saying where it is not as expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from hygie.engines.kernel.errors import InputError

SHEET_FILE = "openstreetmap.yaml"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of the sheet and its path from the top, dots between keys."""

    value: object
    path: str = ""

    def fault(self, expected: str) -> InputError:
        """The error for a value that is not ``expected`` (French)."""
        return InputError(
            "la fiche ne peut pas être lue.",
            file=SHEET_FILE,
            column=self.path or "(racine)",
            expected=expected,
            found=f"« {self.value} »"[:120],
            fix="Corriger cette entrée de la fiche.",
        )

    def _mapping(self) -> Mapping[str, object]:
        if not isinstance(self.value, Mapping):
            raise self.fault("des lignes « clé: valeur »")
        return self.value

    def find(self, key: str) -> Entry | None:
        """The entry under ``key``, or None."""
        table = self._mapping()
        path = f"{self.path}.{key}" if self.path else key
        return Entry(table[key], path) if key in table else None

    def need(self, key: str) -> Entry:
        """The entry under ``key``; raises `InputError` where there is none."""
        found = self.find(key)
        if found is None:
            raise self.fault(f"une ligne « {key}: … »")
        return found

    def only(self, *keys: str) -> Entry:
        """Refuse any key but these (a misspelt one would be silently ignored); return the entry."""
        for key in self._mapping():
            if key not in keys:
                raise Entry(key, self.path).fault(f"une clé parmi {', '.join(keys)}")
        return self

    def pairs(self) -> list[tuple[str, Entry]]:
        """Keys and entries of a mapping, in order."""
        return [(key, self.need(key)) for key in self._mapping()]

    def rows(self) -> list[Entry]:
        """Entries of a list, in order."""
        if not isinstance(self.value, list | tuple):
            raise self.fault("une liste")
        return [Entry(value, f"{self.path}.{place}") for place, value in enumerate(self.value, start=1)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault("un texte")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Texts of a list."""
        return tuple(row.text() for row in self.rows())

    def text_of(self, key: str) -> str:
        """Text under a key that has to be there."""
        return self.need(key).text()

    def texts_of(self, key: str) -> tuple[str, ...]:
        """Texts under ``key``, none where it is absent."""
        found = self.find(key)
        return found.texts() if found else ()

    def number_of(self, key: str) -> float:
        """A number above zero under a key that has to be there."""
        found = self.need(key)
        value = found.value
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise found.fault("un nombre positif")
        return float(value)

    def flag_of(self, key: str) -> bool:
        """True or false under ``key``, false where it is absent."""
        found = self.find(key)
        if found is None:
            return False
        if not isinstance(found.value, bool):
            raise found.fault("true ou false")
        return found.value

    def word_of(self, key: str, choices: type[Word]) -> Word:
        """One word of a closed list, under a key that has to be there."""
        found = self.need(key)
        if found.value not in list(choices):
            raise found.fault(f"un mot parmi {', '.join(choices)}")
        return choices(str(found.value))
