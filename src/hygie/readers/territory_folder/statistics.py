"""Official statistics kept in the territory folder, read when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import pyarrow as pa
import pyarrow.parquet as pq

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.statistic import NO_ZONE, Statistic, StatisticStatus

STATISTICS = "statistics.parquet"

_TEXTS = ("key", "title", "unit", "level", "code", "name", "year", "source", "status")
_NUMBERS = ("value", "missing")
_YEAR = re.compile(r"\d{4}", re.ASCII)


def write_statistics(statistics: Sequence[Statistic], folder: Path, name: str = STATISTICS) -> None:
    """Write the statistics of a territory; a territory without any has no such file."""
    if not statistics:
        return
    columns = {text: pa.array([getattr(s, text) for s in statistics], pa.string()) for text in _TEXTS}
    columns |= {one: pa.array([getattr(s, one) for s in statistics], pa.float64()) for one in _NUMBERS}
    pq.write_table(pa.table(columns), folder / name, compression="zstd")


def _check_texts(table: pa.Table) -> None:
    for name in _TEXTS:
        if name in table.column_names:
            column = table.column(name)
            if column.type != pa.string() or column.null_count:
                raise ValueError(f"{name} is not a column of texts")


def _statistic(row: dict[str, Any]) -> Statistic:
    """One number; those of a hospital or a station are compared by their year, which is then one."""
    found = Statistic(**{**row, "status": StatisticStatus(row["status"])})
    if found.level in NO_ZONE and not _YEAR.fullmatch(found.year):
        raise ValueError(f"{found.year!r} is not a year")
    return found


class StoredStatistics(Sequence[Statistic]):
    """Statistics of a territory folder; the file is read at the first look."""

    def __init__(self, folder: Path, name: str = STATISTICS) -> None:
        self._folder = folder
        self._name = name

    @cached_property
    def _rows(self) -> tuple[Statistic, ...]:
        try:
            table = pq.read_table(self._folder / self._name)
            _check_texts(table)
            return tuple(_statistic(row) for row in table.to_pylist())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise HygieError(
                f"Les statistiques du territoire {self._folder} sont abîmées.",
                why=f"{type(error).__name__} : {error}.",
                fix="Reconstruisez-le avec « hygie territory build ».",
            ) from error

    @overload
    def __getitem__(self, index: int) -> Statistic: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Statistic, ...]: ...

    def __getitem__(self, index: int | slice) -> Statistic | tuple[Statistic, ...]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)
