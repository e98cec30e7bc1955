"""Inequality between incomes: against formulas written out resident by resident."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.care_towns import UNEQUAL, care_study, care_town, dense_access
from tests.engines.diagnosis.towns import Home, Shop, with_people_unknown

from hygie.engines.diagnosis.access import nearest_ticks
from hygie.engines.diagnosis.inequality import inequality_result, say_inequality
from hygie.engines.diagnosis.publication import published_result
from hygie.engines.diagnosis.result import IndicatorResult
from hygie.engines.diagnosis.study import Study
from hygie.engines.kernel.measures import Measure, Reason, Status
from hygie.engines.kernel.territory import Territory

HOMES = [Home(20), Home(16, quarter=1), Home(8), Home(4), Home(2, quarter=2)]
SHOPS = [Shop("p", "pharmacy", 0), Shop("g", "gp", 3)]


def town(deciles: tuple[int, ...] = (1, 2, 5, 9, 10)) -> Territory:
    return care_town(HOMES, SHOPS, deciles=deciles)


def result_of(study: Study) -> IndicatorResult:
    ticks = nearest_ticks(study, study.computable())
    raw = inequality_result(study, UNEQUAL, ticks)
    return published_result(raw, study.residents.totals, 11)


def cell(result: IndicatorResult, group: str = "all") -> dict[str, Measure]:
    found = result.cell(group=group)
    assert found is not None
    return dict(found.measures)


def by_covariance(minutes: list[float], deciles: list[int]) -> float:
    """The other definition: twice the covariance of minutes and rank over the mean."""
    order = sorted(range(len(deciles)), key=lambda i: deciles[i])
    rank = np.zeros(len(deciles))
    for decile in set(deciles):
        at = [k for k, i in enumerate(order) if deciles[i] == decile]
        for i in range(len(deciles)):
            if deciles[i] == decile:
                rank[i] = (at[0] + at[-1] + 1) / 2 / len(deciles)
    spent = np.array(minutes)
    return float(2 * np.mean((spent - spent.mean()) * (rank - rank.mean())) / spent.mean())


def test_the_index_is_the_one_of_covariances() -> None:
    whole = cell(result_of(care_study(town())))
    minutes = [abs(home.at - 0) for home in HOMES]
    assert whole["index_access_pharmacy"].value == pytest.approx(by_covariance(minutes, [1, 2, 5, 9, 10]))
    assert (whole["index_access_pharmacy"].value or 0) < 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 10)), min_size=2, max_size=8))
def test_the_index_of_any_town_is_the_one_of_covariances(lived: list[tuple[int, int]]) -> None:
    place = care_town([Home(at) for at, _ in lived], SHOPS, deciles=[decile for _, decile in lived])
    whole = cell(result_of(care_study(place)))
    want = by_covariance([float(at) for at, _ in lived], [decile for _, decile in lived])
    assert whole["index_access_pharmacy"].value == pytest.approx(want, abs=1e-9)
    mirrored = care_town([Home(at) for at, _ in lived], SHOPS, deciles=[11 - decile for _, decile in lived])
    back = cell(result_of(care_study(mirrored)))["index_access_pharmacy"].value
    assert back == pytest.approx(-want, abs=1e-9)


def test_medians_are_those_of_each_third_of_incomes() -> None:
    result = result_of(care_study(town()))
    assert cell(result, "income_1_3")["median_access_pharmacy"].value == pytest.approx(16, abs=1e-4)
    assert cell(result, "income_4_7")["median_access_pharmacy"].value == pytest.approx(8, abs=1e-4)
    assert cell(result, "income_8_10")["median_access_pharmacy"].value == pytest.approx(2, abs=1e-4)
    assert cell(result, "income_1_3")["people"].value == 200


def test_ratios_compare_the_farthest_tenth_to_the_nearest() -> None:
    whole = cell(result_of(care_study(town())))
    assert whole["ratio_access_pharmacy"].value == pytest.approx(10, abs=1e-4)
    place = town()
    dense = np.sort(np.repeat(dense_access(place, {"g": 1.0}), 100))
    assert whole["ratio_apl"].value == pytest.approx(dense[449] / dense[49])


def test_the_index_of_the_potential_access_is_above_zero_when_the_rich_have_more() -> None:
    assert (cell(result_of(care_study(town())))["index_apl"].value or 0) > 0


def test_unknown_incomes_are_said_and_left_out() -> None:
    result = result_of(care_study(town((1, 0, 5, 9, 0))))
    whole = cell(result)
    assert whole["people"].value == 500
    assert whole["known"].value == pytest.approx(0.6)
    assert any("60\u202f%" in text for text in result.warnings)
    want = by_covariance([20.0, 8.0, 4.0], [1, 5, 9])
    assert whole["index_access_pharmacy"].value == pytest.approx(want)


def test_nothing_is_computed_without_incomes_people_or_access() -> None:
    assert result_of(care_study(town((0,) * 5))).reason is Reason.NO_INCOME
    assert result_of(care_study(with_people_unknown(town()))).reason is Reason.NO_PEOPLE
    bare = replace(care_town(HOMES, [], deciles=(1,) * 5), provided=frozenset())
    assert result_of(care_study(bare)).reason is Reason.NO_SOURCE


def test_few_residents_of_a_group_are_kept_back() -> None:
    homes = [*HOMES[:4], Home(3, (0, 4, 0, 0))]
    result = result_of(care_study(care_town(homes, SHOPS, deciles=(1, 2, 5, 5, 10))))
    assert {m.status for m in cell(result, "income_8_10").values()} == {Status.SUPPRESSED}
    assert cell(result)["index_access_pharmacy"].value is not None


def test_a_felt_inequality_is_said_and_a_small_one_is_not() -> None:
    study = care_study(town())
    findings = list(say_inequality(study, UNEQUAL, result_of(study)))
    assert len(findings) == 1
    assert findings[0].key == "inequality:access_gp"
    assert "13 minutes ou plus" in findings[0].sentence
    assert "contre 1 pour les 3 derniers dixièmes" in findings[0].sentence
    assert "indice de concentration −0," in findings[0].sentence
    for deciles in ((5, 5, 5, 5, 5), (10, 9, 5, 2, 1)):
        study = care_study(town(deciles))
        assert not list(say_inequality(study, UNEQUAL, result_of(study)))
