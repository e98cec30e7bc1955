"""The rule home by home and by zone, against towns counted by hand."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.engines.green.green_towns import NOWHERE, PARAMETERS, SPEED, Town

from hygie.engines.green.canopy import canopy_of
from hygie.engines.green.rule import rule_of
from hygie.engines.green.spaces import shaded_places
from hygie.engines.green.zones import WHOLE, green_result
from hygie.engines.kernel.measures import Reason, Status

SHADED = replace(PARAMETERS, shaded=True)
FINE = 256


def house(x: float, y: float, half: float = 5.0) -> shapely.Polygon:
    return shapely.box(x - half, y - half, x + half, y + half)


def crowns_of(town: Town) -> shapely.Geometry:
    columns = np.array(town.trees)
    return shapely.union_all(shapely.buffer(shapely.points(columns[:, :2]), columns[:, 2], quad_segs=FINE))


TWO = Town(
    homes=[(0, 0, 30, 0), (400, 0, 70, 1)],
    buildings=[house(0, 0), house(400, 0), shapely.box(420, -30, 422, 30)],
    trees=[(10, 20, 4), (-10, 20, 4), (0, -20, 4), (430, 0, 4), (433, 3, 4), (400, 22, 4)],
    surfaces={"green": [shapely.box(200, 0, 280, 80)]},
    gates=[(200, 0)],
    quarters=[shapely.box(-100, -100, 200, 100), shapely.box(200, -100, 600, 100)],
)


def test_each_home_is_counted_as_by_hand() -> None:
    scene = TWO.scene()
    rule = rule_of(scene, PARAMETERS, SPEED)
    assert rule.radii == (15.0, 30.0, 50.0)
    assert rule.near.tolist() == [[0, 3, 3], [0, 3, 3]]
    assert rule.seen[:, 1].tolist() == [3, 1]
    assert rule.meets_three(PARAMETERS).tolist() == [True, False]
    np.testing.assert_allclose(rule.metres, [200.0, 200.0], atol=0.02)
    crowns = shapely.union_all(
        shapely.buffer([shapely.Point(x, y) for x, y, _ in TWO.trees], 4, quad_segs=FINE)
    )
    for home, x in ((0, 0.0), (1, 400.0)):
        around = shapely.Point(x, 0).buffer(300, quad_segs=FINE)
        assert rule.canopy[home] == pytest.approx(
            shapely.area(around.intersection(crowns)) / around.area, rel=1e-3
        )


def test_zones_add_up_residents_as_by_hand() -> None:
    result = green_result(TWO.scene(), PARAMETERS, SPEED)
    told = {(zone.layer, zone.zone): zone.measures for zone in result.zones}
    whole = told[WHOLE, "99999"]
    assert whole["people"].value == 100
    assert whole["people_three"].value == 30
    assert whole["three"].value == pytest.approx(0.3)
    assert whole["people_near_three"].value == 100
    assert whole["score_three"].value == pytest.approx((30 * 1 + 70 / 3) / 100)
    assert whole["three_hundred"].value == 1
    assert whole["people_all_three"].value == 0
    assert (told["quarter", "q0"]["three"].value, told["quarter", "q1"]["three"].value) == (1, 0)
    crowns = shapely.union_all(
        shapely.buffer([shapely.Point(x, y) for x, y, _ in TWO.trees], 4, quad_segs=FINE)
    )
    for zone, outline in zip(("q0", "q1"), TWO.quarters, strict=True):
        expected = shapely.area(shapely.intersection(crowns, outline)) / shapely.area(outline)
        assert told["quarter", zone]["canopy"].value == pytest.approx(expected, rel=1e-3)
        assert told["quarter", zone]["canopy"].status is Status.COMPUTED


def test_the_score_falls_to_nothing_over_the_fade() -> None:
    homes = [(x, 0, 20, 0) for x in (0, 300, 301, 650, 1000, 1500)]
    town = Town(homes, trees=[(0, 0, 2)], surfaces={"green": [shapely.box(-80, -80, 0, 0)]}, gates=[(0, 0)])
    rule = rule_of(town.scene(), PARAMETERS, SPEED)
    scores = rule.scores(PARAMETERS)["three_hundred"]
    assert rule.meets_three_hundred(PARAMETERS).tolist()[:2] == [True, rule.metres[1] <= 300]
    np.testing.assert_allclose(scores, [1, 1, 699 / 700, 0.5, 0, 0], atol=1e-4)


def test_size_of_a_green_space_is_inclusive_and_an_option() -> None:
    park = shapely.box(100, 0, 180, 80)
    town = Town([(0, 0, 20, 0)], trees=[(0, 5, 2)], surfaces={"green": [park]}, gates=[(100, 0)])
    for hectares, reached in ((0.5, True), (0.63, True), (0.65, False), (1.0, False)):
        asked = replace(PARAMETERS, smallest_hectares=hectares)
        assert np.isfinite(rule_of(town.scene(asked), asked, SPEED).metres[0]) == reached
        straight = replace(asked, straight=True)
        expected = 100.0 if reached else math.inf
        assert rule_of(town.scene(straight), straight, SPEED).metres[0] == pytest.approx(expected, abs=0.01)


def test_a_shaded_place_counts_by_its_share_and_its_size() -> None:
    square, bare, tiny = shapely.box(0, 0, 20, 20), shapely.box(100, 0, 160, 60), shapely.box(50, 0, 60, 10)
    trees = [(10, 10, 6.5), (55, 5, 6.0), (130, 30, 6.5)]
    town = Town([(0, -100, 20, 0)], trees=trees, surfaces={"square": [square, tiny], "green": [bare]})
    scene = town.scene(SHADED)
    (kept,) = shaded_places(scene, SHADED)
    assert shapely.intersection(kept, square).area / square.area == pytest.approx(1, abs=1e-3)
    rule = rule_of(scene, SHADED, SPEED)
    assert rule.metres[0] == pytest.approx(100, abs=0.1)
    assert "three_hundred" in rule.estimates
    harder = replace(SHADED, shaded_share=0.34)
    assert not len(shaded_places(scene, harder))
    assert rule_of(scene, harder, SPEED).metres[0] == math.inf
    straight = replace(SHADED, straight=True)
    assert rule_of(scene, straight, SPEED).metres[0] == pytest.approx(100, abs=0.01)


def test_nothing_drawn_is_not_a_zero() -> None:
    scene = Town([(0, 0, 20, 0)], buildings=[house(0, 0)]).scene()
    result = green_result(scene, PARAMETERS, SPEED)
    assert {key: reason for key, (_, reason) in result.tests.items()} == dict.fromkeys(
        ("three", "thirty", "three_hundred"), Reason.NO_SOURCE
    )
    shaded = green_result(scene, SHADED, SPEED)
    assert shaded.tests["three_hundred"] == (Status.NOT_COMPUTED, Reason.NO_SOURCE)


def test_a_surveyed_canopy_tells_the_second_test_alone() -> None:
    cover = shapely.box(-500, -500, 500, 0)
    town = Town([(0, 0, 20, 0)], buildings=[house(0, 0)], surfaces={"canopy": [cover]})
    result = green_result(town.scene(), PARAMETERS, SPEED)
    assert result.tests["three"] == (Status.NOT_COMPUTED, Reason.NO_SOURCE)
    assert result.tests["thirty"] == (Status.COMPUTED, None)
    assert result.homes.canopy[0] == pytest.approx(0.5, abs=1e-4)


def test_woods_join_crowns_and_alone_tell_nothing() -> None:
    wood = {"wood": [shapely.box(-500, 0, 500, 500)]}
    alone = green_result(Town([(0, 0, 20, 0)], surfaces=wood).scene(), PARAMETERS, SPEED)
    assert alone.tests["thirty"] == (Status.NOT_COMPUTED, Reason.NO_SOURCE)
    town = Town([(0, 0, 20, 0)], trees=[(0, -50, 3)], surfaces=wood)
    result = green_result(town.scene(), PARAMETERS, SPEED)
    assert result.tests["thirty"] == (Status.ESTIMATE, None)
    assert result.homes.canopy[0] == pytest.approx(0.5 + 9 / 300**2, abs=1e-4)
    assert any("bois dessiné" in warning for warning in result.provenance.warnings)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_woods_and_crowns_are_one_union_to_a_thousandth(seed: int) -> None:
    """Crowns that touch a wood are drawn with 128 segments of the same area; the worst gap is asserted."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 400, (2, 300))
    radius = rng.uniform(1, 8, 300)
    woods = np.array(
        [shapely.Point(*p).buffer(40, quad_segs=3) for p in rng.uniform(0, 400, (6, 2))], dtype=object
    )
    pond = np.array([shapely.box(150, 150, 220, 260)], dtype=object)
    canopy = canopy_of(x, y, radius, pond, woods)
    crowns = shapely.buffer(shapely.points(x, y), radius, quad_segs=FINE)
    exact = shapely.union_all([*crowns, *woods]).difference(pond[0])
    at = rng.uniform(0, 400, (12, 2))
    found = canopy.shares_within(at[:, 0].copy(), at[:, 1].copy(), 90.0)
    for share, point in zip(found.tolist(), at, strict=True):
        ground = shapely.Point(*point).buffer(90, quad_segs=FINE)
        expected = exact.intersection(ground).area / ground.difference(pond[0]).area
        assert share == pytest.approx(expected, abs=3e-4)
    zone = np.array([shapely.box(50, 50, 350, 300)], dtype=object)
    shares, land = canopy.shares_of(zone)
    assert shares[0] * land[0] == pytest.approx(exact.intersection(zone[0]).area, rel=3e-4)


