"""What a plan of trees may tell of a tiny town."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engines.green.green_towns import NOWHERE, PARAMETERS, Town

from hygie.engines.green.planting import Plan
from hygie.engines.green.spots import Spots
from hygie.readers.catalogue.checking import schema_validator
from hygie.reports.json_green import plant_json


def told(people: float, before: float, after: float, reached: float) -> dict[str, Any]:
    """A plan of one tree in a town of so many people, as it is written."""
    town = Town([(0, 0, people / 2, 0), (50, 0, people / 2, 0)], trees=[(9, 9, 2)])
    plan = Plan(
        spots=Spots(np.array([[5.0, 5.0]]), ""),
        chosen=np.array([0]),
        gains=np.array([reached]),
        reached=reached,
        bound=reached * 1.1,
        seen=np.array([3, 3]),
        met_before=before,
        met_after=after,
    )
    written = plant_json(town.territory(), town.scene(), plan, PARAMETERS, 0)
    schema_validator("green_plant").validate(written)
    return written


def hidden(written: dict[str, Any]) -> set[str]:
    measures = {**written["seen_three"], "reached": written["reached"], "bound": written["bound"]}
    return {key for key, measure in measures.items() if measure["status"] == "suppressed"}


@pytest.mark.parametrize(
    ("people", "before", "after", "reached", "kept_back"),
    [
        (400, 100, 200, 90.0, set()),
        (400, 0, 200, 90.0, set()),
        (400, 4, 200, 90.0, {"before", "reached", "bound"}),
        (400, 0, 7, 20.0, {"after", "reached", "bound"}),
        (400, 100, 107, 20.0, {"after", "reached", "bound"}),
        (400, 100, 395, 200.0, {"after", "reached", "bound"}),
        (400, 100, 100, 3.0, {"reached", "bound"}),
        (8, 3, 8, 5.0, {"before", "after", "reached", "bound"}),
    ],
)
def test_no_small_count_nor_difference_is_written(
    people: float, before: float, after: float, reached: float, kept_back: set[str]
) -> None:
    assert hidden(told(people, before, after, reached)) == kept_back


def test_dwellings_are_no_people_and_are_all_told() -> None:
    written = told(NOWHERE, 1, 2, 0.3)
    assert written["counted"] == "dwellings"
    assert hidden(written) == set()
