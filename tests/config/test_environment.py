"""Secrets of a new instance: drawn once, whoever starts first, and never read half written."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from hygie.config.environment import Environment

TOGETHER, TIMES = 8, 25


def test_those_who_start_together_read_the_same_secrets(tmp_path: Path) -> None:
    for time in range(TIMES):
        home, gate = tmp_path / str(time), Barrier(TOGETHER)

        def start(_rank: int, home: Path = home, gate: Barrier = gate) -> tuple[str, ...]:
            gate.wait()
            read = Environment.read({"HYGIE_HOME": str(home)})
            return read.secret_key, read.pseudonym_key, *read.encryption_keys

        with ThreadPoolExecutor(TOGETHER) as pool:
            told = set(pool.map(start, range(TOGETHER)))
        assert len(told) == 1
        assert all(told.pop())


def test_secrets_are_read_by_their_owner_alone_and_leave_no_scrap(tmp_path: Path) -> None:
    Environment.read({"HYGIE_HOME": str(tmp_path)})
    held = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir() if file.is_file()}
    assert held == dict.fromkeys(("secret-key", "encryption-keys", "pseudonym-key"), 0o600)


def test_a_secret_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        Environment.read({"HYGIE_HOME": str(tmp_path)})
    assert not [file for file in tmp_path.iterdir() if file.is_file()]
