"""Official indicators of Narbonne: every number is the one of its file, read here by other means."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hygie.engines.portrait.official import official_results
from hygie.engines.portrait.portrait import printed_accounts
from hygie.readers.catalogue import load_catalogue
from hygie.readers.portrait_parameters import portrait_parameters
from hygie.readers.territory_folder import open_territory

pytestmark = pytest.mark.sample_data

OWN, EPCI, DEPARTEMENT, FRANCE = "11262", "241100593", "D11", "FR"
CODES = {"commune": OWN, "epci": EPCI, "departement": DEPARTEMENT, "france": FRANCE}
Found = Mapping[str, dict[str, Any]]
Row = Mapping[str, str]

PLAIN = {
    "people": ("sup", "pmun2022", "2022"),
    "births": ("et_civil", "naiss23", "2023"),
    "deaths": ("et_civil", "dec23", "2023"),
    "apl_gp": ("apl", "apl_gen", "2023"),
    "apl_gp_under_65": ("apl", "apl_65", "2023"),
    "apl_gp_under_62": ("apl", "apl_62", "2023"),
    "apl_nurse": ("apl", "apl_inf", "2023"),
    "apl_midwife": ("apl", "apl_sf", "2023"),
    "apl_physiotherapist": ("apl", "apl_mk", "2023"),
    "apl_dentist": ("apl", "apl_dent", "2023"),
    "income_median": ("filo", "med21", "2021"),
    "poverty": ("filo", "tp6021", "2021"),
    "poverty_under_30": ("filo", "tp60_30", "2021"),
    "poverty_75_plus": ("filo", "tp60_75", "2021"),
    "poverty_single_parent": ("filo", "tp60_mono", "2021"),
    "rsa_households": ("rsa", "rsa_2023", "2023"),
    "ips_primary": ("menj", "prim_ips_public", "2024"),
    "ips_lower": ("menj", "col_ips_public", "2024"),
    "under_15": ("rp2018", "age_0_14", "2018"),
    "people_75_plus": ("rp2018", "age_75p", "2018"),
    "unemployment": ("rp2018", "chom", "2018"),
    "social_housing": ("rp2018", "hlm", "2018"),
    "no_diploma": ("rp2018", "dipl_aucun", "2018"),
}
"""File, column and year of each number that is shown as published."""

POP = ("sup", ("pmun2022",))
RATES: dict[str, tuple[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]], float]] = {
    "people_change": (POP, ("sup", ("pmun2011",)), 100),
    "density": (POP, ("sup", ("sup",)), 1),
    "birth_rate": (("et_civil", ("naiss22",)), POP, 1_000),
    "death_rate": (("et_civil", ("dec22",)), POP, 1_000),
    "pharmacies_rate": (("bpe", ("pharma",)), POP, 10_000),
    "sport_licences_rate": (("lic", ("lic_total",)), POP, 1_000),
    "sport_places_rate": (("data_es", ("total_eqsportif",)), POP, 10_000),
    "sport_free_share": (("data_es", ("acc_libre",)), ("data_es", ("total_eqsportif",)), 100),
    "sport_accessible_share": (("data_es", ("acc_handi",)), ("data_es", ("total_eqsportif",)), 100),
    "sport_transport_share": (
        ("data_es", ("acc_transport_en_commun",)),
        ("data_es", ("total_eqsportif",)),
        100,
    ),
    "sport_water_rate": (("data_es", ("aquatiques_et_nautiques",)), POP, 10_000),
    "income_ratio": (("filo", ("d921",)), ("filo", ("d121",)), 1),
    "rsa_rate": (("rsa", ("rsa_2022",)), POP, 1_000),
    "aah_rate": (("aah", ("aah_2021",)), ("sup", ("pmun2021",)), 1_000),
    "aeeh_rate": (("aeeh", ("aeeh_2021",)), ("sup", ("pmun2021",)), 1_000),
    "elderly_places_rate": (("bpe", ("plac_persagees",)), POP, 10_000),
    "elderly_care_rate": (("bpe", ("soin_persagees",)), POP, 10_000),
    "elderly_help_rate": (("bpe", ("aide_persagees",)), POP, 10_000),
    "food_shops_rate": (("bpe", ("alim",)), POP, 10_000),
    "post_offices_rate": (("bpe", ("poste",)), POP, 10_000),
    "libraries_rate": (("bpe", ("biblio",)), POP, 10_000),
    "accessible_entrance_share": (
        ("erp", ("entr_plain_pied_true",)),
        ("erp", ("entr_plain_pied_true", "entr_plain_pied_false")),
        100,
    ),
    "parking_share": (("erp", ("stat_true",)), ("erp", ("stat_true", "stat_false")), 100),
    "described_places_rate": (("erp", ("nb_erp_eval",)), POP, 1_000),
    "childcare_rate": (("paccueil", ("assmat", "eaje", "autr")), ("sup", ("pmun2020",)), 1_000),
    "childcare_group_share": (("paccueil", ("eaje",)), ("paccueil", ("assmat", "eaje", "autr")), 100),
    "associations_health_rate": (("rna", ("sante17",)), POP, 10_000),
}
"""Numerator, denominator (file, columns added) and multiplier; the same at every level of the files."""


@pytest.fixture(scope="module")
def found(narbonne: Path, hygie: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Found:
    file = tmp_path_factory.mktemp("portrait") / "portrait.json"
    hygie("diagnose", narbonne, "--json", file)
    written = json.loads(file.read_text(encoding="utf-8"))
    return {result["key"]: result for result in written["official"]}


@pytest.fixture(scope="module")
def files(sample_data: Path) -> Callable[[str], dict[str, Row]]:
    """Rows of a file by code, as text."""

    def rows(name: str) -> dict[str, Row]:
        path = sample_data / f"communes_indicateurs/aude/{name}_09_11_34_66_81.csv"
        column = "id"
        if name == "rp2018":
            path = sample_data / "rp2018_communes_2000/rp2018_09_11_34_66_81.csv"
            column = "code_insee"
        with path.open(encoding="utf-8", newline="") as stream:
            return {row[column]: row for row in csv.DictReader(stream)}

    return rows


def is_commune(code: str) -> bool:
    """True for the code of a commune, its lost zero or not; the file also has « D971 » and « R76 »."""
    return len(code) in (4, 5) and code[0].isdigit()


def level(result: dict[str, Any], name: str) -> dict[str, Any] | None:
    return next((value for value in result["values"] if value["level"] == name), None)


@pytest.mark.parametrize("key", PLAIN)
def test_a_published_number_is_the_files(
    found: Found, files: Callable[[str], dict[str, Row]], key: str
) -> None:
    name, column, year = PLAIN[key]
    main = found[key]["main"]
    assert float(main["value"]) == pytest.approx(float(files(name)[OWN][column]), rel=0)
    assert (main["level"], main["status"], main["year"]) == ("commune", "published", year)
    assert found[key]["status"] == "computed"
    assert found[key]["source"]


@pytest.mark.parametrize("key", RATES)
def test_a_rate_is_the_files_own_numbers_divided_at_every_level(
    found: Found, files: Callable[[str], dict[str, Row]], key: str
) -> None:
    (top, tops), (base, bases), multiplier = RATES[key]
    result = found[key]
    for name, code in CODES.items():
        numerator = sum(float(files(top)[code][column]) for column in tops)
        denominator = sum(float(files(base)[code][column]) for column in bases)
        expected = multiplier * numerator / denominator - (100 if key == "people_change" else 0)
        told = level(result, name)
        assert told is not None, name
        assert told["value"] == pytest.approx(expected, rel=1e-9), name
    assert result["main"] == level(result, "commune")
    assert result["main"]["status"] == "computed"


def test_grand_narbonne_has_427_consultations_and_never_343(found: Found) -> None:
    told = {name: level(found["apl_gp"], name) for name in CODES}
    values = {name: one["value"] for name, one in told.items() if one}
    assert values["epci"] == pytest.approx(4.273, abs=5e-4)
    assert values["departement"] == pytest.approx(3.816, abs=5e-4)
    assert values["france"] == pytest.approx(3.806, abs=5e-4)
    assert [e["value"] for e in found["apl_gp"]["earlier"]] == [pytest.approx(5.546)]


@pytest.mark.parametrize(
    ("key", "name", "value", "weight"),
    [
        ("apl_nurse", "apl", "apl_inf", "pop_apl"),
        ("apl_dentist", "apl", "apl_dent", "pop_apl"),
        ("ips_primary", "menj", "prim_ips_public", "prim_elev_public"),
        ("ips_lower", "menj", "col_ips_public", "col_elev_public"),
    ],
)
def test_a_mean_of_the_epci_is_weighted_and_is_not_the_files_own_row(
    found: Found,
    files: Callable[[str], dict[str, Row]],
    sample_data: Path,
    *,
    key: str,
    name: str,
    value: str,
    weight: str,
) -> None:
    with (sample_data / "cog_population/epci_241100593_grand_narbonne.csv").open(encoding="utf-8") as stream:
        members = [row["insee"] for row in csv.DictReader(stream)]
    rows = files(name)
    pairs = [(float(rows[m][weight]), float(rows[m][value])) for m in members if rows[m][value]]
    expected = math.fsum(w * v for w, v in pairs) / math.fsum(w for w, _ in pairs)
    told = level(found[key], "epci")
    assert told is not None
    assert told["value"] == pytest.approx(expected)
    assert abs(told["value"] - float(rows[EPCI][value])) > 0.1


def test_totals_of_france_are_those_of_the_national_files(found: Found, sample_data: Path) -> None:
    folder = sample_data / "communes_indicateurs"
    for key, name, column in (
        ("pharmacies_rate", "bpe", "pharma"),
        ("sport_places_rate", "data_es", "total_eqsportif"),
    ):
        rows = {str(row["id"]): row for row in pq.read_table(folder / f"{name}.parquet").to_pylist()}
        whole = math.fsum(row[column] or 0 for code, row in rows.items() if is_commune(code))
        assert whole == pytest.approx(rows[FRANCE][column])
        told = level(found[key], "france")
        assert told is not None
        assert told["value"] == pytest.approx(10_000 * whole / 67_734_308)


def test_at_least_thirty_five_are_known_and_fourteen_are_declared(found: Found) -> None:
    known = [key for key, result in found.items() if result["main"] is not None]
    absent = [key for key, result in found.items() if result["status"] == "not_computed"]
    assert len(known) >= 50
    assert len(absent) >= 14
    assert set(known) | set(absent) == set(found)
    assert all(found[key]["reason"] == "no_source" for key in absent)


def test_rebuilt_minutes_are_an_estimate_and_low_incomes_of_france_are_not_guessed(found: Found) -> None:
    assert found["emergency_minutes"]["status"] == "estimate"
    assert found["emergency_minutes"]["main"]["value"] == 0
    france = level(found["low_income_rate"], "france")
    assert france is None or "value" not in france


def test_accounts_of_ccas_are_divided_by_residents(found: Found) -> None:
    assert found["ccas_spending"]["main"]["value"] == pytest.approx(1_527_050.42 / 56_692)
    assert level(found["ccas_spending"], "france") is None


def test_a_zero_that_hides_households_is_secret(
    narbonne: Path, files: Callable[[str], dict[str, Row]]
) -> None:
    for name, year in (("rsa", "rsa_2017"), ("aah", "aah_2021"), ("aeeh", "aeeh_2021")):
        counts = {float(row[year]) for code, row in files(name).items() if len(code) == 5}
        assert 0 in counts
        assert not counts & {1, 2, 3, 4}
    held = {(s.key, s.level): s for s in open_territory(narbonne).statistics}
    assert held["rsa_2023", "epci"].value == 5_550


def test_it_takes_less_than_a_third_of_a_second(narbonne: Path) -> None:
    stored = open_territory(narbonne)
    parameters = portrait_parameters(load_catalogue())
    begun = time.perf_counter()
    accounts = printed_accounts(stored.territory.sources)
    results = official_results(parameters, tuple(stored.statistics), OWN, accounts=accounts)
    assert time.perf_counter() - begun < 0.3
    assert len(results) == len(parameters.sheets)


TABLE = """
  - source: indicator_table
    vintage: 2024
    files: {{table: {level}.csv}}
    table:
      key: {key}
      title: Tableau par {level}
      publisher: Producteur de l’essai
      level: {level}
      code: code
      values:
        - {{key: {key}, column: part, title: Ce que dit le tableau, unit: "%", year: 2024}}
