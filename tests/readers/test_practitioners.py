"""A table of practitioners, in any layout a recipe describes; faulty rows are listed, never guessed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.readers.practitioners import (
    PractitionerFile,
    PractitionerSheet,
    parse_age,
    read_practitioners_table,
)
from hygie.readers.tables.values import BadValueError

CATEGORIES = ("gp", "dentist", "msp")
ALL = {
    name: name for name in ("place", "finess", "lon", "lat", "count", "activity", "age", "age_from", "age_to")
}
HEADER = "place;finess;lon;lat;count;activity;age;age_from;age_to\n"
ROWS = (
    "town:1;;;;2;4500;62;;\n"
    ";110000056;;;;;60-64;;\n"
    ";;3,0037;43,1843;1;;60 ans et plus;;\n"
    "town:2;;;;;;;50;59\n"
    "town:2;;;;;;;;\n"
)


def sheet(columns: dict[str, str] | None = None, profession: Any = "gp") -> PractitionerSheet:
    raw = {"key": "doctors", "profession": profession, "columns": columns or ALL}
    return PractitionerSheet.from_mapping(raw, CATEGORIES)


def read(folder: Path, text: str, how: PractitionerSheet | None = None) -> PractitionerFile:
    file = folder / "doctors.csv"
    file.write_text(text, encoding="utf-8")
    return read_practitioners_table(file, how or sheet())


def test_rows_say_where_how_many_and_how_old(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + ROWS)
    assert (found.account.read, found.account.kept, found.account.rejects) == (5, 5, ())
    first, second, third, fourth, fifth = found.records
    assert (first.place, first.count, first.activity, first.ages) == ("town:1", 2, 4500.0, (62.0, 62.0))
    assert (second.finess, second.count, second.ages) == ("110000056", 1, (60.0, 64.0))
    assert (third.lon, third.lat, third.ages) == (3.0037, 43.1843, (60.0, math.inf))
    assert fourth.ages == (50.0, 59.0)
    assert math.isnan(fifth.ages[0])
    assert math.isnan(fifth.ages[1])
    assert math.isnan(fifth.activity)


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (";;;;1;;62;;", "place", "où ce praticien exerce"),
        ("town:1;;;;0;;62;;", "count", "de 1 à 1000"),
        ("town:1;;;;2.5;;62;;", "count", "entier"),
        ("town:1;;;;1;-3;62;;", "activity", "négatif"),
        ("town:1;;;;1;;soixante;;", "age", "ce n’est pas un âge"),
        ("town:1;;;;1;;7;;", "age", "de 16 à 120 ans"),
        ("town:1;;;;1;;64-60;;", "age", "plus petit"),
        ("town:1;;;;1;;;60;50", "age_to", "plus petit"),
        (";12;;;1;;62;;", "finess", "FINESS"),
        (";;500;43;1;;62;;", "lon", "hors de France"),
        (";;3.0;;1;;62;;", "lon", "absente"),
    ],
)
def test_a_faulty_row_is_rejected_with_its_column(tmp_path: Path, row: str, column: str, why: str) -> None:
    found = read(tmp_path, f"{HEADER}town:1;;;;1;;40;;\n{row}\n")
    assert (found.account.read, found.account.kept) == (2, 1)
    reject = found.account.rejects[0]
    assert (reject.row, reject.column) == ("ligne 3", column)
    assert why in reject.reason


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("62", (62, 62)),
        ("62 ans", (62, 62)),
        ("60-64", (60, 64)),
        ("60 à 64 ans", (60, 64)),
        ("de 60 à 64 ans", (60, 64)),
        ("60+", (60, math.inf)),
        ("60 ans et plus", (60, math.inf)),
        ("≥ 60", (60, math.inf)),
        ("moins de 40 ans", (0, 39)),
        ("<40", (0, 39)),
    ],
)
def test_ages_are_read_as_tables_write_them(text: str, ages: tuple[float, float]) -> None:
    assert parse_age(text) == ages


@pytest.mark.parametrize("text", ["", "nc", "NC", "Inconnu", "non renseigné"])
def test_an_unknown_age_stays_unknown(text: str) -> None:
    assert all(math.isnan(bound) for bound in parse_age(text))


def test_half_a_band_is_open() -> None:
    only_last = {"place": "place", "age_to": "age_to"}
    assert sheet(only_last).columns.keys() == {"place", "age_to"}


def test_professions_may_be_a_column(tmp_path: Path) -> None:
    given_values = {"column": "job", "values": {"Généraliste": "gp", "Dentiste": "dentist"}}
    how = sheet({"place": "place"}, given_values)
    found = read(tmp_path, "place;job\na;généraliste\nb;DENTISTE\nc;sorcier\n", how)
    assert [record.profession for record in found.records] == ["gp", "dentist", ""]


@pytest.mark.parametrize(
    ("columns", "profession"),
    [
        ({"age": "age"}, "gp"),
        ({"lon": "lon", "age": "age"}, "gp"),
        ({"place": "place", "lat": "lat"}, "gp"),
        ({"place": "place"}, "wizard"),
        ({"place": "place"}, {"column": "job", "values": {"x": "wizard"}}),
    ],
)
def test_an_impossible_recipe_is_named(columns: dict[str, str], profession: Any) -> None:
    with pytest.raises(HygieError, match="doctors"):
        sheet(columns, profession)


def test_a_column_that_the_recipe_names_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="il manque une colonne"):
        read(tmp_path, "place;finess\na;\n", sheet({"place": "place", "age": "age"}))


WHOLE = (HEADER + ROWS).encode()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=4)), min_size=1, max_size=6))
def test_mangled_files_give_an_error_or_rejects(tmp_path: Path, edits: list[tuple[int, bytes]]) -> None:
    mangled = bytearray(WHOLE)
    for at, what in edits:
        mangled[at : at + len(what)] = what
    file = tmp_path / "mangled.csv"
    file.write_bytes(bytes(mangled))
    try:
        found = read_practitioners_table(file, sheet())
    except HygieError:
        return
    assert found.account.read == found.account.kept + len(found.account.rejects)
    for record in found.records:
        assert record.count >= 1
        assert math.isnan(record.ages[0]) or 0 <= record.ages[0] <= record.ages[1]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 -–à<>≥+ansetplumoinsde", max_size=16))
def test_any_text_is_an_age_or_a_reason(text: str) -> None:
    try:
        first, last = parse_age(text.strip())
    except BadValueError:
        return
    assert math.isnan(first) == math.isnan(last)
    assert math.isnan(first) or 0 <= first <= last
