"""Studies as drawings and files: layers kept, drawn and exported; looks the same on page and paper."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hygie.engines.kernel.measures import FigureUse, Measure, Reason, Status, not_computed, suppressed
from hygie.engines.kernel.territory import Territory
from hygie.readers.catalogue import Catalogue
from hygie.reports.rendering import read_style
from hygie.reports.stage import stage_of
from hygie.reports.studies.document import StudyFacts, sheets_pdf, study_pdf
from hygie.reports.studies.drawing import SYMBOLS, draw
from hygie.reports.studies.files import study_csv, study_geojson
from hygie.reports.studies.layers import (
    AREA_LOOKS,
    LINE_LOOKS,
    POINT_LOOKS,
    Geometries,
    Layer,
    layer_json,
    layer_of,
    points,
    square_layers,
)
from hygie.reports.studies.presentation import Presentation, Sheet, StudyMap, StudyScene
from hygie.reports.studies.svg import LINES, MARKS, legend_svg, looks, window_svg
from hygie.reports.studies.values import measure_json, measure_of, people_measure
from hygie.reports.tables import Column, Row, Table
from hygie.reports.words import Shown

FORMULA = '=HYPERLINK("http://x")'


def shape(kind: str) -> shapely.Geometry:
    """Something on the map of the town."""
    return {
        "area": shapely.box(2.0, 48.0, 2.01, 48.01),
        "line": shapely.LineString([(2.0, 48.0), (2.01, 48.01)]),
        "point": shapely.Point(2.0, 48.0),
    }[kind]


def layer(look: str, **more: Any) -> Layer:
    kind = "area" if look in AREA_LOOKS else "line" if look in LINE_LOOKS else "point"
    return Layer("one", look, "un mot", np.array([shape(kind)], dtype=object), **more)


def test_every_look_is_drawn_on_page_and_paper() -> None:
    style = read_style("studies") + read_style("maps")
    for look in (*AREA_LOOKS, *LINE_LOOKS, *POINT_LOOKS):
        assert re.search(rf"\.{look}\b", style), look
    assert set(SYMBOLS) == set(POINT_LOOKS) == set(MARKS)
    assert set(LINES) == set(LINE_LOOKS)
    own = {one for one in (*AREA_LOOKS, *LINE_LOOKS, *POINT_LOOKS) if one.startswith("study-")}
    assert looks() == own


@pytest.mark.parametrize("look", [*AREA_LOOKS, *LINE_LOOKS, *POINT_LOOKS])
def test_a_layer_reads_back_the_same(look: str) -> None:
    first = layer(look, names=("École",), properties=({"rank": 1},), estimate=True, people="12")
    again = layer_of(json.loads(json.dumps(layer_json(first))))
    assert (again.look, again.names, again.properties) == (first.look, first.names, first.properties)
    assert shapely.equals_exact(again.shapes, first.shapes, 1e-6).all()


def test_a_layer_is_refused_when_it_says_more_than_it_has() -> None:
    with pytest.raises(ValueError, match="look"):
        layer("map-unknown")
    with pytest.raises(ValueError, match="names"):
        Layer("x", "study-dot", "x", points([1.0], [2.0]), names=("a", "b"))


@given(st.sampled_from([Status.COMPUTED, Status.ESTIMATE]), st.floats(0, 1e6))
def test_a_measure_reads_back_the_same(status: Status, value: float) -> None:
    for measure in (Measure(value, status), suppressed(), not_computed(Reason.NO_SOURCE)):
        assert measure_of(json.loads(json.dumps(measure_json(measure)))) == measure


@given(st.floats(0, 40))
def test_counts_of_one_to_ten_are_kept_back(value: float) -> None:
    kept = people_measure(value, 11)
    assert (kept.value is None) == (1e-6 < value < 11 - 1e-6) or value < 1e-3


@pytest.fixture
def study_scene(territory: Territory, catalogue: Catalogue) -> StudyScene:
    return StudyScene(territory, catalogue, stage_of(territory, 11).windows, None, 11)


def told(scene: StudyScene) -> Presentation:
    """A whole presentation, with a map of every look and hostile names."""
    at = scene.territory.demand
    centre = (float(at.lon[0]), float(at.lat[0]))
    looks_drawn = ("map-3", "study-limit", "study-line-2", "study-chosen")
    layers = tuple(
        replace(
            layer(look, names=(FORMULA,)),
            shapes=shapely.transform(layer(look).shapes, lambda c: c - c[0] + centre),
        )
        for look in looks_drawn
    )
    table = Table("t", "Lieux", "Lieu", (Column("Habitants"),), (("", (Row(FORMULA, (Shown("12"),)),)),))
    figure = FigureUse("access_15", 15.0, "min", "2026-01-01", "to-verify", "Choix")
    return Presentation(
        question="Où ouvrir ?",
        answer="Deux lieux suffisent.",
        sure=("C’est prouvé.",),
        map=StudyMap("Les lieux", "Ce qui est dessiné", layers),
        tables=(table,),
        figures=(figure,),
        sheets=(Sheet("Ligne 1", ("Départ à 8 h.",), table, ("Nom",)),),
    )


FACTS = StudyFacts("Essai", "Étude", (("Nombre", "2"),), "Une note\n#panic()", "Ancien", date(2026, 11, 24))


def test_the_map_draws_each_layer_and_says_its_words(study_scene: StudyScene) -> None:
    drawn = draw(told(study_scene).map or StudyMap("", "", ()), study_scene)
    assert drawn is not None
    [window, *_] = drawn.windows
    assert [look for look, _ in window.areas] == ["map-3", "study-limit"]
    assert [look for look, _ in window.lines] == ["study-line-2"]
    assert [mark.look for mark in window.marks] == ["study-chosen"]
    assert [line.kind for line in drawn.legend] == ["area", "area", "line", "mark"]
    assert window_svg(window).count("<svg") == 1
    assert all(legend_svg(line).endswith("</svg>") for line in drawn.legend)


def test_a_closer_map_holds_its_layers(study_scene: StudyScene) -> None:
    found = told(study_scene).map
    assert found is not None
    drawn = draw(replace(found, close=True), study_scene)
    assert drawn is not None
    assert len(drawn.windows) == 1
    assert len(drawn.windows[0].marks) == 1
    assert drawn.windows[0].ground.frame.metres <= study_scene.windows[0].frame.metres


def test_nothing_to_draw_is_no_map(study_scene: StudyScene) -> None:
    assert draw(StudyMap("a", "b", ()), study_scene) is None
    assert draw(told(study_scene).map or StudyMap("", "", ()), replace(study_scene, windows=())) is None


def test_squares_are_joined_and_cover_every_cell_once(territory: Territory) -> None:
    stage = stage_of(territory, 11)
    assert stage.grid is not None
    plane = stage.windows[0].frame.plane
    classes = np.arange(len(stage.grid)) % 2
    layers = square_layers(stage.grid, plane, classes, [("map-1", "a"), ("map-5", "b")])

    def metres(shapes: Geometries) -> float:
        moved = shapely.transform(shapes, lambda c: np.column_stack(plane.to_metres(c[:, 0], c[:, 1])))
        return float(np.sum(shapely.area(moved)))

    assert sum(metres(one.shapes) for one in layers) == pytest.approx(len(stage.grid) * 200.0**2, rel=1e-3)


def test_the_pdf_is_the_same_twice_and_its_texts_are_no_markup(study_scene: StudyScene) -> None:
    first = study_pdf(told(study_scene), study_scene, FACTS)
    assert first.startswith(b"%PDF")
    assert first == study_pdf(told(study_scene), study_scene, FACTS)
    assert sheets_pdf(told(study_scene), study_scene, FACTS).startswith(b"%PDF")
    with pytest.raises(ValueError, match="no sheet"):
        sheets_pdf(replace(told(study_scene), sheets=()), study_scene, FACTS)


def test_files_start_no_formula(study_scene: StudyScene) -> None:
    table = study_csv(told(study_scene)).decode("utf-8-sig")
    assert "\"'=HYPERLINK" in table
    drawn = json.loads(study_geojson(told(study_scene)))
    assert {one["properties"]["name"] for one in drawn["features"]} == {f"'{FORMULA}"}
