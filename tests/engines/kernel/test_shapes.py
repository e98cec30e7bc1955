"""Shapes in metres: what is kept of features, and what is not known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.shapes import Shapes, joined_tags, no_details, shapes_in_metres
from hygie.engines.kernel.territory import Feature

PLANE = Plane(3.0, 43.0)


def feature(*outlines: shapely.Geometry) -> Feature:
    n = len(outlines)
    column = np.empty(n, dtype=object)
    column[:] = [shapely.to_wkb(outline) for outline in outlines]
    return Feature("park", np.array([f"p{i}" for i in range(n)]), column, np.full(n, ""), np.zeros(n))


def test_an_old_feature_without_details_is_read_as_unknown() -> None:
    found = shapes_in_metres(feature(shapely.box(3.0, 43.0, 3.001, 43.001), shapely.Point(3.0, 43.0)), PLANE)
    assert found.areal.tolist() == [True, False]
    assert shapely.area(found.outlines[0]) == pytest.approx(81.5 * 111.1, rel=0.01)
    assert np.isnan(found.heights).all()
    assert found.sources.tolist() == ["", ""]
    assert found.tag("access").tolist() == ["", ""]


def test_empty_and_infinite_shapes_are_left_out() -> None:
    odd = shapely.Polygon([(3.0, 43.0), (np.inf, 43.0), (3.0, 43.1)])
    found = shapes_in_metres(feature(shapely.Polygon(), odd, shapely.box(3, 43, 3.1, 43.1)), PLANE)
    assert found.ids.tolist() == ["p2"]


def test_tags_are_told_apart() -> None:
    text = joined_tags([("access", "yes"), ("sport", "tennis;golf")])
    column, one = np.array([text, ""]), np.full(2, "")
    numbers = np.zeros(2)
    shapes = Shapes("park", one, one, np.full(2, None), numbers, numbers, numbers, one, one, one, column)
    assert shapes.tag("access").tolist() == ["yes", ""]
    assert shapes.tag("sport").tolist() == ["tennis golf", ""]
    assert len(shapes.take(np.array([1]))) == 1


def test_columns_of_other_lengths_are_refused() -> None:
    one = no_details(1)
    with pytest.raises(ValueError, match="one value a shape"):
        Shapes("x", one.hours, one.hours, np.zeros(2, object), *(one.heights,) * 3, *(one.hours,) * 4)
