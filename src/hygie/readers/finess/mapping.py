"""The catalogue's mapping lines for FINESS: from codes, names and activities to categories of place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.delimited import Columns, plain_name

SHEET = "finess.yaml"


def plain_words(text: str) -> str:
    """Capitals without accents, words separated and surrounded by single spaces."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return f" {' '.join(re.findall('[A-Z0-9]+', letters))} "


@dataclass(frozen=True)
class NameLine:
    """Categories of the establishments of some codes whose name holds one of ``words``.

    A word, or several in a row, matches whole words; a final ``*`` lets the last one go on.
    """

    codes: frozenset[str]
    words: tuple[str, ...]
    categories: tuple[str, ...]
    patterns: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        patterns = tuple(
            plain_words(word).rstrip() + ("" if word.endswith("*") else " ") for word in self.words
        )
        object.__setattr__(self, "patterns", patterns)

    def answers(self, names: Iterable[str]) -> bool:
        """Whether one of these names (``plain_words``) holds one of the words."""
        return any(pattern in name for name in names for pattern in self.patterns)


@dataclass(frozen=True)
class ServiceLine:
    """Category that authorised activities give; an empty set of modalities or forms accepts any."""

    category: str
    activities: frozenset[str]
    modalities: frozenset[str]
    forms: frozenset[str]
    replaces: frozenset[str]

    def answers(self, activity: str, *, modality: str, form: str) -> bool:
        """Whether an authorisation of this activity, modality and form gives the category."""
        return (
            activity in self.activities
            and (not self.modalities or modality in self.modalities)
            and (not self.forms or form in self.forms)
        )


@dataclass(frozen=True)
class CapacityLine:
    """Equipment whose installed places add up to the capacity of a category."""

    category: str
    labels: frozenset[str]
    modes: frozenset[str]

    def answers(self, label: str, mode: str) -> bool:
        """Whether equipment of this label and mode of care counts."""
        return plain_name(label) in self.labels and plain_name(mode) in self.modes


@dataclass(frozen=True)
class ArchiveRows:
    """One kind of row of the archives without header: its mark, and fields counted from 1."""

    mark: str
    width: int
    fields: Mapping[str, int]


@dataclass(frozen=True)
class FinessMapping:
    """How FINESS files are read and what they give, as the catalogue's sheet says.

    Attributes
    ----------
    columns, activity_columns, equipment_columns
        Accepted column names by role, for each of the three files.
    archive, archive_positions
        Layout of the archives without header.
    categories
        Category by establishment code (categetab), when no name line answers.
    names
        Name lines, the first that answers wins.
    services
        What activities give, whatever the code.
    capacity
        What makes the capacity of a category.
    overseas
        Start of the commune code by département code, where it is not the département itself.
    """

    columns: Columns
    activity_columns: Columns
    equipment_columns: Columns
    archive: ArchiveRows
    archive_positions: ArchiveRows
    categories: Mapping[str, str]
    names: tuple[NameLine, ...]
    services: tuple[ServiceLine, ...]
    capacity: tuple[CapacityLine, ...]
    overseas: Mapping[str, str]

    @classmethod
    def from_mapping(cls, sheet: Mapping[str, Any]) -> FinessMapping:
        """Read the loaded sheet ``finess.yaml``.

        Raises
        ------
        InputError
            A line or a key is missing or of the wrong kind.
        """
        mapping, tables = _mapping(sheet, "mapping"), _mapping(sheet, "tables")
        archive = _mapping(tables, "archive")
        return cls(
            columns=_columns(sheet),
            activity_columns=_columns(_mapping(tables, "activities")),
            equipment_columns=_columns(_mapping(tables, "equipment")),
            archive=_archive(_mapping(archive, "establishment")),
            archive_positions=_archive(_mapping(archive, "position")),
            categories=_categories(_lines(mapping, "categories")),
            names=tuple(_name_line(line) for line in _lines(mapping, "names")),
            services=tuple(_service_line(line) for line in _lines(mapping, "services")),
            capacity=tuple(_capacity_line(line) for line in _lines(mapping, "capacity")),
            overseas={str(code): str(start) for code, start in _mapping(mapping, "overseas").items()},
        )

    def by_code(self, code: str, names: Iterable[str]) -> tuple[str, ...]:
        """Categories of an establishment by its code and its names; none when no line answers."""
        lines = [line for line in self.names if code in line.codes]
        plain = [plain_words(name) for name in names] if lines else []
        for line in lines:
            if line.answers(plain):
                return line.categories
        category = self.categories.get(code)
        return (category,) if category else ()

    def provides(self, *, with_activities: bool) -> frozenset[str]:
        """Categories that the files can give; those of activities only when that file is there."""
        by_name = {category for line in self.names for category in line.categories}
        by_activity = {line.category for line in self.services} if with_activities else set()
        return frozenset(by_name | by_activity | set(self.categories.values()))


