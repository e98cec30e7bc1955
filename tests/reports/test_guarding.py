"""No text becomes a formula, and none is lost."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.reports.guarding import guarded, unguarded

HOSTILE = [
    '=HYPERLINK("http://x.invalid";"clic")',
    "+33 4 68",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1",
    '"=1',
    "'=1",
    "''=1",
    "a;=1",
    "a,@x",
    "a\n+1",
    "＝1",
    "|-1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_guarded_and_comes_back(text: str) -> None:
    safe = guarded(text)
    assert safe != text
    assert "'" in safe
    assert unguarded(safe) == text


@pytest.mark.parametrize(
    "text", ["", "Pharmacie du Port", "Saint-Éloi", "Mo-Fr 08:00-12:00; PH off", "a=b", "50 % - 60 %", "n°1"]
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text(st.sampled_from("=+-@'\";,|\t\r\n a＝é"), max_size=12))
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(st.sampled_from("=+-@'\";,\t\r\n a"), max_size=12), st.sampled_from(";,\t"))
def test_no_cell_starts_a_formula_whatever_the_separator(text: str, separator: str) -> None:
    """A spreadsheet that splits on another separator than ours finds no sign at the start of a cell."""
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=";", quoting=csv.QUOTE_ALL).writerow(["x", guarded(text)])
    naive = [cell for line in re.split(r"[\r\n]", held.getvalue()) for cell in line.split(separator)]
    assert not [cell for cell in naive if cell.strip(' \t"')[:1] in tuple("=+-@")]
