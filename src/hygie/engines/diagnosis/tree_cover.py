"""Trees by hectare and by resident, zone by zone, from the trees that the sources draw.

Presence only: a tree that is not on the map may well stand in the street.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.diagnosis.access import empty_result
from hygie.engines.diagnosis.dependence import LAYERS
from hygie.engines.diagnosis.parameters import IndicatorSheet
from hygie.engines.diagnosis.residents import IN_QPV
from hygie.engines.diagnosis.result import WHOLE, Cell, Finding, IndicatorResult
from hygie.engines.diagnosis.sentences import finding_of
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.french import at_place, number, typeset
from hygie.engines.kernel.measures import Measure, Reason, Status, not_computed
from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import ZoneLayer

TREE = "tree"
SMALLEST, STRIKING = "trees_smallest_zone", "trees_striking"
"""Figures: hectares under which a zone is too small; part of the average density under which it is said."""
PER_HECTARE, PER_100 = "trees_per_hectare", "trees_per_100_residents"
SQUARE_METRES = 10_000.0

PRESENCE_ONLY = typeset(
    "Seuls les arbres présents dans les sources sont comptés : un arbre absent de la carte n’est pas un "
    "arbre absent de la rue. La mesure « 3-30-300 », qui compte les arbres vus de chaque logement, n’est pas "
    "celle-ci."
)

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Stand:
    """Trees and ground of one zone; ``hectares`` is NaN without an outline."""

    trees: float
    hectares: float


def tree_result(study: Study, sheet: IndicatorSheet, ticks: Mapping[str, Ticks]) -> IndicatorResult:
    """Trees by zone: how many, by hectare, by 100 residents.

    Zones need an outline; the whole territory is its communes together.
    """
    del ticks
    territory = study.territory
    if TREE not in territory.features or not len(territory.features[TREE].ids):
        return empty_result(sheet, Reason.NO_SOURCE)
    outlines = _outlines(study)
    if not any(len(shapes) for shapes in outlines.values()):
        return empty_result(sheet, Reason.NO_OUTLINE)
    stands = _stands(study, outlines)
    cells = [
        Cell(cover.layer, code, name, WHOLE, _measures(study, (cover.layer, code), stand))
        for cover in study.residents.covers
        if cover.layer in stands and cover.zones[0][0] != IN_QPV
        for (code, name), stand in zip(cover.zones, stands[cover.layer], strict=True)
    ]
    return replace(
        empty_result(sheet),
        status=Status.COMPUTED,
        reason=None,
        cells=tuple(cells),
        warnings=(PRESENCE_ONLY,),
    )


def _outlines(study: Study) -> dict[str, Shapes]:
    """Outlines in degrees of the zones of each layer that has one for every zone of the territory."""
    layers = study.territory.layers
    found = {key: _shapes(layer) for key, layer in layers.items()}
    found = {key: shapes for key, shapes in found.items() if len(shapes)}
    if "commune" in found:
        found[WHOLE] = np.array([shapely.union_all(found["commune"])], dtype=object)
    return found


def _shapes(layer: ZoneLayer) -> Shapes:
    own = [outline for outline, inside in zip(layer.outlines, layer.inside, strict=True) if inside]
    return np.array(shapely.from_wkb(own), dtype=object) if own and all(own) else np.zeros(0, object)


def _stands(study: Study, outlines: Mapping[str, Shapes]) -> dict[str, list[Stand]]:
    trunks = np.asarray(shapely.from_wkb(study.territory.features[TREE].shapes))
    plane = _plane(outlines)
    index = shapely.STRtree(trunks)
    stands = {}
    for layer, shapes in outlines.items():
        shapely.prepare(shapes)
        zone, _ = index.query(shapes, predicate="covers")
        trees = np.bincount(zone, minlength=len(shapes))
        hectares = shapely.area(_in_metres(shapes, plane)) / SQUARE_METRES
        stands[layer] = [Stand(float(n), float(size)) for n, size in zip(trees, hectares, strict=True)]
    return stands


def _plane(outlines: Mapping[str, Shapes]) -> Plane:
    """A plane around the middle of the outlines: areas are true to a few ten-thousandths."""
    west, south, east, north = shapely.total_bounds(np.concatenate(list(outlines.values())))
    return Plane(float(west + east) / 2, float(south + north) / 2)


def _in_metres(shapes: Shapes, plane: Plane) -> Shapes:
    moved = shapely.transform(shapes, lambda xy: np.column_stack(plane.to_metres(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)


def _measures(study: Study, zone: tuple[str, str], stand: Stand) -> dict[str, Measure]:
    people = study.residents.totals[zone] if study.residents.known else None
    measures = {
        "people": not_computed(Reason.NO_PEOPLE) if people is None else Measure(people),
        "trees": Measure(stand.trees),
        "hectares": Measure(stand.hectares),
        PER_HECTARE: not_computed(Reason.SMALL_ZONE),
        PER_100: not_computed(Reason.NO_PEOPLE),
    }
    if stand.hectares >= study.parameters.figure(SMALLEST):
        measures[PER_HECTARE] = Measure(stand.trees / stand.hectares)
    if people:
        measures[PER_100] = Measure(stand.trees / people * 100)
    return measures


def tree_findings(study: Study, sheet: IndicatorSheet, result: IndicatorResult) -> Iterator[Finding]:
    """The zone of the finest layer with fewest trees by hectare, when it stands well under its layer."""
    for layer in LAYERS:
        zones = [cell for cell in result.cells if cell.layer == layer and _density(cell) is not None]
        if len(zones) < 2:
            continue
        least = min(zones, key=lambda cell: _density(cell) or 0.0)
        average = _average(zones)
        density = _density(least) or 0.0
        if average > 0 and density <= study.parameters.figure(STRIKING) * average:
            yield replace(_finding(study, sheet, least, average), layer=layer, zone=least.zone)
        return


def _finding(study: Study, sheet: IndicatorSheet, least: Cell, average: float) -> Finding:
    density = _density(least) or 0.0
    noun = "arbre relevé" if density < 2 else "arbres relevés"
    text = (
        f"{number(density, 1)} {noun} par hectare {at_place(least.zone_name)}, "
        f"contre {number(average, 1)} dans l’ensemble des {_ZONES[least.layer]}."
    )
    people, total = least.measures["people"].value or 0.0, max(study.residents.totals.values(), default=0.0)
    return finding_of("trees", sheet, text, people / total if total else 0.0)


_ZONES = {"quarter": "quartiers", "commune": "communes"}


def _density(cell: Cell) -> float | None:
    return cell.measures[PER_HECTARE].value


def _average(cells: list[Cell]) -> float:
    """Trees by hectare of the zones together."""
    trees, hectares = (sum(c.measures[key].value or 0.0 for c in cells) for key in ("trees", "hectares"))
    return trees / hectares if hectares else 0.0
