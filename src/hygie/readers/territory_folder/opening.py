"""Opening a territory folder: a few milliseconds, whatever its size."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.territory import (
    AgeBand,
    Demand,
    Feature,
    FeatureDetails,
    Places,
    SourceAccount,
    Territory,
    ZoneLayer,
)
from hygie.engines.kernel.travel import Located
from hygie.engines.streets.graph import StreetGraph
from hygie.engines.streets.hierarchy import Hierarchy
from hygie.readers.territory_folder.calendar import read_calendar
from hygie.readers.territory_folder.hospitals import read_hospitals
from hygie.readers.territory_folder.integrity import DRAWINGS, MANIFEST, check_files
from hygie.readers.territory_folder.practitioners import read_practitioners
from hygie.readers.territory_folder.similar import read_similar
from hygie.readers.territory_folder.soundness import check_streets
from hygie.readers.territory_folder.statistics import STATISTICS, StoredStatistics
from hygie.readers.territory_folder.stored import FORMAT, StoredStreets, StoredTerritory

_TEXTS = np.dtype(np.str_)


def open_territory(folder: Path) -> StoredTerritory:
    """Open a territory folder, its columns memory-mapped.

    Parameters
    ----------
    folder
        A folder written by ``write_territory``.

    Raises
    ------
    HygieError
        If it is not a territory folder, is of another version, or is damaged.
    """
    manifest = _read_manifest(folder)
    content = dict(manifest.get("content", {}))
    check_files(folder, content, [name for name in content if not name.startswith(DRAWINGS)])
    try:
        _check_numbers(manifest)
        territory = _territory(folder, manifest)
        streets = {
            profile: _streets(folder / "streets" / profile, profile, territory)
            for profile in manifest["profiles"]
        }
        return StoredTerritory(
            territory=territory,
            plane=Plane(*manifest["plane"]),
            streets=streets,
            reference_date=manifest["reference_date"],
            figures=tuple(FigureUse(**figure) for figure in manifest["figures"]),
            walk_metres_per_minute=manifest["walk_metres_per_minute"],
            snap_limit_metres=manifest["snap_limit_metres"],
            detour_factor=manifest["detour_factor"],
            parameters=manifest["parameters"],
            statistics=StoredStatistics(folder) if STATISTICS in manifest["content"] else (),
            hospitals=read_hospitals(folder),
            calendar=read_calendar(folder),
            similar=read_similar(folder),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HygieError(
            f"Le dossier de territoire {folder} est abîmé.",
            why=f"{type(error).__name__} : {error}.",
            fix="Reconstruisez-le avec « hygie territory build ».",
        ) from error


def _read_manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not file.is_file():
        raise HygieError(
            f"{folder} n’est pas un dossier de territoire.",
            why=f"Il n’y a pas de fichier {MANIFEST}.",
            fix="Donnez un dossier écrit par « hygie territory build » ou « hygie territory demo ».",
        )
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HygieError(
            f"{file} est illisible.",
            why=f"{error}.",
            fix="Reconstruisez le territoire.",
        ) from error
    if version != FORMAT:
        raise HygieError(
            f"{folder} a été écrit dans une autre version du format ({version}, attendu {FORMAT}).",
            fix="Reconstruisez-le avec « hygie territory build ».",
        )
    return dict(manifest)


def _check_numbers(manifest: Mapping[str, Any]) -> None:
    """Raise ValueError or TypeError when a number or a date of the manifest is not one."""
    date.fromisoformat(manifest["reference_date"])
    speeds = [manifest[key] for key in ("walk_metres_per_minute", "snap_limit_metres", "detour_factor")]
    if not all(math.isfinite(number) for number in [*manifest["plane"], *speeds]) or min(speeds) <= 0:
        raise ValueError("a speed, a distance or the plane is not a number")


def _load(file: Path) -> NDArray[Any]:
    # Copy-on-write rather than read-only: compiled functions are typed for writable arrays.
    return np.asarray(np.load(file, mmap_mode="c", allow_pickle=False))


def _territory(folder: Path, manifest: Mapping[str, Any]) -> Territory:
    layers = _layers(folder / "zones.parquet", manifest["layers"])
    demand = _demand(folder / "demand", manifest["age_bands"], tuple(layers))
    for key, layer in layers.items():
        _check_indices(demand.zones[key], len(layer.ids))
    places, practitioners = _places(folder / "places.parquet"), read_practitioners(folder)
    if practitioners is not None and not np.isin(practitioners.places, places.ids).all():
        raise ValueError("a practitioner is at a place that the territory has not")
    return Territory(
        code=manifest["code"],
        name=manifest["name"],
        demand=demand,
        places=places,
        layers=layers,
        features=_LazyFeatures(folder, tuple(manifest["features"]), manifest["content"]),
        provided=frozenset(manifest["provided"]),
        sources=tuple(_account(source) for source in manifest["sources"]),
        missing=tuple(manifest["missing"]),
        fictional=manifest["fictional"],
        population_label=manifest["population_label"],
        population_source=manifest["population_source"],
        controls=manifest["controls"],
        has_streets=manifest["has_streets"],
        warnings=tuple(manifest["warnings"]),
        practitioners=practitioners,
    )


def _account(stored: Mapping[str, Any]) -> SourceAccount:
    return SourceAccount(**{**stored, "warnings": tuple(stored["warnings"])})


def _demand(folder: Path, bands: list[list[int | None]], layers: tuple[str, ...]) -> Demand:
    columns = {
        name: _load(folder / f"{name}.npy")
        for name in ("ids", "lon", "lat", "people", "by_age", "imputed", "inside", "income_decile")
    }
    return Demand(
        **columns,
        age_bands=tuple(AgeBand(int(first or 0), last) for first, last in bands),
        zones={layer: _load(folder / f"zone-{layer}.npy") for layer in layers},
    )


def _places(file: Path) -> Places:
    table = pq.read_table(file)
    return Places(**{field.name: _column(table.column(field.name)) for field in fields(Places)})


def _layers(file: Path, described: list[dict[str, Any]]) -> dict[str, ZoneLayer]:
    rows = pq.read_table(file).to_pylist()
    layers = {}
    for about in described:
        mine = [row for row in rows if row["layer"] == about["key"]]
        layers[about["key"]] = ZoneLayer(
            key=about["key"],
            title=about["title"],
            ids=tuple(row["id"] for row in mine),
            names=tuple(row["name"] for row in mine),
            outlines=tuple(row["outline"] for row in mine),
            source=about["source"],
            vintage=about["vintage"],
            in_force=about["in_force"],
            inside=np.array([row["inside"] for row in mine], dtype=np.bool_),
        )
    return layers


class _LazyFeatures(Mapping[str, Feature]):
    """Features read from disk when asked for: a page that draws no building reads none."""

    def __init__(self, folder: Path, kinds: tuple[str, ...], content: Mapping[str, str]) -> None:
        self._folder = folder
        self._kinds = kinds
        self._content = content
        self._read: dict[str, Feature] = {}

    def __getitem__(self, kind: str) -> Feature:
        if kind not in self._kinds:
            raise KeyError(kind)
        if kind not in self._read:
            name = f"{DRAWINGS}{kind}.parquet"
            check_files(self._folder, self._content, [name])
            table = pq.read_table(self._folder / name)
            self._read[kind] = Feature(
                kind=kind,
                ids=np.array(table.column("id").to_pylist(), dtype=_TEXTS),
                shapes=np.array(table.column("shape").to_pylist(), dtype=object),
                names=np.array(table.column("name").to_pylist(), dtype=_TEXTS),
                values=table.column("value").to_numpy(zero_copy_only=False),
                details=_details(table),
            )
        return self._read[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def _details(table: pa.Table) -> FeatureDetails | None:
    """Details of a feature; None in folders written before they were kept."""
    names = [column.name for column in fields(FeatureDetails)]
    if not set(names) <= set(table.column_names):
        return None
    return FeatureDetails(**{name: _column(table.column(name)) for name in names})


def _column(values: pa.ChunkedArray) -> NDArray[Any]:
    if str(values.type) == "string":
        return np.array(values.to_pylist(), dtype=_TEXTS)
    return np.asarray(values.to_numpy(zero_copy_only=False))


def _streets(folder: Path, profile: str, territory: Territory) -> StoredStreets:
    graph = StreetGraph(
        profile=profile,
        **{f.name: _load(folder / f"{f.name}.npy") for f in fields(StreetGraph) if f.name != "profile"},
    )
    hierarchy = Hierarchy(**{f.name: _load(folder / f"hierarchy-{f.name}.npy") for f in fields(Hierarchy)})
    check_streets(graph, hierarchy)
    demand, places = territory.demand, territory.places
    located = (
        _located(folder, "people", demand.lon, demand.lat),
        _located(folder, "places", places.lon, places.lat),
    )
    for one in located:
        _check_indices(one.edge, graph.edges)
    return StoredStreets(graph, hierarchy, *located)


def _located(folder: Path, prefix: str, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Located:
    edge, tail, head = (_load(folder / f"{prefix}-{part}.npy") for part in ("edge", "tail", "head"))
    if not lon.shape == edge.shape == tail.shape == head.shape:
        raise ValueError(f"streets/{folder.name}/{prefix} was located for another territory")
    return Located(lon, lat, edge, tail, head)


def _check_indices(indices: NDArray[Any], count: int) -> None:
    """Raise ValueError when an index leads elsewhere; -1 is « nowhere »."""
    if len(indices) and not (indices.min() >= -1 and indices.max() < count):
        raise ValueError("an index of a column leads outside what it counts")


def read_rejects(folder: Path) -> list[dict[str, str]]:
    """Every faulty row of every source: source, file, row, column, value, reason."""
    with (folder / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
