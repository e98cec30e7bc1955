"""Buildings, green spaces, water and trees: outlines, sizes, and what is left out."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import Polygon
from tests.readers.osm.conftest import Map

from hygie.readers.osm.durations import crown_radius, levels, minutes
from hygie.readers.records import OsmFile

Read = Callable[[Map], OsmFile]
RING = [1, 2, 3, 4, 1]


def globe_area(west: float, south: float, side: float) -> float:
    """Area on the ellipsoid, m²: an oracle that knows no plane."""
    ring = Polygon([(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(ring)[0])


@pytest.mark.parametrize(
    ("written", "storeys"), [("3", 3), ("2.5", 2.5), ("", 1), ("many", 1), ("0", 1), ("-2", 1), ("900", 1)]
)
def test_floor_area_is_the_footprint_times_its_levels(
    written: str, storeys: float, new_map: type[Map], read_map: Read
) -> None:
    tags = {"building": "yes", "name": "Tour", **({"building:levels": written} if written else {})}
    read = read_map(new_map().square(1, 2.0, 47.0).way(9, RING, tags))
    (building,) = read.buildings
    assert building.value == pytest.approx(storeys * globe_area(2.0, 47.0, 0.001), rel=1e-4)
    assert (building.id, building.name) == ("osm:w9", "Tour")
    assert (building.lon, building.lat) == pytest.approx((2.0005, 47.0005))
    assert shapely.from_wkb(building.outline).is_valid


@pytest.mark.parametrize(
    ("tags", "dwelling"),
    [
        ({"building": "yes"}, True),
        ({"building": "apartments"}, True),
        ({"building": "house", "shop": "bakery"}, True),
        ({"building": "garage"}, False),
        ({"building": "church"}, False),
        ({"building": "yes", "amenity": "school"}, False),
        ({"building": "yes", "man_made": "works"}, False),
        ({"building": "retail"}, False),
    ],
)
def test_buildings_by_their_tags_may_hold_homes_or_not(
    tags: dict[str, str], dwelling: bool, new_map: type[Map], read_map: Read
) -> None:
    read = read_map(new_map().square(1, 2.0, 47.0).way(9, RING, tags))
    assert len(read.buildings) == 1
    assert bool(read.dwellings) == dwelling


@pytest.mark.parametrize("value", ["no", "construction", "demolished"])
def test_what_does_not_stand_is_no_building(value: str, new_map: type[Map], read_map: Read) -> None:
    read = read_map(new_map().square(1, 2.0, 47.0).way(9, RING, {"building": value}))
    assert read.buildings == ()
    assert read.account.read == 0


def test_a_footprint_below_the_smallest_area_is_no_dwelling_whatever_its_levels(
    new_map: type[Map], read_map: Read
) -> None:
    side = 0.00005  # 5.6 m by 3.8 m
    tags = {"building": "yes", "building:levels": "4"}
    assert globe_area(2.0, 47.0, side) < 25 < globe_area(2.0, 47.0, 2 * side)
    small = read_map(new_map().square(1, 2.0, 47.0, side).way(9, RING, tags))
    assert (len(small.buildings), len(small.dwellings)) == (1, 0)
    large = read_map(new_map().square(1, 2.0, 47.0, 2 * side).way(9, RING, tags))
    assert (len(large.buildings), len(large.dwellings)) == (1, 1)


def test_a_multipolygon_building_has_its_courtyard_taken_out(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().square(1, 2.0, 47.0).square(11, 2.0004, 47.0004, 0.0002)
    drawn.way(1, [1, 2, 3]).way(2, [3, 4, 1]).way(3, [11, 12, 13, 14, 11])
    members = [("way", 1, "outer"), ("way", 2, "outer"), ("way", 3, "inner")]
    read = read_map(drawn.relation(5, members, {"type": "multipolygon", "building": "yes"}))
    (building,) = read.buildings
    whole = globe_area(2.0, 47.0, 0.001) - globe_area(2.0004, 47.0004, 0.0002)
    assert building.value == pytest.approx(whole, rel=1e-4)
    outline = shapely.from_wkb(building.outline)
    assert outline.contains(shapely.Point(building.lon, building.lat))  # not in the courtyard
    assert (building.id, read.account.read, read.account.kept) == ("osm:r5", 1, 1)


def test_a_building_drawn_by_a_relation_and_its_outer_way_counts_once(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().square(1, 2.0, 47.0).way(1, RING, {"building": "yes"})
    read = read_map(
        drawn.relation(5, [("way", 1, "outer")], {"type": "multipolygon", "building": "apartments"})
    )
    assert [building.id for building in read.buildings] == ["osm:r5"]
    assert (read.account.read, read.account.kept) == (2, 2)


def test_two_outer_rings_make_one_object(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().square(1, 2.0, 47.0).square(11, 2.01, 47.0)
    drawn.way(1, RING).way(2, [11, 12, 13, 14, 11])
    members = [("way", 1, ""), ("way", 2, "outer")]
    (park,) = read_map(drawn.relation(5, members, {"type": "multipolygon", "leisure": "park"})).greens
    assert park.value == pytest.approx(2 * globe_area(2.0, 47.0, 0.001), rel=1e-4)


@pytest.mark.parametrize(
    ("refs", "reason"),
    [
        ([1, 2, 3], "non fermé"),
        ([1, 2, 3, 4, 99, 1], "incomplet"),
        ([1, 3, 2, 4, 1], "croisé"),
        ([1, 2, 1, 2, 1], "sans surface"),
    ],
)
def test_an_outline_that_draws_no_area_is_rejected_with_its_reason(
    refs: list[int], reason: str, new_map: type[Map], read_map: Read
) -> None:
    read = read_map(new_map().square(1, 2.0, 47.0).way(9, refs, {"building": "yes"}))
    (reject,) = read.account.rejects
    assert reject.row == "way 9"
    assert reason in reject.reason
    assert (read.buildings, read.account.read, read.account.kept) == ((), 1, 0)


def test_a_multipolygon_without_its_members_is_rejected(new_map: type[Map], read_map: Read) -> None:
    drawn = new_map().node(1, 2.0, 47.0)
    read = read_map(drawn.relation(5, [("way", 77, "outer")], {"type": "multipolygon", "natural": "water"}))
    (reject,) = read.account.rejects
    assert (reject.row, reject.value) == ("relation 5", "1 absents sur 1")


def test_a_multipolygon_with_a_member_missing_keeps_the_rings_that_close(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().square(1, 2.0, 47.0).way(1, RING)
    members = [("way", 1, "outer"), ("way", 77, "outer")]
    read = read_map(drawn.relation(5, members, {"type": "multipolygon", "natural": "water"}))
    assert len(read.waters) == 1
    assert (read.account.kept, read.account.clipped) == (1, 1)


@pytest.mark.parametrize(
    ("tags", "public"),
    [
        ({"leisure": "park"}, True),
        ({"leisure": "park", "access": "private"}, False),
        ({"leisure": "park", "fee": "yes"}, False),
        ({"leisure": "garden"}, False),
        ({"leisure": "garden", "access": "yes"}, True),
        ({"landuse": "forest"}, False),
        ({"landuse": "forest", "access": "permissive"}, True),
        ({"landuse": "recreation_ground"}, True),
        ({"leisure": "nature_reserve", "access": "no"}, False),
        ({"landuse": "grass"}, False),
    ],
)
def test_only_green_spaces_open_to_anyone_are_kept(
    tags: dict[str, str], public: bool, new_map: type[Map], read_map: Read
) -> None:
    read = read_map(new_map().square(1, 2.0, 47.0).way(9, RING, tags))
    assert bool(read.greens) == public
    assert ("green" in read.places.provides) == public
    if public:
        assert read.greens[0].value == pytest.approx(globe_area(2.0, 47.0, 0.001), rel=1e-4)


def test_trees_have_their_crown_and_rows_are_only_counted(new_map: type[Map], read_map: Read) -> None:
    drawn = (
        new_map().node(1, 2.0, 47.0, natural="tree", diameter_crown="8 m").node(2, 2.1, 47.1, natural="tree")
    )
    drawn.way(3, [1, 2], {"natural": "tree_row"})
    read = read_map(drawn)
    assert read.tree_ids == ("osm:n1", "osm:n2")
    assert read.trees[0].tolist() == pytest.approx([2.0, 47.0, 4.0])
    assert math.isnan(read.trees[1, 2])
    assert any("Alignements" in warning for warning in read.account.warnings)
    assert (read.account.read, read.account.kept) == (3, 3)


def test_an_object_whose_outline_fails_but_whose_place_stands_is_kept_with_a_warning(
    new_map: type[Map], read_map: Read
) -> None:
    drawn = new_map().square(1, 2.0, 47.0).way(9, [1, 2, 3], {"building": "yes", "amenity": "pharmacy"})
    read = read_map(drawn)
    assert len(read.places.places) == 1
    assert read.buildings == ()
    assert (read.account.read, read.account.kept, read.account.rejects) == (1, 1, ())
    assert any("way 9" in warning for warning in read.account.warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("25", 25), ("00:25", 25), ("1:05:30", 65.5), ("PT1H5M", 65), ("PT90S", 1.5), ("12,5", 12.5)],
)
def test_durations_are_read_as_mappers_write_them(text: str, expected: float) -> None:
    assert minutes(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "PT", "soon", "-5", "0", "00:00", "20-25", "1e9", "25 h", "00:75"])
def test_an_unclear_duration_is_unknown(text: str) -> None:
    assert minutes(text) is None


def test_unclear_numbers_are_unknown_not_guessed() -> None:
    assert levels("3;4", 60) == 1
    assert math.isnan(crown_radius("20 ft"))
