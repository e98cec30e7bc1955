"""A layer of a file, or one of the territory, asked of the exposure engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from hygie.engines.diagnosis.groups import age_groups
from hygie.engines.diagnosis.residents import residents_of
from hygie.engines.exposure.layers import DrawnLayer, Layer
from hygie.engines.exposure.scale import MOST_LEVELS, How, Scale
from hygie.engines.exposure.study import ExposureResult, expose
from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import listing
from hygie.engines.kernel.measures import FigureUse, Provenance
from hygie.engines.kernel.shapes import Outlines, in_metres, shapes_of
from hygie.engines.kernel.territory import Floats, Territory
from hygie.readers.catalogue import Catalogue
from hygie.readers.layers import LayerFile, file_kind, read_drawn, read_grid_layer
from hygie.readers.layers.kinds import GRIDS
from hygie.readers.records import FileAccount
from hygie.readers.tables.values import BadValueError, number
from hygie.readers.territory_folder import StoredTerritory

MAIN_ROADS = "streets:main"
SHAPES = "shapes:"
BANDS = ("exposure_near", "exposure_middle", "exposure_far")
YARD, ELDERLY, SMALLEST = "exposure_yard_radius", "elderly_age", "smallest_count"
REPAIR = "invalid_polygon_area_change"
SHOWN_REJECTS = 50
"""Rejected rows that a result lists; the count holds all of them."""
_MAIN = 2
"""Kind of a street from which it is a main road."""


@dataclass(frozen=True)
class LayerRequest:
    """Which layer, and what makes its levels.

    Attributes
    ----------
    layer
        ``streets:main``, ``shapes:`` and a category of the territory, or the path of a file.
    columns
        Names of the column of levels, the first that is there counts; none to read shapes only.
    bands
        Inclusive upper ends of distances, in metres.
    classes
        Inclusive lower ends of values.
    names
        Words of the column, from the mildest to the worst.
    unit
        Of the values, for words.
    crs
        Coordinate system of a file that states none.
    part
        Layer of a GeoPackage; band of a GeoTIFF.
    source, vintage
        Where the file comes from and its year, as they are shown.
    """

    layer: str
    columns: tuple[str, ...] = ()
    bands: tuple[float, ...] = ()
    classes: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    unit: str = ""
    crs: str = ""
    part: str = ""
    source: str = ""
    vintage: str = ""


@dataclass(frozen=True)
class LoadedLayer:
    """A layer ready to be asked.

    ``account`` is None for a layer of the territory; ``column`` is the one that was read, or empty.
    """

    layer: Layer
    scale: Scale
    title: str
    vintage: str
    column: str = ""
    account: FileAccount | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exposure:
    """What was found, with the layer and the figures it stands on."""

    loaded: LoadedLayer
    result: ExposureResult
    figures: tuple[FigureUse, ...]
    smallest: int


def exposure(stored: StoredTerritory, catalogue: Catalogue, request: LayerRequest) -> Exposure:
    """Load a layer and measure who is exposed to it.

    Raises
    ------
    HygieError
        The layer cannot be read, or its levels cannot be told.
    """
    on = date.fromisoformat(stored.reference_date)
    loaded = load_layer(stored, catalogue, request)
    yard, elderly = catalogue.figure(YARD, on), catalogue.figure(ELDERLY, on)
    smallest = catalogue.figure(SMALLEST, on)
    result = expose(
        stored.territory,
        stored.plane,
        layer=loaded.layer,
        scale=loaded.scale,
        residents=residents_of(stored.territory, age_groups(round(elderly.value))),
        radius=yard.value,
    )
    usual, bands = _usual(stored, catalogue)
    figures = (*(bands if loaded.scale == usual else ()), yard, smallest)
    return Exposure(loaded, result, figures, round(smallest.value))


def exposure_provenance(territory: Territory, found: Exposure) -> Provenance:
    """What an exposure stands on: its parameters, figures and warnings."""
    scale = found.loaded.scale
    asked: dict[str, object] = {"how": scale.how.value, "levels": list(scale.ends or scale.names)}
    if found.loaded.column:
        asked["column"] = found.loaded.column
    warnings = (*found.result.warnings, *territory.warnings)
    return Provenance(asked, found.figures, warnings=tuple(dict.fromkeys(warnings)))


def layer_account(loaded: LoadedLayer) -> dict[str, Any]:
    """What a layer is: title, vintage, and what became of the rows of its file."""
    told: dict[str, Any] = {
        "title": loaded.title,
        "vintage": loaded.vintage,
        "warnings": list(loaded.warnings),
    }
    if (file := loaded.account) is not None:
        told |= {"file": file.file, "sha256": file.sha256, "read": file.read, "kept": file.kept}
        told |= {
            "rejected": len(file.rejects),
            "rejects": [asdict(one) for one in file.rejects[:SHOWN_REJECTS]],
        }
    return told


def load_layer(stored: StoredTerritory, catalogue: Catalogue, request: LayerRequest) -> LoadedLayer:
    """Read the layer of a request and settle its levels.

    Raises
    ------
    HygieError
        The layer cannot be read, is absent, or its levels cannot be told.
    """
    _check(request)
    if request.layer == MAIN_ROADS or request.layer.startswith(SHAPES):
        return _of_territory(stored, catalogue, request)
    path = Path(request.layer)
    kind = file_kind(path)
    title, vintage = request.source or path.name, request.vintage
    if kind in GRIDS:
        if not request.classes or request.columns or request.bands:
            raise _no_classes("Une grille de valeurs se lit par classes.")
        band = int(request.part) if request.part.isdigit() else 1
        grid = read_grid_layer(path, kind, _bounds(stored), crs=request.crs, band=band)
        scale = Scale(How.CLASSES, request.classes, unit=request.unit)
        return LoadedLayer(
            grid.grid, scale, title, vintage, account=grid.account, warnings=grid.account.warnings
        )
    repair = catalogue.figure(REPAIR, date.fromisoformat(stored.reference_date)).value
    file = read_drawn(
        path, kind, columns=request.columns, crs=request.crs, layer=request.part, repair_limit=repair
    )
    if not len(file.shapes):
        raise _nothing_kept(file.account)
    scale, levels = _scaled(stored, catalogue, request, file)
    layer = DrawnLayer(in_metres(file.shapes, stored.plane), levels)
    return LoadedLayer(*(layer, scale, title, vintage, file.column, file.account), file.account.warnings)


def _check(request: LayerRequest) -> None:
    if request.bands and (request.columns or request.classes or request.names):
        raise HygieError(
            "Des bandes de distance ne vont pas avec des niveaux.",
            fix="Choisissez les unes ou les autres.",
        )
    for ends in (request.bands, request.classes):
        if list(ends) != sorted(set(ends)) or len(ends) > MOST_LEVELS or not np.isfinite(ends).all():
            raise HygieError(
                "Ces limites ne forment pas des niveaux.",
                why=f"Elles vont en croissant, sans doublon, {MOST_LEVELS} au plus.",
                fix="Écrivez par exemple 50,100,200.",
            )
    if request.bands and request.bands[0] <= 0:
        raise HygieError("Une distance est au-dessus de zéro.", fix="Écrivez par exemple 50,100,200.")


def _of_territory(stored: StoredTerritory, catalogue: Catalogue, request: LayerRequest) -> LoadedLayer:
    if request.columns or request.classes or request.names:
        raise HygieError(
            "Une couche du territoire n’a pas de niveaux.",
            fix="Demandez des bandes de distance, ou donnez un fichier.",
        )
    roads = request.layer == MAIN_ROADS
    if roads:
        shapes, title = _main_roads(stored), "Axes principaux du plan des rues"
        keys: tuple[str, ...] = ("openstreetmap",)
    else:
        shapes, title, keys = _shapes(stored, request.layer.removeprefix(SHAPES))
    scale = Scale(How.INSIDE)
    if request.bands:
        scale = Scale(How.DISTANCES, request.bands)
    elif roads or not bool((shapely.get_dimensions(shapes) == 2).all()):
        scale, _ = _usual(stored, catalogue)
    sources = stored.territory.sources
    # an invented town draws everything itself
    vintages = [one.vintage for one in sources if one.name in keys or stored.territory.fictional]
    layer = DrawnLayer(shapes, np.ones(len(shapes), np.int64))
    return LoadedLayer(layer, scale, title, ", ".join(dict.fromkeys(vintages)))


def _main_roads(stored: StoredTerritory) -> Outlines:
    """Main roads as lines in metres; by car where those streets are there, for they hold motorways."""
    streets = stored.streets.get("car") or stored.streets.get("walk")
    chosen = np.zeros(0, np.int64) if streets is None else np.flatnonzero(streets.graph.kind >= _MAIN)
    if streets is None or not chosen.size:
        raise HygieError(
            "Non calculé : aucun axe principal dans le plan des rues.",
            why="La distance aux axes principaux demande un plan des rues qui les distingue.",
            fix="Donnez à la recette un extrait d’OpenStreetMap, ou un fichier de routes.",
        )
    graph = streets.graph
    x, y = stored.plane.to_metres(graph.shape_lon, graph.shape_lat)
    spans = [slice(graph.shape_start[e], graph.shape_start[e + 1]) for e in chosen.tolist()]
    return np.array([shapely.LineString(np.column_stack([x[s], y[s]])) for s in spans], dtype=object)


def _shapes(stored: StoredTerritory, category: str) -> tuple[Outlines, str, tuple[str, ...]]:
    found = shapes_of(stored.territory, category, stored.plane)
    if not len(found):
        known = listing(sorted(stored.territory.features)) or "aucune"
        raise HygieError(
            f"Non calculé : aucune source ne dessine « {category} » ici.",
            why=f"Le territoire dessine : {known}.",
            fix="Choisissez l’une d’elles, ou donnez un fichier.",
        )
    return found.outlines, f"Tracés « {category} » du territoire", tuple(np.unique(found.sources).tolist())


def _usual(stored: StoredTerritory, catalogue: Catalogue) -> tuple[Scale, tuple[FigureUse, ...]]:
    on = date.fromisoformat(stored.reference_date)
    figures = tuple(catalogue.figure(key, on) for key in BANDS)
    return Scale(How.DISTANCES, tuple(one.value for one in figures)), figures


def _scaled(
    stored: StoredTerritory, catalogue: Catalogue, request: LayerRequest, file: LayerFile
) -> tuple[Scale, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Scale of a drawn file, and level of each shape."""
    plain = np.ones(len(file.shapes), np.int64)
    areal = bool((shapely.get_dimensions(file.shapes) == 2).all())
    if request.bands:
        return Scale(How.DISTANCES, request.bands), plain
    if not request.columns and (request.classes or request.names):
        raise _no_classes("Des niveaux se lisent dans une colonne.")
    if not areal and request.columns:
        raise HygieError(
            "Cette couche dessine des points ou des lignes : personne n’est « dedans ».",
            fix="Demandez des bandes de distance.",
        )
    if not areal:
        return _usual(stored, catalogue)[0], plain
    if not request.columns:
        return Scale(How.INSIDE), plain
    if request.names:
        return Scale(How.NAMES, names=request.names), _named(file, request.names)
    values = _numbers(file)
    classes = request.classes or tuple(np.unique(values).tolist())
    if len(classes) > MOST_LEVELS or not classes:
        raise _no_classes(f"La colonne « {file.column} » a {len(classes)} valeurs différentes.")
    scale = Scale(How.CLASSES, classes, unit=request.unit)
    return scale, scale.of_values(values)


