"""Territories built from small hand-made files, without any official one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from hygie.engines.kernel.errors import HygieError
from hygie.territories.build import build_territory

MAP = Path(__file__).resolve().parents[1] / "readers/osm/walking_map.osm"

RECIPE = """\
format: 1
code: 00099
name: Carte d’essai
reference_date: 2026-11-22
boundary: data
sources:
  - source: openstreetmap
    vintage: 2026
    files: {extract: walking_map.osm}
    residents: RESIDENTS
"""


def recipe(folder: Path, text: str) -> Path:
    shutil.copy(MAP, folder / MAP.name)
    (folder / "territory.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_map_alone_gives_streets_and_no_invented_residents(tmp_path: Path) -> None:
    stored = build_territory(recipe(tmp_path, RECIPE.replace("RESIDENTS", "dwellings")))
    territory = stored.territory
    assert territory.has_streets
    assert np.isnan(territory.demand.people).all()
    assert {"people", "age", "sex", "gp"} <= set(territory.missing)
    assert not {"streets:walk", "streets:car"} & set(territory.missing)
    assert stored.streets["walk"].graph.edges > stored.streets["car"].graph.edges > 10
    (source,) = territory.sources
    assert source.read == source.kept + source.rejected > 0


def test_what_a_map_does_not_show_is_no_source_rather_than_zero(tmp_path: Path) -> None:
    territory = build_territory(recipe(tmp_path, RECIPE.replace("RESIDENTS", "dwellings"))).territory
    assert territory.provided == set(territory.places.categories.tolist())


def test_totals_cannot_be_spread_without_communes(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="spread"):
        build_territory(recipe(tmp_path, RECIPE.replace("RESIDENTS", "spread")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: openstreetmap", "source: astrology", "inconnue"),
        ("extract:", "picture:", "extract"),
        ("boundary: data", "boundary: {communes: [00001]}", "contours"),
    ],
)
def test_an_impossible_recipe_says_what_is_missing(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = RECIPE.replace("RESIDENTS", "dwellings").replace(old, new)
    with pytest.raises(HygieError, match=said):
        build_territory(recipe(tmp_path, text))


def test_a_map_without_a_road_has_no_driving_graph(tmp_path: Path) -> None:
    folder = recipe(tmp_path, RECIPE.replace("RESIDENTS", "dwellings"))
    paths = re.sub(
        r'v="(residential|unclassified|service|living_street|road|(motorway|trunk|primary'
        r'|secondary|tertiary)(_link)?)"',
        'v="path"',
        MAP.read_text(encoding="utf-8"),
    )
    (folder / MAP.name).write_text(paths, encoding="utf-8")
    stored = build_territory(folder)
    assert set(stored.streets) == {"walk"}
    assert "streets:car" in stored.territory.missing
    assert stored.territory.has_streets


def test_warnings_tell_roads_from_walkable_streets(tmp_path: Path) -> None:
    warnings = build_territory(recipe(tmp_path, RECIPE.replace("RESIDENTS", "dwellings"))).territory.warnings
    islands = [text for text in warnings if "sans liaison" in text]
    assert [text.split(" est en ")[0] for text in islands] == ["Le plan des rues", "Le réseau routier"]
