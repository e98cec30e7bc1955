"""Trees near a building and in line of sight of one of its façades, past every footprint.

Façade points stand every few metres along the walls, a centimetre outside. A tree is seen from one when
the straight line between both touches no wall. The line is flat: neither heights, nor crowns, nor
windows are looked at.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.engines.green.grids import CrownGrid, grid_of, segment_grid
from hygie.engines.green.near import squared_distance
from hygie.engines.kernel.compiled import compiled, compiled_inline, compiled_parallel, parallel_range

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Outlines = NDArray[np.object_]

CELL_METRES = 12.0
MOST_CELLS = 6_000_000
OUTSIDE_METRES = 0.01
"""How far a façade point stands from its wall, so that its own wall does not hide everything."""


class Walls(NamedTuple):
    """Walls of all footprints: ends (x, y, x, y), shape (n, 4), and the grid that finds them."""

    ends: Floats
    grid: CrownGrid


class Observers(NamedTuple):
    """Where trees are looked at from: a building by its walls, or a bare point.

    Observer ``o`` has façade points ``start[o]`` to ``start[o + 1]`` (x, y, outward normal; a normal of
    zero looks everywhere), and its walls ``wall_start[o]`` to ``wall_start[o + 1]`` of ``walls``, from
    which distances are measured; a bare point has one wall of no length.
    """

    start: Integers
    points: Floats
    wall_start: Integers
    walls: Floats


def walls_of(footprints: Outlines) -> tuple[Floats, Integers]:
    """Walls of footprints, oriented with the outside on their right, and the footprint of each."""
    parts, of = shapely.get_parts(shapely.orient_polygons(footprints), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.column_stack([xy[:-1], xy[1:]])[same]
    long = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) > 0
    return ends[long], of[part[ring[:-1][same]]][long].astype(np.int64)


def wall_grid(ends: Floats) -> Walls:
    """Walls with the grid that finds those a line may touch."""
    return Walls(np.ascontiguousarray(ends), segment_grid(ends, CELL_METRES, MOST_CELLS))


def observers_of(footprints: Outlines, bare: Floats, step: float) -> Observers:
    """Observers of buildings first, then of bare points (x, y), shape (m, 2).

    Parameters
    ----------
    footprints
        Of the buildings looked from, metres.
    bare
        Points that stand in no building.
    step
        Longest stretch of wall with one façade point, metres, above zero.
    """
    return observers_by_walls(*walls_of(footprints), len(footprints), bare, step)


def observers_by_walls(ends: Floats, of: Integers, footprints: int, bare: Floats, step: float) -> Observers:
    """The same from walls already drawn, by footprint in ascending order (``walls_of``)."""
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    count = np.ceil(length / step).astype(np.int64)
    wall = np.repeat(np.arange(len(ends)), count)
    rank = np.arange(len(wall)) - np.repeat(np.cumsum(count) - count, count)
    part = ((rank + 0.5) / count[wall])[:, None]
    along = (ends[:, 2:] - ends[:, :2]) / length[:, None]
    outward = np.column_stack([along[:, 1], -along[:, 0]])[wall]
    at = ends[wall, :2] * (1 - part) + ends[wall, 2:] * part + OUTSIDE_METRES * outward
    n, m = footprints, len(bare)
    counts = np.concatenate([np.bincount(of[wall], minlength=n), np.ones(m, np.int64)])
    walls = np.concatenate([np.bincount(of, minlength=n), np.ones(m, np.int64)])
    return Observers(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.concatenate([np.column_stack([at, outward]), np.column_stack([bare, np.zeros((m, 2))])]),
        np.concatenate([[0], np.cumsum(walls)]).astype(np.int64),
        np.concatenate([ends, np.column_stack([bare, bare])]),
    )


def trees_seen(
    observers: Observers, trees: Floats, walls: Walls, radii: tuple[float, ...]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Trees near each observer and seen by it, within each radius (itself included).

    Parameters
    ----------
    observers
        Where from.
    trees
        (x, y) of the trunks, none inside a building; shape (n, 2).
    walls
        What hides.
    radii
        Metres from the footprint, ascending.

    Returns
    -------
    tuple
        Trees seen and trees near, seen or not; each of shape (observers, radii).
    """
    n = len(observers.start) - 1
    seen, near = np.zeros((n, len(radii)), np.int32), np.zeros((n, len(radii)), np.int32)
    if len(trees) and n:
        grid = grid_of(trees[:, 0], trees[:, 1], CELL_METRES, MOST_CELLS)
        _look(
            observers, np.ascontiguousarray(trees), grid, walls.ends, walls.grid, np.array(radii), seen, near
        )
    return seen, near


