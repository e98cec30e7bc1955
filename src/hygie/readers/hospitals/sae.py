"""The SAE of one year: establishments, then one file a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hygie.engines.kernel.errors import HygieError
from hygie.readers.hospitals.model import (
    FilledForm,
    FormSheet,
    HospitalFile,
    NumberColumn,
    SaeSheet,
    SiteNumber,
    SiteRecord,
)
from hygie.readers.records import Progress, silent
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import read_records, refuse_twice
from hygie.readers.tables.values import BadValueError, amount, finess_code, insee_code, required

SITES = "sites"
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)
_FORM_COLUMNS: Columns = {"site": ("fi",), "name": ("rs",), "year": ("an",)}


@dataclass(frozen=True, slots=True)
class _Filled:
    """A row of a form: what it declares and its numbers; a detail of another row declares nothing."""

    form: FilledForm | None
    numbers: tuple[SiteNumber, ...]


def read_sae(files: Mapping[str, Path], sheet: SaeSheet, *, progress: Progress = silent) -> HospitalFile:
    """Read the establishments and the forms of a vintage of the SAE.

    Parameters
    ----------
    files
        By role: ``sites`` (form ID), then any of the sheet's forms.
    sheet
        How to read them.
    progress
        Told of the bytes read.

    Returns
    -------
    HospitalFile
        Numbers of geographic establishments; an empty cell gives none, never a zero. The accounts
        follow the order of reading, the establishments first.

    Raises
    ------
    HygieError
        If the establishments are missing, or a role is none of the sheet's.
    InputError
        If a file is not the form that its role says.
    """
    _check_roles(files, sheet)
    found = _sites(files[SITES], sheet, progress=progress)
    for role in sheet.forms:
        if role in files:
            form = _form(files[role], sheet.forms[role], progress=progress)
            found = HospitalFile(
                found.sites,
                found.numbers + form.numbers,
                found.forms + form.forms,
                found.accounts + form.accounts,
            )
    return found


def _check_roles(files: Mapping[str, Path], sheet: SaeSheet) -> None:
    unknown = sorted(set(files) - {SITES, *sheet.forms})
    if unknown or SITES not in files:
        raise HygieError(
            f"La SAE n’a pas de fichier « {unknown[0]} »."
            if unknown
            else "La SAE demande un fichier « sites » (bordereau ID).",
            why="Les autres bordereaux ne disent pas dans quelle commune est un établissement.",
            fix="Fichiers possibles : " + ", ".join((SITES, *sheet.forms)) + ".",
        )


def _sites(path: Path, sheet: SaeSheet, *, progress: Progress) -> HospitalFile:
    seen: dict[str, int] = {}

    def of_commune(text: str) -> str:
        start = sheet.overseas.get(text[:2].upper())
        return insee_code(text if start is None else start + text[2:])

    def parse(row: Row) -> SiteRecord:
        code = row.read("site", finess_code)
        entity = row.read("entity", finess_code) if row["entity"] else ""
        commune = row.read("commune", of_commune) if row["commune"] else ""
        year = row.read("year", year_of)
        record = SiteRecord(code, entity, row.read("name", required), commune, row["town"])
        refuse_twice(row, "site", key=f"{code} {year}", seen=seen)
        return record

    records = read_records(path, sheet.sites, parse=parse, optional=("town",), progress=progress)
    return HospitalFile(sites=records.kept, accounts=(records.account,))


def _form(path: Path, form: FormSheet, *, progress: Progress) -> HospitalFile:
    columns = {**_FORM_COLUMNS, **{f"= {value.key}": (value.column,) for value in form.values}}
    if form.only is not None:
        columns["only"] = (form.only[0],)
    records = read_records(path, columns, parse=_form_parser(form), progress=progress)
    forms = dict.fromkeys(filled.form for filled in records.kept if filled.form is not None)
    numbers = tuple(number for filled in records.kept for number in filled.numbers)
    return HospitalFile(numbers=numbers, forms=tuple(forms), accounts=(records.account,))


def _form_parser(form: FormSheet) -> Callable[[Row], _Filled]:
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Filled:
        code, year = row.read("site", finess_code), row.read("year", year_of)
        if form.only is not None and row["only"].casefold() != form.only[1].casefold():
            return _Filled(None, ())
        numbers = tuple(told for value in form.values if (told := _number(row, value, code, year)))
        if form.values:
            # A form without numbers has one row for each sort of staff.
            refuse_twice(row, "site", key=f"{code} {year}", seen=seen)
        return _Filled(FilledForm(code, form.activity, form.title, year), numbers)

    return parse


def _number(row: Row, value: NumberColumn, code: str, year: int) -> SiteNumber | None:
    role = f"= {value.key}"
    if not row[role]:
        return None
    found = row.read(role, amount)
    return SiteNumber(code, row["name"], value.key, value.title, value.unit, year, found)


def year_of(text: str) -> int:
    """A year of four digits, from 1900 to 2099."""
    if not _YEAR.fullmatch(required(text)):
        raise BadValueError("ce n’est pas une année (4 chiffres)")
    return int(text)
