"""Codes, numbers, dates and positions of official tables."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.readers.tables.coordinates import in_france, position
from hygie.readers.tables.values import (
    BadValueError,
    amount,
    count,
    finess_code,
    flag,
    insee_code,
    iso_date,
    number,
    optional_date,
    padded,
    siren_code,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234.0),
        ("1\u202f234\u202f567", 1234567.0),
        ("-3", -3.0),
        ("1e3", 1000.0),
    ],
)
def test_number_takes_french_and_plain_forms(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1 23", "12 34 567", "1,2,3", "nan", "inf", "1e999", "٣", "0x10", "1_0"]
)
def test_number_refuses_what_is_not_one(text: str) -> None:
    with pytest.raises(BadValueError):
        number(text)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_number_reads_back_any_number_written_with_a_comma(value: float) -> None:
    assert number(repr(value).replace(".", ",")) == pytest.approx(value, rel=1e-15, abs=0)


def test_amount_refuses_a_negative_and_count_a_fraction() -> None:
    with pytest.raises(BadValueError, match="négatif"):
        amount("-0,1")
    with pytest.raises(BadValueError, match="entier"):
        count("1,5")
    assert count("1 000") == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("11262", "11262"),
        ("1004", "01004"),
        ("2A004", "2A004"),
        ("2b033", "2B033"),
        ("1004.0", "01004"),
        ("97105", "97105"),
    ],
)
def test_insee_code_restores_one_lost_zero(text: str, code: str) -> None:
    assert insee_code(text) == code


@pytest.mark.parametrize("text", ["", "112620", "104", "2C004", "ABCDE", "1126A", "²1262", "2A04"])
def test_insee_code_refuses_what_is_not_one(text: str) -> None:
    with pytest.raises(BadValueError):
        insee_code(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110000056", "110000056"),
        ("90003922", "090003922"),
        ("2A0000014", "2A0000014"),
        ("9A0000001", "9A0000001"),
    ],
)
def test_finess_code_restores_one_lost_zero(text: str, code: str) -> None:
    assert finess_code(text) == code


@pytest.mark.parametrize("text", ["", "1100000567", "1100056", "A10000056", "2A000014"])
def test_finess_code_refuses_what_is_not_one(text: str) -> None:
    with pytest.raises(BadValueError):
        finess_code(text)


def test_siren_has_nine_digits() -> None:
    assert siren_code("241100593") == "241100593"
    with pytest.raises(BadValueError):
        siren_code("2411005930")


def test_padding_touches_digits_only() -> None:
    assert padded(2, "1") == "01"
    assert padded(3, "56") == "056"
    assert padded(2, "2a") == "2A"
    assert padded(2, "1.0") == "01"


def test_dates_are_read_in_both_orders_and_checked() -> None:
    assert iso_date("2022-10-01") == iso_date("01/10/2022") == date(2022, 10, 1)
    assert optional_date("") is None
    for text in ("2022-13-01", "30/02/2022", "1er mai", "20221001", ""):
        with pytest.raises(BadValueError):
            iso_date(text)


def test_flag_knows_french_and_refuses_the_rest() -> None:
    assert flag("1")
    assert flag("Vrai")
    assert not flag("0")
    assert not flag("")
    with pytest.raises(BadValueError):
        flag("2")


NARBONNE = (3.0033, 43.1843)
MONTPELLIER = (3.8934094211853696, 43.5982217289962)
MONTPELLIER_LAMBERT = ("772160.6", "6278093.4")
"""The same hospital in degrees and in metres, as two columns of a published FINESS extract say it."""


@pytest.mark.parametrize(
    "pairs",
    [
        (("3.0033", "43.1843"),),
        (("43,1843", "3,0033"),),
        (("", ""), ("3.0033", "43.1843")),
        (("0", "0"), ("3.0033", "43.1843")),
        (("abc", "43"), ("43.1843", "3.0033")),
    ],
)
def test_position_is_told_by_the_range_of_values(pairs: tuple[tuple[str, str], ...]) -> None:
    assert position(*pairs) == pytest.approx(NARBONNE)


@pytest.mark.parametrize(
    "pairs", [(MONTPELLIER_LAMBERT,), (MONTPELLIER_LAMBERT[::-1],), (("", ""), MONTPELLIER_LAMBERT)]
)
def test_lambert_metres_are_known_in_either_order(pairs: tuple[tuple[str, str], ...]) -> None:
    assert position(*pairs) == pytest.approx(MONTPELLIER, abs=1e-6)


def test_origin_of_lambert_93_is_where_the_decree_puts_it() -> None:
    assert position(("700000", "6600000")) == pytest.approx((3.0, 46.5), abs=1e-9)


@pytest.mark.parametrize(
    "pair", [("0", "0"), ("120", "43"), ("3", "60"), ("1e9", "1e9"), ("-3.7", "40.4"), ("nan", "43")]
)
def test_position_out_of_france_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(BadValueError):
        position(pair)


def test_no_position_is_said_to_be_absent() -> None:
    with pytest.raises(BadValueError, match="absentes"):
        position(("", ""), ("", ""))


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (2.35, 48.86),
        (9.45, 42.7),
        (-61.55, 16.24),
        (-61.07, 14.6),
        (-52.33, 4.93),
        (55.45, -20.88),
        (45.23, -12.78),
        (-56.18, 46.78),
    ],
)
def test_every_part_of_france_is_in_france(lon: float, lat: float) -> None:
    assert in_france(lon, lat)
    assert not in_france(lat, lon)
