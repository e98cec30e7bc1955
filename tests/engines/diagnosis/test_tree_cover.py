"""Trees by zone, beside areas measured in Lambert-93."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from tests.engines.diagnosis.towns import PARAMETERS, Home, movements, territory, with_people_unknown

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.parameters import DiagnosisParameters, IndicatorSheet, Kind
from hygie.engines.diagnosis.result import Diagnosis, IndicatorResult
from hygie.engines.kernel.measures import FigureUse, Reason, Status
from hygie.engines.kernel.territory import Feature, Territory, ZoneLayer

SHEET = IndicatorSheet("trees", "Arbres relevés", "Où ?", "arbres par hectare", Kind.TREES, subject="arbres")
LAMBERT = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
WEST, SOUTH, SIDE = 2.0, 47.0, 0.002
HOMES = tuple(Home(at, quarter=quarter) for quarter in range(3) for at in (0, 1))


def asked(smallest: float = 1.0, striking: float = 0.5) -> DiagnosisParameters:
    uses = [
        FigureUse(key, value, "ha", "2026-01-01", "to-verify", "Essai")
        for key, value in (("trees_smallest_zone", smallest), ("trees_striking", striking))
    ]
    return replace(
        PARAMETERS, indicators=(*PARAMETERS.indicators, SHEET), figures=(*PARAMETERS.figures, *uses)
    )


def square(rank: int, side: float = SIDE) -> shapely.Polygon:
    """A square beside the ones before it."""
    return shapely.box(WEST + rank * SIDE, SOUTH, WEST + rank * SIDE + side, SOUTH + side)


def planted(town: Territory, counts: tuple[int, ...], squares: tuple[shapely.Polygon, ...]) -> Territory:
    """The town with these squares for quarters and so many trees in each, and one tree outside."""
    rng = np.random.default_rng(3)
    points = [(WEST - 0.01, SOUTH)]
    for shape, count in zip(squares, counts, strict=True):
        x0, y0, x1, y1 = shape.bounds
        points += rng.uniform((x0, y0), (x1, y1), (count, 2)).tolist()
    trees = Feature(
        "tree",
        np.array([f"t{i}" for i in range(len(points))]),
        np.array(shapely.to_wkb(shapely.points(points)), dtype=object),
        np.full(len(points), ""),
        np.full(len(points), np.nan),
    )
    outlines = tuple(shapely.to_wkb(shape) for shape in squares)
    quarter = replace(town.layers["quarter"], outlines=outlines)
    commune = ZoneLayer(
        "commune",
        "Communes",
        ("00001",),
        ("Clairval",),
        (shapely.to_wkb(shapely.union_all(squares)),),
        "zones",
        "2026",
        in_force=True,
        inside=np.ones(1, np.bool_),
    )
    zones = {**town.demand.zones, "commune": np.zeros(len(town.demand), np.int32)}
    return replace(
        town,
        demand=replace(town.demand, zones=zones),
        layers={**town.layers, "quarter": quarter, "commune": commune},
        features={"tree": trees},
    )


SQUARES = (square(0), square(1), square(2))
TOWN = planted(territory(HOMES, []), (5, 90, 120), SQUARES)


def told(town: Territory, parameters: DiagnosisParameters | None = None) -> tuple[Diagnosis, IndicatorResult]:
    diagnosis = diagnose(town, movements(town), parameters or asked())
    return diagnosis, diagnosis.indicator("trees")


def hectares(shape: shapely.Polygon) -> float:
    """Lambert-93, whose areas are within five thousandths of the ground's."""
    x, y = LAMBERT.transform(*shapely.get_coordinates(shape).T)
    return float(shapely.Polygon(np.column_stack([x, y])).area) / 10_000


def test_density_is_trees_over_the_area_of_the_zone() -> None:
    _, result = told(TOWN)
    assert result.status is Status.COMPUTED
    for code, trees, shape in zip(("Q1", "Q2", "Q3"), (5, 90, 120), SQUARES, strict=True):
        cell = result.cell("quarter", code)
        assert cell is not None
        assert cell.measures["trees"].value == trees
        assert cell.measures["hectares"].value == pytest.approx(hectares(shape), rel=5e-3)
        assert cell.measures["trees_per_hectare"].value == pytest.approx(trees / hectares(shape), rel=5e-3)
        assert cell.measures["trees_per_100_residents"].value == pytest.approx(trees / 200 * 100)


def test_the_whole_is_its_communes_together_and_a_tree_elsewhere_counts_nowhere() -> None:
    whole = told(TOWN)[1].cell()
    assert whole is not None
    assert whole.measures["trees"].value == 215
    assert whole.measures["hectares"].value == pytest.approx(
        hectares(shapely.box(*shapely.total_bounds(SQUARES))), rel=5e-3
    )


def test_the_barest_zone_is_said_when_it_stands_out() -> None:
    diagnosis, _ = told(TOWN)
    (said,) = [f for f in diagnosis.findings if f.indicator == "trees"]
    low, mean = 5 / hectares(SQUARES[0]), 215 / sum(map(hectares, SQUARES))
    assert said.sentence == (
        f"{low:.1f} arbre relevé par hectare au Centre, contre {mean:.1f} dans l’ensemble des quartiers."
    ).replace(".", ",", 2)
    assert (said.layer, said.zone) == ("quarter", "Q1")
    even = planted(territory(HOMES, []), (80, 90, 120), SQUARES)
    assert [f for f in told(even)[0].findings if f.indicator == "trees"] == []


def test_a_missing_tree_on_the_map_is_no_missing_tree_in_the_street() -> None:
    assert "n’est pas un arbre absent de la rue" in told(TOWN)[1].warnings[0]


def test_a_zone_too_small_has_trees_and_no_density() -> None:
    tiny = square(0, SIDE / 40)
    _, result = told(planted(territory(HOMES, []), (5, 90, 120), (tiny, square(1), square(2))))
    cell = result.cell("quarter", "Q1")
    assert cell is not None
    assert cell.measures["trees"].value == 5
    assert cell.measures["trees_per_hectare"].reason is Reason.SMALL_ZONE


def test_without_trees_or_without_outlines_nothing_is_computed() -> None:
    assert told(replace(TOWN, features={}))[1].reason is Reason.NO_SOURCE
    assert told(replace(territory(HOMES, []), features=TOWN.features))[1].reason is Reason.NO_OUTLINE
    bare = replace(TOWN, layers={})
    assert told(bare)[1].reason is Reason.NO_OUTLINE


def test_where_residents_are_unknown_trees_are_told_by_hectare_alone() -> None:
    cell = told(with_people_unknown(TOWN))[1].cell("quarter", "Q2")
    assert cell is not None
    assert cell.measures["people"].reason is Reason.NO_PEOPLE
    assert cell.measures["trees_per_100_residents"].reason is Reason.NO_PEOPLE
    assert cell.measures["trees_per_hectare"].value is not None


def test_trees_by_resident_never_give_away_a_small_zone() -> None:
    """Five residents: nothing of the zone is shown, since trees over their ratio would count them."""
    homes = (Home(0, ages=(5, 0, 0, 0)), Home(1, quarter=1), Home(2, quarter=2))
    cell = told(planted(territory(homes, []), (5, 90, 120), SQUARES))[1].cell("quarter", "Q1")
    assert cell is not None
    assert {measure.status for measure in cell.measures.values()} == {Status.SUPPRESSED}
