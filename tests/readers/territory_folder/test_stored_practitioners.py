"""Practitioners come back from the folder as they were; a folder without any has no such file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.engines.diagnosis.care_towns import Doctor, practitioner_table

from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import StoredTerritory, open_territory, write_territory
from hygie.readers.territory_folder.practitioners import PRACTITIONERS
from hygie.territories.demo import build_demo

FIRST, SECOND = "clairval:pharmacy-1:pharmacy", "clairval:pharmacy-2:pharmacy"
TABLE = practitioner_table(
    [Doctor(FIRST, 62.0), Doctor(FIRST), Doctor(SECOND, 60.0, to=float("inf"), activity=4_000.0)]
)


@pytest.fixture(scope="module")
def town() -> StoredTerritory:
    return build_demo(people=2_000, seed=1)


def test_practitioners_come_back_as_they_were_and_in_the_same_bytes(
    town: StoredTerritory, tmp_path: Path
) -> None:
    stored = replace(town, territory=replace(town.territory, practitioners=TABLE))
    for name in ("first", "second"):
        write_territory(stored, tmp_path / name)
    back = open_territory(tmp_path / "first").territory.practitioners
    assert back is not None
    assert back.source == TABLE.source
    for name in ("places", "professions", "activity", "age_from", "age_to"):
        np.testing.assert_array_equal(getattr(back, name), getattr(TABLE, name))
    assert (tmp_path / "first" / PRACTITIONERS).read_bytes() == (
        tmp_path / "second" / PRACTITIONERS
    ).read_bytes()


def test_a_territory_that_tells_none_has_no_file(town: StoredTerritory, tmp_path: Path) -> None:
    write_territory(replace(town, territory=replace(town.territory, practitioners=None)), tmp_path / "town")
    assert not (tmp_path / "town" / PRACTITIONERS).exists()
    assert open_territory(tmp_path / "town").territory.practitioners is None


def test_a_table_without_lines_comes_back_empty(town: StoredTerritory, tmp_path: Path) -> None:
    empty = practitioner_table([])
    write_territory(replace(town, territory=replace(town.territory, practitioners=empty)), tmp_path / "town")
    back = open_territory(tmp_path / "town").territory.practitioners
    assert back is not None
    assert len(back) == 0


def test_a_practitioner_at_an_unknown_place_is_refused(town: StoredTerritory, tmp_path: Path) -> None:
    lost = practitioner_table([Doctor("nowhere", 62.0)])
    write_territory(replace(town, territory=replace(town.territory, practitioners=lost)), tmp_path / "town")
    with pytest.raises(HygieError, match="abîmé"):
        open_territory(tmp_path / "town")


def test_a_damaged_file_is_refused(town: StoredTerritory, tmp_path: Path) -> None:
    write_territory(town, tmp_path / "town")
    (tmp_path / "town" / PRACTITIONERS).write_bytes(b"PAR1")
    with pytest.raises(HygieError, match="abîmé"):
        open_territory(tmp_path / "town")
