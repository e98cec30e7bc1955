"""A recipe that gives one source in several vintages, and the ones that may not be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue import load_catalogue
from hygie.readers.records import silent
from hygie.territories.figures import build_figures
from hygie.territories.ingredients import Ingredients, Kitchen, read_ingredients
from hygie.territories.recipe import read_recipe

CATALOGUE = load_catalogue()
HEAD = """\
format: 1
code: 11262
name: Narbonne
reference_date: 2026-11-22
boundary:
  communes: [11262]
margin: none
sources:
"""
SAE = """\
  - source: sae
    key: {key}
    vintage: {year}
    files: {{sites: sites_{year}.csv}}
"""


def read(folder: Path, sources: str) -> Ingredients:
    for year in (2019, 2023):
        (folder / f"sites_{year}.csv").write_text(
            f"an;fi;rs;fi_ej;COMINSEE\n{year};110000056;CH;110780137;11262\n", encoding="utf-8"
        )
    (folder / "communes.csv").write_text("code;part\n11262;12\n", encoding="utf-8")
    (folder / "iris.csv").write_text("code;part\n112620101;45\n", encoding="utf-8")
    file = folder / "territory.yaml"
    file.write_text(HEAD + sources, encoding="utf-8")
    figures = build_figures(CATALOGUE, date(2026, 11, 22))
    return read_ingredients(Kitchen(CATALOGUE, figures, read_recipe(file), silent))


def test_two_years_of_a_source_stand_side_by_side_under_their_keys(tmp_path: Path) -> None:
    into = read(tmp_path, SAE.format(key="old", year=2019) + SAE.format(key="new", year=2023))
    assert [(choice.name, vintage.year) for choice, vintage in into.hospitals] == [
        ("old", 2019),
        ("new", 2023),
    ]
    assert [choice.name for choice, _ in into.accounts] == ["old", "new"]


def test_the_same_key_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="donnée deux fois"):
        read(tmp_path, SAE.format(key="sae", year=2019) + SAE.format(key="sae", year=2023))


def test_a_source_that_has_one_vintage_only_takes_no_key(tmp_path: Path) -> None:
    grid = (
        "  - source: insee_grid_200m\n    key: second\n    vintage: 2021\n    files: {cells: communes.csv}\n"
    )
    with pytest.raises(HygieError, match="plusieurs millésimes"):
        read(tmp_path, grid)


def table(name: str, level: str, file: str) -> str:
    return f"""\
  - source: indicator_table
    vintage: 2023
    files: {{table: {file}}}
    table:
      key: {name}
      title: Tableau
      publisher: Moi
      level: {level}
      code: code
      values:
        - {{key: part, column: part, title: Part, unit: "%", year: 2023}}
"""


def test_iris_may_bear_the_key_of_their_commune_and_no_one_else(tmp_path: Path) -> None:
    both = table("a", "commune", "communes.csv") + table("b", "iris", "iris.csv")
    assert len(read(tmp_path, both).tables) == 2
    with pytest.raises(HygieError, match="deux tableaux"):
        read(tmp_path, table("a", "commune", "communes.csv") + table("b", "commune", "communes.csv"))
