"""Folders whose digests were made again after a change: refused in words, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.readers.territory_folder.test_territory_folder import stored

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.readers.territory_folder import open_territory, write_territory
from hygie.readers.territory_folder.integrity import MANIFEST, content_of
from hygie.readers.territory_folder.statistics import StoredStatistics, write_statistics


def forged(folder: Path) -> None:
    """Make the manifest agree with whatever the files hold now."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["content"] = content_of(folder)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def shorten(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        table = pq.read_table(folder / name)
        pq.write_table(table.slice(0, table.num_rows - 1), folder / name)

    return change


def put(name: str, value: object) -> Callable[[Path], None]:
    """Write one value over the first of a column."""

    def change(folder: Path) -> None:
        column = np.load(folder / name)
        column[0] = value
        np.save(folder / name, column)

    return change


def cut(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        np.save(folder / name, np.load(folder / name)[:-1])

    return change


def pickled(folder: Path) -> None:
    np.save(folder / "demand" / "people.npy", np.array([{"run": "me"}, None], dtype=object))


def many(name: str) -> Callable[[Path], None]:
    """A column that says it holds more numbers than the file does."""

    def change(folder: Path) -> None:
        header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({2**40},), }}".ljust(117) + "\n"
        raw = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode("ascii")
        (folder / name).write_bytes(raw)

    return change


FORGERIES: dict[str, Callable[[Path], None]] = {
    "a place less": shorten("places.parquet"),
    "a zone less": shorten("zones.parquet"),
    "a point less on the streets": cut("streets/walk/people-edge.npy"),
    "an age less": cut("demand/by_age.npy"),
    "an edge that is not": put("streets/walk/places-edge.npy", 2**30),
    "an edge before the first": put("streets/walk/people-edge.npy", -2),
    "a crossing that is not": put("streets/walk/tail.npy", 2**30),
    "a crossing before the first": put("streets/walk/head.npy", -1),
    "a rank that is not": put("streets/walk/hierarchy-rank.npy", 2**30),
    "an arc to nowhere": put("streets/walk/hierarchy-upper.npy", 2**30),
    "an arc that goes down": put("streets/walk/hierarchy-upper.npy", 0),
    "arcs that begin before the first": put("streets/walk/hierarchy-start.npy", -5),
    "a time before it began": put("streets/walk/hierarchy-ticks_up.npy", -1),
    "a street that begins nowhere": put("streets/walk/shape_start.npy", 2**30),
    "a street less": cut("streets/walk/ticks_back.npy"),
    "a zone that is not": put("demand/zone-commune.npy", 7),
    "an object to run": pickled,
    "a column without end": many("demand/people.npy"),
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_folder_is_one_clear_error(tmp_path: Path, change: Callable[[Path], None]) -> None:
    folder = tmp_path / "forged"
    write_territory(stored(), folder)
    open_territory(folder)
    change(folder)
    forged(folder)
    with pytest.raises(HygieError, match="abîmé") as told:
        open_territory(folder)
    assert "Reconstruisez" in str(told.value)


@pytest.mark.parametrize("year", ["zz", "", "2023-2024", "٢٠٢٣", "1e9"])
def test_a_year_of_a_hospital_that_is_none_is_one_clear_error(tmp_path: Path, year: str) -> None:
    known = StatisticStatus.PUBLISHED
    one = Statistic("stays", "Séjours", "séjours", "site", "1", "Centre", 12.0, year, "SAE", known)
    write_statistics([one], tmp_path)
    with pytest.raises(HygieError, match="abîmées"):
        len(StoredStatistics(tmp_path))


def test_a_year_of_a_zone_is_as_it_was_printed(tmp_path: Path) -> None:
    known = StatisticStatus.PUBLISHED
    one = Statistic("deaths", "Décès", "‰", "commune", "1", "Ville", 8.0, "2018-2022", "Insee", known)
    write_statistics([one], tmp_path)
    assert StoredStatistics(tmp_path)[0].year == "2018-2022"


def test_numbers_written_as_texts_are_one_clear_error(tmp_path: Path) -> None:
    write_statistics(
        [Statistic("a", "a", "", "commune", "1", "V", 8.0, "2020", "s", StatisticStatus.PUBLISHED)], tmp_path
    )
    table = pq.read_table(tmp_path / "statistics.parquet")
    at = table.column_names.index("value")
    pq.write_table(table.set_column(at, "value", pa.array(["huit"])), tmp_path / "statistics.parquet")
    with pytest.raises(HygieError, match="abîmées"):
        len(StoredStatistics(tmp_path))
