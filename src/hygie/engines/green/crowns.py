"""Exact area of the union of round crowns, whole and within a distance of points.

By Green's theorem an area is the sum of ½∮(x dy − y dx) along its boundary. The boundary of a union of
discs is made of the arcs that no other disc covers, so each crown brings a number of its own; cut by a
large disc, only the crowns astride it are looked at again, and the arcs of the large disc that crowns
cover close the boundary. Nothing is rasterised, no polygon is built: areas are true to rounding.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from hygie.engines.green.grids import CrownGrid, grid_of
from hygie.engines.kernel.compiled import compiled, compiled_inline, compiled_parallel, parallel_range

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TURN = 2 * math.pi
SMALLEST_CELL = 32.0
MOST_CELLS = 4_000_000
BLOCK = 256
"""Points done one after the other by one core."""


class Discs(NamedTuple):
    """Crowns with the arcs of each that no other covers.

    ``arc_start`` has one more value than crowns; ``arc_from < arc_to`` are angles from 0 to 2π.
    ``sums`` has three numbers a crown: ½∮(x dy − y dx) along its arcs, then the changes of x and of y
    from the start to the end of each, summed.
    """

    x: Floats
    y: Floats
    radius: Floats
    arc_start: Integers
    arc_from: Floats
    arc_to: Floats
    sums: Floats


def discs_of(x: Floats, y: Floats, radius: Floats) -> tuple[Discs, Integers]:
    """Crowns and the cluster of each: crowns that overlap, near and far, are of one cluster.

    Parameters
    ----------
    x, y, radius
        Metres, shape (n,), finite, radii above zero.

    Returns
    -------
    tuple
        The crowns with their free arcs, and the cluster of each, numbered from 0.
    """
    n = len(x)
    grid = grid_of(x, y, max(2 * float(radius.max(initial=0.5)), 1.0), MOST_CELLS)
    counts = np.zeros(n + 1, np.int64)
    _neighbours(x, y, radius, grid, counts, np.zeros(0, np.int64))
    start = np.zeros(n + 1, np.int64)
    np.cumsum(counts[:n], out=start[1:])
    others = np.zeros(int(start[-1]), np.int64)
    _neighbours(x, y, radius, grid, start.copy(), others)
    room = 2 * (start[1:] - start[:-1]) + 1
    arc_room = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
    first, last = np.zeros(int(arc_room[-1])), np.zeros(int(arc_room[-1]))
    arcs = np.zeros(n, np.int64)
    _free_arcs(x, y, radius, (start, others), arc_room, (first, last, arcs))
    kept = np.repeat(arc_room[:-1], arcs) + _ranks(arcs)
    arc_start = np.concatenate([[0], np.cumsum(arcs)]).astype(np.int64)
    discs = Discs(x, y, radius, arc_start, first[kept], last[kept], np.zeros((n, 3)))
    _sum_arcs(discs)
    links = csr_array((np.ones(len(others), np.int8), others, start), shape=(n, n))
    _, cluster = connected_components(links, directed=False)
    return discs, cluster.astype(np.int64)


def cluster_areas(discs: Discs, cluster: Integers) -> Floats:
    """Area of the union of the crowns of each cluster, m²; shape (clusters,)."""
    n = int(cluster.max(initial=-1)) + 1
    origin = np.zeros(n, np.int64)
    origin[cluster[::-1]] = np.arange(len(cluster))[::-1]  # measured from one of its crowns: no cancellation
    cx, cy = discs.x[origin][cluster], discs.y[origin][cluster]
    own = discs.sums[:, 0] - 0.5 * (cx * discs.sums[:, 2] - cy * discs.sums[:, 1])
    return np.bincount(cluster, own, minlength=n).astype(np.float64)


def areas_within(discs: Discs, px: Floats, py: Floats, reach: float) -> Floats:
    """Area of the union of crowns within ``reach`` metres of each point, m²; shape (points,)."""
    if not len(discs.x):
        return np.zeros(len(px))
    widest = float(discs.radius.max())
    grid = grid_of(discs.x, discs.y, SMALLEST_CELL, MOST_CELLS)
    ordered = np.column_stack([discs.x, discs.y, discs.radius, discs.sums])[grid.item]
    before = np.zeros((len(ordered) + 1, 3))
    np.cumsum(ordered[:, 3:], axis=0, out=before[1:])
    out = np.zeros(len(px))
    _areas_within(discs, grid, (ordered, before), (px, py), (reach, widest), out)
    return out


def _ranks(counts: Integers) -> Integers:
    """0, 1, … within each group of consecutive items."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)


