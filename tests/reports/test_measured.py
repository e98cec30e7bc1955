"""Indicators of every kind of Clairval are printed in words: no measure forgotten, none taken for minutes."""

from __future__ import annotations

import re
from datetime import date

import pytest

from hygie.engines.diagnosis.candidates import PUBLIC_PLACES
from hygie.engines.diagnosis.diagnose import diagnose_study
from hygie.engines.diagnosis.offset import offset_study
from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.diagnosis.study import Study, prepare
from hygie.readers.catalogue import Catalogue
from hygie.readers.parameters import diagnosis_parameters
from hygie.reports.brief import brief_table, is_brief
from hygie.reports.measured import head_of, inequality_table, keys_of, measured, measured_table, unequal
from hygie.reports.offset import offset_parts
from hygie.reports.sections import Scene, section
from hygie.reports.stage import Stage
from hygie.reports.tables import layers_of, thresholds_of
from hygie.territories.demo import build_demo

INTERNAL = re.compile(r"people_\w+|mean|rising")
"""Counts behind a printed share, and what is told elsewhere."""


@pytest.fixture(scope="module")
def study(catalogue: Catalogue) -> Study:
    stored = build_demo(people=6_000, seed=1)
    parameters = diagnosis_parameters(catalogue, date.fromisoformat(stored.reference_date))
    return prepare(stored.territory, stored.movements(), parameters, calendar=stored.calendar)


@pytest.fixture(scope="module")
def town(study: Study) -> Diagnosis:
    return diagnose_study(study)


@pytest.fixture(scope="module")
def scene(study: Study, town: Diagnosis, catalogue: Catalogue) -> Scene:
    return Scene(study.territory, town, catalogue, Stage((), None))


def test_every_measure_that_is_no_time_has_french_words(town: Diagnosis) -> None:
    told = [i for i in town.indicators if measured(i)]
    assert {"apl_like_gp", "retirement_gp", "trees", "school_ways"} <= {i.key for i in told}
    for indicator in told:
        forgotten = [key for key in keys_of(indicator) if not INTERNAL.fullmatch(key) and not head_of(key)]
        assert not forgotten, indicator.key


def test_their_tables_hold_every_zone_and_no_minutes(town: Diagnosis, scene: Scene) -> None:
    for indicator in (i for i in town.indicators if measured(i)):
        table = measured_table(indicator, layers_of(scene.territory), scene.few)
        rows = [row for _, rows in table.groups for row in rows]
        assert len(rows) >= len({(c.layer, c.zone) for c in indicator.cells if c.layer != "place"})
        assert all(len(row.values) == len(table.columns) for row in rows)
        assert not any(value.text.endswith("min") for row in rows for value in row.values)


def test_inequality_is_told_service_by_service(town: Diagnosis, scene: Scene) -> None:
    (indicator,) = [i for i in town.indicators if unequal(i)]
    table = inequality_table(indicator, town, scene.few)
    assert table is not None
    ((_, rows),) = table.groups
    assert len(rows) == len({k for k in keys_of(indicator) if k.startswith("index_")})
    assert [column.span for column in table.columns].count("La moitié, au plus") == 3


def test_no_answer_counts_everyone_where_the_question_is_another(town: Diagnosis, scene: Scene) -> None:
    total = town.indicator("people_age").cell()
    assert total is not None
    for indicator in town.indicators:
        part = section(scene, indicator)
        assert part.answer
        if indicator.key != "people_age":
            assert not part.value.startswith("6\u202f0")


def test_indicators_in_brief_are_one_row_each(town: Diagnosis, scene: Scene) -> None:
    chosen = [i for i in town.indicators if is_brief(i)]
    assert len(chosen) > 5
    table = brief_table("brief", "Soins", scene, chosen)
    assert table is not None
    ((_, rows),) = table.groups
    assert len(rows) == len(chosen)
    heads = [column.head for column in table.columns]
    assert heads[-2:] == ["Quartiers prioritaires", "Hors quartiers prioritaires"]
    for indicator, row in zip(chosen, rows, strict=True):
        cell = indicator.cell()
        if cell is not None and thresholds_of(indicator):
            share = cell.measures["beyond_15"].value
            assert share is not None
            printed = row.values[2].text.removeprefix("≈\u202f")
            assert printed == f"{round(share * 100)}\u202f%" or "de 1" in printed or "de 99" in printed


def test_no_indicator_in_brief_gives_no_table(scene: Scene) -> None:
    assert brief_table("brief", "Soins", scene, []) is None


def test_an_offset_is_said_with_what_it_leaves(study: Study, scene: Scene) -> None:
    from_pharmacy = str(study.territory.places.ids[study.territory.places.of("pharmacy")[0]])
    found = offset_study(study, (from_pharmacy,), PUBLIC_PLACES)
    parts = offset_parts(scene, found)
    assert parts
    for part, service in zip(parts, found.services, strict=True):
        assert service.closure is not None
        assert part.table is not None
        ((_, rows),) = part.table.groups
        lost = service.closure.everyone["person_minutes_lost"].value
        assert lost is not None
        assert rows[0].values[1].text == f"{round(lost):,}".replace(",", "\u202f")
        assert len(rows) == 1 + len(service.ranking) + (
            service.best is not None and len(service.best.openings) > 1
        )
        if service.best is not None and service.best.suffices and service.best.openings:
            assert "rend ce que la fermeture prend" in part.answer
            assert service.best.openings[0].name in part.answer
