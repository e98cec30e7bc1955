"""Where the reader lets people walk: the hand-made map of cases, then crossings, squares and barriers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.readers.osm.conftest import PACE, SMALLEST, Map

from hygie.engines.streets.graph import RawWays
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.osm.network import cut_at, present_runs
from hygie.readers.records import OsmFile

MAP = Path(__file__).parent / "walking_map.osm"
CASES = {int(way.get("id", "0")): way for way in ET.parse(MAP).iter("way")}  # noqa: S314  # our own file
KINDS = {"path": 0, "ferry": 0, "street": 1, "main": 2}

Read = Callable[[Map], OsmFile]


def tag(way: ET.Element, key: str) -> str:
    return next(t.get("v", "") for t in way.iter("tag") if t.get("k") == key)


def case_name(number: int) -> str:
    return tag(CASES[number], "case")


@pytest.fixture(scope="module")
def walked(sheet: OsmSheet) -> tuple[OsmFile, RawWays]:
    read = read_osm(MAP, sheet, walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)
    return read, read.ways["walk"]


def segments(ways: RawWays) -> set[frozenset[tuple[float, float]]]:
    """Pairs of neighbouring positions on every way."""
    found = set()
    for first, last in zip(ways.start[:-1], ways.start[1:], strict=True):
        line = ways.nodes[first:last]
        for a, b in pairwise(line):
            found.add(frozenset([(ways.lon[a], ways.lat[a]), (ways.lon[b], ways.lat[b])]))
    return found


@pytest.mark.parametrize("number", sorted(CASES), ids=case_name)
def test_each_case_of_the_map_is_walked_as_it_says(number: int, walked: tuple[OsmFile, RawWays]) -> None:
    _, ways = walked
    expected, *only = tag(CASES[number], "expected").split()
    latitude = 47 + number * 0.001
    here = np.flatnonzero(np.isclose(ways.lat[ways.nodes[ways.start[:-1]]], latitude, atol=1e-6))
    if expected in ("closed", "none"):
        assert len(here) == 0
        return
    assert len(here) == 1
    way = int(here[0])
    assert ways.kind[way] == KINDS[expected]
    assert bool(ways.forward[way]) == (only != ["back"])
    assert bool(ways.back[way]) == (only != ["forward"])
    if expected != "ferry":
        assert ways.metres_per_minute[way] == pytest.approx(PACE)


def test_only_objects_whose_tags_matter_are_counted(walked: tuple[OsmFile, RawWays]) -> None:
    none = sum(tag(way, "expected") == "none" for way in CASES.values())
    account = walked[0].account
    assert account.read == len(CASES) - none
    assert account.kept == account.read
    assert account.rejects == ()


def test_a_value_that_the_table_lacks_is_counted_not_guessed(walked: tuple[OsmFile, RawWays]) -> None:
    assert dict(walked[0].places.unmapped) == {"highway=teleporter": 1, "access=maybe": 1}


def test_a_ferry_goes_at_its_duration_or_its_speed(walked: tuple[OsmFile, RawWays]) -> None:
    _, ways = walked
    speeds = {
        case_name(number): float(ways.metres_per_minute[way])
        for number in CASES
        for way in np.flatnonzero(
            np.isclose(ways.lat[ways.nodes[ways.start[:-1]]], 47 + number * 0.001, atol=1e-6)
        )
    }
    # 0.001° of longitude at 47.07° N: 111.32 km × cos(lat), within 0.5 % on the ellipsoid
    metres = 111_320 * 0.001 * np.cos(np.radians(47.07))
    assert speeds["un bac de dix minutes"] == pytest.approx(metres / 10, rel=5e-3)
    assert speeds["un bac de vitesse connue"] == pytest.approx(12_000 / 60)


def test_ferries_without_a_time_are_named_in_a_warning(walked: tuple[OsmFile, RawWays]) -> None:
    unknown = [n for n in CASES if case_name(n) in ("un bac sans durée", "un bac de durée illisible")]
    warning = next(text for text in walked[0].account.warnings if text.startswith("Bacs"))
    assert all(f"way {number}" in warning for number in unknown)


def test_ways_meet_where_they_share_a_node_and_a_footbridge_does_not(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0).node(3, 2.002, 47.0)
    drawn.node(4, 2.001, 47.001).node(5, 2.001, 46.999).node(6, 2.0005, 46.999).node(7, 2.0005, 47.001)
    drawn.way(1, [1, 2, 3], {"highway": "residential"}).way(2, [4, 2, 5], {"highway": "footway"})
    drawn.way(3, [6, 7], {"highway": "footway", "bridge": "yes", "layer": "1"})
    ways = read_map(drawn).ways["walk"]
    lines = [ways.nodes[a:b].tolist() for a, b in zip(ways.start[:-1], ways.start[1:], strict=True)]
    assert lines[0][1] == lines[1][1]
    assert not set(lines[2]) & {*lines[0], *lines[1]}
    assert len(ways.lon) == 7


def test_only_nodes_of_walkable_ways_are_kept(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0).node(3, 2.002, 47.0).node(4, 2.003, 47.0)
    drawn.way(1, [1, 2], {"highway": "path"}).way(2, [3, 4], {"highway": "motorway"})
    assert read_map(drawn).ways["walk"].lon.tolist() == pytest.approx([2.0, 2.001])


def square_with_lanes(new_map: type[Map], tags: dict[str, str]) -> Map:
    """A square of corners 1 to 4, a lane from outside to each of the corners 1 and 3."""
    drawn = new_map().square(1, 2.0, 47.0)
    drawn.node(5, 1.999, 46.999).node(6, 2.002, 47.002)
    drawn.way(1, [1, 2, 3, 4, 1], tags)
    return drawn.way(2, [5, 1], {"highway": "footway"}).way(3, [3, 6], {"highway": "footway"})


DIAGONAL = frozenset([(2.0, 47.0), (2.001, 47.001)])


def test_a_square_is_crossed_straight_between_its_entries(new_map: type[Map], read_map: Read) -> None:
    drawn = square_with_lanes(new_map, {"highway": "pedestrian", "area": "yes"})
    found = segments(read_map(drawn).ways["walk"])
    assert DIAGONAL in found
    assert frozenset([(2.001, 47.0), (2.0, 47.001)]) not in found  # nobody enters there
    assert frozenset([(2.0, 47.0), (2.001, 47.0)]) in found  # the outline


def test_a_pedestrian_ring_that_is_no_area_is_not_crossed(new_map: type[Map], read_map: Read) -> None:
    drawn = square_with_lanes(new_map, {"highway": "pedestrian"})
    assert DIAGONAL not in segments(read_map(drawn).ways["walk"])


def test_a_closed_platform_is_an_area_unless_it_says_no(new_map: type[Map], read_map: Read) -> None:
    assert DIAGONAL in segments(read_map(square_with_lanes(new_map, {"railway": "platform"})).ways["walk"])
    denied = square_with_lanes(new_map, {"railway": "platform", "area": "no"})
    assert DIAGONAL not in segments(read_map(denied).ways["walk"])


def test_a_square_drawn_by_a_relation_is_crossed_but_not_over_its_hole(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().square(1, 2.0, 47.0).square(11, 2.0004, 47.0004, 0.0002)
    drawn.node(5, 1.999, 46.999).node(6, 2.002, 47.002).node(7, 2.002, 46.999)
    drawn.way(1, [1, 2, 3, 4, 1]).way(4, [11, 12, 13, 14, 11])
    drawn.way(2, [5, 1], {"highway": "footway"}).way(3, [3, 6], {"highway": "footway"})
    drawn.way(5, [11, 1], {"highway": "footway"})
    members = [("way", 1, "outer"), ("way", 4, "inner")]
    drawn.relation(1, members, {"type": "multipolygon", "highway": "pedestrian", "area": "yes"})
    read = read_map(drawn)
    found = segments(read.ways["walk"])
    assert DIAGONAL not in found  # the hole stands in between
    assert frozenset([(2.0, 47.0), (2.001, 47.0)]) in found
    assert read.account.rejects == ()


def test_a_square_whose_outline_is_a_walkable_way_is_drawn_once(new_map: type[Map], read_map: Read) -> None:
    drawn = square_with_lanes(new_map, {"highway": "pedestrian"})
    drawn.relation(1, [("way", 1, "outer")], {"type": "multipolygon", "highway": "pedestrian"})
    read = read_map(drawn)
    assert len(read.ways["walk"].kind) == 3
    assert (read.account.read, read.account.kept) == (4, 4)


def test_a_concave_square_is_not_left_to_cross_it(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.002, 47.0).node(3, 2.002, 47.002).node(4, 2.001, 47.0005)
    drawn.node(5, 2.0, 47.002).node(6, 2.003, 47.003).node(7, 1.999, 47.003)
    drawn.way(1, [1, 2, 3, 4, 5, 1], {"highway": "pedestrian", "area": "yes"})
    drawn.way(2, [3, 6], {"highway": "path"}).way(3, [5, 7], {"highway": "path"})
    assert frozenset([(2.002, 47.002), (2.0, 47.002)]) not in segments(read_map(drawn).ways["walk"])


def joined(ways: RawWays, a: float, b: float) -> bool:
    """Whether two longitudes are linked, whatever the number of steps."""
    reached, todo = set(), [int(np.flatnonzero(np.isclose(ways.lon, a))[0])]
    while todo:
        node = todo.pop()
        if node in reached:
            continue
        reached.add(node)
        for first, last in zip(ways.start[:-1], ways.start[1:], strict=True):
            line = ways.nodes[first:last].tolist()
            todo += [n for x, y in pairwise(line) if node in (x, y) for n in (x, y)]
    return any(np.isclose(ways.lon[node], b) for node in reached)


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, True),  # who lives behind has the key
        ({"barrier": "gate", "access": "no"}, False),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, True),
        ({"barrier": "gate", "foot": "no"}, False),
        ({"barrier": "wall"}, False),
        ({"barrier": "wall", "foot": "yes"}, True),
        ({"access": "no"}, True),  # not a barrier
    ],
)
def test_a_barrier_node_cuts_the_way_only_when_nobody_passes(
    tags: dict[str, str], passes: bool, new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0, **tags).node(3, 2.002, 47.0)
    drawn.way(1, [1, 2, 3], {"highway": "path"})
    ways = read_map(drawn).ways["walk"]
    assert joined(ways, 2.0, 2.002) == passes
    assert joined(ways, 2.0, 2.001)  # one walks up to it


def test_a_barrier_at_the_end_of_two_ways_separates_them(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0, barrier="wall").node(3, 2.002, 47.0)
    drawn.way(1, [1, 2], {"highway": "path"}).way(2, [2, 3], {"highway": "path"})
    assert not joined(read_map(drawn).ways["walk"], 2.0, 2.002)


def test_a_way_keeps_the_segments_whose_nodes_are_present(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map()
    for number in (1, 2, 4, 5):
        drawn.node(number, 2 + number / 1000, 47.0)
    drawn.way(1, [1, 2, 3, 4, 5], {"highway": "path"})
    read = read_map(drawn)
    assert segments(read.ways["walk"]) == {
        frozenset([(2.001, 47.0), (2.002, 47.0)]),
        frozenset([(2.004, 47.0), (2.005, 47.0)]),
    }
    assert read.account.clipped == 1
    assert (read.account.read, read.account.kept) == (1, 1)


@pytest.mark.parametrize("refs", [[1], [1, 1], [1, 9], [1, 9, 2], [8, 9]])
def test_a_way_without_two_neighbouring_nodes_is_rejected(
    refs: list[int], new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0).way(7, refs, {"highway": "path"})
    read = read_map(drawn)
    assert [reject.row for reject in read.account.rejects] == ["way 7"]
    assert (read.account.read, read.account.kept) == (1, 0)
    assert len(read.ways["walk"].kind) == 0


@given(st.lists(st.integers(0, 9), max_size=12), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_runs_keep_each_present_segment_once_and_no_other(
    refs: list[int], present: set[int], cuts: set[int]
) -> None:
    positions = {node: (float(node), 0.0) for node in present}
    numbers = itertools.count(1)
    pieces = [
        piece for run in present_runs(refs, positions) for piece in cut_at(run, cuts, lambda: next(numbers))
    ]
    expected = [(a, b) for a, b in pairwise(refs) if a != b and {a, b} <= present]
    assert [(a[0], b[0]) for piece in pieces for a, b in pairwise(piece)] == expected
    inner = [node for piece in pieces for node, _ in piece[1:-1]]
    assert not cuts.intersection(inner)
    separate = [key for piece in pieces for key in piece if key[0] in cuts]
    assert len(set(separate)) == len(separate)  # no two pieces meet at a barrier


def test_order_of_objects_in_the_file_changes_nothing(new_map: type[Map], read_map: Read) -> None:
    drawn = square_with_lanes(new_map, {"highway": "pedestrian", "area": "yes"})
    forwards = read_map(drawn).ways["walk"]
    drawn.pieces.reverse()
    backwards = read_map(drawn).ways["walk"]
    for column in ("lon", "lat", "start", "nodes", "forward", "back", "kind"):
        assert np.array_equal(getattr(forwards, column), getattr(backwards, column))


def test_an_object_present_twice_is_read_once_as_it_stands_last(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0).node(2, 2.001, 47.0)
    drawn.way(1, [1, 2], {"highway": "motorway"}).way(1, [1, 2], {"highway": "path"})
    read = read_map(drawn)
    assert (read.account.read, len(read.ways["walk"].kind)) == (1, 1)
    assert any("plusieurs fois" in warning for warning in read.account.warnings)


def test_a_square_with_too_many_entries_keeps_its_outline_and_is_named(
    new_map: type[Map], read_map: Read
) -> None:
    turns = 60
    drawn = new_map()
    for place in range(turns):
        angle = 2 * np.pi * place / turns
        drawn.node(1 + place, round(2 + np.cos(angle) / 500, 7), round(47 + np.sin(angle) / 500, 7))
        drawn.node(101 + place, round(2 + np.cos(angle) / 400, 7), round(47 + np.sin(angle) / 400, 7))
        drawn.way(101 + place, [1 + place, 101 + place], {"highway": "path"})
    drawn.way(1, [*range(1, turns + 1), 1], {"highway": "pedestrian", "area": "yes"})
    read = read_map(drawn)
    assert len(segments(read.ways["walk"])) == 2 * turns
    assert any("way 1" in warning for warning in read.account.warnings)
