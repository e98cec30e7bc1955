"""Candidate tables and p-median files: what is read, what is refused, and nothing else ever happens."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.siting_files import read_candidates, read_pmedian

PMEDIAN = " 4 4 2 \n 1 2 3 \n 2 3 4 \n 3 4 5 \n 2 1 7 \n"
TABLE = "id;nom;longitude;latitude;capacité;coût\na;Gymnase;2,5;46,1;120;1000\nb;École;2,6;46,2;;\n"


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "file.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_a_later_line_for_the_same_pair_replaces_the_earlier(tmp_path: Path) -> None:
    read = read_pmedian(written(tmp_path, PMEDIAN))
    assert (read.nodes, read.most) == (4, 2)
    assert {tuple(edge): length for edge, length in zip(read.edges.tolist(), read.lengths, strict=True)} == {
        (0, 1): 7,
        (1, 2): 4,
        (2, 3): 5,
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "vide"),
        ("4 4\n", "ligne 1"),
        ("4 1 9\n1 2 3\n", "ligne 1"),
        ("4 1 2\n1 5 3\n", "ligne 2"),
        ("4 1 2\n1 2 -3\n", "ligne 2"),
        ("4 1 2\n1 2 0\n", "ligne 2"),
        ("4 2 2\n1 2 3\n", "coupé"),
        ("4 1 2\n1 2 nan\n", "ligne 2"),
        ("99999999 1 2\n1 2 3\n", "ligne 1"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_pmedian(written(tmp_path, content))


def test_candidates_are_read_and_faulty_rows_listed(tmp_path: Path) -> None:
    faulty = "a;Double;2,5;46,1;;\nc;Loin;220;10;;\nd;Mal;2,5;46,1;-4;\n"
    read = read_candidates(written(tmp_path, TABLE + faulty))
    assert [(row.id, row.capacity, row.price) for row in read.kept] == [("a", 120, 1000), ("b", None, None)]
    assert read.kept[0].lon == 2.5
    assert read.account.read == 5
    assert len(read.account.rejects) == 3


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_files_give_a_french_error_or_rejected_rows(tmp_path: Path, data: st.DataObject) -> None:
    for text, reader in ((PMEDIAN, read_pmedian), (TABLE, read_candidates)):
        content = bytearray(text.encode())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
            content = content or bytearray(b"x")
        with suppress(HygieError):
            reader(written(tmp_path, bytes(content)))


def test_lengths_are_whole_numbers(tmp_path: Path) -> None:
    read = read_pmedian(written(tmp_path, PMEDIAN))
    assert read.lengths.dtype == np.int64
