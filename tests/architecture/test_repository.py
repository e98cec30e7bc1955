"""What the repository itself promises."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git of the PATH
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_lock_file_names_the_public_index_only() -> None:
    addresses = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert addresses <= {"pypi.org", "files.pythonhosted.org"}


def test_every_dependency_says_why_it_is_here() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)
    lines = text.splitlines()
    named = {re.split(r"[<>=!~ ]", d)[0] for d in project["project"]["dependencies"]}
    unexplained = [
        name
        for name in sorted(named)
        for i, line in enumerate(lines)
        if re.match(rf'\s+"{re.escape(name)}[<>=!~"]', line) and not lines[i - 1].strip().startswith("#")
    ]
    assert not unexplained


def test_no_sample_file_and_no_path_of_a_machine_is_committed() -> None:
    machine = re.compile(r"/(?:home|root|Users|work|opt)/[a-z]")
    guilty = [
        str(file.relative_to(ROOT))
        for file in tracked()
        if file.suffix in {".py", ".md", ".toml", ".yaml", ".json", ".html", ".cfg", ""}
        and file != Path(__file__)
        and machine.search(file.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not guilty


def test_only_the_shared_fixture_knows_where_sample_files_are() -> None:
    guilty = [
        str(file.relative_to(ROOT))
        for file in tracked()
        if file.suffix == ".py"
        and file not in (ROOT / "tests/conftest.py", Path(__file__))
        and re.search(r"shared[/\"', ]+data", file.read_text(encoding="utf-8"))
    ]
    assert not guilty