@compiled
def _neighbours(x: Floats, y: Floats, radius: Floats, grid: CrownGrid, at: Integers, out: Integers) -> None:  # noqa: PLR0917  # compiled kernels take no keyword arguments
    """Count the crowns that overlap each (``out`` empty), or write them from ``at`` on."""
    writing = len(out) > 0
    for i in range(len(x)):
        cx = int((x[i] - grid.west) / grid.side)
        cy = int((y[i] - grid.south) / grid.side)
        for gx in range(max(cx - 1, 0), min(cx + 2, grid.columns)):
            for gy in range(max(cy - 1, 0), min(cy + 2, grid.rows)):
                cell = gx * grid.rows + gy
                for k in range(grid.start[cell], grid.start[cell + 1]):
                    j = grid.item[k]
                    dx, dy = x[j] - x[i], y[j] - y[i]
                    reach = radius[i] + radius[j]
                    if j != i and dx * dx + dy * dy < reach * reach:
                        if writing:
                            out[at[i]] = j
                        at[i] += 1


@compiled_inline
def _sorted_by(first: Floats, last: Floats, n: int) -> None:
    """Sort intervals by their start, in place; few, so by insertion."""
    for i in range(1, n):
        a, b = first[i], last[i]
        j = i - 1
        while j >= 0 and first[j] > a:
            first[j + 1], last[j + 1] = first[j], last[j]
            j -= 1
        first[j + 1], last[j + 1] = a, b


@compiled_inline
def _add_interval(first: Floats, last: Floats, n: int, a: float, b: float) -> int:
    """Add the interval from ``a`` to ``b`` (any angles, less than a turn) as one or two in [0, 2π]."""
    low = a % TURN
    high = low + (b - a)
    if high <= TURN:
        first[n], last[n] = low, high
        return n + 1
    first[n], last[n] = low, TURN
    first[n + 1], last[n + 1] = 0.0, high - TURN
    return n + 2


@compiled
def _free_arcs(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    x: Floats,
    y: Floats,
    radius: Floats,
    near: tuple[Integers, Integers],
    room: Integers,
    out: tuple[Floats, Floats, Integers],
) -> None:
    start, others = near
    first, last, arcs = out
    most = 0
    for i in range(len(x)):
        most = max(most, start[i + 1] - start[i])
    a, b = np.empty(2 * most + 1), np.empty(2 * most + 1)
    for i in range(len(x)):
        n, hidden = 0, False
        for k in range(start[i], start[i + 1]):
            j = others[k]
            dx, dy = x[j] - x[i], y[j] - y[i]
            d = math.sqrt(dx * dx + dy * dy)
            if d + radius[i] <= radius[j] and (d + radius[j] > radius[i] or j < i):
                hidden = True  # of two crowns that are the same, the first one stands
                break
            if d + radius[j] <= radius[i]:
                continue
            cosine = (d * d + radius[i] ** 2 - radius[j] ** 2) / (2 * d * radius[i])
            half = math.acos(min(1.0, max(-1.0, cosine)))
            towards = math.atan2(dy, dx)
            n = _add_interval(a, b, n, towards - half, towards + half)
        if hidden:
            continue
        _sorted_by(a, b, n)
        reached = 0.0
        for k in range(n):
            if a[k] > reached:
                first[room[i] + arcs[i]], last[room[i] + arcs[i]] = reached, a[k]
                arcs[i] += 1
            reached = max(reached, b[k])
        if reached < TURN:
            first[room[i] + arcs[i]], last[room[i] + arcs[i]] = reached, TURN
            arcs[i] += 1


@compiled_inline
def _arc(cx: float, cy: float, r: float, a: float, b: float) -> tuple[float, float, float]:
    """½∮(x dy − y dx) along an arc, and the changes of x and y from its start to its end."""
    dx = r * (math.cos(b) - math.cos(a))
    dy = r * (math.sin(b) - math.sin(a))
    return 0.5 * (r * r * (b - a) + cx * dy - cy * dx), dx, dy


@compiled
def _sum_arcs(discs: Discs) -> None:
    for i in range(len(discs.x)):
        for k in range(discs.arc_start[i], discs.arc_start[i + 1]):
            area, dx, dy = _arc(discs.x[i], discs.y[i], discs.radius[i], discs.arc_from[k], discs.arc_to[k])
            discs.sums[i, 0] += area
            discs.sums[i, 1] += dx
            discs.sums[i, 2] += dy


@compiled_inline
def _clipped(discs: Discs, i: int, cx: float, cy: float, d: float, reach: float) -> float:  # noqa: PLR0917  # compiled kernels take no keyword arguments
    """½∮ along the free arcs of a crown astride the large disc, inside it, measured from its centre."""
    r = discs.radius[i]
    ox, oy = discs.x[i] - cx, discs.y[i] - cy
    half = math.acos(min(1.0, max(-1.0, (d * d + r * r - reach * reach) / (2 * d * r))))
    low = (math.atan2(-oy, -ox) - half) % TURN
    total = 0.0
    for k in range(discs.arc_start[i], discs.arc_start[i + 1]):
        for turn in range(-1, 1):
            a = max(discs.arc_from[k], low + turn * TURN)
            b = min(discs.arc_to[k], low + turn * TURN + 2 * half)
            if b > a:
                area, _, _ = _arc(ox, oy, r, a, b)
                total += area
    return total


