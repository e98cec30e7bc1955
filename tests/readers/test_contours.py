"""Contours of communes and priority quarters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from hygie.engines.kernel.errors import InputError
from hygie.readers.catalogue import load_yaml
from hygie.readers.catalogue.paths import catalogue_folder
from hygie.readers.contours import read_contours
from hygie.readers.records import ContourFile

SQUARE = [[3.0, 43.0], [3.1, 43.0], [3.1, 43.1], [3.0, 43.1], [3.0, 43.0]]
COLUMNS = {"code": ["code"], "name": ["nom"]}


def feature(code: Any = "11262", nom: Any = "Narbonne", ring: Any = SQUARE, **others: Any) -> dict[str, Any]:
    properties = {"code": code, "nom": nom, **others}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def read(folder: Path, *features: Any, columns: Any = None, communes: bool = False) -> ContourFile:
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return read_contours(path, columns or COLUMNS, repair_limit=0.01, are_communes=communes)


def test_communes_are_their_own_commune(tmp_path: Path) -> None:
    zones = read(tmp_path, feature(), feature(code=1004, nom="Ambérieu"), communes=True)
    assert zones.codes == zones.communes == ("11262", "01004")
    assert zones.names == ("Narbonne", "Ambérieu")
    assert shapely.from_wkb(zones.outlines[0]).area == pytest.approx(0.01)


def test_quarters_name_their_commune(tmp_path: Path) -> None:
    columns = {**COLUMNS, "commune": ["insee"]}
    zones = read(tmp_path, feature(code="QP011007", insee="11262"), columns=columns)
    assert zones.codes == ("QP011007",)
    assert zones.communes == ("11262",)


def test_commune_is_empty_when_nothing_says_it(tmp_path: Path) -> None:
    assert read(tmp_path, feature(code="11", nom="Aude")).communes == ("",)


@pytest.mark.parametrize(
    ("faulty", "column"),
    [
        (feature(code=""), "code"),
        (feature(code=None), "code"),
        (feature(code="112"), "code"),
        (feature(nom=" "), "nom"),
        (feature(nom=["a"]), "nom"),
        (feature(ring=SQUARE[:3]), "geometry"),
        (feature(ring=[[lat, lon] for lon, lat in SQUARE]), "geometry"),
        ({"type": "Feature", "properties": {"code": "11262", "nom": "N"}, "geometry": None}, "geometry"),
        ({"type": "Feature", "properties": None, "geometry": None}, "code"),
        ("not a feature", "code"),
    ],
)
def test_faulty_feature_is_rejected_with_its_rank_and_column(
    tmp_path: Path, faulty: Any, column: str
) -> None:
    account = read(tmp_path, feature(code="11001"), faulty, communes=True).account
    assert (account.read, account.kept) == (2, 1)
    assert (account.rejects[0].row, account.rejects[0].column) == ("entité 2", column)


def test_second_feature_of_a_code_is_rejected(tmp_path: Path) -> None:
    account = read(tmp_path, feature(), feature()).account
    assert account.rejects[0].reason == "doublon de l’entité 1"


def test_a_rejected_feature_does_not_hide_a_good_one_of_the_same_code(tmp_path: Path) -> None:
    account = read(tmp_path, feature(ring=SQUARE[:3]), feature()).account
    assert (account.kept, len(account.rejects)) == (1, 1)


def test_repaired_zone_is_kept_and_warned_of(tmp_path: Path) -> None:
    spiked = [*SQUARE[:2], [3.2, 43.0], [3.1, 43.0], *SQUARE[2:]]
    zones = read(tmp_path, feature(ring=spiked))
    assert shapely.from_wkb(zones.outlines[0]).is_valid
    assert "moins de 0,001" in zones.account.warnings[0]


def test_file_of_other_properties_is_refused(tmp_path: Path) -> None:
    other = {"type": "Feature", "properties": {"id": "1"}, "geometry": None}
    with pytest.raises(InputError, match="il manque une propriété") as caught:
        read(tmp_path, other)
    assert caught.value.found == "id"


@pytest.mark.parametrize(
    ("department", "count"),
    [
        ("09-ariege", 331),
        ("11-aude", 436),
        ("34-herault", 343),
        ("66-pyrenees-orientales", 226),
        ("81-tarn", 319),
    ],
)
def test_communes_of_a_departement_are_all_read(sample_data: Path, department: str, count: int) -> None:
    sheet = load_yaml(catalogue_folder() / "sources" / "admin_contours.yaml")
    path = sample_data / "contours_communes_2018" / f"communes-{department}.geojson"
    zones = read_contours(path, sheet["columns"], repair_limit=0.01, are_communes=True)
    assert (zones.account.read, zones.account.kept) == (count, count)
    assert all(shapely.from_wkb(outline).is_valid for outline in zones.outlines)


def test_priority_quarters_of_narbonne_are_three_two_of_them_repaired(sample_data: Path) -> None:
    sheet = load_yaml(catalogue_folder() / "sources" / "qpv_2015.yaml")
    path = sample_data / "qpv_occitanie_2021" / "qp.geojson"
    zones = read_contours(path, sheet["columns"], repair_limit=0.01)
    assert (zones.account.read, zones.account.kept) == (105, 105)
    narbonne = [code for code, commune in zip(zones.codes, zones.communes, strict=True) if commune == "11262"]
    assert sorted(narbonne) == ["QP011007", "QP011008", "QP011009"]
    repaired = [warning for warning in zones.account.warnings if any(code in warning for code in narbonne)]
    assert len(repaired) == 2
    assert all(shapely.from_wkb(outline).is_valid for outline in zones.outlines)


def test_original_areas_are_those_of_the_repaired_quarters(sample_data: Path) -> None:
    path = sample_data / "qpv_occitanie_2021" / "qp.geojson"
    columns = {"code": ["code_qp"], "name": ["nom_qp"]}
    zones = read_contours(path, columns, repair_limit=0.01)
    original = {
        item["properties"]["code_qp"]: shapely.geometry.shape(item["geometry"]).area
        for item in json.loads(path.read_text(encoding="utf-8"))["features"]
    }
    for code, outline in zip(zones.codes, zones.outlines, strict=True):
        assert shapely.from_wkb(outline).area == pytest.approx(original[code], rel=0.01)
