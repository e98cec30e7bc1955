from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory

from hygie.engines.diagnosis.changes import PlannedChange
from hygie.engines.diagnosis.diagnose import closures_of, diagnose
from hygie.engines.diagnosis.study import prepare
from hygie.engines.diagnosis.what_if import what_if
from hygie.engines.kernel.measures import Status

HOMES = [Home(0), Home(12, quarter=1), Home(30, quarter=2)]


def test_closures_are_costed_by_hand_and_ranked_costliest_first() -> None:
    shops = [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 14), Shop("c", "pharmacy", 31)]
    town = territory(HOMES, shops)
    lines = diagnose(town, movements(town), PARAMETERS).closures
    costs = {line.place: line.measures["person_minutes"].value for line in lines}
    assert costs == {"a": 1400, "b": 1000, "c": 1500}
    assert [line.place for line in lines] == ["c", "a", "b"]
    c = lines[0].measures
    assert (c["people_losing_5"].value, c["people_crossing_15"].value) == (100, 100)
    assert c["people_stranded"].value == 0


def test_a_closure_that_leaves_people_without_any_place_comes_first() -> None:
    shops = [Shop("only", "gp", 0), Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 30)]
    town = territory(HOMES, shops)
    first = diagnose(town, movements(town), PARAMETERS).closures[0]
    assert first.place == "only"
    assert first.measures["people_stranded"].value == 300
    assert first.measures["person_minutes"].value == 0


def test_a_closure_about_too_few_residents_is_kept_back_and_does_not_rank() -> None:
    homes = [Home(0), Home(30, quarter=1), Home(0, (1.0, 2.0, 1.0, 0.0), island=True)]
    shops = [Shop("a", "pharmacy", 0), Shop("b", "pharmacy", 30), Shop("isle", "pharmacy", 0, island=True)]
    town = territory(homes, shops)
    lines = closures_of(prepare(town, movements(town), PARAMETERS))
    isle = next(line for line in lines if line.place == "isle")
    assert isle.measures["people_stranded"].status is Status.SUPPRESSED
    assert lines[0].place != "isle"


def test_a_place_that_costs_nobody_anything_is_not_among_the_costliest() -> None:
    shops = [Shop("a", "pharmacy", 0), Shop("twin", "pharmacy", 0)]
    town = territory([Home(0)], shops)
    study = prepare(town, movements(town), PARAMETERS)
    assert diagnose(town, movements(town), PARAMETERS).closures == ()
    assert len(closures_of(study)) == 2


homes = st.lists(st.builds(Home, at=st.integers(0, 40), quarter=st.integers(0, 2)), min_size=1, max_size=8)


@given(homes=homes, spots=st.lists(st.integers(0, 40), min_size=2, max_size=5))
@settings(deadline=None, max_examples=50)
def test_a_closure_line_says_what_the_what_if_of_that_closure_says(
    homes: list[Home], spots: list[int]
) -> None:
    town = territory(homes, [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)])
    moves = movements(town)
    for line in closures_of(prepare(town, moves, PARAMETERS)):
        change = what_if(town, moves, PARAMETERS, PlannedChange((line.place,))).difference[0].cell()
        assert change is not None
        people = 100.0 * len(homes)
        mean = change.measures["mean"].value
        assert mean is not None
        assert line.measures["person_minutes"].value == pytest.approx(mean * people)
        assert line.measures["people_losing_5"].value == change.measures["people_losing_5"].value
        assert line.measures["people_crossing_15"].value == change.measures["people_beyond_15"].value
