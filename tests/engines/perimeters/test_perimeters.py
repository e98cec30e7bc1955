"""Perimeters: areas by hand, accesses found, places counted once, and whatever is thrown at them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import Shop
from tests.engines.perimeters.places import (
    PARAMETERS,
    PARK,
    PLANE,
    SCHOOL,
    Drawn,
    kind,
    rule,
    square,
    streets,
    town,
)

from hygie.engines.kernel.measures import Status
from hygie.engines.kernel.territory import Territory
from hygie.engines.perimeters.accesses import How
from hygie.engines.perimeters.draw import Perimeters, draw_perimeters
from hygie.engines.perimeters.protected import matches, tags_of
from hygie.engines.perimeters.rules import Cover, PerimeterParameters, PerimeterRule, ShapeLine
from hygie.engines.perimeters.zones import QUARTER_SEGMENTS
from hygie.engines.streets.graph import StreetGraph

SIDES = 4 * QUARTER_SEGMENTS
CIRCLE = SIDES / 2 * math.sin(2 * math.pi / SIDES) * 100.0
"""Area of a regular polygon of 128 sides in a circle of ten metres: the schoolbook's formula."""


def drawn(place: Territory, asked: PerimeterRule, walk: StreetGraph | None = None) -> Perimeters:
    return draw_perimeters(place, PLANE, walk, asked, PARAMETERS)


def school(x: float = 0, y: float = 0, name: str = "École", **more: str) -> Drawn:
    return Drawn(f"osm:w{x:g}:{y:g}", square(x, y, 50), name=name, **more)


def gate(x: float, y: float) -> Drawn:
    return Drawn(f"osm:n{x:g}:{y:g}", shapely.Point(x, y), "entrance=main")


def test_a_circle_on_the_middle_of_a_side_adds_half_of_itself() -> None:
    found = drawn(town({"school_ground": [school()], "entrance": [gate(25, 0)]}), rule(SCHOOL))
    assert [one.how for one in found.accesses] == [How.ENTRANCE]
    assert found.zones.grounds_area == pytest.approx(2500, rel=1e-4)
    assert found.zones.area == pytest.approx(2500 + CIRCLE / 2, rel=1e-4)
    assert found.kinds[0].status is Status.COMPUTED
    assert pytest.approx(100 * math.pi, rel=5e-4) == CIRCLE


def test_a_circle_on_a_corner_adds_three_quarters_of_itself() -> None:
    found = drawn(town({"school_ground": [school()], "entrance": [gate(0, 0)]}), rule(SCHOOL))
    assert found.zones.area == pytest.approx(2500 + CIRCLE * 3 / 4, rel=1e-4)


def test_two_circles_that_overlap_are_a_lens_by_the_schoolbook() -> None:
    # gates 12 m apart, outside halves only: half of the union of two discs of 10 m
    lens = 2 * 100 * math.acos(6 / 10) - 6 * math.sqrt(4 * 100 - 144)
    found = drawn(town({"school_ground": [school()], "entrance": [gate(19, 0), gate(31, 0)]}), rule(SCHOOL))
    assert found.zones.area == pytest.approx(2500 + (2 * math.pi * 100 - lens) / 2, rel=2e-4)


def test_an_entrance_outside_its_place_opens_nothing() -> None:
    found = drawn(
        town({"school_ground": [school()], "entrance": [gate(25, -60), gate(25, 25)]}), rule(SCHOOL)
    )
    assert [(one.how, one.estimate) for one in found.accesses] == [(How.POINT, True)]
    assert found.kinds[0].status is Status.ESTIMATE


def test_without_entrance_a_way_across_the_edge_then_the_nearest_street() -> None:
    place = town({"school_ground": [school()]})
    across = drawn(place, rule(SCHOOL), streets([(25, -40), (25, 30)]))
    (one,) = across.accesses
    assert one.how is How.CROSSING
    assert (one.x, one.y) == pytest.approx((25, 0), abs=0.01)
    along = drawn(place, rule(SCHOOL), streets([(-20, -12), (-10, -12), (70, -12)]))
    (one,) = along.accesses
    assert one.how is How.FACING
    assert one.y == pytest.approx(0, abs=0.01)
    far = drawn(place, rule(SCHOOL), streets([(-20, -31), (70, -31)]))
    assert [one.how for one in far.accesses] == [How.POINT]


def test_a_way_along_an_edge_gives_one_access_not_one_a_vertex() -> None:
    found = drawn(town({"park": [Drawn("p", square(0, 0, 60))]}), rule(PARK), streets([(-10, 30), (70, 30)]))
    assert [(round(one.x), round(one.y)) for one in found.accesses] == [(0, 30), (60, 30)]
    assert found.zones.area == pytest.approx(3600, rel=1e-4), "a park has no circle"


