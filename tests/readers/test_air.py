"""Annual means of stations: what is read, what is not a mean, what is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.readers.air import AirFile, AirSheet, read_air
from hygie.readers.catalogue import load_catalogue

SHEET = AirSheet.from_mapping(load_catalogue().sources["atmo_annual"].raw["tables"], source="Atmo, test")
HEADER = (
    "X,Y,nom_dept,nom_com,insee_com,nom_station,code_station,typologie,influence,nom_poll,valeur,unite,"
    "metrique,date_debut,date_fin,statut_valid"
)


def line(
    pollutant: str = "NO2",
    value: str = "12.5",
    *,
    year: int = 2022,
    until: int = 0,
    metric: str = "annuelle",
    unit: str = "ug.m-3",
    valid: str = "t",
    at: str = "3.19,43.41",
) -> str:
    days = f"{year}/01/01 00:00:00+00,{until or year}/12/31 23:59:00+00"
    station = "Station test,FR00001,Urbaine,Fond"
    return f"{at},HERAULT,VILLE,34084,{station},{pollutant},{value},{unit},{metric},{days},{valid}"


def read(folder: Path, *lines: str) -> AirFile:
    path = folder / "air.csv"
    path.write_text("\n".join(("\ufeff" + HEADER, *lines)) + "\n", encoding="utf-8")
    return read_air(path, SHEET)


def test_a_mean_keeps_its_station_year_and_pollutant(tmp_path: Path) -> None:
    (mean,) = read(tmp_path, line()).means
    assert (mean.station, mean.pollutant, mean.year, mean.value) == ("FR00001", "air_no2", 2022, 12.5)
    assert (mean.setting, mean.influence) == ("Urbaine", "Fond")


def test_a_pollutant_that_nobody_asked_for_is_kept_as_a_row_and_gives_no_mean(tmp_path: Path) -> None:
    file = read(tmp_path, line("H2S"), line())
    assert (file.account.kept, len(file.means)) == (2, 1)


@pytest.mark.parametrize(("value", "valid"), [("", "t"), ("12", "f")])
def test_what_is_absent_or_not_validated_is_not_zero(tmp_path: Path, value: str, valid: str) -> None:
    (mean,) = read(tmp_path, line(value=value, valid=valid)).means
    assert mean.value is None


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (line(metric="mensuelle"), "metrique"),
        (line(unit="mg.m-3"), "unite"),
        (line(until=2023), "date_fin"),
        (line(value="beaucoup"), "valeur"),
        (line(value="-1"), "valeur"),
        (line(at="0,0"), "X"),
    ],
)
def test_a_row_that_is_no_annual_mean_is_rejected_with_its_column(
    tmp_path: Path, wrong: str, column: str
) -> None:
    account = read(tmp_path, wrong, line("O3")).account
    assert (account.read, account.kept) == (2, 1)
    assert account.rejects[0].column == column


def test_the_same_mean_twice_is_rejected(tmp_path: Path) -> None:
    assert "doublon" in read(tmp_path, line(), line(value="13")).account.rejects[0].reason


@settings(max_examples=300, deadline=None)
@given(
    at=st.integers(0, 100_000),
    cut=st.integers(0, 30),
    put=st.text(st.characters(codec="utf-8"), max_size=8),
)
def test_a_damaged_file_gives_rejected_rows_or_one_clear_error(at: int, cut: int, put: str) -> None:
    text = "\n".join((HEADER, line(), line("O3"), line("PM10", year=2021))) + "\n"
    start = at % (len(text) + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "air.csv"
        path.write_bytes((text[:start] + put + text[start + cut :]).encode())
        try:
            file = read_air(path, SHEET)
        except HygieError:
            return
    assert file.account.read == file.account.kept + len(file.account.rejects)


@pytest.mark.sample_data
def test_the_real_file_is_read_whole_and_the_monthly_one_is_refused_row_by_row(sample_data: Path) -> None:
    folder = sample_data / "air_atmo_occitanie"
    account = read_air(folder / "annuelle.csv", SHEET).account
    assert (account.read, account.kept) == (924, 924)
    monthly = read_air(folder / "mensuelle.csv", SHEET)
    assert monthly.means == ()
    assert monthly.account.kept == 0
    assert {reject.column for reject in monthly.account.rejects} == {"metrique"}
