"""Two results never go to one file, and no command writes over a file of the territory it reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.cli.main import run
from hygie.readers.territory_folder import open_territory, write_territory
from hygie.territories.demo import build_demo


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("targets") / "town"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["diagnose", "TOWN", "--json", "TOWN/territory.json"],
        ["diagnose", "TOWN", "--pdf", "TOWN/demand/../places.parquet"],
        ["territory", "compare", "TOWN", "TOWN", "--csv", "TOWN/rejects.csv"],
        ["territory", "places", "TOWN", "--csv", "TOWN/rejects.csv"],
        ["territory", "statistics", "TOWN", "--csv", "TOWN/calendar.json"],
        ["reach", "times", "TOWN", "--to", "pharmacy", "--csv", "TOWN/territory.json"],
        ["whatif", "TOWN", "--record", "TOWN/territory.json"],
    ],
)
def test_the_territory_is_never_written_over(
    town: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([word.replace("TOWN", str(town)) for word in words]) == 1
    assert "n’a pas été touché" in capsys.readouterr().err
    open_territory(town)  # whole: every digest is checked


@pytest.mark.parametrize("target", ["out.html", "-"])
def test_two_results_in_one_place_are_refused(
    town: Path, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = target if target == "-" else str(tmp_path / target)
    assert run(["diagnose", str(town), "--html", file, "--json", file]) == 1
    said = capsys.readouterr()
    assert "Deux résultats" in said.err
    assert not said.out
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_ones_own_beside_the_territory_is_written_twice(town: Path) -> None:
    for _ in range(2):
        assert run(["territory", "places", str(town), "--csv", str(town / "mine.csv")]) == 0
    (town / "mine.csv").unlink()
