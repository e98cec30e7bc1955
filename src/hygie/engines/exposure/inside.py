"""The highest level among the areas that hold each point, overlaps included.

The edges of all areas are put in horizontal strips. A point looks at its strip only, at the areas whose
box holds it, those of the highest level first, and stops at the first area that holds it (even and odd
crossings).
A point on an outline is held by the area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from hygie.engines.exposure.scale import Floats, Integers
from hygie.engines.kernel.compiled import compiled
from hygie.engines.kernel.shapes import Outlines

ON_OUTLINE = 1e-9
"""Metres from an edge within which a point is on it."""
MOST_STRIPS = 1 << 14


@dataclass(frozen=True)
class Strips:
    """Edges by strip, and within a strip by area, the highest level first.

    ``ends`` has shape (edges, 4): both ends of each edge; ``entries`` are edges, strip after strip. A run
    is the entries of one area in one strip: those of strip s are ``start[s]`` to ``start[s + 1]``, run r
    holds ``entries[first[r]:first[r + 1]]`` and belongs to the area ``area[r]``. ``box`` (west, south,
    east, north) and ``level`` are those of each area.
    """

    ends: Floats
    entries: Integers
    start: Integers
    first: Integers
    area: Integers
    box: Floats
    level: Integers
    bottom: float
    height: float


def strips_of(areas: Outlines, levels: Integers) -> Strips:
    """Edges of areas in strips.

    Parameters
    ----------
    areas
        Valid polygons or multipolygons, in metres; shape (n,).
    levels
        Of each, shape (n,).
    """
    order = np.argsort(-levels, kind="stable")
    ends, area = _edges(areas[order])
    low, high = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    bottom, top = (float(low.min()), float(high.max())) if len(ends) else (0.0, 1.0)
    count = int(np.clip(len(ends) // 256, 1, MOST_STRIPS))
    while True:
        height = max((top - bottom) / count, 1e-6)
        first = ((low - bottom) / height).astype(np.int64)
        last = ((high - bottom) / height).astype(np.int64)
        if count == 1 or int((last - first + 1).sum()) <= 8 * len(ends) + 100_000:
            break
        count //= 2  # tall edges in thin strips would be written too many times
    start, entries = _filled(first, last, int(last.max(initial=0)) + 1)
    held = area[entries]
    new = np.ones(len(entries), np.bool_)
    new[1:] = held[1:] != held[:-1]
    new[start[:-1][start[:-1] < len(entries)]] = True
    runs = np.flatnonzero(new)
    return Strips(
        ends=ends,
        entries=entries,
        start=np.searchsorted(runs, start),
        first=np.append(runs, len(entries)),
        area=held[runs],
        box=np.ascontiguousarray(shapely.bounds(areas[order]).reshape(-1, 4)),
        level=np.asarray(levels[order], np.int64),
        bottom=bottom,
        height=height,
    )


def highest_levels(strips: Strips, x: Floats, y: Floats) -> Integers:
    """Highest level of the areas that hold each point, 0 where none does; shape (points,)."""
    return _highest(
        np.ascontiguousarray(np.column_stack([x, y]), np.float64),
        (strips.start, strips.first, strips.area, strips.entries),
        (strips.bottom, strips.height),
        strips.ends,
        (strips.box, strips.level),
    )


def _edges(areas: Outlines) -> tuple[Floats, Integers]:
    parts, area = shapely.get_parts(areas, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.ascontiguousarray(np.hstack([xy[joined], xy[joined + 1]]))
    return ends, np.asarray(area[part[ring[joined]]], np.int64)


@compiled
def _filled(first: Integers, last: Integers, strips: int) -> tuple[Integers, Integers]:
    """Where each strip starts, and edges strip after strip, in the order of the edges."""
    start = np.zeros(strips + 1, np.int64)
    for e in range(len(first)):
        for s in range(first[e], last[e] + 1):
            start[s + 1] += 1
    for s in range(strips):
        start[s + 1] += start[s]
    entries, at = np.empty(start[-1], np.int64), start[:-1].copy()
    for e in range(len(first)):
        for s in range(first[e], last[e] + 1):
            entries[at[s]] = e
            at[s] += 1
    return start, entries


@compiled
def _highest(
    at: Floats,
    index: tuple[Integers, Integers, Integers, Integers],
    spacing: tuple[float, float],
    ends: Floats,
    areas: tuple[Floats, Integers],
) -> Integers:
    start, first, area, entries = index
    bottom, height = spacing
    box, level = areas
    found = np.zeros(len(at), np.int64)
    for i in range(len(at)):
        px, py = at[i, 0], at[i, 1]
        if not (py >= bottom and (py - bottom) / height < len(start) - 1):
            continue
        strip = np.int64((py - bottom) / height)
        for run in range(start[strip], start[strip + 1]):
            a = area[run]
            if px < box[a, 0] - ON_OUTLINE or px > box[a, 2] + ON_OUTLINE:
                continue
            if _held(px, py, ends, entries[first[run] : first[run + 1]]):
                found[i] = level[a]
                break
    return found


@compiled
def _held(px: float, py: float, ends: Floats, edges: Integers) -> bool:
    """Whether the area of some edges of one strip holds a point of that strip."""
    inside = False
    for e in edges:
        if _on(px, py, ends[e]):
            return True
        ax, ay, bx, by = ends[e, 0], ends[e, 1], ends[e, 2], ends[e, 3]
        if (ay > py) != (by > py) and px < ax + (py - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside


@compiled
def _on(px: float, py: float, edge: Floats) -> bool:
    """Whether a point stands on an edge, but for a billionth of a metre."""
    ax, ay, bx, by = edge[0], edge[1], edge[2], edge[3]
    if px < min(ax, bx) - ON_OUTLINE or px > max(ax, bx) + ON_OUTLINE:
        return False
    if py < min(ay, by) - ON_OUTLINE or py > max(ay, by) + ON_OUTLINE:
        return False
    across = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    return bool(abs(across) <= ON_OUTLINE * (abs(bx - ax) + abs(by - ay)))
