"""Statistics in the territory folder: written in full, read when asked for, told by the command."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.readers.territory_folder.statistics import STATISTICS, StoredStatistics, write_statistics

SECRET, COMPUTED = StatisticStatus.SECRET, StatisticStatus.COMPUTED
ROWS = (
    Statistic("k", "T", "u", "epci", "241100593", "É", 4.27336498568162, "2023", "S", COMPUTED, 0.25),
    Statistic("k", "T", "%", "commune", "01004", "N", None, "2021", "S", SECRET),
)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    write_statistics(ROWS, tmp_path)
    held = StoredStatistics(tmp_path)
    assert tuple(held) == ROWS
    assert (len(held), held[0], held[1:]) == (2, ROWS[0], ROWS[1:])


def test_the_same_statistics_give_the_same_bytes(tmp_path: Path) -> None:
    write_statistics(ROWS, tmp_path)
    first = (tmp_path / STATISTICS).read_bytes()
    write_statistics(ROWS, tmp_path)
    assert (tmp_path / STATISTICS).read_bytes() == first


def test_a_territory_without_any_has_no_file(tmp_path: Path) -> None:
    write_statistics((), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_not_read_before_the_first_look(tmp_path: Path) -> None:
    held = StoredStatistics(tmp_path)
    with pytest.raises(HygieError, match="abîmées"):
        len(held)


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / STATISTICS).write_bytes(b"\x00garbage")
    with pytest.raises(HygieError, match="abîmées"):
        len(StoredStatistics(tmp_path))


@pytest.mark.parametrize("column", ["key", "title", "unit", "code", "name", "year", "source"])
def test_numbers_or_blanks_in_place_of_texts_are_one_clear_error(tmp_path: Path, column: str) -> None:
    for wrong in (pa.array([1.0, float("nan")]), pa.array([None, "x"], pa.string())):
        write_statistics(ROWS, tmp_path)
        table = pq.read_table(tmp_path / STATISTICS)
        damaged = table.set_column(table.column_names.index(column), column, wrong)
        pq.write_table(damaged, tmp_path / STATISTICS)
        with pytest.raises(HygieError, match="abîmées"):
            len(StoredStatistics(tmp_path))
