"""Fewest sites that cover everyone, and the least radius at which some sites do: exact.

Demands with the same cover set are one row; rows implied by smaller ones, and sites that another
one dominates, are dropped until nothing changes (Toregas and ReVelle, 1972); a program over what is
left finishes. The least radius is found by bisection over the distances themselves, as Minieka
(1970) proposed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from hygie.engines.siting.interchange import Rules
from hygie.engines.siting.median import Found
from hygie.engines.siting.program import TOLERANCE, Program
from hygie.engines.siting.rows import (
    Booleans,
    Distances,
    Floats,
    Positions,
    Words,
    cover_rows,
    needed_rows,
    unpacked,
    useful_sites,
)


@dataclass(frozen=True)
class _Reduced:
    """What is left to cover: rows by sites, and which sites the columns are."""

    covers: Booleans
    site: Positions


def least_cover(bits: Words, rules: Rules, price: Floats, *, seconds: float) -> Found | None:
    """The cheapest allowed sites that cover every row.

    Parameters
    ----------
    bits
        Distinct cover sets, 64 sites a word; shape (rows, words).
    rules
        Sets of sites allowed.
    price
        What each site adds to the cost: ones for the fewest sites, or the prices of the rules;
        shape (sites,).
    seconds
        Longest time of the program that finishes.

    Returns
    -------
    Found or None
        None when no allowed set covers every row. Forced sites count in the cost.

    Raises
    ------
    TimeoutError
        If the time was too short to find any set, or to prove that there is none.
    """
    forced = np.flatnonzero(rules.forced)
    covers = unpacked(bits, len(price))
    covers = covers[~covers[:, forced].any(axis=1)]
    if not rules.allows(forced):
        return None
    if not len(covers):
        chosen = forced if forced.size else np.array([int(np.argmin(price))])
        return Found(chosen, float(price[chosen].sum()), float(price[chosen].sum()))
    if not covers.any(axis=1).all():
        return None
    left = _reduced(covers, rules.price if np.isfinite(rules.budget) else price)
    greedy = np.union1d(forced, left.site[_by_greed(left.covers, price[left.site])])
    base = float(price[forced].sum())
    apart = _apart(left.covers, price[left.site])
    if rules.allows(greedy) and float(price[greedy].sum()) - base <= apart + TOLERANCE:
        return Found(greedy, float(price[greedy].sum()), float(price[greedy].sum()))
    if len(forced) + _apart(left.covers, np.ones(left.site.size)) > rules.most + TOLERANCE:
        return None
    return _by_program(left, rules, price, seconds)


def _reduced(covers: Booleans, price: Floats) -> _Reduced:
    """Drop rows and sites that change nothing, until nothing changes."""
    site = np.arange(covers.shape[1])
    while True:
        before = covers.shape
        packed = np.packbits(covers, axis=1, bitorder="little")
        covers = covers[np.unique(packed, axis=0, return_index=True)[1]]
        covers = covers[needed_rows(_words(covers))]
        kept = useful_sites(covers, price[site]) & covers.any(axis=0)
        covers, site = covers[:, kept], site[kept]
        if covers.shape == before:
            return _Reduced(covers, site)


def _words(covers: Booleans) -> Words:
    packed = np.packbits(covers, axis=1, bitorder="little")
    words = np.zeros((len(packed), -(-packed.shape[1] // 8) * 8), np.uint8)
    words[:, : packed.shape[1]] = packed
    return words.view(np.uint64)


def _by_greed(covers: Booleans, price: Floats) -> Positions:
    """Sites that cover every row, each time the one with most new rows for its price."""
    left, chosen = covers.copy(), []
    while len(left):
        best = int(np.argmax(left.sum(axis=0) / np.maximum(price, 1e-9)))
        chosen.append(best)
        left = left[~left[:, best]]
    return np.array(chosen, np.int64)


def _apart(covers: Booleans, price: Floats) -> float:
    """A bound: rows that share no site need one each."""
    total, taken = 0.0, np.zeros(covers.shape[1], np.bool_)
    for row in np.argsort(covers.sum(axis=1), kind="stable"):
        if not (covers[row] & taken).any():
            total += float(price[covers[row]].min())
            taken |= covers[row]
    return total


def _by_program(left: _Reduced, rules: Rules, price: Floats, seconds: float) -> Found | None:
    forced = np.flatnonzero(rules.forced)
    free = np.setdiff1d(left.site, forced)
    column = {site: c for c, site in enumerate(left.site.tolist())}
    covers = left.covers[:, [column[site] for site in free.tolist()]]
    count, base = free.size, float(price[forced].sum())
    ones = np.ones(count)
    program = Program(price[free], np.ones(count, np.bool_), ones, np.zeros(count))
    program.add(csr_array(covers.astype(np.float64)), 1.0, np.inf)
    program.add_row(ones, 0.0, float(rules.most - forced.size))
    if np.isfinite(rules.budget):
        program.add_row(rules.price[free], -np.inf, rules.budget - float(rules.price[forced].sum()))
    solved = program.solve(seconds)
    if solved.infeasible:
        return None
    if solved.values is None:
        raise TimeoutError
    chosen = np.union1d(forced, free[solved.values > 0.5])
    cost = float(price[chosen].sum())
    low = cost if solved.optimal else base + solved.bound - TOLERANCE * abs(solved.bound)
    whole = bool((price == np.rint(price)).all())
    return Found(chosen, cost, min(cost, float(np.ceil(low - TOLERANCE)) if whole else low))


def least_radius(distance: Distances, rules: Rules, *, worst: float, seconds: float) -> Found:
    """Find the sites that bring the farthest demand nearest, and that distance.

    Parameters
    ----------
    distance
        Shape (demands, sites).
    rules
        Sets of sites allowed; at least one is.
    worst
        Distance of a demand without any way.
    seconds
        Longest time of each program.

    Returns
    -------
    Found
        Cost and bound are distances.
    """
    distance = np.minimum(distance, np.int32(worst))
    allowed = _first_allowed(rules)
    best = _radius_of(distance, allowed)
    chosen, low = allowed, int(distance.min(axis=1).max(initial=0))
    values = np.sort(distance[(distance >= low) & (distance <= best)])
    values = values[np.append(True, values[1:] > values[:-1])]
    # the radius sought is among values[first:last + 1], and values[last] is reached
    first, last = 0, int(np.searchsorted(values, best))
    ones, unsure = np.ones(distance.shape[1]), False
    while first < last:
        middle = (first + last) // 2
        bits = cover_rows(distance, int(values[middle])).bits
        try:
            found = _enough(bits, rules, ones, seconds)
        except TimeoutError:
            found, unsure = None, True
            low = int(values[first])
        if found is None:
            first = middle + 1
        else:
            chosen = found
            last = int(np.searchsorted(values, _radius_of(distance, found)))
    radius = float(_radius_of(distance, chosen))
    return Found(chosen, radius, float(low) if unsure else radius)


def _enough(bits: Words, rules: Rules, ones: Floats, seconds: float) -> Positions | None:
    """Allowed sites that cover every row; None when there are none."""
    found = least_cover(bits, rules, ones, seconds=seconds)
    return None if found is None else found.chosen


def _radius_of(distance: Distances, chosen: Positions) -> int:
    return int(distance[:, chosen].min(axis=1).max(initial=0))


def _first_allowed(rules: Rules) -> Positions:
    """The forced sites; without any, the cheapest one."""
    forced = np.flatnonzero(rules.forced)
    return forced if forced.size else np.array([int(np.argmin(rules.price))])
