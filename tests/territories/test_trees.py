"""Trees of a map and of inventories: none counted twice, none lost without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from hygie.readers.catalogue import load_catalogue
from hygie.readers.mapped_tables import TreeFile
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.records import FileAccount, OsmFile
from hygie.territories.area import Area
from hygie.territories.trees import trees_of

MAP = Path(__file__).resolve().parents[1] / "readers/osm/walking_map.osm"
BOX = shapely.box(3.0, 43.0, 3.1, 43.1)
AREA = Area(BOX, BOX, frozenset(), frozenset())


def osm(*points: tuple[float, float]) -> OsmFile:
    """A real map file, its trees replaced by these."""
    read = read_osm(
        MAP,
        OsmSheet.from_mapping(load_catalogue().sources["openstreetmap"].raw),
        walk_metres_per_minute=80.0,
        car_speed_factor=0.8,
        dwelling_smallest_area=25.0,
    )
    trees = np.array([(*point, np.nan) for point in points], np.float64).reshape(-1, 3)
    return replace(read, trees=trees, tree_ids=tuple(f"node/{i}" for i in range(len(points))))


def inventory(*points: tuple[float, float]) -> TreeFile:
    trees = np.array([(*point, 2.0) for point in points], np.float64).reshape(-1, 3)
    n = len(points)
    account = FileAccount("arbres.csv", "0" * 64, n, n)
    return TreeFile(tuple(f"town:{i}" for i in range(n)), ("Platane",) * n, trees, account)


TRIANGLE = inventory((3.01, 43.01), (3.03, 43.01), (3.02, 43.03))


def test_an_inventory_replaces_the_map_within_its_extent_only() -> None:
    found = trees_of(osm((3.02, 43.015), (3.09, 43.09)), [("town", TRIANGLE)], AREA)
    assert found.feature is not None
    assert found.feature.ids.tolist() == ["town:0", "town:1", "town:2", "node/1"]
    assert found.feature.names.tolist() == ["Platane"] * 3 + [""]
    assert "1\u00a0arbre d’OpenStreetMap remplacé" in found.warnings[0]


def test_a_tree_far_away_does_not_stretch_the_extent() -> None:
    with_far = inventory((3.01, 43.01), (3.03, 43.01), (3.02, 43.03), (5.0, 45.0))
    found = trees_of(osm((3.08, 43.08)), [("town", with_far)], AREA)
    assert found.feature is not None
    assert "node/0" in found.feature.ids
    assert found.outside == {"town": 1}


def test_two_inventories_stand_side_by_side() -> None:
    found = trees_of(None, [("a", TRIANGLE), ("b", inventory((3.05, 43.05)))], AREA)
    assert found.feature is not None
    assert len(found.feature.ids) == 4
    assert found.warnings == ()


def test_without_an_inventory_the_map_is_kept_whole() -> None:
    found = trees_of(osm((3.02, 43.02), (9.0, 45.0)), [], AREA)
    assert found.feature is not None
    assert found.feature.ids.tolist() == ["node/0", "node/1"]
    assert trees_of(osm(), [], AREA).feature is None
    assert trees_of(None, [("town", inventory())], AREA).feature is None
