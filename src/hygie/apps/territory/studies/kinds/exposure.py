"""« Who lives in the noise, near the road, in the heat »: exposure to any layer."""

from __future__ import annotations

import json
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import numpy as np

from hygie.apps.territory.selectors import Opened
from hygie.apps.territory.studies.fields import Asks, Field, Option, number_of, text_of
from hygie.apps.territory.studies.registry import (
    Answers,
    FileRead,
    Json,
    Kind,
    Material,
    Outcome,
    Preset,
    Progress,
)
from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.exposure.scale import UNKNOWN
from hygie.engines.kernel.errors import HygieError, InputError
from hygie.engines.kernel.french import counted
from hygie.readers.layers import FileKind, LayerFile, file_kind, read_drawn
from hygie.readers.layers.kinds import GRIDS
from hygie.reports.json_exposure import exposure_json, level_words
from hygie.reports.studies.exposure import CATEGORIES, present
from hygie.reports.studies.layers import Layer, layer_json, points, share_layers
from hygie.reports.studies.values import source_lines
from hygie.territories.exposure import (
    BANDS,
    MAIN_ROADS,
    SHAPES,
    Exposure,
    LayerRequest,
    exposure,
    exposure_provenance,
    layer_account,
)

FILE = "file"
DISTANCE, INSIDE, VALUES = "distance", "inside", "values"
COLUMNS = ("niveau", "level", "valeur", "value", "classe", "lden", "db")
"""Names of the column of levels of a file, the first that is there."""

HOW = (
    Option(DISTANCE, "la distance à la couche"),
    Option(INSIDE, "être dans la couche, ou non"),
    Option(VALUES, "la valeur de la couche, par classes"),
)
SYSTEMS = (Option("EPSG:4326", "degrés (WGS 84)"), Option("EPSG:2154", "Lambert-93"))
NEAR = ("near", "middle", "far")
CLASSES = ("class_1", "class_2", "class_3")
LARGEST = 16 * 1024**2
_SHADES = 5
_SCHOOLS = 40
_ANY = 1.0
"""Repairs are judged when the study is computed, with the limit of the catalogue."""

PRESETS = (
    Preset(
        "routes",
        "Qui vit près des axes principaux ?",
        "Les habitants et les cours d’école par distance aux grandes rues.",
        {"layer": (MAIN_ROADS, FILE), "how": (DISTANCE,)},
    ),
    Preset(
        "carte",
        "Qui vit dans le bruit, l’air pollué ou la chaleur ?",
        "Votre carte (surfaces, points ou grille de valeurs), avec les classes que vous choisissez.",
        {"layer": (FILE,), "how": (VALUES,)},
    ),
)


def fields(opened: Opened) -> tuple[Field, ...]:
    """The form: a layer that the territory has or a file, and what makes its levels."""
    bands = [opened.catalogue.figure(key, opened.day) for key in BANDS]
    layers = _layers_here(opened)
    return (
        Field("layer", "La couche", Asks.ONE, options=layers, initial=(layers[0].value,)),
        Field(
            *("file", "Fichier de la couche", Asks.FILE),
            hint=(
                "GeoJSON, GeoPackage, Shapefile dans un zip, CSV de points, GeoTIFF ou grille ASCII. "
                f"La colonne des niveaux s’appelle {COLUMNS[0]} ou {COLUMNS[2]}."
            ),
            required=False,
        ),
        Field(
            *("crs", "Système de coordonnées, si le fichier ne le dit pas", Asks.ONE),
            options=SYSTEMS,
            required=False,
        ),
        Field("how", "Ce qui expose", Asks.ONE, options=HOW, initial=(DISTANCE,)),
        *(
            Field(
                *(key, label),
                low=1,
                high=20_000,
                unit="mètres",
                initial=(f"{figure.value:g}",),
                required=False,
                group="Bandes de distance",
            )
            for key, label, figure in zip(NEAR, ("Tout près", "Près", "Assez près"), bands, strict=True)
        ),
        *(
            Field(
                *(key, f"Classe {rank} : à partir de"),
                hint="Aucun seuil n’est proposé : choisissez-les à leur source." if rank == 1 else "",
                low=-1e6,
                high=1e6,
                required=False,
                group="Classes de valeurs, de la plus faible à la plus forte",
            )
            for rank, key in enumerate(CLASSES, 1)
        ),
    )


def _layers_here(opened: Opened) -> tuple[Option, ...]:
    drawn = [
        Option(f"{SHAPES}{key}", f"{words} du territoire")
        for key, words in CATEGORIES.items()
        if key in opened.territory.features
    ]
    roads = [] if opened.streets is None else [Option(MAIN_ROADS, "les axes principaux du plan des rues")]
    return (*roads, *drawn, Option(FILE, "un fichier que j’envoie"))


