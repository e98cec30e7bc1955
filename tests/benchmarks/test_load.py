"""The load script: what it counts is right, and it stops by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from benchmarks.load import summary, table
from benchmarks.load_client import Answer, Page, closed_loop, drawn, open_loop, percentile, saturation

pytestmark = pytest.mark.enable_socket

SLOW_S = 0.2


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(SLOW_S)
        self.send_response(404 if self.path == "/absent" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the standard library
        del format, args


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield site.server_address[1]
        site.shutdown()


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7.0], 99) == 7.0
    assert percentile([], 95) == float("inf")


def test_pages_are_drawn_by_weight_from_a_seed() -> None:
    pages = (Page("often", "/", 9), Page("rarely", "/r", 1))
    some = [page.name for page, _ in zip(drawn(pages, 1), range(2_000), strict=False)]
    assert some == [page.name for page, _ in zip(drawn(pages, 1), range(2_000), strict=False)]
    assert 1_700 < some.count("often") < 1_900


def test_the_closed_loop_ends_in_time(port: int) -> None:
    start = time.perf_counter()
    answers = closed_loop(port, (Page("home", "/"),), 2, 0.3)
    assert time.perf_counter() - start < 5
    assert answers
    assert {answer.status for answer in answers} == {200}


def test_the_open_loop_charges_a_slow_site_from_the_moment_that_was_due(port: int) -> None:
    answers = open_loop(port, (Page("slow", "/slow"),), 20, 0.5, seed=1)
    assert answers
    assert min(answer.seconds for answer in answers) >= SLOW_S


def test_a_site_that_is_not_there_is_a_wrong_answer() -> None:
    answers = open_loop(1, (Page("home", "/"),), 20, 0.3, seed=1)
    assert {answer.status for answer in answers} == {0}
    assert not summary(answers, 40.0)["met"]


def test_a_missing_page_does_not_count_as_throughput(port: int) -> None:
    most, _ = saturation(port, (Page("absent", "/absent"),), 0.1, lambda _line: None)
    assert most == 0


def test_the_summary_tells_every_page_and_the_whole() -> None:
    told = summary([Answer("home", 200, 0.010), Answer("home", 200, 0.030), Answer("list", 200, 0.2)], 10.0)
    assert told["pages"]["home"] == {"requests": 2, "p50_ms": 10.0, "p95_ms": 30.0}
    assert told["p95_ms"] == 200.0
    assert not told["met"]
    assert "| **all** | 3 | 30.0 | 200.0 |" in table(told)
