"""What sources say of drawn things survives the folder, and the rule is the same after it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import shapely
from tests.engines.green.green_towns import NOWHERE, PARAMETERS, PLANE, SPEED, Town

from hygie.engines.green.rule import rule_of
from hygie.engines.green.scene import prepare_scene
from hygie.engines.kernel.shapes import shapes_of
from hygie.engines.kernel.territory import FeatureDetails
from hygie.readers.territory_folder import StoredTerritory, open_territory, write_territory

TOWN = Town(
    homes=[(0, 0, 20, 0)],
    buildings=[shapely.box(-5, -5, 5, 5)],
    trees=[(10, 10, 3.5), (10, -10, NOWHERE), (-12, 0, 0.5)],
    surfaces={"wood": [shapely.box(20, 20, 60, 60)], "canopy": [shapely.box(-60, -60, -20, -20)]},
)
DETAILS = FeatureDetails(
    sources=np.array(["openstreetmap", "tree_table", ""]),
    vintages=np.array(["2026", "", "2024-05"]),
    heights=np.array([12.5, NOWHERE, 0.0]),
    levels=np.array([NOWHERE, 2.0, 0.5]),
    hours=np.array(["", "Mo-Fr 08:00-18:00; PH off", "24/7"]),
    tags=np.array(["access=yes;fee=no", "", "nom=Chêne d’été"]),
)


def written(folder: Path) -> StoredTerritory:
    """The town with details on its trees, written."""
    territory = TOWN.territory()
    trees = replace(territory.features["tree"], details=DETAILS)
    territory = replace(territory, features={**territory.features, "tree": trees})
    stored = StoredTerritory(territory, PLANE, {}, "2026-11-22", (), SPEED, 300.0, 1.3)
    write_territory(stored, folder)
    return stored


def test_details_are_read_as_they_were_written(tmp_path: Path) -> None:
    written(tmp_path / "town")
    read = open_territory(tmp_path / "town").territory.features["tree"].details
    assert read is not None
    for field in fields(DETAILS):
        np.testing.assert_array_equal(getattr(read, field.name), getattr(DETAILS, field.name))


def test_shapes_and_the_rule_are_the_same_after_the_folder(tmp_path: Path) -> None:
    stored = written(tmp_path / "town")
    opened = open_territory(tmp_path / "town")
    for category in ("tree", "wood", "canopy", "building"):
        one, other = (shapes_of(s.territory, category, s.plane) for s in (stored, opened))
        np.testing.assert_array_equal(shapely.to_wkb(one.outlines), shapely.to_wkb(other.outlines))
        np.testing.assert_array_equal(one.values, other.values)
        assert one.tag("access").tolist() == other.tag("access").tolist()
    rules = [
        rule_of(prepare_scene(s.territory, s.plane, s.movements(), PARAMETERS), PARAMETERS, SPEED)
        for s in (stored, opened)
    ]
    np.testing.assert_array_equal(rules[0].seen, rules[1].seen)
    np.testing.assert_array_equal(rules[0].canopy, rules[1].canopy)
