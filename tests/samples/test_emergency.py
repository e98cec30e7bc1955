"""Emergency care by car: computed where there are roads and a source, said not computed elsewhere."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.samples.oracle import nearest_minutes, read

Hygie = Callable[..., Any]
Info = Callable[[Path], dict[str, Any]]


def emergency(hygie: Hygie, folder: Path, tmp_path: Path) -> dict[str, Any]:
    """The indicator as ``hygie diagnose --json`` tells it."""
    file = tmp_path / "diagnosis.json"
    hygie("diagnose", folder, "--json", file)
    indicators = json.loads(file.read_text(encoding="utf-8"))["indicators"]
    found: dict[str, Any] = next(one for one in indicators if one["key"] == "access_emergency")
    return found


def test_clairval_counts_the_residents_an_independent_search_finds_far(
    clairval_8000: Path, hygie: Hygie, info: Info, tmp_path: Path
) -> None:
    assert "streets:car" not in info(clairval_8000)["missing"]
    told = emergency(hygie, clairval_8000, tmp_path)
    assert (told["status"], told.get("reason")) == ("computed", None)
    hygie("streets", "export", clairval_8000, "--profile", "car", "-o", tmp_path / "roads")
    hygie("territory", "places", clairval_8000, "--category", "emergency", "--csv", tmp_path / "places.csv")
    expected = nearest_minutes(tmp_path / "roads", {row["id"] for row in read(tmp_path / "places.csv")})
    hygie("reach", "times", clairval_8000, "--to", "emergency", "--csv", tmp_path / "homes.csv")
    people = {row["id"]: float(row["people"]) for row in read(tmp_path / "homes.csv")}
    minutes = np.array([expected[home] for home in people])
    residents = np.array(list(people.values()))
    measures = told["cells"][0]["measures"]
    assert measures["people"]["value"] == pytest.approx(residents.sum()) == 8000
    for threshold in (5, 10, 15, 20):
        beyond = residents[minutes > threshold].sum()
        assert measures[f"people_beyond_{threshold}"].get("value", 0) == pytest.approx(beyond)
    assert 0 < measures["median"]["value"] <= np.max(minutes)
    assert all(map(math.isfinite, expected.values()))  # every home and place is on a road


@pytest.mark.sample_data
def test_narbonne_has_emergencies_and_no_road_to_them(narbonne: Path, hygie: Hygie, tmp_path: Path) -> None:
    told = emergency(hygie, narbonne, tmp_path)
    assert (told["status"], told["reason"]) == ("not_computed", "no_driving_graph")
    refused = hygie(
        *("reach", "times", narbonne, "--to", "emergency", "--mode", "car"),
        *("--csv", tmp_path / "times.csv"),
        code=1,
    )
    assert "walk" in refused.stderr


@pytest.mark.sample_data
def test_redon_has_roads_and_no_source_of_emergencies(
    redon: Path, hygie: Hygie, info: Info, tmp_path: Path
) -> None:
    missing = info(redon)["missing"]
    assert "streets:car" not in missing
    assert "emergency" in missing
    told = emergency(hygie, redon, tmp_path)
    assert (told["status"], told["reason"]) == ("not_computed", "no_source")
