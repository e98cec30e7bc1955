"""Places, zones and trees of sources that a recipe describes, put together in a territory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.engines.kernel.statistic import StatisticStatus
from hygie.engines.kernel.territory import Territory
from hygie.readers.territory_folder import StoredTerritory
from hygie.territories.build import build_territory

TOWN = shapely.box(3.00, 43.16, 3.04, 43.20)
NEXT = shapely.box(3.04, 43.16, 3.08, 43.20)
RECIPE = """\
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
COUNTERS = """\
  - source: place_table
    vintage: 2026
    files: {places: lieux.csv}
    table:
      key: town_counters
      title: Accueils de la ville
      publisher: Ville d’Essai
      licence: Licence Ouverte 2.0
      completeness: full
      category: counter
      columns: {id: n, name: nom, lon: lon, lat: lat}
"""
FRANCE_SERVICES = """\
  - source: france_services
    vintage: août 2024
    files: {places: fs.csv}
"""
ACCESLIBRE = """\
  - source: acceslibre
    vintage: novembre 2026
    files: {places: acceslibre.csv}
"""
TREES = """\
  - source: tree_table
    vintage: 2025
    files: {trees: arbres.csv}
    table:
      key: town_trees
      title: Arbres de la ville
      publisher: Ville d’Essai
      licence: ODbL 1.0
      columns: {id: n, lon: lon, lat: lat, crown_radius: r}
"""
IRIS = """\
  - source: iris_contours
    vintage: 2025
    files: {contours: iris.geojson}
"""


