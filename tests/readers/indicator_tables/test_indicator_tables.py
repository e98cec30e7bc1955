"""Tables of indicators: every trap of the real ones, on small files."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.engines.kernel.statistic import StatisticStatus
from hygie.readers.catalogue import load_catalogue
from hygie.readers.indicator_tables import IndicatorTable, Known, TableSheet, read_indicator_table
from hygie.readers.indicator_tables.codes import departement_of

MARKERS: dict[str, list[str]] = {"secret": ["ns", "secret"], "absent": ["", "nc"]}
SECRET = Known(None, StatisticStatus.SECRET)
NOT_AVAILABLE = Known(None, StatisticStatus.NOT_AVAILABLE)


def sheet(level: str = "commune", **changes: Any) -> TableSheet:
    value = {"key": "share", "column": "part", "title": "Part", "unit": "%", "year": 2023}
    value |= {key: changes.pop(key) for key in ("unit", "group", "estimate", "column") if key in changes}
    raw = {"level": level, "code": ["code", "id"], "values": [value], **changes}
    return TableSheet.from_mapping(raw, source="S", markers=MARKERS)


def read(folder: Path, *lines: str, like: TableSheet | None = None) -> IndicatorTable:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_indicator_table(path, like or sheet())


def published(value: float) -> Known:
    return Known(value, StatisticStatus.PUBLISHED)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("12,5", published(12.5)),
        ("12.5", published(12.5)),
        ("1 234,5", published(1234.5)),
        ("12,5 %", published(12.5)),
        ("12.5%", published(12.5)),
        ("-3", published(-3.0)),
        ("0", published(0.0)),
        ("NS", SECRET),
        ("Secret", SECRET),
        ("", NOT_AVAILABLE),
        ("nc", NOT_AVAILABLE),
    ],
)
def test_each_way_of_writing_a_value_is_understood(tmp_path: Path, written: str, known: Known) -> None:
    table = read(tmp_path, "code;part", f"11262;{written}")
    cell = table.rows["commune", "11262"].cells[0]
    assert cell.status is known.status
    assert cell.value == pytest.approx(known.value) if known.value is not None else cell.value is None


@pytest.mark.parametrize("written", ["beaucoup", "12;5".replace(";", "/"), "%", "1e999", "ND", "12 %%"])
def test_what_is_no_number_is_rejected_with_its_column(tmp_path: Path, written: str) -> None:
    account = read(tmp_path, "code;part", f"11262;{written}", "11001;1").account
    assert (account.read, account.kept) == (2, 1)
    assert (account.rejects[0].row, account.rejects[0].column) == ("ligne 2", "part")
    assert account.rejects[0].value == written


def test_a_percent_sign_is_refused_where_the_unit_is_another(tmp_path: Path) -> None:
    table = read(tmp_path, "code;part", "11262;12 %", like=sheet(unit="minutes"))
    assert table.rows == {}
    assert "unité" in table.account.rejects[0].reason


@pytest.mark.parametrize(
    ("level", "written", "code"),
    [
        ("commune", "1001", "01001"),
        ("commune", "1001.0", "01001"),
        ("commune", "2a004", "2A004"),
        ("departement", "9", "09"),
        ("departement", "D9", "09"),
        ("departement", "2B", "2B"),
        ("departement", "974", "974"),
        ("epci", "241100593", "241100593"),
        ("iris", "112620104", "112620104"),
        ("iris", "10040101", "010040101"),
    ],
)
def test_a_lost_zero_is_put_back_at_every_level(tmp_path: Path, level: str, written: str, code: str) -> None:
    assert set(read(tmp_path, "code;part", f"{written};1", like=sheet(level)).rows) == {(level, code)}


@pytest.mark.parametrize(
    ("level", "written", "said"),
    [
        ("commune", "D11", "département"),
        ("commune", "241100593", "EPCI"),
        ("commune", "R76", "région"),
        ("commune", "FR", "France"),
        ("commune", "112", "5 caractères"),
        ("commune", "", "absente"),
        ("epci", "11262", "SIREN"),
        ("iris", "11262", "IRIS"),
        ("iris", "11262010A", "IRIS"),
        ("departement", "96", "département"),
        ("departement", "11262", "département"),
    ],
)
def test_a_code_of_the_wrong_level_is_rejected_and_says_so(
    tmp_path: Path, level: str, written: str, said: str
) -> None:
    table = read(tmp_path, "code;part", f"{written};1", like=sheet(level))
    assert table.rows == {}
    assert said in table.account.rejects[0].reason


def test_rows_of_wider_levels_are_understood_in_a_mixed_table(tmp_path: Path) -> None:
    lines = ("id;part", "11262;1", "241100593;2", "D9;3", "R76;4", "FR;5")
    rows = read(tmp_path, *lines, like=sheet(mixed=True)).rows
    assert {zone: row.cells[0].value for zone, row in rows.items()} == {
        ("commune", "11262"): 1,
        ("epci", "241100593"): 2,
        ("departement", "09"): 3,
        ("region", "R76"): 4,
        ("france", "FR"): 5,
    }


def test_the_second_row_of_a_code_is_rejected_even_written_otherwise(tmp_path: Path) -> None:
    table = read(tmp_path, "code;part", "01001;1", "1001;2")
    assert table.rows["commune", "01001"].cells == (published(1.0),)
    assert table.account.rejects[0].reason == "doublon de la ligne 2"


def test_zeros_of_a_row_about_nobody_are_not_values(tmp_path: Path) -> None:
    like = sheet(group="weighted_mean", weight="pop")
    rows = read(tmp_path, "code;pop;part", "75056;0;0", "11262;100;0", like=like).rows
    assert rows["commune", "75056"].cells == (NOT_AVAILABLE,)
    assert rows["commune", "11262"].cells == (published(0.0),)


def test_rows_that_the_publisher_pads_are_not_values(tmp_path: Path) -> None:
    rows = read(tmp_path, "code;part", "75056;0", "75101;0", like=sheet(unfilled=["75056"])).rows
    assert rows["commune", "75056"].cells == (NOT_AVAILABLE,)
    assert rows["commune", "75101"].cells == (published(0.0),)


def test_an_unknown_weight_is_kept_unknown_and_a_negative_one_rejected(tmp_path: Path) -> None:
    like = sheet(group="weighted_mean", weight="pop")
    table = read(tmp_path, "code;pop;part", "11262;NC;1", "11001;-2;1", like=like)
    assert table.rows["commune", "11262"].weight is None
    assert table.account.rejects[0].column == "pop"


def test_a_rebuilt_value_is_an_estimate(tmp_path: Path) -> None:
    rows = read(tmp_path, "code;part", "11262;1", like=sheet(estimate=True)).rows
    assert rows["commune", "11262"].cells[0].status is StatisticStatus.ESTIMATE


def test_a_missing_column_is_one_error_naming_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="part"):
        read(tmp_path, "code;taux", "11262;1")


def test_an_empty_file_is_refused_and_a_bare_header_warned(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match="vide"):
        read_indicator_table(tmp_path / "empty.csv", sheet())
    assert "aucune ligne" in read(tmp_path, "code;part").account.warnings[0]


def test_an_absent_file_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="introuvable"):
        read_indicator_table(tmp_path / "nowhere.parquet", sheet())


def test_a_mean_without_weight_and_a_key_given_twice_are_refused() -> None:
    with pytest.raises(HygieError, match="poids"):
        sheet(group="weighted_mean")
    twice = [{"key": "k", "column": "a", "title": "T", "unit": "u", "year": 2023}] * 2
    raw = {"level": "commune", "code": "code", "values": twice}
    with pytest.raises(HygieError, match="« k »"):
        TableSheet.from_mapping(raw, source="S", markers=MARKERS)


def parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_is_read_as_the_table_it_stands_for(tmp_path: Path) -> None:
    path = parquet(tmp_path, id=["1001", "11262", "11001", "x"], part=[0.1, 1 / 3, None, 4.0])
    table = read_indicator_table(path, sheet())
    assert table.rows["commune", "01001"].cells[0].value == pytest.approx(0.1, rel=0)
    assert table.rows["commune", "11262"].cells[0].value == pytest.approx(1 / 3, rel=0)
    assert table.rows["commune", "11001"].cells == (NOT_AVAILABLE,)
    assert (table.account.read, table.account.kept) == (4, 3)
    assert table.account.rejects[0].row == "ligne 5"


def test_parquet_texts_and_whole_numbers_are_read_alike(tmp_path: Path) -> None:
    path = parquet(tmp_path, id=[11262, 1001], part=["NS", "8.3000000000000007"])
    rows = read_indicator_table(path, sheet()).rows
    assert rows["commune", "11262"].cells == (SECRET,)
    assert rows["commune", "01001"].cells[0].value == pytest.approx(8.3)


def test_parquet_of_nested_columns_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Parquet"):
        read_indicator_table(parquet(tmp_path, id=["11262"], part=[[1, 2]]), sheet())


def test_departements_are_read_from_commune_codes() -> None:
    assert [departement_of(code) for code in ("01004", "2A004", "97411", "98818")] == [
        "01",
        "2A",
        "974",
        "988",
    ]


def test_every_sheet_of_the_catalogue_describes_a_table() -> None:
    sources = load_catalogue().sources
    markers = sources["indicator_table"].raw["tables"]
    told = [s for s in sources.values() if "level" in s.raw.get("tables", {})]
    assert len(told) >= 20
    sheets = [TableSheet.from_mapping(s.raw["tables"], source=s.title, markers=markers) for s in told]
    keys = [(sheet.level, value.key) for sheet in sheets for value in sheet.values]
    assert len(keys) == len(set(keys)), "one level knows a quantity from one table"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for _, key in keys)


def mutated(valid: bytes) -> st.SearchStrategy[bytes]:
    cut = st.tuples(st.integers(0, len(valid)), st.integers(0, 12), st.binary(max_size=12))

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        data = bytearray(valid)
        for start, length, put in changes:
            data[start : start + length] = put
        return bytes(data)

    return st.lists(cut, min_size=1, max_size=5).map(apply)


def _stored() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return parquet(Path(folder), id=["11262", "1001"], part=["1", "NS"]).read_bytes()


@settings(deadline=None, max_examples=200)
@given(mutated(b"code;part\n11262;12,5\n1001;NS\n") | mutated(_stored()) | st.binary(max_size=80))
def test_a_damaged_table_is_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        try:
            account = read_indicator_table(path, sheet()).account
        except InputError:
            return
    assert account.read == account.kept + len(account.rejects)