def test_warnings_say_what_is_missing() -> None:
    town = Town(
        [(0, 0, 20, 0), (900, 900, 20, 0)],
        buildings=[house(0, 0), house(900, 900), house(1800, 0), house(0, 1800), house(1800, 1800)],
        trees=[(20, 20, NOWHERE)],
        surfaces={"green": [house(50, 50)]},
    )
    told = " ".join(green_result(town.scene(), PARAMETERS, SPEED).provenance.warnings).replace("\u202f", " ")
    assert "Aucun espace vert public de 0,5 ha ou plus dans les données" in told
    assert "1\u00a0point d’habitation sur 2 à moins de 300 m du bord" in told
    assert "un houppier de 5,0 m de diamètre" in told
    shaded = " ".join(green_result(town.scene(SHADED), SHADED, SPEED).provenance.warnings)
    assert "Aucun lieu public" in shaded


BOW = shapely.Polygon([(20, 0), (40, 20), (40, 0), (20, 20)])
FLAT = shapely.Polygon([(0, 30), (10, 30), (5, 30)])
POINT_LIKE = shapely.Polygon([(3, 3), (3, 3), (3, 3)])


def not_a_number() -> shapely.Polygon:
    with np.errstate(invalid="ignore"):
        return shapely.Polygon([(60, 0), (70, 0), (NOWHERE, 10), (60, 10)])


