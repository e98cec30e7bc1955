"""``hygie walk bus``: an instance, a school, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.engines.walking.buses import checked

from hygie.cli.main import run
from hygie.cli.walk_bus import _left
from hygie.readers.bus_instance import read_bus_instance
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import open_territory

FEWEST = {10: (4, 5.97), 20: (8, 13.83), 30: (5, 15.43)}
"""Optimum of the public instances: proved here, and by another model with other constraints."""


def a_school(folder: Path) -> str:
    places = open_territory(folder).territory.places
    return str(places.ids[places.of("school_primary")[0]])


@pytest.mark.sample_data
@pytest.mark.parametrize("children", [10, 20, pytest.param(30, marks=pytest.mark.prove)])
def test_public_instances_are_solved_and_proved(
    sample_data: Path, capsys: pytest.CaptureFixture[str], children: int
) -> None:
    file = sample_data / "pedibus" / f"pedibus_{children}.dat"
    assert run(["walk", "bus", "--instance", str(file), "--seconds", "60", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema_validator("walk_bus").validate(told)
    problem = read_bus_instance(file).problem
    found = checked(problem, {int(child): onward for child, onward in told["successor"].items()})
    assert found == pytest.approx((told["leaves"], told["danger"], told["worst_detour"]))
    assert (told["leaves"], told["danger"]) == FEWEST[children]
    assert told["bound"] == told["leaves"]
    assert told["fewest_proved"]
    assert told["safest_proved"]


@pytest.mark.sample_data
def test_larger_instances_beat_the_published_leaves(
    sample_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sample_data / "pedibus" / "pedibus_80.dat"
    assert run(["walk", "bus", "--instance", str(file), "--seconds", "8", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = checked(read_bus_instance(file).problem, {int(k): v for k, v in told["successor"].items()})
    assert found[0] == told["leaves"] < 10
    assert told["bound"] <= told["leaves"]


def test_a_school_gets_lines_whose_children_and_times_agree(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "times.csv"
    words = [
        "walk",
        "bus",
        str(clairval),
        "--school",
        a_school(clairval),
        "--children",
        "12",
        "--bell",
        "8h40",
    ]
    assert run([*words, "--csv", str(target), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema_validator("walk_bus").validate(told)
    assert told["estimate"]
    assert told["public"] is None  # drawn children are no timetable to publish
    assert told["leaves"] == len(told["lines"])
    brought = [child for line in told["lines"] for stop in line["stops"] for child in stop["children"]]
    assert len(brought) == len(set(brought)) == told["served"]
    assert told["served"] + len(told["unserved"]) == told["children"] == 12
    assert told["worst_detour"] <= told["alpha"] * (1 + 1e-9)
    for line in told["lines"]:
        assert line["arrival"] == "08:35"
        assert line["minutes"] <= told["minutes"]
        times = [stop["time"] for stop in line["stops"]]
        assert times == sorted(times)
    rows = target.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + sum(len(line["stops"]) for line in told["lines"])


@pytest.mark.parametrize(("count", "public"), [(10, False), (11, True)])
def test_nothing_is_for_the_public_under_eleven_children(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int, public: bool
) -> None:
    school = a_school(clairval)
    places = open_territory(clairval).territory.places
    at = places.ids.tolist().index(school)
    lon, lat = float(places.lon[at]), float(places.lat[at])
    file = tmp_path / "children.csv"
    rows = [f"c{k},{lon + 0.001 * (k % 4)},{lat + 0.0008 * (k % 3)},élémentaire" for k in range(count)]
    file.write_text("\n".join(["id,lon,lat,level", *rows]) + "\n", encoding="utf-8")
    assert run(["walk", "bus", str(clairval), "--school", school, "--children", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema_validator("walk_bus").validate(told)
    assert told["served"] == count
    assert (told["public"] is not None) is public
    if public:
        assert "c1" not in json.dumps(told["public"])
        assert "lon" not in json.dumps(told["public"])


def test_what_is_said_is_french(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["walk", "bus", str(clairval), "--school", a_school(clairval), "--children", "5"]) == 0
    told = capsys.readouterr().out
    assert "tirés au sort" in told
    assert "Ligne 1" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--instance"),
        (("--school", "nowhere"), "dossier"),
        (("DIR", "--school", "nowhere"), "nowhere"),
        (("DIR", "--school", "SCHOOL", "--alpha", "0.5"), "détour"),
        (("DIR", "--school", "SCHOOL", "--minutes", "0"), "60 minutes"),
        (("DIR", "--school", "SCHOOL", "--bell", "25:00"), "heure"),
        (("DIR", "--school", "SCHOOL", "--children", "0"), "1 à"),
        (("DIR", "--school", "SCHOOL", "--children", "nobody.csv"), "introuvable"),
        (("--instance", "nothing.dat"), "introuvable"),
        (("--instance", "nothing.dat", "--alpha", "2"), "--alpha"),
    ],
)
def test_what_cannot_be_done_is_one_message(
    clairval: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    known = {"DIR": str(clairval), "SCHOOL": a_school(clairval)}
    assert run(["walk", "bus", *(known.get(word, word) for word in words)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def test_more_children_than_live_there_are_said(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["walk", "bus", str(clairval), "--school", a_school(clairval), "--seconds", "1"]
    assert run([*words, "--children", "400"]) == 0
    assert "plus d’enfants qu’il n’en habite" in capsys.readouterr().out
    assert run([*words, "--children", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["more_than_expected"] is False


def test_a_busy_machine_gets_up_to_twice_the_usual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, worked = iter([8.0, 8.0, 16.0]), iter([0.0, 1.0, 7.0, 8.0])
    monkeypatch.setattr("hygie.cli.walk_bus.time.monotonic", lambda: next(wall))
    monkeypatch.setattr("hygie.cli.walk_bus.time.process_time", lambda: next(worked))
    left = _left(0.0, None, 100, None)
    assert [left(), left(), left()] == [7.5 - 4.0, 7.5 - 7.0, 7.5 - 8.0]


def test_no_machine_is_so_busy_that_it_takes_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hygie.cli.walk_bus.time.monotonic", lambda: 55.0)
    monkeypatch.setattr("hygie.cli.walk_bus.time.process_time", lambda: 0.0)
    assert _left(0.0, None, 80, 10)() == _left(0.0, None, 300, None)() == 0.0
