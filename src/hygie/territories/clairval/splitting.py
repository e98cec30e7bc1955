"""Blocks grown by cutting: a built-up area is cut in two by a street, again and again.

The method of parcel subdivision (Parish and Müller, *Procedural modeling of cities*, 2001; Vanegas
et al., *Procedural generation of parcels in urban modeling*, 2012), on blocks instead of parcels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hygie.territories.clairval.characters import Character

Ring = NDArray[np.float64]
Keep = tuple[float, float, float]
"""A point (x, y) and the area, m², under which the block that holds it is left whole."""

Street = tuple[tuple[int, Ring], tuple[int, Ring]]
"""Both ends of a street across a block: edge of the block, and point on it."""

LAST_CUTS = 3.2
"""Below this many usual blocks, a cut is one of the last: it may be a cul-de-sac, or a path."""
JOIN_METRES = 10.0
"""A new street aims at a crossing that lies this near: it makes a crossroads of two junctions."""


@dataclass
class Cuts:
    """Streets laid so far: ends, kind, and whether the second end is a dead end."""

    ends: list[tuple[float, float, float, float]] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    dead: list[bool] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, a: Ring, b: Ring, kind: int, *, dead: bool) -> None:
        """Lay a street from ``a`` to ``b``."""
        self.ends.append((float(a[0]), float(a[1]), float(b[0]), float(b[1])))
        self.kinds.append(kind)
        self.dead.append(dead)
        for point in (a,) if dead else (a, b):
            self._cells.setdefault(_cell(point), []).append((float(point[0]), float(point[1])))

    def joined(self, point: Ring, first: Ring, last: Ring) -> Ring:
        """The crossing of the street ``first``-``last`` nearest to ``point``, or ``point`` itself."""
        i, j = _cell(point)
        best, best_distance = point, JOIN_METRES
        along = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                for x, y in self._cells.get((i + di, j + dj), ()):
                    distance = float(np.hypot(x - point[0], y - point[1]))
                    off = abs((x - first[0]) * along[1] - (y - first[1]) * along[0])
                    if distance < best_distance and off < 0.05:
                        best, best_distance = np.array([x, y]), distance
        return best


def _cell(point: Ring) -> tuple[int, int]:
    return int(point[0] // JOIN_METRES), int(point[1] // JOIN_METRES)


def cut_blocks(
    ring: Ring, character: Character, keeps: Sequence[Keep], cuts: Cuts, rng: np.random.Generator
) -> None:
    """Cut the polygon ``ring`` (shape (n, 2), not closed) into blocks, adding streets to ``cuts``."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    near = [k for k in keeps if low[0] < k[0] < high[0] and low[1] < k[1] < high[1]]
    waiting = [ring]
    while waiting:
        block = waiting.pop()
        area, centre, axis = _frame(block)
        if area < character.block * rng.uniform(0.75, 1.5) or _kept(block, area, near):
            continue
        street = _street(block, centre, axis, character.bend, rng)
        if street is not None:
            waiting += _cut(block, street, character, cuts, small=area < LAST_CUTS * character.block, rng=rng)


def _street(block: Ring, centre: Ring, axis: Ring, bend: float, rng: np.random.Generator) -> Street | None:
    """A street across the length of the block, somewhere near its middle."""
    angle = rng.normal(0, bend)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    spread = float(np.std((block - centre) @ axis))
    return _chord(
        block, centre + axis * spread * rng.uniform(-0.25, 0.25), turn @ np.array([-axis[1], axis[0]])
    )


def _cut(
    block: Ring, street: Street, character: Character, cuts: Cuts, *, small: bool, rng: np.random.Generator
) -> list[Ring]:
    """Lay the street, or a cul-de-sac along it; the two halves of the block, or none."""
    (i, a), (j, b) = street
    a = cuts.joined(a, block[i], block[(i + 1) % len(block)])
    b = cuts.joined(b, block[j], block[(j + 1) % len(block)])
    length = float(np.hypot(*(b - a)))
    if length < 15:
        return []
    if small and rng.random() < character.dead_ends:
        if rng.random() < 0.5:
            a, b = b, a
        cuts.add(a, a + (b - a) * rng.uniform(0.55, 0.72), 1, dead=True)
        return []
    cuts.add(a, b, character.inner_kind if small else 1, dead=False)
    one = np.vstack([a, *_between(block, i, j), b])
    other = np.vstack([b, *_between(block, j, i), a])
    return [other, one]


def _between(block: Ring, i: int, j: int) -> list[Ring]:
    """Vertices met when going round from edge ``i`` to edge ``j``."""
    n = len(block)
    return [block[(i + 1 + k) % n][None] for k in range((j - i) % n)]


def _chord(block: Ring, through: Ring, along: Ring) -> Street | None:
    """The longest stretch inside the block of a line through a point; None if it misses the block."""
    relative = block - through
    side = relative[:, 0] * along[1] - relative[:, 1] * along[0]
    after = np.roll(side, -1)
    edges = np.flatnonzero((side < 0) != (after < 0))
    if len(edges) < 2:
        return None
    share = side[edges] / (side[edges] - after[edges])
    points = block[edges] + share[:, None] * (np.roll(block, -1, axis=0)[edges] - block[edges])
    order = np.argsort((points - through) @ along, kind="stable")
    reach = ((points - through) @ along)[order]
    longest = 2 * int((reach[1::2] - reach[::2]).argmax())
    b, a = order[longest], order[longest + 1]
    return (int(edges[a]), points[a]), (int(edges[b]), points[b])


def _kept(block: Ring, area: float, keeps: Sequence[Keep]) -> bool:
    return any(area < largest and _holds(block, x, y) for x, y, largest in keeps)


def _holds(block: Ring, x: float, y: float) -> bool:
    after = np.roll(block, -1, axis=0)
    spans = (block[:, 1] > y) != (after[:, 1] > y)
    rise = after[spans, 1] - block[spans, 1]
    cross = block[spans, 0] + (y - block[spans, 1]) / rise * (after[spans, 0] - block[spans, 0])
    return bool(np.count_nonzero(cross > x) % 2)


def _frame(block: Ring) -> tuple[float, Ring, Ring]:
    """Area, centroid and direction of the longest extent of a polygon.

    The direction is that of the longest side of its smallest enclosing rectangle, so that streets
    meet at right angles.
    """
    origin = block.mean(axis=0)
    after = np.roll(block, -1, axis=0)
    (x, y), (u, v) = (block - origin).T, (after - origin).T
    w = x * v - u * y
    area = float(w.sum()) / 2
    edges = after - block
    length = np.hypot(*edges.T)
    if area < 1e-6 or length.max() < 1e-6:
        return 0.0, origin, np.array([1.0, 0.0])
    centre = np.array([float(((x + u) * w).sum()), float(((y + v) * w).sum())]) / (6 * area)
    directions = edges[length > 1.0] / length[length > 1.0, None]
    along = np.ptp(directions @ block.T, axis=1)
    across = np.ptp(directions @ np.array([[0.0, 1.0], [-1.0, 0.0]]) @ block.T, axis=1)
    best = int((along * across).argmin())
    d = directions[best]
    return area, origin + centre, d if along[best] >= across[best] else np.array([-d[1], d[0]])
