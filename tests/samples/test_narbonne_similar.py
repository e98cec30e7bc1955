"""Communes similar to Narbonne: within the bounds stated, with the numbers of the published tables."""

from __future__ import annotations

import csv
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hygie.engines.portrait.comparison import SimilarCommunes
from hygie.readers.territory_folder import open_territory

pytestmark = pytest.mark.sample_data

NARBONNE = "11262"
COLUMNS = {"apl_gp": ("apl", "apl_gen"), "poverty": ("filo", "tp6021"), "income_median": ("filo", "med21")}


@pytest.fixture(scope="module")
def similar(narbonne: Path) -> SimilarCommunes:
    found = open_territory(narbonne).similar
    assert found is not None
    return found


def rows_of(sample_data: Path, name: str) -> dict[str, dict[str, Any]]:
    table = pq.read_table(sample_data / "communes_indicateurs" / f"{name}.parquet").to_pylist()
    return {str(row["id"]).zfill(5): row for row in table}


def test_twenty_communes_of_half_to_double_the_population(
    similar: SimilarCommunes, sample_data: Path
) -> None:
    file = sample_data / "cog_population" / "donnees_communes.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        people = {row["COM"]: int(row["PMUN"]) for row in csv.DictReader(stream, delimiter=";")}
    chosen = [code for code, _ in similar.communes]
    assert len(set(chosen)) == 20
    assert NARBONNE not in chosen
    assert all(people[NARBONNE] / 2 <= people[code] <= people[NARBONNE] * 2 for code in chosen)
    assert similar.criteria[0].value == people[NARBONNE]
    assert [one.key for one in similar.criteria] == ["population", "income"]
    assert similar.unused == ("density",), "surfaces are known for five départements only"


@pytest.mark.parametrize("key", COLUMNS)
def test_each_value_of_a_similar_commune_is_the_files(
    similar: SimilarCommunes, sample_data: Path, key: str
) -> None:
    name, column = COLUMNS[key]
    rows = rows_of(sample_data, name)
    told = {s.code: s.value for s in similar.statistics if s.key == key}
    assert set(told) == {code for code, _ in similar.communes}
    assert told == {code: pytest.approx(float(rows[code][column]), rel=0) for code in told}


def test_the_portrait_says_where_narbonne_stands(
    similar: SimilarCommunes,
    narbonne: Path,
    sample_data: Path,
    hygie: Callable[..., Any],
    tmp_path: Path,
) -> None:
    file = tmp_path / "d.json"
    hygie("diagnose", narbonne, "--json", file)
    told = json.loads(file.read_text("utf-8"))
    assert len(told["peers"]["communes"]) == 20
    standing = next(one["standing"] for one in told["official"] if one["key"] == "apl_gp")
    rows = rows_of(sample_data, "apl")
    values = [float(rows[code]["apl_gen"]) for code, _ in similar.communes]
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    assert [standing[key] for key in ("low", "median", "high")] == pytest.approx(quartiles)
    assert standing["rank"] == 1 + sum(value > float(rows[NARBONNE]["apl_gen"]) for value in values)
    local = [one for one in told["official"] if one["key"].startswith("rsa")]
    assert not any(one.get("standing") for one in local), "known for five départements only"
