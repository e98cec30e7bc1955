"""Delimited tables: separators, columns by name, quotes, faulty rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.values import amount, insee_code

COLUMNS: Columns = {"code": ["code_insee", "COM"], "name": ["Libellé"], "people": ["pop tot"]}


def parsed(row: Row) -> tuple[str, str, float]:
    return row.read("code", insee_code), row["name"], row.read("people", amount)


def read(folder: Path, text: str) -> Records[tuple[str, str, float]]:
    path = folder / "table.csv"
    path.write_bytes(text.encode())
    return read_records(path, COLUMNS, parse=parsed)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_is_found(tmp_path: Path, separator: str) -> None:
    text = f"COM{separator}Libellé{separator}pop tot\n11262{separator}Narbonne{separator}55375\n"
    assert read(tmp_path, text).kept == (("11262", "Narbonne", 55375.0),)


def test_separator_is_the_one_under_which_columns_are_found_not_the_commonest(tmp_path: Path) -> None:
    text = "COM;Libellé;pop tot;a,b,c,d,e,f\n11262;Narbonne;55375;x\n"
    assert read(tmp_path, text).kept == (("11262", "Narbonne", 55375.0),)


@pytest.mark.parametrize(
    "header", ["com;libelle;POP_TOT", " Com ;LIBELLÉ; Pop Tot", '"COM";"libellé";"pop-tot"']
)
def test_columns_are_found_whatever_case_accents_and_punctuation(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, f"{header}\n11262;Narbonne;1\n").account.kept == 1


def test_accepted_names_are_tried_in_their_order(tmp_path: Path) -> None:
    text = "COM;code_insee;Libellé;pop tot\n11001;11262;Narbonne;1\n"
    assert read(tmp_path, text).kept[0][0] == "11262"


def test_columns_may_come_in_any_order_among_others(tmp_path: Path) -> None:
    text = "x;pop tot;Libellé;y;COM\n1;2;Narbonne;3;11262\n"
    assert read(tmp_path, text).kept == (("11262", "Narbonne", 2.0),)


def test_missing_column_names_what_is_expected_and_found(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="il manque une colonne") as caught:
        read(tmp_path, "COM;Libellé\n11262;Narbonne\n")
    assert "pop tot" in caught.value.expected
    assert "Libellé" in caught.value.found
    assert caught.value.line == 1


def test_two_columns_of_the_same_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="deux colonnes"):
        read(tmp_path, "COM;com;Libellé;pop tot\n1;2;3;4\n")


def test_twins_that_nobody_reads_are_let_go(tmp_path: Path) -> None:
    assert read(tmp_path, "COM;x;x;Libellé;pop tot\n11262;1;2;N;4\n").account.kept == 1


def test_quoted_value_may_hold_separator_quote_and_line_end(tmp_path: Path) -> None:
    text = 'COM;Libellé;pop tot\n11262;"Narbonne; ""la romaine""\nville";1\n11001;Aigues;2\n'
    records = read(tmp_path, text)
    assert records.kept[0][1] == 'Narbonne; "la romaine"\nville'
    assert records.kept[1][0] == "11001"


def test_line_numbers_count_the_lines_inside_quotes(tmp_path: Path) -> None:
    text = 'COM;Libellé;pop tot\n11262;"a\nb\nc";1\n11001;x;-2\n'
    assert [reject.row for reject in read(tmp_path, text).account.rejects] == ["ligne 5"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(tmp_path: Path, end: str) -> None:
    text = end.join(["COM;Libellé;pop tot", "11262;Narbonne;1", "11001;Aigues;2", ""])
    assert read(tmp_path, text).account.kept == 2


def test_short_and_long_rows_are_rejected_at_their_line(tmp_path: Path) -> None:
    account = read(tmp_path, "COM;Libellé;pop tot\n11262;Narbonne\n11001;A;2;3\n11002;B;3\n").account
    assert account.read == 3
    assert account.kept == 1
    assert [(reject.row, reject.reason) for reject in account.rejects] == [
        ("ligne 2", "2 valeurs au lieu de 3"),
        ("ligne 3", "4 valeurs au lieu de 3"),
    ]


def test_empty_cells_after_the_last_column_are_let_go(tmp_path: Path) -> None:
    assert read(tmp_path, "COM;Libellé;pop tot\n11262;Narbonne;1;;\n").account.kept == 1


def test_blank_lines_are_not_rows(tmp_path: Path) -> None:
    account = read(tmp_path, "COM;Libellé;pop tot\n\n11262;Narbonne;1\n\n;;\n").account
    assert (account.read, account.kept) == (1, 1)


def test_faulty_value_is_rejected_with_line_column_value_and_reason(tmp_path: Path) -> None:
    reject = read(tmp_path, "COM;Libellé;pop tot\n11262;Narbonne;beaucoup\n").account.rejects[0]
    assert (reject.row, reject.column, reject.value) == ("ligne 2", "pop tot", "beaucoup")
    assert reject.reason == "ce n’est pas un nombre"


def test_misplaced_quote_rejects_its_row_only(tmp_path: Path) -> None:
    account = read(tmp_path, 'COM;Libellé;pop tot\n11262;"Nar"bonne;1\n11001;Aigues;2\n').account
    assert (account.read, account.kept) == (2, 1)
    assert "guillemets" in account.rejects[0].reason


def test_quote_inside_a_word_is_a_letter_like_another(tmp_path: Path) -> None:
    assert read(tmp_path, 'COM;Libellé;pop tot\n11262;Nar"bonne;1\n').kept[0][1] == 'Nar"bonne'


@pytest.mark.parametrize("following", [2, 200])
def test_quote_never_closed_is_one_error_at_its_line(tmp_path: Path, following: int) -> None:
    text = 'COM;Libellé;pop tot\n11262;"Narbonne;1\n' + "11001;Aigues;2\n" * following
    with pytest.raises(InputError, match="guillemet") as caught:
        read(tmp_path, text)
    assert caught.value.line == 2


def test_header_alone_is_kept_with_a_warning(tmp_path: Path) -> None:
    account = read(tmp_path, "COM;Libellé;pop tot\n").account
    assert account.read == 0
    assert "aucune ligne" in account.warnings[0]


def test_long_value_is_shortened_in_the_reject(tmp_path: Path) -> None:
    reject = read(tmp_path, f"COM;Libellé;pop tot\n11262;x;{'9x' * 500}\n").account.rejects[0]
    assert len(reject.value) <= 60


def test_optional_column_reads_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("COM\n11262\n", encoding="utf-8")
    records = read_records(
        path, {"code": ["COM"], "name": ["nom"]}, parse=lambda row: row["name"], optional=["name"]
    )
    assert records.kept == ("",)


def test_second_row_of_a_key_is_rejected_and_names_the_first(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("COM\n11262\n11001\n11262\n", encoding="utf-8")
    seen: dict[str, int] = {}

    def parse(row: Row) -> None:
        refuse_twice(row, "code", key=row["code"], seen=seen)

    account = read_records(path, {"code": ["COM"]}, parse=parse).account
    assert (account.read, account.kept) == (3, 2)
    assert account.rejects[0].reason == "doublon de la ligne 2"