@compiled_inline
def _covered(first: Floats, last: Floats, n: int, reach: float) -> float:
    """½∮ along the arcs of the large disc that crowns cover."""
    _sorted_by(first, last, n)
    total, reached = 0.0, 0.0
    for k in range(n):
        if last[k] > reached:
            total += last[k] - max(first[k], reached)
            reached = last[k]
    return 0.5 * reach * reach * total


@compiled_parallel
def _areas_within(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    discs: Discs,
    grid: CrownGrid,
    crowns: tuple[Floats, Floats],
    points: tuple[Floats, Floats],
    sizes: tuple[float, float],
    out: Floats,
) -> None:
    x, y = points
    for block in parallel_range((len(out) + BLOCK - 1) // BLOCK):
        room = 256
        first, last = np.empty(room), np.empty(room)
        for p in range(block * BLOCK, min((block + 1) * BLOCK, len(out))):
            out[p] = _area_within(discs, grid, crowns, x[p], y[p], sizes, (first, last))
            while math.isnan(out[p]):
                room *= 4
                first, last = np.empty(room), np.empty(room)
                out[p] = _area_within(discs, grid, crowns, x[p], y[p], sizes, (first, last))


@compiled_inline
def _half_chord(reach: float, away: float) -> float:
    """Half the chord of a disc at a distance from its centre; negative where there is none."""
    return math.sqrt(reach * reach - away * away) if 0 <= away < reach else -1.0


@compiled_inline
def _whole_cells(grid: CrownGrid, cy: float, half: float, rows: tuple[int, int]) -> tuple[int, int]:
    """Rows of a column that lie wholly within half a chord of a height; none where there is none."""
    low, high = rows
    if half < 0 or cy + half < grid.south:
        return high, high
    one = min(max(math.ceil((cy - half - grid.south) / grid.side), low), high)
    return one, min(max(math.floor((cy + half - grid.south) / grid.side), one), high)


@compiled
def _area_within(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    discs: Discs,
    grid: CrownGrid,
    crowns: tuple[Floats, Floats],
    cx: float,
    cy: float,
    sizes: tuple[float, float],
    arcs: tuple[Floats, Floats],
) -> float:
    """Cells wholly inside come column by column from running sums; the crowns of the rim one by one."""
    reach, widest = sizes
    first, last = arcs
    rows, before = crowns
    total, n = 0.0, 0
    far, inner = reach + widest, reach - widest
    first_column = max(int((cx - far - grid.west) / grid.side), 0)
    for gx in range(first_column, min(int((cx + far - grid.west) / grid.side) + 1, grid.columns)):
        left = grid.west + gx * grid.side - cx
        tall = _half_chord(far, max(left, 0.0, -left - grid.side))
        if tall < 0:
            continue
        base = gx * grid.rows
        low = min(max(int((cy - tall - grid.south) / grid.side), 0), grid.rows)
        high = max(min(int((cy + tall - grid.south) / grid.side) + 1, grid.rows), low)
        whole = _half_chord(inner, max(abs(left), abs(left + grid.side)))
        one, two = _whole_cells(grid, cy, whole, (low, high))
        a, b = grid.start[base + one], grid.start[base + two]
        area, dx, dy = before[b, 0] - before[a, 0], before[b, 1] - before[a, 1], before[b, 2] - before[a, 2]
        total += area - 0.5 * (cx * dy - cy * dx)
        for side in range(2):
            k0 = grid.start[base + (low if side == 0 else two)]
            k1 = grid.start[base + (one if side == 0 else high)]
            for k in range(k0, k1):
                dx, dy, r = rows[k, 0] - cx, rows[k, 1] - cy, rows[k, 2]
                square = dx * dx + dy * dy
                if square >= (reach + r) * (reach + r):
                    continue
                if r <= reach and square <= (reach - r) * (reach - r):
                    total += rows[k, 3] - 0.5 * (cx * rows[k, 5] - cy * rows[k, 4])
                    continue
                d = math.sqrt(square)
                if d + reach <= r:
                    return math.pi * reach * reach
                total += _clipped(discs, grid.item[k], cx, cy, d, reach)
                half = math.acos(min(1.0, max(-1.0, (square + reach * reach - r * r) / (2 * d * reach))))
                towards = math.atan2(dy, dx)
                n = _add_interval(first, last, n, towards - half, towards + half)
                if n + 2 > len(first):
                    return math.nan  # more crowns astride than there is room for: asked again, with more
    return total + _covered(first, last, n, reach)
