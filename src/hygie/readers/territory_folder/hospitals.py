"""Hospitals kept in the territory folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from hygie.engines.kernel.hospital import ActivityKind, Hospital, HospitalActivity, HospitalRecords

HOSPITALS = "hospitals.json"


def write_hospitals(records: HospitalRecords, folder: Path) -> None:
    """Write the hospitals of a territory; a territory that tells none has no such file."""
    if not records.hospitals:
        return
    text = json.dumps(asdict(records), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / HOSPITALS).write_text(text + "\n", encoding="utf-8")


def read_hospitals(folder: Path) -> HospitalRecords:
    """Hospitals of a territory folder; none without such a file.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If the file is not what was written.
    """
    file = folder / HOSPITALS
    if not file.is_file():
        return HospitalRecords()
    stored = json.loads(file.read_text(encoding="utf-8"))
    return HospitalRecords(
        tuple(Hospital(**row) for row in stored["hospitals"]),
        tuple(HospitalActivity(**{**row, "kind": ActivityKind(row["kind"])}) for row in stored["activities"]),
    )
