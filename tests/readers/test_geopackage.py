"""Contours in a GeoPackage: the layer found, brought to degrees, or refused in one sentence."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from hygie.engines.kernel.errors import InputError
from hygie.readers import geopackage
from hygie.readers.catalogue import load_checked
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.contours import read_contours
from hygie.readers.geopackage import is_geopackage
from hygie.readers.records import ContourFile

COLUMNS = load_checked(catalogue_folder() / "sources" / "iris_contours.yaml", "source")["columns"]
SQUARES = [shapely.box(3.0 + i / 100, 43.1, 3.01 + i / 100, 43.11) for i in range(3)]
CODES = ["112620101", "112620102", "112620103"]
NAMES = ["Port", "Gare", "Arènes"]


def written(path: Path, shapes: Any = SQUARES, *, crs: str | None = "EPSG:2154", **others: Any) -> Path:
    """A GeoPackage of IRIS; shapes are given in degrees. ``others`` go to the library."""
    moved = shapes
    if crs not in (None, "EPSG:4326"):
        there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        moved = shapely.transform(shapes, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    columns = {"CODE_IRIS": CODES, "NOM_IRIS": NAMES, "INSEE_COM": ["11262"] * 3, **others.pop("columns", {})}
    data = [np.array(values[: len(shapes)], dtype=object) for values in columns.values()]
    told = {"layer": "iris", "driver": "GPKG", "geometry_type": "Polygon", **others}
    pyogrio.raw.write(path, shapely.to_wkb(moved), data, list(columns), crs=crs, **told)
    return path


def read(path: Path, layer: str = "") -> ContourFile:
    return read_contours(path, COLUMNS, repair_limit=0.01, layer=layer)


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:4326", "EPSG:3943"])
def test_zones_come_in_degrees_whatever_the_system(tmp_path: Path, crs: str) -> None:
    zones = read(written(tmp_path / "iris.gpkg", crs=crs))
    assert (zones.codes, zones.names) == (tuple(CODES), tuple(NAMES))
    assert zones.communes == ("11262",) * 3
    for outline, square in zip(zones.outlines, SQUARES, strict=True):
        assert shapely.hausdorff_distance(shapely.from_wkb(outline), square) < 1e-9
    assert (zones.account.read, zones.account.kept) == (3, 3)
    assert len(zones.account.sha256) == 64


def test_a_multipolygon_of_one_is_a_polygon(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.gpkg", geometry_type="MultiPolygon", promote_to_multi=True)
    assert shapely.from_wkb(read(path).outlines[0]).geom_type == "Polygon"


def test_a_crossed_zone_is_repaired_or_rejected_as_in_geojson(tmp_path: Path) -> None:
    bow = shapely.Polygon([(3.0, 43.1), (3.01, 43.11), (3.01, 43.1), (3.0, 43.11)])
    account = read(written(tmp_path / "iris.gpkg", [SQUARES[0], bow])).account
    assert (account.kept, account.rejects[0].row) == (1, "entité 2")
    assert "se recoupe" in account.rejects[0].reason


def test_a_feature_without_geometry_is_rejected(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.gpkg")
    with sqlite3.connect(":memory:") as base:
        base.deserialize(path.read_bytes())
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("update iris set geom = null where fid = 2")
        base.commit()
        path.write_bytes(base.serialize())
    account = read(path).account
    assert (account.read, account.kept) == (3, 2)
    assert "absente" in account.rejects[0].reason


def test_the_layer_that_has_the_columns_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.gpkg")
    pyogrio.raw.write(
        path,
        shapely.to_wkb(SQUARES),
        [np.array([1, 2, 3])],
        ["n"],
        layer="autre",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:4326",
        append=True,
    )
    assert read(path).codes == tuple(CODES)


def test_two_fitting_layers_ask_for_a_choice(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.gpkg")
    written(path, SQUARES[:1], layer="iris_2024", append=True)
    with pytest.raises(InputError, match="plusieurs couches") as caught:
        read(path)
    assert "iris_2024" in caught.value.found
    assert read(path, "iris_2024").codes == tuple(CODES[:1])
    with pytest.raises(InputError, match="pas de couche « ilots »"):
        read(path, "ilots")


def test_no_layer_has_the_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "zones.gpkg")
    with pytest.raises(InputError, match="aucune couche n’a les colonnes") as caught:
        read_contours(path, {"code": ["code_qp"], "name": ["nom"]}, repair_limit=0.01)
    assert "CODE_IRIS" in caught.value.found


def test_a_geopackage_without_layer_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "iris.gpkg")
    with sqlite3.connect(":memory:") as base:
        base.deserialize(path.read_bytes())
        base.execute("delete from gpkg_contents")
        base.execute("delete from gpkg_geometry_columns")
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("drop table iris")
        base.commit()
        path.write_bytes(base.serialize())
    with pytest.raises(InputError, match="aucune couche"):
        read(path)


def test_a_layer_without_geometry_is_no_layer_of_zones(tmp_path: Path) -> None:
    path = tmp_path / "table.gpkg"
    pyogrio.raw.write(
        path, None, [np.array(CODES, dtype=object)], ["CODE_IRIS"], layer="t", driver="GPKG", crs="EPSG:4326"
    )
    with pytest.raises(InputError, match="aucune couche dessinée") as caught:
        read(path)
    assert caught.value.found == "t"


def test_a_plain_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "base.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("create table t (a)")
    base.close()
    assert is_geopackage(path)
    with pytest.raises(InputError, match=r"aucune couche|illisible"):
        read(path)


def test_a_layer_without_a_coordinate_system_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = written(tmp_path / "iris.gpkg", crs=None)
    with pytest.raises(InputError, match="système de coordonnées"):
        read(path)


def test_an_empty_layer_says_so(tmp_path: Path) -> None:
    zones = read(written(tmp_path / "iris.gpkg", []))
    assert zones.codes == ()
    assert "aucune entité" in zones.account.warnings[0]


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "iris.gpkg")
    monkeypatch.setattr(geopackage, "LARGEST", 1000)
    with pytest.raises(InputError, match="trop gros"):
        read(path)


def test_an_absent_file_is_no_geopackage(tmp_path: Path) -> None:
    assert not is_geopackage(tmp_path / "absent.gpkg")
    with pytest.raises(InputError, match="introuvable"):
        read(tmp_path / "absent.gpkg")


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("seed") / "iris.gpkg").read_bytes()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_it_is_read_or_refused(seed: bytes, data: st.DataObject) -> None:
    content = bytearray(seed)
    used = [at for at, byte in enumerate(seed) if byte]
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.sampled_from(used))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(16, len(content))) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "iris.gpkg"
        path.write_bytes(bytes(content))
        try:
            account = read(path).account
        except InputError:
            return
        assert account.read == account.kept + len(account.rejects)


@pytest.mark.sample_data
def test_the_iris_of_toulouse_are_the_same_in_geojson_and_in_a_geopackage(
    sample_data: Path, tmp_path: Path
) -> None:
    """158 features, five of which repeat an IRIS joined to two priority quarters."""
    zones = read(sample_data / "iris_toulouse" / "iris_toulouse_filosofi2021.geojson")
    assert (zones.account.read, zones.account.kept) == (158, 153)
    assert all(reject.reason.startswith("doublon") for reject in zones.account.rejects)
    assert set(zones.communes) == {"31555"}
    there = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    shapes = shapely.transform(
        shapely.from_wkb(list(zones.outlines)),
        lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])),
    )
    path = tmp_path / "iris.gpkg"
    columns = [zones.codes, zones.names, zones.communes]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [np.array(values, dtype=object) for values in columns],
        ["CODE_IRIS", "NOM_IRIS", "INSEE_COM"],
        layer="iris",
        driver="GPKG",
        geometry_type="MultiPolygon",
        crs="EPSG:2154",
        promote_to_multi=True,
    )
    again = read(path)
    assert (again.codes, again.names) == (zones.codes, zones.names)
    pairs = zip(again.outlines, zones.outlines, strict=True)
    assert all(shapely.hausdorff_distance(shapely.from_wkb(a), shapely.from_wkb(b)) < 1e-9 for a, b in pairs)
