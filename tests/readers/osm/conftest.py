"""Small OpenStreetMap files written by hand, and the sheet of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from hygie.readers.catalogue import load_checked
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.records import OsmFile

PACE = 80.0
SMALLEST = 25.0

Tags = Mapping[str, str]
ReadXml = Callable[..., OsmFile]


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


class Map:
    """An OSM XML document put together piece by piece, in the order given."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def node(self, number: int, lon: float | str, lat: float | str, **tags: str) -> Map:
        self.pieces.append(f'<node id="{number}" lat="{lat}" lon="{lon}">{_tags(_keys(tags))}</node>')
        return self

    def way(self, number: int, refs: Sequence[int], tags: Tags | None = None) -> Map:
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        self.pieces.append(f'<way id="{number}">{nodes}{_tags(tags or {})}</way>')
        return self

    def relation(self, number: int, members: Sequence[tuple[str, int, str]], tags: Tags) -> Map:
        inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self.pieces.append(f'<relation id="{number}">{inside}{_tags(tags)}</relation>')
        return self

    def square(self, first: int, west: float, south: float, side: float = 0.001) -> Map:
        """Four corner nodes, numbered from ``first``, anticlockwise from the south-west."""
        corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
        for place, (east, north) in enumerate(corners):
            self.node(first + place, round(west + east, 7), round(south + north, 7))
        return self

    @property
    def xml(self) -> str:
        return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{"".join(self.pieces)}</osm>'


def _keys(tags: Tags) -> dict[str, str]:
    """Keyword names as tag keys: ``healthcare__speciality`` stands for ``healthcare:speciality``."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


@pytest.fixture(scope="session")
def sheet() -> OsmSheet:
    path = catalogue_folder() / "sources" / "openstreetmap.yaml"
    return OsmSheet.from_mapping(load_checked(path, "source"))


@pytest.fixture
def new_map() -> type[Map]:
    return Map


@pytest.fixture
def read_map(sheet: OsmSheet, tmp_path: Path) -> Callable[[Map], OsmFile]:
    def read(drawn: Map) -> OsmFile:
        path = tmp_path / "map.osm"
        path.write_text(drawn.xml, encoding="utf-8")
        return read_osm(path, sheet, walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)

    return read


@pytest.fixture
def read_file(sheet: OsmSheet) -> Callable[[Path], OsmFile]:
    def read(path: Path) -> OsmFile:
        return read_osm(path, sheet, walk_metres_per_minute=PACE, dwelling_smallest_area=SMALLEST)

    return read
