"""The glossary gives each concept one word in the code and one on screen."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from hygie.readers.catalogue import load_catalogue

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in ("code", "---")]


def test_each_row_has_a_word_a_screen_word_and_a_meaning(rows: list[list[str]]) -> None:
    assert len(rows) > 50
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


@pytest.mark.parametrize("column", [0, 1])
def test_no_word_names_two_concepts(rows: list[list[str]], column: int) -> None:
    words = Counter(row[column] for row in rows if row[column] != "–")
    assert [word for word, times in words.items() if times > 1] == []


def test_words_of_the_code_are_english_and_those_of_the_screen_typeset(rows: list[list[str]]) -> None:
    assert [row[0] for row in rows if not re.fullmatch(r"[a-z]+([ -][a-z]+)*", row[0])] == []
    assert [row[1] for row in rows if "'" in row[1]] == []


def test_the_words_of_places_stay_in_the_catalogue(rows: list[list[str]]) -> None:
    assert {row[0] for row in rows} & set(load_catalogue().categories) == set()
