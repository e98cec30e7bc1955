"""Who is within which step of which place: the sparse matrix of floating catchments, both ways.

A step decay has few weights, so no weight is stored: a link is one number that tells the other end and
the step, and looks up a table of weighted values. A pass reads four bytes a link, and weights may change
without a new matrix. Decision record: ``docs/decisions/0006-floating-catchments.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.compiled import compiled, compiled_inline
from hygie.engines.kernel.minutes import LONGEST_MINUTES, Ticks, threshold_ticks
from hygie.engines.kernel.territory import Integers
from hygie.engines.kernel.travel import Located, TravelModel

Floats = NDArray[np.float64]
Unsigned = NDArray[np.uint32]
"""Unsigned, so that compiled loops need not look for negative positions."""
Positions = NDArray[np.int64]

_BLOCK_TIMES = 2**23
"""Times held at once while the matrix is built: 32 MiB."""

_MOST = 2**32
"""Links, and ends by steps, have to be counted in 32 bits."""

_WINDOW = 512
"""Rows sorted by length together: few enough for neighbours to stay together."""

_FEWEST_PLACES = 64
"""Places of a block at least: a sweep over streets answers for that many at once."""


@dataclass(frozen=True)
class StepDecay:
    """How much a place counts by the time it takes: a step function, none beyond the last limit.

    Attributes
    ----------
    limits
        Minutes, ascending, inclusive: a time of exactly a limit is within it.
    weights
        Weight of each step, above 0 and at most 1, never rising with time.
    """

    limits: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.limits or len(self.limits) != len(self.weights):
            raise ValueError("a decay has one weight a limit, and one limit at least")
        if not all(0 <= limit <= LONGEST_MINUTES for limit in self.limits):
            raise ValueError("limits are minutes, zero or more")
        if any(a >= b for a, b in zip(self.limits, self.limits[1:], strict=False)):
            raise ValueError("limits ascend")
        if not all(math.isfinite(w) and 0 < w <= 1 for w in self.weights):
            raise ValueError("weights are above 0 and at most 1")
        if any(a < b for a, b in zip(self.weights, self.weights[1:], strict=False)):
            raise ValueError("a place never counts more for being further")

    @cached_property
    def ticks(self) -> Ticks:
        """Limits in ticks, shape (steps,)."""
        return np.array([threshold_ticks(limit) for limit in self.limits], np.int32)

    @cached_property
    def column(self) -> Floats:
        """Weights as an array, shape (steps,)."""
        return np.array(self.weights, np.float64)

    def step(self, ticks: ArrayLike) -> Positions:
        """Step of each time, 0 the nearest; ``len(limits)`` beyond the last limit."""
        return np.searchsorted(self.ticks, np.asarray(ticks))


@dataclass(frozen=True)
class Rows:
    """One side of the matrix, row by row.

    Neighbouring rows are held by their number of links: the processor then foresees where each ends,
    which halves the time of a pass.

    Attributes
    ----------
    row
        The rows in the order they are held, shape (rows,).
    start
        First link of each, in that order, and one past the last; shape (rows + 1,).
    link
        ``step * others + other`` of each link, in the order of the others; shape (links,).
    """

    row: Unsigned
    start: Unsigned
    link: Unsigned

    @cached_property
    def rank(self) -> Unsigned:
        """Where each row is held, shape (rows,)."""
        rank = np.empty_like(self.row)
        rank[self.row] = np.arange(len(self.row), dtype=np.uint32)
        return rank

    def sums(self, values: Floats, weights: Floats) -> Floats:
        """Weighted sum of the values of the others linked to each row, shape (rows,)."""
        out = np.empty(len(self.row))
        _sums(self.row, self.start, self.link, _table(values, weights), out)
        return out

    def sums_at(self, rows: Positions, values: Floats, weights: Floats) -> Floats:
        """``sums`` of some rows alone, to the last bit; shape (rows,)."""
        out = np.empty(len(rows))
        _sums_at(self.rank[rows], self.start, self.link, _table(values, weights), out)
        return out


@dataclass(frozen=True)
class Catchments:
    """Links between origins and places within the last limit of a decay.

    Held both ways: each pass then gathers and writes one sum a row, always in the same order; and a
    change of one place finds the origins it touches.

    Attributes
    ----------
    origins, places, steps
        How many there are.
    by_place
        Origins of each place.
    by_origin
        Places of each origin.
    """

    origins: int
    places: int
    steps: int
    by_place: Rows
    by_origin: Rows

    @property
    def links(self) -> int:
        """Non-zeros of the matrix."""
        return len(self.by_place.link)

    def from_origins(self, values: Floats, weights: Floats) -> Floats:
        """Weighted sum of the values of the origins linked to each place, shape (places,)."""
        return self.by_place.sums(values, weights)

    def from_places(self, values: Floats, weights: Floats) -> Floats:
        """Weighted sum of the values of the places linked to each origin, shape (origins,)."""
        return self.by_origin.sums(values, weights)

    def from_places_at(self, origins: Positions, values: Floats, weights: Floats) -> Floats:
        """``from_places`` of some origins alone, to the last bit; shape (origins,)."""
        return self.by_origin.sums_at(origins, values, weights)

    def touched(self, places: ArrayLike) -> Positions:
        """Origins linked to any of these places, ascending."""
        hit = np.zeros(self.origins, np.bool_)
        start, link = self.by_place.start, self.by_place.link
        for k in self.by_place.rank[np.asarray(places, np.int64)]:
            hit[link[start[k] : start[k + np.uint32(1)]] % self.origins] = True
        return np.flatnonzero(hit)


def catchments_within(
    model: TravelModel, origins: Located, places: Located, decay: StepDecay, *, block: int | None = None
) -> Catchments:
    """Links within the last limit, from the travel times of a territory.

    Times are asked for some places at a time, so memory holds the links and one block of times.

    Parameters
    ----------
    model
        How people move.
    origins, places
        Located by that model.
    decay
        Its limits; its weights do not matter here.
    block
        Places a time; as many as 32 MiB of times hold when None.
    """
    if block is None:
        block = max(_FEWEST_PLACES, _BLOCK_TIMES // max(1, len(origins)))
    nothing = np.empty(0, np.int32)
    found = [(nothing, nothing, nothing)]
    for low in range(0, len(places), block):
        some = np.arange(low, min(low + block, len(places)))
        ticks = model.each(origins, places.take(some))
        origin, column = np.nonzero(ticks <= decay.ticks[-1])
        found.append((origin.astype(np.int32), some[column].astype(np.int32), ticks[origin, column]))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    return catchments_of_links(columns[0], columns[1], columns[2], decay, shape=(len(origins), len(places)))


def catchments_of_links(
    origin: Integers, place: Integers, ticks: Ticks, decay: StepDecay, *, shape: tuple[int, int]
) -> Catchments:
    """Links within the last limit, from a list of times between origins and places.

    Parameters
    ----------
    origin, place, ticks
        One value a link, any order; no pair twice. Links beyond the last limit are left out.
    decay
        Its limits; its weights do not matter here.
    shape
        Number of origins and of places.

    Raises
    ------
    ValueError
        If a position is outside ``shape``, a time is negative, a pair comes twice, or there are too many.
    """
    _check_links(origin, place, ticks, shape)
    if max(len(origin), *shape) * len(decay.limits) >= _MOST:
        raise ValueError("links, origins and places by steps are counted in 32 bits")
    kept = ticks <= decay.ticks[-1]
    rows, columns, step = _plain(origin[kept]), _plain(place[kept]), decay.step(ticks[kept])
    (origins, places), steps = shape, len(decay.limits)
    # By origin, then by place, then by origin again: what is not sorted by stays in order.
    order = _sorted_by(rows, origins)[1]
    start, again = _sorted_by(columns[order], places)
    order = order[again]
    by_place = _rows(start, (step[order] * origins + rows[order]).astype(np.uint32))
    start, again = _sorted_by(rows[order], origins)
    order = order[again]
    if np.any((np.diff(rows[order]) == 0) & (np.diff(columns[order]) == 0)):
        raise ValueError("a pair of origin and place comes once")
    by_origin = _rows(start, (step[order] * places + columns[order]).astype(np.uint32))
    return Catchments(origins, places, steps, by_place, by_origin)


def _check_links(origin: Integers, place: Integers, ticks: Ticks, shape: tuple[int, int]) -> None:
    """Refuse columns that are not one value a link, or positions and times that cannot be."""
    if not len(origin) == len(place) == len(ticks):
        raise ValueError("each link has an origin, a place and a time")
    for position, count in zip((origin, place), shape, strict=True):
        if len(position) and not 0 <= position.min() <= position.max() < count:
            raise ValueError(f"positions go from 0 to {count - 1}")
    if len(ticks) and ticks.min() < 0:
        raise ValueError("a travel time cannot be negative")


def _rows(start: Unsigned, link: Unsigned) -> Rows:
    """Hold rows, given one after the other, by number of links within each window."""
    length = np.diff(start)
    row = np.lexsort((length, np.arange(len(length)) // _WINDOW)).astype(np.uint32)
    held = np.zeros_like(start)
    np.cumsum(length[row], out=held[1:])
    moved = np.empty_like(link)
    _move(row, start, link, held, moved)
    return Rows(row, held, moved)


def _table(values: Floats, weights: Floats) -> Floats:
    """Values by each weight, shape (weights × values,): what a link looks up."""
    return np.multiply.outer(weights, values).ravel()


def _plain(column: Integers) -> Integers:
    """The column as the kernels are compiled for: writable and contiguous, copied if it is not."""
    return np.require(column, np.int32, ["C", "W"])


@compiled
def _sorted_by(row: Integers, rows: int) -> tuple[Unsigned, Positions]:
    """First link of each row, and the links by row; links of a row stay in their order."""
    start = np.zeros(rows + 1, np.uint32)
    for r in row:
        start[r + 1] += np.uint32(1)
    for r in range(rows):
        start[r + 1] += start[r]
    free = start.copy()
    order = np.empty(len(row), np.int64)
    for k in range(len(row)):
        order[free[row[k]]] = k
        free[row[k]] += np.uint32(1)
    return start, order


@compiled
def _move(row: Unsigned, start: Unsigned, link: Unsigned, held: Unsigned, moved: Unsigned) -> None:
    """Copy the links of each row where it is held."""
    for k in range(len(row)):
        r = row[k]
        for e in range(start[r], start[r + 1]):
            moved[held[k] + e - start[r]] = link[e]


@compiled_inline
def _looked_up(link: Unsigned, table: Floats, low: np.int64, high: np.int64) -> float:
    """Sum what some links look up, by four sums side by side: always in the same order."""
    a = b = c = d = 0.0
    e = low
    while e + 4 <= high:
        a += table[link[e]]
        b += table[link[e + 1]]
        c += table[link[e + 2]]
        d += table[link[e + 3]]
        e += 4
    while e < high:
        a += table[link[e]]
        e += 1
    return (a + b) + (c + d)


@compiled
def _sums(row: Unsigned, start: Unsigned, link: Unsigned, table: Floats, out: Floats) -> None:
    """Sum what the links of each row look up; one thread."""
    for k in range(len(row)):
        out[row[k]] = _looked_up(link, table, np.int64(start[k]), np.int64(start[k + 1]))


@compiled
def _sums_at(rank: Unsigned, start: Unsigned, link: Unsigned, table: Floats, out: Floats) -> None:
    """``_sums`` of the rows held at ``rank``."""
    for k in range(len(rank)):
        out[k] = _looked_up(link, table, np.int64(start[rank[k]]), np.int64(start[rank[k] + 1]))
