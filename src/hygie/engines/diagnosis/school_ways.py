"""Ways to school: who reaches a primary school on foot without walking along a main road.

The streets are walked twice: all of them, then without the edges that are main roads. Crossing a main
road is no walk along it. A home or a school whose own street is a main road has no other way out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.dependence import LAYERS
from hygie.engines.diagnosis.groups import DWELLINGS, AgeGroup, band_columns
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, people_key
from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.diagnosis.residents import Cover
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import finding_of, whole_key
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import of_place
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.minutes import UNREACHABLE, Ticks, threshold_ticks
from hygie.engines.kernel.territory import OUTSIDE, Booleans, Floats, Integers
from hygie.engines.kernel.travel import UNSNAPPED, Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.engines.streets.travel import StreetTravel

MAIN = 2
"""Kind of an edge from which it is a main road."""
PLACE = "place"
"""Layer of the cells that are about one school."""
QUIET, ALONG_MAIN, FAR = "school_quiet", "school_main", "school_far"
"""Parts of the residents: near a school by quiet streets, near one along a main road only, far from any."""
FIRST_AGE, LAST_AGE = "primary_first_age", "primary_last_age"
"""Figures: ages of the pupils of a primary school."""
_SCHOOLS_SAID = 2


@dataclass(frozen=True)
class SchoolWays:
    """Times of the counted residents to each school, by any street and without main roads.

    ``schools`` are positions in the territory's places; both times have shape (counted points, schools).
    """

    schools: NDArray[np.int64]
    any_way: Ticks
    quiet: Ticks


def school_result(study: Study, sheet: IndicatorSheet, ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """Who is near a school and by which way, by zone, then school by school.

    Cells of zones count their residents; the cell of a school, of layer ``place``, counts those who
    reach it within the main threshold. The three parts of a zone are kept back together as soon as
    one is too small: the others would give it away.
    """
    del ticks
    reason = study.reason_against(sheet) or _reason(study, sheet)
    if reason is not None:
        return empty_result(sheet, reason)
    ways, groups = school_ways(study, sheet), _groups(study)
    limit = threshold_ticks(study.parameters.main_threshold)
    parts = _parts(ways, limit)
    cells = [
        cell
        for cover in study.residents.covers
        for group, weights in groups.items()
        for cell in _zone_cells(study.parameters, cover, (group, weights), parts)
    ]
    cells += [
        _school_cell(study, ways, rank, (group, weights))
        for rank in range(len(ways.schools))
        for group, weights in groups.items()
    ]
    places = study.territory.places
    return replace(
        empty_result(sheet),
        status=_status(study),
        reason=None,
        cells=tuple(cells),
        sources=tuple(sorted(set(places.sources[ways.schools].tolist()))),
    )


def _status(study: Study) -> Status:
    return Status.COMPUTED if study.residents.known else Status.ESTIMATE


def _reason(study: Study, sheet: IndicatorSheet) -> Reason | None:
    """Why main roads cannot be told apart here; None when they can."""
    model = study.movements[sheet.mode].model
    if not isinstance(model, StreetTravel):
        return Reason.NO_STREETS
    kinds = model.graph.kind
    return None if (kinds >= MAIN).any() and (kinds < MAIN).any() else Reason.NO_MAIN_ROAD


def _groups(study: Study) -> dict[str, Floats]:
    """Everybody, then the pupils' ages where the bands of the source give them exactly."""
    residents, parameters = study.residents, study.parameters
    if not residents.known:
        return dict(residents.weights)
    first, last = round(parameters.figure(FIRST_AGE)), round(parameters.figure(LAST_AGE))
    group = AgeGroup(f"age_{first}_{last}", first, last)
    demand = study.territory.demand
    columns = band_columns(group, demand.age_bands) if residents.bands else None
    groups = {WHOLE: residents.weights[WHOLE]}
    if columns is not None:
        groups[group.key] = demand.by_age[residents.positions][:, columns].sum(axis=1)
    return groups


@lru_cache(maxsize=2)
def school_ways(study: Study, sheet: IndicatorSheet) -> SchoolWays:
    """Times to each school, computed once a study.

    Raises
    ------
    ValueError
        If the territory has no streets of this mode.
    """
    movement = study.movements[sheet.mode]
    if not isinstance(movement.model, StreetTravel):
        raise ValueError("main roads are told from streets, not from the crow's flight")
    schools = study.territory.places.of(*sheet.categories)
    people, goals = movement.people.take(study.residents.positions), movement.places.take(schools)
    return SchoolWays(schools, movement.model.each(people, goals), quiet_ticks(movement.model, people, goals))


