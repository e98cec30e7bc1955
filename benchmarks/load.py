"""Load of the public pages, on this computer: ``python -m benchmarks.load [--seconds S] [--json]``.

Starts the demo of Clairval in a process of its own with a home of its own (on SQLite, or on the empty
database that ``DATABASE_URL`` names), finds its saturation throughput, then measures every page at half
of it. The visitors run on the same processors as the site. Exit code 1 when the 95th percentile is over
``LIMIT_MS`` or an answer was not 200.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from benchmarks.load_client import (
    HOST,
    Answer,
    Page,
    closed_loop,
    closing_visitor,
    open_loop,
    percentile,
    saturation,
)

LIMIT_MS = 150.0
"""Issue 4: public pages, 95th percentile at half of the saturation throughput, on 2 cores."""

OPENING_S = 180
PAGES = (
    Page("home", "/", 6),
    Page("directory", "/annuaire", 4),
    Page("directory, a word", "/annuaire?q=pharmacie", 6),
    Page("directory, open now", "/annuaire?ouvert=oui", 3),
    Page("help lines", "/numeros-utiles", 2),
    Page("accessibility", "/accessibilite", 1),
    Page("personal data", "/donnees-personnelles", 1),
    Page("site map", "/plan-du-site", 1),
    Page("diagnosis", "/diagnostic", 3),
    Page("portrait", "/diagnostic/portrait", 2),
    Page("care supply", "/diagnostic/apl", 1),
    Page("hospital", "/diagnostic/hopital", 1),
    Page("sources", "/diagnostic/sources", 1),
    Page("quality", "/diagnostic/qualite", 1),
)
"""Weights are a guess of what residents and agents look at; the report is a file, not a page."""


def main(words: Sequence[str]) -> int:
    """Measure and print; 0 when the limit holds."""
    parser = argparse.ArgumentParser(description="Load of the public pages of the demo, on this computer.")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each step, at most 60")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(words)
    seconds = min(max(chosen.seconds, 1.0), 60.0)
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as port:
        pages = PAGES + entry_pages(port)
        for page in pages:  # each worker thread has opened everything once
            closed_loop(port, (page,), 8, 0.3)
        most, visitors = saturation(port, pages, seconds, _say)
        _say(f"saturation {most:.0f} pages/s with {visitors} visitors; now {most / 2:.0f} pages/s")
        answers = open_loop(port, pages, most / 2, 3 * seconds, seed=1)
    told = summary(answers, most)
    print(json.dumps(told, indent=1) if chosen.json else table(told))
    return int(not told["met"])


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The demo on a free port, ended with the block."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    code = "import sys; from hygie.cli.main import run; sys.exit(run(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "demo", "--port", str(port)]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603  # our own program
            words, env=os.environ | {"HYGIE_HOME": str(home)}, stdout=log, stderr=log
        ) as site,
    ):
        try:
            _wait(port, site, home / "log")
            yield port
        finally:
            site.terminate()


def _wait(port: int, site: subprocess.Popen[bytes], log: Path) -> None:
    _say("the demo is being made…")
    end = time.monotonic() + OPENING_S
    while time.monotonic() < end and site.poll() is None:
        with closing_visitor(port) as visitor:
            if visitor.ask(Page("home", "/"), 0.0).status == 200:
                return
        time.sleep(0.5)
    raise SystemExit(f"the demo did not open:\n{log.read_text()[-2000:]}")


def entry_pages(port: int) -> tuple[Page, ...]:
    """A few entries of the directory and questions of the diagnosis, as the site links to them."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    found = []
    for path, pattern in (
        ("/annuaire?q=pharmacie", r'href="(/annuaire/\d+)"'),
        ("/diagnostic", r'href="(/diagnostic\?[^"]+)"'),
    ):
        connection.request("GET", path)
        page = connection.getresponse().read().decode()
        found.append(sorted({unescape(link) for link in re.findall(pattern, page)}))
    connection.close()
    entries, questions = found
    if not entries or not questions:
        raise SystemExit("the demo links to no entry or no question: these pages have changed")
    return (
        *(Page("directory entry", path, 2) for path in entries[:4]),
        *(Page("diagnosis, other questions", path) for path in questions[:8]),
    )


def summary(answers: Sequence[Answer], most: float) -> dict[str, Any]:
    """Percentiles in milliseconds, for all pages and page by page."""
    by_page: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        by_page[answer.page].append(answer.seconds * 1000)
    every = [answer.seconds * 1000 for answer in answers]
    wrong = sum(answer.status != 200 for answer in answers)
    return {
        "saturation_per_s": round(most, 1),
        "rate_per_s": round(most / 2, 1),
        "requests": len(answers),
        "wrong_answers": wrong,
        "p50_ms": round(percentile(every, 50), 1),
        "p95_ms": round(percentile(every, 95), 1),
        "p99_ms": round(percentile(every, 99), 1),
        "pages": {
            name: {
                "requests": len(times),
                "p50_ms": round(percentile(times, 50), 1),
                "p95_ms": round(percentile(times, 95), 1),
            }
            for name, times in sorted(by_page.items())
        },
        "met": percentile(every, 95) <= LIMIT_MS and wrong == 0,
    }


def table(told: dict[str, Any]) -> str:
    """The summary as a table of the documentation."""
    lines = ["| page | requests | p50 ms | p95 ms |", "| --- | --- | --- | --- |"]
    pages: dict[str, dict[str, float]] = told["pages"]
    for name, row in pages.items():
        lines.append(f"| {name} | {row['requests']} | {row['p50_ms']} | {row['p95_ms']} |")
    lines.append(f"| **all** | {told['requests']} | {told['p50_ms']} | {told['p95_ms']} |")
    lines.append(
        f"saturation {told['saturation_per_s']} pages/s; measured at {told['rate_per_s']}; "
        f"p99 {told['p99_ms']} ms; wrong answers {told['wrong_answers']}"
    )
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
