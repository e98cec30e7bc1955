"""The examples of docs/reference/recipes.md are built as they stand."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from hygie.territories.build import build_territory

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "recipes.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
HEAD = """\
format: 1
code: 11262
name: Essai
reference_date: 2026-11-22
boundary: {communes: [11262]}
margin: none
sources:
  - source: admin_contours
    vintage: 2018
    files: {contours: communes.geojson}
  - source: insee_grid_200m
    vintage: 2021
    files: {cells: cells.csv}
"""
TOWN = shapely.box(3.0, 43.16, 3.04, 43.20)
AGES = "ind_0_3,ind_4_5,ind_6_10,ind_11_17,ind_18_24,ind_25_39,ind_40_54,ind_55_64,ind_65_79,ind_80p,ind_inc"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Files of the names that the page uses, two rows each."""
    feature = {
        "type": "Feature",
        "properties": {"code": "11262", "nom": "Essai"},
        "geometry": shapely.geometry.mapping(TOWN),
    }
    texts = {
        "communes.geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        "cells.csv": f"idcar_200m,i_est_200,ind,{AGES}\nCRS3035RES200mN2256600E3752800,0,11" + ",1" * 11,
        "accueils.csv": "code;nom;type;longitude;latitude;horaires;insee\n"
        "1;Mairie;Mairie;3,02;43,18;Mo-Fr 09:00-17:00;11262\n2;Bassin;PISCINE;3,03;43,19;;\n",
        "gymnases.csv": "nom,X,Y\nGymnase,702000.0,6231000.0\n",
        "liste-fs.csv": "id_fs,lib_fs,insee_com,latitude,longitude,h_lundi,h_mardi,h_mercredi,h_jeudi,"
        "h_vendredi,h_samedi,format_fs\n9,France services,11262,43.175,3.01,09:00 - 12:00,,,,,,Fixe\n",
        "acceslibre.csv": "id,name,code_insee,longitude,latitude,activite,entree_plain_pied\n"
        "u1,Mairie,11262,3.02,43.18,Mairie,True\n",
        "jours_feries.csv": "date,annee,zone,nom_jour_ferie\n2026-12-25,2026,Métropole,Noël\n",
        "vacances.csv": "date,vacances_zone_a,vacances_zone_b,vacances_zone_c,nom_vacances\n"
        "2026-12-19,False,False,True,Vacances de Noël\n",
        "arbres.csv": "code,essence,longitude,latitude,houppier\n1,Platane,3.01,43.17,8\n",
    }
    areas = [
        {
            "type": "Feature",
            "properties": {"code": code, "nom": code, "type": kind},
            "geometry": shapely.geometry.mapping(shapely.box(3.01, 43.17, 3.011, 43.171)),
        }
        for code, kind in (("a", "jeux"), ("b", "parc"))
    ]
    texts["aires.geojson"] = json.dumps({"type": "FeatureCollection", "features": areas})
    for name, text in texts.items():
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    pyogrio.raw.write(
        tmp_path / "iris.gpkg",
        shapely.to_wkb([TOWN]),
        [np.array([text], dtype=object) for text in ("112620101", "Centre", "11262")],
        ["CODE_IRIS", "NOM_IRIS", "INSEE_COM"],
        layer="contours_iris",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    return tmp_path


def test_the_page_has_an_example_of_each_source() -> None:
    named = set(re.findall(r"- source: (\w+)", "".join(EXAMPLES)))
    assert named == {
        *("place_table", "france_services", "acceslibre", "iris_contours", "tree_table", "area_table"),
        *("public_holidays", "school_holidays_daily"),
    }


def test_all_examples_are_built_together(town: Path) -> None:
    (town / "territory.yaml").write_text(HEAD + "".join(EXAMPLES), encoding="utf-8")
    stored = build_territory(town)
    territory = stored.territory
    assert all(account.kept == account.read > 0 for account in territory.sources)
    assert set(territory.places.ids.tolist()) >= {
        "town_counters:1:counter",
        "town_counters:2:sport",
        "france_services:9:counter",
    }
    assert {"counter", "sport"} <= territory.provided
    assert any("acceslibre:u1" in trace for trace in territory.places.traces.tolist())
    assert territory.layers["iris"].names == ("Centre",)
    assert territory.features["tree"].ids.tolist() == ["town_trees:1"]
    assert territory.features["tree"].values.tolist() == [4.0]
    assert territory.features["playground"].ids.tolist() == ["town_areas:a"]
    assert territory.features["green"].ids.tolist() == ["town_areas:b"]
    assert stored.calendar.school.holds(date(2026, 12, 19)) is True
    assert {s.key for s in stored.statistics} >= {"acceslibre_places", "acceslibre_level_entrance"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.findall(r"source: (\w+)", text)[0])
def test_each_example_is_built_alone(town: Path, example: str) -> None:
    (town / "territory.yaml").write_text(HEAD + example, encoding="utf-8")
    assert build_territory(town).territory.sources[-1].kept > 0
