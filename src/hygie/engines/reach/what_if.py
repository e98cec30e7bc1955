"""Times after some places close and others open, without computing again what does not change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.travel import Located, Movement, TravelModel

Integers = NDArray[np.int32]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """Closures and openings, all at once.

    Attributes
    ----------
    closed
        Positions of the places that close; none twice.
    opened
        New places, located by the same model.
    opened_group
        Group of each, shape (opened,).
    """

    closed: Positions
    opened: Located
    opened_group: Integers

    def __post_init__(self) -> None:
        if len(self.opened_group) != len(self.opened):
            raise ValueError("each opened place has a group")
        if len(np.unique(self.closed)) != len(self.closed):
            raise ValueError("a place closes once")


def nearest_after(movement: Movement, group: Integers, before: Ticks, change: Change) -> Ticks:
    """Time to the nearest place of each group after a change.

    A group that loses a place is computed again from those it keeps; one that only gains compares
    its times with those to its new places; the others are copied. The result is to the tick that
    of a full run.

    Parameters
    ----------
    movement
        Residents and places as they are.
    group
        Group of each place, -1 for a place of none; shape (places,).
    before
        ``movement.model.nearest`` of the residents, shape (n, groups).
    change
        What closes and what opens.

    Returns
    -------
    Ticks
        Shape (n, groups); ``before`` is left as it was.
    """
    if len(group) != len(movement.places):
        raise ValueError("each place has a group, or -1")
    closing = group[change.closed]
    shrinking = np.unique(closing[closing >= 0])
    growing = np.setdiff1d(change.opened_group, shrinking)
    after = before.copy()
    if len(shrinking):
        kept = np.isin(group, shrinking)
        kept[change.closed] = False
        added = np.isin(change.opened_group, shrinking)
        places = movement.places.take(kept).joined(change.opened.take(added))
        groups = np.concatenate([group[kept], change.opened_group[added]])
        after[:, shrinking] = _nearest(movement, places, groups, shrinking)
    if len(growing):
        added = np.isin(change.opened_group, growing)
        times = _nearest(movement, change.opened.take(added), change.opened_group[added], growing)
        after[:, growing] = np.minimum(before[:, growing], times)
    return after


def no_opening(model: TravelModel) -> Located:
    """No place, for a change that only closes."""
    return model.locate(np.empty(0), np.empty(0))


def _nearest(movement: Movement, places: Located, group: Integers, chosen: Integers) -> Ticks:
    """Times to the places of the chosen groups alone, one column each."""
    lane = np.searchsorted(chosen, group).astype(np.int32)
    return movement.model.nearest(movement.people, places, lane, len(chosen))
