"""A portrait as JSON: true to its schema, its numbers those of the portrait."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.diagnosis.towns import PARAMETERS, Home, Shop, movements, territory

from hygie.engines.diagnosis.diagnose import diagnose
from hygie.engines.kernel.measures import Measure, Status
from hygie.engines.kernel.statistic import KNOWN, Statistic, StatisticStatus
from hygie.engines.portrait.official import OfficialParameters, OfficialSheet, Rate
from hygie.engines.portrait.portrait import Beside, portrait_of, printed_accounts
from hygie.engines.portrait.result import (
    Authorisation,
    Grade,
    HospitalSite,
    HospitalWatch,
    PeerGroup,
    PeerStanding,
    Portrait,
    QualityCheck,
)
from hygie.readers.catalogue import load_catalogue
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.portrait_parameters import portrait_parameters
from hygie.reports.json_portrait import portrait_json, statistic_json

TOWN = territory([Home(0), Home(20, quarter=1)], [Shop("ph:a", "pharmacy", 0)])
DIAGNOSIS = diagnose(TOWN, movements(TOWN), PARAMETERS)
SHARE = OfficialSheet("share", "care", "Part", "Quelle part ?", "%", "share", ("share_2015",))
RATE = OfficialSheet("rate", "equity", "Taux", "Quel taux ?", "fois", Rate(("share",), ("share_2015",)))


def told(key: str, value: float | None, *, level: str = "commune", status: str = "published") -> Statistic:
    return Statistic(
        key, "Part", "%", level, "11262", "Narbonne", value, "2023", "P, T", StatisticStatus(status)
    )


def written(portrait: Portrait) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(portrait_json(TOWN, portrait), allow_nan=False))
    schema_validator("diagnosis").validate(read)
    return read


def everything() -> Beside:
    beds = (told("beds", 9.0, level="site"), replace(told("beds", 7.0, level="site"), year="2024"))
    site = HospitalSite(
        "110000023", "CH", "11262", (beds,), (Authorisation("18", "Cancer", "", ""),), ("Perdu.",)
    )
    checks = (
        QualityCheck("people", "Habitants", Grade.WATCH, Measure(0.75), "part", "Il en manque.", "Voir."),
        QualityCheck("names", "Noms", Grade.GOOD, None, "", "Tout va bien.", "", ("access_gp",)),
    )
    return Beside(
        peers=PeerGroup(("population proche de 56 000",), (("81004", "Albi"),), "Insee"),
        standings={"share": PeerStanding(1.0, 2.0, 3.0, 4, 20)},
        hospitals=HospitalWatch((site,), ("Une alerte.",)),
        quality=checks,
    )


def test_a_portrait_with_every_part_is_true_to_its_schema() -> None:
    rows = (told("share", 5.0), told("share_2015", 6.0), told("share", 4.0, level="france"))
    parameters = OfficialParameters((SHARE, RATE))
    read = written(portrait_of(DIAGNOSIS, rows, parameters, beside=everything()))
    share, rate = read["official"]
    assert (share["main"]["value"], share["status"], share["standing"]["rank"]) == (5.0, "computed", 4)
    assert [value["level"] for value in share["values"]] == ["commune", "france"]
    assert [value["value"] for value in share["earlier"]] == [6.0]
    assert rate["main"]["value"] == pytest.approx(5 / 6)
    assert rate["standing"] is None
    assert read["peers"]["communes"] == [{"code": "81004", "name": "Albi"}]
    assert [one["value"] for one in read["hospitals"]["sites"][0]["series"][0]] == [9.0, 7.0]
    assert [check["grade"] for check in read["quality"]] == ["watch", "good"]
    assert read["quality"][1]["measure"] is None


def test_without_any_source_every_indicator_says_that_it_has_none() -> None:
    parameters = portrait_parameters(load_catalogue())
    read = written(portrait_of(DIAGNOSIS, (), parameters))
    assert len(read["official"]) == len(parameters.sheets)
    assert {(o["status"], o["reason"], o["main"]) for o in read["official"]} == {
        ("not_computed", "no_source", None)
    }
    assert (read["peers"], read["hospitals"], read["quality"]) == (None, {"sites": [], "warnings": []}, [])


def test_a_secret_number_has_no_value_anywhere() -> None:
    read = written(
        portrait_of(DIAGNOSIS, (told("share", None, status="secret"),), OfficialParameters((SHARE,)))
    )
    (share,) = read["official"]
    assert (share["status"], share["main"]) == ("suppressed", None)
    assert "reason" not in share
    assert [("value" in value, value["status"]) for value in share["values"]] == [(False, "secret")]


def test_the_keys_of_a_diagnosis_come_first_and_are_untouched() -> None:
    read = written(portrait_of(DIAGNOSIS, (), OfficialParameters(())))
    assert list(read)[-4:] == ["official", "peers", "hospitals", "quality"]
    assert len(read["indicators"]) == len(DIAGNOSIS.indicators)


def test_the_schema_refuses_a_number_without_its_status_and_a_part_left_out() -> None:
    read = written(portrait_of(DIAGNOSIS, (told("share", 5.0),), OfficialParameters((SHARE,))))
    validator = schema_validator("diagnosis")
    share = read["official"][0]
    main = share["main"]
    without_status = {key: main[key] for key in main if key != "status"}
    without_value = {key: main[key] for key in main if key != "value"}
    for wrong in (
        {"main": without_status},
        {"main": without_value},
        {"theme": "soins"},
        {"status": "known"},
        {"status": "not_computed"},
        {"extra": 1},
    ):
        assert not validator.is_valid(read | {"official": [share | wrong]}), wrong
    assert not validator.is_valid({key: read[key] for key in read if key != "quality"})
    assert validator.is_valid(read | {"official": [share]})


def test_the_source_printed_by_a_number_leads_to_its_account_unless_two_are_alike() -> None:
    (account, *_) = TOWN.sources or (None,)
    if account is None:
        pytest.fail("the town of the tests has a source")
    table = replace(account, name="t", publisher="P", title="T")
    assert printed_accounts((table,)) == {"P, T": "t"}
    assert printed_accounts((table, replace(table, file="second file"))) == {"P, T": "t"}
    assert printed_accounts((table, replace(table, name="u"))) == {}
    portrait = portrait_of(DIAGNOSIS, (told("share", 5.0),), OfficialParameters((SHARE,)), sources=(table,))
    assert portrait.official[0].source == "t"


statuses = st.sampled_from(list(StatisticStatus))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("share", "share_2015", "else")),
            st.sampled_from(("iris", "commune", "epci", "departement", "france", "site")),
            st.floats(allow_nan=False, allow_infinity=False),
            statuses,
        ),
        max_size=12,
    )
)
def test_whatever_the_tables_say_the_output_is_true_to_its_schema(
    drawn: list[tuple[str, str, float, StatisticStatus]],
) -> None:
    rows = [
        told(key, value if status in KNOWN else None, level=level, status=status)
        for key, level, value, status in drawn
    ]
    read = written(portrait_of(DIAGNOSIS, rows, OfficialParameters((SHARE, RATE))))
    for result in read["official"]:
        shown = result["status"] in (Status.COMPUTED, Status.ESTIMATE)
        assert shown or result["main"] is None


@given(st.floats(allow_nan=False, allow_infinity=False), st.none() | st.floats(0, 1))
def test_a_number_reads_back_as_it_is(value: float, missing: float | None) -> None:
    one = replace(told("share", value), missing=missing)
    read = json.loads(json.dumps(statistic_json(one)))
    assert (read["value"], read.get("missing"), read["status"]) == (value, missing, "published")
