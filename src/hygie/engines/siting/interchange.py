"""Swap one site for another as long as it pays: fast interchange on sorted rows.

After Whitaker (1983) and Resende and Werneck (2007): one pass over the sites nearer than each
demand's second open site gives the profit of every swap at once. Restarts shake the best answer
with an explicit seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.compiled import compiled
from hygie.engines.siting.rows import Booleans, Distances, Floats, Positions, SortedRows

LEAST = 1e-9
"""Share of the cost that a swap has to save: less is rounding."""


@dataclass(frozen=True)
class Rules:
    """Which sets of sites are allowed.

    Attributes
    ----------
    most
        Sites open at most.
    forced
        Sites open whatever happens, shape (sites,).
    price, budget
        Of opening each site, and what they may cost together; infinite without a budget.
    """

    most: int
    forced: Booleans
    price: Floats
    budget: float

    def allows(self, chosen: Positions) -> bool:
        """Whether a set of sites keeps the rules."""
        spent = float(self.price[chosen].sum())
        missing = int(self.forced.sum() - self.forced[chosen].sum())
        return len(chosen) <= self.most and missing == 0 and spent <= self.budget


@compiled
def two_nearest(  # compiled kernels take no keyword arguments
    distance: Distances,
    site: Distances,
    is_open: Booleans,
    worst: float,
    row: int,
) -> tuple[float, float, int]:
    """Distance to the nearest and second open site of a demand, and which one is nearest."""
    first, second, which = worst, worst, -1
    for e in range(distance.shape[1]):
        if is_open[site[row, e]]:
            if which < 0:
                first, which = float(distance[row, e]), site[row, e]
            else:
                second = float(distance[row, e])
                break
    return first, second, which


@compiled
def cost_of(distance: Distances, site: Distances, weight: Floats, is_open: Booleans, worst: float) -> float:
    """Weighted distance of all demands to their nearest open site."""
    total = 0.0
    for i in range(len(weight)):
        first, _, _ = two_nearest(distance, site, is_open, worst, i)
        total += weight[i] * first
    return total


@compiled
def _gains(distance: Distances, site: Distances, weight: Floats, is_open: Booleans, worst: float) -> Floats:
    """What opening each site, alone, would save."""
    gain = np.zeros(len(is_open))
    for i in range(len(weight)):
        first, _, _ = two_nearest(distance, site, is_open, worst, i)
        for e in range(distance.shape[1]):
            if distance[i, e] >= first:
                break
            gain[site[i, e]] += weight[i] * (first - distance[i, e])
    return gain


@compiled
def _profits(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    distance: Distances,
    site: Distances,
    weight: Floats,
    is_open: Booleans,
    rank: Positions,
    worst: float,
) -> tuple[Floats, Floats, Floats]:
    """Saving of opening each site, loss of closing each open one, and what both together change."""
    sites = len(is_open)
    opened = 0
    for j in range(sites):
        opened += is_open[j]
    gain, loss, extra = np.zeros(sites), np.zeros(opened), np.zeros((opened, sites))
    for i in range(len(weight)):
        first, second, which = two_nearest(distance, site, is_open, worst, i)
        if which < 0:
            continue
        k, w = rank[which], weight[i]
        loss[k] += w * (second - first)
        for e in range(distance.shape[1]):
            d = float(distance[i, e])
            if d >= second:
                break
            j = site[i, e]
            if d < first:
                gain[j] += w * (first - d)
                extra[k, j] += w * (second - first)
            else:
                extra[k, j] += w * (second - d)
    return gain, loss, extra


@compiled
def _descend(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    distance: Distances,
    site: Distances,
    weight: Floats,
    is_open: Booleans,
    forced: Booleans,
    price: Floats,
    budget: float,
    worst: float,
    least: float,
) -> int:
    """Make the best swap as long as one pays; ``is_open`` is changed in place."""
    sites, swaps = len(is_open), 0
    rank = np.zeros(sites, np.int64)
    while True:
        chosen = np.flatnonzero(is_open)
        for k in range(len(chosen)):
            rank[chosen[k]] = k
        gain, loss, extra = _profits(distance, site, weight, is_open, rank, worst)
        room = budget - price[chosen].sum()
        best, leaving, coming = least, -1, -1
        for k in range(len(chosen)):
            if forced[chosen[k]]:
                continue
            for j in range(sites):
                profit = gain[j] - loss[k] + extra[k, j]
                if profit > best and not is_open[j] and price[j] - price[chosen[k]] <= room:
                    best, leaving, coming = profit, chosen[k], j
        if leaving < 0:
            return swaps
        is_open[leaving], is_open[coming] = False, True
        swaps += 1


@dataclass(frozen=True)
class Interchange:
    """A search over sets of sites for one matrix of distances.

    ``worst`` is the distance of a demand that no open site serves.
    """

    rows: SortedRows
    weight: Floats
    rules: Rules
    worst: int

    def cost(self, chosen: Positions) -> float:
        """Weighted distance to the nearest of the sites."""
        return cost_of(self.rows.distance, self.rows.site, self.weight, self._opened(chosen), self.worst)

    def completed(self, chosen: Positions) -> Positions:
        """The sites, and others by greed as long as the rules allow and some distance is saved."""
        is_open = self._opened(chosen) | self.rules.forced
        while is_open.sum() < self.rules.most:
            gain = _gains(self.rows.distance, self.rows.site, self.weight, is_open, self.worst)
            room = self.rules.budget - float(self.rules.price[is_open].sum())
            gain[is_open | (self.rules.price > room)] = -1.0
            best = int(np.argmax(gain))
            if gain[best] <= 0.0:
                break
            is_open[best] = True
        return np.flatnonzero(is_open)

    def improved(self, chosen: Positions) -> Positions:
        """The sites after every swap, then every addition, that pays."""
        is_open = self._opened(chosen)
        rules, least = self.rules, LEAST * max(self.cost(chosen), 1.0)
        rows = self.rows
        _descend(
            rows.distance,
            rows.site,
            self.weight,
            is_open,
            rules.forced,
            rules.price,
            rules.budget,
            self.worst,
            least,
        )
        return self.completed(np.flatnonzero(is_open))

    def search(self, starts: list[Positions], *, shakes: int, seed: int) -> Positions:
        """The best set found from some starts, then by shaking the best one.

        Parameters
        ----------
        starts
            Sets of sites to improve; completed by greed first.
        shakes
            How many times sites of the best set are changed at random, then improved.
        seed
            Of the random changes.
        """
        found = [self.improved(self.completed(start)) for start in starts]
        best = min(found, key=self.cost)
        cost = self.cost(best)
        rng = np.random.default_rng(seed)
        for turn in range(shakes):
            trial = self.improved(self.completed(self._shaken(best, turn, rng)))
            if (value := self.cost(trial)) < cost - LEAST * cost:
                best, cost = trial, value
        return best

    def _shaken(self, chosen: Positions, turn: int, rng: np.random.Generator) -> Positions:
        """Some free sites of the set closed and others opened at random, more and more of them."""
        free = chosen[~self.rules.forced[chosen]]
        closed = np.flatnonzero(~self._opened(chosen))
        number = min(2 + turn % 5, len(free), len(closed))
        if not number:
            return chosen
        leaving = rng.choice(free, number, replace=False)
        kept = np.setdiff1d(chosen, leaving)
        coming = rng.choice(closed, number, replace=False)
        for site in coming.tolist():
            wider = np.append(kept, site)
            if self.rules.allows(np.sort(wider)):
                kept = wider
        return np.sort(kept)

    def _opened(self, chosen: Positions) -> Booleans:
        is_open = np.zeros(len(self.rules.forced), np.bool_)
        is_open[chosen] = True
        return is_open
