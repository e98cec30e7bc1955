"""Ways a profile may use, as lines that meet where they share a node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count, pairwise

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import LineString

from hygie.engines.streets.graph import RawWays
from hygie.readers.osm.durations import kilometres_per_hour, minutes
from hygie.readers.osm.ledger import Fault, Ledger
from hygie.readers.osm.objects import Extract, Found, LonLat
from hygie.readers.osm.profile_table import Passage, ProfileTable
from hygie.readers.osm.shapes import Shape, is_multipolygon, shape_of
from hygie.readers.osm.sheet import OsmSheet

Key = tuple[int, int]
"""A node and 0, or the number of one of the separate ends that a barrier makes of it."""

METRES_PER_MINUTE = 1000 / 60
"""In one kilometre per hour."""
_GLOBE = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Usable:
    """An object the profile may use: its lines of nodes, one for each way that draws it."""

    found: Found
    passage: Passage
    lines: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of nodes to travel on."""

    keys: tuple[Key, ...]
    metres_per_minute: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a profile goes: ``metres_per_minute``, or a ``share`` of the speed a line states."""

    metres_per_minute: float
    share: float = 1.0


@dataclass(frozen=True)
class Survey:
    """What a network is drawn from.

    Attributes
    ----------
    profile
        Name of a profile of the sheet.
    extract, sheet
        Objects and positions; the tables.
    pace
        Metres per minute on ways whose line states no speed, and the share held of the speed that a
        line states. Ferries have their own speed.
    ledger
        Where what becomes of each object is noted.
    """

    profile: str
    extract: Extract
    sheet: OsmSheet
    pace: Pace
    ledger: Ledger

    @property
    def table(self) -> ProfileTable:
        """Table of the profile."""
        return self.sheet.profiles[self.profile]

    def speed(self, passage: Passage) -> float:
        """Metres per minute on a way."""
        stated = passage.speed * METRES_PER_MINUTE * self.pace.share
        return stated or self.pace.metres_per_minute

    @property
    def positions(self) -> Mapping[int, LonLat]:
        """Positions of the nodes that are present."""
        return self.extract.positions


def network(survey: Survey) -> RawWays:
    """Lines that a profile may use: ways by number, then across squares; only the nodes they use."""
    usable = list(_usable(survey))
    cuts = {number for number, node in survey.extract.nodes.items() if survey.table.cuts(node.tags)}
    survey.ledger.used.update(f"osm:n{number}" for number in cuts)
    lines = [*_along(usable, cuts, survey), *_across_squares(usable, cuts, survey)]
    return _raw(survey.profile, lines, survey.positions)


def _along(usable: Sequence[Usable], cuts: Collection[int], survey: Survey) -> Iterator[Line]:
    """Lines along ways and the outlines of squares, cut at barriers and at absent nodes."""
    separate = count(1)
    ferries: list[str] = []
    for item in usable:
        runs = [run for nodes in item.lines for run in present_runs(nodes, survey.positions)]
        if not runs:
            survey.ledger.fail(item.found, _too_short(item, survey.positions))
            continue
        whole = sum(map(len, runs)) == sum(len(_distinct(nodes)) for nodes in item.lines)
        speed = _speed(item, runs[0] if whole else (), survey)
        survey.ledger.use(item.found, clipped=not whole)
        if speed is None:
            ferries.append(item.found.row)
            continue
        for run in runs:
            for keys in cut_at(run, cuts, lambda: next(separate)):
                yield Line(keys, speed, item.passage)
    survey.ledger.list_objects("Bacs sans durée ni vitesse connues, non empruntés", ferries)


def _usable(survey: Survey) -> Iterator[Usable]:
    """Objects the profile may use; the values its table lacks are counted."""
    table, extract, ledger = survey.table, survey.extract, survey.ledger
    walked: set[int] = set()
    for way in extract.ways.values():
        ruling = table.rule(way.tags, closed=way.closed)
        ledger.count_unmapped(way, ruling.unknown)
        if ruling.passage is not None:
            walked.add(way.number)
            yield Usable(way, ruling.passage, (way.refs,))
    for relation in extract.relations.values():
        ruling = table.rule(relation.tags, closed=True)
        ledger.count_unmapped(relation, ruling.unknown)
        if ruling.passage is not None and is_multipolygon(relation.tags):
            drawing = [ref for kind, ref, _ in relation.members if kind == "w"]
            if drawing and walked.issuperset(drawing):
                ledger.use(relation)  # its outline is already walked as ways
                continue
            present = (ref for ref in drawing if ref in extract.member_ways and ref not in walked)
            lines = tuple(extract.member_ways[ref].refs for ref in present)
            yield Usable(relation, replace(ruling.passage, area=True), lines)


def _distinct(nodes: Sequence[int]) -> list[int]:
    """Nodes without immediate repeats."""
    return [*nodes[:1], *(node for before, node in pairwise(nodes) if node != before)]


def present_runs(nodes: Sequence[int], positions: Mapping[int, LonLat]) -> list[tuple[int, ...]]:
    """Longest stretches of a way whose nodes all have a position, at least two nodes each."""
    runs: list[list[int]] = [[]]
    for node in _distinct(nodes):
        if node in positions:
            runs[-1].append(node)
        else:
            runs.append([])
    return [tuple(run) for run in runs if len(run) > 1]


def cut_at(
    run: Sequence[int], cuts: Collection[int], separate: Callable[[], int]
) -> Iterator[tuple[Key, ...]]:
    """Cut a line at barriers: each side keeps its own end there, so that they no longer meet."""
    line: list[Key] = []
    for place, node in enumerate(run):
        if node not in cuts:
            line.append((node, 0))
            continue
        line.append((node, separate()))
        if 0 < place < len(run) - 1:
            yield tuple(line)
            line = [(node, separate())]
    yield tuple(line)


def _too_short(item: Usable, positions: Mapping[int, LonLat]) -> Fault:
    nodes = {node for line in item.lines for node in line}
    absent = sum(node not in positions for node in nodes)
    if not nodes:
        return Fault("nœuds", "aucun", "aucun nœud : l’objet n’est dessiné nulle part dans l’extrait")
    if absent:
        reason = "pas deux nœuds voisins présents dans l’extrait"
        return Fault("nœuds", f"{absent} absents sur {len(nodes)}", reason)
    return Fault("nœuds", "un seul", "une voie relie au moins deux nœuds")


def _speed(item: Usable, crossing: Sequence[int], survey: Survey) -> float | None:
    """Metres per minute on a way, or None for a ferry where nothing tells it.

    ``crossing`` are the nodes of the whole way, none where the extract cuts it: a ferry's duration is
    that of the whole crossing and says nothing of a part.
    """
    if not item.passage.own_time:
        return survey.speed(item.passage)
    tags, table = item.found.tags, survey.table
    taken = minutes(tags.get(table.duration_key, ""))
    if taken is not None and crossing:
        lon, lat = zip(*(survey.positions[node] for node in crossing), strict=True)
        metres = float(_GLOBE.line_length(lon, lat))
        return metres / taken if metres > 0 else None
    speed = kilometres_per_hour(tags.get(table.speed_key, ""))
    return None if speed is None else speed * METRES_PER_MINUTE


def _across_squares(usable: Sequence[Usable], cuts: Collection[int], survey: Survey) -> Iterator[Line]:
    """Straight lines inside each square between the nodes where other ways enter it."""
    meetings: Counter[int] = Counter()
    for item in usable:
        meetings.update({node for nodes in item.lines for node in nodes})
    limits, wide = survey.sheet.limits, list[str]()
    for item in (item for item in usable if item.passage.area):
        shape = shape_of(item.found, survey.extract, limits.repair_share)
        if isinstance(shape, Fault):
            continue  # its outline stays walkable
        ring = dict.fromkeys(node for nodes in item.lines for node in nodes if node in survey.positions)
        entries = [node for node in ring if meetings[node] > 1 and node not in cuts]
        if len(entries) > limits.square_entries:
            wide.append(item.found.row)
            continue
        for a, b in _inside(entries, shape, item, survey.positions):
            yield Line(((a, 0), (b, 0)), survey.speed(item.passage), item.passage)
    survey.ledger.list_objects("Places aux entrées trop nombreuses, suivies par leur contour seul", wide)


def _inside(
    entries: Sequence[int], shape: Shape, item: Usable, positions: Mapping[int, LonLat]
) -> Iterator[tuple[int, int]]:
    """Pairs of entries that see each other inside a square and are not already neighbours."""
    outline = {frozenset(pair) for nodes in item.lines for pair in pairwise(nodes)}
    pairs = [pair for pair in combinations(entries, 2) if frozenset(pair) not in outline]
    if not pairs:
        return
    shapely.prepare(shape.outline)
    segments = np.array([LineString([positions[a], positions[b]]) for a, b in pairs], dtype=object)
    seen = shapely.covers(shape.outline, segments)
    yield from (pair for pair, inside in zip(pairs, seen, strict=True) if inside)


def _raw(profile: str, lines: Sequence[Line], positions: Mapping[int, LonLat]) -> RawWays:
    """Number the nodes in the order lines meet them."""
    index: dict[Key, int] = {}
    nodes = [index.setdefault(key, len(index)) for line in lines for key in line.keys]
    places = np.array([positions[node] for node, _ in index], np.float64).reshape(-1, 2)
    start = np.concatenate([[0], np.cumsum([len(line.keys) for line in lines], dtype=np.int64)])
    return RawWays(
        profile=profile,
        lon=places[:, 0].copy(),
        lat=places[:, 1].copy(),
        start=start.astype(np.int32),
        nodes=np.array(nodes, np.int32),
        metres_per_minute=np.array([line.metres_per_minute for line in lines], np.float64),
        forward=np.array([line.passage.forward for line in lines], np.bool_),
        back=np.array([line.passage.back for line in lines], np.bool_),
        kind=np.array([line.passage.kind for line in lines], np.int8),
    )
