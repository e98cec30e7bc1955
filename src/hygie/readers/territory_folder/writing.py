"""Writing a territory folder: all of it or nothing, the same bytes for the same territory."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hygie import __version__
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.territory import Demand, Feature, Places, SourceAccount, Territory, ZoneLayer
from hygie.engines.kernel.travel import Located
from hygie.readers.territory_folder.calendar import write_calendar
from hygie.readers.territory_folder.hospitals import write_hospitals
from hygie.readers.territory_folder.integrity import MANIFEST, content_of, holds_only_a_territory
from hygie.readers.territory_folder.practitioners import write_practitioners
from hygie.readers.territory_folder.similar import write_similar
from hygie.readers.territory_folder.statistics import write_statistics
from hygie.readers.territory_folder.stored import FORMAT, StoredStreets, StoredTerritory


def write_territory(stored: StoredTerritory, folder: Path) -> None:
    """Write a territory folder atomically: a reader sees the old one or the new one, never half.

    Parameters
    ----------
    stored
        The territory and its streets.
    folder
        Where; its parent must exist. An older territory folder there is replaced; anything else
        is left alone.

    Raises
    ------
    HygieError
        If ``folder`` holds something that is not a territory, or cannot be written.
    """
    _refuse_foreign(folder, stored.territory)
    work: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
        _write_all(stored, work)
        work.chmod(0o755)
        _swap(work, folder)
    except OSError as error:
        raise HygieError(
            f"Le dossier {folder} n’a pas pu être écrit.",
            why=f"{error.strerror or error}.",
            fix="Vérifiez la place disponible et les droits, puis relancez.",
        ) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(folder: Path, territory: Territory) -> None:
    try:
        taken = folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
    except OSError:
        return  # writing will say why
    if taken and not (folder.is_dir() and holds_only_a_territory(folder)):
        raise HygieError(
            f"{folder} existe et n’est pas un dossier de territoire, ou contient autre chose.",
            why="Il n’a pas été touché.",
            fix="Choisissez un autre dossier avec -o.",
        )
    if taken and territory.fictional and not _is_fictional(folder / MANIFEST):
        raise HygieError(
            f"{folder} contient un territoire réel.",
            why="Il n’a pas été touché\u00a0: une ville fictive ne remplace jamais une vraie.",
            fix="Choisissez un autre dossier avec -o.",
        )


def _is_fictional(manifest: Path) -> bool:
    try:
        return bool(json.loads(manifest.read_text(encoding="utf-8"))["fictional"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _swap(work: Path, folder: Path) -> None:
    if not folder.exists():
        work.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".old", dir=folder.parent))
    try:
        folder.rename(old / "was")
        work.rename(folder)
    finally:
        if not folder.exists() and (old / "was").exists():
            (old / "was").rename(folder)  # the new one could not take its place: the old one stays
        shutil.rmtree(old, ignore_errors=True)


def _write_all(stored: StoredTerritory, work: Path) -> None:
    territory = stored.territory
    _write_demand(territory.demand, work / "demand")
    _write_places(territory.places, work / "places.parquet")
    _write_layers(territory.layers.values(), work / "zones.parquet")
    for feature in territory.features.values():
        _write_feature(feature, work / "features" / f"{feature.kind}.parquet")
    for profile, streets in stored.streets.items():
        _write_streets(streets, work / "streets" / profile)
    write_practitioners(territory.practitioners, work)
    write_statistics(stored.statistics, work)
    write_similar(stored.similar, work)
    write_hospitals(stored.hospitals, work)
    write_calendar(stored.calendar, work)
    _write_rejects(territory.sources, work / "rejects.csv")
    manifest = _manifest(stored)
    manifest["content"] = content_of(work)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (work / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _save(folder: Path, columns: Mapping[str, NDArray[np.generic]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(column), allow_pickle=False)


def _write_demand(demand: Demand, folder: Path) -> None:
    _save(
        folder,
        {
            "ids": demand.ids,
            "lon": demand.lon,
            "lat": demand.lat,
            "people": demand.people,
            "by_age": demand.by_age,
            "imputed": demand.imputed,
            "inside": demand.inside,
            "income_decile": demand.income_decile,
            **{f"zone-{layer}": index for layer, index in demand.zones.items()},
        },
    )


def _write_places(places: Places, file: Path) -> None:
    columns = {f.name: pa.array(getattr(places, f.name).tolist()) for f in fields(places)}
    _write_table(pa.table(columns) if len(places) else _empty_places(), file)


def _empty_places() -> pa.Table:
    kinds = {"lon": pa.float64(), "lat": pa.float64(), "capacity": pa.float64(), "inside": pa.bool_()}
    return pa.table({f.name: pa.array([], kinds.get(f.name, pa.string())) for f in fields(Places)})


def _write_layers(layers: Iterable[ZoneLayer], file: Path) -> None:
    rows = [
        (layer.key, code, name, outline, bool(inside))
        for layer in layers
        for code, name, outline, inside in zip(
            layer.ids, layer.names, layer.outlines, layer.inside, strict=True
        )
    ]
    kinds = (pa.string(), pa.string(), pa.string(), pa.binary(), pa.bool_())
    names = ("layer", "id", "name", "outline", "inside")
    columns = {
        name: pa.array([row[i] for row in rows], kind)
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    _write_table(pa.table(columns), file)


def _write_feature(feature: Feature, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = {
        "id": pa.array(feature.ids.tolist(), pa.string()),
        "shape": pa.array(feature.shapes.tolist(), pa.binary()),
        "name": pa.array(feature.names.tolist(), pa.string()),
        "value": pa.array(feature.values, pa.float64()),
    }
    if (details := feature.details) is not None:
        columns |= {
            column.name: pa.array(getattr(details, column.name).tolist()) for column in fields(details)
        }
    _write_table(pa.table(columns), file)


def _write_table(table: pa.Table, file: Path) -> None:
    pq.write_table(table, file, compression="zstd")


def _located_columns(prefix: str, located: Located) -> dict[str, NDArray[np.generic]]:
    return {
        f"{prefix}-edge": located.edge,
        f"{prefix}-tail": located.ticks_tail,
        f"{prefix}-head": located.ticks_head,
    }


def _write_streets(streets: StoredStreets, folder: Path) -> None:
    graph = {f.name: getattr(streets.graph, f.name) for f in fields(streets.graph) if f.name != "profile"}
    hierarchy = {f"hierarchy-{f.name}": getattr(streets.hierarchy, f.name) for f in fields(streets.hierarchy)}
    _save(
        folder,
        {
            **graph,
            **hierarchy,
            **_located_columns("people", streets.people),
            **_located_columns("places", streets.places),
        },
    )


def _write_rejects(sources: Iterable[SourceAccount], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("source", "file", "row", "column", "value", "reason"))
        for source in sources:
            writer.writerows((source.name, source.file, *reject) for reject in source.rejects)


def _manifest(stored: StoredTerritory) -> dict[str, object]:
    territory = stored.territory
    return {
        "format": FORMAT,
        "hygie": __version__,
        **_identity(territory),
        "plane": [stored.plane.lon0, stored.plane.lat0],
        "profiles": sorted(stored.streets),
        "reference_date": stored.reference_date,
        "parameters": dict(stored.parameters),
        "figures": [asdict(figure) for figure in stored.figures],
        "walk_metres_per_minute": stored.walk_metres_per_minute,
        "snap_limit_metres": stored.snap_limit_metres,
        "detour_factor": stored.detour_factor,
    }


def _identity(territory: Territory) -> dict[str, object]:
    return {
        "code": territory.code,
        "name": territory.name,
        "fictional": territory.fictional,
        "population_label": territory.population_label,
        "population_source": territory.population_source,
        "controls": dict(territory.controls),
        "has_streets": territory.has_streets,
        "warnings": list(territory.warnings),
        "provided": sorted(territory.provided),
        "missing": list(territory.missing),
        "age_bands": [[band.first, band.last] for band in territory.demand.age_bands],
        "layers": [
            {
                "key": layer.key,
                "title": layer.title,
                "source": layer.source,
                "vintage": layer.vintage,
                "in_force": layer.in_force,
            }
            for layer in territory.layers.values()
        ],
        "features": sorted(territory.features),
        "sources": [_account(source) for source in territory.sources],
    }


def _account(source: SourceAccount) -> dict[str, object]:
    account = asdict(source)
    del account["rejects"]
    account["warnings"] = list(source.warnings)
    return account
