"""Visitors of a site on this computer: as many as it bears, then half of that at a steady pace.

The *closed loop* keeps a fixed number of visitors busy: each asks for its next page as soon as the last
one has come. More visitors are tried until no more pages come out of it: the saturation throughput.
The *open loop* then sends requests at moments drawn beforehand, whatever the site does with them, and
counts each answer from the moment it was due: a site that stalls is charged for those who waited
(Tene, « How NOT to measure latency »; what closed loops leave out is known as coordinated omission).

Requests go to the loopback address only, and every loop has an end in time and in number.
"""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

HOST = "127.0.0.1"
MOST_REQUESTS = 50_000
"""No loop sends more, whatever its time allows."""

CONNECTIONS = 64
"""Requests under way at once in the open loop; more are kept waiting, and charged for it."""

PATIENCE_S = 20.0
GROWTH = 1.05
"""One more step of visitors must bring 5 % more pages, or the site is saturated."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and how often it is asked for among the others."""

    name: str
    path: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request; ``seconds`` counts from the moment it was due."""

    page: str
    status: int
    seconds: float


class Visitor:
    """One connection, kept open, opened again when the site closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, page: Page, due: float) -> Answer:
        """Ask for a page; a broken connection is an answer of status 0."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self._port, timeout=PATIENCE_S)
        try:
            self._connection.request("GET", page.path, headers={"Accept-Language": "fr"})
            response = self._connection.getresponse()
            response.read()
            status = response.status
        except (OSError, http.client.HTTPException):
            self.leave()
            status = 0
        return Answer(page.name, status, time.perf_counter() - due)

    def leave(self) -> None:
        """Close the connection; asking again opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def closing_visitor(port: int) -> Iterator[Visitor]:
    """A visitor who leaves at the end of the block."""
    visitor = Visitor(port)
    try:
        yield visitor
    finally:
        visitor.leave()


def drawn(pages: Sequence[Page], seed: int) -> Iterator[Page]:
    """Pages without end, drawn by weight from a seed."""
    chance = random.Random(seed)
    weights = [page.weight for page in pages]
    while True:
        yield chance.choices(pages, weights)[0]


def closed_loop(port: int, pages: Sequence[Page], visitors: int, seconds: float) -> list[Answer]:
    """Answers to so many visitors, each asking again at once, for so many seconds."""
    end = time.perf_counter() + seconds
    each = MOST_REQUESTS // visitors

    def visit(seed: int) -> list[Answer]:
        told = list[Answer]()
        with closing_visitor(port) as visitor:
            for page in drawn(pages, seed):
                start = time.perf_counter()
                if start >= end or len(told) >= each:
                    break
                told.append(visitor.ask(page, start))
        return told

    with ThreadPoolExecutor(visitors) as pool:
        return [answer for told in pool.map(visit, range(visitors)) for answer in told]


def saturation(
    port: int, pages: Sequence[Page], seconds: float, report: Callable[[str], None]
) -> tuple[float, int]:
    """Most pages a second, once twice as many visitors brought no more two times; with how many."""
    best, with_visitors, flat = 0.0, 0, 0
    for visitors in (1, 2, 4, 8, 16, 32):
        answers = closed_loop(port, pages, visitors, seconds)
        rate = sum(answer.status == 200 for answer in answers) / seconds
        p95 = percentile([answer.seconds for answer in answers], 95)
        report(f"  {visitors:3} visitors: {rate:7.1f} pages/s, p95 {p95 * 1000:7.1f} ms")
        flat = 0 if rate >= best * GROWTH else flat + 1
        if rate > best:
            best, with_visitors = rate, visitors
        if flat == 2:
            break
    return best, with_visitors


def open_loop(port: int, pages: Sequence[Page], rate: float, seconds: float, *, seed: int) -> list[Answer]:
    """Answers to requests that arrive at random (Poisson) at so many a second, for so many seconds."""
    chance = random.Random(seed)
    moments, moment = list[float](), chance.expovariate(rate)
    while moment < seconds and len(moments) < MOST_REQUESTS:
        moments.append(moment)
        moment += chance.expovariate(rate)
    free: SimpleQueue[Visitor] = SimpleQueue()
    start = time.perf_counter() + 0.1

    def ask(page: Page, due: float) -> Answer:
        visitor = free.get()
        try:
            return visitor.ask(page, due)
        finally:
            free.put(visitor)

    with ExitStack() as stack, ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in range(CONNECTIONS):
            free.put(stack.enter_context(closing_visitor(port)))
        asked = []
        for offset, page in zip(moments, drawn(pages, seed), strict=False):
            time.sleep(max(0.0, start + offset - time.perf_counter()))
            asked.append(pool.submit(ask, page, start + offset))
        return [future.result() for future in asked]


def percentile(values: Sequence[float], rank: float) -> float:
    """The smallest value that at least ``rank`` per cent do not exceed; infinite when there is none."""
    if not values:
        return float("inf")
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(rank) // 100) - 1)]
