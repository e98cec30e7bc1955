"""Sites whose sum of weighted distances is least, with a proved bound.

Interchange with restarts gives an answer, subgradients a bound; reduced costs then decide most
sites, and a program over those left closes the gap where it is small enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.siting.interchange import Interchange, Rules
from hygie.engines.siting.lagrangian import Bound, lower_bound, undecided
from hygie.engines.siting.program import TOLERANCE, Program, stacked
from hygie.engines.siting.rows import Booleans, Distances, Floats, Positions, sorted_rows


@dataclass(frozen=True)
class Effort:
    """How far to search.

    Attributes
    ----------
    shakes
        Random restarts of the interchange.
    rounds
        Subgradient steps, more where the problem is small; zero for no bound.
    arcs
        Largest program, in pairs of a demand and a site left to decide; beyond, the gap is left.
    seconds
        Longest time of a program.
    seed
        Of the restarts.
    """

    shakes: int = 8
    rounds: int = 250
    arcs: int = 90_000
    seconds: float = 30.0
    seed: int = 0

    def steps(self, pairs: int) -> int:
        """Subgradient steps for a number of pairs of a demand and a site."""
        return max(self.rounds, min(_MOST_STEPS, _PAIRS_SWEPT // max(pairs, 1)))


_MOST_STEPS = 3_000
_PAIRS_SWEPT = 400_000_000


@dataclass(frozen=True)
class Found:
    """A set of sites, what it costs, and the bound that no set goes below.

    ``chosen`` is ascending; ``proved`` when nothing is better, but for rounding.
    """

    chosen: Positions
    cost: float
    bound: float

    @property
    def proved(self) -> bool:
        """Whether no other set costs less, to a millionth."""
        return self.cost - self.bound <= TOLERANCE * max(abs(self.cost), 1.0)


def least_distance(
    distance: Distances, weight: Floats, rules: Rules, *, effort: Effort, worst: int, start: Positions
) -> Found:
    """Choose the sites that the weighted demands reach in the least total distance.

    Parameters
    ----------
    distance
        Shape (demands, sites); ``worst`` and beyond is no way.
    weight
        Of each demand, zero or more, shape (demands,).
    rules
        Sets of sites allowed; at least one is.
    worst
        Distance counted for a demand without any way.
    start
        Sites to improve first; none for a greedy start.

    Returns
    -------
    Found
        Cost and bound in weight times distance.
    """
    kept = np.flatnonzero(weight > 0)
    distance, weight = np.minimum(distance[kept], np.int32(worst)), weight[kept]
    if not kept.size:
        return Found(np.flatnonzero(rules.forced), 0.0, 0.0)
    rows = sorted_rows(distance)
    search = Interchange(rows, weight, rules, worst)
    starts = [np.flatnonzero(rules.forced), *([start] if start.size else [])]
    best = search.search(starts, shakes=effort.shakes, seed=effort.seed)
    cost = search.cost(best)
    if not effort.rounds:
        return Found(best, cost, 0.0)
    bound = lower_bound(
        rows, weight, rules, start=_prices(distance, best), above=cost, rounds=effort.steps(distance.size)
    )
    best = _better(search, best, bound, effort)
    found = _closed(Found(best, search.cost(best), bound.value), weight)
    return found if found.proved else _finished(search, (found, bound), effort)


def _prices(distance: Distances, chosen: Positions) -> Floats:
    """Half way between the nearest and the second site: where subgradients start."""
    if len(chosen) < 2:
        alone: Floats = distance[:, chosen].max(axis=1, initial=0) * 1.5
        return alone
    two = np.partition(distance[:, chosen], 1, axis=1)[:, :2].astype(np.float64)
    prices: Floats = np.minimum(two.mean(axis=1), 2.0 * two[:, 0] + 1.0)
    return prices


def _better(search: Interchange, best: Positions, bound: Bound, effort: Effort) -> Positions:
    """The best set, or that to which the relaxed choice leads."""
    start = bound.chosen
    if not search.rules.allows(start):
        return best
    return search.search([best, start], shakes=effort.shakes // 4, seed=effort.seed + 1)


def _closed(found: Found, weight: Floats) -> Found:
    """The bound, rounded up where costs are whole, and never above the cost."""
    bound = found.bound
    if is_whole(weight):
        bound = float(np.ceil(bound - TOLERANCE * max(1.0, abs(bound) * TOLERANCE)))
    return Found(found.chosen, found.cost, min(bound, found.cost))


def is_whole(weight: Floats) -> bool:
    """Whether every weight is a whole number, so that costs are too."""
    return bool((weight == np.rint(weight)).all())


def _finished(search: Interchange, known: tuple[Found, Bound], effort: Effort) -> Found:
    """Close the gap by a program over the sites that reduced costs leave undecided."""
    rows, weight, rules, worst = search.rows, search.weight, search.rules, search.worst
    found, bound = known
    step = 1.0 - TOLERANCE if is_whole(weight) else 0.0
    must, may = undecided(bound, rules, found.cost - step)
    arcs = _arcs(rows.by_site.T, must, may, worst)
    if arcs.size > effort.arcs:
        return found
    solved = _program(arcs, weight, (must, may), rules, worst).solve(effort.seconds)
    least = float((weight * arcs.nearest).sum())
    proved = np.inf if solved.infeasible else least + solved.bound * _scale(weight, worst)
    # sets outside the program cost as much as the one known, short of one step
    low = min(max(found.bound, proved - TOLERANCE * abs(proved)), found.cost)
    better = found
    if solved.values is not None:
        sites = np.flatnonzero(solved.values[: len(may)] > 0.5)
        cost = search.cost(sites)
        if rules.allows(sites) and cost < found.cost:
            better = Found(sites, cost, 0.0)
    if solved.optimal or solved.infeasible:
        low = max(low, better.cost * (1 - TOLERANCE))
    return _closed(Found(better.chosen, better.cost, low), weight)


@dataclass(frozen=True)
class _Arcs:
    """Pairs of a demand and a site left, by demand then distance.

    ``nearest`` is the distance of a demand to the nearest site left or open, ``last`` that of one
    that none of its pairs serves.
    """

    demand: Positions
    site: Positions
    distance: Floats
    nearest: Floats
    last: Floats

    @property
    def size(self) -> int:
        return len(self.demand)


def _arcs(distance: Distances, must: Booleans, may: Booleans, worst: int) -> _Arcs:
    """Sites left that are nearer to each demand than those open whatever happens."""
    last = distance[:, must].min(axis=1, initial=np.int32(worst))
    near = (distance < last[:, None]) & (may & ~must)
    demand, site = np.nonzero(near)
    d = distance[demand, site]
    order = np.lexsort((site, d, demand))
    nearest = distance[:, may].min(axis=1, initial=np.int32(worst)).astype(np.float64)
    return _Arcs(demand[order], site[order], d[order].astype(np.float64), nearest, last.astype(np.float64))


def _scale(weight: Floats, worst: int) -> float:
    """Units of cost in which the numbers of a program stay near one."""
    return float(max(weight.mean(), 1e-12) * min(worst, 2.0**18))


def _program(
    arcs: _Arcs, weight: Floats, sides: tuple[Booleans, Booleans], rules: Rules, worst: int
) -> Program:
    """The formulation by radius of Elloumi (2010): a variable says « no open site within ».

    One a demand and distinct distance d: it is at least that of the distance before less the sites
    at d, and costs the way from d to the next distance.
    """
    must, may = sides
    sites, scale = len(may), _scale(weight, worst)
    new = np.ones(arcs.size, np.bool_)
    new[1:] = (arcs.demand[1:] != arcs.demand[:-1]) | (arcs.distance[1:] != arcs.distance[:-1])
    step_of = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    demand, at = arcs.demand[first], arcs.distance[first]
    same = np.append(demand[1:] == demand[:-1], False)
    following = np.where(same, np.append(at[1:], 0.0), arcs.last[demand])
    steps = len(first)
    cost = np.concatenate([np.zeros(sites), weight[demand] * (following - at) / scale])
    begins = np.append(True, ~same[:-1])
    inner = np.flatnonzero(~begins)
    rows = [
        (np.ones(arcs.size), step_of, arcs.site),
        (np.ones(steps), np.arange(steps), sites + np.arange(steps)),
        (-np.ones(inner.size), inner, sites + inner - 1),
    ]
    whole = np.concatenate([np.ones(sites, np.bool_), np.zeros(steps, np.bool_)])
    most = np.concatenate([may.astype(np.float64), np.ones(steps)])
    least = np.concatenate([must.astype(np.float64), np.zeros(steps)])
    program = Program(cost, whole, most, least)
    if steps:
        program.add(stacked(rows, (steps, len(cost))), begins.astype(np.float64), np.inf)
    program.add_row(np.ones(sites), 1.0, float(rules.most))
    if np.isfinite(rules.budget):
        program.add_row(rules.price, -np.inf, rules.budget)
    return program
