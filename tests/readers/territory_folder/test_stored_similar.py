"""Similar communes in the territory folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.comparison import Criterion, SimilarCommunes
from hygie.readers.territory_folder.similar import NUMBERS, SIMILAR, read_similar, write_similar

NUMBER = Statistic(
    "apl_gp",
    "APL",
    "consultations",
    "commune",
    "77284",
    "Meaux",
    4.2,
    "2023",
    "DREES",
    StatisticStatus.PUBLISHED,
)
FOUND = SimilarCommunes(
    code="11262",
    name="Narbonne",
    largest=False,
    criteria=(Criterion("population", 56395.0, 48768.0, 66177.0),),
    unused=("income", "density"),
    among=265,
    communes=(("77284", "Meaux"), ("60057", "Beauvais")),
    source="Insee",
    statistics=(NUMBER,),
)


def test_what_is_written_is_read_back_and_always_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        write_similar(FOUND, folder)
    read = read_similar(first)
    assert read is not None
    assert replace(read, statistics=tuple(read.statistics)) == FOUND
    for name in (SIMILAR, NUMBERS):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_without_similar_communes_there_is_no_file(tmp_path: Path) -> None:
    write_similar(None, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert read_similar(tmp_path) is None


def test_without_numbers_there_are_still_communes(tmp_path: Path) -> None:
    write_similar(replace(FOUND, statistics=()), tmp_path)
    read = read_similar(tmp_path)
    assert read is not None
    assert (read.communes, len(read.statistics)) == (FOUND.communes, 0)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"criteria": [{"key": "x"}]}', "{"])
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / SIMILAR).write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_similar(tmp_path)


def test_damaged_numbers_are_refused_at_the_first_look(tmp_path: Path) -> None:
    write_similar(FOUND, tmp_path)
    (tmp_path / NUMBERS).write_bytes(b"PAR1")
    read = read_similar(tmp_path)
    assert read is not None
    with pytest.raises(HygieError, match="abîmées"):
        len(read.statistics)
