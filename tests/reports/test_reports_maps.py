"""Cells, classes, paths and names of maps."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import Territory
from hygie.engines.streets.graph import StreetGraph
from hygie.reports.cells import SIDE, CellGrid, cell_grid, cells_path, weighted_medians
from hygie.reports.frame import WIDTH, Frame, line_path, shape_path, within_budget
from hygie.reports.ground import grounds, scale_bar
from hygie.reports.maps import (
    Canvas,
    MapWords,
    difference_classes,
    difference_map,
    difference_words,
    minute_classes,
    minutes_looks,
    minutes_map,
    minutes_words,
    place_marks,
)
from hygie.reports.stage import Stage, stage_of

THRESHOLDS = (5, 10, 15, 20)
FEW = 11


@pytest.fixture(scope="module")
def stage(territory: Territory) -> Stage:
    return stage_of(territory, FEW)


@pytest.fixture(scope="module")
def grid(stage: Stage) -> CellGrid:
    assert stage.grid is not None
    return stage.grid


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0.0, 0),
        (5.0, 0),
        (5.0001, 1),
        (10.0, 1),
        (15.0, 2),
        (15.001, 3),
        (20.0, 3),
        (20.001, 4),
        (900.0, 4),
        (np.nan, 5),
    ],
)
def test_exactly_fifteen_minutes_is_within_fifteen(minutes: float, expected: int) -> None:
    assert minute_classes(np.array([minutes]), THRESHOLDS).tolist() == [expected]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (0.0, 0),
        (0.99, 0),
        (1.0, 1),
        (4.99, 1),
        (5.0, 2),
        (10.0, 3),
        (np.inf, 3),
        (-1.0, -1),
        (-5.0, -2),
        (-np.inf, -3),
    ],
)
def test_a_change_of_exactly_a_step_belongs_to_it(change: float, expected: int) -> None:
    assert difference_classes(np.array([change]), (1, 5, 10)).tolist() == [expected]


def test_each_class_has_a_look_and_words() -> None:
    looks, words = minutes_looks(THRESHOLDS), minutes_words(THRESHOLDS, "à pied")
    assert looks == ("map-1", "map-2", "map-3", "map-4", "map-5", "map-none")
    assert words[0] == "0 à 5\u00a0min"
    assert words[-2:] == ("plus de 20\u00a0min", "aucun chemin à pied")
    assert len(set(minutes_looks((10,)))) == 3
    assert set(difference_words((1, 5, 10))) == set(range(-3, 4))


def test_more_classes_than_colours_are_refused(grid: CellGrid) -> None:
    with pytest.raises(ValueError, match="thresholds"):
        minutes_looks((5, 10, 15, 20, 25))
    with pytest.raises(ValueError, match="three steps"):
        difference_map("k", Canvas((), grid, {}), np.zeros(0), steps=(1,), words=MapWords("", ""))


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.one_of(st.floats(0, 60), st.just(float("nan"))), st.integers(1, 9)),
        min_size=1,
        max_size=40,
    )
)
def test_median_of_a_group_is_that_of_its_residents_written_out(items: list[tuple[int, float, int]]) -> None:
    present = sorted({group for group, _, _ in items})
    groups = np.array([present.index(group) for group, _, _ in items])
    values = np.array([value for _, value, _ in items])
    weights = np.array([float(weight) for _, _, weight in items])
    found = weighted_medians(values, weights, groups, len(present))
    for k in range(len(present)):
        everyone = np.sort(np.repeat(values[groups == k], weights[groups == k].astype(int)))
        np.testing.assert_equal(found[k], everyone[(len(everyone) - 1) // 2])


def test_a_cell_speaks_for_eleven_residents_or_not_at_all(territory: Territory, grid: CellGrid) -> None:
    drawn = grid.point_cell >= 0
    squares = grid.square[grid.point_cell[drawn]]
    people = np.bincount(squares[squares >= 0], territory.demand.people[drawn][squares >= 0])
    assert people.min() >= FEW
    alone = np.bincount(grid.point_cell[drawn], territory.demand.people[drawn])
    assert (alone < FEW).any()
    assert (grid.square == -1).any()  # the resident alone in the corner


def test_a_square_never_spreads_beyond_eight_hundred_metres(grid: CellGrid) -> None:
    for k in range(grid.squares):
        own = grid.square == k
        assert np.ptp(grid.column[own]) <= 3
        assert np.ptp(grid.row[own]) <= 3


def test_cells_hold_their_points(
    territory: Territory, grid: CellGrid, samples: ModuleType, stage: Stage
) -> None:
    plane = stage.windows[0].frame.plane
    x, y = plane.to_metres(territory.demand.lon, territory.demand.lat)
    cell = grid.point_cell
    assert np.all((grid.column[cell] * SIDE <= x) & (x < (grid.column[cell] + 1) * SIDE))
    assert np.all((grid.row[cell] * SIDE <= y) & (y < (grid.row[cell] + 1) * SIDE))


def test_margin_residents_are_never_drawn(territory: Territory, stage: Stage) -> None:
    inside = territory.demand.inside.copy()
    inside[:100] = False
    found = cell_grid(replace(territory.demand, inside=inside), stage.windows[0].frame.plane, FEW)
    assert np.all(found.point_cell[:100] == -1)


def test_residents_on_the_official_grid_keep_their_squares(territory: Territory) -> None:
    transformer = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
    side = np.arange(12)
    east, north = (v.ravel() * 200.0 for v in np.meshgrid(17_470 + side, 10_370 + side))
    lon, lat = transformer.transform(east + 100, north + 100)
    n = len(lon)
    demand = replace(
        territory.demand,
        ids=territory.demand.ids[:n],
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        people=np.full(n, 20.0),
        by_age=territory.demand.by_age[:n],
        imputed=territory.demand.imputed[:n],
        inside=territory.demand.inside[:n],
        zones={},
        income_decile=territory.demand.income_decile[:n],
    )
    plane = Plane(float(np.mean(lon)), float(np.mean(lat)))
    found = cell_grid(demand, plane, FEW)
    assert len(found) == n  # one cell a square: none merged, none empty between
    a, b, c, d, e, f = found.matrix
    column, row = found.column[found.point_cell] + 0.5, found.row[found.point_cell] + 0.5
    x, y = plane.to_metres(lon, lat)
    np.testing.assert_allclose(a * column + c * row + e, x, atol=1)
    np.testing.assert_allclose(b * column + d * row + f, y, atol=1)


def test_unknown_numbers_of_residents_are_drawn_by_building(territory: Territory, stage: Stage) -> None:
    unknown = replace(territory.demand, people=np.full(len(territory.demand), np.nan))
    found = cell_grid(unknown, stage.windows[0].frame.plane, FEW)
    assert found.weight.tolist() == [1.0] * len(territory.demand)
    assert (found.square >= 0).all()


def test_cell_value_is_the_median_of_its_residents(
    territory: Territory, grid: CellGrid, diagnosis: Diagnosis
) -> None:
    minutes = diagnosis.minutes["access_pharmacy"]
    values = grid.middle(minutes)
    biggest = int(np.argmax(np.bincount(grid.point_cell[grid.point_cell >= 0])))
    points = np.flatnonzero(grid.point_cell == biggest)
    everyone = np.sort(np.repeat(minutes[points], territory.demand.people[points].astype(int)))
    assert values[biggest] == everyone[(len(everyone) - 1) // 2]


def _area(path: str) -> float:
    """Area inside a path of h and v steps, holes counted by their turning."""
    total = 0.0
    for ring in re.findall(r"M(-?\d+) (-?\d+)([^Mz]*)z", path):
        x, y = int(ring[0]), int(ring[1])
        corners = [(x, y)]
        for axis, step in re.findall(r"([hv])(-?\d+)", ring[2]):
            x, y = (x + int(step), y) if axis == "h" else (x, y + int(step))
            corners.append((x, y))
        total += shapely.Polygon(corners).area * (1 if shapely.LinearRing(corners).is_ccw else -1)
    return abs(total)


@given(st.sets(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=60))
@settings(deadline=None)
def test_the_path_of_cells_covers_each_once(cells: set[tuple[int, int]]) -> None:
    columns, rows = np.array(sorted(cells)).T
    assert _area(cells_path(columns, rows)) == len(cells)


def test_every_coloured_cell_is_in_one_path_of_its_window(
    stage: Stage, grid: CellGrid, diagnosis: Diagnosis
) -> None:
    canvas = Canvas(stage.windows, grid, {})
    minutes = diagnosis.minutes["access_pharmacy"]
    figure = minutes_map("k", canvas, minutes, thresholds=THRESHOLDS, words=MapWords("t", "d"))
    drawn = sum(_area(path) for _, path in figure.drawings[0].cells)
    assert drawn == len(grid)
    assert _area(figure.drawings[0].outline) == int((grid.square >= 0).sum())
    assert {look for look, _ in figure.drawings[0].cells} == {item.look for item in figure.legend}


def test_frame_keeps_proportions_and_puts_north_up() -> None:
    plane = Plane(0.0, 45.0)
    frame = Frame.around(plane, np.array([-5000.0, 5000.0]), np.array([-100.0, 100.0]))
    assert 0.55 < frame.height / WIDTH <= 1.16
    lon, lat = plane.to_degrees(np.array([0.0, 0.0, 1000.0]), np.array([0.0, 1000.0, 0.0]))
    middle, north, east = frame.units(lon, lat)
    assert north[1] < middle[1]
    assert east[0] > middle[0]
    assert np.hypot(*(north - middle)) * frame.metres == pytest.approx(1000, rel=1e-6)
    with pytest.raises(ValueError, match="one point"):
        Frame.around(plane, np.zeros(0), np.zeros(0))


def test_scale_bar_is_a_round_length_of_its_words() -> None:
    frame = Frame.around(Plane(0.0, 45.0), np.array([-9000.0, 9000.0]), np.array([-9000.0, 9000.0]))
    units, words = scale_bar(frame)
    length = float(words.split("\u00a0")[0]) * (1000 if words.endswith("km") else 1)
    assert units * frame.metres == pytest.approx(length)
    assert units <= WIDTH / 5


def test_paths_are_relative_whole_and_dots_vanish() -> None:
    assert line_path(np.array([[0.2, 0.1], [5.0, 4.9], [5.0, 0.0]])) == "M0 0l5 5 0-5"
    assert line_path(np.array([[1.0, 1.0], [1.2, 1.1]])) == ""
    assert shape_path([shapely.box(0, 0, 10, 10)]) == "M10 0l0 10-10 0 0-10z"
    assert within_budget(["aaaa", "bbbb", "cccc"], 9) == "aaaabbbb"
    assert within_budget([], 9) == ""


def test_names_of_zones_never_cover_each_other(stage: Stage, territory: Territory) -> None:
    labels = stage.windows[0].labels
    assert {label.text for label in labels} == set(territory.layers["quarter"].names)
    boxes = []
    for label in labels:
        size = 21 if label.minor else 38
        half = len(label.text) * size * 0.5 / 2
        boxes.append(shapely.box(label.x - half, label.y - size * 0.8, label.x + half, label.y + size * 0.2))
    for i, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[i + 1 :])


def test_a_name_longer_than_the_map_is_left_out(samples: ModuleType) -> None:
    names = ("x" * 200, *samples.NAMES[1:])
    found = stage_of(samples.make_territory(zone_names=names), FEW).windows[0].labels
    assert "x" * 200 not in [label.text for label in found]


def test_marks_are_one_by_spot_and_inside_the_window(stage: Stage, territory: Territory) -> None:
    twice = np.array([0, 0, 1, 2])
    marks = place_marks(stage.windows, territory.places, twice)[stage.windows[0].key]
    assert [mark.name for mark in marks] == list(territory.places.names)
    assert all(0 <= mark.x <= WIDTH for mark in marks)


def test_streets_are_drawn_from_the_graph(territory: Territory, stage: Stage) -> None:
    plane = stage.windows[0].frame.plane
    lon, lat = plane.to_degrees(np.array([-2000.0, 0.0, 2000.0]), np.array([0.0, 50.0, 0.0]))
    graph = StreetGraph(
        profile="walk",
        lon=lon,
        lat=lat,
        tail=np.array([0, 1], np.int32),
        head=np.array([1, 2], np.int32),
        ticks_forward=np.array([9, 9], np.int32),
        ticks_back=np.array([9, 9], np.int32),
        shape_start=np.array([0, 2, 4], np.int32),
        shape_lon=lon[[0, 1, 1, 2]],
        shape_lat=lat[[0, 1, 1, 2]],
        kind=np.array([2, 2], np.int8),
    )
    over = dict(grounds(territory, plane, graph)[0].over)
    assert over["map-road"].count("M") == 1  # two edges, one line
    assert "map-street" not in over
    assert "map-road" not in dict(grounds(territory, plane)[0].over)
