"""Residents by age on the INSEE grid."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.territory import AgeBand
from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.grid import read_grid
from hygie.readers.records import GridFile

COLUMNS = {
    "id": ["idcar_200m"],
    "x": ["x"],
    "y": ["y"],
    "imputed": ["imputed"],
    "people": ["ind"],
    "age_18_64": ["adults"],
    "age_0_17": ["children"],
    "age_65_plus": ["elders"],
    "age_unknown": ["unknown"],
}
CELL = "CRS3035RES200mN2256000E3748800"
NEXT = "CRS3035RES200mN2256000E3749000"
HEADER = "idcar_200m,ind,children,adults,elders"


def read(folder: Path, *lines: str, tolerance: float = 0.1) -> GridFile:
    path = folder / "grid.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_grid(path, COLUMNS, cell_metres=200, age_tolerance=tolerance)


def metres(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance, as an oracle independent of any projection."""
    a, b = math.radians(lat_a), math.radians(lat_b)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))


def test_centre_is_read_from_the_identifier_alone(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADER, f"{CELL},3,1,1,1", f"{NEXT},3,1,1,1")
    assert 2.96 < grid.lon[0] < 3.05
    assert 43.15 < grid.lat[0] < 43.21
    apart = metres(grid.lon[0], grid.lat[0], grid.lon[1], grid.lat[1])
    assert apart == pytest.approx(200, abs=2)


def test_corner_columns_give_the_same_centre_as_the_identifier(tmp_path: Path) -> None:
    named = read(tmp_path, HEADER, f"{CELL},3,1,1,1")
    told = read(tmp_path, f"{HEADER},x,y", "cell one,3,1,1,1,3748800,2256000")
    assert told.lon == pytest.approx(named.lon, abs=1e-12)
    assert told.lat == pytest.approx(named.lat, abs=1e-12)


def test_cell_outside_france_is_rejected(tmp_path: Path) -> None:
    # EPSG:3035 puts 10° E, 52° N, in Germany, at 4,321,000 east and 3,210,000 north.
    grid = read(tmp_path, f"{HEADER},x,y", "cell,1,1,0,0,4320900,3209900")
    assert grid.account.rejects[0].reason == "carreau hors de France"


def test_age_columns_come_in_ascending_bands(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADER, f"{CELL},6,1,2,3")
    assert grid.age_bands == (AgeBand(0, 17), AgeBand(18, 64), AgeBand(65, None))
    assert grid.by_age.tolist() == [[1.0, 2.0, 3.0]]


def test_ages_far_from_the_total_are_kept_with_a_warning(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADER, f"{CELL},6,1,2,3", f"{NEXT},9,1,2,3")
    assert grid.account.kept == 2
    assert len(grid.account.warnings) == 1
    assert "lignes 3 ; 1 en tout" in grid.account.warnings[0]


def test_rounding_within_the_tolerance_and_unknown_ages_are_no_warning(tmp_path: Path) -> None:
    grid = read(tmp_path, f"{HEADER},unknown", f"{CELL},6.1,1,2,3,0", f"{NEXT},9,1,2,3,3", tolerance=0.15)
    assert grid.account.warnings == ()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"{CELL},-1,0,0,0", "ind"),
        (f"{CELL},3,-1,2,2", "children"),
        (f"{CELL},,1,1,1", "ind"),
        ("CRS3035RES1000mN2256000E3748000,3,1,1,1", "idcar_200m"),
        ("CRS3035RES200mN9999800E3748800,3,1,1,1", "idcar_200m"),
        ("nowhere,3,1,1,1", "idcar_200m"),
        (",3,1,1,1", "idcar_200m"),
    ],
)
def test_faulty_cell_is_rejected_with_its_column(tmp_path: Path, line: str, column: str) -> None:
    grid = read(tmp_path, HEADER, line, f"{NEXT},3,1,1,1")
    assert (grid.account.read, grid.account.kept) == (2, 1)
    assert grid.account.rejects[0].column == column


def test_corner_that_contradicts_the_identifier_is_rejected(tmp_path: Path) -> None:
    grid = read(tmp_path, f"{HEADER},x,y", f"{CELL},3,1,1,1,3748800,2256200")
    assert "contraires" in grid.account.rejects[0].reason


def test_second_line_of_a_cell_is_rejected(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADER, f"{CELL},3,1,1,1", f"{CELL},4,1,1,2")
    assert grid.account.rejects[0].reason == "doublon de la ligne 2"
    assert grid.people.tolist() == [3.0]


def test_file_without_ages_gives_no_column(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    path.write_text(f"idcar_200m,ind\n{CELL},3\n", encoding="utf-8")
    columns = {"id": ["idcar_200m"], "people": ["ind"]}
    grid = read_grid(path, columns, cell_metres=200, age_tolerance=0.1)
    assert grid.by_age.shape == (1, 0)
    assert grid.account.warnings == ()


def test_empty_table_gives_empty_arrays(tmp_path: Path) -> None:
    grid = read(tmp_path, HEADER)
    assert grid.by_age.shape == (0, 3)
    assert len(grid.lon) == 0


def test_missing_age_column_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="il manque une colonne"):
        read(tmp_path, "idcar_200m,ind,children,adults", f"{CELL},3,1,2")


def test_overlapping_age_roles_are_a_programming_mistake(tmp_path: Path) -> None:
    columns = {"id": ["i"], "people": ["p"], "age_0_17": ["a"], "age_15_plus": ["b"]}
    with pytest.raises(ValueError, match="overlap"):
        read_grid(tmp_path / "absent", columns, cell_metres=200, age_tolerance=0.1)


def test_centre_of_narbonne_holds_its_official_total(sample_data: Path) -> None:
    sheet = load_yaml(catalogue_folder() / "sources" / "insee_grid_200m.yaml")
    path = sample_data / "carreaux_200m_narbonne" / "carreaux_200m_2021_centre_narbonne.csv"
    grid = read_grid(path, sheet["columns"], cell_metres=200, age_tolerance=0.05)
    assert (grid.account.read, grid.account.kept, grid.account.warnings) == (436, 436, ())
    assert grid.people.sum() == pytest.approx(41_532.5)
    with path.open(encoding="utf-8", newline="") as file:
        of_unknown_age = sum(float(line["ind_inc"]) for line in csv.DictReader(file))
    assert grid.by_age.sum() == pytest.approx(41_532.5 - of_unknown_age)
    assert len(grid.age_bands) == 10
    assert int(grid.imputed.sum()) == 205
    assert 2.966 < grid.lon.min() < grid.lon.max() < 3.042
    assert 43.151 < grid.lat.min() < grid.lat.max() < 43.200
    assert np.unique(grid.ids).size == 436
