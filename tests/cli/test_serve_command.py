"""`hygie demo` and the refusals of `hygie serve`, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hygie.cli import clairval
from hygie.cli import serve as commands
from hygie.engines.kernel.errors import HygieError
from hygie.readers.territory_folder import open_territory, write_territory
from hygie.territories.demo import build_demo

PEOPLE = 2_000


@pytest.fixture(scope="module", autouse=True)
def no_portal() -> Iterator[None]:
    """These tests have no database: the portal of the demo has its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "ready_portal", lambda _folder, **_told: None)
        yield


@pytest.fixture(scope="module")
def built(no_portal: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clairval as `hygie demo --no-serve` leaves it."""
    folder = tmp_path_factory.mktemp("demo") / "var" / "clairval"
    words = ["--people", str(PEOPLE), "--folder", str(folder), "--no-serve"]
    result = CliRunner().invoke(commands.demo, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "hygie demo" in result.stderr
    return folder


def test_the_demo_builds_clairval_and_says_what_to_do_next(built: Path) -> None:
    territory = open_territory(built).territory
    assert territory.fictional
    assert territory.demand.people[territory.demand.inside].sum() == PEOPLE


def test_the_demo_is_not_built_twice(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**_options: object) -> None:
        pytest.fail("Clairval was built again")

    monkeypatch.setattr(clairval, "build_demo", never)
    words = ["--people", str(PEOPLE), "--folder", str(built), "--no-serve"]
    assert CliRunner().invoke(commands.demo, words, catch_exceptions=False).exit_code == 0


@pytest.mark.parametrize("stale", ["people", "version"])
def test_a_demo_of_other_people_or_version_is_built_again(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stale: str
) -> None:
    called: list[int] = []

    def build(*, people: int, **_options: object) -> None:
        called.append(people)
        raise HygieError("assez vu")

    monkeypatch.setattr(clairval, "build_demo", build)
    if stale == "version":
        monkeypatch.setattr(clairval, "__version__", "0.0.0")
    people = PEOPLE if stale == "version" else PEOPLE + 1
    words = ["--people", str(people), "--folder", str(built), "--no-serve"]
    with pytest.raises(HygieError, match="assez vu"):
        CliRunner().invoke(commands.demo, words, catch_exceptions=False)
    assert called == [people]


def test_the_demo_never_replaces_a_real_territory(tmp_path: Path) -> None:
    stored = build_demo(people=PEOPLE, seed=7)
    folder = tmp_path / "reel"
    write_territory(replace(stored, territory=replace(stored.territory, fictional=False)), folder)
    before = (folder / "territory.json").read_bytes()
    words = ["--people", str(PEOPLE), "--folder", str(folder), "--no-serve"]
    with pytest.raises(HygieError, match="territoire réel"):
        CliRunner().invoke(commands.demo, words, catch_exceptions=False)
    assert (folder / "territory.json").read_bytes() == before


def test_serving_a_folder_that_is_no_territory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="n’est pas un dossier de territoire"):
        CliRunner().invoke(commands.serve, [str(tmp_path)], catch_exceptions=False)


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    result = CliRunner().invoke(commands.serve, [str(tmp_path), "--port", port])
    assert result.exit_code == 2


def test_the_port_comes_from_the_environment_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(commands, "serve_territory", lambda _folder, port, **_told: asked.append(port))
    result = CliRunner().invoke(commands.serve, [str(tmp_path)], env={"HYGIE_PORT": "8123"})
    assert result.exit_code == 0
    assert asked == [8123]
