"""The installed program: exit codes, no traceback, standard output kept for results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hygie.cli.whatif import parse_opening
from hygie.engines.kernel.errors import HygieError

PROGRAM = Path(sys.executable).with_name("hygie")


def program(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own program
        [str(PROGRAM), *words], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_program_is_installed_and_says_its_version() -> None:
    done = program("--version")
    assert (done.returncode, done.stdout.strip()) == (0, "hygie, version 0.1.0")


def test_a_users_error_is_one_line_on_standard_error_and_code_1(tmp_path: Path) -> None:
    done = program("territory", "info", str(tmp_path), "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Erreur")
    assert "Traceback" not in done.stderr


def test_wrong_words_are_code_2() -> None:
    done = program("territory", "fly")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "capacity"), [("gp@-5.5,46.3:2.5", 2.5), ("gp@-5.5,46.3:", 1.0), ("gp@-5.5,46.3", 1.0)]
)
def test_an_opening_is_read_and_an_empty_capacity_is_one(text: str, capacity: float) -> None:
    opening = parse_opening(text)
    assert (opening.category, opening.lon, opening.lat, opening.capacity) == ("gp", -5.5, 46.3, capacity)


@pytest.mark.parametrize(
    "text", ["", "gp", "gp@", "gp@1", "gp@200,46:1", "gp@1,nan:1", "gp@1,2:-3", "gp@1,2:x", "GP@1,2"]
)
def test_a_wrong_opening_says_what_to_write(text: str) -> None:
    with pytest.raises(HygieError, match="pharmacy@3"):
        parse_opening(text)


def test_wrong_words_and_help_are_in_french() -> None:
    assert "commande inconnue" in program("territory", "fly").stderr
    told = program("territory", "--help").stdout
    assert "Afficher cette aide" in told
    assert "Commandes" in told


def test_a_fictional_town_never_replaces_a_real_territory(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    manifest = '{"format": 1, "fictional": false, "content": {}}'
    (folder / "territory.json").write_text(manifest, encoding="utf-8")
    done = program("territory", "demo", "-o", str(folder), "--people", "2000")
    assert done.returncode == 1
    assert "territoire réel" in done.stderr
    assert (folder / "territory.json").read_text(encoding="utf-8").startswith('{"format": 1')