def read_file(name: str, content: bytes) -> FileRead:
    """A layer, read once to tell its faults; it is kept whole, for the form decides how it is read.

    Raises
    ------
    HygieError
        If it is no layer.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _safe(name)
        path.write_bytes(content)
        kind = file_kind(path)
        read = None if kind in GRIDS else _tried(path, kind)
    kept, rejects = (1, ()) if read is None else (read.account.kept, read.account.rejects)
    if not kept:
        raise HygieError("Ce fichier ne dessine rien qui puisse servir.", fix="Vérifiez ses coordonnées.")
    told = tuple(f"{one.row} : {one.reason}" for one in rejects[:50])
    kept_text = json.dumps({"name": _safe(name), "data": b64encode(content).decode()})
    return FileRead(kept_text, kept, len(rejects), told)


def _tried(path: Path, kind: FileKind) -> LayerFile:
    """The shapes of a file in the first system that places some: the form tells which only later."""
    for crs in ("", *(one.value for one in SYSTEMS)):
        try:
            read = read_drawn(path, kind, crs=crs, repair_limit=_ANY)
        except InputError:
            if crs == SYSTEMS[-1].value:
                raise
            continue
        if read.account.kept:
            break
    return read


def _safe(name: str) -> str:
    """Name of a file without folders nor odd characters."""
    kept = "".join(c if c.isalnum() or c in " ._-" else "_" for c in Path(name).name)[:80]
    return kept.strip(" .") or "couche"


def run(material: Material, answers: Answers, file: str, progress: Progress) -> Outcome:
    """Measure who is exposed, and keep what may be shown."""
    opened, stored = material.opened, material.stored
    progress(0.1, "Lecture de la couche")
    with tempfile.TemporaryDirectory() as folder:
        request = _request(answers, file, Path(folder))
        found = exposure(stored, opened.catalogue, request)
    progress(0.7, "Habitants par zone et cours d’école")
    told = exposure_json(
        opened.territory,
        found.result,
        layer_account(found.loaded),
        provenance=exposure_provenance(opened.territory, found),
        smallest=found.smallest,
    )
    kept = ("counted", "layer", "levels", "status")
    result: Json = {
        **{key: told[key] for key in kept},
        "cells": [one for one in told["cells"] if one["group"] == WHOLE or one["layer"] == WHOLE],
        "yards": told["yards"][:_SCHOOLS],
        "how": found.loaded.scale.how.value,
        "yards_total": len(told["yards"]),
        "figures": told["provenance"]["figures"],
        "warnings": [*told["layer"]["warnings"], *told["provenance"]["warnings"]],
        "sources": list(source_lines(opened.territory)),
        "layers": [layer_json(one) for one in _map_layers(material, found)],
    }
    return Outcome(result)


def _request(answers: Answers, file: str, folder: Path) -> LayerRequest:
    layer, title = text_of(answers, "layer"), ""
    if layer == FILE:
        if not file:
            raise HygieError(
                "Il manque le fichier de la couche.", fix="Envoyez-le, ou choisissez une autre couche."
            )
        sent: dict[str, Any] = json.loads(file)
        path = folder / str(sent["name"])
        path.write_bytes(b64decode(sent["data"]))
        layer, title = str(path), str(sent["name"])
    how = text_of(answers, "how")
    classes = _given(answers, CLASSES) if how == VALUES else ()
    if how == VALUES and not classes:
        raise HygieError(
            "Il manque le bas des classes de valeurs.",
            why="Hygie n’invente aucun seuil.",
            fix="Écrivez au moins la première classe.",
        )
    grid = bool(title) and file_kind(Path(layer)) in GRIDS
    return LayerRequest(
        layer=layer,
        columns=COLUMNS if how == VALUES and not grid else (),
        bands=_given(answers, NEAR) if how == DISTANCE else (),
        classes=classes,
        crs=text_of(answers, "crs"),
        source=title,
    )


def _given(answers: Answers, keys: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(number_of(answers, key) for key in keys if answers[key] is not None)


def _map_layers(material: Material, found: Exposure) -> list[Layer]:
    """Squares by the level of their middle resident, and school yards."""
    opened = material.opened
    grid, windows = opened.scene.stage.grid, opened.scene.stage.windows
    layers: list[Layer] = []
    result, words = found.result, level_words(found.loaded.scale)
    if grid is not None and windows:
        lowest = max(0, len(words) - _SHADES)  # the mildest levels share a shade when there are many
        every = np.full(len(opened.territory.demand), np.nan)
        known = result.homes.level != UNKNOWN
        every[result.positions[known]] = np.maximum(result.homes.level[known], lowest)
        steps = [(rank + 0.5, told) for rank, told in enumerate(words[lowest:], lowest)]
        steps[-1] = (np.inf, words[-1])
        layers += share_layers(grid, windows[0].frame.plane, every, steps)
    order = [at for at in result.ranked(result.yard_levels).tolist() if result.yard_levels.level[at] > 0]
    if order:
        at = np.array([one.centroid.coords[0] for one in result.yards.outlines[order]])
        # yards are in metres of the territory's plane, which is not that of a window of the map
        lon, lat = material.stored.plane.to_degrees(at[:, 0], at[:, 1])
        yards = counted(len(order), "cour d’école exposée", "cours d’école exposées")
        names = tuple(str(result.yards.names[i]) for i in order)
        layers.append(Layer("yards", "study-school", yards, points(lon, lat), names))
    return layers


def _missing(opened: Opened) -> str:
    return "" if opened.study.residents.positions.size else "aucun habitant n’est connu"


KIND = Kind(
    key="exposure",
    title="Qui vit dans le bruit, l’air pollué, la chaleur, ou près d’une route ?",
    about="Compte les habitants par niveau de n’importe quelle couche, et classe les cours d’école.",
    short="Exposition",
    fields=fields,
    run=run,
    present=present,
    presets=PRESETS,
    read_file=read_file,
    largest_file=LARGEST,
    missing=_missing,
)
