"""``hygie exposure``: a layer of the territory or of a file, its levels, its files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely

from hygie.cli.main import run
from hygie.readers.catalogue.checking import schema_validator
from hygie.readers.territory_folder import StoredTerritory, open_territory, write_territory
from hygie.territories.build import build_territory


@pytest.fixture(scope="module")
def stored(clairval: Path) -> StoredTerritory:
    return open_territory(clairval)


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert run(["exposure", *map(str, words), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema_validator("exposure").validate(told)
    return told


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert run(["exposure", *map(str, words)]) == 1
    return capsys.readouterr().err


def squares(stored: StoredTerritory, path: Path) -> list[shapely.Polygon]:
    """Overlapping squares around the middle of the town, louder towards it; as degrees."""
    demand = stored.territory.demand
    x, y = float(np.median(demand.lon)), float(np.median(demand.lat))
    found = [shapely.box(x - d, y - d, x + d, y + d) for d in (0.03, 0.015, 0.006)]
    features = [
        {
            "type": "Feature",
            "properties": {"dB": level, "mot": word},
            "geometry": json.loads(shapely.to_geojson(one)),
        }
        for one, level, word in zip(found, (55, 60, 65), ("Calme", "Moyen", "Fort"), strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return found


def whole(told: dict[str, Any]) -> dict[str, Any]:
    measures: dict[str, Any] = told["cells"][0]["measures"]
    return measures


def test_levels_of_a_file_are_counted_as_by_hand(
    clairval: Path, stored: StoredTerritory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = tmp_path / "bruit.geojson"
    areas = squares(stored, layer)
    told = asked(
        capsys, clairval, "--layer", layer, "--level", "db", "--source", "Essai", "--vintage", "2024"
    )
    demand = stored.territory.demand
    level = np.zeros(len(demand), int)
    for rank, area in enumerate(areas, 1):
        west, south, east, north = area.bounds
        inside = (demand.lon >= west) & (demand.lon <= east) & (demand.lat >= south) & (demand.lat <= north)
        level[inside] = rank
    for rank in range(4):
        by_hand = demand.people[demand.inside & (level == rank)].sum()
        assert whole(told)[f"people_level_{rank}"]["value"] == pytest.approx(by_hand)
    assert told["layer"]["title"] == "Essai"
    assert told["layer"]["read"] == told["layer"]["kept"] == 3
    words = asked(capsys, clairval, "--layer", layer, "--level", "mot", "--levels", "calme,moyen,fort")
    assert whole(words) == whole(told)
    assert [one["words"] for one in words["levels"]][1:] == ["calme", "moyen", "fort"]
    fewer = asked(capsys, clairval, "--layer", layer, "--level", "dB", "--classes", "58", "--unit", "dB")
    top = whole(told)
    both = top["people_level_2"]["value"] + top["people_level_3"]["value"]
    assert whole(fewer)["people_level_1"]["value"] == pytest.approx(both)
    assert "58\u00a0dB ou plus" in fewer["levels"][1]["words"].replace(" ", "\u00a0", 1)


def test_sums_of_levels_are_the_total_and_nothing_small_is_written(
    clairval: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(capsys, clairval, "--layer", "streets:main")
    assert whole(told)["people"]["value"] == 2000
    assert [one["key"] for one in told["provenance"]["figures"]][:3] == [
        "exposure_near",
        "exposure_middle",
        "exposure_far",
    ]
    for cell in told["cells"]:
        values = {key: one["value"] for key, one in cell["measures"].items() if "value" in one}
        counts = [value for key, value in values.items() if key.startswith("people")]
        assert all(value == 0 or value >= 11 - 1e-6 for value in counts)
        running = [v for k, v in values.items() if k == "people" or k.startswith("people_from")]
        for first, second in combinations(running, 2):
            assert abs(first - second) < 1e-6 or abs(first - second) >= 11 - 1e-6
        if all(f"people_level_{k}" in values for k in range(4)):
            assert sum(values[f"people_level_{k}"] for k in range(4)) == pytest.approx(values["people"])
    ranks = [yard["level"] for yard in told["yards"]]
    assert ranks == sorted(ranks, reverse=True)


def test_shapes_of_the_territory_and_inside(clairval: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = asked(capsys, clairval, "--layer", "shapes:water", "--bands", "100,500")
    assert len(near["levels"]) == 3
    inside = asked(capsys, clairval, "--layer", "shapes:park")
    assert [one["words"] for one in inside["levels"]] == ["hors de la couche", "dans la couche"]
    assert "« nothing »" in refused(capsys, clairval, "--layer", "shapes:nothing").replace("\u00a0", " ")


def test_a_grid_made_of_a_formula(
    clairval: Path, stored: StoredTerritory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demand = stored.territory.demand
    west, north = float(demand.lon.min()) - 0.02, float(demand.lat.max()) + 0.02
    side, path = 0.0005, tmp_path / "chaleur.tif"
    columns = int((float(demand.lon.max()) + 0.02 - west) / side)
    rows = int((north - float(demand.lat.min()) + 0.02) / side)
    values = (20 + 15 * np.arange(columns)[None, :] / columns + 0 * np.arange(rows)[:, None]).astype(
        "float64"
    )
    values[:, -200:] = np.nan
    with rasterio.open(
        *(path, "w"),
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="float64",
        crs="EPSG:4326",
        nodata=np.nan,
        transform=rasterio.Affine(side, 0, west, 0, -side, north),
    ) as out:
        out.write(values, 1)
    told = asked(capsys, clairval, "--layer", path, "--classes", "25,30")
    column = np.floor((demand.lon - west) / side)
    value = np.where(column >= columns - 200, np.nan, 20 + 15 * column / columns)
    people = np.where(demand.inside, demand.people, 0)
    assert whole(told)["people_unknown"]["value"] == pytest.approx(people[np.isnan(value)].sum())
    assert whole(told)["people_from_1"]["value"] == pytest.approx(people[value >= 25].sum())
    assert whole(told)["people_level_2"]["value"] == pytest.approx(people[value >= 30].sum())
    assert "par classes" in refused(capsys, clairval, "--layer", path)


def test_what_cannot_be_told_is_refused_in_french(
    clairval: Path, stored: StoredTerritory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = tmp_path / "bruit.geojson"
    squares(stored, layer)
    assert "ne contient pas que des nombres" in refused(capsys, clairval, "--layer", layer, "--level", "mot")
    odd = ("--level", "mot", "--levels", "calme,fort")
    assert "Moyen" in refused(capsys, clairval, "--layer", layer, *odd)
    assert "colonne" in refused(capsys, clairval, "--layer", layer, "--classes", "55")
    both = ("--bands", "50", "--level", "dB")
    assert "ne vont pas avec" in refused(capsys, clairval, "--layer", layer, *both)
    assert "niveaux" in refused(capsys, clairval, "--layer", "streets:main", "--bands", "100,50")
    assert "introuvable" in refused(capsys, clairval, "--layer", tmp_path / "nothing")
    points = tmp_path / "points.csv"
    demand = stored.territory.demand
    points.write_text(f"lon,lat,n\n{demand.lon.max()},{demand.lat[0]},3\n")
    assert "points ou des lignes" in refused(capsys, clairval, "--layer", points, "--level", "n")
    points.write_text("lon,lat\n43.1,3.1\n")
    assert "coordonnées inversées" in refused(capsys, clairval, "--layer", points)
    assert run(["exposure", str(clairval), "--layer", "streets:main", "--bands", "a"]) == 2


def test_points_of_a_table_make_bands_and_files_say_the_same(
    clairval: Path, stored: StoredTerritory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demand = stored.territory.demand
    layer, files = (
        tmp_path / "usine.csv",
        {key: tmp_path / f"out.{key}" for key in ("csv", "geojson", "homes")},
    )
    east = int(demand.lon.argmax())  # the town stands at the very west of what is held to be France
    layer.write_text(f"lon,lat\n{demand.lon[east]},{demand.lat[east]}\n")
    words = [word for key, file in files.items() for word in (f"--{key}", str(file))]
    told = asked(capsys, clairval, "--layer", layer, "--bands", "300,1000", *words)
    x, y = stored.plane.to_metres(demand.lon, demand.lat)
    x0, y0 = x[east], y[east]
    near = demand.inside & (np.hypot(x - x0, y - y0) <= 1000)
    assert whole(told)["people_from_1"]["value"] == pytest.approx(demand.people[near].sum())
    rows = list(csv.DictReader(files["csv"].read_text("utf-8").splitlines()))
    first = next(row for row in rows if row["measure"] == "people_from_1")
    assert float(first["value"]) == whole(told)["people_from_1"]["value"]
    drawn = json.loads(files["geojson"].read_text("utf-8"))
    assert {one["properties"]["kind"] for one in drawn["features"]} == {"zone", "school_yard"}
    homes = list(csv.DictReader(files["homes"].read_text("utf-8").splitlines()))
    assert len(homes) == int(demand.inside.sum())
    levels = [int(row["level"]) for row in homes]
    assert levels == sorted(levels, reverse=True)
    assert "people" not in homes[0]


@pytest.mark.sample_data
@pytest.mark.parametrize(("file", "code"), [("redon.osm.gz", "35236"), ("le_mans_extrait.osm.pbf", "72181")])
def test_homes_by_main_roads_of_real_extracts(
    town_of: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str], file: str, code: str
) -> None:
    folder = town_of(file, code)
    told = asked(capsys, folder, "--layer", "streets:main")
    assert told["counted"] == "dwellings"
    town = open_territory(folder)
    graph, demand = town.streets["car"].graph, town.territory.demand
    x, y = town.plane.to_metres(graph.shape_lon, graph.shape_lat)
    px, py = town.plane.to_metres(demand.lon, demand.lat)
    best = np.full(len(demand), np.inf)
    for edge in np.flatnonzero(graph.kind >= 2).tolist():
        at = slice(graph.shape_start[edge], graph.shape_start[edge + 1])
        for ax, ay, bx, by in zip(x[at][:-1], y[at][:-1], x[at][1:], y[at][1:], strict=True):
            length = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-18)
            t = np.clip(((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length, 0, 1)
            best = np.minimum(best, np.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay)))
    measures = whole(told)
    assert measures["dwellings"]["value"] == demand.inside.sum()
    for key, metres in (("from_3", 50), ("from_2", 100), ("from_1", 200)):
        assert measures[f"dwellings_{key}"]["value"] == (best[demand.inside] <= metres).sum()


@pytest.mark.sample_data
def test_priority_quarters_as_a_layer_of_narbonne(
    sample_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HYGIE_SAMPLE_DATA", str(sample_data))
    example = Path(__file__).parents[2] / "examples" / "narbonne"
    folder = tmp_path / "narbonne"
    write_territory(build_territory(example), folder)
    layer = sample_data / "qpv_occitanie_2021" / "qp.geojson"
    told = asked(capsys, folder, "--layer", layer)
    assert told["status"] == "estimate"
    assert told["layer"]["read"] == 105
    assert any("carreaux de 200" in one for one in told["provenance"]["warnings"])
    cells = {(one["zone"], one["group"]): one["measures"] for one in told["cells"]}
    inside = whole(told)["people_from_1"]
    assert inside["low"] <= inside["value"] <= inside["high"]
    assert inside["value"] == pytest.approx(cells["in_qpv", "all"]["people"]["value"])
