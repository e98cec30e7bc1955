"""Reading a table of indicators, delimited text or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hygie.engines.kernel.statistic import StatisticStatus
from hygie.readers.indicator_tables.codes import ZoneCode, zone_code
from hygie.readers.indicator_tables.model import (
    WEIGHTED_MEAN,
    IndicatorTable,
    Known,
    TableRow,
    TableSheet,
    ValueColumn,
    value_role,
)
from hygie.readers.indicator_tables.parquet import is_parquet, open_parquet
from hygie.readers.records import Progress, silent
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.records import records_of, refuse_twice
from hygie.readers.tables.source import OpenText, open_text
from hygie.readers.tables.values import BadValueError, amount, number

SECRET = Known(None, StatisticStatus.SECRET)
NOT_AVAILABLE = Known(None, StatisticStatus.NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class _Zone:
    code: ZoneCode
    row: TableRow


def read_indicator_table(path: Path, sheet: TableSheet, *, progress: Progress = silent) -> IndicatorTable:
    """Read numbers by zone; a faulty row is rejected whole, with the column at fault.

    Parameters
    ----------
    path
        Delimited text, plain or compressed, or Parquet.
    sheet
        How to read it.
    progress
        Told of the bytes read.

    Returns
    -------
    IndicatorTable
        Rows by level and code. What is secret stays so; a row of weight zero or of an unfilled code
        has no known mean: the zeros that pad it are no numbers.

    Raises
    ------
    InputError
        The file is not such a table.
    """
    parse = _row_parser(sheet)
    with _opened(path, progress) as source:
        records = records_of(source, sheet.columns, parse=parse, optional=("name",), progress=progress)
    return IndicatorTable(sheet, {zone.code: zone.row for zone in records.kept}, records.account)


@contextmanager
def _opened(path: Path, progress: Progress) -> Iterator[OpenText]:
    if is_parquet(path):
        yield open_parquet(path)
        return
    with open_text(path, progress=progress) as source:
        yield source


def _row_parser(sheet: TableSheet) -> Callable[[Row], _Zone]:
    seen: dict[str, int] = {}
    read_code = zone_code(sheet.level, mixed=sheet.mixed)
    parsers = [(value, _cell_parser(sheet, value)) for value in sheet.values]

    def parse(row: Row) -> _Zone:
        code = row.read("code", read_code)
        weight = row.read("weight", _weight_parser(sheet))
        padded = code[1] in sheet.unfilled
        cells = tuple(
            _told(row.read(value_role(value.key), read), value, none=padded, weight=weight)
            for value, read in parsers
        )
        refuse_twice(row, "code", key=" ".join(code), seen=seen)
        return _Zone(code, TableRow(row["name"], weight, cells))

    return parse


def _told(cell: Known, value: ValueColumn, *, none: bool, weight: float | None) -> Known:
    """The cell, unless its row is padding: no mean is about nobody."""
    about_nobody = value.group == WEIGHTED_MEAN and weight == 0
    return NOT_AVAILABLE if cell.value is not None and (none or about_nobody) else cell


def _weight_parser(sheet: TableSheet) -> Callable[[str], float | None]:
    def parse(text: str) -> float | None:
        unknown = text.casefold() in sheet.absent | sheet.secret
        return None if unknown else amount(text)

    return parse


def _cell_parser(sheet: TableSheet, value: ValueColumn) -> Callable[[str], Known]:
    status = StatisticStatus.ESTIMATE if value.estimate else StatisticStatus.PUBLISHED

    def parse(text: str) -> Known:
        written = text.casefold()
        if written in sheet.secret:
            return SECRET
        if written in sheet.absent:
            return NOT_AVAILABLE
        return Known(number(_bare(text, value.unit)), status)

    return parse


def _bare(text: str, unit: str) -> str:
    """The number without its percent sign, which only a percentage may bear."""
    if not text.endswith("%"):
        return text
    if unit != "%":
        raise BadValueError("un pourcentage, alors que l’unité déclarée n’est pas « % »")
    return text.removesuffix("%").rstrip()
