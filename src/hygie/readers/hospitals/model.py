"""What files about hospitals promise, and what was read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hygie.engines.kernel.french import typeset
from hygie.readers.records import FileAccount
from hygie.readers.tables.delimited import Columns


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """One column of numbers: what it measures, and the name of the column."""

    key: str
    title: str
    unit: str
    column: str


@dataclass(frozen=True)
class FormSheet:
    """How to read one form of the SAE.

    Attributes
    ----------
    activity, title
        The activity that an establishment declares by filling it in.
    values
        Columns of numbers, which a form may lack.
    only
        Column and text that tell the rows to read from the details beside them; None for all rows.
    """

    activity: str
    title: str
    values: tuple[NumberColumn, ...]
    only: tuple[str, str] | None


@dataclass(frozen=True)
class SaeSheet:
    """Columns of the table of establishments, and the forms by role.

    ``overseas`` is the start of a commune code by the start that the table writes instead.
    """

    sites: Columns
    forms: Mapping[str, FormSheet]
    overseas: Mapping[str, str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> SaeSheet:
        """Read the ``tables`` of the catalogue's sheet ``sae``."""
        forms = {role: _form(form) for role, form in raw["forms"].items()}
        sites = {role: tuple(names) for role, names in raw["sites"]["columns"].items()}
        overseas = {str(code): str(start) for code, start in raw["sites"]["overseas"].items()}
        return cls(sites, forms, overseas)


@dataclass(frozen=True)
class HospidiagSheet:
    """Columns of the identifiers, columns of numbers, and what is written for no number."""

    columns: Columns
    values: tuple[NumberColumn, ...]
    absent: frozenset[str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> HospidiagSheet:
        """Read the ``tables`` of the catalogue's sheet ``hospidiag``."""
        columns = {role: tuple(names) for role, names in raw["columns"].items()}
        absent = frozenset(str(mark).casefold() for mark in raw["absent"]) | {""}
        return cls(columns, _numbers(raw["values"]), absent)


def _form(raw: Mapping[str, Any]) -> FormSheet:
    only = raw.get("only")
    return FormSheet(
        activity=raw["declares"]["activity"],
        title=typeset(raw["declares"]["title"]),
        values=_numbers(raw.get("values", ())),
        only=None if only is None else (only["column"], str(only["value"])),
    )


def _numbers(raw: Any) -> tuple[NumberColumn, ...]:
    return tuple(
        NumberColumn(value["key"], typeset(value["title"]), value["unit"], value["column"]) for value in raw
    )


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """An establishment: FINESS numbers of itself and of its entity, INSEE commune, name of the town."""

    code: str
    entity: str
    name: str
    commune: str
    town: str


@dataclass(frozen=True, slots=True)
class SiteNumber:
    """One number about an establishment or an entity, one year; ``name`` as the file writes it."""

    code: str
    name: str
    key: str
    title: str
    unit: str
    year: int
    value: float


@dataclass(frozen=True, slots=True)
class FilledForm:
    """An establishment fills in a form, one year."""

    site: str
    activity: str
    title: str
    year: int


@dataclass(frozen=True)
class HospitalFile:
    """What one vintage says of hospitals, in the order of its rows."""

    sites: tuple[SiteRecord, ...] = ()
    numbers: tuple[SiteNumber, ...] = ()
    forms: tuple[FilledForm, ...] = ()
    accounts: tuple[FileAccount, ...] = ()
