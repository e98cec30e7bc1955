"""Hospidiag: activity and equipment of hospitals, one row each."""

from __future__ import annotations

from pathlib import Path

from hygie.readers.hospitals.model import HospidiagSheet, HospitalFile, NumberColumn, SiteNumber
from hygie.readers.records import Progress, silent
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.records import read_records, refuse_twice
from hygie.readers.tables.values import amount, finess_code


def read_hospidiag(
    path: Path, sheet: HospidiagSheet, *, year: int, progress: Progress = silent
) -> HospitalFile:
    """Read one year of Hospidiag.

    Parameters
    ----------
    path
        The table, separator and decimal mark of any kind.
    sheet
        How to read it.
    year
        The year it describes, which the file does not say.
    progress
        Told of the bytes read.

    Returns
    -------
    HospitalFile
        Numbers only. A code is that of a legal entity for public hospitals, of an establishment for
        private ones; the file does not tell which.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    seen: dict[str, int] = {}
    columns = {**sheet.columns, **{f"= {value.key}": (value.column,) for value in sheet.values}}

    def number(row: Row, value: NumberColumn, code: str) -> SiteNumber | None:
        role = f"= {value.key}"
        if row[role].casefold() in sheet.absent:
            return None
        found = row.read(role, amount)
        return SiteNumber(code, row["name"], value.key, value.title, value.unit, year, found)

    def parse(row: Row) -> tuple[SiteNumber, ...]:
        code = row.read("code", finess_code)
        numbers = tuple(told for value in sheet.values if (told := number(row, value, code)))
        refuse_twice(row, "code", key=code, seen=seen)
        return numbers

    records = read_records(path, columns, parse=parse, progress=progress)
    numbers = tuple(number for row in records.kept for number in row)
    return HospitalFile(numbers=numbers, accounts=(records.account,))
