"""Compiled moves on a tree to the school: simulated annealing of danger at a bounded number of leaves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE = -1
_COOLING = 1_000
"""Moves between two drops of the temperature."""


class Tree(NamedTuple):
    """A tree by first child and siblings; ``walked`` is the length to school, ``stack`` room to walk it.

    ``sums`` are the danger and ``tally`` the leaves of the whole.
    """

    parent: Integers
    first: Integers
    following: Integers
    previous: Integers
    kids: Integers
    walked: Floats
    stack: Integers
    sums: Floats
    tally: Integers


class Terms(NamedTuple):
    """Lengths, dangers, longest walks; successors that each child may have, the least dangerous first."""

    walk: Floats
    danger: Floats
    limit: Floats
    likely: Integers
    choices: Integers


class Heat(NamedTuple):
    """Leaves allowed, cost of one more, temperature at the start and at the end, moves, seed."""

    leaves: int
    extra: float
    start: float
    end: float
    moves: int
    seed: int


@compiled
def _link(tree: Tree, node: int, parent: int) -> None:
    tree.parent[node] = parent
    tree.previous[node] = NONE
    head = tree.first[parent]
    tree.following[node] = head
    if head != NONE:
        tree.previous[head] = node
    tree.first[parent] = node
    tree.kids[parent] += 1


@compiled
def _unlink(tree: Tree, node: int) -> None:
    before, after = tree.previous[node], tree.following[node]
    if before != NONE:
        tree.following[before] = after
    else:
        tree.first[tree.parent[node]] = after
    if after != NONE:
        tree.previous[after] = before
    tree.kids[tree.parent[node]] -= 1


@compiled
def _stays_within(tree: Tree, terms: Terms, node: int, longer: float) -> bool:
    """Whether a node and all that walk through it may walk this much longer."""
    size, stack = 1, tree.stack
    stack[0] = node
    while size:
        size -= 1
        one = stack[size]
        if tree.walked[one] + longer > terms.limit[one]:
            return False
        one = tree.first[one]
        while one != NONE:
            stack[size] = one
            size += 1
            one = tree.following[one]
    return True


@compiled
def _walk_again(tree: Tree, terms: Terms, node: int) -> None:
    """Recompute the walk of a node and of all that walk through it: no error builds up."""
    size, stack = 1, tree.stack
    stack[0] = node
    while size:
        size -= 1
        one = stack[size]
        if one:
            parent = tree.parent[one]
            tree.walked[one] = tree.walked[parent] + terms.walk[one, parent]
        one = tree.first[one]
        while one != NONE:
            stack[size] = one
            size += 1
            one = tree.following[one]


@compiled
def _walks_through(tree: Tree, node: int, through: int) -> bool:
    """Whether a node is another one, or walks to school through it."""
    while node > 0:
        if node == through:
            return True
        node = tree.parent[node]
    return False


@compiled
def _accepts(cost: float, heat: float) -> bool:
    return cost <= 0 or np.random.random() < np.exp(-cost / heat)


@compiled
def _over(tree: Tree, heat: Heat, change: int) -> float:
    """What a change of the number of leaves costs."""
    now = max(0, tree.tally[0] - heat.leaves)
    return float(heat.extra * (max(0, tree.tally[0] + change - heat.leaves) - now))


@compiled
def _likely(terms: Terms, node: int) -> int:
    """A successor that a child may have, drawn among the least dangerous rather."""
    draw = np.random.random()
    return int(terms.likely[node, int(draw * draw * terms.choices[node])])


@compiled
def _some_child(tree: Tree, node: int) -> int:
    child = tree.first[node]
    for _ in range(np.random.randint(tree.kids[node])):
        child = tree.following[child]
    return int(child)


@compiled
def _reparent(tree: Tree, terms: Terms, heat: Heat, degree: float) -> None:
    """Give a child another successor."""
    node = np.random.randint(len(terms.limit) - 1) + 1
    goal, parent = _likely(terms, node), tree.parent[node]
    if goal == parent:
        return
    change = 0
    if parent and tree.kids[parent] == 1:
        change += 1
    if goal and tree.kids[goal] == 0:
        change -= 1
    danger = terms.danger[node, goal] - terms.danger[node, parent]
    if not _accepts(danger + _over(tree, heat, change), degree):
        return
    longer = tree.walked[goal] + terms.walk[node, goal] - tree.walked[node]
    if _walks_through(tree, goal, node) or not _stays_within(tree, terms, node, longer):
        return
    _unlink(tree, node)
    _link(tree, node, goal)
    _walk_again(tree, terms, node)
    tree.tally[0] += change
    tree.sums[0] += danger


@compiled
def _exchange(tree: Tree, terms: Terms, degree: float) -> None:
    """Exchange the successors of two children: the number of leaves stays."""
    node = np.random.randint(len(terms.limit) - 1) + 1
    goal, parent = _likely(terms, node), tree.parent[node]
    if goal == parent or tree.kids[goal] == 0:
        return
    other = _some_child(tree, goal)
    danger = (
        terms.danger[node, goal]
        + terms.danger[other, parent]
        - terms.danger[node, parent]
        - terms.danger[other, goal]
    )
    if not _accepts(danger, degree):
        return
    if _walks_through(tree, goal, node) or _walks_through(tree, parent, other):
        return
    longer = tree.walked[goal] + terms.walk[node, goal] - tree.walked[node]
    other_longer = tree.walked[parent] + terms.walk[other, parent] - tree.walked[other]
    if not (_stays_within(tree, terms, node, longer) and _stays_within(tree, terms, other, other_longer)):
        return
    _unlink(tree, node)
    _unlink(tree, other)
    _link(tree, node, goal)
    _link(tree, other, parent)
    _walk_again(tree, terms, node)
    _walk_again(tree, terms, other)
    tree.sums[0] += danger


@compiled
def _splice(tree: Tree, terms: Terms, heat: Heat, degree: float) -> None:
    """Take a child out, those behind it going on to its successor, and put it between two others."""
    node = np.random.randint(len(terms.limit) - 1) + 1
    if np.random.randint(3):
        goal = _likely(terms, node)
        if tree.kids[goal] == 0:
            return
        above = _some_child(tree, goal)
    else:
        above = np.random.randint(len(terms.limit) - 1) + 1
        goal = tree.parent[above]
    if node in (above, goal):
        return
    parent = tree.parent[node]
    danger = (
        terms.danger[node, goal]
        - terms.danger[node, parent]
        + terms.danger[above, node]
        - terms.danger[above, goal]
    )
    child = tree.first[node]
    while child != NONE:
        danger += terms.danger[child, parent] - terms.danger[child, node]
        child = tree.following[child]
    change = 0
    if tree.kids[node] == 0:
        # It is a leaf no more; who stood before it may become one.
        change = 0 if parent and tree.kids[parent] == 1 else -1
    if _accepts(danger + _over(tree, heat, change), degree) and _moved(tree, terms, node, (above, goal)):
        tree.tally[0] += change
        tree.sums[0] += danger


@compiled
def _moved(tree: Tree, terms: Terms, node: int, spot: tuple[int, int]) -> bool:
    """Take out and put between, or leave all as it was when a limit would be broken."""
    above, goal = spot
    parent, kids = tree.parent[node], tree.kids[node]
    behind = tree.stack[len(tree.stack) - kids :] if kids else tree.stack[:0]
    for k in range(kids):
        child = tree.first[node]
        behind[k] = child
        _unlink(tree, child)
        _link(tree, child, parent)
        _walk_again(tree, terms, child)  # shorter, by the triangle inequality
    _unlink(tree, node)
    reached = tree.walked[goal] + terms.walk[node, goal]
    longer = reached + terms.walk[above, node] - tree.walked[above]
    fits = reached <= terms.limit[node] and _stays_within(tree, terms, above, longer)
    if fits:
        _unlink(tree, above)
        _link(tree, node, goal)
        _link(tree, above, node)
        _walk_again(tree, terms, node)
        return True
    _link(tree, node, parent)
    _walk_again(tree, terms, node)
    for k in range(kids):
        _unlink(tree, behind[k])
        _link(tree, behind[k], node)
    _walk_again(tree, terms, node)
    return False


@compiled
def grown(terms: Terms, parent: Integers) -> Tree:
    """The tree of these successors, measured."""
    n = len(parent)
    tree = Tree(
        parent.copy(),
        np.full(n, NONE, np.int64),
        np.full(n, NONE, np.int64),
        np.full(n, NONE, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.float64),
        np.zeros(2 * n, np.int64),
        np.zeros(1, np.float64),
        np.zeros(1, np.int64),
    )
    for node in range(1, n):
        _link(tree, node, parent[node])
        tree.sums[0] += terms.danger[node, parent[node]]
    for node in range(1, n):
        tree.tally[0] += tree.kids[node] == 0
    _walk_again(tree, terms, 0)
    return tree


@compiled
def anneal(terms: Terms, parent: Integers, heat: Heat) -> tuple[Integers, float]:
    """Cool a tree; the best successors met with few enough leaves, and their danger.

    The danger is infinite when no tree met had few enough leaves.
    """
    np.random.seed(heat.seed)
    tree = grown(terms, parent)
    best = parent.copy()
    least = tree.sums[0] if tree.tally[0] <= heat.leaves else np.inf
    degree = heat.start
    factor = (heat.end / heat.start) ** (1.0 / max(1, heat.moves // _COOLING))
    for move in range(heat.moves):
        if move % _COOLING == _COOLING - 1:
            degree *= factor
        kind = np.random.randint(10)
        if kind < 4:
            _reparent(tree, terms, heat, degree)
        elif kind < 7:
            _exchange(tree, terms, degree)
        else:
            _splice(tree, terms, heat, degree)
        if tree.tally[0] <= heat.leaves and tree.sums[0] < least - 1e-9:
            least = tree.sums[0]
            best[:] = tree.parent
    return best, least
