"""The list of hostile uses names tests that exist, and each of its lines names one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "docs" / "reference" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)


def test_each_test_that_the_list_names_exists() -> None:
    named = NAMED.findall(LIST.read_text(encoding="utf-8"))
    assert len(named) > 30
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).is_file()
        or name not in DEFINED.findall((ROOT / file).read_text(encoding="utf-8"))
    ]
    assert not missing


def test_each_line_of_the_list_names_a_test() -> None:
    rows = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    told = [line for line in rows if not line.startswith(("| hostile use", "| ---"))]
    assert told
    assert not [line for line in told if not NAMED.search(line)]
