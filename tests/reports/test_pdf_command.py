"""``hygie diagnose --pdf``: a file or standard output, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from hygie.cli.main import run
from hygie.readers.territory_folder import write_territory
from hygie.territories.demo import build_demo


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdf-command") / "clairval"
    write_territory(build_demo(people=3000, seed=1, progress=lambda *_: None), folder)
    return folder


def test_the_document_is_written_and_is_the_same_twice(town: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for file in files:
        assert run(["diagnose", str(town), "--pdf", str(file)]) == 0
    first, second = (file.read_bytes() for file in files)
    assert first.startswith(b"%PDF")
    assert first == second
    assert sorted(tmp_path.iterdir()) == files


def test_standard_output_holds_the_document_only(
    town: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["diagnose", str(town), "--pdf", "-"]) == 0
    written = capfdbinary.readouterr().out
    assert written.startswith(b"%PDF")
    assert written.rstrip().endswith(b"%%EOF")


def test_a_file_that_cannot_be_written_is_said_in_french(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", str(town), "--pdf", str(tmp_path / "absent" / "a.pdf")]) == 1
    assert "n’a pas pu être écrit" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
