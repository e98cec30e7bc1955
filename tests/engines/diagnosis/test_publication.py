from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.diagnosis.publication import published, published_pair, safe_interval, withheld
from hygie.engines.diagnosis.result import Cell
from hygie.engines.kernel.measures import Measure, Status


def cell(people: float, beyond: float, *, low: float | None = None, high: float | None = None) -> Cell:
    share = [None if end is None else end / people for end in (low, high)]
    measures = {
        "people": Measure(people),
        "median": Measure(7.0),
        "mean": Measure(8.0),
        "people_beyond_15": Measure(beyond, low=low, high=high),
        "beyond_15": Measure(beyond / people, low=share[0], high=share[1]),
        "people_unreached": Measure(0.0),
        "unreached": Measure(0.0),
    }
    return Cell("quarter", "Q1", "Centre", "all", measures)


def hidden(shown: Cell) -> set[str]:
    return {key for key, measure in shown.measures.items() if measure.status is Status.SUPPRESSED}


PAIR = {"people_beyond_15", "beyond_15"}


@pytest.mark.parametrize(
    ("count", "kept_back"),
    [(0, False), (0.5, True), (1, True), (10, True), (10.9, True), (11, False), (-3, True), (1e-9, False)],
)
def test_counts_from_one_to_ten_are_kept_back_and_zero_is_not(count: float, kept_back: bool) -> None:
    assert withheld(count, 11) is kept_back


@pytest.mark.parametrize(
    ("beyond", "kept_back"), [(0, set()), (5, PAIR), (50, set()), (95, PAIR), (100, set())]
)
def test_a_small_count_or_complement_takes_its_share_with_it(beyond: float, kept_back: set[str]) -> None:
    assert hidden(published(cell(100, beyond), zone_people=100, smallest=11)) == kept_back


def test_a_zone_of_ten_residents_shows_nothing_at_all_not_even_a_median() -> None:
    small = cell(10, 0)
    assert hidden(published(small, zone_people=10, smallest=11)) == set(small.measures)


def test_a_group_that_is_nearly_its_whole_zone_shows_nothing() -> None:
    group = cell(95, 50)
    assert hidden(published(group, zone_people=100, smallest=11)) == set(group.measures)
    assert hidden(published(group, zone_people=200, smallest=11)) == set()


def test_the_mean_of_a_few_residents_who_have_a_way_is_kept_back() -> None:
    few = cell(100, 95)
    measures = dict(few.measures) | {"people_unreached": Measure(95.0), "unreached": Measure(0.95)}
    shown = published(Cell("quarter", "Q1", "Centre", "all", measures), zone_people=100, smallest=11)
    assert {"mean", "unreached", "people_unreached"} <= hidden(shown)


def test_an_interval_end_about_too_few_residents_is_widened_not_shown() -> None:
    shown = published(cell(100, 30, low=5, high=93), zone_people=100, smallest=11).measures
    assert (shown["people_beyond_15"].low, shown["people_beyond_15"].high) == (0, 100)
    assert (shown["beyond_15"].low, shown["beyond_15"].high) == (0, 1)


@given(low=st.floats(0, 100), extra=st.floats(0, 100), total=st.floats(100, 200), smallest=st.integers(1, 20))
def test_a_safe_interval_holds_the_first_one_and_shows_no_small_count(
    low: float, extra: float, total: float, smallest: int
) -> None:
    high = min(low + extra, total)
    safe_low, safe_high = safe_interval(low, high, total=total, smallest=smallest)
    assert safe_low <= low
    assert safe_high >= high
    for end in (safe_low, safe_high):
        assert not withheld(end, smallest)
        assert not withheld(total - end, smallest)


def test_a_change_about_too_few_residents_hides_the_state_after() -> None:
    before, after = published_pair(cell(100, 30), cell(100, 35), zone_people=100, smallest=11)
    assert hidden(before) == set()
    assert hidden(after) == PAIR
    assert hidden(published_pair(cell(100, 30), cell(100, 41), zone_people=100, smallest=11)[1]) == set()
    assert hidden(published_pair(cell(100, 30), cell(100, 30), zone_people=100, smallest=11)[1]) == set()


homes = st.lists(
    st.builds(
        Home,
        at=st.integers(0, 40),
        ages=st.tuples(*[st.sampled_from([0.0, 1.0, 4.0, 7.5, 12.0, 60.0])] * 4),
        quarter=st.integers(0, 2),
        qpv=st.integers(-1, 0),
        imputed=st.booleans(),
        island=st.booleans(),
    ),
    max_size=12,
)


def small(count: float) -> bool:
    """Independent statement of the rule: more than nobody, fewer than eleven."""
    return 1e-4 < count < 11 - 1e-4


@given(homes=homes, spots=st.lists(st.integers(0, 40), max_size=4))
@settings(deadline=None, max_examples=150)
def test_no_published_number_is_about_one_to_ten_residents(homes: list[Home], spots: list[int]) -> None:
    town = territory(homes, [Shop(f"ph{i}", "pharmacy", at) for i, at in enumerate(spots)])
    result = diagnose(town, movements(town), PARAMETERS)
    zone_people = {
        (c.layer, c.zone): c.measures["people"].value
        for c in result.indicator("people_age").cells
        if c.group == "all"
    }
    for indicator in result.indicators:
        for shown in indicator.cells:
            people = shown.measures["people"].value if "people" in shown.measures else None
            if people is None:
                assert indicator.key == "qpv_gap" or all(m.value is None for m in shown.measures.values())
                continue
            assert not small(people)
            whole = zone_people[shown.layer, shown.zone]
            assert whole is None or not small(whole - people)
            for key, measure in shown.measures.items():
                if key.startswith(("beyond", "unreached", "people_")) and measure.value is not None:
                    scale = 1.0 if key.startswith("people_") else people
                    for number in (measure.value, measure.low, measure.high):
                        if number is not None:
                            assert not small(number * scale)
                            assert not small(people - number * scale)
    total = sum(sum(home.ages) for home in homes)
    for line in result.closures:
        for key, measure in line.measures.items():
            if key.startswith("people_") and measure.value is not None:
                assert not small(measure.value)
                assert not small(total - measure.value)
