"""The fewest crossings that keep walkers informed, or the best ones for so many signs; with a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from hygie.engines.walking.signs_needs import Needs
from hygie.engines.walking.ways import NOWHERE, Booleans, Floats, Integers

TOLERANCE = 1e-6
"""Share by which HiGHS may be off: its bounds are lowered by it before they prove anything."""

_OPTIMAL = 0


@dataclass(frozen=True)
class Choice:
    """Crossings chosen.

    Attributes
    ----------
    chosen
        Shape (nodes,).
    told
        Whether each crossing announces each destination; shape (targets, nodes).
    guided
        People × minutes that the signs guide: see ``Needs.guided``.
    answered
        Hesitations that a sign answers.
    bound
        Posts needed at least; with a budget, people × minutes guided at most.
    impossible
        Streets too long for a sign to stand in time.
    proved
        Whether nothing better exists.
    """

    chosen: Booleans
    told: Booleans
    guided: float
    answered: float
    bound: float
    impossible: int
    proved: bool


def fewest(needs: Sequence[Needs], stretch: int, seconds: float) -> Choice:
    """The fewest posts: one at each hesitation, and one on each stretch.

    Who hesitates needs a sign at that very crossing; what is left is a set cover of the stretches that
    no such sign stands on.
    """
    nodes = len(needs[0].used) if needs else 0
    chosen = np.zeros(nodes, np.bool_)
    for one in needs:
        chosen |= one.doubt
    rows, impossible = set[frozenset[int]](), set[tuple[int, int]]()
    for one in needs:
        found, long_streets = _stretches(one, stretch)
        impossible |= long_streets
        rows |= {row for row in found if not chosen[list(row)].any()}
    forced = int(chosen.sum())
    picked, bound, proved = cover(sorted(rows, key=sorted), seconds)
    chosen[picked] = True
    told = np.array([one.used & chosen for one in needs]).reshape(len(needs), nodes)
    guided = float(sum(one.guided.sum() for one in needs))
    answered = float(sum(one.people.sum() for one in needs))
    return Choice(chosen, told, guided, answered, forced + bound, len(impossible), proved)


def _stretches(needs: Needs, stretch: int) -> tuple[set[frozenset[int]], set[tuple[int, int]]]:
    """Crossings of which one must have a sign, for each stretch of a way; and streets too long for it.

    A stretch runs from any crossing of a way, itself left out, to as far as the rule lets it. Whether a
    sign stands at its start makes no difference: without one, the sign that the walker saw before asks
    for one sooner still, and the walk up to the first crossing is along one's own street.
    """
    ticks, onward = needs.forest.ticks.tolist(), needs.forest.onward.tolist()
    rows, too_long = set(), set()
    for node in np.flatnonzero(needs.used).tolist():
        if ticks[node] <= stretch:
            continue  # the destination comes before
        ahead, after = [], onward[node]
        while after != NOWHERE and ticks[node] - ticks[after] <= stretch:
            ahead.append(after)
            after = onward[after]
        if not ahead:
            too_long.add((node, onward[node]))
            if onward[node] == NOWHERE:
                continue
            ahead = [onward[node]]
        rows.add(frozenset(ahead))
    return rows, too_long


def cover(rows: Sequence[frozenset[int]], seconds: float) -> tuple[list[int], float, bool]:
    """Fewest columns that meet every row, a number that no cover goes below, and whether it is proved."""
    least = _least(rows)
    if not least:
        return [], 0.0, True
    columns = sorted(set().union(*least))
    place = {column: rank for rank, column in enumerate(columns)}
    sizes = [len(row) for row in least]
    held = [place[column] for row in least for column in sorted(row)]
    matrix = csr_array(
        (np.ones(len(held)), (np.repeat(np.arange(len(least)), sizes), held)), (len(least), len(columns))
    )
    found = milp(
        np.ones(len(columns)),
        integrality=np.ones(len(columns), np.uint8),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, 1, np.inf),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    greedy = _greedy(least)
    picked = greedy if found.x is None else [columns[i] for i in np.flatnonzero(found.x > 0.5)]
    picked = min((picked, greedy), key=len)
    bound = 1.0 if found.mip_dual_bound is None else max(1.0, float(found.mip_dual_bound))
    whole = float(np.ceil(bound * (1 - TOLERANCE) - TOLERANCE))
    return picked, min(whole, float(len(picked))), len(picked) <= whole


def _least(rows: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Rows that hold no other one: the others are met when these are."""
    by_column: dict[int, list[frozenset[int]]] = {}
    kept = []
    for row in sorted(rows, key=lambda one: (len(one), sorted(one))):
        near = (other for column in row for other in by_column.get(column, ()))
        if not any(other <= row for other in near):
            kept.append(row)
            by_column.setdefault(min(row), []).append(row)
    return kept


def _greedy(rows: Sequence[frozenset[int]]) -> list[int]:
    """Columns that meet most rows left, one after the other; the lowest of equals."""
    left, chosen = set(range(len(rows))), []
    holding: dict[int, set[int]] = {}
    for rank, row in enumerate(rows):
        for column in row:
            holding.setdefault(column, set()).add(rank)
    while left:
        best = max(sorted(holding), key=lambda column: len(holding[column]))
        chosen.append(best)
        met = set(holding[best])
        left -= met
        for rank in met:
            for column in rows[rank]:
                holding[column].discard(rank)
    return chosen


