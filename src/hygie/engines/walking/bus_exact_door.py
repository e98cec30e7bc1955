"""Door to the exact searches: their solver takes a second to load, so the first search loads it.

More children than ``bus_plan.EXACT_CHILDREN`` are never searched exactly and never wait for it.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from hygie.engines.walking.bus import BusProblem, Integers, Left

if TYPE_CHECKING:
    from hygie.engines.walking.bus_exact import Exact


class ExactSearches(Protocol):
    """The two functions of ``bus_exact``, documented there."""

    def exact_leaves(
        self, problem: BusProblem, left: Left, *, start: Integers, seed: int, floor: int
    ) -> Exact:
        """The fewest leaves, and what no tree can be under."""
        ...

    def exact_danger(
        self, problem: BusProblem, left: Left, *, start: Integers, seed: int, most_leaves: int
    ) -> Exact:
        """The least danger of a tree of at most ``most_leaves`` leaves."""
        ...


@cache
def exact_searches() -> ExactSearches:
    """The exact searches, loaded at the first call."""
    return cast("ExactSearches", importlib.import_module("hygie.engines.walking.bus_exact"))