def test_streets_are_measured_inside_only() -> None:
    found = drawn(
        town({"school_ground": [school()], "entrance": [gate(25, 0)]}),
        rule(SCHOOL),
        streets([(-100, -6), (150, -6)], [(25, -200), (25, -100)]),
    )
    assert found.streets is not None
    assert found.streets.sum() == pytest.approx(2 * math.sqrt(100 - 36), rel=1e-3), "a chord"


def test_zones_that_touch_are_one_and_say_who_causes_them() -> None:
    shapes = {
        "school_ground": [school(0), school(65), school(400)],
        "entrance": [gate(50, 25), gate(65, 25), gate(425, 0)],
    }
    found = drawn(town(shapes), rule(SCHOOL))
    names = [{found.places[i].id for i in causes} for causes in found.zones.causes]
    assert names == [{"osm:w0:0", "osm:w65:0"}, {"osm:w400:0"}]
    union = shapely.union_all(found.zones.of_place)
    assert found.zones.area == pytest.approx(sum(float(one.area) for one in found.zones.merged))
    assert found.zones.area == pytest.approx(union.area)
    counted_twice = sum(float(one.area) for one in found.zones.of_place) - union.area
    assert found.zones.shared_area == pytest.approx(counted_twice, rel=1e-6), "no point is covered thrice"
    assert found.zones.shared_area > 40


def test_a_chosen_distance_is_a_band_around_the_edge() -> None:
    near = kind("school", Cover.DISTANCE, "school_ground")
    found = drawn(town({"school_ground": [school()]}), rule(near, metres=100.0, from_accesses=False))
    band = 2500 + 4 * 50 * 100 + 100 * CIRCLE
    assert found.zones.area == pytest.approx(band, rel=1e-4)
    assert found.accesses == ()


def test_a_place_without_outline_is_a_point_and_an_estimate() -> None:
    found = drawn(town({}, [Shop("a", "school_primary", 0)]), rule(SCHOOL))
    assert [one.areal for one in found.places] == [False]
    assert found.kinds[0].status is Status.ESTIMATE
    assert found.zones.area == pytest.approx(CIRCLE, rel=1e-4)


@pytest.mark.parametrize(("apart", "count"), [(24.0, 1), (26.0, 2)])
def test_a_point_and_an_outline_of_one_school_are_one_place(apart: float, count: int) -> None:
    shop = Shop("a", "school_primary", 0)
    table = town({}, [shop]).places
    x, y = (float(column[0]) for column in PLANE.to_metres(table.lon, table.lat))
    place = town({"school_ground": [Drawn("s", square(x + apart, y - 20, 50))]}, [shop])
    assert len(drawn(place, rule(SCHOOL)).places) == count


def test_a_pitch_of_a_stadium_and_the_same_outline_twice_are_one_place() -> None:
    sport = kind("sport", Cover.ACCESSES, "sports_ground")
    shapes = [
        Drawn("stadium", square(0, 0, 100)),
        Drawn("pitch", square(10, 10, 40)),
        Drawn("twin", square(0, 0, 100)),
        Drawn("court", square(95, 95, 40)),
    ]
    found = drawn(town({"sports_ground": shapes}), rule(sport))
    assert [one.id for one in found.places] == ["court", "stadium"]


def test_a_kind_that_nobody_draws_is_not_computed_and_never_zero() -> None:
    found = drawn(town({"school_ground": [school()]}), rule(SCHOOL, PARK, kind("in", Cover.INDOORS)))
    assert [one.status for one in found.kinds] == [Status.ESTIMATE, Status.NOT_COMPUTED, Status.NOT_COMPUTED]
    assert found.computed
    assert not drawn(town({}), rule(PARK)).computed


def test_places_outside_the_boundary_are_left_out_and_zones_across_it_are_told() -> None:
    shapes = {"school_ground": [school(0), school(200)], "entrance": [gate(50, 25)]}
    found = drawn(town(shapes, boundary=square(-100, -100, 155)), rule(SCHOOL))
    assert [one.id for one in found.places] == ["osm:w0:0"]
    assert found.crossing == 1


def test_an_outline_that_crosses_itself_is_repaired_and_counted() -> None:
    bow = Drawn("bow", shapely.Polygon([(0, 0), (40, 40), (40, 0), (0, 40)]))
    found = drawn(town({"park": [bow]}), rule(PARK))
    assert found.repaired == 1
    assert found.zones.area == pytest.approx(800, rel=1e-3), "two triangles of 400 m²"


def test_a_flat_outline_is_no_place() -> None:
    flat = Drawn("flat", shapely.Polygon([(0, 0), (40, 0), (20, 0), (0, 0)]))
    found = drawn(town({"park": [flat, Drawn("p", square(0, 50, 10))]}), rule(PARK))
    assert [one.id for one in found.places] == ["p"]