def quiet_ticks(model: StreetTravel, origins: Located, goals: Located) -> Ticks:
    """Ticks from each origin to each goal without walking along a main road, shape (origins, goals).

    A main road may be crossed. Of a point whose own street is a main road, the way to either end of
    its stretch of street is free; nobody else may take that stretch.
    """
    used = np.unique(np.concatenate([origins.edge, goals.edge]))
    used = used[used != UNSNAPPED]
    quiet, number_of = _without_main_roads(model.graph, used[model.graph.kind[used] >= MAIN])
    travel = replace(model, graph=quiet, hierarchy=build_hierarchy(quiet))
    (people, person), (places, place) = (_both_ends(points, number_of) for points in (origins, goals))
    times = np.full((len(origins), len(goals)), UNREACHABLE, np.int32)
    np.minimum.at(times, (person[:, None], place[None, :]), travel.each(people, places))
    return times


def _without_main_roads(graph: StreetGraph, own: Integers) -> tuple[StreetGraph, NDArray[np.int32]]:
    """The streets without main roads, and two dead ends for each main edge of ``own``.

    One dead end leaves from the tail of the edge and one from its head, as long as the edge: who lives
    on it walks to one end or the other, and nobody walks through.

    Returns
    -------
    tuple
        The graph, and by edge of the old one its two numbers in the new one, or ``UNSNAPPED``; shape
        (edges, 2).
    """
    kept = np.flatnonzero(graph.kind < MAIN)
    extra = np.arange(own.size, dtype=np.int32)
    first, second = graph.nodes + extra, graph.nodes + own.size + extra
    order = np.concatenate([kept, own, own])
    number_of = np.full((graph.edges, 2), UNSNAPPED, np.int32)
    number_of[kept, 0] = np.arange(kept.size)
    number_of[own, 0], number_of[own, 1] = kept.size + extra, kept.size + own.size + extra
    drawn = np.zeros(order.size + 1, np.int32)  # no shape: these streets are walked, never drawn
    quiet = StreetGraph(
        profile=graph.profile,
        lon=np.concatenate([graph.lon, graph.lon[graph.head[own]], graph.lon[graph.tail[own]]]),
        lat=np.concatenate([graph.lat, graph.lat[graph.head[own]], graph.lat[graph.tail[own]]]),
        tail=np.concatenate([graph.tail[kept], graph.tail[own], second]).astype(np.int32),
        head=np.concatenate([graph.head[kept], first, graph.head[own]]).astype(np.int32),
        ticks_forward=graph.ticks_forward[order],
        ticks_back=graph.ticks_back[order],
        shape_start=drawn,
        shape_lon=graph.shape_lon[:0],
        shape_lat=graph.shape_lat[:0],
        kind=graph.kind[order],
    )
    return quiet, number_of


def _both_ends(points: Located, number_of: NDArray[np.int32]) -> tuple[Located, NDArray[np.intp]]:
    """The points on their new edges, twice those of a main road, and whose each is."""
    on_street = points.edge != UNSNAPPED
    numbers = np.where(on_street[:, None], number_of[np.where(on_street, points.edge, 0)], UNSNAPPED)
    twice = np.flatnonzero(numbers[:, 1] != UNSNAPPED)
    whose = np.concatenate([np.arange(len(points)), twice])
    moved = points.take(whose)
    edge = np.concatenate([numbers[:, 0], numbers[twice, 1]]).astype(np.int32)
    return replace(moved, edge=edge), whose


def _parts(ways: SchoolWays, limit: int) -> dict[str, Booleans]:
    """Which residents are of each part, by the nearest school of each way; shape (counted points,)."""
    near, quiet = (
        np.min(ticks, axis=1, initial=UNREACHABLE) <= limit for ticks in (ways.any_way, ways.quiet)
    )
    return {QUIET: quiet, ALONG_MAIN: near & ~quiet, FAR: ~near}


