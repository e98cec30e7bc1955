"""Help lines: the numbers that every page and letter carries, and what their file refuses."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.help_lines import load_help_lines, strip, strip_text

DAY = date(2026, 11, 24)
TEXT = (catalogue_folder() / "help_lines.yaml").read_text(encoding="utf-8")


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "help_lines.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_page_carries_the_six_numbers_in_their_order() -> None:
    assert [line.number for line in strip(load_help_lines(), DAY)] == [
        "15",
        "112",
        "114",
        "3114",
        "3919",
        "119",
    ]


def test_a_telephone_calls_or_writes() -> None:
    addresses = {line.number: line.address for line in load_help_lines()}
    assert addresses["114"] == "sms:114"
    assert addresses["15"] == "tel:15"
    assert addresses["0 800 235 236"] == "tel:0800235236"


def test_a_letter_carries_them_in_one_paragraph() -> None:
    told = strip_text(load_help_lines(), DAY)
    assert re.findall(r"\d+", told) == ["15", "112", "114", "3114", "3919", "119"]
    assert "\n" not in told


def test_each_is_dated_sourced_and_to_be_read_again() -> None:
    for line in load_help_lines():
        assert line.source
        assert line.since < line.check_before
        assert (line.check_before - DAY).days < 2 * 366


def test_a_line_that_ended_is_no_longer_shown(tmp_path: Path) -> None:
    data = yaml.safe_load(TEXT)
    data["children"]["until"] = date(2026, 6, 30)
    folder = written(tmp_path, yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    assert "119" not in [line.number for line in strip(load_help_lines(folder), DAY)]
    assert "119" in [line.number for line in strip(load_help_lines(folder), date(2026, 6, 30))]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('number: "119"', 'number: "118"', "il manque un numéro"),
        ('number: "17"', 'number: "15"', "écrit deux fois"),
        ('number: "17"', 'number: "17; rm"', "police"),
        ("status: to-verify", "status: sûr", "status"),
        ("since: 2026-01-01", "since: demain", "since"),
        ("  strip: true", "  strip: peut-être", "strip"),
    ],
)
def test_a_wrong_file_is_refused_and_says_where(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    folder = written(tmp_path, TEXT.replace(before, after, 1))
    with pytest.raises(HygieError, match=message):
        load_help_lines(folder)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(TEXT)), put=st.text(max_size=12), taken=st.integers(0, 40))
def test_a_damaged_file_is_a_clear_error_or_still_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: int, put: str, taken: int
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    damaged = (TEXT[:cut] + put + TEXT[cut + taken :]).encode("utf-8", "surrogatepass")
    (folder / "help_lines.yaml").write_bytes(damaged)
    try:
        lines = load_help_lines(folder)
    except HygieError:
        return
    assert {"15", "112", "114"} <= {line.number for line in lines}
