"""Records of runs: what the program writes is read, anything else is one clear error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.run_records import LARGEST, read_run_record

SHA = "0" * 64
FIGURE = {
    "key": "walking_speed",
    "value": 1.33,
    "unit": "m/s",
    "since": "2026-01-01",
    "status": "to-verify",
    "source": "Hygie",
}


def record(**other: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "kind": "whatif",
        "arguments": {"close": ["a"], "add": []},
        "hygie": "0.1.0",
        "territory": {"code": "11262", "name": "Narbonne", "files": {"places.parquet": SHA}},
        "figures": [FIGURE],
        "result_sha256": SHA,
        "parts": {"before/access_gp": SHA},
    } | other


def written(folder: Path, text: str) -> Path:
    file = folder / "run.json"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    for told in (record(), record(kind="diagnose", arguments={})):
        assert read_run_record(written(tmp_path, json.dumps(told))) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "12",
        '"relevé"',
        "[" * 100_000,
        json.dumps(record(format=2)),
        json.dumps(record(kind="reach")),
        json.dumps(record(result_sha256="0" * 63)),
        json.dumps(record(result_sha256=SHA.replace("0", "g"))),
        json.dumps(record(parts={"a": 1})),
        json.dumps(record(arguments={"close": ["a"]})),
        json.dumps(record(arguments={"close": "a", "add": []})),
        json.dumps(record(more=1)),
        json.dumps(record(figures=[{**FIGURE, "value": "1"}])),
        json.dumps(record(hygie="\ud800")),
        json.dumps(record()).replace("1.33", "1e999"),
        json.dumps(record()).replace("1.33", "NaN"),
        json.dumps(record()).replace("1.33", "9" * 5000),
    ],
)
def test_what_is_no_record_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="--record"):
        read_run_record(written(tmp_path, text))


@pytest.mark.parametrize("key", sorted(record()))
def test_every_entry_is_needed(tmp_path: Path, key: str) -> None:
    told = record()
    del told[key]
    with pytest.raises(InputError, match="relevé"):
        read_run_record(written(tmp_path, json.dumps(told)))


def test_a_missing_a_binary_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    binary, huge = tmp_path / "binary", tmp_path / "huge"
    binary.write_bytes(b"\xff\xfe{}")
    huge.write_bytes(b" " * (LARGEST + 1))
    for file in (tmp_path / "none", binary, huge):
        with pytest.raises(InputError):
            read_run_record(file)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_record_is_read_or_refused_never_more(tmp_path: Path, data: st.DataObject) -> None:
    text = json.dumps(record())
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 12))
    put = data.draw(st.text(max_size=6) | st.sampled_from(["1e400", "{}", "[]", "null", '"', "-", "\\ud800"]))
    file = tmp_path / "run.json"
    file.write_bytes((text[:at] + put + text[at + cut :]).encode("utf-8", "surrogatepass"))
    try:
        told = read_run_record(file)
    except HygieError:
        return
    assert told.keys() == record().keys()
