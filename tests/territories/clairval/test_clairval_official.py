"""The invented official tables of Clairval: whole, plausible, plainly fictional, always the same."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import date

import pytest

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.hospitals import hospital_watch
from hygie.readers.catalogue import load_catalogue
from hygie.readers.hospital_parameters import watch_rules
from hygie.territories.clairval import ClairvalTown, generate_clairval, plan
from hygie.territories.clairval.care import hospital_tables
from hygie.territories.clairval.models import BY_DEPARTEMENT, MODELS
from hygie.territories.clairval.official import official_account, official_tables

CATALOGUE = load_catalogue()
PLANE = Plane(plan.CENTRE_LON, plan.CENTRE_LAT)
SOURCE = "Clairval, données fictives"
Told = Mapping[tuple[str, str, str], Statistic]


@pytest.fixture(scope="module")
def drawn() -> ClairvalTown:
    return generate_clairval(people=20_000, seed=1, walk_metres_per_minute=80.0)


@pytest.fixture(scope="module")
def statistics(drawn: ClairvalTown) -> tuple[Statistic, ...]:
    return official_tables(drawn.territory, PLANE, CATALOGUE)


@pytest.fixture(scope="module")
def told(statistics: tuple[Statistic, ...]) -> Told:
    return {(s.key, s.level, s.code): s for s in statistics}


def test_every_number_says_that_it_is_fictional(statistics: tuple[Statistic, ...]) -> None:
    assert {s.source for s in statistics} == {SOURCE}
    zones = {(s.level, s.code, s.name) for s in statistics if s.level != "commune"}
    assert zones == {
        ("epci", "000000001", "Pays de Clairval"),
        ("departement", "00", "Département fictif"),
        ("france", "00", "France fictive"),
    }
    account = official_account(statistics)
    assert f"{account.publisher}, {account.title}" == SOURCE
    assert account.read == account.kept == len(statistics)


def test_each_quantity_is_told_for_the_twelve_communes_and_every_wider_zone(
    statistics: tuple[Statistic, ...],
) -> None:
    by_key: dict[str, list[str]] = {}
    for one in statistics:
        by_key.setdefault(one.key, []).append(one.level)
    for key, levels in by_key.items():
        whole = ["commune"] * 12 + ["epci", "departement", "france"]
        assert levels == (["departement"] if key in BY_DEPARTEMENT else whole), key


def test_most_keys_of_the_tables_by_commune_are_imitated(statistics: tuple[Statistic, ...]) -> None:
    asked = {
        value["key"]
        for sheet in CATALOGUE.sources.values()
        if sheet.raw.get("tables", {}).get("level") == "commune"
        for value in sheet.raw["tables"]["values"]
    }
    invented = {s.key for s in statistics}
    assert len(asked & invented) >= 0.9 * len(asked), sorted(asked - invented)
    assert {re.sub(r"_20\d\d$", "", key) for key in invented} <= set(MODELS) | set(BY_DEPARTEMENT)


def test_the_invented_population_is_the_drawn_one(drawn: ClairvalTown, told: Told) -> None:
    demand, layer = drawn.territory.demand, drawn.territory.layers["commune"]
    for i, code in enumerate(layer.ids):
        people = demand.people[demand.zones["commune"] == i].sum()
        assert told["people_2022", "commune", code].value == people
    assert told["people_2022", "epci", "000000001"].value == 20_000


def test_counts_of_the_epci_are_sums_and_its_means_are_weighted_by_hand(told: Told) -> None:
    communes = [f"{i:05d}" for i in range(1, 13)]
    births = [told["births_2022", "commune", code].value or 0 for code in communes]
    assert told["births_2022", "epci", "000000001"].value == sum(births)
    people = [told["people_2022", "commune", code].value or 0 for code in communes]
    apl = [told["apl_gp", "commune", code].value or 0 for code in communes]
    mean = sum(p * a for p, a in zip(people, apl, strict=True)) / sum(people)
    assert told["apl_gp", "epci", "000000001"].value == pytest.approx(mean)
    assert told["apl_gp", "epci", "000000001"].missing == 0


def test_small_communes_keep_secrets_and_never_show_a_zero_instead(told: Told) -> None:
    smallest = told["poverty", "commune", "00012"]
    assert (smallest.status, smallest.value) == (StatisticStatus.SECRET, None)
    assert told["rsa_2022", "commune", "00012"].status is StatisticStatus.SECRET
    assert told["ccas_spending_2023", "commune", "00012"].status is StatisticStatus.NOT_AVAILABLE
    assert told["poverty", "commune", "00001"].value is not None


def test_the_town_with_the_priority_quarters_is_the_poorest_of_the_large_communes(told: Told) -> None:
    def income(code: str) -> float:
        return told["income_median", "commune", code].value or 0

    assert income("00001") == min(income(f"{i:05d}") for i in range(1, 9))


def test_access_to_practitioners_falls_over_the_years_and_retirements_weigh(told: Told) -> None:
    gp = ("epci", "000000001")
    values = [
        told[key, *gp].value or 0 for key in ("apl_gp_2015", "apl_gp", "apl_gp_under_65", "apl_gp_under_62")
    ]
    assert values == sorted(values, reverse=True)
    assert 2.5 < values[1] < 4.5


def test_numbers_stay_in_their_range(statistics: tuple[Statistic, ...]) -> None:
    for one in statistics:
        if one.value is not None:
            assert one.value >= 0
            assert one.unit != "%" or one.value <= 100


def test_the_same_town_gives_the_same_numbers(drawn: ClairvalTown, statistics: tuple[Statistic, ...]) -> None:
    again = generate_clairval(people=20_000, seed=1, walk_metres_per_minute=80.0)
    assert official_tables(again.territory, PLANE, CATALOGUE) == statistics
    assert hospital_tables(again.territory) == hospital_tables(drawn.territory)


def test_the_smallest_town_has_its_tables_too() -> None:
    town = generate_clairval(people=2_000, seed=4, walk_metres_per_minute=80.0)
    assert official_tables(town.territory, PLANE, CATALOGUE)
    assert hospital_tables(town.territory)[0].hospitals


def test_the_hospital_loses_beds_and_newborn_care_and_keeps_what_its_places_say(drawn: ClairvalTown) -> None:
    records, numbers = hospital_tables(drawn.territory)
    rules = watch_rules(CATALOGUE, date(2026, 11, 24))
    found = hospital_watch(records, numbers, rules, on="2026-11-24")
    hospital, clinic = found.sites
    assert (hospital.name, clinic.name) == ("Centre hospitalier de Clairval", "Clinique de la Clère")
    places = drawn.territory.places
    beds = float(places.capacity[(places.categories == "hospital_site") & (places.names == hospital.name)][0])
    series = {one[0].key: [s.value or 0.0 for s in one] for one in hospital.series}
    assert series["beds_mco"][-1] == beds
    assert series["beds_mco"] == sorted(series["beds_mco"], reverse=True)
    assert any("Néonatologie" in text for text in hospital.lost)
    # Its maternity is a place of the town: it must still be authorised.
    assert "maternity" in set(places.categories.tolist())
    assert any("Gynécologie obstétrique" in a.title for a in hospital.authorisations)
    assert clinic.lost == ()
    assert {s.source for s in numbers} == {SOURCE}


def test_another_catalogue_column_would_not_break_the_tables(drawn: ClairvalTown) -> None:
    sheet = CATALOGUE.sources["drees_apl"]
    more = {
        **sheet.raw["tables"],
        "values": [*sheet.raw["tables"]["values"], {"key": "unknown", "year": 2023}],
    }
    sources = {
        **CATALOGUE.sources,
        "drees_apl": dataclasses.replace(sheet, raw={**sheet.raw, "tables": more}),
    }
    catalogue = dataclasses.replace(CATALOGUE, sources=sources)
    assert "unknown" not in {s.key for s in official_tables(drawn.territory, PLANE, catalogue)}
