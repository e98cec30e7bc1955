"""Similar communes: chosen and compared as by hand, in plain Python."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.engines.portrait.comparison import (
    DENSITY,
    INCOME,
    POPULATION,
    CommuneProfiles,
    PeerRules,
    SimilarCommunes,
    peer_group,
    peer_standings,
    similar_communes,
    standing_among,
)
from hygie.engines.portrait.official import OfficialSheet, Rate

RULES = PeerRules(count=3, ratio=2, known=2)
UNKNOWN = math.nan
Commune = tuple[str, float, float, float]
"""Code, population, income, density."""


def profiles(*communes: Commune) -> CommuneProfiles:
    codes, people, income, density = zip(*communes, strict=True)
    return CommuneProfiles(
        codes, tuple(f"Ville {code}" for code in codes), np.array(people), np.array(density), np.array(income)
    )


def by_hand(communes: list[Commune], own: set[str], rules: PeerRules) -> tuple[list[str], list[str]] | None:
    """Codes chosen and criteria used, with lists and sorts only."""

    def told(value: float | str) -> bool:
        return not math.isnan(float(value)) and float(value) > 0

    def log(c: Commune, column: int) -> float:
        return math.log(float(c[column]))

    mine = [c for c in communes if c[0] in own and told(c[1])]
    if not mine:
        return None
    centre = sorted(mine, key=lambda c: (c[1], c[0]))[-1]
    near = [
        c
        for c in communes
        if c[0] not in own
        and told(c[1])
        and max(c[1] / centre[1], centre[1] / c[1]) <= rules.ratio * (1 + 1e-12)
    ]
    used = [1]
    for column in (2, 3):
        both = [c for c in near if told(c[column])]
        if told(centre[column]) and len(both) >= rules.count:
            near, used = both, [*used, column]
    if len(near) < rules.known:
        return None
    spread = {column: statistics.pstdev([log(c, column) for c in near]) for column in used}

    def distance(c: Commune) -> float:
        steps = [(log(c, k) - log(centre, k)) / spread[k] for k in used if spread[k] > 1e-9]
        return math.sqrt(sum(step * step for step in steps))

    ranked = sorted(near, key=lambda c: (round(distance(c), 9), c[0]))
    names = {1: POPULATION, 2: INCOME, 3: DENSITY}
    return [c[0] for c in ranked[: rules.count]], [names[k] for k in used]


amounts = st.one_of(st.just(UNKNOWN), st.just(0.0), st.integers(1, 400).map(lambda n: 50.0 * n))
towns = st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=25)


@given(towns, st.sets(st.integers(0, 24), min_size=1, max_size=2), st.integers(1, 5), st.integers(1, 5))
def test_the_choice_is_the_one_made_by_hand(
    rows: list[tuple[float, float, float]], own: set[int], count: int, known: int
) -> None:
    communes = [(f"{i:05d}", *row) for i, row in enumerate(rows)]
    rules = PeerRules(max(count, known), 2, known)
    codes = {f"{i:05d}" for i in own}
    expected = by_hand(communes, codes, rules)
    found = similar_communes(profiles(*communes), codes, rules)
    if expected is None or found is None:
        assert (expected is None) == (found is None)
        return
    assert [one.key for one in found.criteria] == expected[1]
    if _no_tie(communes, found, expected[0]):
        assert [code for code, _ in found.communes] == expected[0]
    assert not {code for code, _ in found.communes} & codes


def _no_tie(communes: list[Commune], found: SimilarCommunes, expected: list[str]) -> bool:
    """Whether rows are all different: equal or mirrored ones may be swapped by the last digit."""
    ratios = [round(abs(math.log(c[1] / float(found.criteria[0].value))), 9) for c in communes if c[1] > 0]
    return bool(expected) and len(set(ratios)) == len(ratios)


def test_half_and_double_the_population_are_in_and_beyond_is_out() -> None:
    found = similar_communes(
        profiles(
            ("own", 1000, UNKNOWN, UNKNOWN),
            ("half", 500, UNKNOWN, UNKNOWN),
            ("double", 2000, UNKNOWN, UNKNOWN),
            ("less", 499, UNKNOWN, UNKNOWN),
            ("more", 2001, UNKNOWN, UNKNOWN),
        ),
        {"own"},
        RULES,
    )
    assert found is not None
    assert {code for code, _ in found.communes} == {"half", "double"}
    assert found.unused == (INCOME, DENSITY)


def test_the_largest_commune_of_a_territory_is_compared_and_it_is_said() -> None:
    rows = [("a", 900.0, 1.0, 1.0), ("b", 1000.0, 1.0, 1.0)]
    rows += [(f"p{i}", 1000.0 + i, 20_000.0 + i, 100.0 + i) for i in range(5)]
    found = similar_communes(profiles(*rows), {"a", "b"}, RULES)
    assert found is not None
    assert (found.code, found.largest) == ("b", True)
    told = peer_group(found, RULES)
    assert told.criteria[0].startswith("Ville b est comparée\u00a0: c’est la commune la plus peuplée")
    assert "à vérifier" in told.criteria[0]
    assert len(told.communes) == 3


def test_a_criterion_known_of_too_few_is_left_aside_and_it_is_said() -> None:
    rows = [("own", 1000.0, 20_000.0, 100.0), ("dense", 1000.0, 20_500.0, 100.0)]
    rows += [(f"p{i}", 1010.0 + i, 20_000.0 + i, UNKNOWN) for i in range(4)]
    found = similar_communes(profiles(*rows), {"own"}, RULES)
    assert found is not None
    assert [one.key for one in found.criteria] == [POPULATION, INCOME]
    assert any(
        line.startswith("Densité\u00a0: non prise en compte") for line in peer_group(found, RULES).criteria
    )


def test_too_few_communes_are_no_group() -> None:
    assert similar_communes(profiles(("own", 5e6, 1, 1), ("small", 10, 1, 1)), {"own"}, RULES) is None
    assert similar_communes(profiles(("own", UNKNOWN, 1, 1), ("b", 10, 1, 1)), {"own"}, RULES) is None
    assert similar_communes(profiles(("b", 10, 1, 1)), {"own"}, RULES) is None


numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@given(numbers, st.lists(st.one_of(st.none(), numbers), max_size=30), st.integers(1, 10))
def test_quartiles_and_rank_are_those_of_the_standard_library(
    value: float, others: list[float | None], known: int
) -> None:
    told = sorted(one for one in others if one is not None)
    found = standing_among(value, others, known)
    if len(told) < known:
        assert found is None
        return
    assert found is not None
    quartiles = statistics.quantiles(told, n=4, method="inclusive") if len(told) > 1 else [told[0]] * 3
    assert (found.low, found.median, found.high) == pytest.approx(quartiles)
    assert found.rank == sorted([*told, value], reverse=True).index(value) + 1
    assert found.known == len(told)


def test_a_value_that_is_not_known_has_no_standing() -> None:
    assert standing_among(None, [1.0, 2.0, 3.0], 1) is None


def statistic(key: str, code: str, value: float | None, year: str = "2023") -> Statistic:
    status = StatisticStatus.SECRET if value is None else StatisticStatus.PUBLISHED
    return Statistic(key, key, "%", "commune", code, code, value, year, "Insee", status)


def similar(*several: Statistic) -> SimilarCommunes:
    communes = tuple((code, code) for code in ("a", "b", "c"))
    return SimilarCommunes("own", "Own", False, (), (), 3, communes, "Insee", several)


def test_rates_are_made_commune_by_commune_and_secret_numbers_are_not_counted() -> None:
    sheet = OfficialSheet("share", "care", "Part", "?", "%", Rate(("n",), ("d",), 100.0))
    rows = [("a", 1, 10), ("b", 3, 10), ("c", None, 10)]
    others = [statistic("n", code, n) for code, n, _ in rows] + [
        statistic("d", code, d) for code, _, d in rows
    ]
    own = [statistic("n", "own", 2), statistic("d", "own", 10)]
    found = peer_standings((sheet,), own, similar(*others), RULES)
    assert (found["share"].median, found["share"].rank, found["share"].known) == (20.0, 2, 2)
    assert found["d"].known == 3


def test_numbers_of_another_year_are_never_compared() -> None:
    others = [statistic("n", code, 1.0, "2015") for code in ("a", "b", "c")]
    assert peer_standings((), [statistic("n", "own", 2)], similar(*others), RULES) == {}


@pytest.mark.parametrize(
    ("count", "ratio", "known"), [(0, 2, 1), (3, 1, 2), (3, math.inf, 2), (3, 2, 4), (3, 2, 0)]
)
def test_rules_that_choose_nothing_are_refused(count: int, ratio: float, known: int) -> None:
    with pytest.raises(ValueError, match="known"):
        PeerRules(count, ratio, known)


def test_a_criterion_by_which_all_are_alike_does_not_drown_the_others() -> None:
    rows = [("own", 1500.0, 20_000.0, UNKNOWN)]
    rows += [(f"p{i}", 1234.5, 15_000.0 + 1000 * i, UNKNOWN) for i in range(7)]
    found = similar_communes(profiles(*rows), {"own"}, RULES)
    assert found is not None
    assert [code for code, _ in found.communes] == ["p5", "p6", "p4"], (
        "by ratio, 21 000 is nearer than 19 000"
    )
