"""The sizes we hold ourselves to, as failing tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = [file for file in (ROOT / "src").rglob("*.py") if file.parent.name != "migrations"]  # Django's writing
SOURCES = sorted(OURS) + sorted((ROOT / "benchmarks").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_files_functions_and_classes_stay_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, f"{file} is over 400 lines"
    long = [f"{node.name} {lines(node)}" for node in functions(file) if lines(node) > 50]
    assert not long, f"{file}: functions over 50 lines: {long}"
    classes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    assert not [node.name for node in classes if lines(node) > 300]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_functions_take_six_parameters_at_most(file: Path) -> None:
    crowded = []
    for node in functions(file):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        named = [a.arg for a in arguments if a.arg not in ("self", "cls")]
        if node.name == "__init__":
            continue  # a constructor lists the fields of a record
        compiled = any("compiled" in ast.unparse(d) for d in node.decorator_list)
        if len(named) > (12 if compiled else 6):
            crowded.append(f"{node.name}({len(named)})")
    assert not crowded, f"{file}: {crowded}"


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_test_files_stay_readable(file: Path) -> None:
    assert file.read_text(encoding="utf-8").count("\n") <= 1000


def test_no_handler_swallows_everything() -> None:
    bare = [
        f"{file}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


def test_a_silenced_rule_gives_its_reason_on_the_line() -> None:
    silent = [
        f"{file}:{number}"
        for file in [*SOURCES, *TESTS]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for mark in ("# noqa", "# type: ignore")
        if mark in line and line.split(mark, 1)[1].count("#") == 0 and file != Path(__file__)
    ]
    assert not silent
