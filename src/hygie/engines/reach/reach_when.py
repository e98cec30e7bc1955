"""Minutes to the nearest place that is open at a moment.

A place whose state is unknown is counted neither as open nor as closed: times come twice, to the
places surely open and to these or the unknown ones. The truth lies between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import Ticks
from hygie.engines.kernel.territory import Places
from hygie.engines.kernel.travel import Movement
from hygie.engines.reach.days import Calendar
from hygie.engines.reach.opening import Opening, State, opening_at

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class SupplyAt:
    """Places told apart by their state at a moment.

    Attributes
    ----------
    moment
        Local time.
    open, closed, unknown
        Positions among the places of the territory, ascending.
    reasons
        Why states are unknown: places by reason (French), most frequent first.
    """

    moment: datetime
    open: Positions
    closed: Positions
    unknown: Positions
    reasons: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.open) + len(self.closed) + len(self.unknown)

    @property
    def unknown_share(self) -> float:
        """Share of the places whose state is unknown; 0 without place."""
        return len(self.unknown) / len(self) if len(self) else 0.0


@dataclass(frozen=True)
class TimesAt:
    """Times at a moment.

    Attributes
    ----------
    supply
        What is open.
    surely
        Ticks to the nearest place surely open, shape (origins,): never less than the truth.
    at_best
        Ticks if every unknown place is open, shape (origins,): never more than the truth.
    """

    supply: SupplyAt
    surely: Ticks
    at_best: Ticks


def supply_at(places: Places, positions: Positions, moment: datetime, calendar: Calendar) -> SupplyAt:
    """Tell apart what is open, closed and unknown at a moment.

    Parameters
    ----------
    places
        All places of the territory.
    positions
        Those asked for, as ``places.of`` gives them.
    moment
        Local time, without time zone.
    calendar
        Holidays of the territory.
    """
    states = _states(places, positions, moment, calendar)
    unknown = Counter(state.reason for state in states if state.state is State.UNKNOWN)

    def of(state: State) -> Positions:
        return positions[np.array([found.state is state for found in states], np.bool_)]

    return SupplyAt(moment, of(State.OPEN), of(State.CLOSED), of(State.UNKNOWN), dict(unknown.most_common()))


def times_at(movement: Movement, origins: Positions, supplies: Sequence[SupplyAt]) -> tuple[TimesAt, ...]:
    """Times from residents to what is open at each moment, all moments in one sweep.

    Parameters
    ----------
    movement
        How residents move.
    origins
        Positions among the demand points.
    supplies
        What is open at each moment.

    Returns
    -------
    tuple of TimesAt
        One a moment; with nothing open, every time is ``UNREACHABLE``.
    """
    if not supplies:
        return ()
    goals = [part for supply in supplies for part in (supply.open, supply.unknown)]
    lengths = [len(goal) for goal in goals]
    group = np.repeat(np.arange(len(goals), dtype=np.int32), lengths)
    ticks = movement.model.nearest(
        movement.people.take(origins), movement.places.take(np.concatenate(goals)), group, len(goals)
    )
    surely, unknown = ticks[:, 0::2], ticks[:, 1::2]
    at_best = np.minimum(surely, unknown)
    return tuple(TimesAt(supply, surely[:, k], at_best[:, k]) for k, supply in enumerate(supplies))


def _states(places: Places, positions: Positions, moment: datetime, calendar: Calendar) -> list[Opening]:
    """State of each place; places that write the same hours are read once."""
    hours = [str(text) for text in places.hours[positions]]
    known = {text: opening_at(text, moment, calendar) for text in dict.fromkeys(hours)}
    return [known[text] for text in hours]
