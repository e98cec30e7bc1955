"""Ways to school without main roads, against a Dijkstra written by hand."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory, with_people_unknown

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.diagnosis.result import Diagnosis, IndicatorResult
from hygie.engines.diagnosis.school_ways import quiet_ticks
from hygie.engines.kernel.measures import FigureUse, Reason, Status
from hygie.engines.kernel.minutes import UNREACHABLE
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import AgeBand, Territory
from hygie.engines.kernel.travel import Located, Movement
from hygie.engines.streets.build import build_graph
from hygie.engines.streets.graph import RawWays, StreetGraph
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

PLANE = Plane(0.0, 0.5)
METRES_PER_MINUTE = 80.0
STREET, MAIN = 1, 2
BANDS = (AgeBand(0, 5), AgeBand(6, 10), AgeBand(11, 64), AgeBand(65, None))
SHEET = IndicatorSheet(
    *("school_ways", "Chemins de l’école", "Qui ?", "part", Kind.SCHOOL_WAY, ("school_primary",), "walk"),
    target="d’une école élémentaire",
    subject="chemins de l’école",
)


def asked() -> DiagnosisParameters:
    uses = [
        FigureUse(key, value, "ans", "2026-01-01", "to-verify", "Essai")
        for key, value in (("primary_first_age", 6.0), ("primary_last_age", 10.0))
    ]
    return replace(
        PARAMETERS,
        indicators=(*PARAMETERS.indicators, SHEET),
        categories={**PARAMETERS.categories, "school_primary": PARAMETERS.categories["gp"]},
        figures=(*PARAMETERS.figures, *uses),
    )


def travel(lines: list[tuple[int, list[tuple[float, float]]]]) -> StreetTravel:
    """Streets through these points, metres east and north of the middle of the town."""
    corners = sorted({point for _, line in lines for point in line})
    lon, lat = PLANE.to_degrees(*np.array(corners, np.float64).T)
    ways = RawWays(
        profile="walk",
        lon=lon,
        lat=lat,
        start=np.cumsum([0, *(len(line) for _, line in lines)]).astype(np.int32),
        nodes=np.array([corners.index(point) for _, line in lines for point in line], np.int32),
        metres_per_minute=np.full(len(lines), METRES_PER_MINUTE),
        forward=np.ones(len(lines), np.bool_),
        back=np.ones(len(lines), np.bool_),
        kind=np.array([kind for kind, _ in lines], np.int8),
    )
    graph = build_graph(ways, PLANE)
    return StreetTravel(
        graph, build_hierarchy(graph), PLANE, limit_metres=300.0, metres_per_minute=METRES_PER_MINUTE
    )


def at(model: StreetTravel, points: list[tuple[float, float]]) -> Located:
    return model.locate(*PLANE.to_degrees(*np.array(points, np.float64).reshape(-1, 2).T))


def by_hand(graph: StreetGraph, origins: Located, goals: Located, banned: int) -> NDArray[np.int64]:
    """Ticks by a heap, on the edges under a kind; points leave their own edge by both its ends."""
    ahead = defaultdict(list)
    for e in np.flatnonzero(graph.kind < banned):
        tail, head = int(graph.tail[e]), int(graph.head[e])
        ahead[tail].append((head, int(graph.ticks_forward[e])))
        ahead[head].append((tail, int(graph.ticks_back[e])))
    found = np.full((len(origins), len(goals)), UNREACHABLE, np.int64)
    for i in range(len(origins)):
        if origins.edge[i] < 0:
            continue
        e = origins.edge[i]
        best: dict[int, int] = {}
        heap = [
            (int(origins.ticks_tail[i]), int(graph.tail[e])),
            (int(origins.ticks_head[i]), int(graph.head[e])),
        ]
        while heap:
            ticks, node = heapq.heappop(heap)
            if ticks < best.get(node, UNREACHABLE):
                best[node] = ticks
                for other, more in ahead[node]:
                    heapq.heappush(heap, (ticks + more, other))
        for j in range(len(goals)):
            f = goals.edge[j]
            if f < 0:
                continue
            ends = ((graph.tail[f], goals.ticks_tail[j]), (graph.head[f], goals.ticks_head[j]))
            ways = [best.get(int(node), UNREACHABLE) + int(more) for node, more in ends]
            if e == f:
                ways.append(along(graph, e, origins, i, goals, j))
            found[i, j] = min(UNREACHABLE, *ways)
    return found


def along(graph: StreetGraph, e: int, origins: Located, i: int, goals: Located, j: int) -> int:
    """Ticks between two points of one edge, straight along it."""
    length = int(graph.ticks_forward[e])
    places = []
    for points, k in ((origins, i), (goals, j)):
        tail, head = int(points.ticks_tail[k]), int(points.ticks_head[k])
        position = (tail - head + length) // 2
        places.append((position, tail - position))
    (one, off), (other, more) = places
    return off + more + abs(one - other)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.1, 0.7))
def test_quiet_times_are_those_of_a_dijkstra_without_main_roads(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    size, side = 5, 120.0
    lines = []
    for i in range(size):
        for j in range(size):
            for di, dj in ((1, 0), (0, 1)):
                if i + di < size and j + dj < size and rng.random() < 0.85:
                    kind = MAIN if rng.random() < share else STREET
                    lines.append((kind, [(i * side, j * side), ((i + di) * side, (j + dj) * side)]))
    model = travel(lines)
    homes = at(model, [tuple(p) for p in rng.uniform(-10, (size - 1) * side + 10, (25, 2)).tolist()])
    schools = at(model, [tuple(p) for p in rng.uniform(-10, (size - 1) * side + 10, (4, 2)).tolist()])
    found = quiet_ticks(model, homes, schools)
    np.testing.assert_array_equal(np.minimum(found, UNREACHABLE), by_hand(model.graph, homes, schools, MAIN))
    everything = model.each(homes, schools)
    np.testing.assert_array_equal(
        np.minimum(everything, UNREACHABLE), by_hand(model.graph, homes, schools, MAIN + 1)
    )
    assert (found >= everything).all()


# A quiet street south and one north, joined by a main road only; a school on each, the northern one on the
# main road, a little after the last crossing.
SOUTH, NORTH = [(0.0, 0.0), (200.0, 0.0), (400.0, 0.0)], [(0.0, 600.0), (200.0, 600.0), (400.0, 600.0)]
LINES = [
    (STREET, SOUTH),
    (STREET, NORTH),
    (MAIN, [(200.0, 0.0), (200.0, 300.0), (200.0, 600.0), (200.0, 900.0), (200.0, 1200.0)]),
    (STREET, [(200.0, 300.0), (260.0, 300.0)]),
    (STREET, [(200.0, 900.0), (140.0, 900.0)]),
]


def town(homes: list[tuple[tuple[float, float], Home]], schools: list[tuple[float, float]]) -> Territory:
    """Homes and schools at metres of the plan."""
    flat = territory(
        [home for _, home in homes],
        [Shop(f"s{rank}", "school_primary", 0) for rank in range(len(schools))],
        provided=("pharmacy", "gp", "school_primary"),
        bands=BANDS,
    )
    (lon, lat), (x, y) = (
        PLANE.to_degrees(*np.array(points, np.float64).reshape(-1, 2).T)
        for points in ([point for point, _ in homes], schools)
    )
    return replace(
        flat,
        demand=replace(flat.demand, lon=lon, lat=lat),
        places=replace(flat.places, lon=x, lat=y),
    )


def told(place: Territory, model: StreetTravel | None = None) -> tuple[Diagnosis, IndicatorResult]:
    streets = model or travel(LINES)
    people, places = (streets.locate(c.lon, c.lat) for c in (place.demand, place.places))
    diagnosis = diagnose(place, {"walk": Movement(streets, people, places)}, asked())
    return diagnosis, diagnosis.indicator("school_ways")


HOMES = [
    ((100.0, 5.0), Home(0, ages=(10, 20, 60, 10), quarter=0)),
    ((100.0, 605.0), Home(0, ages=(10, 20, 60, 10), quarter=1)),
]


def test_residents_are_near_by_quiet_streets_along_a_main_road_or_far() -> None:
    _, result = told(town(HOMES, [(390.0, -5.0)]))
    whole, south, north = result.cell(), result.cell("quarter", "Q1"), result.cell("quarter", "Q2")
    assert whole is not None
    assert south is not None
    assert north is not None
    assert result.status is Status.COMPUTED
    assert [whole.measures[f"people_school_{part}"].value for part in ("quiet", "main", "far")] == [
        100,
        100,
        0,
    ]
    assert south.measures["school_quiet"].value == 1
    assert north.measures["school_main"].value == 1
    pupils = result.cell(group="age_6_10")
    assert pupils is not None
    assert pupils.measures["people"].value == 40
    assert pupils.measures["people_school_quiet"].value == 20


def test_each_school_says_who_reaches_it_and_how() -> None:
    _, result = told(town(HOMES, [(390.0, -5.0), (390.0, 605.0)]))
    for school in ("s0", "s1"):
        cell = result.cell("place", school)
        assert cell is not None
        assert cell.zone_name == f"Lieu {school}"
        assert cell.measures["people"].value == 200
        assert cell.measures["people_school_quiet"].value == 100
        assert cell.measures["people_school_main"].value == 100


def test_crossing_a_main_road_is_no_walk_along_it() -> None:
    crossing = [((100.0, 5.0), HOMES[0][1])]
    _, result = told(town(crossing, [(390.0, -5.0)]))
    cell = result.cell()
    assert cell is not None
    assert cell.measures["school_quiet"].value == 1


def test_the_stretch_of_ones_own_street_is_free_up_to_the_crossing_and_no_further() -> None:
    """A school on the main road: free from the street at the end of its stretch, not from the next one."""
    _, result = told(town(HOMES, [(205.0, 450.0)]))
    south, north = result.cell("quarter", "Q1"), result.cell("quarter", "Q2")
    assert south is not None
    assert north is not None
    assert north.measures["school_quiet"].value == 1
    assert south.measures["school_main"].value == 1


def test_a_school_cut_off_from_the_zone_it_serves_is_said() -> None:
    diagnosis, _ = told(town(HOMES, [(390.0, -5.0), (205.0, 1050.0)]))
    (said,) = [f for f in diagnosis.findings if f.key.startswith("school_way:")]
    assert said.sentence == (
        "«\u00a0Lieu s1\u00a0»\u00a0: aucun logement des Ormeaux ne la rejoint sans longer un axe principal."
    )
    assert (said.layer, said.zone) == ("quarter", "Q2")


def test_no_part_can_be_had_by_subtraction() -> None:
    homes = [*HOMES, ((100.0, 600.0), Home(0, ages=(2, 0, 3, 0), quarter=0))]
    _, result = told(town(homes, [(390.0, -5.0)]))
    cell = result.cell("quarter", "Q1")
    assert cell is not None
    parts = [cell.measures[f"people_school_{part}"] for part in ("quiet", "main", "far")]
    assert {measure.status for measure in parts} == {Status.SUPPRESSED}
    whole = result.cell()
    assert whole is not None
    assert whole.measures["people_school_main"].value == 105


def test_without_streets_or_without_main_roads_nothing_is_computed() -> None:
    place = town(HOMES, [(390.0, -5.0)])
    flat = diagnose(place, movements(place), asked()).indicator("school_ways")
    assert flat.reason is Reason.NO_STREETS
    quiet = travel([(STREET, line) for _, line in LINES])
    assert told(place, quiet)[1].reason is Reason.NO_MAIN_ROAD
    unsourced = replace(town(HOMES, []), provided=frozenset({"gp"}))
    assert told(unsourced)[1].reason is Reason.NO_SOURCE


def test_without_any_school_everybody_is_far() -> None:
    cell = told(town(HOMES, []))[1].cell()
    assert cell is not None
    assert cell.measures["school_far"].value == 1


def test_dwellings_are_counted_as_points_when_residents_are_unknown() -> None:
    place = with_people_unknown(town(HOMES, [(390.0, -5.0)]))
    diagnosis, result = told(place)
    cell = result.cell(group="dwellings")
    assert cell is not None
    assert result.status is Status.ESTIMATE
    assert cell.measures["points"].value == 2
    assert cell.measures["school_main"].value == pytest.approx(0.5)
    assert not any(key.startswith("people") for key in cell.measures)
    assert [f for f in diagnosis.findings if f.indicator == "school_ways"] == []


def test_bands_that_cut_the_ages_of_pupils_leave_everybody_alone() -> None:
    place = town(HOMES, [(390.0, -5.0)])
    cut = (AgeBand(0, 3), AgeBand(4, 17), AgeBand(18, 64), AgeBand(65, None))
    _, result = told(replace(place, demand=replace(place.demand, age_bands=cut)))
    assert {cell.group for cell in result.cells} == {"all"}
