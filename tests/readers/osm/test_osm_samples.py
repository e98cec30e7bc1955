"""Real extracts, counted again by a plain XML parse that shares nothing with the reader."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from hygie.readers.records import OsmFile

pytestmark = pytest.mark.sample_data

ReadFile = Callable[[Path], OsmFile]
XML = ["redon.osm.gz", "saint_jean.osm.gz", "bobigny_bondy_extrait.osm.gz", "monaco.osm.gz"]
PBF = ["saint_barthelemy.osm.pbf", "paris_bss.osm.pbf", "le_mans_extrait.osm.pbf"]


@pytest.fixture(scope="module")
def extracts(sample_data: Path) -> Path:
    return sample_data / "osm_extraits"


def parsed(path: Path) -> dict[str, dict[int, ET.Element]]:
    with gzip.open(path) as stream:
        root = ET.parse(stream).getroot()  # noqa: S314  # a public file of known content
    return {kind: {int(e.get("id", "0")): e for e in root.iter(kind)} for kind in ("node", "way", "relation")}


def tag(element: ET.Element, key: str) -> str | None:
    return next((t.get("v") for t in element.iter("tag") if t.get("k") == key), None)


@pytest.mark.parametrize("name", XML)
def test_trees_and_buildings_are_those_of_a_plain_parse(
    name: str, extracts: Path, read_file: ReadFile
) -> None:
    read, raw = read_file(extracts / name), parsed(extracts / name)
    trees = {f"osm:n{i}" for i, node in raw["node"].items() if tag(node, "natural") == "tree"}
    assert set(read.tree_ids) == trees
    buildings = {
        f"osm:{kind[0]}{i}"
        for kind in ("way", "relation")
        for i, element in raw[kind].items()
        if tag(element, "building") not in (None, "no", "construction")
        and (kind == "way" or tag(element, "type") == "multipolygon")
    }
    found = {building.id for building in read.buildings}
    named = " ".join(text for text in read.account.warnings if "en partie" in text)
    faulty = {f"osm:{reject.row[0]}{reject.row.split()[1]}" for reject in read.account.rejects}
    faulty |= {f"osm:w{number}" for number in re.findall(r"way (\d+)", named)}
    outer = {
        f"osm:w{member.get('ref')}"
        for element in raw["relation"].values()
        if tag(element, "building")
        for member in element.iter("member")
        if member.get("role") != "inner"
    }
    assert found <= buildings
    assert buildings - found <= faulty | outer


def test_redon_holds_what_its_description_says(extracts: Path, read_file: ReadFile) -> None:
    read, raw = read_file(extracts / "redon.osm.gz"), parsed(extracts / "redon.osm.gz")
    assert len(read.trees) == 317
    assert sum(tag(way, "highway") is not None for way in raw["way"].values()) == 370
    built = {f"way {i}" for i, way in raw["way"].items() if tag(way, "building")}
    found = {f"way {building.id[5:]}" for building in read.buildings if building.id[4] == "w"}
    lost = {reject.row for reject in read.account.rejects} & built
    drawing = {
        f"way {member.get('ref')}"
        for relation in raw["relation"].values()
        if tag(relation, "building")
        for member in relation.iter("member")
        if member.get("role") != "inner"
    }
    assert len(built) == 1_066
    assert len(found) + len(lost) + len(drawing & built - found - lost) == 1_066
    assert len(found) > 1_000
    assert {"pharmacy", "school_primary", "counter", "food_shop", "green"} <= read.places.provides


def test_every_walkable_street_of_redon_is_there_node_by_node(extracts: Path, read_file: ReadFile) -> None:
    """Ways of plain tags only, whose ruling nobody would discuss."""
    read, raw = read_file(extracts / "redon.osm.gz"), parsed(extracts / "redon.osm.gz")
    ways = read.ways["walk"]
    here = {(round(a, 7), round(b, 7)) for a, b in zip(ways.lon.tolist(), ways.lat.tolist(), strict=True)}
    place = {
        i: (round(float(node.get("lon", "")), 7), round(float(node.get("lat", "")), 7))
        for i, node in raw["node"].items()
    }
    discussed = {"access", "foot", "indoor", "ford", "area"}
    for way in raw["way"].values():
        keys = {t.get("k") for t in way.iter("tag")}
        refs = [int(nd.get("ref", "0")) for nd in way.iter("nd")]
        if tag(way, "highway") in ("residential", "footway", "steps", "tertiary") and not keys & discussed:
            present = [ref in place for ref in refs]
            for ref, before, after in zip(refs, [False, *present], [*present[1:], False], strict=False):
                if ref in place and (before or after):
                    assert place[ref] in here


@pytest.mark.parametrize("name", XML + PBF)
def test_each_extract_balances_and_gives_sound_columns(
    name: str, extracts: Path, read_file: ReadFile
) -> None:
    read = read_file(extracts / name)
    account, ways = read.account, read.ways["walk"]
    assert account.read == account.kept + len(account.rejects)
    assert account.sha256 == hashlib.sha256((extracts / name).read_bytes()).hexdigest()
    assert ways.start[0] == 0
    assert ways.start[-1] == len(ways.nodes)
    assert np.all(np.diff(ways.start) >= 2)
    assert np.array_equal(np.unique(ways.nodes), np.arange(len(ways.lon)))
    assert np.all(ways.forward | ways.back)
    assert np.all(ways.metres_per_minute > 0)
    assert {dwelling.id for dwelling in read.dwellings} <= {building.id for building in read.buildings}
    for area in (*read.buildings, *read.greens, *read.waters):
        assert area.value > 0
        assert shapely.from_wkb(area.outline).is_valid
    assert len({place.id for place in read.places.places}) == len(read.places.places)
    assert {place.category for place in read.places.places} <= read.places.provides


@pytest.mark.parametrize(("name", "highways"), [("saint_barthelemy.osm.pbf", 515)])
def test_a_whole_island_of_plain_roads_is_walkable(
    name: str, highways: int, extracts: Path, read_file: ReadFile
) -> None:
    read = read_file(extracts / name)
    assert len(read.ways["walk"].kind) == highways
    assert read.account.clipped == 0
