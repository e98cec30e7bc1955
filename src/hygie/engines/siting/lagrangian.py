"""Lower bounds of a sum of distances: the relaxed assignment, its prices moved by subgradients.

Each demand offers a price for being served; a site is worth what the demands nearer than their
price would save. The best allowed set of sites, at these worths, costs no more than any real
answer, whatever the prices (Cornuéjols, Fisher and Nemhauser, 1977; Beasley, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hygie.engines.kernel.compiled import compiled
from hygie.engines.siting.interchange import Rules
from hygie.engines.siting.rows import Booleans, Distances, Floats, Positions, SortedRows

SAFETY = 1e-12
"""Share taken off a bound for what additions may have rounded up."""


@dataclass(frozen=True)
class Bound:
    """A proved lower bound.

    Attributes
    ----------
    value
        No allowed set of sites costs less.
    prices
        Of the demands, in units of distance, shape (demands,).
    worth
        Of each site at these prices, zero or less, shape (sites,).
    chosen
        The relaxed choice: a good start for a search.
    """

    value: float
    prices: Floats
    worth: Floats
    chosen: Positions


@compiled
def _worths(distance: Distances, site: Distances, weight: Floats, prices: Floats, worth: Floats) -> float:
    worth[:] = 0.0
    total = 0.0
    for i in range(len(weight)):
        price, w = prices[i], weight[i]
        total += w * price
        for e in range(distance.shape[1]):
            d = distance[i, e]
            if d >= price:
                break
            worth[site[i, e]] += w * (d - price)
    return total


@compiled
def _served(by_site: Distances, prices: Floats, chosen: Positions, missing: Floats) -> None:
    """How many services too few each demand gets from the relaxed choice; shape (demands,)."""
    missing[:] = 1.0
    for k in range(len(chosen)):
        row = by_site[chosen[k]]
        for i in range(len(prices)):
            if row[i] < prices[i]:
                missing[i] -= 1.0


def relaxed_choice(worth: Floats, rules: Rules) -> tuple[Positions, float]:
    """The cheapest set at these worths by a relaxation of the rules, and what it costs.

    The number of sites and the budget are each relaxed in turn; the dearer relaxation counts.
    """
    forced = rules.forced
    free = np.flatnonzero(~forced & (worth < 0))
    fixed = float(worth[forced].sum())
    room = rules.most - int(forced.sum())
    by_number = free[np.argsort(worth[free], kind="stable")[:room]] if room > 0 else free[:0]
    value = fixed + float(worth[by_number].sum())
    chosen = np.sort(np.concatenate([np.flatnonzero(forced), by_number]))
    if np.isfinite(rules.budget):
        value = max(value, fixed + _by_budget(worth, free, rules))
    return chosen, value


def _by_budget(worth: Floats, free: Positions, rules: Rules) -> float:
    """Least worth that the budget buys, the last site in part: a relaxed knapsack."""
    left = rules.budget - float(rules.price[rules.forced].sum())
    price = rules.price[free]
    rate = np.where(price > 0, worth[free] / np.where(price > 0, price, 1.0), -np.inf)
    total = 0.0
    for j in free[np.argsort(rate, kind="stable")].tolist():
        cost = float(rules.price[j])
        if cost <= left:
            total, left = total + float(worth[j]), left - cost
        else:
            return total + float(worth[j]) * max(left, 0.0) / cost
    return total


def lower_bound(
    rows: SortedRows, weight: Floats, rules: Rules, *, start: Floats, above: float, rounds: int
) -> Bound:
    """Move prices towards the highest bound.

    Parameters
    ----------
    rows, weight, rules
        The problem.
    start
        First prices, shape (demands,).
    above
        Cost of the best answer known: the bound never passes it by more than rounding.
    rounds
        Subgradient steps at most.
    """
    prices, worth = start.copy(), np.zeros(len(rules.forced))
    missing, drift = np.zeros(len(weight)), np.zeros(len(weight))
    best, pace, stale = Bound(-np.inf, prices, worth, np.flatnonzero(rules.forced)), 1.0, 0
    for _ in range(rounds):
        total = _worths(rows.distance, rows.site, weight, prices, worth)
        chosen, least = relaxed_choice(worth, rules)
        value = total + least
        value -= SAFETY * abs(total)
        if value > best.value + 1e-7 * abs(above):
            stale = 0
        else:
            stale += 1
        if value > best.value:
            best = Bound(value, prices.copy(), worth.copy(), chosen)
        if stale >= _PATIENCE:
            pace, stale, drift = pace * 0.6, 0, drift * 0.0
            prices = best.prices.copy()
            if pace < _SLOWEST:
                break
            continue
        if above - best.value <= 1e-9 * abs(above):
            break
        _served(rows.by_site, prices, chosen, missing)
        drift = 0.7 * drift + missing
        size = float((weight * drift * drift).sum())
        if size == 0.0:
            break
        prices = np.maximum(prices + pace * (1.002 * above - value) / size * drift, 0.0)
    return best


_PATIENCE = 15
_SLOWEST = 1e-3


def undecided(bound: Bound, rules: Rules, above: float) -> tuple[Booleans, Booleans]:
    """Sites that a better answer must have, and sites that it may have.

    By reduced costs, under the rule on the number of sites alone: changing one decision of the
    relaxed choice raises the bound by the difference of worth.

    Parameters
    ----------
    above
        A better answer costs less than this.

    Returns
    -------
    must, may
        Shape (sites,) each.
    """
    worth, chosen = bound.worth, bound.chosen
    must, may = rules.forced.copy(), np.ones(len(worth), np.bool_)
    free = np.flatnonzero(~rules.forced)
    room = min(rules.most - int(rules.forced.sum()), len(free))
    if room <= 0:
        return must, rules.forced.copy()
    by_worth = np.sort(worth[free])
    last = by_worth[room - 1]
    after = by_worth[room] if room < len(free) else 0.0
    _, least = relaxed_choice(worth, Rules(rules.most, rules.forced, rules.price, np.inf))
    base = bound.value - (relaxed_choice(worth, rules)[1] - least)
    inside = np.zeros(len(worth), np.bool_)
    inside[chosen] = True
    may[~inside & (base + worth - min(last, 0.0) >= above)] = False
    must |= inside & ~rules.forced & (base - worth + min(after, 0.0) >= above)
    return must, may | must
