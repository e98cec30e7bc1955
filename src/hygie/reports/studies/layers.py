"""Layers of a study's map: things in degrees with a look and words; kept as JSON, drawn, exported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from hygie.engines.kernel.plane import Plane
from hygie.reports.cells import SIDE, CellGrid
from hygie.reports.exports.formats import Value
from hygie.reports.maps import FEW, minute_classes, minutes_looks, minutes_words

Geometries = NDArray[np.object_]

DECIMALS = 6
"""Decimals of a degree that are kept: about ten centimetres."""

AREA_LOOKS = (
    *("map-1", "map-2", "map-3", "map-4", "map-5", "map-none", FEW, "map-zero"),
    *("map-better-1", "map-better-2", "map-better-3", "study-area", "study-limit"),
)
"""Looks of areas: five steps from light to dark, no way, too few residents, gains, a plain area, a limit."""

LINE_LOOKS = ("study-line-1", "study-line-2", "study-line-3", "study-line-4", "study-line-5", "study-way")
"""Looks of lines: five that differ by colour and by dash, and a thin one."""

POINT_LOOKS = ("study-chosen", "study-kept", "study-place", "study-candidate", "study-school", "study-dot")
"""Looks of points: chosen, kept, existing place, candidate, school, small dot."""


@dataclass(frozen=True)
class Layer:
    """Things of one look on a map.

    Attributes
    ----------
    key
        Unique in the study; names the layer in files.
    look
        One of ``AREA_LOOKS``, ``LINE_LOOKS`` or ``POINT_LOOKS``, as the shapes are.
    words
        For the legend.
    shapes
        In degrees (WGS 84), longitude first.
    names
        One a shape, or none at all.
    numbers
        What is printed in the mark of each point, one or two letters; or none at all.
    properties
        Further values of each shape for files, or none at all.
    estimate
        Whether areas are hatched.
    people
        Residents in the class, in words, for the legend.
    """

    key: str
    look: str
    words: str
    shapes: Geometries
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    properties: tuple[Mapping[str, Value], ...] = ()
    estimate: bool = False
    people: str = ""

    def __post_init__(self) -> None:
        if self.look not in {*AREA_LOOKS, *LINE_LOOKS, *POINT_LOOKS}:
            raise ValueError(f"no map has the look {self.look!r}")
        for name in ("names", "numbers", "properties"):
            held = getattr(self, name)
            if held and len(held) != len(self.shapes):
                raise ValueError(f"{name} of a layer: one a shape, or none")

    def __len__(self) -> int:
        return len(self.shapes)


def points(lon: ArrayLike, lat: ArrayLike) -> Geometries:
    """Points in degrees as shapes."""
    return np.atleast_1d(np.asarray(shapely.points(np.asarray(lon, float), np.asarray(lat, float)), object))


def lines(ways: Iterable[Sequence[tuple[float, float]]]) -> Geometries:
    """Ways in degrees as shapes; a way has two points at least."""
    return np.array([shapely.LineString(way) for way in ways], dtype=object)


def square_layers(
    grid: CellGrid, plane: Plane, classes: NDArray[np.int64], told: Sequence[tuple[str, str]]
) -> tuple[Layer, ...]:
    """Inhabited squares of 200 m coloured by class, so that a map never shows a home.

    Parameters
    ----------
    grid, plane
        Squares of the territory, and the plane they were made on.
    classes
        Of each cell, shape (cells,); -1 for none. A cell that holds too few residents is left to
        ``FEW`` whatever its class.
    told
        (look, words) of each class.
    """
    speaks = np.where(grid.square >= 0, classes, len(told))
    every = [*told, (FEW, f"carrés de moins de {grid.few} habitants")]
    found = []
    for rank, (look, words) in enumerate(every):
        here = speaks == rank
        if here.any():
            shape = _squares(grid, plane, here)
            found.append(Layer(f"squares-{rank}", look, words, np.array([shape], dtype=object)))
    return tuple(found)


def minute_layers(
    grid: CellGrid,
    plane: Plane,
    minutes: NDArray[np.float64],
    *,
    thresholds: Sequence[float],
    by: str = "à pied",
) -> tuple[Layer, ...]:
    """Squares coloured by the minutes of their middle resident; NaN where there is no way.

    ``minutes`` has one value a demand point; ``thresholds`` are the inclusive upper ends of the classes.
    """
    classes = minute_classes(grid.middle(minutes), thresholds)
    told = tuple(zip(minutes_looks(thresholds), minutes_words(thresholds, by), strict=True))
    return square_layers(grid, plane, classes, told)


def share_layers(
    grid: CellGrid, plane: Plane, values: NDArray[np.float64], steps: Sequence[tuple[float, str]]
) -> tuple[Layer, ...]:
    """Squares coloured by the middle value of their residents, light to dark.

    ``steps`` are (inclusive upper end, words), ascending, five at most, the last one infinite.
    """
    ends = np.array([end for end, _ in steps])
    middle = grid.middle(values)
    classes = np.where(np.isnan(middle), -1, np.searchsorted(ends, middle, side="left"))
    shades = np.rint(np.linspace(1, 5, len(steps))).astype(int)
    told = [(f"map-{shade}", words) for shade, (_, words) in zip(shades, steps, strict=True)]
    return square_layers(grid, plane, classes, told)


def _squares(grid: CellGrid, plane: Plane, here: NDArray[np.bool_]) -> shapely.Geometry:
    """Chosen cells joined, in degrees; joined on whole numbers, so that no sliver is left."""
    column, row = grid.column[here], grid.row[here]
    joined = shapely.union_all(shapely.box(column, row, column + 1, row + 1))
    a, b, c, d, e, f = grid.matrix

    def moved(at: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = a * at[:, 0] + c * at[:, 1] + e, b * at[:, 0] + d * at[:, 1] + f
        return np.column_stack(plane.to_degrees(x, y))

    return shapely.transform(joined, moved)


SQUARE_SIDE_M = SIDE
"""Side of a square, in metres."""


def layer_json(layer: Layer) -> dict[str, Any]:
    """A layer to keep: its shapes as well-known text, rounded."""
    return {
        "key": layer.key,
        "look": layer.look,
        "words": layer.words,
        "shapes": shapely.to_wkt(layer.shapes, rounding_precision=DECIMALS).tolist(),
        "names": list(layer.names),
        "numbers": list(layer.numbers),
        "properties": [dict(one) for one in layer.properties],
        "estimate": layer.estimate,
        "people": layer.people,
    }


def layer_of(kept: Mapping[str, Any]) -> Layer:
    """A layer that was kept.

    Raises
    ------
    KeyError, ValueError, shapely.errors.GEOSException
        If it was not written by ``layer_json``.
    """
    return Layer(
        key=str(kept["key"]),
        look=str(kept["look"]),
        words=str(kept["words"]),
        shapes=np.atleast_1d(np.asarray(shapely.from_wkt(np.array(kept["shapes"], dtype=object)), object)),
        names=tuple(kept["names"]),
        numbers=tuple(kept["numbers"]),
        properties=tuple(kept["properties"]),
        estimate=bool(kept["estimate"]),
        people=str(kept["people"]),
    )
