"""Names of zones on a map, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from hygie.reports.frame import WIDTH, Frame

LARGE, SMALL = 38, 21
"""Letter height in units on a phone and on a wide screen: maps.css sets the same."""

LETTER = 0.54
"""Mean width of a letter, as a share of its height."""

SHIFTS = ((0.0, 0.0), (0.0, -1.1), (0.0, 1.1), (0.0, -2.2), (0.0, 2.2))
"""Where a name is tried, in letter heights from the middle of its zone."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point of the map; ``minor`` names are left out on phones."""

    text: str
    x: int
    y: int
    minor: bool


def place_labels(frame: Frame, zones: NDArray[np.object_], names: Sequence[str]) -> tuple[Label, ...]:
    """Name zones, the largest first: those that fit at phone size, then at wide-screen size.

    A name that would cover another, or leave the map, is left out: the table names every zone.
    """
    areas = shapely.area(zones) if len(zones) else np.zeros(0)
    order = [int(i) for i in np.argsort(-areas, kind="stable") if areas[i] > 0]
    middles = {i: shapely.get_coordinates(shapely.point_on_surface(zones[i]))[0] for i in order}
    taken: list[Box] = [_reserved(frame)]
    labels: list[Label] = []
    left: list[int] = []
    for i in order:
        placed = _try(frame, names[i], middles[i], LARGE, taken)
        if placed is None:
            left.append(i)
        else:
            labels.append(Label(names[i], *placed, minor=False))
    for i in left:
        placed = _try(frame, names[i], middles[i], SMALL, taken)
        if placed is not None:
            labels.append(Label(names[i], *placed, minor=True))
    return tuple(labels)


def _reserved(frame: Frame) -> Box:
    """Corner of the scale bar."""
    return (0.0, frame.height - 70.0, 330.0, float(frame.height))


def _try(
    frame: Frame, name: str, middle: NDArray[np.float64], size: int, taken: list[Box]
) -> tuple[int, int] | None:
    """Position of the name where it is free; the place is then taken."""
    half = len(name) * size * LETTER / 2 + 6
    for across, down in SHIFTS:
        x = float(np.clip(middle[0] + across * size, half, WIDTH - half))
        y = float(middle[1] + down * size)
        box = (x - half, y - size * 0.9, x + half, y + size * 0.4)
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= frame.height
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return round(x), round(y + size * 0.1)
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def clear_of(frame: Frame, labels: Sequence[Label], spots: Sequence[tuple[int, int]]) -> tuple[Label, ...]:
    """The same names, moved up or down where a spot (units) would cover them; kept where none fits."""
    moved = list(labels)
    for i, label in enumerate(labels):
        others = [_box(other) for k, other in enumerate(moved) if k != i]
        for down in (0.0, -1.4, 1.4, -2.0, 2.0):
            tried = replace(label, y=round(label.y + down * _size(label)))
            x0, y0, x1, y1 = box = _box(tried)
            covered = any(x0 - 16 < x < x1 + 16 and y0 - 16 < y < y1 + 16 for x, y in spots)
            free = not covered and not any(_overlap(box, other) for other in others)
            if free and y0 >= 0 and y1 <= frame.height:
                moved[i] = tried
                break
    return tuple(moved)


def _size(label: Label) -> int:
    return SMALL if label.minor else LARGE


def _box(label: Label) -> Box:
    size = _size(label)
    half = len(label.text) * size * LETTER / 2
    return (label.x - half, label.y - size * 0.9, label.x + half, label.y + size * 0.3)
