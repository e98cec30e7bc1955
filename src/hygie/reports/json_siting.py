"""Sites chosen, as JSON: what ``hygie site --json`` writes and ``siting.schema.json`` describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hygie.engines.diagnosis.publication import revealing, withheld
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE
from hygie.engines.kernel.territory import Territory
from hygie.engines.siting.placed import Siting
from hygie.engines.siting.problem import Answer, Constraint, Objective
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json

UNITS = {
    Objective.P_MEDIAN: "habitants × minutes",
    Objective.P_CENTER: "minutes",
    Objective.COVER: "sites",
    Objective.MAX_COVER: "habitants au-delà de la limite",
}
"""Of cost, bound and gains; weights by group multiply the residents."""

TIMED = (Objective.P_MEDIAN, Objective.P_CENTER)


def answer_json(
    answer: Answer, sites: Sequence[str | int], demands: Sequence[str], *, unit: float = 1.0
) -> dict[str, Any]:
    """The answer alone, as values that ``json`` writes.

    Parameters
    ----------
    answer
        Of the engine, in units of distance.
    sites, demands
        Identifiers, in the order of the problem.
    unit
        Units of distance that make one unit of cost.
    """
    assigned = [None if s < 0 else sites[s] for s in answer.assignment.tolist()]
    shares = [
        {"demand": demands[one.demand], "site": sites[one.site], "share": one.part} for one in answer.shares
    ]
    return {
        "status": "computed" if answer.feasible else "infeasible",
        "sites": [sites[s] for s in answer.sites.tolist()],
        "cost": _over(answer.cost, unit),
        "bound": _over(answer.bound, unit),
        "gap": answer.gap,
        "assignment": dict(zip(demands, assigned, strict=True)) if answer.feasible else {},
        "shares": shares,
        "more": _over(answer.more, unit),
        "binding": [
            {"constraint": one.constraint.value, "words": one.words, "gain": _over(one.gain, unit)}
            for one in answer.binding
        ],
        "conflict": conflict_json(answer.conflict),
        "warnings": list(answer.warnings),
        "parameters": dict(answer.parameters or {}),
    }


def conflict_json(conflict: Sequence[tuple[Constraint, str]]) -> list[dict[str, str]]:
    """Constraints that cannot hold together."""
    return [{"constraint": constraint.value, "words": words} for constraint, words in conflict]


def _over(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def instance_json(answer: Answer, name: str, nodes: int) -> dict[str, Any]:
    """The answer to a published test problem whose nodes count from one."""
    numbers = range(1, nodes + 1)
    return {"instance": name, **answer_json(answer, list(numbers), [str(node) for node in numbers])}


def siting_json(
    territory: Territory, siting: Siting, provenance: Provenance, smallest: int
) -> dict[str, Any]:
    """Sites chosen in a territory, counts too small to be shown kept back.

    Parameters
    ----------
    territory
        Where.
    siting
        The answer.
    provenance
        Parameters, figures and warnings.
    smallest
        Smallest count of residents ever shown besides zero.
    """
    objective = siting.problem.objective
    unit = TICKS_PER_MINUTE if objective in TIMED else 1.0
    answer = answer_json(siting.answer, siting.problem.sites, siting.demands, unit=unit)
    if siting.answer.feasible and siting.estimate:
        answer["status"] = Status.ESTIMATE.value
    counts = _counts(siting, smallest)
    if objective is Objective.MAX_COVER and counts["people_within"].status is Status.SUPPRESSED:
        answer |= {"cost": None, "bound": None, "gap": None, "more": None, "binding": []}
    if objective is Objective.MAX_COVER:
        answer |= _gains_shown(answer, smallest)
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "asked": dict(siting.asked),
        "unit": _unit(siting),
        "candidates": _sources(siting),
        **answer,
        "places": _places(siting, smallest),
        "measures": {key: measure_json(measure) for key, measure in counts.items()},
        "provenance": provenance_json(territory, provenance),
    }


def _unit(siting: Siting) -> str:
    objective = siting.problem.objective
    return "euros" if objective is Objective.COVER and siting.problem.price.any() else UNITS[objective]


def _sources(siting: Siting) -> list[dict[str, Any]]:
    names = [one.source for one in siting.sites]
    return [{"source": name, "count": names.count(name)} for name in dict.fromkeys(names)]


def _gains_shown(answer: dict[str, Any], smallest: int) -> dict[str, Any]:
    """Gains counted in residents, those of too few kept back."""
    more = answer["more"]
    shown = [one for one in answer["binding"] if not withheld(one["gain"], smallest)]
    return {"more": None if more is None or withheld(more, smallest) else more, "binding": shown}


def _counts(siting: Siting, smallest: int) -> dict[str, Measure]:
    """Residents within the limit, left out and without a way, and their mean walk."""
    if not siting.answer.feasible:
        return {}
    status = Status.ESTIMATE if siting.estimate else Status.COMPUTED
    mean = siting.mean_minutes()
    ticks = siting.ticks()
    measures = {
        "mean_minutes": not_computed(Reason.NOBODY_REACHES) if mean is None else Measure(mean, status),
        "people": _count(siting, np.ones(len(ticks), np.bool_), smallest),
        "people_unreached": _count(siting, ticks >= UNREACHABLE, smallest),
        "people_left_out": _count(siting, siting.left_out, smallest),
    }
    if siting.problem.limit is not None:
        measures["people_within"] = _count(siting, ticks <= siting.problem.limit, smallest)
    return measures


def _count(siting: Siting, which: np.ndarray[tuple[int], np.dtype[np.bool_]], smallest: int) -> Measure:
    if not siting.people_known:
        return not_computed(Reason.NO_PEOPLE)
    count, total = float(siting.people[which].sum()), float(siting.people.sum())
    hidden = revealing(count, total, smallest)
    return suppressed() if hidden else Measure(count, Status.ESTIMATE if siting.estimate else Status.COMPUTED)


def _places(siting: Siting, smallest: int) -> list[dict[str, Any]]:
    """The open sites, and how many residents each serves.

    When a single count is kept back, so is the next smallest: the total would tell it.
    """
    served, open_sites = siting.served(), siting.answer.sites.tolist()
    total = float(siting.people.sum())
    hidden = {s for s in open_sites if revealing(float(served[s]), total, smallest)}
    others = sorted((s for s in open_sites if s not in hidden), key=lambda s: float(served[s]))
    if len(hidden) == 1 and others:
        hidden.add(others[0])
    status = Status.ESTIMATE if siting.estimate else Status.COMPUTED
    written = []
    for position in open_sites:
        one, count = siting.sites[position], float(served[position])
        measure = suppressed() if position in hidden else Measure(count, status)
        people = measure if siting.people_known else not_computed(Reason.NO_PEOPLE)
        told = {
            key: getattr(one, key) for key in ("id", "name", "category", "lon", "lat", "source", "existing")
        }
        kept = bool(siting.problem.kept[position])
        written.append(told | {"kept": kept, "price": one.price, "people": measure_json(people)})
    return written
