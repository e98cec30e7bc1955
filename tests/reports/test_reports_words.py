"""Measures in French words, charts and tables as data."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.diagnosis.result import WHOLE, Cell, Diagnosis
from hygie.engines.kernel.measures import (
    FigureUse,
    Measure,
    Provenance,
    Reason,
    Status,
    not_computed,
    suppressed,
)
from hygie.engines.kernel.territory import Territory
from hygie.reports.charts import count_chart, pair_chart, scale_end, zone_chart
from hygie.reports.provenance import figure_value, french_date, source_rows, source_warnings
from hygie.reports.sections import Scene, section
from hygie.reports.stage import stage_of
from hygie.reports.tables import access_table, layers_of, thresholds_of
from hygie.reports.words import REASONS, SHORT_REASONS, number_parameter, shown, signed

FEW = 11


@pytest.mark.parametrize(
    ("key", "measure", "text", "detail"),
    [
        ("people", Measure(1340.0), "1\u202f340", ""),
        ("beyond_15", Measure(0.18), "18\u202f%", ""),
        ("beyond_15", Measure(0.18, low=0.16, high=0.2), "18\u202f%", "entre 16 et 20\u202f%"),
        ("beyond_15", Measure(0.18, low=0.179, high=0.181), "18\u202f%", ""),
        ("beyond_15", Measure(0.18, Status.ESTIMATE), "≈\u202f18\u202f%", ""),
        ("beyond_15", Measure(0.0004, Status.ESTIMATE), "moins de 1\u202f%", ""),
        ("unreached", Measure(0.0), "0\u202f%", ""),
        ("median", Measure(7.4), "7\u00a0min", ""),
        ("people_losing_5", Measure(12.0, low=11.0, high=30.0), "12", "entre 11 et 30"),
    ],
)
def test_numbers_are_printed_as_french_prints_them(
    key: str, measure: Measure, text: str, detail: str
) -> None:
    told = shown(key, measure, FEW)
    assert (told.text, told.detail, told.number) == (text, detail, True)


@pytest.mark.parametrize("key", ["people", "beyond_15", "median", "share"])
def test_what_is_kept_back_or_missing_is_words_without_a_number(key: str) -> None:
    hidden = shown(key, suppressed(), FEW)
    assert (hidden.text, hidden.detail, hidden.number) == ("masqué", "moins de 11", False)
    for reason in Reason:
        missing = shown(key, not_computed(reason), FEW)
        assert not missing.number
        assert not any(c.isdigit() for c in missing.text + missing.detail)
    assert not shown(key, None, FEW).number


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(SHORT_REASONS) == set(Reason)


@pytest.mark.parametrize(
    ("key", "change", "text"),
    [
        ("beyond_15", 0.1234, "+12,3\u00a0pt"),
        ("beyond_15", -0.03, "−3\u00a0pt"),
        ("mean", 1.25, "+1,3\u00a0min"),
        ("people", -1340.0, "−1\u202f340"),
        ("people", 0.0, "0"),
        ("beyond_15", 0.0001, "0"),
    ],
)
def test_changes_carry_their_sign(key: str, change: float, text: str) -> None:
    assert signed(key, change) == text


def test_parameters_of_a_result_are_numbers_or_refused() -> None:
    told = Provenance({"few": 11, "list": [5, 10]})
    assert number_parameter(told, "few") == 11
    with pytest.raises(TypeError, match="number"):
        number_parameter(told, "list")
    with pytest.raises(KeyError):
        number_parameter(told, "absent")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.33, "m/s", "1,33\u00a0m/s"),
        (15.0, "min", "15\u00a0min"),
        (1.3, "facteur", "1,3"),
        (5000.0, "m", "5\u202f000\u00a0m"),
    ],
)
def test_reference_figures_show_the_decimals_they_have(value: float, unit: str, text: str) -> None:
    assert figure_value(FigureUse("k", value, unit, "2026-01-01", "verified", "s")) == text


def test_dates_are_written_out() -> None:
    assert french_date("2026-01-01") == "1er janvier 2026"
    assert french_date("2026-11-24") == "24 novembre 2026"
    assert french_date("millésime 2019") == "millésime 2019"


def test_accounts_of_files_add_up_on_the_page(territory: Territory) -> None:
    row = source_rows(territory)[0]
    assert row[2:6] == ["3\u202f003", "3\u202f001", "1", "2"]
    assert row[7] == "abababababab…"


def test_remarks_of_a_file_are_cut_short_and_counted(territory: Territory) -> None:
    account = replace(territory.sources[0], warnings=tuple(f"remarque {k}" for k in range(9)))
    told = source_warnings(replace(territory, sources=(account,)))
    assert len(told) == 5
    assert told[-1].endswith("5\u00a0autres remarques.")


def _cell(zone: str, measure: Measure) -> Cell:
    layer = WHOLE if zone == "Ville" else "quarter"
    return Cell(layer, zone, zone, WHOLE, {"beyond_15": measure})


def test_bars_start_at_zero_go_down_and_leave_words_undrawn() -> None:
    cells = [
        _cell("Ville", Measure(0.2)),
        _cell("A", Measure(0.05)),
        _cell("B", Measure(0.4, Status.ESTIMATE, None, 0.3, 0.5)),
        _cell("C", suppressed()),
    ]
    chart = zone_chart("k", "t", "beyond_15", cells, few=FEW, badges=frozenset({"B"}))
    assert [row.name for row in chart.rows] == ["Ville", "B", "A", "C"]
    assert [row.length for row in chart.rows] == pytest.approx([40, 80, 10, None])
    assert (chart.rows[1].low, chart.rows[1].high) == pytest.approx((60, 100))
    assert chart.rows[1].estimate
    assert chart.rows[1].badge == "QPV"
    assert [row.beside for row in chart.rows] == pytest.approx([None, 40, 40, 40])
    assert chart.compared
    assert chart.end == "50\u202f%"
    assert chart.alt == "Le plus élevé\u00a0: B, ≈\u202f40\u202f%\u202f; le plus bas\u00a0: A, 5\u202f%."


def test_a_chart_of_many_zones_says_how_many_it_leaves_to_the_table() -> None:
    cells = [_cell("Ville", Measure(0.2)), *(_cell(f"Z{k:02d}", Measure(k / 40)) for k in range(30))]
    chart = zone_chart("k", "t", "beyond_15", cells, few=FEW)
    assert len(chart.rows) + chart.left_out == 31
    assert chart.left_out == 14


def test_counts_keep_their_order_and_give_shares_only_when_all_are_known() -> None:
    known = count_chart("k", "t", ["0-17", "18+"], [Measure(25.0), Measure(75.0)], few=FEW)
    assert [row.shown.detail for row in known.rows] == ["25\u202f%", "75\u202f%"]
    assert [row.length for row in known.rows] == pytest.approx([100 / 3, 100])
    partly = count_chart("k", "t", ["0-17", "18+"], [suppressed(), Measure(75.0)], few=FEW)
    assert [row.shown.detail for row in partly.rows] == ["moins de 11", ""]
    assert partly.rows[0].length is None


def test_a_pair_shows_both_shares_on_one_scale() -> None:
    pairs = [("Pharmacie", Measure(0.1), Measure(0.4)), ("Généraliste", suppressed(), Measure(0.2))]
    chart = pair_chart("k", "t", pairs, compared="ailleurs", few=FEW)
    assert [(row.length, row.beside) for row in chart.rows] == [pytest.approx((25, 100)), (None, 50)]
    assert chart.rows[0].shown.detail == "contre 40\u202f%"
    assert not chart.rows[1].shown.number


@given(st.lists(st.floats(0, 1), min_size=1))
def test_every_share_fits_on_its_scale(shares: list[float]) -> None:
    assert max(shares) <= scale_end("beyond_15", [Measure(share) for share in shares]) <= 1


def test_access_table_has_a_value_a_column_and_says_what_ages_do_not_allow(
    territory: Territory, diagnosis: Diagnosis
) -> None:
    indicator = diagnosis.indicator("access_pharmacy")
    table = access_table(indicator, layers_of(territory), 15, FEW)
    assert thresholds_of(indicator) == (5, 10, 15, 20)
    rows = [row for _, rows in table.groups for row in rows]
    assert {len(row.values) for row in rows} == {len(table.columns)}
    assert [row.name for row in rows][:2] == ["Clairval", "Centre ancien"]
    assert sum(width for _, width in table.spans) == len(table.columns)
    assert any("80 ans et plus" in note for note in table.notes)


def test_legend_counts_add_up_to_the_residents(
    territory: Territory, diagnosis: Diagnosis, samples: ModuleType
) -> None:
    scene = Scene(territory, diagnosis, samples.load_catalogue(), stage_of(territory, FEW))
    drawn = section(scene, diagnosis.indicator("access_pharmacy")).map
    assert drawn is not None
    told = [
        item.people.split("\u00a0")[0].split(" hab")[0].replace("\u202f", "")
        for item in drawn.legend
        if item.people
    ]
    assert sum(int(count) for count in told) == pytest.approx(territory.demand.people.sum(), abs=3)
