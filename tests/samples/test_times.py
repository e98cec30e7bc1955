"""Travel times equal, point by point, an independent Dijkstra on the exported streets."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.samples.oracle import nearest_minutes, read

Hygie = Callable[..., Any]


def assert_same(
    folder: Path, hygie: Hygie, tmp_path: Path, categories: list[str], mode: str = "walk"
) -> None:
    streets = tmp_path / "streets"
    hygie("streets", "export", folder, "--profile", mode, "-o", streets)
    hygie("territory", "places", folder, "--csv", tmp_path / "places.csv")
    places = read(tmp_path / "places.csv")
    for category in categories:
        goals = {row["id"] for row in places if row["category"] == category}
        assert goals, f"no place of category {category}"
        expected = nearest_minutes(streets, goals)
        hygie("reach", "times", folder, "--to", category, "--mode", mode, "--csv", tmp_path / "times.csv")
        with (tmp_path / "times.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert rows
        for row in rows:
            found = float(row["minutes"]) if row["minutes"] else math.inf
            assert found == pytest.approx(expected[row["id"]], abs=1e-9), (category, row["id"])


@pytest.mark.sample_data
def test_redon_equals_an_independent_search(redon: Path, hygie: Hygie, tmp_path: Path) -> None:
    assert_same(redon, hygie, tmp_path, ["pharmacy", "food_shop"])


def test_clairval_equals_an_independent_search(clairval_8000: Path, hygie: Hygie, tmp_path: Path) -> None:
    assert_same(clairval_8000, hygie, tmp_path, ["pharmacy", "gp", "green", "school_primary"])


@pytest.mark.sample_data
def test_redon_by_car_equals_an_independent_search_of_one_way_streets(
    redon: Path, hygie: Hygie, tmp_path: Path
) -> None:
    assert_same(redon, hygie, tmp_path, ["pharmacy", "food_shop"], "car")
    one_way = [row for row in read(tmp_path / "streets/edges.csv") if not row["minutes_ba"]]
    assert len(one_way) > 20


def test_clairval_by_car_equals_an_independent_search(
    clairval_8000: Path, hygie: Hygie, tmp_path: Path
) -> None:
    assert_same(clairval_8000, hygie, tmp_path, ["emergency", "pharmacy"], "car")
