"""`hygie audit verify` finds every change made to an exported journal, with no instance at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.apps.core.audit.chain import START, canonical, digest_of
from hygie.cli.audit import audit
from hygie.engines.kernel.errors import HygieError

LINES = 12


def chain(count: int, *, word: str = "test.decide") -> list[bytes]:
    """A journal made here, by hand."""
    made, previous = [], START
    for number in range(1, count + 1):
        line: dict[str, object] = {
            "number": number,
            "month": "2026-10",
            "at": f"2026-10-01T00:00:{number:02d}.000000+00:00",
            "actor": "",
            "organisation": "",
            "action": word,
            "subject": "test",
            "record": "",
            "details": {"ville": "Clèr\u2028e"},
            "previous": previous,
        }
        previous = digest_of(line)
        made.append(canonical({**line, "digest": previous}).encode() + b"\n")
    return made


def verified(file: Path, *words: str) -> str:
    result = CliRunner().invoke(audit, ["verify", str(file), *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


HEAD = re.search(rb'"digest":"([0-9a-f]{64})"', chain(LINES)[-1])[1].decode()  # type: ignore[index]  # it is there


def test_a_whole_journal_says_its_lines_and_its_head(tmp_path: Path) -> None:
    file = tmp_path / "j.jsonl"
    file.write_bytes(b"".join(chain(LINES)))
    said = verified(file, "--head", HEAD, "--count", str(LINES))
    assert said.splitlines() == [f"lines: {LINES}", f"head: {HEAD}"]
    assert re.findall(r"[0-9a-f]{64}", said) == [HEAD]


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a line removed": lambda lines: lines[:4] + lines[5:],
    "two lines swapped": lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]],
    "a line twice": lambda lines: [*lines[:4], lines[3], *lines[4:]],
    "the tail cut": lambda lines: lines[:-2],
    "the head cut": lambda lines: lines[2:],
    "made again whole": lambda _lines: chain(LINES, word="test.forged"),
    "a space added": lambda lines: [*lines[:3], lines[3].replace(b":", b": ", 1), *lines[4:]],
    "an empty line": lambda lines: [*lines, b"\n"],
    "windows ends of line": lambda lines: [line.replace(b"\n", b"\r\n") for line in lines],
    "nothing left": lambda _lines: [],
    "not a text": lambda lines: [*lines[:3], b"\xff\xfe\n", *lines[3:]],
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / "j.jsonl"
    file.write_bytes(b"".join(CHANGES[name](chain(LINES))))
    with pytest.raises(HygieError, match="a été changé"):
        verified(file, "--head", HEAD, "--count", str(LINES))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), by=st.integers(1, 255))
def test_any_byte_changed_is_found(tmp_path: Path, at: int, by: int) -> None:
    content = bytearray(b"".join(chain(LINES)))
    content[at % len(content)] ^= by
    file = tmp_path / "j.jsonl"
    file.write_bytes(bytes(content))
    with pytest.raises(HygieError, match="a été changé"):
        verified(file, "--head", HEAD, "--count", str(LINES))


def test_a_missing_file_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(HygieError, match="ne peut pas être lu"):
        verified(tmp_path / "absent")
