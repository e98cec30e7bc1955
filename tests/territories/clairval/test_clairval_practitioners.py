"""The practitioners of Clairval agree with the notes of their practices; what was planted is said."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import numpy as np
import pytest

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.result import Diagnosis
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.demo import build_demo

_NOTE = re.compile(r"(\d+) médecins? sur (\d+) de 60 ans et plus")
SIZES = (20_000, 92_000)


@cache
def stored(people: int) -> StoredTerritory:
    return build_demo(people=people, seed=1)


@cache
def diagnosis(people: int) -> Diagnosis:
    town = stored(people)
    parameters = diagnosis_parameters(load_catalogue(), date.fromisoformat(town.reference_date))
    return diagnose(town.territory, town.movements(), parameters)


@pytest.mark.parametrize("people", SIZES)
def test_each_practice_has_its_doctors_and_as_many_of_sixty_as_its_note_says(people: int) -> None:
    territory = stored(people).territory
    table, places = territory.practitioners, territory.places
    assert table is not None
    for position in places.of("gp").tolist():
        ages = table.age_from[table.places == places.ids[position]]
        note = _NOTE.fullmatch(str(places.notes[position]))
        told = (int(note[1]), int(note[2])) if note else (0, len(ages))
        assert (int((ages >= 60).sum()), len(ages)) == told
        assert len(ages) == places.capacity[position]
    assert np.array_equal(table.age_from, table.age_to)
    assert np.isnan(table.activity).all()


def test_half_the_practitioners_of_saint_eloi_are_said_to_be_close_to_retirement() -> None:
    told = [one for one in diagnosis(92_000).findings if one.key.startswith("retirement:")]
    assert [one.zone for one in told] == ["clairval:saint-eloi"]
    assert told[0].sentence.startswith("À Saint-Éloi, 3 des 6 médecins généralistes ont 60 ans ou plus")
    above = [one.key.partition(":")[0] for one in diagnosis(92_000).findings if one.weight > told[0].weight]
    assert set(above) <= {"outlier", "slower", "gap", "open"}


def test_a_town_too_small_says_the_whole_and_tells_no_quarter() -> None:
    found = diagnosis(20_000)
    assert not [one for one in found.findings if one.key.startswith("retirement:")]
    sentences = [one.sentence for one in found.findings if one.indicator == "retirement_gp"]
    assert sentences[0].startswith("5 des 17 médecins généralistes ont 60 ans ou plus")
    cell = found.indicator("retirement_gp").cell("quarter", "clairval:saint-eloi")
    assert cell is not None
    assert cell.measures["practitioners"].value == 2
    assert cell.measures["practitioners_60"].value is None


@pytest.mark.parametrize("people", SIZES)
def test_access_is_computed_by_car_and_conserves_the_supply(people: int) -> None:
    indicator = diagnosis(people).indicator("apl_like_gp")
    assert "en voiture" in indicator.warnings[0]
    cell = indicator.cell()
    assert cell is not None
    territory = stored(people).territory
    doctors = float(territory.places.capacity[territory.places.of("gp")].sum())
    mean = cell.measures["access_mean"].value
    assert mean == pytest.approx(doctors / people * 10_000, rel=0.02)


@pytest.mark.parametrize("people", SIZES)
def test_incomes_are_read(people: int) -> None:
    indicator = diagnosis(people).indicator("income_inequality")
    assert indicator.reason is None
    cell = indicator.cell()
    assert cell is not None
    assert cell.measures["known"].value == 1
