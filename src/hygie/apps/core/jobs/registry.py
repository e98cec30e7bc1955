"""Kinds of jobs, declared beside the code that does them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


class Report(Protocol):
    """Says how far a job is; also shows that it is alive."""

    def __call__(self, progress: float, message: str = "") -> None:
        """``progress`` from 0 to 1, ``message`` in French."""
        ...


Work = Callable[..., None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """How one kind of job is done.

    ``tries`` is how many times in all it is tried, ``pause`` the wait before the second, doubled each
    time; ``every`` repeats it, None for a job done when asked.
    """

    name: str
    title: str
    work: Work
    tries: int = 3
    pause: timedelta = timedelta(seconds=30)
    every: timedelta | None = None


KINDS: dict[str, JobKind] = {}


def job(
    name: str,
    title: str,
    *,
    tries: int = 3,
    pause: timedelta = timedelta(seconds=30),
    every: timedelta | None = None,
) -> Callable[[Work], Work]:
    """Declare a kind of job; the function takes ``report`` and the payload by name.

    Raises
    ------
    ValueError
        If the name is taken by another function.
    """

    def declare(work: Work) -> Work:
        known = KINDS.get(name)
        if known is not None and known.work.__qualname__ != work.__qualname__:
            raise ValueError(f"two kinds of jobs are named {name!r}")
        KINDS[name] = JobKind(name, title, work, tries, pause, every)
        return work

    return declare


def run_work(kind: JobKind, report: Report, payload: dict[str, Any]) -> None:
    """Do the work of a job."""
    kind.work(report, **payload)
