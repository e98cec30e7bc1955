"""Territories built once from the real files and from Clairval, through the command line."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hygie.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
Hygie = Callable[..., "Told"]


@dataclass(frozen=True)
class Told:
    """What a command printed."""

    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def hygie() -> Hygie:
    """Run the ``hygie`` command in this process; fail on any exit code but the expected one."""

    def told(*words: object, code: int = 0, **environment: str) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.chdir(ROOT)
            for name, value in environment.items():
                patch.setenv(name, value)
            found = run([str(word) for word in words])
        assert found == code, f"{words}: {found}\n{out.getvalue()}\n{err.getvalue()}"
        return Told(out.getvalue(), err.getvalue())

    return told


@pytest.fixture(scope="session")
def info(hygie: Hygie) -> Callable[[Path], dict[str, Any]]:
    """Read ``territory info --json``."""

    def read(folder: Path) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(hygie("territory", "info", folder, "--json").stdout)
        return told

    return read


@pytest.fixture(scope="session")
def narbonne(hygie: Hygie, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("narbonne") / "narbonne"
    hygie("territory", "build", "examples/narbonne", "-o", folder, HYGIE_SAMPLE_DATA=str(sample_data))
    return folder


@pytest.fixture(scope="session")
def redon(hygie: Hygie, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redon") / "redon"
    hygie("territory", "build", "examples/redon", "-o", folder, HYGIE_SAMPLE_DATA=str(sample_data))
    return folder


@pytest.fixture(scope="session")
def clairval_8000(hygie: Hygie, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clairval") / "clairval"
    hygie("territory", "demo", "-o", folder, "--people", 8000, "--seed", 3)
    return folder


@pytest.fixture(scope="session")
def clairval_20000(hygie: Hygie, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clairval") / "clairval"
    hygie("territory", "demo", "-o", folder, "--people", 20_000)
    return folder
