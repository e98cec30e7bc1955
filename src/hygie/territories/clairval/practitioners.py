"""The general practitioners of Clairval, one by one, with invented ages.

They agree with the notes of their practices: as many are sixty or more. Ages are dealt in turn, not
drawn, so that nothing else of the town moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle

import numpy as np

from hygie.engines.kernel.practitioner import PractitionerTable
from hygie.territories.clairval.siting import Sited

OLDER = (61, 66, 63, 68, 60, 65)
"""Ages of those near retirement."""
YOUNGER = (41, 52, 35, 57, 46, 38, 59, 49, 33, 55)


def practitioners_of(sited: Iterable[Sited], source: str) -> PractitionerTable:
    """One line a general practitioner of the practices; their activity is not told.

    Parameters
    ----------
    sited
        Places of the town; practices say how many of their doctors are near retirement.
    source
        Key of the source account.
    """
    lines = list(_lines(place for place in sited if place.category == "gp"))
    ages = np.array([age for _, age in lines], np.float64)
    return PractitionerTable(
        places=np.array([place for place, _ in lines], dtype=np.str_),
        professions=np.full(len(lines), "gp"),
        activity=np.full(len(lines), np.nan),
        age_from=ages,
        age_to=ages,
        source=source,
    )


def _lines(practices: Iterable[Sited]) -> Iterator[tuple[str, int]]:
    """Place and age of each doctor."""
    old, young = cycle(OLDER), cycle(YOUNGER)
    for place in practices:
        for rank in range(round(place.capacity)):
            yield f"{place.site}:{place.category}", next(old if rank < place.near_retirement else young)