def test_shops_are_counted_from_the_edge_of_each_school() -> None:
    near = [
        Drawn(f"s{i}", shapely.Point(50 + far, 25)) for i, far in enumerate((0.0, 99.0, 101.0, 399.0, 401.0))
    ]
    found = drawn(town({"school_ground": [school()], "fast_food": near}), rule(SCHOOL, counts=("fast_food",)))
    assert found.density is not None
    counts = found.density.counts["fast_food"]
    assert counts is not None
    assert counts.tolist() == [[2, 3, 4]]
    assert found.density.counts["billboard"] is None
    assert found.inside["fast_food"] == 1


@pytest.mark.parametrize(
    ("line", "tags", "met"),
    [
        (ShapeLine("x"), "", True),
        (ShapeLine("x", when={"a": ("1", "2")}), "a=2;b=3", True),
        (ShapeLine("x", when={"a": ("1",)}), "b=1", False),
        (ShapeLine("x", when={"a": ("*",)}), "a=9", True),
        (ShapeLine("x", when={"a": ("*",)}), "a=", False),
        (ShapeLine("x", unless={"a": ("*",)}), "a=9", False),
        (ShapeLine("x", unless={"a": ("1",)}), "a=9", True),
    ],
)
def test_tags_choose_shapes(line: ShapeLine, tags: str, met: bool) -> None:
    assert matches(line, tags_of(tags)) is met


@pytest.mark.parametrize("metres", [0.0, -1.0, 2001.0, math.inf, math.nan])
def test_a_distance_that_makes_no_perimeter_is_refused(metres: float) -> None:
    with pytest.raises(ValueError, match="perimeter"):
        rule(SCHOOL, metres=metres)


def test_parameters_are_checked() -> None:
    with pytest.raises(ValueError, match="negative"):
        PerimeterParameters(-1, 30, 10, 25, (100,))
    with pytest.raises(ValueError, match="ascend"):
        PerimeterParameters(1, 30, 10, 25, (200, 100))


corners = st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=3, max_size=7)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(corners, min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), max_size=6),
)
def test_any_outline_gives_zones_that_hold_together(
    outlines: list[list[tuple[float, float]]], gates: list[tuple[float, float]]
) -> None:
    shapes = [Drawn(f"s{i}", shapely.Polygon(ring)) for i, ring in enumerate(outlines)]
    shapes = [one for one in shapes if not shapely.is_empty(one.shape)]
    place = town({"school_ground": shapes, "entrance": [gate(x, y) for x, y in gates]})
    found = drawn(place, rule(SCHOOL), streets([(-300, 0), (300, 3)], [(0, -300), (2, 300)]))
    assert {one.place for one in found.accesses} == set(range(len(found.places))), "an access each at least"
    zones = found.zones
    assert zones.area >= zones.grounds_area - 1e-6
    assert zones.area <= sum(float(one.area) for one in zones.of_place) + 1e-6
    assert sorted({i for causes in zones.causes for i in causes}) == list(range(len(found.places)))
    again = drawn(place, rule(SCHOOL), streets([(-300, 0), (300, 3)], [(0, -300), (2, 300)]))
    assert [(one.x, one.y) for one in again.accesses] == [(one.x, one.y) for one in found.accesses]


@settings(max_examples=40, deadline=None)
@given(st.floats(5, 150), st.floats(5, 150))
def test_a_wider_distance_covers_what_the_narrower_does(one: float, other: float) -> None:
    near = kind("school", Cover.DISTANCE, "school_ground")
    place = town({"school_ground": [school(0), school(120, 30)]})
    small, large = sorted((one, other))
    inner, outer = (drawn(place, rule(near, metres=m, from_accesses=False)) for m in (small, large))
    left = shapely.difference(
        shapely.union_all(inner.zones.merged), shapely.union_all(outer.zones.merged).buffer(0.01)
    )
    assert left.area == pytest.approx(0, abs=1e-6)


def test_the_union_is_that_of_points_thrown_at_random() -> None:
    rng = np.random.default_rng(4)
    spots = rng.uniform(0, 300, (12, 2))
    shapes = {"school_ground": [school(float(x), float(y)) for x, y in spots]}
    shapes["entrance"] = [gate(float(x) + 25, float(y)) for x, y in spots]
    asked = rule(SCHOOL, metres=30.0)
    found = drawn(town(shapes), asked)
    thrown = rng.uniform(-40, 400, (40_000, 2))
    covered = np.zeros(len(thrown), np.bool_)
    for place in found.places:
        west, south, east, north = shapely.bounds(place.outline)
        covered |= (
            (thrown[:, 0] > west) & (thrown[:, 0] < east) & (thrown[:, 1] > south) & (thrown[:, 1] < north)
        )
    for access in found.accesses:
        covered |= np.hypot(thrown[:, 0] - access.x, thrown[:, 1] - access.y) < 30
    assert covered.mean() * 440**2 == pytest.approx(found.zones.area, rel=0.03)