def most_helped(needs: Sequence[Needs], budget: int, seconds: float) -> Choice:
    """The posts of a budget that guide most people × minutes, each announced destination to its end.

    A line of a sign counts only if every later hesitation on the way has one too. Minutes still to walk
    weigh: at the door of a destination a sign teaches nothing, however many pass.
    """
    nodes = len(needs[0].used) if needs else 0
    spots = [np.flatnonzero(one.doubt) for one in needs]
    after = [_next_doubt(one) for one in needs]
    worth = [one.guided[spot] for one, spot in zip(needs, spots, strict=True)]
    everywhere = np.zeros(nodes)
    for one in needs:
        everywhere += one.guided
    alone = float(np.sort(everywhere)[::-1][:budget].sum())
    found, bound = _program(nodes, (spots, after, worth), budget, seconds)
    rivals = [_chains(needs, after, budget), *([] if found is None else [found])]
    told, guided, answered = max((_kept(needs, after, one) for one in rivals), key=lambda kept: kept[1])
    bound = min(bound, alone)
    proved = guided >= bound * (1 - 2 * TOLERANCE) - TOLERANCE
    return Choice(
        np.asarray(told.any(axis=0)), told, guided, answered, guided if proved else bound, 0, proved
    )


def _next_doubt(needs: Needs) -> list[int]:
    """The next crossing of the way where somebody hesitates, or ``NOWHERE``; one a node."""
    after = [NOWHERE] * len(needs.used)
    onward, doubt = needs.forest.onward.tolist(), needs.doubt.tolist()
    for node in reversed(needs.forest.sequence.tolist()):
        coming = onward[node]
        if coming != NOWHERE:
            after[node] = coming if doubt[coming] else after[coming]
    return after


def _program(
    nodes: int,
    lines: tuple[Sequence[Integers], Sequence[list[int]], Sequence[Floats]],
    budget: int,
    seconds: float,
) -> tuple[Booleans | None, float]:
    """Posts chosen by HiGHS and a bound; variables are posts, then lines by destination."""
    spots, after, worth = lines
    whole = np.unique(np.concatenate(spots)) if spots else np.zeros(0, np.int64)
    if not whole.size or budget == 0:
        return np.zeros(nodes, np.bool_), 0.0
    post_of = {int(node): rank for rank, node in enumerate(whole)}
    values = np.concatenate([np.zeros(len(whole)), *worth])
    rows: list[tuple[int, int]] = []
    base = len(whole)
    for spot, onward in zip(spots, after, strict=True):
        line_of = {int(node): base + rank for rank, node in enumerate(spot)}
        for node, line in line_of.items():
            rows.append((line, post_of[node]))
            if onward[node] != NOWHERE:
                rows.append((line, line_of[onward[node]]))
        base += len(spot)
    count = np.arange(len(rows))
    one, other = (np.array([row[k] for row in rows]) for k in range(2))
    kept = csr_array((np.ones(len(rows)), (count, one)), (len(rows), base))
    kept = kept - csr_array((np.ones(len(rows)), (count, other)), (len(rows), base))
    posts = csr_array((np.arange(base) < len(whole)).astype(np.float64)[None])
    found = milp(
        -values,
        integrality=(np.arange(base) < len(whole)).astype(np.uint8),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(vstack([kept, posts]), -np.inf, [0.0] * len(rows) + [float(budget)]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound) * (1 + TOLERANCE)
    if found.x is None:
        return None, bound
    chosen = np.zeros(nodes, np.bool_)
    chosen[whole[found.x[: len(whole)] > 0.5]] = True
    return chosen, bound


def _chains(needs: Sequence[Needs], after: Sequence[list[int]], budget: int) -> Booleans:
    """Crossings taken one after the other, each with those it needs up to its destination."""
    chosen = np.zeros(len(needs[0].used) if needs else 0, np.bool_)
    best: list[tuple[float, int, int]] = []
    for target, one in enumerate(needs):
        guided = one.guided
        best += [(float(guided[node]), target, int(node)) for node in np.flatnonzero(one.doubt)]
    for _, target, node in sorted(best, key=lambda one: (-one[0], one[1], one[2])):
        chain, at = [], node
        while at != NOWHERE:
            chain.append(at)
            at = after[target][at]
        missing = [one for one in chain if not chosen[one]]
        if missing and len(missing) <= budget - int(chosen.sum()):
            chosen[missing] = True
    return chosen


def _kept(
    needs: Sequence[Needs], after: Sequence[list[int]], chosen: Booleans
) -> tuple[Booleans, float, float]:
    """What chosen posts announce to its end, the people × minutes guided and the hesitations answered."""
    told = np.zeros((len(needs), len(chosen)), np.bool_)
    guided, answered = 0.0, 0.0
    for target, one in enumerate(needs):
        clear = [True] * len(chosen)  # whether every hesitation from here on, this one included, has a post
        doubt, onward = one.doubt.tolist(), after[target]
        for node in reversed(one.forest.sequence.tolist()):
            later = onward[node]
            clear[node] = (later == NOWHERE or clear[later]) and (bool(chosen[node]) or not doubt[node])
        told[target] = chosen & one.used & np.array(clear, np.bool_)
        guided += float(one.guided[told[target]].sum())
        answered += float(one.people[told[target]].sum())
    return told, guided, answered
