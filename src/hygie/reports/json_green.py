"""The 3-30-300 rule as JSON: what ``hygie green --json`` writes and ``green.schema.json`` describes.

Numbers of residents too small to be shown are kept back with their share, here as everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hygie.engines.diagnosis.publication import published, revealing, withheld
from hygie.engines.diagnosis.result import Cell
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.planting import GUARANTEE, Plan
from hygie.engines.green.scene import Scene
from hygie.engines.green.zones import GreenResult, GreenZone
from hygie.engines.kernel.measures import Measure, Provenance, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.reports.json_diagnosis import WORKING_DOCUMENT, measure_json, provenance_json

STREET_SIDES = (
    "Les endroits proposés sont des bords de rue, que personne n’a relevés\u00a0: ni réseaux enterrés, "
    "ni largeur des trottoirs, ni propriété du sol. Chacun est à vérifier sur place."
)


def green_json(territory: Territory, result: GreenResult, parameters: GreenParameters) -> dict[str, Any]:
    """The rule by zone, as values that ``json`` writes."""
    return {
        **_front(territory, result.counted),
        "tests": {
            test: {"status": status.value} | ({} if reason is None else {"reason": reason.value})
            for test, (status, reason) in result.tests.items()
        },
        "radii": list(result.homes.radii),
        "zones": [_zone(zone, parameters.smallest_count) for zone in result.zones],
        "provenance": provenance_json(territory, result.provenance),
    }


def shown_measures(zone: GreenZone, smallest: int) -> dict[str, Measure]:
    """Measures of a zone as they may be shown: a share goes with its count, a score with its test."""
    measures = dict(zone.measures)
    if zone.total is None:
        return measures
    cell = Cell(zone.layer, zone.zone, zone.zone_name, "all", measures)
    shown = dict(published(cell, zone_people=zone.total, smallest=smallest).measures)
    if "canopy" in measures:
        shown["canopy"] = measures["canopy"]  # of the ground, not of people
    for key in ("three", "thirty", "three_hundred"):
        if f"score_{key}" in shown and shown[key].value is None and measures[key].value is not None:
            shown[f"score_{key}"] = suppressed()
    return shown


def plant_json(
    territory: Territory, scene: Scene, plan: Plan, parameters: GreenParameters, seed: int
) -> dict[str, Any]:
    """A plan of trees, as values that ``json`` writes."""
    lon, lat = scene.plane.to_degrees(*plan.spots.at[plan.chosen].reshape(-1, 2).T)
    shown = _shown_plan(scene, plan, parameters.smallest_count)
    provenance = Provenance(
        {"trees": len(plan.chosen), "radius": parameters.radius, "seed": seed},
        parameters.figures,
        warnings=(*scene.warnings, *plan_warnings(plan)),
    )
    return {
        **_front(territory, "people" if scene.known else "dwellings"),
        "status": "estimate" if plan.spots.estimate else "computed",
        "spots": {"count": len(plan.spots.at), "source": plan.spots.source},
        "trees": [
            {"rank": i, "lon": round(float(x), 7), "lat": round(float(y), 7)}
            for i, (x, y) in enumerate(zip(np.atleast_1d(lon), np.atleast_1d(lat), strict=True), 1)
        ],
        "seen_three": {key: measure_json(shown[key]) for key in ("before", "after")},
        "reached": measure_json(shown["reached"]),
        "bound": measure_json(shown["bound"]),
        "gap": plan.gap,
        "guarantee": GUARANTEE,
        "provenance": provenance_json(territory, provenance),
    }


def _shown_plan(scene: Scene, plan: Plan, smallest: int) -> dict[str, Measure]:
    """What a plan changes, as it may be shown.

    A state is kept back when those who see enough trees, or all the others, are too few; the state
    after also when it differs from the one before by too few. What is reached is a sum over residents
    of what changed: it goes with the state after, and its bound with it.
    """
    states = {"before": plan.met_before, "after": plan.met_after}
    values = states | {"reached": plan.reached, "bound": plan.bound}
    shown = {key: Measure(value) for key, value in values.items()}
    if not scene.known:
        return shown
    everybody = float(scene.people.sum())
    hidden = {key for key, met in states.items() if revealing(met, everybody, smallest)}
    if withheld(plan.met_after - plan.met_before, smallest):
        hidden.add("after")
    if hidden or withheld(plan.reached, smallest) or withheld(plan.bound, smallest):
        hidden |= {"reached", "bound"}
    return shown | dict.fromkeys(hidden, suppressed())


def plan_warnings(plan: Plan) -> tuple[str, ...]:
    """What has to be known of the spots of a plan."""
    if not plan.spots.estimate:
        return ()
    return (STREET_SIDES,)


def _front(territory: Territory, counted: str) -> dict[str, Any]:
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "document": WORKING_DOCUMENT,
        "population_label": territory.population_label,
        "counted": counted,
    }


def _zone(zone: GreenZone, smallest: int) -> dict[str, Any]:
    return {
        "layer": zone.layer,
        "zone": zone.zone,
        "zone_name": zone.zone_name,
        "measures": {key: measure_json(measure) for key, measure in shown_measures(zone, smallest).items()},
    }
