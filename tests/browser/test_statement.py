"""The accessibility statement claims what tests prove, no more and no less."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hygie.apps.core.public.checks import CHECKS, KEYBOARD_TASKS, WIDTHS

TESTS = Path(__file__).resolve().parents[1]


def proved() -> Iterator[str]:
    """What the tests say they prove, read in their source: one that is deleted proves nothing."""
    for path in TESTS.rglob("test_*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
                for mark in function.decorator_list:
                    if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "proves":
                        yield from (str(ast.literal_eval(word)) for word in mark.args)


def test_each_line_is_proved_and_nothing_proved_is_left_unsaid() -> None:
    tasks = {f"keyboard:{task}" for task in KEYBOARD_TASKS}
    lines = {check.key for check in CHECKS} - {"keyboard"}
    assert set(proved()) == tasks | lines


def test_the_words_hold_the_numbers_that_the_tests_use() -> None:
    words = {check.key: check.words for check in CHECKS}
    for width in WIDTHS:
        assert f"{width:,}".replace(",", "\u202f") in words["widths"]
    for task in KEYBOARD_TASKS.values():
        assert task in words["keyboard"]
