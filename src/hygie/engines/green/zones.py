"""The 3-30-300 rule told by zone: residents who meet each test, all three, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.cautions import canopy_warnings, space_warnings
from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.rule import HomeRule, rule_of
from hygie.engines.green.scene import Scene
from hygie.engines.green.spaces import spaces_known, spaces_of
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.measures import Measure, Provenance, Reason, Status, not_computed
from hygie.engines.kernel.shapes import in_metres
from hygie.engines.kernel.territory import OUTSIDE, ZoneLayer

Floats = NDArray[np.float64]
WHOLE, QPV = "all", "qpv"
IN_QPV, OUT_QPV = "in_qpv", "out_qpv"
TESTS = ("three", "thirty", "three_hundred")

FLAT_SIGHT = typeset(
    "La vue est une ligne droite à plat, d’un point de façade au tronc : ni hauteurs, ni étages, "
    "ni fenêtres, ni saisons. Seuls les arbres présents dans les sources comptent."
)


@dataclass(frozen=True)
class GreenZone:
    """Measures of one zone.

    Attributes
    ----------
    layer, zone, zone_name
        ``WHOLE``, territory code and name for the whole.
    total
        Residents of the zone, never shown as such; None when unknown.
    measures
        ``people``; by test and for ``all_three``, the share ``x`` and the count ``people_x``
        (``dwellings`` and ``dwellings_x`` where residents are unknown); ``three_15`` … at the other
        radii; ``near_three``, trees near whether seen or not; ``score_x`` means from 0 to 1;
        ``canopy`` of the zone itself.
    """

    layer: str
    zone: str
    zone_name: str
    total: float | None
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class GreenResult:
    """The rule over a territory.

    ``tests`` gives the status and reason of each test; ``homes`` is the rule at each home, never
    written out with residents.
    """

    counted: str
    tests: Mapping[str, tuple[Status, Reason | None]]
    zones: tuple[GreenZone, ...]
    homes: HomeRule
    provenance: Provenance


def green_result(scene: Scene, parameters: GreenParameters, metres_per_minute: float) -> GreenResult:
    """Compute the rule and tell it by zone."""
    rule = rule_of(scene, parameters, metres_per_minute)
    columns = _columns(rule, parameters)
    canopies = _canopies(scene)
    zones = tuple(
        GreenZone(layer, code, name, total, measures | canopies.get((layer, code), {}))
        for layer, index, named in _covers(scene)
        for (code, name), total, measures in _cells(scene, rule, columns, index, named)
    )
    tests = {test: _status(test, rule) for test in TESTS}
    return GreenResult(
        "people" if scene.known else "dwellings", tests, zones, rule, _provenance(scene, parameters)
    )


def _status(test: str, rule: HomeRule) -> tuple[Status, Reason | None]:
    if test in rule.reasons:
        return Status.NOT_COMPUTED, rule.reasons[test]
    return (Status.ESTIMATE if test in rule.estimates else Status.COMPUTED), None


def _columns(rule: HomeRule, parameters: GreenParameters) -> dict[str, tuple[str, Floats]]:
    """By share: the test it belongs to, and who meets it."""
    met = {
        "three": rule.meets_three(parameters),
        "thirty": rule.meets_thirty(parameters),
        "three_hundred": rule.meets_three_hundred(parameters),
    }
    columns = {key: (key, column.astype(np.float64)) for key, column in met.items()}
    columns["all_three"] = ("all", np.logical_and.reduce(list(met.values())).astype(np.float64))
    for at, radius in enumerate(rule.radii):
        held = rule.meets_three(parameters, at).astype(np.float64)
        columns[f"three_{radius:g}"] = ("three", held)
    near = rule.near[:, rule.main] >= parameters.trees_wanted
    columns["near_three"] = ("three", near.astype(np.float64))
    columns |= {f"score_{key}": (key, score) for key, score in rule.scores(parameters).items()}
    return columns


def _covers(scene: Scene) -> Iterator[tuple[str, NDArray[np.int64], list[tuple[str, str]]]]:
    territory = scene.territory
    yield WHOLE, np.zeros(len(scene.homes), np.int64), [(territory.code, territory.name)]
    for key, layer in territory.layers.items():
        if key not in territory.demand.zones or not layer.inside.any():
            continue
        zones = np.flatnonzero(layer.inside)
        place = np.full(len(layer) + 1, OUTSIDE, np.int64)
        place[zones] = np.arange(len(zones))
        index = place[territory.demand.zones[key][scene.homes]]
        yield key, index, [(layer.ids[z], layer.names[z]) for z in zones.tolist()]
        if key == QPV:
            sides = [(IN_QPV, "Quartiers prioritaires"), (OUT_QPV, "Hors quartiers prioritaires")]
            yield key, (index == OUTSIDE).astype(np.int64), sides


def _cells(
    scene: Scene,
    rule: HomeRule,
    columns: Mapping[str, tuple[str, Floats]],
    index: NDArray[np.int64],
    named: list[tuple[str, str]],
) -> Iterator[tuple[tuple[str, str], float | None, dict[str, Measure]]]:
    held, noun = index != OUTSIDE, "people" if scene.known else "dwellings"
    weights = np.bincount(index[held], scene.people[held], minlength=len(named))
    sums = {
        key: np.bincount(index[held], scene.people[held] * np.nan_to_num(column[held]), minlength=len(named))
        for key, (_, column) in columns.items()
    }
    for zone, pair in enumerate(named):
        total = float(weights[zone])
        measures = {noun: Measure(total)}
        for key, (test, _) in columns.items():
            measures |= _pair(
                key, (noun, total), float(sums[key][zone]), _reason(test, rule), _sure(test, rule)
            )
        yield pair, total if scene.known else None, measures


def _reason(test: str, rule: HomeRule) -> Reason | None:
    if test == "all":
        return next(iter(rule.reasons.values()), None)
    return rule.reasons.get(test)


def _sure(test: str, rule: HomeRule) -> Status:
    uncertain = bool(rule.estimates) if test == "all" else test in rule.estimates
    return Status.ESTIMATE if uncertain else Status.COMPUTED


def _pair(
    key: str, counted: tuple[str, float], met: float, reason: Reason | None, status: Status
) -> dict[str, Measure]:
    """A share and its count; a score has no count."""
    noun, total = counted
    if reason is None and total <= 0:
        reason = Reason.NO_PEOPLE
    share = Measure(met / total, status) if reason is None else not_computed(reason)
    if key.startswith("score_"):
        return {key: share}
    return {key: share, f"{noun}_{key}": Measure(met, status) if reason is None else not_computed(reason)}


def _canopies(scene: Scene) -> dict[tuple[str, str], dict[str, Measure]]:
    """Canopy of each zone that has an outline."""
    found: dict[tuple[str, str], dict[str, Measure]] = {}
    outlines = {
        (key, layer.ids[z]): layer.outlines[z]
        for key, layer in scene.territory.layers.items()
        for z in _drawn(layer)
    }
    if not outlines:
        return found
    if scene.canopy is None:
        return {zone: {"canopy": not_computed(Reason.NO_SOURCE)} for zone in outlines}
    zones = in_metres(np.array(shapely.from_wkb(list(outlines.values())), dtype=object), scene.plane)
    shares, _ = scene.canopy.shares_of(zones)
    status = Status.ESTIMATE if scene.canopy_estimate else Status.COMPUTED
    for zone, share in zip(outlines, shares.tolist(), strict=True):
        told = Measure(share, status) if np.isfinite(share) else not_computed(Reason.SMALL_ZONE)
        found[zone] = {"canopy": told}
    return found


def _drawn(layer: ZoneLayer) -> list[int]:
    return [z for z in np.flatnonzero(layer.inside).tolist() if layer.outlines[z]]


def _provenance(scene: Scene, parameters: GreenParameters) -> Provenance:
    warnings = (FLAT_SIGHT, *scene.warnings, *_canopy(scene, parameters), *_space(scene, parameters))
    return Provenance(
        parameters={
            "radii": list(parameters.radii),
            "radius": parameters.radius,
            "smallest_hectares": parameters.smallest_hectares,
            "straight": parameters.straight,
            "shaded": parameters.shaded,
        },
        figures=parameters.figures,
        warnings=tuple(dict.fromkeys((*warnings, *scene.territory.warnings))),
    )


def _space(scene: Scene, parameters: GreenParameters) -> tuple[str, ...]:
    if not spaces_known(scene, parameters):
        return ()
    return space_warnings(parameters, len(spaces_of(scene, parameters)))


def _canopy(scene: Scene, parameters: GreenParameters) -> tuple[str, ...]:
    known, trees = scene.crowns_known
    return canopy_warnings(known, trees, scene.woods, parameters.crown_diameter)