"""
GIVEN = {
    "departement": ("flu_vaccination_65_plus", "code;part\n11;52,5\n34;60\n"),
    "epci": ("cardiovascular_standardised", "code;part\n241100593;812,4\n"),
    "iris": ("elderly_alone", "code;part\n112620101;31\n112620102;NS\n112620103;28,5\n"),
    "commune": ("noise_at_night", "code;part\n11262;12\n"),
}


@pytest.fixture(scope="module")
def completed(
    sample_data: Path, hygie: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """Narbonne with four tables written by hand, one by level."""
    folder = tmp_path_factory.mktemp("completed")
    example = Path(__file__).resolve().parents[2] / "examples/narbonne/territory.yaml"
    text = example.read_text(encoding="utf-8").rstrip()
    for name, (key, rows) in GIVEN.items():
        text += TABLE.format(level=name, key=key)
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    (folder / "territory.yaml").write_text(text, encoding="utf-8")
    hygie("territory", "build", folder, "-o", folder / "out", HYGIE_SAMPLE_DATA=str(sample_data))
    hygie("diagnose", folder / "out", "--json", folder / "portrait.json")
    written = json.loads((folder / "portrait.json").read_text(encoding="utf-8"))
    return {result["key"]: result for result in written["official"]}


def test_a_value_of_the_departement_stays_one(completed: dict[str, dict[str, Any]]) -> None:
    flu = completed["flu_vaccination_65_plus"]
    assert (flu["status"], flu["theme"], flu["source"]) == (
        "computed",
        "prevention",
        "flu_vaccination_65_plus",
    )
    told = {key: flu["main"][key] for key in ("level", "code", "value", "year", "unit")}
    assert told == {"level": "departement", "code": "11", "value": 52.5, "year": "2024", "unit": "%"}
    assert [value["level"] for value in flu["values"]] == ["departement"]


def test_a_value_of_the_epci_stays_one(completed: dict[str, dict[str, Any]]) -> None:
    main = completed["cardiovascular_standardised"]["main"]
    assert (main["level"], main["code"], main["value"]) == ("epci", EPCI, 812.4)


def test_values_by_iris_are_all_there_and_none_is_narbonnes(completed: dict[str, dict[str, Any]]) -> None:
    alone = completed["elderly_alone"]
    assert (alone["status"], alone["main"]) == ("computed", None)
    told = [(value["code"], value.get("value"), value["status"]) for value in alone["values"]]
    assert told == [
        ("112620101", 31, "published"),
        ("112620102", None, "secret"),
        ("112620103", 28.5, "published"),
    ]


def test_a_table_that_no_sheet_describes_comes_out_too(completed: dict[str, dict[str, Any]]) -> None:
    noise = completed["noise_at_night"]
    assert (noise["theme"], noise["title"], noise["main"]["value"]) == ("other", "Ce que dit le tableau", 12)