def zones(path: Path, *told: tuple[dict[str, Any], shapely.Geometry]) -> None:
    features = [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        for properties, shape in told
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def cells() -> str:
    """Three cells of the town's middle, as the official file writes them."""
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True).transform(3.02, 43.18)
    west, south = int(x // 200 * 200), int(y // 200 * 200)
    ages = ["ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17", "ind_18_24", "ind_25_39", "ind_40_54"]
    ages += ["ind_55_64", "ind_65_79", "ind_80p", "ind_inc"]
    rows = [f"CRS3035RES200mN{south}E{west + 200 * i},0,{11 * (i + 1)}" + f",{i + 1}" * 11 for i in range(3)]
    return "\n".join([",".join(["idcar_200m", "i_est_200", "ind", *ages]), *rows]) + "\n"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    zones(
        tmp_path / "communes.geojson",
        ({"code": "11262", "nom": "Essai"}, TOWN),
        ({"code": "11001", "nom": "Voisine"}, NEXT),
    )
    halves = [shapely.box(3.0, 43.16, 3.02, 43.20), shapely.box(3.02, 43.16, 3.04, 43.20), NEXT]
    codes = [("112620101", "11262"), ("112620102", "11262"), ("110010000", "11001")]
    iris = [{"CODE_IRIS": code, "NOM_IRIS": f"I{code[-1]}", "INSEE_COM": commune} for code, commune in codes]
    zones(tmp_path / "iris.geojson", *zip(iris, halves, strict=True))
    (tmp_path / "cells.csv").write_text(cells(), encoding="utf-8")
    (tmp_path / "lieux.csv").write_text(
        "n,nom,lon,lat\n1,France services d’Essai,3.02,43.18\n2,Mairie,3.021,43.181\n3,Loin,3.06,43.18\n",
        encoding="utf-8",
    )
    (tmp_path / "fs.csv").write_text(
        "id_fs,lib_fs,insee_com,latitude,longitude,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,"
        "commentaire,format_fs\n"
        "9,France services d'Essai,11262,43.1801,3.0201,09:00 - 12:00,,,,,,,Fixe\n"
        "8,Bus France services,11262,43.17,3.01,,,,,,,,Itinérante\n",
        encoding="utf-8",
    )
    (tmp_path / "acceslibre.csv").write_text(
        "id,name,code_insee,longitude,latitude,activite,entree_plain_pied,sanitaires_adaptes\n"
        "u1,Mairie d’Essai,11262,3.0211,43.1811,Mairie,True,\n"
        "u2,Coiffeur,,3.01,43.17,Coiffure,False,False\n"
        "u3,Banque,11262,,,Banques,,\n"
        "u4,Mairie,11001,3.06,43.18,Mairie,True,\n",
        encoding="utf-8",
    )
    (tmp_path / "arbres.csv").write_text(
        "n,lon,lat,r\n1,3.01,43.17,2\n2,3.03,43.17,\n3,3.02,43.19,3\n4,3.2,43.3,1\n", encoding="utf-8"
    )
    return tmp_path


def build(folder: Path, *sources: str) -> StoredTerritory:
    (folder / "territory.yaml").write_text(RECIPE + "".join(sources), encoding="utf-8")
    return build_territory(folder)


def warned(territory: Territory) -> str:
    return " ".join(territory.warnings).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_complete_table_provides_its_category_and_keeps_its_own_licence(town: Path) -> None:
    territory = build(town, COUNTERS).territory
    assert territory.places.ids.tolist() == ["town_counters:1:counter", "town_counters:2:counter"]
    assert set(territory.places.sources.tolist()) == {"town_counters"}
    assert "counter" in territory.provided
    account = territory.sources[-1]
    assert (account.name, account.licence, account.publisher) == (
        "town_counters",
        "Licence Ouverte 2.0",
        "Ville d’Essai",
    )
    assert (account.read, account.kept, account.outside) == (3, 3, 1)
    assert "maximums" not in warned(territory)


def test_a_partial_table_provides_what_it_shows_and_says_so(town: Path) -> None:
    territory = build(town, COUNTERS.replace("full", "presence_only")).territory
    assert "counter" in territory.provided
    assert "Guichets de proximité : une partie seulement est connue (Accueils de la ville)" in warned(
        territory
    )


def test_a_partial_table_without_a_place_here_provides_nothing(town: Path) -> None:
    (town / "lieux.csv").write_text("n,nom,lon,lat\n3,Loin,3.2,43.3\n", encoding="utf-8")
    assert "counter" in build(town, COUNTERS).territory.provided
    territory = build(town, COUNTERS.replace("full", "presence_only")).territory
    assert "counter" not in territory.provided
    assert "counter" in territory.missing


def test_france_services_alone_is_no_source_of_counters(town: Path) -> None:
    territory = build(town, FRANCE_SERVICES).territory
    assert not len(territory.places)
    assert "counter" in territory.missing
    said = warned(territory)
    assert "1 lieu connu, hors des comptes" in said
    assert "1 lieu sans correspondance" in said
    assert "France services itinérante (1)" in said
    account = territory.sources[-1]
    assert (account.read, account.kept) == (2, 2)


@pytest.mark.parametrize("order", [(COUNTERS, FRANCE_SERVICES), (FRANCE_SERVICES, COUNTERS)])
def test_one_counter_told_by_two_sources_is_one_place(town: Path, order: tuple[str, str]) -> None:
    places = build(town, *order).territory.places
    assert places.ids.tolist() == ["france_services:9:counter", "town_counters:2:counter"]
    assert places.traces.tolist() == ["town_counters:1:counter", ""]
    assert places.hours.tolist() == ["Mo 09:00-12:00", ""]


def test_acceslibre_describes_places_and_gives_none(town: Path) -> None:
    stored = build(town, COUNTERS, ACCESLIBRE)
    places = stored.territory.places
    assert len(places) == 2
    assert places.traces.tolist() == ["", "acceslibre:u1"]
    told = {s.key: s for s in stored.statistics}
    described, entrance = told["acceslibre_places"], told["acceslibre_level_entrance"]
    assert (described.value, described.level, described.code, described.name) == (
        3.0,
        "commune",
        "11262",
        "Essai",
    )
    assert (entrance.value, entrance.unit, entrance.status) == (50.0, "%", StatisticStatus.COMPUTED)
    assert entrance.missing == pytest.approx(1 / 3)
    assert entrance.year == "novembre 2026"
    assert told["acceslibre_toilets"].value == 0.0
    assert told["acceslibre_parking"].status is StatisticStatus.NOT_AVAILABLE
    account = stored.territory.sources[-1]
    assert (account.read, account.outside) == (4, 1)


def test_a_commune_that_acceslibre_does_not_describe_has_no_number(town: Path) -> None:
    rows = (town / "acceslibre.csv").read_text(encoding="utf-8").splitlines()
    (town / "acceslibre.csv").write_text("\n".join([rows[0], rows[4]]) + "\n", encoding="utf-8")
    told = build(town, ACCESLIBRE).statistics
    assert {s.status for s in told} == {StatisticStatus.NOT_AVAILABLE}


def test_trees_of_an_inventory_are_drawn_and_those_elsewhere_counted(town: Path) -> None:
    territory = build(town, TREES).territory
    trees = territory.features["tree"]
    assert trees.ids.tolist() == ["town_trees:1", "town_trees:2", "town_trees:3"]
    assert trees.values[[0, 2]].tolist() == [2.0, 3.0]
    assert np.isnan(trees.values[1])
    assert (territory.sources[-1].kept, territory.sources[-1].outside) == (4, 1)


def test_iris_are_a_layer_of_the_territory_and_hold_its_residents(town: Path) -> None:
    territory = build(town, IRIS).territory
    layer = territory.layers["iris"]
    assert layer.ids == ("112620101", "112620102")
    assert (layer.source, layer.vintage, layer.in_force) == ("iris_contours", "2025", True)
    halves = (territory.demand.lon >= 3.02).astype(int).tolist()
    assert territory.demand.zones["iris"].tolist() == halves
    assert territory.sources[-1].outside == 1


def test_two_tables_are_told_apart_by_their_key(town: Path) -> None:
    second = COUNTERS.replace("town_counters", "agency_counters")
    places = build(town, COUNTERS, second).territory.places
    assert set(places.sources.tolist()) == {"agency_counters", "town_counters"} or places.traces.any()
    assert len(places) == 2


@pytest.mark.parametrize(
    ("source", "old", "new", "said"),
    [
        (COUNTERS, "places:", "table:", "« places »"),
        (COUNTERS, "category: counter", "category: bakery", "catégorie inconnue"),
        (COUNTERS, "name: nom", "name: intitulé", "manque une colonne"),
        (COUNTERS, "key: town_counters", "key: finess", "déjà le nom d’une source"),
        (COUNTERS, "lon: lon, lat: lat", "lon: lon", "où sont ses lignes"),
        (TREES, "trees:", "places:", "« trees »"),
        (TREES, "key: town_trees", "key: tree_table", "déjà le nom d’une source"),
        (FRANCE_SERVICES, "places:", "list:", "« places »"),
        (FRANCE_SERVICES, "fs.csv", "arbres.csv", "manque"),
        (ACCESLIBRE, "places:", "erp:", "« places »"),
        (IRIS, "contours:", "zones:", "« contours »"),
        (IRIS, "iris.geojson", "communes.geojson", "manque une propriété"),
    ],
)
def test_an_impossible_recipe_says_what_is_wrong(
    town: Path, source: str, old: str, new: str, said: str
) -> None:
    assert old in source
    with pytest.raises(HygieError, match=said):
        build(town, source.replace(old, new))


def test_two_sources_of_the_same_key_are_refused(town: Path) -> None:
    with pytest.raises(HygieError, match="deux fois"):
        build(town, COUNTERS, COUNTERS)
    with pytest.raises(HygieError, match="deux fois"):
        build(town, IRIS, IRIS)


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (COUNTERS, "      licence: Licence Ouverte 2.0\n", ""),
        (COUNTERS, "      completeness: full\n", ""),
        (COUNTERS, "completeness: full", "completeness: perhaps"),
        (COUNTERS, "id: n", "identity: n"),
        (COUNTERS, "category: counter", "category: {column: type}"),
        (COUNTERS, "      key: town_counters\n", ""),
        (TREES, "crown_radius: r", "crown: r"),
        (TREES, "      title: Arbres de la ville\n", ""),
        (FRANCE_SERVICES, "places: fs.csv}", "places: fs.csv}\n    table: {key: a}"),
        (IRIS, "vintage: 2025", "vintage: 2025\n    layer: 3.5.5.5\n    couche: a"),
    ],
)
def test_a_source_wrongly_described_is_one_error(town: Path, source: str, old: str, new: str) -> None:
    assert old in source
    with pytest.raises(InputError, match=r"territory\.yaml"):
        build(town, source.replace(old, new))
