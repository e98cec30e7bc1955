from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.diagnosis.groups import AgeGroup, age_groups, band_columns, band_key, group_label
from hygie.engines.kernel.territory import AgeBand

LIMITS = (0, 4, 6, 11, 18, 25, 40, 55, 65, 80)
GRID = (*(AgeBand(a, b - 1) for a, b in pairwise(LIMITS)), AgeBand(80, None))


@pytest.mark.parametrize(
    ("key", "columns"),
    [("under_18", (0, 1, 2, 3)), ("65_plus", (8, 9)), ("75_plus", None), ("80_plus", (9,))],
)
def test_the_bands_of_the_insee_grid_allow_all_groups_but_75_and_over(
    key: str, columns: tuple[int, ...] | None
) -> None:
    group = next(group for group in age_groups(65) if group.key == key)
    assert band_columns(group, GRID) == columns


@pytest.mark.parametrize(
    ("bands", "why"),
    [
        ((), "no ages"),
        ((AgeBand(15, 17), AgeBand(18, None)), "the youngest are missing"),
        ((AgeBand(0, 5), AgeBand(7, 17)), "a hole"),
        ((AgeBand(0, 20),), "a band goes beyond"),
        ((AgeBand(0, 10),), "the last ages are missing"),
    ],
)
def test_a_group_that_bands_do_not_cover_exactly_is_not_known(bands: tuple[AgeBand, ...], why: str) -> None:
    assert band_columns(AgeGroup("under_18", 0, 17), bands) is None, why


@given(st.lists(st.integers(1, 100), unique=True, max_size=8), st.integers(0, 9), st.integers(0, 9))
def test_chosen_bands_hold_each_age_of_the_group_once_and_no_other(
    cuts: list[int], first: int, last: int
) -> None:
    limits = [0, *sorted(cuts)]
    bands = tuple(
        AgeBand(a, b - 1 if b is not None else None) for a, b in zip(limits, [*limits[1:], None], strict=True)
    )
    low, high = sorted((limits[first % len(limits)], limits[last % len(limits)] + 3))
    columns = band_columns(AgeGroup("g", low, high), bands)
    if columns is not None:
        ends = [200 if band.last is None else band.last for band in bands]  # a last age of 0 is an age
        ages = [age for c in columns for age in range(bands[c].first, ends[c] + 1)]
        assert ages == list(range(low, high + 1))


def test_groups_and_bands_are_named_in_french() -> None:
    assert [group_label(group.key) for group in age_groups(65)] == [
        "moins de 18 ans",
        "65 ans et plus",
        "75 ans et plus",
        "80 ans et plus",
    ]
    assert [group_label(band_key(band)) for band in GRID[-2:]] == ["65-79 ans", "80 ans et plus"]
    assert group_label("all") == "ensemble"
    assert group_label("dwellings") == "bâtiments d’habitation"
