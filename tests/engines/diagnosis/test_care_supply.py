"""A place offers its capacity; those it lists have ages, the others are unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.engines.diagnosis.care_towns import Doctor, care_town, practitioner_table
from tests.engines.diagnosis.towns import Home, Shop

from hygie.engines.diagnosis.care_supply import ACTS, DOCTORS, CareSupply, care_supply
from hygie.engines.kernel.practitioner import PractitionerTable

SHOPS = [
    Shop("a", "gp", 0),
    Shop("b", "gp", 1),
    Shop("c", "health_centre_general", 2),
    Shop("d", "msp", 3),
    Shop("e", "pharmacy", 4),
    Shop("f", "health_centre_general", 5),
]
UNKNOWN = float("nan")
CATEGORIES = ("gp", "health_centre_general")


def supply(capacity: tuple[float, ...], doctors: list[Doctor] | None = None) -> CareSupply:
    town = care_town([Home(0)], SHOPS, capacity=capacity, doctors=doctors)
    return care_supply(town.places, town.practitioners, CATEGORIES, activity_cap=6_000.0)


def test_capacity_counts_where_it_is_known_and_one_practice_else() -> None:
    found = supply((3.0, UNKNOWN, 2.0, 8.0, 5.0, UNKNOWN))
    assert found.places.tolist() == [0, 1, 2]
    assert found.by_place().tolist() == [3.0, 1.0, 2.0]
    assert found.unit is DOCTORS
    assert len(found.warnings) == 1


def test_practitioners_listed_at_a_shared_house_count_there() -> None:
    found = supply((UNKNOWN,) * 6, [Doctor("d", 50.0), Doctor("d", 61.0)])
    assert found.places.tolist() == [0, 1, 3]
    assert found.by_place().tolist() == [1.0, 1.0, 2.0]


def test_those_a_place_does_not_list_are_of_unknown_age() -> None:
    found = supply((5.0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), [Doctor("a", 50.0), Doctor("a", 66.0)])
    assert found.by_place().tolist() == [5.0, 1.0]
    assert found.heads.tolist() == [1.0, 1.0, 3.0, 1.0]
    assert np.isnan(found.age_from).tolist() == [False, False, True, True]


def test_a_place_never_offers_more_than_its_capacity() -> None:
    found = supply((1.5, UNKNOWN, *(UNKNOWN,) * 4), [Doctor("a", 50.0), Doctor("a", 66.0), Doctor("a", 40.0)])
    assert found.by_place() == pytest.approx([1.5, 1.0])
    assert found.heads[:3] == pytest.approx([0.5] * 3)
    closed = supply((0.0, UNKNOWN, *(UNKNOWN,) * 4), [Doctor("a", 50.0)])
    assert closed.by_place().tolist() == [0.0, 1.0]


def test_acts_are_capped_each() -> None:
    doctors = [Doctor("a", activity=9_000.0), Doctor("b", activity=1_000.0), Doctor("b", activity=500.0)]
    found = supply((1.0, 2.0, *(UNKNOWN,) * 4), doctors)
    assert found.unit is ACTS
    assert found.by_place().tolist() == [6_000.0, 1_500.0]


def test_an_age_that_may_be_on_either_side_of_a_limit_is_unknown_for_it() -> None:
    doctors = [Doctor("a", 60.0, to=64.0), Doctor("b", 65.0, to=float("inf")), Doctor("b", 40.0)]
    found = supply((1.0, 2.0, *(UNKNOWN,) * 4), doctors)
    assert found.known(60).tolist() == [True, True, True]
    assert found.known(62).tolist() == [False, True, True]
    assert found.known(65).tolist() == [True, True, True]
    assert np.isnan(found.lines(62).age).tolist() == [True, False, False]


def test_other_professions_do_not_count_and_strange_places_are_refused() -> None:
    town = care_town([Home(0)], SHOPS)
    table = practitioner_table([Doctor("d", 50.0)])
    nurses = replace(table, professions=np.array(["nurse"]))
    assert care_supply(town.places, nurses, CATEGORIES, activity_cap=1.0).places.tolist() == [0, 1]
    elsewhere = replace(table, places=np.array(["zz"]))
    with pytest.raises(ValueError, match="the territory has not"):
        care_supply(town.places, elsewhere, CATEGORIES, activity_cap=1.0)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"activity": np.array([-1.0])}, "activity"),
        ({"activity": np.array([np.inf])}, "activity"),
        ({"age_from": np.array([np.nan])}, "both"),
        ({"age_to": np.array([30.0])}, "upwards"),
        ({"age_from": np.array([-3.0])}, "upwards"),
        ({"professions": np.array(["gp", "gp"])}, "one value a line"),
    ],
)
def test_a_table_that_cannot_be_is_refused(columns: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(practitioner_table([Doctor("d", 50.0)]), **columns)


def test_a_table_knows_its_length() -> None:
    empty: PractitionerTable = practitioner_table([])
    assert len(empty) == 0
    town = care_town([Home(0)], [], doctors=[])
    assert care_supply(town.places, empty, CATEGORIES, activity_cap=1.0).by_place().tolist() == []
