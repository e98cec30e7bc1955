"""Similar communes chosen from the tables of a recipe, with their numbers as those tables publish them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.statistic import StatisticStatus
from hygie.engines.portrait.comparison import DENSITY, INCOME, POPULATION, SimilarCommunes
from hygie.readers.catalogue import load_catalogue
from hygie.readers.indicator_tables import TableSheet, read_indicator_table
from hygie.readers.records import CommuneTable, FileAccount
from hygie.territories.ingredients import Ingredients
from hygie.territories.recipe import SourceChoice
from hygie.territories.similar import similar_to

CATALOGUE = load_catalogue()
KEYS = ("similar_communes_count", "similar_communes_ratio", "similar_communes_known")
CODES = [f"110{i:02d}" for i in range(1, 13)]
OWN = CODES[0]


def figures(count: int = 5, ratio: float = 2, known: int = 3) -> dict[str, FigureUse]:
    values = zip(KEYS, (count, ratio, known), strict=True)
    return {key: FigureUse(key, value, "", "2026-01-01", "to-verify", "s") for key, value in values}


def ingredients(folder: Path, rows: Sequence[Sequence[object]], extra: Sequence[str] = ()) -> Ingredients:
    """Every commune has 1000 residents and some; ``rows`` are code, income, surface."""
    file = folder / "table.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "income", "surface"), *rows])
    values = [
        {"key": key, "column": column, "title": key, "unit": "u", "year": 2021}
        for key, column in (("income_median", "income"), ("surface_km2", "surface"))
    ]
    sheet = TableSheet.from_mapping(
        {"level": "commune", "code": "id", "values": values},
        source="P, T",
        markers={"secret": ["ns"], "absent": []},
    )
    people = {code: 1000.0 + 10 * i for i, code in enumerate([*CODES, *extra])}
    account = FileAccount("f", "0" * 64, 0, 0)
    into = Ingredients(legal=CommuneTable(people, {code: f"Ville {code}" for code in people}, account))
    into.tables.append((SourceChoice("indicator_table", "2021", {}), read_indicator_table(file, sheet)))
    return into


def chosen(into: Ingredients, *own: str, **rules: int) -> SimilarCommunes | None:
    return similar_to(own or (OWN,), into, figures(**rules), CATALOGUE)


def test_numbers_of_the_chosen_communes_are_those_of_the_file(tmp_path: Path) -> None:
    rows = [(code, 20_000 + 100 * i, 10 + i) for i, code in enumerate(CODES)]
    found = chosen(ingredients(tmp_path, rows))
    assert found is not None
    assert [one.key for one in found.criteria] == [POPULATION, INCOME, DENSITY]
    assert [code for code, _ in found.communes] == CODES[1:6], "nearest first"
    assert found.communes[0] == ("11002", "Ville 11002")
    told = {(s.key, s.code): s.value for s in found.statistics}
    assert told == {
        (key, code): value
        for code, income, surface in rows[1:6]
        for key, value in (("income_median", income), ("surface_km2", surface))
    }
    assert found.criteria[2].value == pytest.approx(1000 / 10)
    assert found.source.startswith("Insee, Populations légales")
    assert "P, T" in found.source


def test_what_is_secret_stays_so_and_what_is_not_told_is_left_out(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(code, 20_000 + 100 * i, "") for i, code in enumerate(CODES)]
    rows[3] = (CODES[3], "ns", "")
    found = chosen(ingredients(tmp_path, rows), count=11)
    assert found is not None
    assert [one.key for one in found.criteria] == [POPULATION], "10 of 11 tell their income"
    statuses = {s.code: s.status for s in found.statistics}
    assert statuses[CODES[3]] is StatisticStatus.SECRET
    assert {s.key for s in found.statistics} == {"income_median"}
    assert found.source == "Insee, Populations légales des communes"


def test_no_commune_of_the_territory_and_no_arrondissement_is_chosen(tmp_path: Path) -> None:
    rows = [(code, 20_000, 10) for code in CODES]
    found = chosen(ingredients(tmp_path, rows, extra=("75101", "13201", "69381")), *CODES[:3], count=30)
    assert found is not None
    assert {code for code, _ in found.communes} == {*CODES[3:]}
    assert (found.code, found.largest) == (CODES[2], True)


def test_without_legal_populations_or_near_communes_there_is_none(tmp_path: Path) -> None:
    rows = [(code, 20_000, 10) for code in CODES]
    into = ingredients(tmp_path, rows)
    assert chosen(into, known=5, count=20) is not None
    assert chosen(into, known=12, count=20) is None
    into.legal = None
    assert chosen(into) is None
