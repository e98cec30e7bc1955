"""``hygie territory export``: what is written, what is replaced, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hygie.cli.main import run
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo


@pytest.fixture(scope="module")
def clairval(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "clairval"
    write_territory(build_demo(people=2000, seed=1, progress=lambda *_: None), folder)
    return folder


def export(clairval: Path, out: Path, code: int = 0) -> None:
    assert run(["territory", "export", str(clairval), "-o", str(out)]) == code


def test_an_export_is_written_whole_and_replaced_by_the_same_bytes(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "open" / "data"
    export(clairval, out)
    assert "fichiers écrits" in capsys.readouterr().err
    first = {file.name: file.read_bytes() for file in out.iterdir()}
    told = json.loads(first["manifest.json"])
    assert told["fictional"] is True
    assert {"LISEZMOI.txt", *(entry["name"] for entry in told["files"])} == set(first) - {"manifest.json"}
    export(clairval, out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == first
    assert [entry.name for entry in out.parent.iterdir()] == ["data"]


def test_a_folder_that_holds_something_else_is_left_alone(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("à garder", encoding="utf-8")
    export(clairval, tmp_path, code=1)
    assert "n’a pas été touché" in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]
    export(clairval, clairval, code=1)
    assert (clairval / "territory.json").is_file()


def test_an_export_with_a_note_added_is_left_alone(clairval: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    export(clairval, out)
    (out / "notes.txt").write_text("à garder", encoding="utf-8")
    export(clairval, out, code=1)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "à garder"


def test_what_cannot_be_written_is_one_message(
    clairval: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    export(clairval, tmp_path / "file" / "out", code=1)
    told = capsys.readouterr().err
    assert told.startswith("Erreur")
    assert "Traceback" not in told
