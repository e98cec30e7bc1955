"""Objects of a file whose tags matter, and the positions they need: four passes, nothing else kept.

Each pass reads the file from one end to the other, so neither the order of objects nor a node that
comes after its way matters; memory follows what is kept, not the size of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from hygie.readers.osm.scan import Scanned
from hygie.readers.osm.tagtests import Tags
from hygie.readers.osm.wording import unreadable
from hygie.readers.records import Progress

LonLat = tuple[float, float]

DEGREE = 10_000_000
"""libosmium holds coordinates in whole 1e-7 degrees."""
PROGRESS_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Found:
    """A node, way or relation.

    Attributes
    ----------
    kind
        ``node``, ``way`` or ``relation``.
    number
        Its OpenStreetMap number, unique within its kind.
    tags
        All its tags.
    refs
        Nodes of a way, in order.
    members
        Of a relation: kind letter, number and role.
    """

    kind: str
    number: int
    tags: Tags
    refs: tuple[int, ...] = ()
    members: tuple[tuple[str, int, str], ...] = ()

    @property
    def row(self) -> str:
        """How an account names it: « way 123 »."""
        return f"{self.kind} {self.number}"

    @property
    def id(self) -> str:
        """Its identifier in Hygie: « osm:w123 »."""
        return f"osm:{self.kind[0]}{self.number}"

    @property
    def closed(self) -> bool:
        """Whether a way ends where it starts."""
        return len(self.refs) > 3 and self.refs[0] == self.refs[-1]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tags matter, by kind of object."""

    node: Callable[[Tags], bool]
    way: Callable[[Tags], bool]
    relation: Callable[[Tags], bool]


@dataclass
class Extract:
    """What is kept of a file.

    Attributes
    ----------
    nodes, ways, relations
        Objects whose tags matter, by number, ascending.
    member_ways
        Ways that draw the relations kept, by number.
    positions
        Longitude and latitude of every node needed that is present and on the globe.
    off_globe
        Needed nodes whose coordinates are absent or impossible, as written.
    total
        Objects in the file.
    repeated
        Objects that came more than once; the last one stands.
    """

    nodes: Mapping[int, Found] = field(default_factory=dict)
    ways: Mapping[int, Found] = field(default_factory=dict)
    relations: Mapping[int, Found] = field(default_factory=dict)
    member_ways: Mapping[int, Found] = field(default_factory=dict)
    positions: Mapping[int, LonLat] = field(default_factory=dict)
    off_globe: Mapping[int, str] = field(default_factory=dict)
    total: int = 0
    repeated: int = 0


class Passes:
    """The passes over one file."""

    def __init__(self, path: Path, scanned: Scanned, progress: Progress) -> None:
        self._file = osmium.io.File(str(path), scanned.format)
        self._name = scanned.name
        self._progress = progress
        self.total = 0
        self.repeated = 0

    def _objects(self, kinds: osmium.osm.osm_entity_bits, label: str) -> Iterator[Any]:
        """Objects of some kinds, the deleted ones of a history left out; counted."""
        objects: Iterable[Any] = osmium.FileProcessor(self._file, kinds)
        for count, item in enumerate(objects):
            self.total += 1
            if count % PROGRESS_EVERY == 0:
                self._progress(f"Lecture de {self._name} : {label}", count, 0)
            if item.visible:
                yield item

    def _collect(self, found: Iterator[Found]) -> dict[int, Found]:
        """Objects by number, ascending; the last of equals stands."""
        kept: dict[int, Found] = {}
        for item in found:
            self.repeated += item.number in kept
            kept[item.number] = item
        return dict(sorted(kept.items()))

    def relations(self, wanted: Callable[[Tags], bool]) -> dict[int, Found]:
        """Relations whose tags matter."""

        def found() -> Iterator[Found]:
            for item in self._objects(osmium.osm.RELATION, "relations"):
                tags = dict(item.tags)
                if wanted(tags):
                    members = tuple((m.type, m.ref, m.role) for m in item.members)
                    yield Found("relation", item.id, tags, members=members)

        with readable(self._name):
            return self._collect(found())

    def ways(
        self, wanted: Callable[[Tags], bool], members: Collection[int]
    ) -> tuple[dict[int, Found], dict[int, Found]]:
        """Ways whose tags matter; and the ways that draw a relation, whatever their tags."""
        drawing: dict[int, Found] = {}

        def found() -> Iterator[Found]:
            for item in self._objects(osmium.osm.WAY, "voies et contours"):
                tags = dict(item.tags)
                matters = wanted(tags)
                if not matters and item.id not in members:
                    continue
                way = Found("way", item.id, tags, refs=tuple(node.ref for node in item.nodes))
                if way.number in members:
                    drawing[way.number] = way
                if matters:
                    yield way

        with readable(self._name):
            return self._collect(found()), drawing

    def nodes(self, wanted: Callable[[Tags], bool]) -> dict[int, Found]:
        """Nodes whose tags matter."""

        def found() -> Iterator[Found]:
            processor = osmium.FileProcessor(self._file, osmium.osm.NODE)
            tagged: Iterable[Any] = processor.with_filter(osmium.filter.EmptyTagFilter())
            for item in tagged:
                tags = dict(item.tags)
                if item.visible and wanted(tags):
                    yield Found("node", item.id, tags)

        with readable(self._name):
            return self._collect(found())

    def positions(self, needed: Collection[int]) -> tuple[dict[int, LonLat], dict[int, str]]:
        """Positions of the nodes needed; apart, those that are off the globe, as written."""
        on, off = {}, {}
        with readable(self._name):
            for item in self._objects(osmium.osm.NODE, "positions"):
                if item.id not in needed:
                    continue
                place = item.location
                if place.valid():
                    on[item.id] = (place.x / DEGREE, place.y / DEGREE)
                else:
                    off[item.id] = f"{place.x / DEGREE:g}, {place.y / DEGREE:g}"
        return on, off


@contextmanager
def readable(file: str) -> Iterator[None]:
    """Turn whatever libosmium says of a faulty file into one `InputError`."""
    try:
        yield
    except (RuntimeError, ValueError, OSError, MemoryError, osmium.InvalidLocationError) as error:
        raise unreadable(file, str(error)) from error


def gather(path: Path, scanned: Scanned, wanted: Wanted, progress: Progress) -> Extract:
    """Read what matters of a file.

    Raises
    ------
    InputError
        If libosmium cannot decode the file, or it holds no object at all.
    """
    passes = Passes(path, scanned, progress)
    relations = passes.relations(wanted.relation)
    drawing = {ref for item in relations.values() for kind, ref, _ in item.members if kind == "w"}
    ways, member_ways = passes.ways(wanted.way, drawing)
    nodes = passes.nodes(wanted.node)
    needed = set(nodes)
    for way in (*ways.values(), *member_ways.values()):
        needed.update(way.refs)
    positions, off_globe = passes.positions(needed)
    if passes.total == 0:
        raise unreadable(scanned.name, "")
    return Extract(
        nodes,
        ways,
        relations,
        member_ways,
        positions,
        off_globe,
        passes.total,
        passes.repeated,
    )
