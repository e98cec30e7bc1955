"""Census, legal populations and EPCI membership."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.census import read_census
from hygie.readers.populations import read_epci, read_legal_populations

NUMBERS = {"code": ["COM"], "name": ["nom"], "people": ["PMUN"]}
EPCI = {"siren": ["siren"], "name": ["epci"], "commune": ["insee"]}


def sheet_columns(source: str) -> dict[str, Any]:
    columns: dict[str, Any] = load_yaml(catalogue_folder() / "sources" / f"{source}.yaml")["columns"]
    return columns


def written(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_population_restores_the_zero_a_spreadsheet_dropped(tmp_path: Path) -> None:
    table = read_legal_populations(written(tmp_path, "COM;nom;PMUN", "1004;Ambérieu;14 204"), NUMBERS)
    assert table.values == {"01004": 14204.0}
    assert table.names == {"01004": "Ambérieu"}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("11262;Narbonne;-1", "PMUN"),
        ("11262;Narbonne;1,5", "PMUN"),
        ("11262;;1", "nom"),
        ("112;Narbonne;1", "COM"),
    ],
)
def test_faulty_population_is_rejected_with_its_column(tmp_path: Path, line: str, column: str) -> None:
    account = read_legal_populations(written(tmp_path, "COM;nom;PMUN", line, "11001;A;1"), NUMBERS).account
    assert (account.read, account.kept) == (2, 1)
    assert account.rejects[0].column == column


def test_census_keeps_weighted_decimals_that_a_legal_population_refuses(tmp_path: Path) -> None:
    path = written(tmp_path, "COM;nom;PMUN", "11262;Narbonne;55375,4")
    assert read_census(path, NUMBERS).values["11262"] == pytest.approx(55375.4)
    assert read_legal_populations(path, NUMBERS).values == {}


def test_second_line_of_a_commune_is_rejected_and_the_first_kept(tmp_path: Path) -> None:
    table = read_legal_populations(written(tmp_path, "COM;nom;PMUN", "11262;N;1", "11262;N;2"), NUMBERS)
    assert table.values == {"11262": 1.0}
    assert table.account.rejects[0].reason == "doublon de la ligne 2"


def test_members_of_an_epci_come_sorted(tmp_path: Path) -> None:
    path = written(
        tmp_path, "siren;epci;insee", "241100593;CA;11266", "241100593;CA;11001", "200029999;CC;1304"
    )
    table = read_epci(path, EPCI)
    assert table.members == {"241100593": ("11001", "11266"), "200029999": ("01304",)}
    assert table.names == {"241100593": "CA", "200029999": "CC"}


def test_commune_in_two_epcis_is_kept_in_the_first_only(tmp_path: Path) -> None:
    path = written(tmp_path, "siren;epci;insee", "241100593;CA;11266", "200029999;CC;11266")
    table = read_epci(path, EPCI)
    assert table.members == {"241100593": ("11266",)}
    assert table.account.rejects[0].row == "ligne 3"


def test_wrong_siren_is_rejected(tmp_path: Path) -> None:
    account = read_epci(written(tmp_path, "siren;epci;insee", "24110059X;CA;11266"), EPCI).account
    assert account.rejects[0].column == "siren"


def test_census_of_2018_gives_narbonne(sample_data: Path) -> None:
    path = sample_data / "rp2018_communes_2000" / "rp2018.csv.gz"
    table = read_census(path, sheet_columns("insee_census_commune"))
    assert (table.account.read, table.account.kept) == (5417, 5417)
    assert table.values["11262"] == pytest.approx(55_375)
    assert table.values["01004"] == pytest.approx(14_204)


def test_legal_populations_give_narbonne_and_the_sum_of_the_file(sample_data: Path) -> None:
    path = sample_data / "cog_population" / "donnees_communes.csv"
    table = read_legal_populations(path, sheet_columns("legal_populations"))
    assert (table.account.read, table.account.kept) == (34_970, 34_970)
    assert table.values["11262"] == pytest.approx(56_395)
    with path.open(encoding="utf-8", newline="") as file:
        expected = sum(int(line["PMUN"]) for line in csv.DictReader(file, delimiter=";"))
    assert sum(table.values.values()) == pytest.approx(expected)


def test_grand_narbonne_joins_37_communes(sample_data: Path) -> None:
    path = sample_data / "cog_population" / "epcicom.csv.gz"
    table = read_epci(path, sheet_columns("epci_membership"))
    assert (table.account.read, table.account.kept) == (34_931, 34_931)
    assert len(table.members["241100593"]) == 37
    assert "11262" in table.members["241100593"]
    assert table.names["241100593"] == "CA Le Grand Narbonne"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        expected = {line["insee"] for line in csv.DictReader(file)}
    assert {code for codes in table.members.values() for code in codes} == expected