def _zone_cells(
    parameters: DiagnosisParameters, cover: Cover, group: tuple[str, Floats], parts: Mapping[str, Booleans]
) -> Iterator[Cell]:
    key, weights = group
    totals = _by_zone(cover, weights)
    sums = {part: _by_zone(cover, weights * held) for part, held in parts.items()}
    for zone, (code, name) in enumerate(cover.zones):
        counts = {part: float(values[zone]) for part, values in sums.items()}
        measures = _measures(key, float(totals[zone]), counts, parameters.smallest_count)
        yield Cell(cover.layer, code, name, key, measures)


def _by_zone(cover: Cover, weights: Floats) -> Floats:
    held = cover.index != OUTSIDE
    sums = np.bincount(cover.index[held], weights=weights[held], minlength=len(cover.zones))
    return np.asarray(sums, np.float64)


def _measures(group: str, total: float, counts: Mapping[str, float], smallest: int) -> dict[str, Measure]:
    """Residents, and those of each part with their share; dwellings are points, never residents."""
    if group == DWELLINGS:
        shares = {part: _share(count, total, Status.ESTIMATE) for part, count in counts.items()}
        return {"points": Measure(total, Status.ESTIMATE), **shares}
    measures = {"people": Measure(total)}
    hidden = any(withheld(count, smallest) for count in counts.values())
    for part, count in counts.items():
        measures[people_key(part)] = suppressed() if hidden else Measure(count)
        measures[part] = suppressed() if hidden else _share(count, total, Status.COMPUTED)
    return measures


def _share(count: float, total: float, status: Status) -> Measure:
    return Measure(count / total, status) if total > 0 else not_computed(Reason.NO_PEOPLE)


def _school_cell(study: Study, ways: SchoolWays, rank: int, group: tuple[str, Floats]) -> Cell:
    """Residents who reach a school within the main threshold, and by which way."""
    key, weights = group
    limit = threshold_ticks(study.parameters.main_threshold)
    near, quiet = ways.any_way[:, rank] <= limit, ways.quiet[:, rank] <= limit
    counts = {
        part: float(weights[held].sum())
        for part, held in ((QUIET, near & quiet), (ALONG_MAIN, near & ~quiet))
    }
    measures = _measures(key, float(weights[near].sum()), counts, study.parameters.smallest_count)
    places, place = study.territory.places, int(ways.schools[rank])
    return Cell(PLACE, str(places.ids[place]), str(places.names[place] or places.ids[place]), key, measures)


def school_findings(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    """Schools that the zone they serve most cannot reach but along a main road, the most peopled first."""
    if not study.residents.known:
        return
    ways = school_ways(study, sheet)
    found = [one for rank in range(len(ways.schools)) if (one := _cut_off(study, ways, rank))]
    total = study.residents.totals[whole_key(study)]
    for people, rank, layer, (code, name) in sorted(found, key=lambda one: -one[0])[:_SCHOOLS_SAID]:
        place = int(ways.schools[rank])
        school = str(study.territory.places.names[place] or study.territory.places.ids[place])
        text = f"« {school} » : aucun logement {of_place(name)} ne la rejoint sans longer un axe principal."
        about = str(study.territory.places.ids[place])
        finding = finding_of("school_way", sheet, text, people / total, about=about)
        yield replace(finding, layer=layer, zone=code)


Served = tuple[float, int, str, tuple[str, str]]
"""Residents, rank of the school, layer, (code, name) of the zone."""


def _cut_off(study: Study, ways: SchoolWays, rank: int) -> Served | None:
    """The zone a school serves most, when none of its homes reaches it by quiet streets.

    A school serves the residents within the main threshold who have none nearer; the zone is one of
    the finest layer, and said only when its count could be shown.
    """
    people = study.residents.weights[WHOLE]
    limit = threshold_ticks(study.parameters.main_threshold)
    nearest = ways.any_way.argmin(axis=1) == rank
    served = np.where(nearest & (ways.any_way[:, rank] <= limit), people, 0.0)
    for layer in LAYERS:
        cover = next((c for c in study.residents.covers if c.layer == layer), None)
        if cover is None or not (sums := _by_zone(cover, served)).any():
            continue
        zone = int(sums.argmax())
        homes = (cover.index == zone) & (people > 0)
        total = study.residents.totals[layer, cover.zones[zone][0]]
        quiet = (ways.quiet[homes, rank] < UNREACHABLE).any()
        if quiet or revealing(float(sums[zone]), total, study.parameters.smallest_count):
            return None
        return float(sums[zone]), rank, layer, cover.zones[zone]
    return None
