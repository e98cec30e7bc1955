"""What closing each place, one at a time, would cost residents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled
from hygie.engines.kernel.minutes import TICKS_PER_MINUTE, UNREACHABLE, threshold_ticks
from hygie.engines.kernel.travel import NearestTwo

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClosureLosses:
    """One value a place, shape (places,); a place that is nobody's nearest costs nothing.

    Attributes
    ----------
    person_minutes
        Minutes lost one way, summed over the residents who have another place to go to.
    losing
        Residents whose way gets longer by the felt loss or more, the stranded included.
    stranded
        Residents left with no place at all.
    crossing
        Residents within the threshold who would be beyond it, the stranded included.
    """

    person_minutes: Floats
    losing: Floats
    stranded: Floats
    crossing: Floats


def closure_losses(
    nearest: NearestTwo, people: Floats, places: int, *, felt_minutes: float, threshold_minutes: float
) -> ClosureLosses:
    """Losses of every closure, from the two nearest places of each resident.

    A resident of the closed place goes to the next nearest of the same group; the others lose
    nothing, so one sweep answers for all closures.

    Parameters
    ----------
    nearest
        Shape (n, groups).
    people
        Residents of each origin, shape (n,).
    places
        Number of places given to ``nearest_two``.
    felt_minutes, threshold_minutes
        Minutes from which a loss is felt, and the threshold, both inclusive.

    Raises
    ------
    ValueError
        If residents are unknown or are not one number an origin.
    """
    if len(people) != len(nearest.first):
        raise ValueError("there is one number of residents an origin")
    check_people(people)
    losses = np.zeros((places, 4))
    _add_losses(
        tuple(_plain(column) for column in (nearest.first, nearest.second, nearest.first_place)),
        np.require(people, np.float64, ["C", "W"]),
        threshold_ticks(felt_minutes),
        threshold_ticks(threshold_minutes),
        losses,
    )
    return ClosureLosses(losses[:, 0] / TICKS_PER_MINUTE, losses[:, 1], losses[:, 2], losses[:, 3])


def check_people(people: Floats) -> None:
    """Refuse numbers of residents that are unknown, infinite or below zero."""
    if not np.all(np.isfinite(people) & (people >= 0)):
        raise ValueError("residents are known and zero or more: select the points where they are first")


def _plain(column: NDArray[np.int32]) -> NDArray[np.int32]:
    """The column as the kernel is compiled for: writable and contiguous, copied if it is not."""
    return np.require(column, np.int32, ["C", "W"])


@compiled
def _add_losses(
    nearest: tuple[NDArray[np.int32], ...],
    people: Floats,
    felt: int,
    threshold: int,
    losses: Floats,
) -> None:
    """Add each origin's losses to its nearest places: one thread, so sums are the same each time."""
    first, second, place = nearest
    for i in range(first.shape[0]):
        for g in range(first.shape[1]):
            p = place[i, g]
            if p < 0:
                continue
            if second[i, g] >= UNREACHABLE:
                losses[p, 1] += people[i]
                losses[p, 2] += people[i]
            else:
                lost = second[i, g] - first[i, g]
                losses[p, 0] += people[i] * lost
                if lost >= felt:
                    losses[p, 1] += people[i]
            if first[i, g] <= threshold < second[i, g]:
                losses[p, 3] += people[i]
