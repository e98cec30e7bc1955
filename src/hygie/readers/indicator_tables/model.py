"""What a table of indicators promises, and what was read of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.statistic import StatisticStatus
from hygie.readers.records import FileAccount
from hygie.readers.tables.delimited import Columns

TABLE_LEVELS = ("commune", "epci", "iris", "departement")
"""Levels that a table may be about, as recipes write them."""

WEIGHTED_MEAN, SUM, PUBLISHED = "weighted_mean", "sum", "published"
SUM_OR_PUBLISHED = "sum_or_published"


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One column of numbers.

    Attributes
    ----------
    key, title, unit, year
        As in ``Statistic``.
    columns
        Accepted names of the column, the official one first.
    group
        How the number of a wider zone is had: ``weighted_mean`` or ``sum`` of its communes,
        ``published`` by the table itself, ``sum_or_published``: the sum, else the table's own row
        where too few communes are in the file, or empty: it is not.
    estimate
        True when the numbers were rebuilt or imputed.
    """

    key: str
    title: str
    unit: str
    year: str
    columns: tuple[str, ...]
    group: str = ""
    estimate: bool = False


@dataclass(frozen=True)
class TableSheet:
    """How to read a table.

    Attributes
    ----------
    source
        Who publishes what, as printed.
    level
        What a row is about, one of ``TABLE_LEVELS``.
    code, name, weight
        Accepted names of these columns; ``name`` and ``weight`` may be empty. The weight is the
        population by which means of the table are weighted.
    values
        Columns of numbers.
    secret, absent
        What is written, in lower case, for a number kept back and for one that is not known.
    mixed
        True when rows of wider levels stand in the same file: they are understood, not rejected.
    unfilled
        Codes whose rows the publisher pads with zeros: their numbers are not known.
    """

    source: str
    level: str
    code: tuple[str, ...]
    values: tuple[ValueColumn, ...]
    name: tuple[str, ...] = ()
    weight: tuple[str, ...] = ()
    secret: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    mixed: bool = False
    unfilled: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.level not in TABLE_LEVELS or not self.values or not self.code:
            raise ValueError("a table has a level, a column of codes and one of numbers at least")
        keys = [value.key for value in self.values]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise HygieError(
                f"La clé « {twice[0]} » est donnée à deux colonnes de « {self.source} ».",
                fix="Donnez à chaque colonne de valeurs une clé différente.",
            )
        if not self.weight and any(value.group == WEIGHTED_MEAN for value in self.values):
            raise HygieError(
                f"« {self.source} » demande une moyenne pondérée sans colonne de poids.",
                why="Une moyenne simple de communes donne le même poids à un village et à une ville.",
                fix="Ajoutez « weight: » avec le nom de la colonne de population, ou retirez « group: ».",
            )

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], *, source: str, markers: Mapping[str, Any]) -> TableSheet:
        """Sheet of a table described in the catalogue or in a recipe; ``markers`` fill what it leaves out.

        Raises
        ------
        HygieError
            If a key is given twice, or a weighted mean has no weight.
        """
        return cls(
            source=typeset(source),
            level=raw["level"],
            code=_names(raw["code"]),
            values=tuple(_value(value) for value in raw["values"]),
            name=_names(raw.get("name", ())),
            weight=_names(raw.get("weight", ())),
            secret=_lower(raw.get("secret", markers["secret"])),
            absent=_lower(raw.get("absent", markers["absent"])) | {""},
            mixed=raw.get("mixed", False),
            unfilled=frozenset(str(code) for code in raw.get("unfilled", ())),
        )

    @property
    def columns(self) -> Columns:
        """Accepted names by role: ``code``, ``name``, ``weight``, and ``= key`` for each number."""
        roles: dict[str, tuple[str, ...]] = {"code": self.code}
        roles |= {role: names for role, names in (("name", self.name), ("weight", self.weight)) if names}
        return roles | {value_role(value.key): value.columns for value in self.values}


def value_role(key: str) -> str:
    """Role of a column of numbers, which no other role can be named like."""
    return f"= {key}"


def _value(raw: Mapping[str, Any]) -> ValueColumn:
    return ValueColumn(
        key=raw["key"],
        title=typeset(raw["title"]),
        unit=typeset(raw["unit"]),
        year=str(raw["year"]),
        columns=_names(raw["column"]),
        group=raw.get("group", ""),
        estimate=raw.get("estimate", False),
    )


def _names(raw: str | Iterable[str]) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _lower(raw: Iterable[str]) -> frozenset[str]:
    return frozenset(str(marker).casefold() for marker in raw)


@dataclass(frozen=True, slots=True)
class Known:
    """A number, or why there is none."""

    value: float | None
    status: StatisticStatus


@dataclass(frozen=True, slots=True)
class TableRow:
    """One zone: its name (may be empty), its weight (None when not told) and its numbers in order."""

    name: str
    weight: float | None
    cells: tuple[Known, ...]


@dataclass(frozen=True)
class IndicatorTable:
    """Rows of a table by level and code."""

    sheet: TableSheet
    rows: Mapping[tuple[str, str], TableRow]
    account: FileAccount
