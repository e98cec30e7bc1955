"""Hospitals in the territory folder: written and read back, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords
from hygie.readers.territory_folder.hospitals import HOSPITALS, read_hospitals, write_hospitals

RECORDS = HospitalRecords(
    (Hospital("110000056", "110780137", "CH « Élan »", "Ville", inside=True),),
    (
        HospitalActivity(
            *("110000056", ActivityKind.AUTHORISED, "03-01-01", "Obstétrique"),
            year=2026,
            vintage="avril 2026",
            until="2027-08-10",
        ),
    ),
)


def test_what_is_written_is_read_back_and_always_the_same_bytes(tmp_path: Path) -> None:
    write_hospitals(RECORDS, tmp_path)
    first = (tmp_path / HOSPITALS).read_bytes()
    assert read_hospitals(tmp_path) == RECORDS
    write_hospitals(read_hospitals(tmp_path), tmp_path)
    assert (tmp_path / HOSPITALS).read_bytes() == first


def test_without_hospitals_there_is_no_file(tmp_path: Path) -> None:
    write_hospitals(HospitalRecords(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert read_hospitals(tmp_path) == HospitalRecords()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"hospitals": [{}], "activities": []}',
        '{"hospitals": [], "activities": [{"kind": "x"}]}',
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / HOSPITALS).write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_hospitals(tmp_path)
