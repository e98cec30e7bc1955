"""Maps of minutes and of differences, as paths by class; ``templates/_maps.html`` writes the SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.french import WIDE, number
from hygie.engines.kernel.territory import Places
from hygie.reports.cells import CellGrid, cells_path
from hygie.reports.ground import Ground

Floats = NDArray[np.float64]

FEW = "map-few"
"""Look of the cells that hold too few residents to say anything."""

STEPS = 5
"""Classes of minutes the palette holds, besides "no way" and "too few residents"."""


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One class of a map: its CSS class, its words, and residents in it (may be empty)."""

    look: str
    words: str
    people: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a map, in units; ``look`` is ``place``, ``closed`` or ``opened``."""

    x: int
    y: int
    look: str
    name: str


@dataclass(frozen=True)
class Canvas:
    """What a map is drawn on: windows, cells, and the marks of each window by its key."""

    windows: tuple[Ground, ...]
    grid: CellGrid
    marks: Mapping[str, tuple[Mark, ...]]


@dataclass(frozen=True)
class MapWords:
    """What a map says.

    Attributes
    ----------
    title, description
        The finding, and what is drawn.
    symbols
        (look, words) of the marks, for the legend.
    by
        « à pied », « en voiture ».
    estimate
        Whether the minutes are estimates: cells are then hatched.
    people
        Residents of each class in words, nearest first; empty when not told.
    """

    title: str
    description: str
    symbols: tuple[tuple[str, str], ...] = ()
    by: str = "à pied"
    estimate: bool = False
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """One window of a map, ready to be written.

    ``matrix`` turns cell units into drawing units; ``cells`` are (class, path) in cell units and
    ``outline`` all coloured cells, hatched when the minutes are estimates.
    """

    key: str
    ground: Ground
    matrix: str
    cells: tuple[tuple[str, str], ...]
    outline: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class MapFigure:
    """A map: its windows, what it says in words, its legend.

    ``title`` says the finding; ``description`` what is drawn. Both are for screen readers too.
    ``symbols`` are (look, words) of the marks.
    """

    key: str
    title: str
    description: str
    drawings: tuple[Drawing, ...]
    legend: tuple[LegendItem, ...]
    symbols: tuple[tuple[str, str], ...]
    estimate: bool


def minute_classes(minutes: Floats, thresholds: Sequence[float]) -> NDArray[np.int64]:
    """Class of each time: 0 up to the first threshold included… ``len(thresholds) + 1`` for NaN."""
    classes = np.searchsorted(np.asarray(thresholds, np.float64), minutes, side="left")
    return np.where(np.isnan(minutes), len(thresholds) + 1, classes)


def difference_classes(change: Floats, steps: Sequence[float]) -> NDArray[np.int64]:
    """Class of each change of minutes, from -len(steps) (better) through 0 to +len(steps) (worse).

    A change of exactly a step belongs to it; infinite changes (a way lost or found) are the
    extremes.
    """
    size = np.searchsorted(np.asarray(steps, np.float64), np.abs(change), side="right")
    return np.asarray(np.where(change < 0, -size, size), dtype=np.int64)


def minutes_looks(thresholds: Sequence[float]) -> tuple[str, ...]:
    """CSS class of each class of minutes, nearest first, "no way" last.

    Raises
    ------
    ValueError
        If there are more classes than the palette holds.
    """
    if not 1 <= len(thresholds) < STEPS:
        raise ValueError(f"a map of minutes has 1 to {STEPS - 1} thresholds, not {len(thresholds)}")
    chosen = np.rint(np.linspace(1, STEPS, len(thresholds) + 1)).astype(int)
    return (*(f"map-{step}" for step in chosen), "map-none")


def minutes_words(thresholds: Sequence[float], by: str) -> tuple[str, ...]:
    """Words of each class of minutes: « 5 à 10 min » means more than 5 and at most 10."""
    ends = [number(t) for t in thresholds]
    between = [f"{low} à {high}{WIDE}min" for low, high in zip(["0", *ends[:-1]], ends, strict=True)]
    return (*between, f"plus de {ends[-1]}{WIDE}min", f"aucun chemin {by}")


def minutes_map(
    key: str, canvas: Canvas, minutes: Floats, *, thresholds: Sequence[float], words: MapWords
) -> MapFigure:
    """A map of minutes.

    Parameters
    ----------
    key
        Unique in the page.
    minutes
        Of each demand point, NaN where there is no way.
    thresholds
        Inclusive upper ends of the classes, ascending.
    """
    grid = canvas.grid
    classes = np.where(grid.square >= 0, minute_classes(grid.middle(minutes), thresholds), -1)
    looks, ranges = minutes_looks(thresholds), minutes_words(thresholds, words.by)
    told = [*words.people, *([""] * (len(ranges) - len(words.people)))]
    legend = [LegendItem(*item) for item in zip(looks, ranges, told, strict=True)]
    if not np.any(classes == len(thresholds) + 1):
        legend.pop()
    by_look = {look: classes == i for i, look in enumerate(looks)} | {FEW: classes == -1}
    return _figure(key, canvas, by_look, legend, words)


def difference_map(
    key: str, canvas: Canvas, change: Floats, *, steps: Sequence[float], words: MapWords
) -> MapFigure:
    """A map of minutes gained (teal) and lost (brown), zero in the middle.

    Parameters
    ----------
    key
        Unique in the page.
    change
        Of each demand point: after minus before, plus or minus infinity for a way lost or found,
        zero where there is none before nor after.
    steps
        Three ascending sizes of a change.
    """
    if len(steps) != 3:
        raise ValueError("a map of differences has three steps")
    grid, nobody = canvas.grid, 99
    classes = np.where(grid.square >= 0, difference_classes(grid.middle(change), steps), nobody)
    sizes = difference_words(steps)
    looks = {k: f"map-better-{-k}" for k in (-3, -2, -1)} | {0: "map-zero"}
    looks |= {k: f"map-worse-{k}" for k in (1, 2, 3)}
    legend = [LegendItem(looks[k], sizes[k]) for k in looks if k == 0 or np.any(classes == k)]
    by_look = {look: classes == k for k, look in looks.items()} | {FEW: classes == nobody}
    return _figure(key, canvas, by_look, legend, words)


def _figure(
    key: str,
    canvas: Canvas,
    by_look: Mapping[str, NDArray[np.bool_]],
    legend: list[LegendItem],
    words: MapWords,
) -> MapFigure:
    """The windows of a map, and its legend completed by the cells that say nothing."""
    if by_look[FEW].any():
        legend.append(LegendItem(FEW, f"carrés de moins de {canvas.grid.few} habitants"))
    drawings = tuple(_drawing(key, window, canvas, by_look) for window in canvas.windows)
    return MapFigure(
        key, words.title, words.description, drawings, tuple(legend), words.symbols, words.estimate
    )


def difference_words(steps: Sequence[float]) -> dict[int, str]:
    """Words of each class of a difference."""
    ends = [number(s) for s in steps]
    sizes = {1: f"{ends[0]} à {ends[1]}{WIDE}min", 2: f"{ends[1]} à {ends[2]}{WIDE}min"}
    sizes[3] = f"{ends[2]}{WIDE}min ou plus"
    words = {-k: f"{size} gagnées" for k, size in sizes.items()}
    words |= {k: f"{size} perdues" for k, size in sizes.items()}
    words[3] += ", ou plus aucun accès"
    words[-3] += ", ou accès nouveau"
    return words | {0: f"moins de {ends[0]}{WIDE}min d’écart"}


def place_marks(
    windows: Sequence[Ground], places: Places, positions: NDArray[np.int64], look: str = "place"
) -> dict[str, tuple[Mark, ...]]:
    """Marks of some places in each window, by window key."""
    names = [str(name) for name in places.names[positions]]
    return point_marks(windows, places.lon[positions], places.lat[positions], names, look)


def point_marks(
    windows: Sequence[Ground], lon: ArrayLike, lat: ArrayLike, names: Sequence[str], look: str
) -> dict[str, tuple[Mark, ...]]:
    """Marks of points (degrees) in each window, one by spot."""
    marks: dict[str, tuple[Mark, ...]] = {}
    for window in windows:
        units = window.frame.units(lon, lat)
        spots: dict[tuple[int, int], Mark] = {}
        for i in np.flatnonzero(window.frame.holds(units)):
            x, y = round(float(units[i, 0])), round(float(units[i, 1]))
            spots.setdefault((x, y), Mark(x, y, look, names[i]))
        marks[window.key] = tuple(spots.values())
    return marks


def _drawing(key: str, window: Ground, canvas: Canvas, by_look: Mapping[str, NDArray[np.bool_]]) -> Drawing:
    """The cells of one window, a path a class."""
    grid = canvas.grid
    metres, frame = grid.matrix, window.frame
    a, b, c, d, e, f = metres
    column, row = grid.column + 0.5, grid.row + 0.5
    x = (a * column + c * row + e - frame.west) / frame.metres
    y = (frame.north - (b * column + d * row + f)) / frame.metres
    seen = frame.holds(np.column_stack([x, y]), margin=-10)
    c0, r0 = (int(grid.column[seen].min()), int(grid.row[seen].min())) if seen.any() else (0, 0)
    origin = (a * c0 + c * r0 + e - frame.west, frame.north - (b * c0 + d * r0 + f))
    parts = (a, -b, c, -d, *origin)
    matrix = "matrix(" + " ".join(f"{part / frame.metres:.4f}" for part in parts) + ")"
    cells = tuple(
        (look, cells_path(grid.column[seen & chosen] - c0, grid.row[seen & chosen] - r0))
        for look, chosen in by_look.items()
        if np.any(seen & chosen)
    )
    coloured = seen & (grid.square >= 0)
    outline = cells_path(grid.column[coloured] - c0, grid.row[coloured] - r0)
    return Drawing(f"{key}-{window.key}", window, matrix, cells, outline, canvas.marks.get(window.key, ()))
