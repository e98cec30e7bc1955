"""GeoJSON: what is one, polygons made valid or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hygie.engines.kernel.errors import InputError
from hygie.readers.tables.geojson import polygon, read_features
from hygie.readers.tables.source import Limits
from hygie.readers.tables.values import BadValueError

SQUARE = [[3.0, 43.0], [3.1, 43.0], [3.1, 43.1], [3.0, 43.1], [3.0, 43.0]]


def shape(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def written(folder: Path, text: str) -> Path:
    path = folder / "zones.geojson"
    path.write_text(text, encoding="utf-8")
    return path


def test_collection_and_lone_feature_are_read(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"code": "1"}, "geometry": shape(SQUARE)}
    lone = read_features(written(tmp_path, json.dumps(feature)))
    both = read_features(
        written(tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature] * 2}))
    )
    assert len(lone.features) == 1
    assert [found.rank for found in both.features] == [1, 2]
    assert both.features[0].properties == {"code": "1"}


def test_empty_collection_is_warned_of(tmp_path: Path) -> None:
    file = read_features(written(tmp_path, '{"type": "FeatureCollection", "features": []}'))
    assert "aucune entité" in file.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "code;nom\n1;a\n",
        "[1, 2]",
        '{"type": "Topology", "objects": {}}',
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": [',
        '{"type": "FeatureCollection", "features": [NaN]}',
        '{"type": "FeatureCollection", "features": [' + "9" * 5000 + "]}",
        "[" * 100_000,
    ],
)
def test_what_is_not_geojson_is_one_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="GeoJSON"):
        read_features(written(tmp_path, text))


def test_broken_json_is_reported_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_features(written(tmp_path, '{"type":\n"FeatureCollection",\n"features": [}]}'))
    assert caught.value.line == 3


def test_projected_file_is_refused_by_its_declared_system(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    text = json.dumps({"type": "FeatureCollection", "features": [], "crs": crs})
    with pytest.raises(InputError, match="longitudes") as caught:
        read_features(written(tmp_path, text))
    assert "2154" in caught.value.found


def test_too_large_a_document_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [], "pad": "x" * 10_000})
    with pytest.raises(InputError, match="démesuré"):
        read_features(written(tmp_path, text), limits=Limits(text_bytes=5000, line_bytes=None))


def test_a_valid_polygon_is_kept_as_it_is() -> None:
    found, change = polygon(shape(SQUARE), repair_limit=0.01)
    assert found.geom_type == "Polygon"
    assert found.area == pytest.approx(0.01)
    assert change is None


def test_holes_are_kept() -> None:
    hole = [[3.02, 43.02], [3.02, 43.04], [3.04, 43.04], [3.04, 43.02], [3.02, 43.02]]
    assert polygon(shape(SQUARE, hole), repair_limit=0.01)[0].area == pytest.approx(0.01 - 0.0004)


def test_a_multipolygon_keeps_all_its_parts() -> None:
    east = [[lon + 0.5, lat] for lon, lat in SQUARE]
    found, change = polygon({"type": "MultiPolygon", "coordinates": [[SQUARE], [east]]}, repair_limit=0.01)
    assert found.geom_type == "MultiPolygon"
    assert found.area == pytest.approx(0.02)
    assert change is None


def test_a_spike_is_repaired_and_its_change_of_area_told() -> None:
    spiked = [*SQUARE[:2], [3.2, 43.0], [3.1, 43.0], *SQUARE[2:]]
    found, change = polygon(shape(spiked), repair_limit=0.01)
    assert found.is_valid
    assert found.geom_type == "Polygon"
    assert found.area == pytest.approx(0.01)
    assert change == pytest.approx(0.0, abs=1e-9)


def test_a_small_loop_is_repaired_within_the_limit_and_refused_beyond() -> None:
    side = 0.0002
    loop = [[3.1, 43.05], [3.1 + side, 43.05 + side], [3.1 + side, 43.05], [3.1, 43.05 + side]]
    crossed = shape([*SQUARE[:2], *loop, *SQUARE[2:]])
    found, change = polygon(crossed, repair_limit=0.01)
    assert found.is_valid
    assert change is not None
    assert 0 < change < 0.01
    with pytest.raises(BadValueError, match="réparation"):
        polygon(crossed, repair_limit=change / 2)


def test_a_bow_tie_is_refused() -> None:
    tie = [[3.0, 43.0], [3.1, 43.1], [3.1, 43.0], [3.0, 43.1], [3.0, 43.0]]
    with pytest.raises(BadValueError):
        polygon(shape(tie), repair_limit=0.01)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "Polygon",
        {"type": "Point", "coordinates": [3, 43]},
        {"type": "LineString", "coordinates": SQUARE},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [3, 43]},
        {"type": "Polygon", "coordinates": [SQUARE[:3]]},
        {"type": "Polygon", "coordinates": [SQUARE[:4]]},
        {"type": "Polygon", "coordinates": [[[3.0, None]] * 4]},
        {"type": "Polygon", "coordinates": [[["3.0", "43.0"]] * 4]},
        {"type": "Polygon", "coordinates": [[[True, 43.0]] * 4]},
        {"type": "Polygon", "coordinates": [[[10**400, 43]] * 4]},
        {"type": "Polygon", "coordinates": [[[3.0, 43.0]] * 5]},
        {"type": "Polygon", "coordinates": [[{}] * 4]},
    ],
)
def test_what_is_not_a_polygon_is_refused(geometry: Any) -> None:
    with pytest.raises(BadValueError):
        polygon(geometry, repair_limit=0.01)


def test_swapped_coordinates_are_told_as_such() -> None:
    with pytest.raises(BadValueError, match="inversées"):
        polygon(shape([[lat, lon] for lon, lat in SQUARE]), repair_limit=0.01)


def test_metres_are_told_to_be_out_of_france() -> None:
    with pytest.raises(BadValueError, match="hors de France"):
        polygon(shape([[700000.0, 6200000.0]] * 4), repair_limit=0.01)
