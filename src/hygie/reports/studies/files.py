"""What one takes away from a study: its tables as CSV, its map as GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping

from hygie.reports.exports.formats import Value, csv_bytes, geojson_bytes
from hygie.reports.guarding import guarded
from hygie.reports.studies.layers import Layer
from hygie.reports.studies.presentation import Presentation
from hygie.reports.tables import Column, Row


def study_csv(told: Presentation) -> bytes:
    """Every table, one below the other, as printed: a kept-back cell is « masqué », never a zero.

    Texts are guarded against formulas.
    """
    lines: list[tuple[Value, ...]] = [("Réponse", told.answer)]
    for table in told.tables:
        lines += [(), (table.caption,), (table.first, *(_head(column) for column in table.columns))]
        for title, rows in table.groups:
            lines += [(title,)] if title else []
            lines += [_line(row) for row in rows]
        lines += [(note,) for note in table.notes]
    return csv_bytes(("Question", told.question), lines)


def _head(column: Column) -> str:
    return f"{column.span} {column.head}".strip()


def _line(row: Row) -> tuple[Value, ...]:
    return (row.name, *(f"{v.text} ({v.detail})" if v.detail else v.text for v in row.values))


def study_geojson(told: Presentation) -> bytes:
    """Every layer of the map, one feature a shape; degrees, RFC 7946.

    Texts are guarded against formulas: a map of points is often opened in a spreadsheet.
    """
    shapes, properties = [], []
    for layer in () if told.map is None else told.map.layers:
        for rank, shape in enumerate(layer.shapes):
            shapes.append(shape)
            properties.append(_properties(layer, rank))
    about = {"name": told.question, "answer": told.answer, "sources": " ; ".join(told.sources)}
    return geojson_bytes(shapes, properties, about)


def _properties(layer: Layer, rank: int) -> Mapping[str, Value]:
    more = layer.properties[rank] if layer.properties else {}
    held: dict[str, Value] = {
        "layer": layer.key,
        "words": layer.words,
        "name": layer.names[rank] if layer.names else "",
        "number": layer.numbers[rank] if layer.numbers else "",
        "estimate": layer.estimate,
        **more,
    }
    return {key: guarded(value) if isinstance(value, str) else value for key, value in held.items()}