def _named(file: LayerFile, names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    rank = {name.strip().lower(): i for i, name in enumerate(names, 1)}
    odd = sorted({text for text in file.levels if text.strip().lower() not in rank})
    if odd:
        raise HygieError(
            f"La colonne « {file.column} » a des niveaux que vous n’avez pas rangés.",
            why=f"Trouvé : {listing(odd[:10])}.",
            fix="Citez tous ses niveaux, du plus faible au plus fort.",
        )
    return np.array([rank[text.strip().lower()] for text in file.levels], np.int64)


def _numbers(file: LayerFile) -> Floats:
    try:
        return np.array([number(text) for text in file.levels], np.float64)
    except BadValueError as bad:
        found = list(dict.fromkeys(file.levels))[:10]
        raise HygieError(
            f"La colonne « {file.column} » ne contient pas que des nombres.",
            why=f"Trouvé : {listing(found)}.",
            fix="Rangez ses niveaux avec --levels, du plus faible au plus fort.",
        ) from bad


def _nothing_kept(account: FileAccount) -> HygieError:
    first = next(iter(account.rejects), None)
    why = "Il est vide." if first is None else f"{first.row} : {first.reason}."
    return HygieError(
        f"Rien de {account.file} ne peut servir.", why=why, fix="Corrigez le fichier, puis recommencez."
    )


def _no_classes(what: str) -> HygieError:
    return HygieError(
        what,
        why="Hygie n’invente aucun seuil : ceux de la loi ou de la pratique sont à vérifier à leur source.",
        fix="Donnez la colonne et les limites des classes, par exemple --level db --classes 55,60,65.",
    )


def _bounds(stored: StoredTerritory) -> tuple[float, float, float, float]:
    demand = stored.territory.demand
    lon, lat = demand.lon[demand.inside], demand.lat[demand.inside]
    if not lon.size:
        raise HygieError("Ce territoire n’a aucun point d’habitation.", fix="Complétez sa recette.")
    near = 0.01  # a yard may stand a little beyond the last home
    return (
        float(lon.min()) - near,
        float(lat.min()) - near,
        float(lon.max()) + near,
        float(lat.max()) + near,
    )
