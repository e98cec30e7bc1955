"""Official statistics of Narbonne: those of the published tables, and means weighted by residents."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hygie.readers.catalogue import load_catalogue
from hygie.readers.indicator_tables import IndicatorTable, TableSheet, read_indicator_table
from hygie.readers.records import FileAccount

pytestmark = pytest.mark.sample_data

APL = {
    "apl_gp": ("apl_gen", "2023"),
    "apl_gp_2015": ("apl_gen_2015", "2015"),
    "apl_gp_under_65": ("apl_65", "2023"),
    "apl_gp_under_62": ("apl_62", "2023"),
    "apl_nurse": ("apl_inf", "2023"),
    "apl_midwife": ("apl_sf", "2023"),
    "apl_physiotherapist": ("apl_mk", "2023"),
    "apl_dentist": ("apl_dent", "2023"),
}
FILOSOFI = {
    "income_households": "nbmenfisc21",
    "income_people": "nbpersmenfisc21",
    "income_median": "med21",
    "poverty": "tp6021",
    "income_d1": "d121",
    "income_d9": "d921",
}
Found = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def found(narbonne: Path, hygie: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Found:
    file = tmp_path_factory.mktemp("statistics") / "statistics.csv"
    hygie("territory", "statistics", narbonne, "--csv", file)
    with file.open(encoding="utf-8", newline="") as stream:
        told = [row for row in csv.DictReader(stream) if row["key"] in APL.keys() | FILOSOFI.keys()]
    rows = [row for row in told if row["level"] != "iris"]
    assert len(rows) == 4 * (len(APL) + len(FILOSOFI))
    return {(row["key"], row["level"]): row for row in rows}


def rows_of(sample_data: Path, name: str) -> dict[str, dict[str, Any]]:
    table = pq.read_table(sample_data / "communes_indicateurs" / f"{name}.parquet")
    return {str(row["id"]): row for row in table.to_pylist()}


def members(sample_data: Path) -> list[str]:
    file = sample_data / "cog_population" / "epci_241100593_grand_narbonne.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["insee"] for row in csv.DictReader(stream)]


@pytest.mark.parametrize("key", APL)
def test_each_apl_of_narbonne_is_the_files_and_its_epcis_is_weighted(
    found: Found, sample_data: Path, key: str
) -> None:
    rows = rows_of(sample_data, "apl")
    column, year = APL[key]
    own, epci = found[key, "commune"], found[key, "epci"]
    assert (own["status"], own["year"]) == ("published", year)
    assert float(own["value"]) == pytest.approx(rows["11262"][column], rel=0)
    parts = [(rows[code]["pop_apl"], rows[code][column]) for code in members(sample_data)]
    expected = math.fsum(w * v for w, v in parts) / math.fsum(w for w, _ in parts)
    assert float(epci["value"]) == pytest.approx(expected)
    assert (epci["status"], epci["missing"]) == ("computed", "0.0")
    assert float(epci["value"]) != pytest.approx(rows["241100593"][column], abs=0.01)


def test_grand_narbonne_has_427_consultations_and_not_the_mean_of_its_communes(found: Found) -> None:
    assert float(found["apl_gp", "epci"]["value"]) == pytest.approx(4.27, abs=0.005)
    assert float(found["apl_gp", "departement"]["value"]) == pytest.approx(3.816, abs=0.0005)
    assert float(found["apl_gp", "france"]["value"]) == pytest.approx(3.806, abs=0.0005)


@pytest.mark.parametrize("key", FILOSOFI)
def test_each_income_is_the_one_that_insee_publishes_at_its_level(
    found: Found, sample_data: Path, key: str
) -> None:
    rows = rows_of(sample_data, "filo")
    for level, code in (
        ("commune", "11262"),
        ("epci", "241100593"),
        ("departement", "D11"),
        ("france", "FR"),
    ):
        told = found[key, level]
        assert (told["status"], told["year"]) == ("published", "2021")
        assert float(told["value"]) == pytest.approx(float(rows[code][FILOSOFI[key]]), rel=0)


def read(sample_data: Path, source: str, path: str) -> IndicatorTable:
    sources = load_catalogue().sources
    markers = sources["indicator_table"].raw["tables"]
    sheet = TableSheet.from_mapping(sources[source].raw["tables"], source=source, markers=markers)
    return read_indicator_table(sample_data / path, sheet)


def whole(account: FileAccount, rows: int) -> bool:
    return (account.read, account.kept) == (rows, rows)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("drees_apl", "apl"),
        ("insee_filosofi_commune", "filo"),
        ("insee_bpe_commune", "bpe"),
        ("data_es_commune", "data_es"),
    ],
)
def test_every_row_of_a_national_table_is_kept_with_its_lost_zero(
    sample_data: Path, source: str, name: str
) -> None:
    table = read(sample_data, source, f"communes_indicateurs/{name}.parquet")
    assert whole(table.account, 36_303)
    levels = [level for level, _ in table.rows]
    assert (levels.count("commune"), levels.count("epci"), levels.count("departement")) == (
        34_920,
        1_266,
        97 + 4,
    )
    assert {("commune", "01001"), ("departement", "09"), ("france", "FR")} <= table.rows.keys()


def test_what_filosofi_blanks_stays_secret(sample_data: Path) -> None:
    table = read(sample_data, "insee_filosofi_commune", "communes_indicateurs/filo.parquet")
    keys = [value.key for value in table.sheet.values]
    cells = dict(zip(keys, table.rows["commune", "11001"].cells, strict=True))
    assert cells["income_median"].value == pytest.approx(19_590)
    assert (cells["poverty"].value, cells["poverty"].status) == (None, "secret")


def test_the_zeros_that_stand_for_paris_are_no_numbers(sample_data: Path) -> None:
    for source, name in (("drees_apl", "apl"), ("insee_bpe_commune", "bpe"), ("data_es_commune", "data_es")):
        table = read(sample_data, source, f"communes_indicateurs/{name}.parquet")
        assert {cell.value for cell in table.rows["commune", "75056"].cells} == {None}


def test_counts_of_narbonne_are_those_of_the_tables(sample_data: Path) -> None:
    bpe = read(sample_data, "insee_bpe_commune", "communes_indicateurs/bpe.parquet")
    sport = read(sample_data, "data_es_commune", "communes_indicateurs/data_es.parquet")
    assert [bpe.rows["commune", "11262"].cells[i].value for i in (0, 4, 5)] == [20, 6, 509]
    assert [cell.value for cell in sport.rows["commune", "11262"].cells] == [182, 36, 143, 117, 19]


def test_minutes_to_emergency_care_are_estimates_and_nameless_rows_are_rejected(sample_data: Path) -> None:
    table = read(
        sample_data, "drees_emergency_minutes", "temps_acces_urgences/occitanie_su_smur_reconstruit.csv"
    )
    (minutes,) = table.rows["commune", "11262"].cells
    assert (minutes.value, minutes.status) == (0.0, "estimate")
    assert table.account.read == 4_446
    assert {reject.column for reject in table.account.rejects} == {"code_insee"}


TABLES = """
  - source: indicator_table
    vintage: 2023
    files: {table: departements.csv}
    table:
      key: no_gp
      title: Patients sans médecin traitant
      publisher: Assurance maladie
      level: departement
      code: dep
      name: nom
      values:
        - {key: no_gp, column: part, title: Sans médecin traitant, unit: "%", year: 2023}
  - source: indicator_table
    vintage: 2022
    files: {table: communes.csv}
    table:
      key: cars
      title: Ménages sans voiture
      publisher: Insee
      level: commune
      code: code
      values:
        - {key: CARS, column: part, title: Ménages sans voiture, unit: "%", year: 2022}
