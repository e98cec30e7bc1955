"""The catalogue shipped with Hygie: every file true to its schema, and to the other files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hygie.engines.kernel.french import typeset
from hygie.readers.catalogue import Catalogue, Category, Indicator, load_catalogue, load_yaml
from hygie.readers.catalogue.paths import catalogue_folder

TODAY = date(2026, 11, 22)

CATEGORIES = [
    "gp",
    "msp",
    "health_centre_general",
    "health_centre_dental",
    "health_centre_eye",
    "health_centre_other",
    "health_centre_unknown",
    "duty_house",
    "pharmacy",
    "nurse",
    "dentist",
    "midwife",
    "physiotherapist",
    "laboratory",
    "hospital_site",
    "hospital_service",
    "emergency",
    "maternity",
    "rehabilitation",
    "long_stay",
    "psychiatric_clinic",
    "mental_health",
    "addiction",
    "sexual_health",
    "ehpad",
    "home_care",
    "disability_service",
    "school_nursery",
    "school_primary",
    "school_lower",
    "school_upper",
    "counter",
    "post_office",
    "police_gendarmerie",
    "court",
    "town_service",
    "food_shop",
    "sport",
    "green",
]

INDICATORS = [
    "people_age",
    "access_pharmacy",
    "access_gp",
    "access_health_centre",
    "access_emergency",
    "access_primary_school",
    "access_counter",
    "access_food_shop",
    "access_green",
    "elderly_pharmacy",
    "qpv_gap",
    "costliest_closures",
]
"""The questions of the first diagnosis, which stay the first ones."""

FIGURES = {
    "sign_in_account_most": 5,
    "sign_in_account_period": 5,
    "sign_in_network_most": 30,
    "sign_in_network_period": 5,
    "second_factor_most": 5,
    "second_factor_period": 5,
    "reset_account_most": 3,
    "reset_account_period": 60,
    "reset_network_most": 10,
    "reset_network_period": 60,
    "reset_link_age": 60,
    "invitation_network_most": 30,
    "invitation_network_period": 60,
    "invitation_sent_most": 100,
    "invitation_sent_period": 24,
    "invitation_again_most": 3,
    "invitation_again_period": 24,
    "invitation_link_age": 7,
    "invitation_kept": 30,
    "password_fresh": 10,
    "session_age": 10,
    "code_contact_most": 3,
    "code_contact_period": 60,
    "code_contact_day_most": 10,
    "code_contact_day_period": 24,
    "code_network_most": 20,
    "code_network_period": 60,
    "code_tried_network_most": 30,
    "code_tried_network_period": 60,
    "code_tries": 5,
    "code_age": 10,
    "contact_age": 30,
    "message_cap_most": 2,
    "message_cap_period": 30,
    "message_quiet_until": 8,
    "message_quiet_from": 20,
    "message_kept": 90,
    "message_asked_kept": 1,
    "message_refused_age": 90,
    "message_pause_1": 1,
    "message_pause_2": 10,
    "message_pause_3": 60,
    "message_pause_4": 360,
    "directory_asks_at_once": 100,
    "directory_asks_to_one": 5,
    "scenario_author_age": 1095,
    "scenario_link_age": 90,
    "green_trees_wanted": 3,
    "green_tree_radius": 30,
    "green_tree_radius_near": 15,
    "green_tree_radius_far": 50,
    "green_canopy_wanted": 0.3,
    "green_canopy_reach": 300,
    "green_walk_reach": 300,
    "green_walk_fade": 700,
    "green_default_crown": 5,
    "green_facade_step": 5,
    "green_home_distance": 10,
    "green_shaded_share": 0.3,
    "green_shaded_size": 200,
    "planting_spacing": 8,
    "planting_from_axis": 4,
    "planting_from_wall": 3,
    "planting_deprived_weight": 2,
    "accessibility_partial": 0.5,
    "accessibility_audit_age": 3,
    "walking_speed": 1.33,
    "bus_speed": 0.85,
    "bus_longest": 20,
    "bus_detour": 1.3,
    "bus_adults_least": 2,
    "bus_children_elementary": 8,
    "bus_children_nursery": 5,
    "bus_margin": 5,
    "bus_bell": 8.5,
    "bus_children_tried": 30,
    "nursery_first_age": 3,
    "bus_danger_path": 0,
    "bus_danger_street": 1,
    "bus_danger_main": 3,
    "sign_child_speed": 1.0,
    "sign_longest": 15,
    "sign_coarse": 15,
    "sign_stretch": 250,
    "sign_straight": 45,
    "load_longest": 20,
    "load_pupils_low": 0.3,
    "load_pupils_high": 0.8,
    "load_school_low": 2,
    "load_school_high": 4,
    "load_leisure_low": 0.1,
    "load_leisure_high": 1,
    "load_apart": 200,
    "car_speed_factor": 0.8,
    "detour_factor": 1.3,
    "snap_limit": 300,
    "margin": 5000,
    "access_5": 5,
    "access_10": 10,
    "access_15": 15,
    "access_20": 20,
    "loss_felt": 5,
    "smallest_count": 11,
    "elderly_age": 65,
    "coverage_floor": 0.95,
    "green_smallest_area": 0.5,
    "exposure_near": 50,
    "exposure_middle": 100,
    "exposure_far": 200,
    "exposure_yard_radius": 30,
    "dwelling_smallest_area": 25,
    "same_place_distance": 60,
    "invalid_polygon_area_change": 0.01,
    "statistic_coverage": 0.95,
    "similar_communes_count": 20,
    "similar_communes_ratio": 2,
    "similar_communes_known": 10,
    "hospital_beds_fall": 0.1,
    "air_station_reach": 60_000,
    "open_saturday_afternoon": 15,
    "open_saturday_morning": 10,
    "open_after_work": 19,
    "open_evening": 19.5,
    "open_unknown_most": 0.5,
    "trees_smallest_zone": 1,
    "trees_striking": 0.5,
    "primary_first_age": 6,
    "primary_last_age": 10,
    "quality_population_watch": 0.05,
    "quality_population_bad": 0.2,
    "quality_imputed_watch": 0.1,
    "quality_imputed_bad": 0.3,
    "quality_unsnapped_watch": 0.005,
    "quality_unsnapped_bad": 0.02,
    "quality_capacity_watch": 0.2,
    "quality_capacity_bad": 0.5,
    "quality_hours_watch": 0.2,
    "quality_hours_bad": 0.5,
    "quality_names_watch": 0.1,
    "quality_names_bad": 0.3,
    "quality_notes_watch": 0.01,
    "quality_notes_bad": 0.1,
    "quality_age_watch": 3,
    "quality_age_bad": 6,
    "quality_rejected_watch": 0.001,
    "quality_rejected_bad": 0.01,
    "quality_not_computed_watch": 0.1,
    "quality_not_computed_bad": 0.33,
    "quality_to_verify_watch": 0.1,
    "quality_to_verify_bad": 0.5,
    "quality_statistics_watch": 0.05,
    "quality_statistics_bad": 0.2,
    "apl_near": 10,
    "apl_middle": 15,
    "apl_far": 20,
    "apl_weight_near": 1,
    "apl_weight_middle": 0.3,
    "apl_weight_far": 0.1,
    "apl_activity_cap": 6000,
    "apl_underserved": 2.5,
    "apl_retirement_age": 65,
    "apl_retirement_from_62": 62,
    "apl_retirement_from_60": 60,
    "apl_low_share": 0.5,
    "practitioners_fewest": 5,
    "retirement_felt": 0.5,
    "inequality_felt": 0.1,
    "apl_need_from_0": 1.15,
    "apl_need_from_5": 0.6,
    "apl_need_from_15": 0.7,
    "apl_need_from_30": 0.85,
    "apl_need_from_45": 1,
    "apl_need_from_60": 1.3,
    "apl_need_from_75": 1.9,
    "directory_entry_age": 183,
    "directory_patients_age": 60,
    "directory_link_age": 30,
    "directory_correction_age": 90,
    "tobacco_perimeter": 10,
    "tobacco_fine": 135,
    "perimeter_chosen": 100,
    "perimeter_access_near": 3,
    "perimeter_access_facing": 30,
    "perimeter_same_access": 10,
    "perimeter_same_place": 25,
    "density_near": 100,
    "density_middle": 200,
    "density_far": 400,
}

PLACEHOLDERS = {"share", "people", "threshold", "target", "points", "place", "minutes", "age"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def yaml_files() -> Iterator[Path]:
    yield from sorted(catalogue_folder().rglob("*.yaml"))


def test_the_catalogue_is_read_once() -> None:
    assert load_catalogue() is load_catalogue(catalogue_folder())


def test_the_vocabulary_of_places_is_the_closed_list(catalogue: Catalogue) -> None:
    assert list(catalogue.categories) == CATEGORIES


def test_the_first_questions_come_first_and_each_has_its_own_rank(catalogue: Catalogue) -> None:
    assert list(catalogue.indicators)[: len(INDICATORS)] == INDICATORS
    ranks = [indicator.order for indicator in catalogue.indicators.values()]
    assert ranks == sorted(set(ranks))


def test_what_is_told_in_brief_is_access_and_has_its_own_places(catalogue: Catalogue) -> None:
    brief = {key for key, indicator in catalogue.indicators.items() if indicator.brief}
    assert {"access_dentist", "access_midwife", "access_nurse", "access_laboratory", "access_ehpad"} <= brief
    assert not brief.intersection(INDICATORS)
    assert all(catalogue.indicator(key).kind == "access" for key in brief)
    counted = [c for key in brief for c in catalogue.indicator(key).categories]
    assert len(counted) == len(set(counted))


def test_each_moment_says_its_day_and_an_hour_of_the_day(catalogue: Catalogue) -> None:
    moments = {key: i.moment for key, i in catalogue.indicators.items() if i.kind == "open"}
    assert set(moments) == {
        "open_pharmacy_saturday",
        "open_pharmacy_evening",
        "open_gp_evening",
        "open_counter_saturday",
    }
    for key, moment in moments.items():
        assert moment is not None
        figure = catalogue.figure(moment.hour, TODAY)
        assert figure.unit == "h"
        assert 0 <= figure.value < 24
        assert moment.hour in catalogue.indicator(key).all_figures


@pytest.mark.parametrize(("key", "value"), FIGURES.items())
def test_each_figure_has_its_value_today(catalogue: Catalogue, key: str, value: float) -> None:
    assert catalogue.figure(key, TODAY).value == pytest.approx(value)


def test_no_figure_is_left_out_of_these_tests(catalogue: Catalogue) -> None:
    assert set(catalogue.figures) == set(FIGURES)


def test_each_figure_is_dated_sourced_and_says_how_sure_it_is(catalogue: Catalogue) -> None:
    for figure in catalogue.figures.values():
        for value in figure.values:
            use = figure.on(value.since)
            assert value.source
            assert use.status in ("verified", "to-verify")
            assert use.since == value.since.isoformat()


def test_a_choice_of_hygie_is_never_said_verified(catalogue: Catalogue) -> None:
    values = [value for figure in catalogue.figures.values() for value in figure.values]
    assert not [value for value in values if "Hygie" in value.source and value.status == "verified"]


def test_each_verified_figure_says_when_its_source_was_read() -> None:
    for path in sorted((catalogue_folder() / "figures").glob("*.yaml")):
        for key, figure in load_yaml(path).items():
            for value in figure["values"]:
                assert value["status"] == "to-verify" or "read" in value["source"], key


def test_access_indicators_stop_at_the_four_thresholds(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        if indicator.kind in ("access", "elderly"):
            assert [catalogue.figure(key, TODAY).value for key in indicator.thresholds] == [5, 10, 15, 20]


def test_only_emergency_and_maternity_go_by_car(catalogue: Catalogue) -> None:
    modes = {key: i.mode for key, i in catalogue.indicators.items() if i.kind == "access"}
    assert {key for key, mode in modes.items() if mode == "car"} == {"access_emergency", "access_maternity"}
    assert set(modes.values()) == {"walk", "car"}


def test_a_dental_or_unknown_centre_never_counts_as_a_health_centre(catalogue: Catalogue) -> None:
    assert set(catalogue.indicator("access_health_centre").categories) == {"health_centre_general", "msp"}


def test_numbers_of_a_question_are_those_of_its_figures(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        asked = set(re.findall(r"\d+", indicator.question))
        keys = [indicator.main_threshold] if indicator.main_threshold else []
        keys += ["elderly_age"] if indicator.group else []
        assert asked <= {f"{catalogue.figure(key, TODAY).value:g}" for key in keys}, indicator.key


def test_the_elderly_group_is_named_after_its_age(catalogue: Catalogue) -> None:
    age = catalogue.figure("elderly_age", TODAY).value
    assert catalogue.indicator("elderly_pharmacy").group == f"{age:g}_plus"


def test_sentence_patterns_use_known_placeholders_only(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        for pattern in indicator.headline.values():
            assert set(re.findall(r"\{(.*?)\}", pattern)) <= PLACEHOLDERS, indicator.key


def test_each_target_names_one_of_its_categories(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        if indicator.kind == "access" and indicator.key != "access_green":
            named = [catalogue.category(key).title for key in indicator.categories]
            assert any(title.split()[0] in indicator.target for title in named), indicator.key


@pytest.mark.parametrize("key", CATEGORIES)
def test_articles_agree_with_the_name(catalogue: Catalogue, key: str) -> None:
    category = catalogue.category(key)
    vowel = category.title[0].lower() in "aeéêiouyh"
    assert re.sub(r"\b(un|une) ", "", category.indefinite) == category.title
    assert category.definite.startswith("l’") == vowel
    assert category.of.startswith("d’") == vowel
    if not vowel:
        feminine = category.indefinite.startswith("une ")
        assert category.definite.startswith("la " if feminine else "le ")


def test_texts_are_set_with_french_spaces_and_apostrophes(catalogue: Catalogue) -> None:
    for text in shown_texts(catalogue):
        assert text == typeset(text)
        assert "'" not in text
        assert "  " not in text
        assert text == text.strip()


def shown_texts(catalogue: Catalogue) -> Iterator[str]:
    for indicator in catalogue.indicators.values():
        yield from texts_of(indicator)
    for category in catalogue.categories.values():
        yield from texts_of(category)
    for figure in catalogue.figures.values():
        yield figure.title
        for value in figure.values:
            yield from (value.source, value.note)
    for sheet in catalogue.sources.values():
        yield from (sheet.title, sheet.publisher, sheet.rhythm, sheet.layer_title, *sheet.notes)


def texts_of(entry: Indicator | Category) -> Iterator[str]:
    for name in entry.__dataclass_fields__:
        value = getattr(entry, name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (text for text in value if isinstance(text, str))


def test_limits_and_descriptions_are_whole_sentences(catalogue: Catalogue) -> None:
    sentences = [text for i in catalogue.indicators.values() for text in (i.reading, *i.limits)]
    sentences += [category.description for category in catalogue.categories.values()]
    sentences += [note for sheet in catalogue.sources.values() for note in sheet.notes]
    assert [text for text in sentences if not text.endswith((".", "?"))] == []


def test_repealed_quarters_are_not_in_force_any_more(catalogue: Catalogue) -> None:
    old, new = catalogue.source("qpv_2015"), catalogue.source("qpv_2024")
    assert old.in_force(date(2015, 1, 1))
    assert old.in_force(date(2023, 12, 31))
    assert not old.in_force(date(2024, 1, 1))
    assert not new.in_force(date(2023, 12, 31))
    assert new.in_force(date(2024, 1, 1))


def test_a_sheet_without_dates_is_always_in_force(catalogue: Catalogue) -> None:
    assert catalogue.source("insee_grid_200m").in_force(date(1900, 1, 1))


def test_only_clairval_is_fictional(catalogue: Catalogue) -> None:
    assert {key for key, sheet in catalogue.sources.items() if sheet.fictional} == {"hygie_clairval"}


def test_openstreetmap_shows_presence_only_and_asks_for_its_attribution(catalogue: Catalogue) -> None:
    sheet = catalogue.source("openstreetmap")
    assert sheet.presence_only
    assert "OpenStreetMap" in sheet.attribution
    assert "ODbL" in sheet.licence


@pytest.mark.parametrize("path", yaml_files(), ids=lambda path: path.name)
def test_no_file_names_a_machine_or_a_person(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|work|tmp|root|Users)/|@[a-z]+\.[a-z]{2,}\b", text)


@pytest.mark.parametrize("name", ["figure", "source", "indicator", "categories"])
def test_each_schema_is_one_and_describes_its_keys_in_french(name: str) -> None:
    file = catalogue_folder() / "schema" / f"{name}.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    described = [rule for rule in properties_of(schema) if "$ref" not in rule]
    assert described
    assert [rule for rule in described if not rule.get("description")] == []


def properties_of(schema: object) -> Iterator[dict[str, object]]:
    """Every rule of a key that a file may hold, conditions apart."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).values()
        for word, inner in schema.items():
            if word not in ("if", "then"):
                yield from properties_of(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties_of(inner)


REAL_HEADERS = {
    "insee_grid_200m": ("carreaux_200m_narbonne/carreaux_200m_2021_centre_narbonne.csv", ","),
    "insee_census_commune": ("rp2018_communes_2000/rp2018_09_11_34_66_81.csv", ","),
    "legal_populations": ("cog_population/donnees_communes.csv", ";"),
    "epci_membership": ("cog_population/epci_241100593_grand_narbonne.csv", ","),
}


@pytest.mark.sample_data
@pytest.mark.parametrize("key", REAL_HEADERS)
def test_real_files_have_a_column_for_each_role(catalogue: Catalogue, sample_data: Path, key: str) -> None:
    name, separator = REAL_HEADERS[key]
    with (sample_data / name).open(encoding="utf-8-sig") as stream:
        header = {cell.strip('"') for cell in stream.readline().strip().split(separator)}
    for role, names in catalogue.source(key).columns.items():
        assert header & set(names), role


@pytest.mark.sample_data
@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("admin_contours", "contours_communes_2018/communes-11-aude.geojson"),
        ("qpv_2015", "qpv_occitanie_2021/qp.geojson"),
    ],
)
def test_real_contours_have_a_property_for_each_role(
    catalogue: Catalogue, sample_data: Path, key: str, name: str
) -> None:
    features = json.loads((sample_data / name).read_text(encoding="utf-8"))["features"]
    for role, names in catalogue.source(key).columns.items():
        assert all(set(feature["properties"]) & set(names) for feature in features), role
