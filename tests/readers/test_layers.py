"""Layers of files: each format by hand, coordinate systems, faulty rows, hostile bytes."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import affinity

from hygie.engines.kernel.errors import HygieError, InputError
from hygie.readers.layers import FileKind, LayerFile, file_kind, read_drawn, read_grid_layer

LAMBERT = "EPSG:2154"
TO_LAMBERT = Transformer.from_crs("EPSG:4326", LAMBERT, always_xy=True)
BOUNDS = (2.99, 43.17, 3.01, 43.19)
SQUARE = [[3.0, 43.18], [3.001, 43.18], [3.001, 43.181], [3.0, 43.181], [3.0, 43.18]]


def from_origin(west: float, north: float, width: float, height: float) -> rasterio.Affine:
    return rasterio.Affine(width, 0.0, west, 0.0, -height, north)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def area(ring: Any = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def read(path: Path, content: bytes, **options: Any) -> LayerFile:
    path.write_bytes(content)
    options.setdefault("repair_limit", 0.01)
    return read_drawn(path, file_kind(path), **options)


def test_a_geojson_of_every_geometry(tmp_path: Path) -> None:
    told = read(
        tmp_path / "a.geojson",
        collection(
            feature(area(), dB=55),
            feature({"type": "LineString", "coordinates": [[3, 43.1], [3.1, 43.2]]}, dB="60,5"),
            feature({"type": "Point", "coordinates": [3, 43.1]}, dB=65.0),
        ),
        columns=("db",),
    )
    assert told.levels == ("55", "60,5", "65.0")
    assert [shape.geom_type for shape in told.shapes] == ["Polygon", "LineString", "Point"]
    assert told.column == "dB"
    assert told.account.read == told.account.kept == 3


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "absent"),
        ({"type": "Polygon", "coordinates": []}, "absent"),
        ({"type": "Polygon", "coordinates": [[[3, 43], [4, 43]]]}, "absent"),
        ({"type": "Point", "coordinates": [43.1, 3.0]}, "inversées"),
        ({"type": "Point", "coordinates": [30.0, 10.0]}, "hors de France"),
        ({"type": "Nothing"}, "absent"),
        (area([[3, 43], [3.1, 43.1], [3.1, 43], [3, 43.1], [3, 43]]), "recoupe"),
    ],
)
def test_a_faulty_shape_is_rejected_and_the_others_kept(tmp_path: Path, geometry: Any, reason: str) -> None:
    told = read(tmp_path / "a.geojson", collection(feature(geometry), feature(area())))
    assert (told.account.read, told.account.kept) == (2, 1)
    assert reason in told.account.rejects[0].reason
    assert told.account.rejects[0].row == "entité 1"


def test_a_slight_crossing_is_repaired_and_told(tmp_path: Path) -> None:
    ring = [[3, 43], [3.1, 43], [3.1, 43.1], [3.00001, 43.1], [3.0, 43.10001], [3.00001, 43.10001], [3, 43.1]]
    told = read(tmp_path / "a.geojson", collection(feature(area([*ring, [3, 43]]))))
    assert told.account.kept == 1
    assert told.shapes[0].is_valid
    assert "réparés" in told.account.warnings[0]


def test_a_missing_level_is_a_reject_and_a_missing_column_an_error(tmp_path: Path) -> None:
    content = collection(feature(area(), db=55), feature(area(), db=None), feature(area()))
    told = read(tmp_path / "a.geojson", content, columns=("niveau", "db"))
    assert told.account.kept == 1
    assert {one.reason for one in told.account.rejects} == {"niveau absent"}
    with pytest.raises(InputError, match="colonne des niveaux") as fault:
        read(tmp_path / "a.geojson", content, columns=("lden",))
    assert "db" in fault.value.found


def test_a_table_of_points_in_degrees_or_in_a_declared_system(tmp_path: Path) -> None:
    x, y = TO_LAMBERT.transform(3.0, 43.18)
    told = read(tmp_path / "a.csv", b"nom;lon;lat\na;3,0;43.18\nb;43.18;3.0\nc;;\n")
    assert (told.account.kept, len(told.account.rejects)) == (1, 2)
    moved = read(tmp_path / "b.csv", f"x;y;n\n{x};{y};2\n".encode(), crs=LAMBERT, columns=("n",))
    assert moved.levels == ("2",)
    np.testing.assert_allclose(shapely.get_coordinates(moved.shapes), [[3.0, 43.18]], atol=1e-7)


def written(path: Path, driver: str, **options: Any) -> bytes:
    """Two squares in Lambert-93, with a level."""
    squares = [affinity.translate(shapely.Polygon(SQUARE), d, d) for d in (0.0, 0.01)]
    moved = [
        shapely.transform(one, lambda xy: np.column_stack(TO_LAMBERT.transform(*xy.T))) for one in squares
    ]
    pyogrio.raw.write(
        path,
        np.array(shapely.to_wkb(moved), object),
        [np.array([55.0, 60.0])],
        ["niveau"],
        geometry_type="Polygon",
        driver=driver,
        **options,
    )
    return path.read_bytes() if path.is_file() else b""


def zipped(folder: Path, *, without: str = "", inside: str = "") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in sorted(folder.iterdir()):
            if not (without and file.suffix == without):
                archive.writestr(inside + file.name, file.read_bytes())
    return out.getvalue()


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    folder = tmp_path / "shape"
    folder.mkdir()
    written(folder / "bruit.shp", "ESRI Shapefile", crs=LAMBERT)
    return folder


def check_squares(told: LayerFile) -> None:
    assert told.levels == ("55.0", "60.0")
    np.testing.assert_allclose(shapely.bounds(told.shapes[0]), [3.0, 43.18, 3.001, 43.181], atol=1e-7)


def test_a_geopackage_is_brought_to_degrees(tmp_path: Path) -> None:
    content = written(tmp_path / "a.gpkg", "GPKG", crs=LAMBERT)
    check_squares(read(tmp_path / "b.bin", content, columns=("Niveau",)))
    with pytest.raises(InputError, match="couche"):
        read(tmp_path / "b.bin", content, layer="autre")
    with pytest.raises(InputError, match="n’est pas celui du fichier"):
        read(tmp_path / "b.bin", content, crs="EPSG:4326")


def test_one_point_of_a_geopackage(tmp_path: Path) -> None:
    at = np.array(shapely.to_wkb(shapely.points([TO_LAMBERT.transform(3.0, 43.18)])), object)
    pyogrio.raw.write(tmp_path / "a.gpkg", at, [], [], geometry_type="Point", driver="GPKG", crs=LAMBERT)
    told = read_drawn(tmp_path / "a.gpkg", FileKind.GEOPACKAGE, repair_limit=0.01)
    np.testing.assert_allclose(shapely.get_coordinates(told.shapes), [[3.0, 43.18]], atol=1e-7)


@pytest.mark.parametrize("inside", ["", "dossier/"])
def test_a_shapefile_in_an_archive(tmp_path: Path, shapefile: Path, inside: str) -> None:
    check_squares(read(tmp_path / "a.zip", zipped(shapefile, inside=inside), columns=("niveau",)))


def test_a_shapefile_without_its_system_asks_for_it(tmp_path: Path, shapefile: Path) -> None:
    content = zipped(shapefile, without=".prj")
    with pytest.raises(InputError, match="dans quel système"):
        read(tmp_path / "a.zip", content)
    check_squares(read(tmp_path / "a.zip", content, columns=("niveau",), crs=LAMBERT))
    with pytest.raises(InputError, match="inconnu"):
        read(tmp_path / "a.zip", content, crs="EPSG:999999")


def test_an_archive_without_one_shapefile_is_refused(tmp_path: Path, shapefile: Path) -> None:
    with pytest.raises(InputError, match="et un seul"):
        read(tmp_path / "a.zip", zipped(shapefile, without=".shp"))
    (shapefile / "autre.shp").write_bytes((shapefile / "bruit.shp").read_bytes())
    with pytest.raises(InputError, match="et un seul"):
        read(tmp_path / "a.zip", zipped(shapefile))


def tiff(path: Path, *, crs: str | None = LAMBERT, **options: Any) -> bytes:
    """40 + column / 4 + row / 3 on cells of 20 m, the first cell of all unknown."""
    x, y = TO_LAMBERT.transform(2.98, 43.2)
    values = (40 + np.arange(200)[None, :] / 4 + np.arange(220)[:, None] / 3).astype("float32")
    values[100, 100] = -9999
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=220,
        width=200,
        count=1,
        dtype="float32",
        crs=crs,
        transform=from_origin(x, y, 20, 20),
        nodata=-9999,
        **options,
    ) as out:
        out.write(values, 1)
    return path.read_bytes()


def test_a_geotiff_gives_the_window_of_a_territory(tmp_path: Path) -> None:
    tiff(tmp_path / "a.tif", tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    assert file_kind(tmp_path / "a.tif") is FileKind.TIFF
    told = read_grid_layer(tmp_path / "a.tif", FileKind.TIFF, BOUNDS)
    assert told.grid.values.shape < (220, 200)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(2.991, 3.009, 300), rng.uniform(43.171, 43.189, 300)
    x, y = TO_LAMBERT.transform(lon, lat)
    x0, y0 = TO_LAMBERT.transform(2.98, 43.2)
    column, row = np.floor((x - x0) / 20), np.floor((y0 - y) / 20)
    known = (column != 100) | (row != 100)
    got = told.grid.at(lon, lat)
    np.testing.assert_allclose(got[known], (40 + column / 4 + row / 3)[known], rtol=1e-6)
    assert told.share < 1
    x, y = x0 + 100.5 * 20, y0 - 100.5 * 20
    hole = Transformer.from_crs(LAMBERT, "EPSG:4326", always_xy=True).transform(x, y)
    assert np.isnan(told.grid.at(np.array([hole[0]]), np.array([hole[1]]))).all()


def test_an_ascii_grid_declares_its_system(tmp_path: Path) -> None:
    x, y = TO_LAMBERT.transform(2.98, 43.16)
    head = f"ncols 4\nnrows 3\nxllcorner {x}\nyllcorner {y}\ncellsize 2000\nNODATA_value -1\n"
    path = tmp_path / "a.asc"
    path.write_text(head + "1 2 3 4\n5 6 7 8\n9 -1 11 12\n")
    assert file_kind(path) is FileKind.ASCII_GRID
    with pytest.raises(InputError, match="dans quel système"):
        read_grid_layer(path, FileKind.ASCII_GRID, BOUNDS)
    told = read_grid_layer(path, FileKind.ASCII_GRID, BOUNDS, crs=LAMBERT)
    lon, lat = np.array([2.99]), np.array([43.17])
    px, py = TO_LAMBERT.transform(2.99, 43.17)
    value = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, np.nan, 11, 12]])[
        2 - int((py - y) // 2000), int((px - x) // 2000)
    ]
    assert told.grid.at(lon, lat)[0] == value


def test_a_grid_elsewhere_or_unplaced_is_refused(tmp_path: Path) -> None:
    tiff(tmp_path / "a.tif")
    with pytest.raises(InputError, match="ne couvre rien"):
        read_grid_layer(tmp_path / "a.tif", FileKind.TIFF, (5.0, 45.0, 5.1, 45.1))
    with pytest.raises(InputError, match="bande 2"):
        read_grid_layer(tmp_path / "a.tif", FileKind.TIFF, BOUNDS, band=2)
    tiff(tmp_path / "b.tif", crs=None)
    with pytest.raises(InputError, match="dans quel système"):
        read_grid_layer(tmp_path / "b.tif", FileKind.TIFF, BOUNDS)
    assert read_grid_layer(tmp_path / "b.tif", FileKind.TIFF, BOUNDS, crs=LAMBERT).share < 1


def test_a_file_that_declares_a_world_of_cells_is_refused_before_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=90_000,
        width=90_000,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=from_origin(2.9, 43.3, 0.2 / 90_000, 0.2 / 90_000),
        tiled=True,
        compress="deflate",
        sparse_ok=True,
    ):
        pass
    assert path.stat().st_size < 10_000_000
    with pytest.raises(InputError, match="trop fine"):
        read_grid_layer(path, FileKind.TIFF, BOUNDS)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="introuvable"):
        file_kind(tmp_path / "nothing")
    with pytest.raises(InputError, match="introuvable"):
        file_kind(tmp_path)


def any_reading(path: Path) -> None:
    """Whatever a file is, it is read, or refused as one a person may read."""
    try:
        kind = file_kind(path)
        if kind in (FileKind.TIFF, FileKind.ASCII_GRID):
            read_grid_layer(path, kind, BOUNDS, crs=LAMBERT if kind is FileKind.ASCII_GRID else "")
        else:
            crs = LAMBERT if kind is FileKind.TABLE else ""
            told = read_drawn(path, kind, columns=("niveau",), crs=crs, repair_limit=0.01)
            assert told.account.read == told.account.kept + len(told.account.rejects)
            assert len(told.shapes) == len(told.levels) == told.account.kept
    except HygieError:
        return


def seeds(folder: Path) -> dict[str, bytes]:
    (folder / "shape").mkdir()
    written(folder / "shape" / "bruit.shp", "ESRI Shapefile", crs=LAMBERT)
    x, y = TO_LAMBERT.transform(2.98, 43.16)
    return {
        "geojson": collection(
            feature(area(), niveau=55), feature({"type": "Point", "coordinates": [3, 43.18]})
        ),
        "gpkg": written(folder / "a.gpkg", "GPKG", crs=LAMBERT),
        "shp": zipped(folder / "shape"),
        "csv": f"x;y;niveau\n{x};{y};55\n{x};{y};\n".encode(),
        "tif": tiff(folder / "a.tif"),
        "asc": f"ncols 2\nnrows 2\nxllcorner {x}\nyllcorner {y}\ncellsize 4000\n1 2\n3 4\n".encode(),
    }


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return seeds(tmp_path_factory.mktemp("seeds"))


@pytest.mark.parametrize("name", ["geojson", "gpkg", "shp", "csv", "tif", "asc"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_hostile_bytes_give_one_error_or_rejected_rows(
    contents: dict[str, bytes], tmp_path: Path, name: str, data: st.DataObject
) -> None:
    mutated = bytearray(contents[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(mutated) - 1, 6000)))
        chunk = data.draw(st.binary(min_size=1, max_size=6))
        if data.draw(st.booleans()):
            mutated[at : at + len(chunk)] = chunk
        else:
            del mutated[at : at + data.draw(st.integers(1, 40))]
        mutated = mutated or bytearray(b"{")
    path = tmp_path / "any"
    path.write_bytes(bytes(mutated))
    any_reading(path)
