"""From a recipe to a territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.hospital import HospitalRecords
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.kernel.plane import Plane
from hygie.engines.kernel.practitioner import PractitionerTable
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Demand, Feature, Places, Territory, ZoneLayer
from hygie.engines.streets.graph import RawWays
from hygie.readers.catalogue import Catalogue, load_catalogue
from hygie.readers.records import OsmFile, Progress, silent
from hygie.readers.territory_folder import StoredStreets, StoredTerritory
from hygie.territories.accessibility import accessibility_statistics, traced
from hygie.territories.accounts import source_accounts, title_of, unmapped_warnings
from hygie.territories.area import INSIDE, Area, area_of_communes, area_of_data, plane_of
from hygie.territories.calendar_files import calendar_of
from hygie.territories.demand import (
    Residents,
    demand_of,
    residents_of_dwellings,
    residents_of_grid,
    spread_over_dwellings,
)
from hygie.territories.entrances import entrances
from hygie.territories.figures import build_figures
from hygie.territories.ingredients import Ingredients, Kitchen, read_ingredients
from hygie.territories.labels import controls_of, missing_of, population_label, population_source
from hygie.territories.layers import commune_layer, quarter_layer
from hygie.territories.network import street_network
from hygie.territories.practitioners import Practising, practising
from hygie.territories.provided import aside_warnings, partial_warnings, provided_by, split_places
from hygie.territories.recipe import Recipe, SourceChoice, read_recipe
from hygie.territories.shapes import ShapeSet, shapes_of_sources
from hygie.territories.similar import similar_to
from hygie.territories.statistics import statistics_of, surroundings, used_rows
from hygie.territories.supply import SourcedPlace, merge_same, place_columns, rows_outside
from hygie.territories.trees import Trees, trees_of
from hygie.territories.watched import watched

SOURCE_RANK = {"finess": 0, "france_services": 1, "place_table": 5, "openstreetmap": 9}
"""Which source wins when two tell the same place: the official register first, the map last."""


def build_territory(
    recipe_file: Path, *, progress: Progress = silent, enclosed: bool = False
) -> StoredTerritory:
    """Build a territory from a recipe and the files it names.

    Parameters
    ----------
    enclosed
        True to read files of the recipe's own folder only (``read_recipe``).

    Raises
    ------
    HygieError
        If the recipe or a file is wrong; nothing is written.
    """
    catalogue = load_catalogue()
    recipe = read_recipe(recipe_file, enclosed=enclosed)
    figures = build_figures(catalogue, recipe.reference_date)
    into = read_ingredients(Kitchen(catalogue, figures, recipe, progress))
    area = _area(recipe, into, figures)
    plane = plane_of(area.boundary)
    layers, outside = _layers(recipe, into, area, catalogue)
    demand, left_out = demand_of(_residents(into, area, layers, figures), layers)
    outside["insee_grid_200m"] = left_out
    shapes = shapes_of_sources(_mapped(into), into.areas, area)
    places, outside_places, warnings = _places(into, area, layers, shapes, figures, catalogue=catalogue)
    streets, street_warnings = _streets(into, demand, places, plane, figures)
    statistics, outside_tables = _statistics(recipe, into, figures, layers.get("commune"))
    watch = watched(into, area, layers.get("commune"), plane, figures, on=recipe.reference_date)
    care = _practitioners(into, places, area, plane, figures)
    trees = _trees(recipe, into, area)
    parts = Parts(
        recipe,
        into,
        demand,
        places,
        layers,
        streets,
        features=shapes.features() | trees.features(),
        practitioners=care.table,
        statistics=(*statistics, *watch.statistics),
        hospitals=watch.records,
    )
    aside = (outside_places, outside_tables, watch.outside, trees.outside, care.outside, shapes.outside)
    outside = {name: rows for told in (outside, *aside) for name, rows in told.items()}
    warnings += [*street_warnings, *trees.warnings, *shapes.warnings, *care.warnings]
    territory = _territory(parts, catalogue, outside, tuple(warnings))
    return _stored(parts, territory, plane, figures, catalogue)


@dataclass(frozen=True)
class Parts:
    """The computed parts of a territory."""

    recipe: Recipe
    into: Ingredients
    demand: Demand
    places: Places
    layers: Mapping[str, ZoneLayer]
    streets: Mapping[str, StoredStreets]
    features: Mapping[str, Feature]
    practitioners: PractitionerTable | None
    statistics: tuple[Statistic, ...]
    hospitals: HospitalRecords


def _territory(
    parts: Parts, catalogue: Catalogue, outside: Mapping[str, int], warnings: tuple[str, ...]
) -> Territory:
    present = set(parts.places.categories.tolist())
    provided = provided_by([file for _, file in parts.into.places], present)
    told = [(title_of(parts.into, choice), file) for choice, file in parts.into.places]
    warnings = (*warnings, *partial_warnings(told, present, catalogue.categories))
    return Territory(
        code=parts.recipe.code,
        name=parts.recipe.name,
        demand=parts.demand,
        places=parts.places,
        layers=parts.layers,
        features=parts.features,
        provided=provided,
        sources=source_accounts(parts.into, catalogue, outside),
        missing=missing_of(catalogue, provided, parts.demand, profiles=parts.streets),
        fictional=False,
        population_label=population_label(parts.demand, parts.into, parts.recipe),
        population_source=population_source(parts.into),
        controls=controls_of(parts.into, parts.recipe),
        has_streets="walk" in parts.streets,
        warnings=tuple(typeset(warning) for warning in warnings),
        practitioners=parts.practitioners,
    )


def _stored(
    parts: Parts, territory: Territory, plane: Plane, figures: Mapping[str, FigureUse], catalogue: Catalogue
) -> StoredTerritory:
    """Store a territory with what measures it and what goes beside it."""
    recipe, into = parts.recipe, parts.into
    return StoredTerritory(
        territory=territory,
        plane=plane,
        streets=parts.streets,
        reference_date=recipe.reference_date.isoformat(),
        figures=tuple(figures.values()),
        walk_metres_per_minute=figures["walking_speed"].value * 60,
        snap_limit_metres=figures["snap_limit"].value,
        detour_factor=figures["detour_factor"].value,
        parameters={"recipe": recipe.code, "boundary": list(recipe.communes) or "data"},
        statistics=parts.statistics,
        hospitals=parts.hospitals,
        calendar=calendar_of(into.public_days, into.school_days, around=recipe.reference_date.year),
        similar=similar_to(recipe.communes, into, figures, catalogue),
    )


def _area(recipe: Recipe, into: Ingredients, figures: Mapping[str, FigureUse]) -> Area:
    if recipe.communes:
        return area_of_communes(recipe, into.contours, into.epci, figures["margin"].value)
    return area_of_data(_ways(into))


def _ways(into: Ingredients) -> RawWays | None:
    return None if into.osm is None else into.osm.ways.get("walk")


def _layers(
    recipe: Recipe, into: Ingredients, area: Area, catalogue: Catalogue
) -> tuple[dict[str, ZoneLayer], dict[str, int]]:
    layers: dict[str, ZoneLayer] = {}
    outside: dict[str, int] = {}
    if into.contours is not None and area.communes:
        layers["commune"] = commune_layer(into.contours, area, into.contours_vintage)
        outside["admin_contours"] = len(into.contours.codes) - len(layers["commune"])
    for choice, file in into.quarters:
        sheet = catalogue.sources[choice.source]
        in_force = sheet.in_force(recipe.reference_date)
        layer, elsewhere = quarter_layer(file, area, sheet=sheet, vintage=choice.vintage, in_force=in_force)
        layers.setdefault(layer.key, layer)
        outside[choice.name] = elsewhere
    return layers, outside


def _residents(
    into: Ingredients, area: Area, layers: Mapping[str, ZoneLayer], figures: Mapping[str, FigureUse]
) -> Residents:
    if into.grid is not None:
        found = residents_of_grid(into.grid, area)
        if not (found.side == INSIDE).any():
            raise HygieError(
                "Aucun carreau habité n’est à l’intérieur du territoire.",
                why=f"{len(into.grid.ids)} carreaux lus, tous ailleurs.",
                fix="Vérifiez les codes des communes, et que le fichier de carreaux est celui du lieu.",
            )
        return found
    if into.osm is not None and into.osm_choice is not None and into.osm_choice.residents == "spread":
        totals = into.census or into.legal
        ways = _ways(into)
        if totals is None or "commune" not in layers or ways is None:
            raise HygieError(
                "« residents: spread » demande des communes, leurs contours et leur population.",
                fix="Ajoutez admin_contours et insee_census_commune ou legal_populations à la recette.",
            )
        return spread_over_dwellings(
            into.osm.dwellings,
            _own(layers["commune"]),
            totals.values,
            area_of_data(ways).boundary,
            figures["coverage_floor"].value,
        )
    if into.osm is not None:
        return residents_of_dwellings(into.osm.dwellings, area)
    raise HygieError(
        "Aucune source ne dit où vivent les habitants.",
        fix="Ajoutez insee_grid_200m, ou openstreetmap avec « residents: dwellings ».",
    )


def _own(layer: ZoneLayer) -> ZoneLayer:
    kept = np.flatnonzero(layer.inside).tolist()
    return ZoneLayer(
        layer.key,
        layer.title,
        tuple(layer.ids[i] for i in kept),
        tuple(layer.names[i] for i in kept),
        tuple(layer.outlines[i] for i in kept),
        layer.source,
        layer.vintage,
        layer.in_force,
        np.ones(len(kept), np.bool_),
    )


def _places(
    into: Ingredients,
    area: Area,
    layers: Mapping[str, ZoneLayer],
    shapes: ShapeSet,
    figures: Mapping[str, FigureUse],
    *,
    catalogue: Catalogue,
) -> tuple[Places, dict[str, int], list[str]]:
    plane = plane_of(area.boundary)
    found: list[SourcedPlace] = []
    aside: list[str] = []
    for choice, file in into.places:
        rank = SOURCE_RANK[choice.source]
        kept, left = split_places(file, [each for _, each in into.places])
        found += [SourcedPlace(record, choice.name, choice.vintage, rank) for record in kept]
        aside += aside_warnings(title_of(into, choice), left, area, catalogue.categories)
    warnings: list[str] = []
    ways = _ways(into)
    if into.osm is not None and into.osm_choice is not None and ways is not None:
        hectare = 10_000
        smallest = figures["green_smallest_area"].value * hectare
        gates, warnings = entrances(shapes.areas("green"), ways, plane, smallest)
        choice = into.osm_choice
        found += [
            SourcedPlace(gate, choice.name, choice.vintage, SOURCE_RANK[choice.source]) for gate in gates
        ]
    apart = figures["same_place_distance"].value
    merged = merge_same(found, plane, apart)
    outside = {choice.name: rows_outside(file, area) for choice, file in into.places}
    places = place_columns(merged, area, layers.get("commune"))
    for _, told in into.described:
        places = traced(places, told.described, plane, apart)
    return places, outside, [*warnings, *aside, *unmapped_warnings(into, area)]


def _mapped(into: Ingredients) -> tuple[SourceChoice, OsmFile] | None:
    return None if into.osm is None or into.osm_choice is None else (into.osm_choice, into.osm)


def _trees(recipe: Recipe, into: Ingredients, area: Area) -> Trees:
    vintages = {choice.name: choice.vintage for choice in recipe.sources}
    return trees_of(into.osm, [(choice.name, file) for choice, file in into.inventories], area, vintages)


def _practitioners(
    into: Ingredients, places: Places, area: Area, plane: Plane, figures: Mapping[str, FigureUse]
) -> Practising:
    files = [(choice.name, file) for choice, file in into.practitioners]
    return practising(files, places, area, plane, apart=figures["same_place_distance"].value)


def _statistics(
    recipe: Recipe, into: Ingredients, figures: Mapping[str, FigureUse], communes: ZoneLayer | None
) -> tuple[tuple[Statistic, ...], dict[str, int]]:
    around = surroundings(
        recipe.code, recipe.communes, epci=into.epci, legal=into.legal, contours=into.contours
    )
    floor = figures["statistic_coverage"].value
    found: list[Statistic] = []
    outside = {}
    for choice, table in into.tables:
        found += statistics_of(table, around, floor)
        outside[choice.name] = len(table.rows) - used_rows(table, around)
    for choice, told in into.described:
        shares, outside[choice.name] = accessibility_statistics(told, around, communes, choice.vintage)
        found += shares
    return tuple(found), outside


def _streets(
    into: Ingredients, demand: Demand, places: Places, plane: Plane, figures: Mapping[str, FigureUse]
) -> tuple[dict[str, StoredStreets], list[str]]:
    drawn = {} if into.osm is None else {p: ways for p, ways in into.osm.ways.items() if len(ways.nodes)}
    warnings = []
    if "walk" not in drawn:
        warnings.append("Aucun plan des rues : temps estimés à vol d’oiseau, multipliés par un détour.")
    streets = {}
    for profile, ways in drawn.items():
        streets[profile], remarks = street_network(
            ways,
            demand,
            places,
            plane,
            limit_metres=figures["snap_limit"].value,
            metres_per_minute=figures["walking_speed"].value * 60,
        )
        warnings += remarks
    return streets, warnings
