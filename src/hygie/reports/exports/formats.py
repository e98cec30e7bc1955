"""Tables as CSV that French spreadsheets open, and things on a map as GeoJSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from hygie.reports.guarding import guarded, legal

Value = str | float | bool | None


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A table for French spreadsheets: UTF-8 with its mark, ``;`` between cells, decimal commas.

    Texts stand between quotes, guarded against formulas; numbers stand bare, in full.
    """
    lines = [";".join(_quoted(head) for head in header)]
    lines += [";".join(map(_cell, row)) for row in rows]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def _cell(value: Value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return _quoted(guarded(legal(value)))
    return decimal(float(value))


def decimal(value: float) -> str:
    """A number with a decimal comma, that reads back to the same one; whole numbers without decimals.

    Raises
    ------
    ValueError
        If it is infinite. NaN is a number that is not known: nothing.
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        raise ValueError("a table holds finite numbers")
    return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def geojson_bytes(
    shapes: Sequence[shapely.Geometry], properties: Sequence[Mapping[str, Value]], about: Mapping[str, str]
) -> bytes:
    """A GeoJSON collection (RFC 7946): degrees, longitude first, outer rings counterclockwise.

    Parameters
    ----------
    shapes
        In degrees (WGS 84).
    properties
        One mapping a shape; NaN is written ``null``.
    about
        Members of the collection itself: licence, credit.
    """
    turned: Iterable[shapely.Geometry] = (
        shapely.orient_polygons(np.asarray(shapes, dtype=object)) if len(shapes) else ()
    )
    features = [
        _line(
            {
                "type": "Feature",
                "geometry": json.loads(shapely.to_geojson(shape)),
                "properties": {key: _plain(value) for key, value in held.items()},
            }
        )
        for shape, held in zip(turned, properties, strict=True)
    ]
    head = _line({"type": "FeatureCollection", **{key: legal(text) for key, text in about.items()}})
    body = ",\n".join(features)
    return f'{head[:-1]}, "features": [\n{body}\n]}}\n'.encode()


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: Value) -> Value:
    if isinstance(value, str):
        return legal(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON with French kept and no NaN."""
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
