"""Where to plant, against every plan tried one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from tests.engines.green.green_towns import NUMBERS

from hygie.engines.green.parameters import GreenParameters
from hygie.engines.green.planting import GUARANTEE, _Search

WANTED = 3.0


def reached(sees: np.ndarray, weight: np.ndarray, seen: np.ndarray, plan: tuple[int, ...]) -> float:
    """Residents brought to three trees by a plan, by thirds; by hand."""
    total = 0.0
    for home in range(sees.shape[1]):
        after = seen[home] + sum(bool(sees[spot, home]) for spot in plan)
        total += weight[home] * (min(1.0, after / WANTED) - min(1.0, seen[home] / WANTED))
    return total


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_the_plan_keeps_its_guarantee_and_its_bound(seed: int, trees: int) -> None:
    rng = np.random.default_rng(seed)
    sees = rng.random((7, 9)) < 0.4
    weight, seen = rng.integers(0, 20, 9).astype(np.float64), rng.integers(0, 4, 9)
    search = _Search(csr_array(sees.astype(np.float64)), weight / WANTED, seen, WANTED)
    chosen, gains, bound = search.run(trees)
    best = max(reached(sees, weight, seen, plan) for plan in combinations(range(7), trees))
    found = reached(sees, weight, seen, tuple(chosen))
    assert sum(gains) == pytest.approx(found)
    assert found <= best + 1e-9 <= bound + 1e-6
    assert found >= GUARANTEE * best - 1e-9
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("radius", -1),
        ("canopy_wanted", 1.5),
        ("shaded_share", 0),
        ("crown_diameter", 0),
        ("trees_wanted", float("nan")),
        ("spacing", 0),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, value: float) -> None:
    GreenParameters(**NUMBERS)  # type: ignore[arg-type]  # numbers by name
    with pytest.raises(ValueError, match=" "):
        GreenParameters(**{**NUMBERS, name: value})  # type: ignore[arg-type]  # same
