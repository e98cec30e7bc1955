"""What was planted in Clairval about hours, trees and ways to school is among the first things said."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

import numpy as np
import pytest
import shapely

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.measures import Status
from hygie.engines.reach.days import ordinary_day, public_holiday
from hygie.engines.reach.opening import State, opening_at
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.clairval.supply import HOURS
from hygie.territories.demo import DEMO_DAY, build_demo

PLANTED = (20_000, 92_000)
FIRST = 16
"""The planted findings are among so many first ones, of some sixty."""
OPEN = ("open_pharmacy_saturday", "open_pharmacy_evening", "open_gp_evening", "open_counter_saturday")


@cache
def built(people: int) -> tuple[StoredTerritory, Diagnosis]:
    stored = build_demo(people=people, seed=1)
    parameters = diagnosis_parameters(load_catalogue(), DEMO_DAY)
    calendar = stored.calendar
    return stored, diagnose(stored.territory, stored.movements(), parameters, calendar=calendar)


def said_first(people: int, pattern: str) -> str:
    sentences = [finding.sentence for finding in built(people)[1].findings[:FIRST]]
    found = [sentence for sentence in sentences if re.search(pattern, sentence)]
    assert found, sentences
    return found[0]


@pytest.mark.parametrize("people", PLANTED)
def test_the_only_pharmacy_open_on_saturday_afternoon_is_named(people: int) -> None:
    sentence = said_first(people, "la seule pharmacie ouverte est «\u00a0Pharmacie du Port\u00a0»")
    assert sentence.startswith("Le samedi après-midi (à 15\u00a0h)")
    assert re.search(r"\d\u202f% des habitants en sont à plus de 15 minutes à pied\.$", sentence)


@pytest.mark.parametrize("people", PLANTED)
def test_the_old_centre_has_fewest_trees(people: int) -> None:
    assert re.match(r"1,\d arbre relevé par hectare au Centre ancien, contre \d", said_first(people, "arbre"))
    stored, diagnosis = built(people)
    layer, trees = stored.territory.layers["quarter"], stored.territory.features["tree"]
    centre = shapely.from_wkb(layer.outlines[layer.names.index("Centre ancien")])
    inside = int(np.count_nonzero(shapely.contains(centre, shapely.from_wkb(trees.shapes))))
    cell = diagnosis.indicator("trees").cell("quarter", layer.ids[layer.names.index("Centre ancien")])
    assert cell is not None
    assert cell.measures["trees"].value == inside


@pytest.mark.parametrize("people", PLANTED)
def test_the_school_of_bellevue_is_cut_off_by_main_roads(people: int) -> None:
    sentence = said_first(people, "École élémentaire des Coteaux")
    assert sentence == (
        "«\u00a0École élémentaire des Coteaux\u00a0»\u00a0: aucun logement de Bellevue ne la rejoint "
        "sans longer un axe principal."
    )
    cell = built(people)[1].indicator("school_ways").cell("place", "clairval:school-coteaux:school_primary")
    assert cell is not None
    quiet = cell.measures["people_school_quiet"]
    assert quiet.value == 0 or quiet.status is Status.SUPPRESSED, "at most a few, of another quarter"


@pytest.mark.parametrize("people", PLANTED)
def test_practitioners_and_the_lone_pharmacy_are_still_said(people: int) -> None:
    said_first(people, "médecine générale.*Ormeaux|Ormeaux.*médecine générale")
    every = " ".join(finding.sentence for finding in built(people)[1].findings)
    assert "Pharmacie de Montredon" in every


@pytest.mark.parametrize("people", PLANTED)
def test_every_hour_of_clairval_is_known_on_ordinary_days_and_on_holidays(people: int) -> None:
    stored, diagnosis = built(people)
    for key in OPEN:
        result = diagnosis.indicator(key)
        assert result.status is Status.COMPUTED
        assert "inconnue" not in result.warnings[0]
    calendar, hours = stored.calendar, set(stored.territory.places.hours.tolist()) - {""}
    days = (ordinary_day(DEMO_DAY, (5,), calendar), public_holiday(DEMO_DAY, calendar))
    for day in (*days, min(calendar.school.held)):
        for text in hours:
            moment = opening_at(text, at_ten(day.isoformat()), calendar)
            assert moment.state is not State.UNKNOWN, (text, moment.reason)


def at_ten(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00")


def test_on_a_public_holiday_shops_close_and_the_duty_house_opens() -> None:
    stored, _ = built(20_000)
    places, calendar = stored.territory.places, stored.calendar
    christmas = at_ten("2026-12-25")
    state = {
        category: {opening_at(str(h), christmas, calendar).state for h in places.hours[places.of(category)]}
        for category in ("pharmacy", "food_shop", "gp", "counter", "duty_house", "emergency")
    }
    assert state.pop("duty_house") == state.pop("emergency") == {State.OPEN}
    assert set(map(frozenset, state.values())) == {frozenset({State.CLOSED})}


def test_the_sites_that_keep_other_hours_exist() -> None:
    sites = set(built(20_000)[0].territory.places.sites.tolist())
    assert set(HOURS) <= sites


def test_school_holidays_are_those_of_the_story() -> None:
    calendar = built(20_000)[0].calendar
    assert (str(calendar.school.first), str(calendar.school.last)) == ("2026-09-01", "2027-08-31")
    assert calendar.school.holds(DEMO_DAY) is False
    assert calendar.public.holds(DEMO_DAY.replace(month=12, day=25)) is True


@pytest.mark.parametrize("people", PLANTED)
def test_places_told_in_brief_are_measured_and_close_nothing(people: int) -> None:
    _, diagnosis = built(people)
    brief = [result for result in diagnosis.indicators if result.brief]
    assert len(brief) >= 12
    assert all(result.reason is None and result.cell() for result in brief)
    closed = {c for result in diagnosis.indicators if result.brief for c in result.categories}
    assert closed.isdisjoint(line.category for line in diagnosis.closures)
    gap = diagnosis.indicator("qpv_gap").cell()
    assert gap is not None
    assert gap.measures.keys().isdisjoint(result.key for result in brief)
    top = {finding.indicator for finding in diagnosis.findings[:FIRST]}
    assert top.isdisjoint(result.key for result in brief)
