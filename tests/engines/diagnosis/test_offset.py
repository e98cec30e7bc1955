"""What would offset a closure, on towns small enough to be done by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory, with_people_unknown

from hygie.engines.diagnosis.changes import Opening, PlannedChange
from hygie.engines.diagnosis.offset import CandidateSource, Offset, ServiceOffset, given_back, offset_study
from hygie.engines.diagnosis.study import prepare
from hygie.engines.diagnosis.what_if import what_if
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import Reason, Status
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue.checking import schema_validator
from hygie.reports.json_offset import offset_json

NURSES = (CandidateSource("cabinets infirmiers", ("nurse",)),)
HOMES = [Home(0), Home(2, quarter=1), Home(30, (10.0, 120.0, 50.0, 20.0), quarter=2)]
SHOPS = [
    Shop("ph:a", "pharmacy", 0),
    Shop("ph:b", "pharmacy", 30),
    Shop("n:far", "nurse", 8),
    Shop("n:near", "nurse", 32),
    Shop("n:here", "nurse", 30),
]
TOWN = territory(HOMES, SHOPS)


def ask(town: Territory, *close: str, estimate: bool = False) -> Offset:
    study = prepare(town, movements(town, estimate=estimate), PARAMETERS)
    return offset_study(study, close, NURSES)


def only(found: Offset) -> ServiceOffset:
    assert len(found.services) == 1
    return found.services[0]


def without(town: Territory, *ids: str) -> Territory:
    return territory(HOMES, [shop for shop in SHOPS if shop.id not in ids])


def test_the_opening_at_the_same_spot_gives_back_everything() -> None:
    service = only(ask(TOWN, "ph:b"))
    assert service.closure is not None
    assert service.best is not None
    assert service.closure.everyone["person_minutes_lost"].value == 200 * 30
    assert service.closure.everyone["people_crossing_15"].value == 200
    assert [one.place for one in service.best.openings] == ["n:here"]
    assert service.best.suffices
    assert service.best.everyone["person_minutes_lost"].value == 0
    assert [single.openings[0].place for single in service.ranking] == ["n:here", "n:near", "n:far"]


def test_the_worst_hit_group_is_named_with_what_it_loses_and_gets_back() -> None:
    service = only(ask(without(TOWN, "n:here"), "ph:b"))
    hit, best = service.worst_hit, service.best
    assert hit is not None
    assert best is not None
    assert (hit.layer, hit.zone, hit.zone_name, hit.people.value) == ("quarter", "Q3", "Montredon", 200)
    assert best.worst_hit["person_minutes_lost"].value == 200 * 2
    assert service.closure is not None
    back = given_back(service.closure.worst_hit, best.worst_hit)
    assert back["person_minutes_lost"].value == 200 * 28
    assert back["people_crossing_15"].value == 200
    assert not best.suffices


def test_the_group_with_most_minutes_a_resident_is_the_worst_hit_whatever_its_size() -> None:
    homes = [Home(0, (0.0, 90.0, 0.0, 0.0)), Home(20, (0.0, 0.0, 40.0, 0.0))]
    town = territory(homes, [Shop("ph:a", "pharmacy", 10), Shop("ph:b", "pharmacy", 21)])
    hit = only(ask(town, "ph:b")).worst_hit
    assert hit is not None
    assert (hit.group, hit.people.value) == ("65_plus", 40)


def test_a_group_too_small_to_be_shown_is_not_named_and_counts_are_kept_back() -> None:
    homes = [Home(0), Home(30, (0.0, 4.0, 0.0, 0.0), quarter=1)]
    town = territory(homes, [Shop("ph:a", "pharmacy", 0), Shop("ph:b", "pharmacy", 30)])
    service = only(ask(town, "ph:b"))
    assert service.worst_hit is None
    assert service.closure is not None
    assert service.closure.everyone["people_losing_5"].status is Status.SUPPRESSED
    assert service.closure.worst_hit == {}


def test_a_count_that_openings_change_by_too_few_is_kept_back() -> None:
    # the opening at 32 brings back all but the 4 residents of the home at 10
    homes = [*HOMES, Home(10, (0.0, 4.0, 0.0, 0.0), quarter=2)]
    town = territory(homes, [Shop("ph:a", "pharmacy", 80), Shop("ph:b", "pharmacy", 25), SHOPS[3]])
    service = only(ask(town, "ph:b"))
    assert service.best is not None
    seen = [service.best.everyone, *(single.everyone for single in service.ranking)]
    assert service.closure is not None
    first = service.closure.everyone["people_losing_5"].value
    assert first == 404
    for measures in seen:
        value = measures["people_losing_5"].value
        assert value is None or abs(first - value) >= 11 or value == first


def test_the_closed_site_and_the_margin_are_no_candidates_and_a_site_is_one() -> None:
    shops = [
        Shop("ph:b", "pharmacy", 30, site="b"),
        Shop("ph:a", "pharmacy", 0),
        Shop("n:same", "nurse", 30, site="b"),
        Shop("n:1", "nurse", 20, site="n"),
        Shop("n:2", "nurse", 20, site="n"),
        Shop("n:out", "nurse", 29),
    ]
    town = territory(HOMES, shops)
    inside = np.array([shop.id != "n:out" for shop in shops])
    found = ask(replace(town, places=replace(town.places, inside=inside)), "ph:b")
    assert found.candidates == {"cabinets infirmiers": 1}
    assert [single.openings[0].place for single in only(found).ranking] == ["n:1"]


def test_between_equal_candidates_the_first_source_is_preferred() -> None:
    sources = (CandidateSource("publics", ("gp",)), CandidateSource("autres", ("nurse",)))
    town = territory(HOMES, [*SHOPS[:2], Shop("n", "nurse", 30), Shop("g", "gp", 30)])
    found = offset_study(prepare(town, movements(town), PARAMETERS), ["ph:b"], sources)
    best = only(found).best
    assert best is not None
    assert [(one.place, one.source) for one in best.openings] == [("g", "publics")]


def test_gains_of_residents_whom_the_closure_does_not_touch_make_up_for_nothing() -> None:
    # the nurse stands by the many residents of minute 60, who never went to the closed place
    homes = [Home(0), Home(60, (0.0, 900.0, 0.0, 0.0))]
    town = territory(
        homes, [Shop("ph:a", "pharmacy", 0), Shop("ph:b", "pharmacy", 40), Shop("n", "nurse", 38)]
    )
    service = only(ask(town, "ph:a"))
    assert service.best is not None
    assert not service.best.suffices
    assert service.best.everyone["person_minutes_lost"].value == 100 * 38
    assert service.best.everyone["person_minutes_gained"].value == 0


def test_a_closure_that_nobody_feels_needs_no_opening() -> None:
    town = territory(HOMES, [*SHOPS, Shop("ph:twin", "pharmacy", 30)])
    service = only(ask(town, "ph:b"))
    assert service.best is not None
    assert (service.best.openings, service.best.suffices, service.ranking) == ((), True, ())


def test_without_real_streets_every_number_is_an_estimate() -> None:
    service = only(ask(TOWN, "ph:b", estimate=True))
    assert service.status is Status.ESTIMATE
    assert service.best is not None
    assert {measure.status for measure in service.best.everyone.values()} == {Status.ESTIMATE}


def test_without_known_residents_it_is_not_computed() -> None:
    service = only(ask(with_people_unknown(TOWN), "ph:b"))
    assert (service.status, service.reason) == (Status.NOT_COMPUTED, Reason.NO_PEOPLE)


def test_a_closure_that_no_indicator_counts_is_said_so() -> None:
    found = ask(TOWN, "n:far")
    assert found.services == ()
    assert "rien n’est à compenser" in found.provenance.warnings[-1]


def test_without_any_candidate_it_says_so() -> None:
    found = ask(without(TOWN, "n:far", "n:near", "n:here"), "ph:b")
    best = only(found).best
    assert best is not None
    assert (best.openings, best.suffices) == ((), False)
    assert "Aucun lieu candidat" in found.provenance.warnings[-1]


def test_an_unknown_place_is_refused_with_the_closest_ones() -> None:
    with pytest.raises(HygieError, match="ph:"):
        ask(TOWN, "ph:x")


homes = st.lists(st.builds(Home, at=st.integers(0, 40), quarter=st.integers(0, 2)), min_size=1, max_size=6)


@given(homes=homes, spots=st.lists(st.integers(0, 40), min_size=2, max_size=4), nurse=st.integers(0, 40))
@settings(deadline=None, max_examples=50)
def test_an_opening_does_what_the_what_if_of_it_says(homes: list[Home], spots: list[int], nurse: int) -> None:
    ends = [Shop("n", "nurse", nurse), Shop("west", "gp", -1), Shop("east", "gp", 41)]
    shops = [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)]
    town = territory(homes, [*shops, *ends])
    service = only(ask(town, "ph0"))
    change = PlannedChange(("ph0",), (Opening("pharmacy", nurse / 1000, 0.5),))
    told = what_if(town, movements(town), PARAMETERS, change)
    before, after = told.minutes_before["access_pharmacy"], told.minutes_after["access_pharmacy"]
    lost = 100 * float(np.maximum(after - before, 0).sum())
    crossing = 100 * int(((before <= 15) & (after > 15)).sum())
    if not service.ranking:
        assert lost == 0
        return
    single = service.ranking[0].everyone
    assert single["person_minutes_lost"].value == pytest.approx(lost)
    assert single["people_crossing_15"].value == crossing


def test_what_is_written_is_true_to_its_schema() -> None:
    few = territory([Home(0), Home(30, (0.0, 4.0, 0.0, 0.0))], SHOPS[:3])
    cases = [(TOWN, "ph:b"), (with_people_unknown(TOWN), "ph:b"), (few, "ph:b"), (TOWN, "n:far")]
    validator = schema_validator("offset")
    for town, place in cases:
        written = json.loads(json.dumps(offset_json(town, ask(town, place)), allow_nan=False))
        validator.validate(written)
    written["services"] = [{"key": "access_pharmacy", "title": "", "categories": [], "status": "computed"}]
    assert not validator.is_valid(written)
