"""Where the reader lets cars drive, which way and how fast: the hand-made map of cases, then barriers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from tests.readers.osm.conftest import PACE, SMALLEST, Map

from hygie.engines.streets.graph import THROUGH, RawWays
from hygie.readers.catalogue import load_checked
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.records import OsmFile

MAP = Path(__file__).parent / "driving_map.osm"
CASES = {int(way.get("id", "0")): way for way in ET.parse(MAP).iter("way")}  # noqa: S314  # our own file
KINDS = {"path": 0, "ferry": 0, "street": 1, "main": 2, "through": THROUGH}
FACTOR = 0.8

Read = Callable[[Map], OsmFile]


def tag(way: ET.Element, key: str) -> str:
    return next(t.get("v", "") for t in way.iter("tag") if t.get("k") == key)


def case_name(number: int) -> str:
    return tag(CASES[number], "case")


def read(path: Path, sheet: OsmSheet, *, factor: float = FACTOR) -> OsmFile:
    return read_osm(
        path,
        sheet,
        walk_metres_per_minute=PACE,
        car_speed_factor=factor,
        dwelling_smallest_area=SMALLEST,
    )


@pytest.fixture(scope="module")
def driven(sheet: OsmSheet) -> OsmFile:
    return read(MAP, sheet)


@pytest.fixture
def ways_of(sheet: OsmSheet, tmp_path: Path) -> Callable[[Map], RawWays]:
    def drawn(piece: Map) -> RawWays:
        path = tmp_path / "map.osm"
        path.write_text(piece.xml, encoding="utf-8")
        return read(path, sheet).ways["car"]

    return drawn


def at_parallel(ways: RawWays, number: int) -> list[int]:
    """Ways that start on the parallel of a case."""
    latitude = ways.lat[ways.nodes[ways.start[:-1]]]
    return [int(way) for way in np.flatnonzero(np.isclose(latitude, 47 + number * 0.001, atol=1e-6))]


@pytest.mark.parametrize("number", sorted(CASES), ids=case_name)
def test_each_case_of_the_map_is_driven_as_it_says(number: int, driven: OsmFile) -> None:
    ways = driven.ways["car"]
    expected, *said = tag(CASES[number], "expected").split()
    here = at_parallel(ways, number)
    if expected in ("closed", "none"):
        assert here == []
        return
    (way,) = here
    assert ways.kind[way] == KINDS[expected]
    assert bool(ways.forward[way]) == ("back" not in said)
    assert bool(ways.back[way]) == ("forward" not in said)
    if expected != "ferry":
        assert ways.metres_per_minute[way] == pytest.approx(float(said[0]) * 1000 / 60 * FACTOR)


def test_a_ferry_for_cars_keeps_its_own_time(driven: OsmFile) -> None:
    ways = driven.ways["car"]
    (number,) = (n for n in CASES if case_name(n) == "un bac pour les voitures")
    (way,) = at_parallel(ways, number)
    # 0.001° of longitude at this latitude: 111.32 km × cos(lat), within 0.5 % on the ellipsoid
    metres = 111_320 * 0.001 * np.cos(np.radians(47 + number * 0.001))
    assert ways.metres_per_minute[way] == pytest.approx(metres / 10, rel=5e-3)


def test_speeds_follow_the_share_held_and_walking_does_not(sheet: OsmSheet, driven: OsmFile) -> None:
    slower = read(MAP, sheet, factor=FACTOR / 2)
    roads = driven.ways["car"].kind > 0
    ratio = slower.ways["car"].metres_per_minute / driven.ways["car"].metres_per_minute
    assert ratio[roads] == pytest.approx(0.5)
    np.testing.assert_array_equal(
        slower.ways["walk"].metres_per_minute, driven.ways["walk"].metres_per_minute
    )


def test_driving_read_beside_walking_counts_every_object_once(sheet: OsmSheet, driven: OsmFile) -> None:
    walked = read_osm(MAP, sheet, walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)
    assert set(walked.ways) == {"walk"}
    assert (driven.account.read, driven.account.kept) == (walked.account.read, walked.account.kept)
    assert driven.account.rejects == ()
    assert dict(driven.places.unmapped) == {"highway=teleporter": 1, "access=maybe": 1}
    np.testing.assert_array_equal(driven.ways["walk"].nodes, walked.ways["walk"].nodes)


def test_a_ferry_without_a_time_is_named_once(driven: OsmFile) -> None:
    (number,) = (n for n in CASES if case_name(n) == "un bac pour les voitures, sans durée")
    naming = [text for text in driven.account.warnings if f"way {number}." in text]
    assert len(naming) == 1


@pytest.mark.parametrize("factor", [0.0, -0.8, float("inf"), float("nan")])
def test_an_impossible_share_of_speed_is_a_programming_mistake(factor: float, sheet: OsmSheet) -> None:
    with pytest.raises(ValueError, match="speed"):
        read(MAP, sheet, factor=factor)


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({"barrier": "gate"}, True),
        ({"barrier": "lift_gate", "access": "private"}, True),  # who lives behind has the key
        ({"barrier": "gate", "motor_vehicle": "no"}, False),
        ({"barrier": "gate", "access": "emergency"}, False),
        ({"barrier": "bollard"}, False),
        ({"barrier": "bollard", "foot": "yes", "bicycle": "yes"}, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
        ({"barrier": "block"}, False),
        ({"barrier": "wall"}, False),
        ({"barrier": "kerb"}, True),
        ({"access": "no"}, True),  # not a barrier
    ],
)
def test_a_barrier_node_stops_cars_only_when_none_passes(
    tags: dict[str, str], passes: bool, new_map: type[Map], ways_of: Callable[[Map], RawWays]
) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0, **tags).node(3, 2.002, 47.0)
    ways = ways_of(drawn.way(1, [1, 2, 3], {"highway": "residential"}))
    assert len(ways.kind) == (1 if passes else 2)
    assert len(ways.lon) == (3 if passes else 4)  # each side keeps its own end


def test_every_value_of_a_highway_that_walking_knows_driving_knows_too() -> None:
    raw = load_checked(catalogue_folder() / "sources" / "openstreetmap.yaml", "source")
    profiles: Mapping[str, Any] = raw["tables"]["profiles"]

    def values(profile: str) -> set[str]:
        rows = profiles[profile]["ways"]
        return {value for row in rows if row["key"] == "highway" for value in row["values"]}

    assert values("car") == values("walk")
