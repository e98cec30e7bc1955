"""The annex of an order as a tagged PDF: what the law says, places, accesses, plates, signs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import shapely
import typst

from hygie.engines.kernel.french import WIDE, counted, typeset
from hygie.engines.perimeters.draw import Perimeters
from hygie.reports.frame import WIDTH
from hygie.reports.pdf.clean import Json, clean
from hygie.reports.pdf.compile import FOLDER, STANDARD, fonts
from hygie.reports.pdf.parts import UPRIGHT, table_data
from hygie.reports.pdf.svg import colours
from hygie.reports.perimeters_files import perimeter_layers
from hygie.reports.provenance import attributions, figure_value, french_date
from hygie.reports.studies.drawing import draw
from hygie.reports.studies.layers import Layer, points
from hygie.reports.studies.perimeters import (
    POLITICAL,
    access_table,
    density_table,
    inside_table,
    kind_table,
    legal_words,
)
from hygie.reports.studies.presentation import StudyMap, StudyScene
from hygie.reports.studies.svg import legend_svg, window_svg
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

PLATE_METRES = 400.0
"""Side of what a plate shows: a circle of ten metres is seen on paper."""

MOST_PLATES = 60
"""Plates of one annex: beyond, the table of accesses and the GeoJSON tell the rest."""


def annex_pdf(drawn: Perimeters, told: Mapping[str, Any], scene: StudyScene, day: date) -> bytes:
    """Write the annex; the same perimeters give the same bytes.

    Parameters
    ----------
    drawn
        The perimeters.
    told
        The same as ``perimeters_json`` tells them.
    scene
        What maps are drawn from.
    day
        Reference date of the data.

    Raises
    ------
    typst.TypstError
        If the template and the data do not agree: a defect of ours.
    """
    written: bytes = typst.compile(
        str(FOLDER / "template" / "annex.typ"),
        root=str(FOLDER / "template"),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(clean(_document(drawn, told, scene, day)), ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return written


def _document(drawn: Perimeters, told: Mapping[str, Any], scene: StudyScene, day: date) -> dict[str, Json]:
    rule = told["rule"]
    law = rule["basis"] == "law"
    result = dict(told)
    tables = (
        kind_table(result),
        inside_table(result, scene.catalogue),
        density_table(result),
        access_table(result),
        sign_text_table(result),
    )
    plates = [*_plates(drawn, scene)]
    dropped = max(len(plates) - MOST_PLATES, 0)
    warnings = [*told["provenance"]["warnings"]]
    if dropped:
        warnings.append(
            f"{counted(dropped, 'planche n’est', 'planches ne sont')} pas imprimée : voyez le GeoJSON."
        )
    return {
        "title": rule["title"],
        "subject": f"{rule['title']}, {scene.territory.name}",
        "territory": scene.territory.name,
        "fictional": scene.territory.fictional,
        "colours": dict(colours()),
        "day": [day.year, day.month, day.day],
        "warnings": [typeset(one) for one in warnings],
        "law": [typeset(one) for one in (legal_words(rule), *(() if law else (POLITICAL,)), *rule["allows"])],
        "excluded": [typeset(one) for one in rule["not_covered"]],
        "overview": _overview(drawn, scene),
        "tables": [piece for table in tables if table is not None for piece in table_data(table, UPRIGHT)],
        "plates": [_plate(*one, scene) for one in plates[:MOST_PLATES]],
        "sources": [*_sources(scene, day)],
        "figures": [*_figures(drawn, scene)],
    }


def sign_text_table(result: Mapping[str, Any]) -> Table | None:
    """Texts of the signs and how many of each; None where no sign is due."""
    signs: dict[tuple[str, str], int] = {}
    for one in result["signs"]:
        key = (one["text"], one["note"])
        signs[key] = signs.get(key, 0) + one["count"]
    if not signs:
        return None
    rows = tuple(
        Row(text, (Shown(note, number=False), Shown(str(count)))) for (text, note), count in signs.items()
    )
    heads = (Column("Mention", text=True), Column("Nombre"))
    note = "Texte proposé ; le modèle officiel de signalisation est à vérifier. Un panneau par accès."
    return Table("table-signs", "Les panneaux à poser", "Texte", heads, (("", rows),), (note,))


def _overview(drawn: Perimeters, scene: StudyScene) -> Json:
    layers = tuple(layer for layer in perimeter_layers(drawn) if layer.key in {"places", "zones"})
    shown = draw(StudyMap("Vue d’ensemble", "Lieux et zones de la règle", layers), scene) if layers else None
    return None if shown is None else _drawn(shown, scene, 11.0)


def _plates(drawn: Perimeters, scene: StudyScene) -> Iterator[tuple[str, tuple[Layer, ...]]]:
    """Squares of the plane that hold an access (or a zone, where the rule draws no access)."""
    if not scene.windows:
        return
    cells: dict[tuple[int, int], list[int]] = {}
    for rank, (x, y) in enumerate(_centres(drawn)):
        cells.setdefault((int(-y // PLATE_METRES), int(x // PLATE_METRES)), []).append(rank)
    layers = perimeter_layers(drawn)
    for number, (cell, ranks) in enumerate(sorted(cells.items()), 1):
        south, west = -(cell[0] + 1) * PLATE_METRES, cell[1] * PLATE_METRES
        corners = np.array([[west, south], [west + PLATE_METRES, south + PLATE_METRES]])
        lon, lat = drawn.plane.to_degrees(corners[:, 0], corners[:, 1])
        box = shapely.box(lon[0], lat[0], lon[1], lat[1])
        kept = tuple(layer for layer in (_cut(one, box) for one in layers) if len(layer))
        marks = _numbered(drawn, ranks) if drawn.accesses else ()
        areas = tuple(one for one in kept if one.key in {"places", "zones"})
        yield f"Planche {number}", (*areas, *(marks or (one for one in kept if one.key == "points")))


def _centres(drawn: Perimeters) -> Sequence[tuple[float, float]]:
    if drawn.accesses:
        return [(one.x, one.y) for one in drawn.accesses]
    points = shapely.get_coordinates(shapely.centroid(np.array([p.outline for p in drawn.places], object)))
    return [(float(x), float(y)) for x, y in points]


def _cut(layer: Layer, box: shapely.Geometry) -> Layer:
    """What of a layer stands in a box, cut at its edge so that the plate stays close."""
    shapes = shapely.intersection(layer.shapes, box)
    return Layer(
        layer.key, layer.look, layer.words, shapes[~shapely.is_empty(shapes)], estimate=layer.estimate
    )


def _numbered(drawn: Perimeters, ranks: Sequence[int]) -> tuple[Layer, ...]:
    layers = []
    for guessed, look, words in (
        (False, "study-chosen", "accès dessiné dans les données"),
        (True, "study-kept", "accès présumé, à vérifier"),
    ):
        kept = [i for i in ranks if drawn.accesses[i].estimate is guessed]
        at = np.array([(drawn.accesses[i].x, drawn.accesses[i].y) for i in kept]).reshape(-1, 2)
        lon, lat = drawn.plane.to_degrees(at[:, 0], at[:, 1])
        numbers = tuple(str(i + 1) for i in kept)
        layers.append(Layer(f"accesses-{guessed}", look, words, points(lon, lat), numbers=numbers))
    return tuple(one for one in layers if len(one))


def _plate(title: str, layers: tuple[Layer, ...], scene: StudyScene) -> Json:
    numbers = [int(n) for layer in layers for n in layer.numbers]
    named = f"{title}{WIDE}: accès {', '.join(map(str, sorted(numbers)))}" if numbers else title
    shown = draw(StudyMap(named, "Lieux, zones et accès", layers, close=True), scene)
    if shown is None:
        raise ValueError("a plate holds something")
    return _drawn(shown, scene, 10.5)


def _drawn(shown: Any, scene: StudyScene, most: float) -> Json:
    window = shown.windows[0]
    credit = " ".join(words for words, _ in attributions(scene.territory, scene.catalogue))
    return {
        "title": typeset(shown.title),
        "svg": window_svg(window),
        "ratio": window.ground.frame.height / WIDTH,
        "most": most,
        "alt": f"{shown.title}. {shown.description}",
        "legend": [{"svg": legend_svg(line), "words": typeset(line.words)} for line in shown.legend],
        "credit": credit,
    }


def _sources(scene: StudyScene, day: date) -> Iterator[str]:
    yield f"Données au {french_date(day.isoformat())}."
    yield "Coordonnées : WGS 84 (EPSG:4326) et Lambert-93 (EPSG:2154)."
    for one in scene.territory.sources:
        yield ". ".join(part for part in (one.title, one.publisher, one.vintage, one.licence) if part)


def _figures(drawn: Perimeters, scene: StudyScene) -> Iterator[Json]:
    for one in (*drawn.rule.figures, *drawn.parameters.figures):
        yield {
            "title": scene.catalogue.figures[one.key].title,
            "value": figure_value(one),
            "since": french_date(one.since),
            "source": one.source,
            "pending": one.status != "verified",
        }
