"""Recipes: read strictly, every missing file named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.territories.recipe import read_recipe

GOOD = """\
format: 1
code: 01004
name: Ambérieu
reference_date: 2026-11-22
boundary:
  communes: [01004]
margin: none
sources:
  - source: insee_grid_200m
    vintage: 2021
    files: {cells: cells.csv}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "territory.yaml"
    file.write_text(text, encoding="utf-8")
    (folder / "cells.csv").write_text("x", encoding="utf-8")
    return file


def test_codes_stay_text_and_files_are_found_beside_the_recipe(tmp_path: Path) -> None:
    recipe = read_recipe(write(tmp_path, GOOD))
    assert (recipe.code, recipe.communes, recipe.margin_metres) == ("01004", ("01004",), 0.0)
    assert recipe.sources[0].files["cells"] == tmp_path.resolve() / "cells.csv"
    assert recipe.sources[0].vintage == "2021"


def test_files_are_then_looked_for_in_the_sample_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "elsewhere.csv").write_text("x", encoding="utf-8")
    monkeypatch.setenv("HYGIE_SAMPLE_DATA", str(samples))
    recipe = read_recipe(write(tmp_path, GOOD.replace("cells.csv", "elsewhere.csv")))
    assert recipe.sources[0].files["cells"] == samples / "elsewhere.csv"


def test_every_missing_file_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HYGIE_SAMPLE_DATA", raising=False)
    text = GOOD.replace("{cells: cells.csv}", "{cells: one.csv, more: two.csv}")
    with pytest.raises(HygieError, match=r"one\.csv, two\.csv"):
        read_recipe(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("code: 01004", "code: 1004x"),
        ("name: Ambérieu", "nam: Ambérieu"),
        ("2026-11-22", "2026-13-22"),
        ("margin: none", "margin: {epci: 241100593, metres: 5}"),
        ("boundary:\n  communes: [01004]", "boundary: everywhere"),
        ("    vintage: 2021\n", ""),
        ("format: 1", "format: 1\nformat: 1"),
    ],
)
def test_a_wrong_recipe_is_one_error_naming_the_file(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=r"territory\.yaml"):
        read_recipe(write(tmp_path, GOOD.replace(old, new)))


TABLE = """\
  - source: indicator_table
    vintage: 2023
    files: {table: cells.csv}
    table:
      key: no_gp
      title: Patients sans médecin traitant
      publisher: Assurance maladie
      level: departement
      code: dep
      values:
        - {key: no_gp, column: part, title: Sans médecin traitant, unit: "%", year: 2023}
"""


def test_a_table_of_indicators_is_described_in_the_recipe(tmp_path: Path) -> None:
    choice = read_recipe(write(tmp_path, GOOD + TABLE)).sources[1]
    assert choice.table is not None
    assert (choice.name, choice.source) == ("no_gp", "indicator_table")
    assert choice.table["values"][0]["year"] == "2023"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("level: departement", "level: canton"),
        ("      code: dep\n", ""),
        ('unit: "%", year', "year"),
        ("year: 2023}", "year: 2023, group: median}"),
        ("source: indicator_table", "source: drees_apl"),
    ],
)
def test_a_table_wrongly_described_is_one_error(tmp_path: Path, old: str, new: str) -> None:
    assert old in TABLE
    with pytest.raises(InputError, match=r"territory\.yaml"):
        read_recipe(write(tmp_path, GOOD + TABLE.replace(old, new)))


def test_a_table_that_nothing_describes_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="table"):
        read_recipe(write(tmp_path, GOOD + TABLE[: TABLE.index("    table:\n")]))
