from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel import french


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0, 0, "0"),
        (1340, 0, "1\u202f340"),
        (92000, 0, "92\u202f000"),
        (1234567, 0, "1\u202f234\u202f567"),
        (41532.5, 1, "41\u202f532,5"),
        (2.5, 0, "3"),
        (0.125, 2, "0,13"),
        (-3, 0, "\u22123"),
        (-0.2, 0, "0"),
    ],
)
def test_numbers_have_narrow_spaces_a_comma_and_round_half_up(
    value: float, decimals: int, shown: str
) -> None:
    assert french.number(value, decimals) == shown


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_printed_whole_number_reads_back(value: int) -> None:
    read = french.number(value).replace("\u202f", "").replace("\u2212", "-")
    assert int(read) == value


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0\u202f%"),
        (0.18, "18\u202f%"),
        (0.001, "moins de 1\u202f%"),
        (0.999, "plus de 99\u202f%"),
        (1, "100\u202f%"),
    ],
)
def test_a_percentage_never_shows_a_little_as_nothing_nor_most_as_everything(
    share: float, shown: str
) -> None:
    assert french.percent(share) == shown


def test_an_interval_names_both_ends_or_one_when_they_print_alike() -> None:
    assert french.percent_between(0.16, 0.2) == "entre 16 et 20\u202f%"
    assert french.percent_between(0.181, 0.183) == "18\u202f%"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0\u00a0min"),
        (0.2, "moins de 1\u00a0min"),
        (7.4, "7\u00a0min"),
        (59.6, "1\u00a0h\u00a000"),
        (65, "1\u00a0h\u00a005"),
    ],
)
def test_minutes_turn_into_hours_from_sixty(value: float, shown: str) -> None:
    assert french.minutes(value) == shown


def test_the_plural_starts_at_two() -> None:
    assert french.counted(1, "habitant", "habitants") == "1\u00a0habitant"
    assert french.counted(1.4, "habitant", "habitants") == "1\u00a0habitant"
    assert french.counted(2, "habitant", "habitants") == "2\u00a0habitants"
    assert french.counted(0, "habitant", "habitants") == "0\u00a0habitant"


def test_differences_and_ratios_are_said_in_points_and_times() -> None:
    assert french.points(-0.234) == "23\u00a0points"
    assert french.times(2.31) == "2,3 fois"
    assert french.times(2.0) == "2 fois"


def test_lists_end_with_et() -> None:
    assert french.listing([]) == ""
    assert french.listing(["a"]) == "a"
    assert french.listing(["a", "b", "c"]) == "a, b et c"


def test_dates_are_in_full_words() -> None:
    assert french.long_date(date(2026, 11, 24)) == "mardi 24 novembre 2026"
    assert french.long_date(date(2026, 11, 1)) == "dimanche 1er novembre 2026"


@pytest.mark.parametrize(
    ("name", "at", "of"),
    [
        ("Les Ormeaux", "aux Ormeaux", "des Ormeaux"),
        ("Le Port", "au Port", "du Port"),
        ("La Gare", "à La Gare", "de La Gare"),
        ("Bellevue", "à Bellevue", "de Bellevue"),
        ("Centre ancien", "au Centre ancien", "du Centre ancien"),
        ("Pays de Clairval", "au Pays de Clairval", "du Pays de Clairval"),
        ("Aubière", "à Aubière", "d’Aubière"),
        ("Les", "à Les", "de Les"),
    ],
)
def test_articles_of_place_names_are_contracted(name: str, at: str, of: str) -> None:
    assert french.at_place(name) == at
    assert french.of_place(name) == of


def test_typeset_text_has_no_break_spaces_around_its_punctuation() -> None:
    assert french.typeset("« Qui ? » : 3 %") == "«\u00a0Qui\u202f?\u00a0»\u00a0: 3\u202f%"


def test_a_sentence_starts_with_a_capital() -> None:
    assert french.capital("à Bellevue") == "À Bellevue"
    assert french.capital("") == ""