def sightings(observers: Observers, spots: Floats, walls: Walls, radius: float) -> tuple[Integers, Integers]:
    """Which observers would see which spots: pairs (observer, spot), by observer then by cell of spots."""
    n = len(observers.start) - 1
    if not (len(spots) and n):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    grid = grid_of(spots[:, 0], spots[:, 1], CELL_METRES, MOST_CELLS)
    spots = np.ascontiguousarray(spots)
    start = np.zeros(n + 1, np.int64)
    _pairs(observers, spots, grid, walls.ends, walls.grid, radius, start, np.zeros(0, np.int64))
    np.cumsum(start, out=start)
    found = np.full(int(start[-1]), -1, np.int64)
    if len(found):
        _pairs(observers, spots, grid, walls.ends, walls.grid, radius, start, found)
    observer = np.repeat(np.arange(n), np.diff(start))
    held = found >= 0
    return observer[held], found[held]


@compiled_inline
def _crosses(px: float, py: float, qx: float, qy: float, walls: Floats, w: int) -> bool:  # noqa: PLR0917  # compiled kernels take no keyword arguments
    """Whether the line from p to q touches a wall."""
    ax, ay, bx, by = walls[w, 0], walls[w, 1], walls[w, 2], walls[w, 3]
    one = (qx - px) * (ay - py) - (qy - py) * (ax - px)
    two = (qx - px) * (by - py) - (qy - py) * (bx - px)
    if (one > 0 and two > 0) or (one < 0 and two < 0):
        return False
    one = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    two = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax)
    if (one > 0 and two > 0) or (one < 0 and two < 0):
        return False
    if max(px, qx) < min(ax, bx) or max(ax, bx) < min(px, qx):
        return False
    return not (max(py, qy) < min(ay, by) or max(ay, by) < min(py, qy))


@compiled
def _hidden(px: float, py: float, qx: float, qy: float, ends: Floats, grid: CrownGrid) -> bool:  # noqa: PLR0917  # compiled kernels take no keyword arguments
    """Whether a wall stands on the line from p to q: the cells of the line are walked one by one."""
    if len(grid.item) == 0:
        return False
    gx = math.floor((px - grid.west) / grid.side)
    gy = math.floor((py - grid.south) / grid.side)
    ex = math.floor((qx - grid.west) / grid.side)
    ey = math.floor((qy - grid.south) / grid.side)
    dx, dy = qx - px, qy - py
    step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    next_x = (grid.west + (gx + (1 if dx > 0 else 0)) * grid.side - px) / dx if dx != 0 else math.inf
    next_y = (grid.south + (gy + (1 if dy > 0 else 0)) * grid.side - py) / dy if dy != 0 else math.inf
    wide = grid.side / abs(dx) if dx != 0 else math.inf
    tall = grid.side / abs(dy) if dy != 0 else math.inf
    for _ in range(abs(ex - gx) + abs(ey - gy) + 1):
        if 0 <= gx < grid.columns and 0 <= gy < grid.rows:
            cell = gx * grid.rows + gy
            for k in range(grid.start[cell], grid.start[cell + 1]):
                if _crosses(px, py, qx, qy, ends, grid.item[k]):
                    return True
        if next_x < next_y:
            next_x += wide
            gx += step_x
        else:
            next_y += tall
            gy += step_y
    return False


@compiled_inline
def _faces(points: Floats, f: int, x: float, y: float) -> bool:
    """Whether a façade point looks towards a position: behind it is its own building."""
    nx, ny = points[f, 2], points[f, 3]
    return bool((x - points[f, 0]) * nx + (y - points[f, 1]) * ny > 0 or (nx == 0 and ny == 0))


@compiled
def _sees(observers: Observers, o: int, x: float, y: float, ends: Floats, grid: CrownGrid) -> bool:  # noqa: PLR0917  # compiled kernels take no keyword arguments
    """Whether some façade point of an observer sees a position; the nearest one is tried first."""
    best, least = -1, math.inf
    for f in range(observers.start[o], observers.start[o + 1]):
        square = (x - observers.points[f, 0]) ** 2 + (y - observers.points[f, 1]) ** 2
        if square < least and _faces(observers.points, f, x, y):
            best, least = f, square
    if best < 0:
        return False
    if not _hidden(observers.points[best, 0], observers.points[best, 1], x, y, ends, grid):
        return True
    for f in range(observers.start[o], observers.start[o + 1]):
        if f == best or not _faces(observers.points, f, x, y):
            continue
        if not _hidden(observers.points[f, 0], observers.points[f, 1], x, y, ends, grid):
            return True
    return False


