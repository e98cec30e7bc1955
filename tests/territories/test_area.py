"""Inside, margin or elsewhere; a missing contour is named."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from hygie.engines.kernel.errors import HygieError
from hygie.readers.records import ContourFile, EpciTable, FileAccount
from hygie.territories.area import INSIDE, MARGIN, OUTSIDE, Area, area_of_communes, grown
from hygie.territories.recipe import Recipe

ACCOUNT = FileAccount("f", "0" * 64, 3, 3)
CONTOURS = ContourFile(
    codes=("11001", "11002", "11003"),
    names=("A", "B", "C"),
    communes=("11001", "11002", "11003"),
    outlines=tuple(shapely.to_wkb(shapely.box(i, 43, i + 1, 44)) for i in range(3)),
    account=ACCOUNT,
)
EPCI = EpciTable({"241100593": ("11001", "11002")}, {"241100593": "CA"}, ACCOUNT)


def recipe(
    *, epci: str | None = None, metres: float | None = None, communes: tuple[str, ...] = ("11001",)
) -> Recipe:
    return Recipe("11001", "A", date(2026, 1, 1), communes, epci, metres, ())


def test_the_margin_of_an_epci_is_its_other_communes() -> None:
    area = area_of_communes(recipe(epci="241100593"), CONTOURS, EPCI, 5000)
    side = area.side(np.array([0.5, 1.5, 2.5]), np.full(3, 43.5))
    assert side.tolist() == [INSIDE, MARGIN, OUTSIDE]
    assert area.margin_communes == {"11002"}


def test_the_commune_a_source_states_wins_over_the_polygon() -> None:
    area = area_of_communes(recipe(epci="241100593"), CONTOURS, EPCI, 5000)
    side = area.side(np.full(4, 0.5), np.full(4, 43.5), np.array(["11001", "11002", "11003", ""]))
    assert side.tolist() == [INSIDE, MARGIN, OUTSIDE, INSIDE]


def test_a_margin_in_metres_is_that_wide() -> None:
    wide = grown(shapely.box(0, 43, 0.1, 43.1), 5000)
    _, south, _, north = shapely.bounds(wide)
    assert (43 - south) * 111_100 == pytest.approx(5000, rel=0.01)
    assert (north - 43.1) * 111_100 == pytest.approx(5000, rel=0.01)
    assert shapely.equals(grown(shapely.box(0, 43, 1, 44), 0), shapely.box(0, 43, 1, 44))


def test_a_commune_without_contour_and_an_unknown_epci_are_named() -> None:
    with pytest.raises(HygieError, match="11999"):
        area_of_communes(recipe(metres=0, communes=("11001", "11999")), CONTOURS, None, 5000)
    with pytest.raises(HygieError, match="200000000"):
        area_of_communes(recipe(epci="200000000"), CONTOURS, EPCI, 5000)
    with pytest.raises(HygieError, match="contours"):
        area_of_communes(recipe(), None, None, 5000)


def test_a_point_on_the_boundary_is_inside() -> None:
    area = Area(shapely.box(0, 0, 1, 1), shapely.box(-1, -1, 2, 2), frozenset(), frozenset())
    assert area.side(np.array([1.0, 1.5, 3.0]), np.array([0.5, 0.5, 0.5])).tolist() == [
        INSIDE,
        MARGIN,
        OUTSIDE,
    ]
