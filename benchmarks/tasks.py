"""What is measured, against whom, and how fast it has to be."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
from benchmarks.peers import Ask
from benchmarks.work import CATEGORIES, PLACES, Floats, Work, invented_town, minutes_of

from benchmarks import peers
from hygie.engines.diagnosis.diagnose import diagnose, diagnose_study
from hygie.engines.diagnosis.more import MORE
from hygie.engines.diagnosis.study import prepare
from hygie.engines.kernel.travel import NearestTwo
from hygie.engines.reach.closures import closure_losses
from hygie.engines.streets.hierarchy import build_hierarchy
from hygie.readers.catalogue import load_catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.readers.territory_folder import open_territory
from hygie.reports.ods import render_ods
from hygie.reports.pdf.document import render_pdf
from hygie.reports.sections import Scene
from hygie.reports.stage import stage_of
from hygie.territories.portrait import portrait_from

EXACT = 1e-6
SINGLE = 1e-3
"""Minutes by which two answers may differ; the second for peers that count in 32 bits."""

CLOSED, SOURCES = 40, 200
"""Parts of the work on which slow peers are timed."""


@dataclass(frozen=True)
class Question:
    """A peer's side of a task.

    Attributes
    ----------
    ask
        Answers, in minutes.
    expected
        Our answers to the same.
    repeats
        How many times it is asked; the median counts.
    part
        How many times the whole work is larger than what is asked.
    measured_on
        That part in words, empty for the whole.
    tolerance
        Minutes by which the answers may differ.
    """

    ask: Ask
    expected: Floats
    repeats: int
    part: float = 1.0
    measured_on: str = ""
    tolerance: float = EXACT


@dataclass(frozen=True)
class Task:
    """One line of the comparison.

    ``ours`` does the whole work once; ``questions`` prepares each peer's; ``targets`` are how many
    times slower each peer has to be; ``limit_s`` is the time we allow ourselves, the median of
    ``repeats``.
    """

    name: str
    ours: Callable[[], object]
    questions: Mapping[str, Callable[[], Question]] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    limit_s: float | None = None
    repeats: int = 15


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of a call, once warm; the collector of memory waits."""
    gc.collect()
    gc.disable()
    try:
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    finally:
        gc.enable()
    return statistics.median(seconds)


def agrees(found: Floats, expected: Floats, tolerance: float) -> bool:
    """Whether every time is that expected, and what is reached is the same."""
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=0, atol=tolerance))


def nearest_60_categories(work: Work) -> Task:
    """Nearest of each of 60 categories from 20,000 residences."""
    homes, places = work.at(work.home), work.at(work.place)

    def ours() -> Floats:
        return minutes_of(work.travel.nearest(homes, places, work.category, CATEGORIES))

    expected = ours()
    return Task(
        "nearest_60_categories",
        lambda: work.travel.nearest(homes, places, work.category, CATEGORIES),
        {
            "scipy": lambda: Question(peers.scipy_nearest(work), expected, 5),
            "igraph": lambda: Question(peers.igraph_nearest(work), expected, 5),
            "networkx": lambda: Question(peers.networkx_nearest(work), expected, 1),
            "pandana": lambda: Question(
                peers.pandana_nearest(work, float(expected[np.isfinite(expected)].max()) + 1.0),
                expected,
                3,
                tolerance=SINGLE,
                measured_on="the queries alone; set_pois, its index of the places, is apart",
            ),
        },
        {"scipy": 50, "pandana": 1_000},
        limit_s=0.002,
    )


def many_to_many(work: Work) -> Task:
    """Times from all nodes to all nodes that hold a place."""
    goals = np.unique(work.place)
    nodes = np.unique(np.concatenate([work.graph.tail, work.graph.head]))
    origins, places = work.at(nodes), work.at(goals)
    rng = np.random.default_rng(0)
    some = np.sort(rng.choice(len(goals), min(SOURCES, len(goals)), replace=False))

    def scipy_part() -> Question:
        ask = peers.scipy_each(work, goals[some])
        return Question(
            lambda: ask()[nodes],
            minutes_of(work.travel.each(origins, places.take(some))),
            3,
            part=len(goals) / len(some),
            measured_on=f"{len(some)} of the {len(goals)} places, times the rest",
        )

    return Task(
        "many_to_many", lambda: work.travel.each(origins, places), {"scipy": scipy_part}, {"scipy": 60}
    )


def closures_2000(work: Work) -> Task:
    """What closing each of 2,000 places, one at a time, would cost."""
    homes, places = work.at(work.home), work.at(work.place)

    def ours() -> NearestTwo:
        two = work.travel.nearest_two(homes, places, work.category, CATEGORIES)
        closure_losses(two, work.people, PLACES, felt_minutes=5.0, threshold_minutes=15.0)
        return two

    def scipy_part() -> Question:
        closed = np.sort(np.random.default_rng(0).choice(PLACES, CLOSED, replace=False))
        two = ours()
        lost = two.first_place[:, work.category[closed]] == closed
        after = np.where(lost, two.second[:, work.category[closed]], two.first[:, work.category[closed]])
        return Question(
            peers.scipy_closures(work, closed),
            minutes_of(after),
            3,
            part=PLACES / CLOSED,
            measured_on=f"{CLOSED} of the {PLACES} closures, times the rest",
        )

    return Task("closures_2000", ours, {"scipy": scipy_part}, {"scipy": 40}, limit_s=0.060)


def hierarchy_build(nodes: int, limit_s: float) -> Task:
    """Rank the nodes of an invented town and compute its arcs."""
    graph = invented_town(nodes)
    return Task(f"hierarchy_build_{nodes // 1000}k", lambda: build_hierarchy(graph), limit_s=limit_s)


def open_time(folder: Path) -> Task:
    """Opening a territory folder in a warm process."""
    return Task("open_territory", lambda: open_territory(folder), limit_s=0.05)


def whole_diagnosis(folder: Path) -> Task:
    """Every indicator at the address, official numbers, hospitals, quality: from an opened territory."""
    stored = open_territory(folder)
    catalogue = load_catalogue()
    parameters = diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))

    def ours() -> object:
        study = prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
        return portrait_from(stored, study, diagnose_study(study), catalogue)

    return Task("whole_diagnosis", ours, limit_s=5.0)


def documents(folder: Path) -> Task:
    """The PDF and the spreadsheet of a diagnosis already computed."""
    stored = open_territory(folder)
    catalogue, day = load_catalogue(), date.fromisoformat(stored.reference_date)
    parameters = diagnosis_parameters(catalogue, day)
    study = prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)
    portrait = portrait_from(stored, study, diagnose_study(study), catalogue)
    walk = stored.streets.get("walk")
    stage = stage_of(stored.territory, parameters.smallest_count, None if walk is None else walk.graph)
    scene = Scene(stored.territory, portrait.diagnosis, catalogue, stage, portrait)

    def ours() -> object:
        table = render_ods(stored.territory, portrait, catalogue, day=stored.reference_date)
        return render_pdf(scene, day), table

    return Task("pdf_and_ods", ours, limit_s=20.0)


def twelve_indicators(folder: Path) -> Task:
    """The first twelve questions of an opened territory, closures and findings included."""
    stored = open_territory(folder)
    every = diagnosis_parameters(load_catalogue(), date.fromisoformat(stored.reference_date))
    first = tuple(sheet for sheet in every.indicators if sheet.kind not in MORE and not sheet.brief)
    parameters, movements = replace(every, indicators=first), stored.movements()
    return Task(
        "twelve_indicators",
        lambda: diagnose(stored.territory, movements, parameters, calendar=stored.calendar),
        limit_s=1.0,
    )
