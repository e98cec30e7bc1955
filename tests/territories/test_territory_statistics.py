"""Statistics of a territory: its own rows, wider zones recomputed, never a plain mean of communes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hygie.engines.kernel.statistic import Statistic, StatisticStatus
from hygie.readers.indicator_tables import IndicatorTable, TableSheet, read_indicator_table
from hygie.readers.records import CommuneTable, EpciTable, FileAccount
from hygie.territories.statistics import Surroundings, statistics_of, surroundings, used_rows

ACCOUNT = FileAccount("f", "0" * 64, 0, 0)
EPCI = EpciTable({"241100593": ("11262", "11266")}, {"241100593": "Le Grand Narbonne"}, ACCOUNT)
LEGAL = CommuneTable(
    {"11262": 300.0, "11266": 90.0, "11001": 10.0, "34001": 600.0}, {"11262": "Narbonne"}, ACCOUNT
)
FLOOR = 0.9


def table(folder: Path, *lines: str, group: str = "", level: str = "commune") -> IndicatorTable:
    value = {"key": "k", "column": "v", "title": "T", "unit": "u", "year": 2023, "group": group}
    raw = {"level": level, "code": "id", "name": "nom", "values": [value], "mixed": level == "commune"}
    if "pop" in lines[0]:
        raw |= {"weight": "pop"}
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    markers = {"secret": ["ns"], "absent": [""]}
    return read_indicator_table(path, TableSheet.from_mapping(raw, source="S", markers=markers))


def around(*communes: str, **changes: Any) -> Surroundings:
    sources = {"epci": EPCI, "legal": LEGAL, "contours": None, **changes}
    return surroundings("11262", communes or ("11262",), **sources)


def by_zone(found: tuple[Statistic, ...]) -> dict[tuple[str, str], tuple[Any, str]]:
    return {(s.level, s.code): (s.value, str(s.status)) for s in found}


def test_wider_zones_are_weighted_means_and_the_files_own_rows_are_never_read(tmp_path: Path) -> None:
    lines = (
        "id;pop;v",
        "11262;300;6",
        "11266;100;2",
        "11001;0;0",
        "34001;600;1",
        "241100593;400;4",
        "D11;1;9",
    )
    found = by_zone(statistics_of(table(tmp_path, *lines, group="weighted_mean"), around(), FLOOR))
    assert found == {
        ("commune", "11262"): (6.0, "published"),
        ("epci", "241100593"): (pytest.approx(5), "computed"),
        ("departement", "11"): (pytest.approx(5), "computed"),
        ("france", "FR"): (pytest.approx(2.6), "computed"),
    }


def test_a_zone_too_little_known_has_no_value_and_keeps_its_missing_share(tmp_path: Path) -> None:
    lines = ("id;pop;v", "11262;300;6", "11266;100;NS")
    found = {
        s.level: s for s in statistics_of(table(tmp_path, *lines, group="weighted_mean"), around(), FLOOR)
    }
    assert (found["epci"].value, found["epci"].status) == (None, StatisticStatus.SECRET)
    assert found["epci"].missing == pytest.approx(0.25)
    assert found["france"].value is None
    assert found["france"].missing == pytest.approx((100 + 10 + 600) / 1010)


def test_what_is_lacking_above_the_floor_is_told_beside_the_mean(tmp_path: Path) -> None:
    lines = ("id;pop;v", "11262;300;6", "11266;100;2")
    found = {
        s.level: s for s in statistics_of(table(tmp_path, *lines, group="weighted_mean"), around(), FLOOR)
    }
    assert found["departement"].value == pytest.approx(5)
    assert found["departement"].missing == pytest.approx(10 / 410)


def test_counts_add_up_and_a_member_without_weight_forbids_the_sum(tmp_path: Path) -> None:
    whole = table(tmp_path, "id;v", "11262;20", "11266;3", "11001;0", "34001;5", group="sum")
    found = by_zone(statistics_of(whole, around(), FLOOR))
    assert found["epci", "241100593"] == (pytest.approx(23), "computed")
    assert found["france", "FR"] == (pytest.approx(28), "computed")
    part = table(tmp_path, "id;v", "11262;20", group="sum")
    assert by_zone(statistics_of(part, around(legal=None), FLOOR))["epci", "241100593"] == (
        None,
        "not_available",
    )


def test_a_total_that_too_few_communes_allow_is_the_files_own_row(tmp_path: Path) -> None:
    lines = ("id;v", "11262;20", "11266;3", "11001;0", "241100593;99", "D11;98", "FR;500", "R76;97")
    read = table(tmp_path, *lines, group="sum_or_published")
    found = {s.level: s for s in statistics_of(read, around(), FLOOR)}
    assert {level: (s.value, str(s.status)) for level, s in found.items()} == {
        "commune": (20, "published"),
        "epci": (pytest.approx(23), "computed"),
        "departement": (pytest.approx(23), "computed"),
        "france": (500, "published"),
    }
    assert (found["epci"].missing, found["france"].missing) == (0.0, None)
    assert used_rows(read, around()) == 4


def test_a_total_of_a_zone_without_members_or_row_is_the_files_or_nothing(tmp_path: Path) -> None:
    read = table(tmp_path, "id;v", "11262;20", "241100593;23", group="sum_or_published")
    assert by_zone(statistics_of(read, around(legal=None), FLOOR)) == {
        ("commune", "11262"): (20, "published"),
        ("epci", "241100593"): (23, "published"),
    }


def test_a_mean_never_gives_way_to_the_files_own_row(tmp_path: Path) -> None:
    read = table(tmp_path, "id;pop;v", "11262;300;6", "FR;1000;9", group="weighted_mean")
    assert by_zone(statistics_of(read, around(), FLOOR))["france", "FR"] == (None, "not_available")


def test_what_the_publisher_gives_itself_for_wider_zones_is_kept_as_published(tmp_path: Path) -> None:
    lines = ("id;v", "11262;19850", "241100593;20780", "D11;20510", "FR;23080", "11266;1", "R76;7")
    read = table(tmp_path, *lines, group="published")
    assert by_zone(statistics_of(read, around(), FLOOR)) == {
        ("commune", "11262"): (19850, "published"),
        ("epci", "241100593"): (20780, "published"),
        ("departement", "11"): (20510, "published"),
        ("france", "FR"): (23080, "published"),
    }
    assert used_rows(read, around()) == 4


def test_a_commune_that_the_table_lacks_is_not_available_and_secret_stays_secret(tmp_path: Path) -> None:
    read = table(tmp_path, "id;v", "11262;NS")
    assert by_zone(statistics_of(read, around("11262", "11266"), FLOOR)) == {
        ("commune", "11262"): (None, "secret"),
        ("commune", "11266"): (None, "not_available"),
    }


def test_a_table_by_departement_stays_a_value_of_the_departement(tmp_path: Path) -> None:
    read = table(tmp_path, "id;nom;v", "11;Aude;12", "34;Hérault;9", level="departement")
    (only,) = statistics_of(read, around(), FLOOR)
    assert (only.level, only.code, only.name, only.value) == ("departement", "11", "Aude", 12)


def test_iris_of_the_communes_are_all_given_and_no_other(tmp_path: Path) -> None:
    read = table(tmp_path, "id;v", "112620102;2", "112620101;1", "340010101;9", level="iris")
    assert list(by_zone(statistics_of(read, around(), FLOOR))) == [
        ("iris", "112620101"),
        ("iris", "112620102"),
    ]
    assert used_rows(read, around()) == 2


def test_a_group_of_communes_that_is_no_epci_has_its_own_value(tmp_path: Path) -> None:
    read = table(tmp_path, "id;pop;v", "11262;300;6", "11001;100;2", group="weighted_mean")
    found = by_zone(statistics_of(read, around("11262", "11001"), FLOOR))
    assert found["territory", "11262"] == (pytest.approx(5), "computed")
    assert ("territory", "11262") not in by_zone(statistics_of(read, around("11262", "11266"), FLOOR))


def test_without_the_sources_that_name_its_members_a_zone_is_not_made_up(tmp_path: Path) -> None:
    read = table(tmp_path, "id;pop;v", "11262;300;6", group="weighted_mean")
    alone = around(epci=None, legal=None)
    assert list(by_zone(statistics_of(read, alone, FLOOR))) == [("commune", "11262")]
