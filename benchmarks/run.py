"""Hygie and its peers on the same work, in one run on one machine.

Protocol: every program answers once, its answer is compared with ours, then it is timed warm and the
median counts. What is built once for a graph is not timed (the time of our own build is a task of its
own). A slow peer answers a stated part of the work and its time is scaled.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numba
from benchmarks.apl import apl_clairval, apl_national
from benchmarks.exposure import exposure_town
from benchmarks.green import green_town
from benchmarks.perimeters import perimeters_town
from benchmarks.siting import max_cover, p_center, p_median
from benchmarks.tasks import (
    Question,
    Task,
    agrees,
    closures_2000,
    documents,
    hierarchy_build,
    many_to_many,
    median_seconds,
    nearest_60_categories,
    open_time,
    twelve_indicators,
    whole_diagnosis,
)
from benchmarks.walking import walk_load, walking_bus_30, walking_bus_100
from benchmarks.work import Work, town_work

from hygie.engines.kernel.errors import HygieError

Told = dict[str, object]

ON_TOWN: dict[str, Callable[[Work], Task]] = {
    "nearest_60_categories": nearest_60_categories,
    "many_to_many": many_to_many,
    "closures_2000": closures_2000,
    "p_median": p_median,
    "max_cover": max_cover,
    "p_center": p_center,
    "walk_load": walk_load,
}
ON_TERRITORY: dict[str, Callable[[Path], Task]] = {
    "open_territory": open_time,
    "twelve_indicators": twelve_indicators,
    "whole_diagnosis": whole_diagnosis,
    "pdf_and_ods": documents,
    "apl_clairval": apl_clairval,
    "exposure_town": exposure_town,
}
ALONE: dict[str, Callable[[], Task]] = {
    "hierarchy_build_50k": lambda: hierarchy_build(50_000, 1.0),
    "hierarchy_build_200k": lambda: hierarchy_build(200_000, 5.0),
    "apl_national": apl_national,
    "walking_bus_30": walking_bus_30,
    "walking_bus_100": walking_bus_100,
    "green_town": green_town,
    "perimeters_town": perimeters_town,
}


def run(names: Sequence[str], report: Callable[[str], None], *, territory_folder: Path | None = None) -> Told:
    """Measure the tasks of these names, all of them when there is none.

    Parameters
    ----------
    names
        Of ``ON_TOWN``, ``ON_TERRITORY`` and ``ALONE``.
    report
        Called with a line whenever something is about to be measured.
    territory_folder
        A built territory whose walking streets are used; an invented town without one.

    Returns
    -------
    dict
        ``{machine, tasks: [{name, ours_s, limit_s, peers, targets, met}]}``, each peer with ``s``,
        ``ratio`` to ours, ``agrees``, and ``measured_on`` when it is not the whole.

    Raises
    ------
    HygieError
        If a name is unknown.
    """
    every = (*ON_TOWN, *(ON_TERRITORY if territory_folder else ()), *ALONE)
    unknown = [name for name in names if name not in every]
    if unknown:
        raise HygieError(
            f"Mesure inconnue : {', '.join(unknown)}.",
            fix=f"Choisissez parmi {', '.join(every)}.",
        )
    chosen = names or every
    town = town_work(territory_folder) if any(name in ON_TOWN for name in chosen) else None
    tasks = []
    for name in chosen:
        report(f"{name} · {town.title if town and name in ON_TOWN else 'sans pair'}")
        tasks.append(_measured(_task(name, town, territory_folder), report))
    return {"machine": _machine(), "tasks": tasks}


def _task(name: str, town: Work | None, folder: Path | None) -> Task:
    if town and name in ON_TOWN:
        return ON_TOWN[name](town)
    return ON_TERRITORY[name](folder) if folder and name in ON_TERRITORY else ALONE[name]()


def _measured(task: Task, report: Callable[[str], None]) -> Told:
    task.ours()
    ours = median_seconds(task.ours, task.repeats)
    told = {}
    for name, prepare in task.questions.items():
        report(f"{task.name} · {name}")
        with _standard_output_kept():
            told[name] = _peer(prepare(), ours)
    fast = task.limit_s is None or ours <= task.limit_s
    reached = all(_number(told[name]["ratio"]) >= ratio for name, ratio in task.targets.items())
    return {
        "name": task.name,
        "ours_s": ours,
        "limit_s": task.limit_s,
        "peers": told,
        "targets": dict(task.targets),
        "met": fast and reached and all(peer["agrees"] for peer in told.values()),
    }


def _peer(question: Question, ours: float) -> Told:
    same = agrees(question.ask(), question.expected, question.tolerance)
    seconds = median_seconds(question.ask, question.repeats) * question.part
    told: Told = {"s": seconds, "ratio": seconds / ours, "agrees": same}
    return {**told, "measured_on": question.measured_on} if question.measured_on else told


@contextmanager
def _standard_output_kept() -> Iterator[None]:
    """Send to standard error what a peer's compiled code prints: standard output is the result's."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


def _number(value: object) -> float:
    return float(str(value))


def _machine() -> Told:
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": numba.get_num_threads(),
        "python": platform.python_version(),
    }
