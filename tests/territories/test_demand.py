"""Residents: totals kept, nothing spread over half a town."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import ZoneLayer
from hygie.readers.records import OsmArea
from hygie.territories.demand import exact_shares, spread_over_dwellings, zones_of


def layer(*boxes: shapely.Geometry, key: str = "commune") -> ZoneLayer:
    n = len(boxes)
    return ZoneLayer(
        key=key,
        title="Communes",
        ids=tuple(f"0000{i + 1}" for i in range(n)),
        names=tuple(f"Commune {i + 1}" for i in range(n)),
        outlines=tuple(shapely.to_wkb(box) for box in boxes),
        source="test",
        vintage="2026",
        in_force=True,
        inside=np.ones(n, np.bool_),
    )


def dwelling(name: str, lon: float, lat: float, floor: float) -> OsmArea:
    outline = shapely.to_wkb(shapely.box(lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5))
    return OsmArea(name, "", outline, floor, lon, lat)


@given(
    total=st.floats(0, 50_000),
    weights=st.lists(st.floats(0.01, 1e5), min_size=1, max_size=200),
)
def test_shares_add_up_to_the_total_and_follow_the_weights(total: float, weights: list[float]) -> None:
    shares = exact_shares(total, np.array(weights))
    assert shares.sum() == pytest.approx(total, rel=1e-12, abs=1e-9)
    fair = np.array(weights) / sum(weights) * total
    assert np.all(np.abs(shares - fair) <= 0.0151)


def test_a_communes_total_is_spread_by_floor_area() -> None:
    commune = layer(shapely.box(0, 0, 1, 1))
    homes = [dwelling("a", 0.2, 0.2, 100), dwelling("b", 0.8, 0.8, 300)]
    residents = spread_over_dwellings(homes, commune, {"00001": 400.0}, shapely.box(0, 0, 1, 1), 0.95)
    np.testing.assert_allclose(residents.people, [100, 300])
    assert residents.imputed.all(), "the total is official, its places are not"


def test_a_total_is_not_packed_into_the_drawn_part_of_a_commune() -> None:
    commune = layer(shapely.box(0, 0, 1, 1))
    homes = [dwelling("a", 0.2, 0.2, 100)]
    with pytest.raises(HygieError, match=r"couvrent 94\W%"):
        spread_over_dwellings(homes, commune, {"00001": 400.0}, shapely.box(0, 0, 0.94, 1), 0.95)


def test_a_point_on_a_border_belongs_to_the_first_zone_and_a_far_one_to_none() -> None:
    zones = layer(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1))
    found = zones_of(zones, np.array([0.5, 1.0, 1.5, 9.0]), np.array([0.5, 0.5, 0.5, 0.5]))
    np.testing.assert_array_equal(found, [0, 0, 1, -1])
