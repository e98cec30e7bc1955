"""The smallest opening, among candidate places, that gives back what a closure takes.

Opening places only shortens ways, so what a set of openings gives back is a monotone submodular
function (facility location; Cornuéjols, Fisher and Nemhauser, 1977): two openings never give back
more than the sum of each alone. That sum bounds the pairs that are not tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.minutes import (
    LONGEST_MINUTES,
    TICKS_PER_MINUTE,
    UNREACHABLE,
    Ticks,
    threshold_ticks,
)
from hygie.engines.kernel.territory import Booleans, Floats
from hygie.engines.kernel.travel import Located, TravelModel
from hygie.engines.reach.closures import check_people

LANES = 64
"""Candidates swept at once: what one pass over the streets answers, and a bound on memory."""

NEGLIGIBLE = 1e-6
"""Person-minutes or residents; sums that differ by less are the same number."""


@dataclass(frozen=True)
class Taken:
    """What a closure takes, from the residents who lose something by it and from no one else.

    Gains of others make up for nothing: an opening at the other end of the town offsets no closure.

    Attributes
    ----------
    before, after
        Ticks to the nearest place, before the closure and after it; shape (n,). Every point here
        loses something; those who had no way, or whose way does not change, are left out.
    weights
        Residents by point, one row a population that must be given back what it lost: everyone
        first, then the worst-hit group; shape (rows, n).
    felt_minutes, threshold_minutes
        Minutes from which a longer way is felt, and the threshold, both inclusive.
    """

    before: Ticks
    after: Ticks
    weights: Floats
    felt_minutes: float
    threshold_minutes: float

    def __post_init__(self) -> None:
        n = len(self.before)
        if len(self.after) != n or self.weights.ndim != 2 or self.weights.shape[1] != n:
            raise ValueError("times and residents have one value a point")
        if len(self.weights) == 0:
            raise ValueError("there is at least one population")
        check_people(self.weights)
        if np.any(self.after <= self.before):
            raise ValueError("residents who lose nothing are left out")


@dataclass(frozen=True)
class Candidates:
    """Places where the closed service could open, in order of preference: ties go to the first.

    ``people`` are the points of ``Taken``, located by the model as ``places`` are.
    """

    model: TravelModel
    people: Located
    places: Located

    def __len__(self) -> int:
        return len(self.places)

    def times(self, position: int) -> Ticks:
        """Ticks from each point to one candidate, shape (n,)."""
        return self.model.each(self.people, self.places.take([position]))[:, 0]

    def by_lanes(self) -> Iterator[Ticks]:
        """Ticks to each candidate, in order, some columns at a time; shape (n, up to 64)."""
        for low in range(0, len(self), LANES):
            chosen = np.arange(low, min(low + LANES, len(self)))
            yield self.model.each(self.people, self.places.take(chosen))


@dataclass(frozen=True)
class Effects:
    """The closure and some openings against the time before: one column a set of openings.

    Each is of shape (rows, sets), a row a population of ``Taken``, whom the closure touches. One
    resident's gain never makes up for another's loss in ``lost``; ``gained`` is told apart.

    Attributes
    ----------
    lost
        Person-minutes added one way, over residents whose way stays longer and who have one.
    gained
        Person-minutes saved one way, over residents whose way gets shorter than before.
    losing
        Residents whose way stays longer by the felt loss or more.
    crossing
        Residents within the threshold before and beyond it now, those without any way included.
    entering
        Residents beyond the threshold before and within it now.
    stranded
        Residents left without any way.
    """

    lost: Floats
    gained: Floats
    losing: Floats
    crossing: Floats
    entering: Floats
    stranded: Floats

    @property
    def burden(self) -> Floats:
        """Person-minutes that remain lost; without any way counts as the longest time held, 68 h."""
        return self.lost + self.stranded * LONGEST_MINUTES

    @property
    def balance(self) -> Floats:
        """What remains lost less what is gained: zero or less, the population moves no more."""
        return self.burden - self.gained

    @property
    def suffices(self) -> Booleans:
        """Sets that give back what was taken, shape (sets,).

        Each population as a whole spends no more minutes, has no more residents beyond the
        threshold, and leaves nobody without a way.
        """
        back = (self.balance <= NEGLIGIBLE) & (self.stranded <= NEGLIGIBLE)
        return np.asarray((back & (self.crossing <= self.entering + NEGLIGIBLE)).all(axis=0), np.bool_)

    def column(self, position: int) -> Effects:
        """One set alone."""
        return Effects(*(getattr(self, f.name)[:, position : position + 1] for f in fields(self)))


def effects(taken: Taken, times: Ticks) -> Effects:
    """Compare times with those before the closure.

    Parameters
    ----------
    taken
        What the closure takes.
    times
        Ticks to the nearest place once some are open, shape (n, sets).
    """
    before, limit = taken.before[:, None], threshold_ticks(taken.threshold_minutes)
    reached = times < UNREACHABLE
    shift = np.where(reached, times - before, 0)
    within = before <= limit
    return Effects(
        lost=_sum(taken, np.maximum(shift, 0)) / TICKS_PER_MINUTE,
        gained=_sum(taken, np.maximum(-shift, 0)) / TICKS_PER_MINUTE,
        losing=_sum(taken, shift >= threshold_ticks(taken.felt_minutes)),
        crossing=_sum(taken, within & (times > limit)),
        entering=_sum(taken, ~within & (times <= limit)),
        stranded=_sum(taken, ~reached),
    )


def _sum(taken: Taken, values: NDArray[np.int32] | Booleans) -> Floats:
    """Sums over points, weighted by the residents of each population."""
    return np.asarray(taken.weights @ values.astype(np.float64), np.float64)


def closure_alone(taken: Taken) -> Effects:
    """The closure without any opening, one column."""
    return effects(taken, taken.after[:, None])


def sweep(taken: Taken, candidates: Candidates, opened: Ticks) -> Effects:
    """Effects of each candidate beside what is open already, one column a candidate.

    Parameters
    ----------
    opened
        Ticks to the nearest place that is open, shape (n,).
    """
    parts = [effects(taken, np.minimum(opened[:, None], times)) for times in candidates.by_lanes()]
    empty = np.empty((len(taken.weights), 0))
    columns = ([getattr(part, f.name) for part in parts] for f in fields(Effects))
    return Effects(*(np.concatenate([empty, *column], axis=1) for column in columns))


@dataclass(frozen=True)
class Search:
    """What was found.

    Attributes
    ----------
    closure
        Effects of the closure alone.
    singles
        Effects of each candidate alone, one column a candidate; none when the closure takes nothing.
    chosen
        Candidates to open together, ascending: none when the closure takes nothing or when no
        candidate gives anything back.
    effects
        Effects of the chosen ones, one column.
    suffices
        Whether they give back what was taken.
    exact
        True when no other set of at most two is better; else some pairs were not tried.
    gap
        Person-minutes by which a pair that was not tried could do better, at most.
    """

    closure: Effects
    singles: Effects
    chosen: tuple[int, ...]
    effects: Effects
    suffices: bool
    exact: bool
    gap: float


def best_offset(taken: Taken, candidates: Candidates, *, sweeps: int = 32) -> Search:
    """Fewest openings that give back what the closure takes, then least remaining loss.

    Nothing when nothing is lost; else one opening, all candidates tried; else two. A pair is
    looked for by the best candidate and its best partner, then the best partner of that one
    (greedy and exchange), then from each candidate in order of what it gives back alone, until no
    pair left can do better or the sweeps are spent.

    Parameters
    ----------
    sweeps
        Candidates from which all partners are tried, at most; one sweep costs as much as trying
        every single opening.
    """
    closure = closure_alone(taken)
    if closure.burden[0, 0] <= NEGLIGIBLE:
        untried = effects(taken, np.empty((len(taken.before), 0), np.int32))
        return Search(closure, untried, (), closure, suffices=True, exact=True, gap=0.0)
    singles = sweep(taken, candidates, taken.after)
    if np.all(singles.burden[0] >= closure.burden[0, 0] - NEGLIGIBLE):
        return Search(closure, singles, (), closure, suffices=False, exact=True, gap=0.0)
    best = int(ranked(singles)[0])
    if singles.suffices[best] or len(candidates) == 1:
        alone = singles.column(best)
        sufficient = bool(singles.suffices[best])
        return Search(closure, singles, (best,), alone, suffices=sufficient, exact=True, gap=0.0)
    return _Pairs(taken, candidates, closure, singles).search(sweeps)


def ranked(found: Effects) -> NDArray[np.intp]:
    """Sets, best first: those that suffice, then least remaining loss of everyone, then the first."""
    return np.asarray(np.lexsort((found.burden[0], ~found.suffices)), np.intp)


@dataclass(frozen=True)
class _Pair:
    """Two openings, or one twice when a second adds nothing."""

    ends: tuple[int, int]
    effects: Effects

    @property
    def rank(self) -> tuple[bool, float, tuple[int, int]]:
        return not self.effects.suffices[0], float(self.effects.burden[0, 0]), self.ends


@dataclass(frozen=True)
class _Pairs:
    taken: Taken
    candidates: Candidates
    closure: Effects
    singles: Effects

    def search(self, sweeps: int) -> Search:
        left = np.ones(len(self.candidates), np.bool_)
        best, trying = None, int(ranked(self.singles)[0])
        for _ in range(max(sweeps, 1)):
            left[trying] = False
            found = self._best_with(trying)
            best = found if best is None else min(best, found, key=lambda pair: pair.rank)
            if self._settled(best, left):
                break
            trying = self._next(best, left)
        if best is None:
            raise AssertionError("at least one sweep is made")
        exact = self._settled(best, left)
        gap = 0.0 if exact else max(0.0, best.rank[1] - self._least(left))
        chosen = tuple(sorted(set(best.ends)))
        return Search(
            self.closure, self.singles, chosen, best.effects, not best.rank[0], exact=exact, gap=gap
        )

    def _best_with(self, one: int) -> _Pair:
        """The best partner of a candidate, all tried; itself when no other adds anything."""
        times = np.minimum(self.taken.after, self.candidates.times(one))
        found = sweep(self.taken, self.candidates, times)
        other = int(ranked(found)[0])
        idle = found.burden[0, other] >= found.burden[0, one] - NEGLIGIBLE
        if idle and found.suffices[other] == found.suffices[one]:
            other = one
        return _Pair((min(one, other), max(one, other)), found.column(other))

    def _next(self, best: _Pair, left: Booleans) -> int:
        """An end of the best pair not tried yet (exchange), else the candidate that gives most."""
        for end in best.ends:
            if left[end]:
                return end
        alone = np.where(left, self.singles.burden[0], np.inf)
        return int(np.argmin(alone))

    def _settled(self, best: _Pair, left: Booleans) -> bool:
        """Whether no pair left can come before the best one."""
        if left.sum() < 2:
            return True
        if self._least(left) < best.rank[1] - NEGLIGIBLE:
            return False
        return bool(best.effects.suffices[0]) or not self._may_suffice(left)

    def _least(self, left: Booleans) -> float:
        """Loss of everyone that remains after any pair of those left, at least."""
        gains = self.closure.burden[0, 0] - self.singles.burden[0, left]
        return float(self.closure.burden[0, 0] - np.sort(gains)[-2:].sum())

    def _may_suffice(self, left: Booleans) -> bool:
        """Whether two of those left may bring every population's balance back to zero."""
        saved = np.sort(self.closure.balance - self.singles.balance[:, left], axis=1)[:, -2:].sum(axis=1)
        return bool((saved >= self.closure.balance[:, 0] - NEGLIGIBLE).all())
