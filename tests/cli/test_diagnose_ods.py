"""``hygie diagnose --ods``: the numbers of the JSON written by the same command, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.reports.ods_reading import Read, read_large, records

from hygie.cli.main import run
from hygie.readers.catalogue import load_catalogue
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo

Told = tuple[dict[str, Any], dict[str, list[list[Read]]], Path]
"""The JSON, the sheets, and where the town is."""


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory,
) -> Told:
    folder = tmp_path_factory.mktemp("ods")
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder / "town")
    words = ["--json", str(folder / "d.json"), "--ods", str(folder / "d.ods")]
    assert run(["diagnose", str(folder / "town"), *words]) == 0
    numbers: dict[str, Any] = json.loads((folder / "d.json").read_text(encoding="utf-8"))
    return numbers, read_large((folder / "d.ods").read_bytes()), folder


def test_every_cell_of_every_indicator_is_the_same(
    told: Told,
) -> None:
    """Each sheet holds, in the order of the JSON, its status, value and interval, and not one line more."""
    numbers, sheets, _ = told
    catalogue = load_catalogue()
    filled = [indicator for indicator in numbers["indicators"] if indicator["cells"]]
    names = [name for name, rows in sheets.items() if rows[0][0] == "Découpage"]
    assert len(filled) == len(names) > 10
    for indicator, name in zip(filled, names, strict=True):
        short = catalogue.indicators[indicator["key"]].short
        assert name.casefold().startswith(short[:20].replace("/", " ").casefold())
        lines = [
            (line["Code"], line["Groupe"], line["Clé"], line["Valeur"], line["Au moins"], line["Au plus"])
            for line in records(sheets[name])
        ]
        assert lines == [
            (cell["zone"], cell["group_label"], key, m.get("value"), m.get("low"), m.get("high"))
            for cell in indicator["cells"]
            for key, m in cell["measures"].items()
        ]
        assert not [line for line in records(sheets[name]) if not (line["Unité"] and line["Statut"])]


def test_every_measure_has_a_french_title(
    told: Told,
) -> None:
    _, sheets, _ = told
    lines = [line for rows in sheets.values() if rows[0][0] == "Découpage" for line in records(rows)]
    assert {line["Clé"] for line in lines if line["Chiffre"] == line["Clé"]} == set()


def test_every_number_beside_the_diagnosis_is_there_too(
    told: Told,
) -> None:
    numbers, sheets, _ = told
    for part, name in (("official", "Officiel"), ("hospitals", "Hôpitaux"), ("quality", "Qualité")):
        held = {value for row in sheets[name] for value in row if isinstance(value, float)}
        assert set(_values(numbers.get(part))) <= held, part


def _values(node: Any) -> Iterator[float]:
    """Every number under a key ``value``, wherever it stands."""
    if isinstance(node, dict):
        for key, inside in node.items():
            if key == "value" and isinstance(inside, int | float):
                yield float(inside)
            else:
                yield from _values(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from _values(inside)


def test_the_same_territory_gives_the_same_file(
    told: Told,
) -> None:
    folder = told[2]
    assert run(["diagnose", str(folder / "town"), "--ods", str(folder / "again.ods")]) == 0
    assert (folder / "again.ods").read_bytes() == (folder / "d.ods").read_bytes()


def test_nothing_to_write_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["diagnose", str(tmp_path)]) == 1
    assert "--ods FICHIER" in capsys.readouterr().err
