"""Name of the territory that the site is about, as the app of territories tells it.

The core knows no territory: whoever does says how to read the name, once, when the site starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    """A territory by its name; ``fictional`` when everything in it is invented.

    ``departement`` is that of its code (``67``, ``971``): it tells public holidays and the hour it is.
    """

    name: str
    fictional: bool
    departement: str = ""


_readers: list[Callable[[], Town | None]] = []


def read_town_with(reader: Callable[[], Town | None]) -> None:
    """Say how the name is read."""
    _readers[:] = [reader]


def shown_town() -> Town | None:
    """The territory of this site; None where there is none, or nobody says."""
    return _readers[0]() if _readers else None
