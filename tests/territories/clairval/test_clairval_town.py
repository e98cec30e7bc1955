"""Clairval at any size: exact totals, sound geometry, the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import connected_components

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.plane import Plane
from hygie.readers.catalogue import load_catalogue
from hygie.territories.clairval import ClairvalTown, generate_clairval

SIZES = (2_000, 20_000, 92_000)
PLANE = Plane(-5.5, 46.3)
Towns = Callable[[int], Any]


def arrays_of(town: ClairvalTown) -> dict[str, bytes]:
    """Every array of a town as bytes, by name."""
    found: dict[str, bytes] = {}

    def visit(name: str, value: Any) -> None:
        if isinstance(value, np.ndarray):
            found[name] = b"".join(value) if value.dtype == object else value.tobytes()
        elif isinstance(value, dict):
            for key, inner in value.items():
                visit(f"{name}.{key}", inner)
        elif hasattr(value, "__dataclass_fields__"):
            for field in fields(value):
                visit(f"{name}.{field.name}", getattr(value, field.name))
        elif isinstance(value, tuple):
            found[name] = repr(value).encode()

    visit("town", town)
    return found


def metres(shapes: Any) -> Any:
    """WKB in degrees as shapes in metres."""
    return shapely.transform(
        np.array(shapely.from_wkb(shapes), dtype=object),
        lambda xy: np.column_stack(PLANE.to_metres(xy[:, 0], xy[:, 1])),
    )


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_town() -> None:
    first, again, other = (
        arrays_of(generate_clairval(people=3_000, seed=seed, walk_metres_per_minute=80.0))
        for seed in (5, 5, 6)
    )
    assert len(first) > 40
    assert first == again
    assert first["town.ways.lon"] != other["town.ways.lon"]


@pytest.mark.parametrize("people", SIZES)
def test_residents_sum_exactly_and_by_age(clairval: Towns, people: int) -> None:
    demand = clairval(people).territory.demand
    assert int(demand.people.sum()) == people
    assert np.array_equal(demand.by_age.sum(axis=1), demand.people)
    assert np.array_equal(demand.people, np.rint(demand.people))
    assert demand.people.min() >= 1
    assert demand.by_age.min() >= 0
    assert demand.inside.all()
    assert not demand.imputed.any()
    assert set(np.unique(demand.income_decile)) <= set(range(1, 11))


def test_children_never_live_without_an_adult(clairval: Towns) -> None:
    demand = clairval(92_000).territory.demand
    minors = [i for i, band in enumerate(demand.age_bands) if band.first < 18]
    assert np.all(demand.by_age[:, minors].sum(axis=1) <= demand.people / 2)


@pytest.mark.parametrize("people", [2_001, 4_567, 30_011])
def test_odd_sizes_are_exact(people: int) -> None:
    town = generate_clairval(people=people, seed=3, walk_metres_per_minute=80.0)
    assert int(town.territory.demand.people.sum()) == people


def test_communes_keep_their_shares(clairval: Towns) -> None:
    territory = clairval(92_000).territory
    layer = territory.layers["commune"]
    residents = np.bincount(territory.demand.zones["commune"], weights=territory.demand.people)
    assert layer.ids == tuple(f"{i:05d}" for i in range(1, 13))
    assert layer.names[0] == "Clairval"
    expected = [55_000, 9_000, 6_500, 5_200, 4_300, 3_400, 2_700, 2_100, 1_600, 1_200, 700, 300]
    assert residents == pytest.approx(expected, abs=12)


@pytest.mark.parametrize("people", SIZES)
def test_residents_and_places_lie_in_their_zones(clairval: Towns, people: int) -> None:
    territory = clairval(people).territory
    homes = shapely.points(territory.demand.lon, territory.demand.lat)
    for key, layer in territory.layers.items():
        zone = territory.demand.zones[key]
        outlines = np.array(shapely.from_wkb(list(layer.outlines)))
        assert shapely.is_valid(outlines).all(), key
        known = zone >= 0
        assert shapely.contains(outlines[zone[known]], homes[known]).all(), key
    places = territory.places
    communes = dict(zip(territory.layers["commune"].ids, territory.layers["commune"].outlines, strict=True))
    outlines = np.array([shapely.from_wkb(communes[code]) for code in places.communes])
    assert shapely.contains(outlines, shapely.points(places.lon, places.lat)).all()


def test_communes_tile_the_territory(clairval: Towns) -> None:
    communes = metres(list(clairval(92_000).territory.layers["commune"].outlines))
    whole = shapely.union_all(communes, grid_size=0.01)
    assert shapely.area(communes).sum() == pytest.approx(shapely.area(whole), rel=1e-6)


def test_no_real_place_lies_under_the_town(clairval: Towns) -> None:
    territory = clairval(92_000).territory
    outlines = shapely.total_bounds(shapely.from_wkb(list(territory.layers["commune"].outlines)))
    bay_of_biscay = shapely.box(-8.0, 45.0, -4.5, 47.0)
    assert bay_of_biscay.contains(shapely.box(*outlines))
    assert territory.fictional
    assert all("fictif" in layer.vintage for layer in territory.layers.values())


@pytest.mark.parametrize("people", SIZES)
def test_streets_are_one_network_near_every_door(clairval: Towns, people: int) -> None:
    walked = clairval(people)
    assert connected_components(walked.graph(), directed=False)[0] == 1
    x, y = PLANE.to_metres(walked.ways.lon, walked.ways.lat)
    for points, at in ((walked.territory.demand, walked.homes), (walked.territory.places, walked.places)):
        px, py = PLANE.to_metres(points.lon, points.lat)
        assert np.hypot(px - x[at], py - y[at]).max() < 60


def test_the_default_town_has_the_size_benchmarks_expect(clairval: Towns) -> None:
    walked = clairval(92_000)
    meets = np.bincount(np.concatenate(walked.graph().tocoo().coords), minlength=len(walked.ways.lon))
    assert 11_000 < np.count_nonzero(meets != 2) < 13_000
    assert 18_000 < len(walked.territory.demand) < 23_000
    assert 25_000 < len(walked.territory.features["tree"].ids) < 36_000


@pytest.mark.parametrize("people", SIZES)
def test_no_building_stands_in_water_on_a_street_or_over_another(clairval: Towns, people: int) -> None:
    walked = clairval(people)
    features = walked.territory.features
    buildings = metres(features["building"].shapes)
    x, y = PLANE.to_metres(walked.ways.lon, walked.ways.lat)
    runs = np.split(walked.ways.nodes, walked.ways.start[1:-1])
    streets = shapely.linestrings(
        np.column_stack([x, y])[np.concatenate(runs)],
        indices=np.repeat(np.arange(len(runs)), [len(run) for run in runs]),
    )
    tree = shapely.STRtree(buildings)
    assert not tree.query(metres(features["water"].shapes), predicate="intersects").size
    assert not tree.query(metres(features["rail"].shapes), predicate="intersects").size
    assert not tree.query(streets, predicate="dwithin", distance=2.5).size
    one, other = tree.query(shapely.buffer(buildings, -0.05), predicate="intersects")
    assert np.array_equal(one, other)


def test_trees_stand_clear_of_walls_and_water(clairval: Towns) -> None:
    features = clairval(20_000).territory.features
    trees = metres(features["tree"].shapes)
    for kind in ("building", "water"):
        assert not shapely.STRtree(trees).query(metres(features[kind].shapes), predicate="contains").size
    assert features["tree"].values.min() > 1.0


def test_green_spaces_are_entered_where_a_way_crosses_their_edge(clairval: Towns) -> None:
    territory = clairval(92_000).territory
    gates = territory.places.of("green")
    parks = shapely.boundary(shapely.union_all(metres(territory.features["green"].shapes)))
    x, y = PLANE.to_metres(territory.places.lon[gates], territory.places.lat[gates])
    assert shapely.distance(shapely.points(x, y), parks).max() < 0.01
    assert len(np.unique(territory.places.sites[gates])) >= 14
    assert all(name for name in territory.places.names[gates])


def test_small_parks_are_drawn_but_are_no_place() -> None:
    every, large = (
        generate_clairval(
            people=20_000, seed=1, walk_metres_per_minute=80.0, smallest_green_square_metres=size
        )
        for size in (0.0, 9_000.0)
    )
    assert len(every.territory.features["green"].ids) == len(large.territory.features["green"].ids)
    assert len(every.territory.places.of("green")) > len(large.territory.places.of("green")) > 0


def test_the_town_provides_what_its_source_sheet_declares(clairval: Towns) -> None:
    sheet = load_catalogue().source("hygie_clairval")
    territory = clairval(2_000).territory
    assert territory.provided == frozenset(sheet.provides)
    assert {account.name for account in territory.sources} == {sheet.key}


@pytest.mark.parametrize("people", SIZES)
def test_places_are_named_once_and_sites_are_shared(clairval: Towns, people: int) -> None:
    territory = clairval(people).territory
    places = territory.places
    own = places.categories != "green"
    named = list(zip(places.categories[own], places.names[own], strict=True))
    assert len(set(named)) == len(named)
    assert set(places.categories) <= territory.provided
    assert set(places.categories[places.sites == "clairval:hospital-1"]) == {
        *("hospital_site", "emergency", "maternity", "duty_house")
    }
    assert np.nanmin(places.capacity) >= 1
    assert len(places.of("pharmacy")) >= 2


@pytest.mark.parametrize(
    ("people", "seed"), [(1_999, 1), (200_001, 1), (0, 1), (-5, 1), (92_000, -1)], ids=str
)
def test_impossible_sizes_are_refused_in_french(people: int, seed: int) -> None:
    with pytest.raises(HygieError, match=r"Clairval|graine") as refusal:
        generate_clairval(people=people, seed=seed, walk_metres_per_minute=80.0)
    assert refusal.value.fix


def test_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    generate_clairval(
        people=2_000,
        seed=1,
        walk_metres_per_minute=80.0,
        progress=lambda label, done, total: told.append((label, done, total)),
    )
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]
