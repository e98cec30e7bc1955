"""Data quality: each check against a number counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import (
    PARAMETERS,
    Home,
    Shop,
    movements,
    territory,
    with_people_unknown,
)

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.kernel.territory import SourceAccount, Territory
from hygie.engines.kernel.travel import UNSNAPPED
from hygie.engines.portrait.quality import LIMITS, Limit, QualityRules, quality_checks
from hygie.engines.portrait.quality_sources import vintage_year
from hygie.engines.portrait.result import Grade, QualityCheck
from hygie.readers.catalogue import load_catalogue
from hygie.readers.quality_parameters import quality_rules

RULES = QualityRules(
    limits=dict.fromkeys(LIMITS, Limit(0.1, 0.5)) | {"age": Limit(3, 6)},
    titles={"pharmacy": "pharmacie", "gp": "cabinet de médecine générale", "green": "espace vert"},
    counted=frozenset({"gp"}),
    modes={"access_pharmacy": "walk", "access_gp": "walk"},
)
HOMES = [
    Home(0, quarter=0),  # 100 residents
    Home(15, quarter=0, imputed=True),  # 100
    Home(30, quarter=1, qpv=0),  # 100
    Home(40, quarter=2, ages=(20.0, 100.0, 50.0, 30.0)),  # 200
    Home(500, inside=False),  # margin: never checked
]
SHOPS = [Shop("p1", "pharmacy", 0), Shop("p2", "pharmacy", 9), Shop("g1", "gp", 3), Shop("g2", "gp", 4)]


def town(**changes: object) -> Territory:
    return replace(territory(HOMES, SHOPS), **{"fictional": False, **changes})  # type: ignore[arg-type]  # fields by name


def account(name: str, vintage: str, *, read: int = 1000, rejected: int = 0, file: str = "") -> SourceAccount:
    texts = (name, f"Titre {name}", "Éditeur", "Licence Ouverte 2.0", "", vintage, file or f"{name}.csv", "0")
    return SourceAccount(*texts, read=read, kept=read - rejected, rejected=rejected)


def checks(
    place: Territory, *, statistics: tuple[Statistic, ...] = (), year: int = 2026, estimate: bool = False
) -> dict[str, QualityCheck]:
    ways = movements(place, estimate=estimate)
    diagnosis = diagnose(place, ways, PARAMETERS)
    found = quality_checks(place, diagnosis, statistics=statistics, movements=ways, year=year, rules=RULES)
    assert len({check.key for check in found}) == len(found), "keys are unique"
    return {check.key: check for check in found}


def number(check: QualityCheck) -> float:
    assert check.measure is not None
    assert check.measure.value is not None
    return check.measure.value


def test_residents_are_compared_with_each_official_total_and_never_scaled() -> None:
    place = town(controls={"recensement 2018": 625.0, "population légale 2020": 500.0, "vide": 0.0})
    found = checks(place)
    assert number(found["population:recensement 2018"]) == pytest.approx(125 / 625)
    assert found["population:recensement 2018"].grade is Grade.WATCH
    assert found["population:population légale 2020"].grade is Grade.GOOD
    assert found["population:population légale 2020"].to_do == ""
    assert "500\u00a0habitants" in found["population:recensement 2018"].sentence
    assert "population:vide" not in found


def test_without_an_official_total_the_page_says_so() -> None:
    assert checks(town())["population"].grade is Grade.WATCH
    assert "population" not in checks(town(fictional=True))


def test_unknown_residents_are_bad_and_have_no_number() -> None:
    found = checks(with_people_unknown(town()))
    assert found["population"].grade is Grade.BAD
    assert found["population"].measure is not None
    assert found["population"].measure.status is Status.NOT_COMPUTED
    assert number(found["imputed"]) == pytest.approx(1 / 4)  # of points, inside only
    assert "points d’habitat" in found["imputed"].sentence


def test_the_imputed_share_is_of_residents_inside() -> None:
    found = checks(town())["imputed"]
    assert number(found) == pytest.approx(100 / 500)
    assert found.grade is Grade.WATCH


def test_a_share_about_too_few_residents_is_kept_back() -> None:
    homes = [Home(0), Home(1, ages=(0.0, 4.0, 0.0, 0.0), imputed=True)]
    found = checks(replace(territory(homes, SHOPS), fictional=False))["imputed"]
    assert found.measure is not None
    assert found.measure.status is Status.SUPPRESSED
    assert not any(letter.isdigit() for letter in found.sentence)


def test_points_without_a_street_are_counted_by_mode_inside_only() -> None:
    place = town()
    ways = movements(place)
    lost = np.array([UNSNAPPED, 0, 0, 0, UNSNAPPED], np.int32)  # the last one is in the margin
    walk = replace(ways["walk"], people=replace(ways["walk"].people, edge=lost))
    diagnosis = diagnose(place, ways, PARAMETERS)
    rules = replace(RULES, modes={"access_pharmacy": "walk", "access_emergency": "car"})
    found = {
        check.key: check
        for check in quality_checks(
            place, diagnosis, statistics=(), movements={"walk": walk}, year=2026, rules=rules
        )
    }
    assert number(found["unsnapped_people:walk"]) == pytest.approx(1 / 4)
    assert found["unsnapped_people:walk"].indicators == ("access_pharmacy",)
    assert number(found["unsnapped_places:walk"]) == 0
    assert found["unsnapped_places:walk"].grade is Grade.GOOD


def test_crow_fly_times_are_bad_and_have_no_unsnapped_point() -> None:
    found = checks(town(), estimate=True)
    assert found["streets:walk"].grade is Grade.BAD
    assert not [key for key in found if key.startswith("unsnapped")]


def test_places_that_lack_something_are_counted_by_category() -> None:
    place = town()
    places = replace(
        place.places,
        capacity=np.array([np.nan, np.nan, 2.0, np.nan]),
        hours=np.array(["Mo-Fr 09:00-19:00", "", "", ""]),
        names=np.array(["A", "B", "C", ""]),
    )
    found = checks(replace(place, places=places))
    assert number(found["no_capacity"]) == pytest.approx(1 / 2)  # pharmacies have no unit of capacity
    assert "(1 sur 2)" in found["no_capacity"].sentence
    assert number(found["no_hours"]) == pytest.approx(3 / 4)
    assert found["no_hours"].grade is Grade.BAD
    text = found["no_hours"].sentence
    assert text.index("cabinet de médecine générale (2 sur 2)") < text.index("pharmacie (1 sur 2)")
    assert number(found["no_names"]) == pytest.approx(1 / 4)
    assert set(found["no_names"].indicators) == {"access_gp", "costliest_closures"}


def test_green_entrances_are_asked_no_hours_and_margin_places_nothing() -> None:
    place = town()
    green = replace(place.places, categories=np.full(4, "green"), inside=np.array([True, True, False, False]))
    found = checks(replace(place, places=green))
    assert "no_hours" not in found
    assert "no_capacity" not in found
    assert found["no_names"].sentence.startswith("0\u00a0lieu sur 2 ")


def test_remarks_to_verify_are_told_from_identities_and_other_remarks() -> None:
    place = town()
    notes = np.array(["date dépassée, à vérifier", "FINESS 110000056", "bus itinérant", ""])
    found = checks(replace(place, places=replace(place.places, notes=notes)))["notes"]
    assert number(found) == pytest.approx(1 / 4)
    assert found.sentence.startswith("2\u00a0lieux portent")
    assert set(found.indicators) == {"access_pharmacy", "elderly_pharmacy", "costliest_closures"}


def test_merged_places_are_counted_with_their_other_mentions() -> None:
    place = town()
    traces = np.array(["osm:n1:pharmacy", "", "osm:n2:gp osm:w3:gp", ""])
    found = checks(replace(place, places=replace(place.places, traces=traces)))["merged"]
    assert number(found) == 2
    assert "3\u00a0autres mentions" in found.sentence
    assert found.grade is Grade.GOOD


@pytest.mark.parametrize(
    ("vintage", "year"),
    [
        ("avril 2026", 2026),
        ("2020, en vigueur en 2023", 2020),
        ("2015-2023", 2015),
        ("2024-11-30", 2024),
        ("fictif", None),
        ("", None),
        ("201812", None),
        ("n° 12345", None),
        ("1851", None),
    ],
)
def test_the_year_of_a_vintage_is_the_first_it_names(vintage: str, year: int | None) -> None:
    assert vintage_year(vintage) == year


def test_each_source_has_one_age_by_its_first_file() -> None:
    sources = (
        account("finess", "2024"),
        account("finess", "1999"),
        account("grid", "2019"),
        account("map", "sans date"),
        account("future", "2030"),
    )
    found = checks(town(sources=sources))
    ages = {key: check for key, check in found.items() if key.startswith("vintage:")}
    assert len(ages) == 4
    assert number(ages["vintage:finess"]) == 2
    assert ages["vintage:finess"].grade is Grade.GOOD
    assert number(ages["vintage:grid"]) == 7
    assert ages["vintage:grid"].grade is Grade.BAD
    assert ages["vintage:map"].grade is Grade.WATCH
    assert ages["vintage:map"].measure is None
    assert ages["vintage:future"].grade is Grade.WATCH
    assert "postérieur" in ages["vintage:future"].sentence


def test_rejected_rows_are_told_for_all_files_and_for_each_that_has_some() -> None:
    sources = (
        account("a", "2024", read=900, rejected=0),
        account("a", "2024", read=100, rejected=60, file="b.csv"),
    )
    found = checks(town(sources=sources))
    assert number(found["rejected"]) == pytest.approx(60 / 1000)
    assert number(found["rejected:a:1"]) == pytest.approx(0.6)
    assert found["rejected:a:1"].grade is Grade.BAD
    assert "rejected:a:0" not in found


def test_a_repealed_zoning_is_bad_and_says_what_it_bears_on() -> None:
    place = town()
    layers = dict(place.layers) | {"qpv": replace(place.layers["qpv"], in_force=False)}
    found = checks(replace(place, layers=layers))["repealed:qpv"]
    assert found.grade is Grade.BAD
    assert "access_pharmacy" in found.indicators
    assert "repealed:quarter" not in checks(place)


def test_indicators_not_computed_are_listed_by_reason() -> None:
    place = town()
    lacking = [r for r in diagnose(place, movements(place), PARAMETERS).indicators if r.reason is not None]
    found = checks(place)["not_computed"]
    assert number(found) == len(lacking) > 0
    assert set(found.indicators) == {result.key for result in lacking}
    assert all(result.title in found.sentence.replace("\u00a0", " ") for result in lacking)


def test_pending_figures_are_counted() -> None:
    found = checks(town())["to_verify"]
    assert number(found) == 0
    assert found.grade is Grade.GOOD


def statistic(key: str, level: str, status: StatisticStatus, missing: float | None = None) -> Statistic:
    known = status in (StatisticStatus.PUBLISHED, StatisticStatus.COMPUTED)
    value = 1.0 if known else None
    return Statistic(key, key, "", level, "1", "Zone", value, "2021", "Insee", status, missing)


def test_official_numbers_absent_or_secret_are_shares_of_the_territory_alone() -> None:
    held = (
        statistic("a", "commune", StatisticStatus.PUBLISHED),
        statistic("b", "commune", StatisticStatus.SECRET),
        statistic("c", "commune", StatisticStatus.NOT_AVAILABLE),
        statistic("d", "commune", StatisticStatus.NOT_AVAILABLE),
        statistic("c", "departement", StatisticStatus.NOT_AVAILABLE),
        statistic("a", "epci", StatisticStatus.COMPUTED, 0.12),
        statistic("a", "france", StatisticStatus.COMPUTED, 0.01),
    )
    found = checks(town(), statistics=held)
    assert number(found["statistics_missing"]) == pytest.approx(2 / 4)
    assert number(found["statistics_secret"]) == pytest.approx(1 / 4)
    assert number(found["statistics_partial"]) == pytest.approx(0.12)
    assert "statistics_missing" not in checks(town())


@given(st.floats(0, 100), st.floats(0.001, 10), st.floats(0, 10))
def test_a_limit_is_reached_at_its_own_value(value: float, watch: float, more: float) -> None:
    limit = Limit(watch, watch + more)
    wanted = Grade.BAD if value >= watch + more else Grade.WATCH if value >= watch else Grade.GOOD
    assert limit.grade(value) is wanted
    assert limit.grade(float("nan")) is Grade.WATCH


def test_a_limit_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        Limit(0.5, 0.1)
    with pytest.raises(ValueError, match="limit"):
        Limit(0.0, 0.1)


def test_rules_without_a_limit_or_a_movement_of_elsewhere_are_refused() -> None:
    place = town()
    ways = movements(place)
    diagnosis = diagnose(place, ways, PARAMETERS)
    short = replace(RULES, limits={"age": Limit(3, 6)})
    with pytest.raises(ValueError, match="limits missing"):
        quality_checks(place, diagnosis, statistics=(), movements=ways, year=2026, rules=short)
    other = movements(territory(HOMES[:2], SHOPS))
    with pytest.raises(ValueError, match="another territory"):
        quality_checks(place, diagnosis, statistics=(), movements=other, year=2026, rules=RULES)


def test_the_catalogue_gives_every_limit_title_and_mode() -> None:
    catalogue = load_catalogue()
    rules = quality_rules(catalogue, date(2026, 11, 22))
    assert set(rules.limits) == set(LIMITS)
    assert rules.titles["pharmacy"] == "pharmacie"
    assert "gp" in rules.counted
    assert "green" not in rules.counted
    assert rules.modes["access_emergency"] == "car"


def test_an_empty_town_has_checks_too() -> None:
    found = checks(territory([], []))
    assert "not_computed" in found
