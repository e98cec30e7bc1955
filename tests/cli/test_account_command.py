"""hygie account, in processes of its own: an instance is founded, people are invited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def said(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on an instance of its own."""
    variables = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603  # our own command
        [str(Path(sys.executable).with_name("hygie")), "account", *words],
        env={**variables, "HYGIE_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_instance_is_founded_once_and_its_link_is_handed_over(home: Path) -> None:
    founding = ("create", "ada@ville.example", "--name", "Ada Démo", "--organisation", "Ville d’essai")
    first = said(home, *founding)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("http://127.0.0.1:8000/invitation/")
    again = said(home, *founding)
    assert again.returncode == 1
    assert "déjà" in again.stderr
    assert "Traceback" not in again.stderr
    invited = said(
        home,
        "invite",
        "b@ville.example",
        "--name",
        "Bo Démo",
        "--organisation",
        "ville-dessai",
        "--role",
        "dpo",
    )
    assert invited.returncode == 0, invited.stderr
    assert len(list((home / "outbox").iterdir())) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("invite", "x@y.fr", "--name", "X", "--organisation", "Nulle part"), "n’existe pas ici"),
        (("reset-second-factor", "x@y.fr"), "Aucun compte"),
        (("create", "pas une adresse", "--name", "X", "--organisation", "V"), "adresse électronique"),
        (("create", "x@y.fr", "--name", "X", "--organisation", "V", "--kind", "lune"), "n’est pas connu"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, words: tuple[str, ...], told: str) -> None:
    answer = said(home, *words)
    assert answer.returncode == 1
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