"""


def recipe(folder: Path, key: str) -> Path:
    example = Path(__file__).resolve().parents[2] / "examples/narbonne/territory.yaml"
    text = example.read_text(encoding="utf-8").rstrip() + TABLES.replace("CARS", key)
    (folder / "territory.yaml").write_text(text, encoding="utf-8")
    (folder / "departements.csv").write_text("dep;nom;part\n9;Ariège;11\n11;Aude;12,5 %\n", encoding="utf-8")
    (folder / "communes.csv").write_text("code;part\n11262;NS\n1004;3\nD11;4\n", encoding="utf-8")
    return folder


def test_tables_described_in_a_recipe_keep_their_level_and_are_accounted_for(
    sample_data: Path, hygie: Callable[..., Any], info: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    hygie("territory", "build", recipe(tmp_path, "cars"), "-o", out, HYGIE_SAMPLE_DATA=str(sample_data))
    rows = list(csv.DictReader(hygie("territory", "statistics", out, "--csv", "-").stdout.splitlines()))
    told = {row["key"]: row for row in rows if row["key"] in ("no_gp", "cars")}
    assert [told["no_gp"][name] for name in ("level", "name", "value")] == ["departement", "Aude", "12.5"]
    assert [told["cars"][name] for name in ("level", "value", "status")] == ["commune", "", "secret"]
    counts = {
        source["name"]: [source[name] for name in ("publisher", "read", "kept", "rejected", "outside")]
        for source in info(out)["sources"]
        if source["name"] in ("no_gp", "cars")
    }
    assert counts == {"no_gp": ["Assurance maladie", 2, 2, 0, 1], "cars": ["Insee", 3, 2, 1, 1]}


def test_a_key_given_by_two_tables_is_one_error(
    sample_data: Path, hygie: Callable[..., Any], tmp_path: Path
) -> None:
    words = ("territory", "build", recipe(tmp_path, "no_gp"), "-o", tmp_path / "out")
    failed = hygie(*words, code=1, HYGIE_SAMPLE_DATA=str(sample_data))
    assert "no_gp" in failed.stderr
    assert not (tmp_path / "out").exists()
