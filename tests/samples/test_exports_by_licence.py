"""Exports of real data: nothing of OpenStreetMap outside the files of its licence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.sample_data


def _export(hygie: Callable[..., object], territory: Path, out: Path) -> dict[str, bytes]:
    hygie("territory", "export", territory, "-o", out)
    return {file.name: file.read_bytes() for file in out.iterdir()}


def _rows(content: bytes) -> list[dict[str, str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";"))


def test_a_map_alone_is_all_under_its_licence(
    hygie: Callable[..., object], redon: Path, tmp_path: Path
) -> None:
    files = _export(hygie, redon, tmp_path / "out")
    held = pq.read_table(redon / "places.parquet").to_pylist()
    assert {row["id"] for row in _rows(files["lieux-odbl.csv"])} == {row["ids"] for row in held}
    assert not [name for name in files if "licence-ouverte" in name]
    assert "OpenStreetMap" in files["LICENCE-odbl.txt"].decode()


def test_every_official_number_is_exported_once_under_the_licence_of_its_table(
    hygie: Callable[..., object], narbonne: Path, tmp_path: Path
) -> None:
    files = _export(hygie, narbonne, tmp_path / "out")
    assert not [name for name in files if "inconnue" in name]
    tables = {name: _rows(content) for name, content in files.items() if name.startswith("statistiques")}
    told = pq.read_table(narbonne / "statistics.parquet").num_rows
    assert sum(len(rows) for rows in tables.values()) == told
    sources = {row["source"] for row in tables.get("statistiques-odbl.csv", [])}
    assert all("Atmo" in source or "OpenStreetMap" in source for source in sources)
    manifest = json.loads(files["manifest.json"])
    assert all(source["vintage"] for entry in manifest["files"] for source in entry.get("sources", []))
    places = _rows(files["lieux-licence-ouverte.csv"])
    assert len(places) == pq.read_table(narbonne / "places.parquet").num_rows
    assert {row["source"] for row in places} <= {"finess", "france_services"}