def test_hostile_shapes_neither_break_nor_spread() -> None:
    odd = [BOW, FLAT, POINT_LIKE, not_a_number()]
    town = Town(
        homes=[(0, 0, 20, 0), (30, 10, 20, 0), (NOWHERE, 0, 20, 0)],
        buildings=[house(0, 0), *odd],
        trees=[(10, 10, 3), (NOWHERE, 4, 3), (5, 0, 3), (12, 12, NOWHERE)],
        surfaces={"water": odd, "wood": odd, "canopy": odd, "green": odd, "square": odd},
        gates=[(20, 0)],
    )
    for parameters in (PARAMETERS, SHADED):
        result = green_result(town.scene(parameters), parameters, SPEED)
        assert result.zones[0].measures["people"].value == 40
        assert np.isfinite(result.homes.canopy).all()
        assert ((result.homes.canopy >= 0) & (result.homes.canopy <= 1)).all()


def test_a_tree_on_a_wall_is_shade_and_never_seen() -> None:
    """On the wall to the last digit in metres, so where degrees put it must not matter."""
    town = Town(
        homes=[(0, 0, 20, 0)],
        buildings=[house(0, 0)],
        trees=[(5, 0, 3), (5, 5, 3), (0, -5, 3), (20, 0, 3)],
    )
    rule = rule_of(town.scene(), PARAMETERS, SPEED)
    assert 1 <= rule.seen[0, rule.main] <= rule.near[0, rule.main] <= 4
    assert rule.canopy[0] > 0


def test_ten_times_the_town_takes_a_bounded_time() -> None:
    """Work grows with the town, not with its square: ten times the homes stays far under a hundred."""

    def seconds(side: int) -> float:
        rng = np.random.default_rng(4)
        centres = [(40.0 * i, 40.0 * j) for i in range(side) for j in range(side)]
        trees = rng.uniform(0, 40 * side, (2 * side * side, 2))
        town = Town(
            homes=[(x, y, 5, 0) for x, y in centres],
            buildings=[house(x, y) for x, y in centres],
            trees=[(x, y, 3.0) for x, y in trees.tolist()],
        )
        scene = town.scene()
        started = time.process_time()
        rule_of(scene, PARAMETERS, SPEED)
        return time.process_time() - started

    seconds(5)
    small, large = seconds(20), seconds(63)
    assert large < 40 * max(small, 0.02)