@compiled_inline
def _box(observers: Observers, o: int, radius: float) -> tuple[float, float, float, float]:
    """West, south, east and north of what may be near an observer."""
    west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
    for w in range(observers.wall_start[o], observers.wall_start[o + 1]):
        west = min(west, observers.walls[w, 0], observers.walls[w, 2])
        east = max(east, observers.walls[w, 0], observers.walls[w, 2])
        south = min(south, observers.walls[w, 1], observers.walls[w, 3])
        north = max(north, observers.walls[w, 1], observers.walls[w, 3])
    return west - radius, south - radius, east + radius, north + radius


@compiled_inline
def _away(observers: Observers, o: int, x: float, y: float) -> float:
    """Squared metres from a position to the footprint of an observer."""
    least = math.inf
    for w in range(observers.wall_start[o], observers.wall_start[o + 1]):
        least = min(least, squared_distance(x, y, observers.walls, w))
    return least


@compiled_inline
def _columns(low: float, high: float, origin: float, side: float, count: int) -> tuple[int, int]:
    """Cells from one coordinate to another, within the grid."""
    first = min(max(math.floor((low - origin) / side), 0), count)
    return first, max(min(math.floor((high - origin) / side) + 1, count), first)


@compiled
def _look_from(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    observers: Observers,
    o: int,
    things: tuple[Floats, CrownGrid],
    walls: tuple[Floats, CrownGrid],
    radii: Floats,
    seen: NDArray[np.int32],
    near: NDArray[np.int32],
) -> None:
    trees, grid = things
    last = len(radii) - 1
    west, south, east, north = _box(observers, o, radii[last])
    x0, x1 = _columns(west, east, grid.west, grid.side, grid.columns)
    y0, y1 = _columns(south, north, grid.south, grid.side, grid.rows)
    for gx in range(x0, x1):
        for k in range(grid.start[gx * grid.rows + y0], grid.start[gx * grid.rows + y1]):
            x, y = trees[grid.item[k], 0], trees[grid.item[k], 1]
            if not (west <= x <= east and south <= y <= north):
                continue
            square = _away(observers, o, x, y)
            if square > radii[last] ** 2:
                continue
            visible = _sees(observers, o, x, y, walls[0], walls[1])
            for r in range(last + 1):
                if square <= radii[r] ** 2:
                    near[o, r] += 1
                    seen[o, r] += visible


@compiled_parallel
def _look(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    observers: Observers,
    trees: Floats,
    grid: CrownGrid,
    ends: Floats,
    wall_grid: CrownGrid,
    radii: Floats,
    seen: NDArray[np.int32],
    near: NDArray[np.int32],
) -> None:
    for o in parallel_range(len(seen)):
        _look_from(observers, o, (trees, grid), (ends, wall_grid), radii, seen, near)


@compiled
def _pairs_from(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    observers: Observers,
    o: int,
    things: tuple[Floats, CrownGrid],
    walls: tuple[Floats, CrownGrid],
    radius: float,
    start: Integers,
    found: Integers,
) -> None:
    spots, grid = things
    west, south, east, north = _box(observers, o, radius)
    x0, x1 = _columns(west, east, grid.west, grid.side, grid.columns)
    y0, y1 = _columns(south, north, grid.south, grid.side, grid.rows)
    n = 0
    for gx in range(x0, x1):
        for k in range(grid.start[gx * grid.rows + y0], grid.start[gx * grid.rows + y1]):
            x, y = spots[grid.item[k], 0], spots[grid.item[k], 1]
            if _away(observers, o, x, y) <= radius * radius:
                if len(found) and _sees(observers, o, x, y, walls[0], walls[1]):
                    found[start[o] + n] = grid.item[k]
                n += 1
    if not len(found):
        start[o + 1] = n


@compiled_parallel
def _pairs(  # noqa: PLR0917  # compiled kernels take no keyword arguments
    observers: Observers,
    spots: Floats,
    grid: CrownGrid,
    ends: Floats,
    wall_grid: CrownGrid,
    radius: float,
    start: Integers,
    found: Integers,
) -> None:
    """Count what is near each observer in ``start[o + 1]`` (``found`` empty), or write what it sees."""
    for o in parallel_range(len(start) - 1):
        _pairs_from(observers, o, (spots, grid), (ends, wall_grid), radius, start, found)
