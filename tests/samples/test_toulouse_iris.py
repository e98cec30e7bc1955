"""The real IRIS of Toulouse under a hand-made grid: the layer is built, residents fall in their zone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from pyproj import Transformer

from hygie.territories.build import build_territory

pytestmark = pytest.mark.sample_data

AGES = ["ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17", "ind_18_24", "ind_25_39", "ind_40_54"]
AGES += ["ind_55_64", "ind_65_79", "ind_80p", "ind_inc"]
RECIPE = """\
format: 1
code: 31555
name: Toulouse, carreaux inventés
reference_date: 2026-11-22
boundary: {communes: [31555]}
margin: none
sources:
  - source: admin_contours
    vintage: réunion des IRIS
    files: {contours: toulouse.geojson}
  - source: insee_grid_200m
    vintage: inventé
    files: {cells: cells.csv}
  - source: iris_contours
    vintage: 2025
    files: {contours: iris_toulouse/iris_toulouse_filosofi2021.geojson}
"""


def grid(outline: shapely.Geometry) -> str:
    """One cell of eleven residents every kilometre of the box around the town."""
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)
    west, south = (int(v // 1000 * 1000) for v in to_grid.transform(*shapely.bounds(outline)[:2]))
    cells = [(west + 1000 * i, south + 1000 * j) for i in range(18) for j in range(18)]
    rows = [f"CRS3035RES200mN{y}E{x},0,11" + ",1" * 11 for x, y in cells]
    return "\n".join([",".join(["idcar_200m", "i_est_200", "ind", *AGES]), *rows]) + "\n"


def test_residents_stand_in_the_iris_that_covers_them(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Oracle: each IRIS is asked in turn whether it covers the point, in the file's own order."""
    file = sample_data / "iris_toulouse" / "iris_toulouse_filosofi2021.geojson"
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    iris = {f["properties"]["CODE_IRIS"]: shapely.geometry.shape(f["geometry"]) for f in features}
    town = shapely.union_all(list(iris.values()))
    whole = shapely.geometry.mapping(town)
    feature = {"type": "Feature", "properties": {"code": "31555", "nom": "Toulouse"}, "geometry": whole}
    told = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "toulouse.geojson").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "cells.csv").write_text(grid(town), encoding="utf-8")
    (tmp_path / "territory.yaml").write_text(RECIPE, encoding="utf-8")
    monkeypatch.setenv("HYGIE_SAMPLE_DATA", str(sample_data))
    territory = build_territory(tmp_path).territory
    layer, demand = territory.layers["iris"], territory.demand
    assert set(layer.ids) == set(iris)
    assert len(layer) == 153
    assert len(demand) > 50
    for i, zone in enumerate(demand.zones["iris"].tolist()):
        point = shapely.Point(demand.lon[i], demand.lat[i])
        covering = {code for code, shape in iris.items() if shape.covers(point)}
        assert (layer.ids[zone] in covering) if zone >= 0 else not covering
