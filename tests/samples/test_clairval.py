"""Clairval through the command line: same seed, same bytes; every closure is felt and undone."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.samples.oracle import read

Hygie = Callable[..., Any]


def numbers(tree: object) -> Iterator[float]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from numbers(value)
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield float(tree)


def test_the_same_seed_gives_the_same_bytes(clairval_8000: Path, hygie: Hygie, tmp_path: Path) -> None:
    again = tmp_path / "again"
    hygie("territory", "demo", "-o", again, "--people", 8000, "--seed", 3)
    files = sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(clairval_8000) for p in clairval_8000.rglob("*") if p.is_file())
    different = [f for f in files if (again / f).read_bytes() != (clairval_8000 / f).read_bytes()]
    assert not different


def test_another_seed_gives_another_town_of_the_same_size(
    hygie: Hygie, info: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    hygie("territory", "demo", "-o", tmp_path / "a", "--people", 2000, "--seed", 1)
    hygie("territory", "demo", "-o", tmp_path / "b", "--people", 2000, "--seed", 2)
    first, second = info(tmp_path / "a"), info(tmp_path / "b")
    assert first["people"] == second["people"] == 2000
    assert (tmp_path / "a/demand/lon.npy").read_bytes() != (tmp_path / "b/demand/lon.npy").read_bytes()


def test_each_pharmacy_closed_is_felt_and_added_back_changes_nothing(
    clairval_8000: Path, hygie: Hygie, tmp_path: Path
) -> None:
    hygie("territory", "places", clairval_8000, "--category", "pharmacy", "--csv", tmp_path / "p.csv")
    pharmacies = read(tmp_path / "p.csv")
    assert len(pharmacies) >= 2
    for row in pharmacies:
        closed = json.loads(hygie("whatif", clairval_8000, "--close", row["id"], "--json").stdout)
        felt = list(numbers(closed["change"]))
        assert any(abs(value) > 1e-9 for value in felt), row["id"]
        back = f"pharmacy@{row['lon']},{row['lat']}:{row['capacity']}"
        undone = json.loads(
            hygie("whatif", clairval_8000, "--close", row["id"], "--add", back, "--json").stdout
        )
        assert list(numbers(undone["change"]))
        assert all(abs(value) <= 1e-9 for value in numbers(undone["change"])), row["id"]


def test_a_change_is_after_minus_before(clairval_8000: Path, hygie: Hygie, tmp_path: Path) -> None:
    hygie("territory", "places", clairval_8000, "--category", "pharmacy", "--csv", tmp_path / "p.csv")
    place = read(tmp_path / "p.csv")[0]["id"]
    told = json.loads(hygie("whatif", clairval_8000, "--close", place, "--json").stdout)
    checked = compare(told["before"], told["after"], told["change"])
    assert checked > 10


def compare(before: Any, after: Any, change: Any) -> int:
    if isinstance(change, dict):
        return sum(compare(before[key], after[key], value) for key, value in change.items())
    if isinstance(change, int | float):
        assert change == pytest.approx(after - before, abs=1e-9)
        return 1
    return 0


def test_bad_requests_are_one_clear_error(clairval_8000: Path, hygie: Hygie, tmp_path: Path) -> None:
    for words, said in (
        (("whatif", clairval_8000, "--close", "clairval:nowhere", "--json"), "nowhere"),
        (("whatif", clairval_8000, "--add", "pharmacy@north", "--json"), "Attendu"),
        (("whatif", clairval_8000, "--add", "unicorn@-5.5,46.3:1", "--json"), "unicorn"),
        (("territory", "info", tmp_path), "territory.json"),
        (("territory", "demo", "-o", tmp_path / "x", "--people", 12), "2"),
    ):
        failed = hygie(*words, code=1)
        assert said in failed.stderr
        assert "Traceback" not in failed.stderr
        assert failed.stdout == ""


def test_what_was_planted_is_found_and_said_in_the_report(
    clairval_20000: Path, hygie: Hygie, tmp_path: Path
) -> None:
    hygie("diagnose", clairval_20000, "--json", tmp_path / "d.json", "--html", tmp_path / "d.html")
    told = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["findings"]
    page = html.unescape(re.sub(r"<[^>]+>", "", (tmp_path / "d.html").read_text(encoding="utf-8")))
    far = [f["sentence"] for f in told if f["indicator"] == "access_gp" and "Ormeaux" in f["sentence"]]
    alone = [f["sentence"] for f in told if "Montredon et aux Salines" in f["sentence"]]
    assert far, "Les Ormeaux stand far from general practitioners"
    assert any("Pharmacie de Montredon" in sentence for sentence in alone)
    assert all(sentence in page for sentence in far + alone)
