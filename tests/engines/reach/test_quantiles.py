"""Quantiles of residents by zone, against residents put in a line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.reach.quantiles import ranked, weighted_quantiles

PARTS = (0.1, 0.5, 0.9, 1.0)


@given(
    st.lists(
        st.tuples(st.integers(-1, 2), st.floats(-5, 5, allow_subnormal=False), st.integers(0, 6)), max_size=30
    )
)
def test_quantiles_are_those_of_residents_in_a_line(points: list[tuple[int, float, int]]) -> None:
    index = np.array([zone for zone, _, _ in points], np.int32)
    values = np.array([value for _, value, _ in points], np.float64)
    weights = np.array([count for _, _, count in points], np.float64)
    found = weighted_quantiles(ranked(values, index, zones=3), weights, PARTS)
    for zone in range(3):
        line = sorted(value for z, value, count in points if z == zone for _ in range(count))
        for column, part in enumerate(PARTS):
            if line:
                assert found[zone, column] == line[math.ceil(part * len(line) - 1e-9) - 1]
            else:
                assert np.isnan(found[zone, column])


def test_unknown_values_and_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="known"):
        ranked(np.array([np.nan]), np.zeros(1, np.int32), zones=1)
    with pytest.raises(ValueError, match="one zone a point"):
        ranked(np.zeros(2), np.zeros(1, np.int32), zones=1)