def _categories(lines: list[Mapping[str, Any]]) -> dict[str, str]:
    categories: dict[str, str] = {}
    for line in lines:
        for code in _texts(line, "codes"):
            if code in categories:
                raise _bad(
                    "categories", expected=f"le code « {code} » sur une seule ligne", found="deux lignes"
                )
            categories[code] = _text(line, "category")
    return categories


def _name_line(line: Mapping[str, Any]) -> NameLine:
    return NameLine(frozenset(_texts(line, "codes")), _texts(line, "words"), _texts(line, "categories"))


def _service_line(line: Mapping[str, Any]) -> ServiceLine:
    return ServiceLine(
        category=_text(line, "category"),
        activities=frozenset(_texts(line, "activities")),
        modalities=frozenset(_texts(line, "modalities", needed=False)),
        forms=frozenset(_texts(line, "forms", needed=False)),
        replaces=frozenset(_texts(line, "replaces", needed=False)),
    )


def _capacity_line(line: Mapping[str, Any]) -> CapacityLine:
    labels = frozenset(plain_name(label) for label in _texts(line, "labels"))
    modes = frozenset(plain_name(mode) for mode in _texts(line, "modes"))
    return CapacityLine(_text(line, "category"), labels, modes)


def _archive(rows: Mapping[str, Any]) -> ArchiveRows:
    fields = _mapping(rows, "fields")
    width = rows.get("width")
    numbers = [width, *fields.values()]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise _bad("archive", expected="des rangs de champs, entiers à partir de 1", found=str(numbers))
    return ArchiveRows(_text(rows, "mark"), int(str(width)), dict(fields))


def _columns(table: Mapping[str, Any]) -> Columns:
    columns = _mapping(table, "columns")
    return {role: _texts(columns, role) for role in columns}


def _mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    if not isinstance(value, Mapping):
        raise _bad(key, expected="des clés et des valeurs", found=_kind(value))
    return value


def _lines(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = parent.get(key)
    if not isinstance(value, list) or not all(isinstance(line, Mapping) for line in value):
        raise _bad(key, expected="une liste de lignes", found=_kind(value))
    return value


def _texts(parent: Mapping[str, Any], key: str, *, needed: bool = True) -> tuple[str, ...]:
    value = parent.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise _bad(key, expected="une liste de textes (codes entre guillemets)", found=_kind(value))
    if needed and not value:
        raise _bad(key, expected="au moins un texte", found="rien")
    return tuple(value)


def _text(parent: Mapping[str, Any], key: str) -> str:
    value = parent.get(key)
    if not isinstance(value, str) or not value:
        raise _bad(key, expected="un texte", found=_kind(value))
    return value


def _kind(value: object) -> str:
    return "rien" if value is None else f"{str(value)[:60]}"


def _bad(key: str, *, expected: str, found: str) -> InputError:
    return InputError(
        "cette fiche du catalogue est mal formée.",
        file=SHEET,
        column=key,
        expected=expected,
        found=found,
        fix="Corrigez la fiche sur le modèle de celle livrée avec Hygie.",
    )
