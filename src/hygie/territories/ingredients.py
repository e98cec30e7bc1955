"""Reading the files a recipe names, source by source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.measures import FigureUse
from hygie.engines.reach.days import Days
from hygie.readers.acceslibre import AcceslibreSheet, AccessibilityFile, read_acceslibre
from hygie.readers.air import AirFile, AirSheet, read_air
from hygie.readers.catalogue import Catalogue, SourceSheet
from hygie.readers.census import read_census
from hygie.readers.contours import read_contours
from hygie.readers.finess import FinessMapping, read_finess
from hygie.readers.france_services import FranceServicesSheet, read_france_services
from hygie.readers.grid import read_grid
from hygie.readers.indicator_tables import IndicatorTable, TableSheet, read_indicator_table
from hygie.readers.mapped_tables import (
    AreaTable,
    PlaceTable,
    TreeFile,
    TreeTable,
    read_area_table,
    read_place_table,
    read_tree_table,
)
from hygie.readers.osm import OsmSheet, read_osm
from hygie.readers.populations import read_epci, read_legal_populations
from hygie.readers.practitioners import PractitionerFile, PractitionerSheet, read_practitioners_table
from hygie.readers.records import (
    AreaFile,
    CommuneTable,
    ContourFile,
    EpciTable,
    FileAccount,
    GridFile,
    OsmFile,
    PlaceFile,
    Progress,
)
from hygie.territories.calendar_files import read_public, read_school
from hygie.territories.hospital_files import VINTAGES, HospitalVintage, read_vintage
from hygie.territories.recipe import Recipe, SourceChoice


@dataclass
class Ingredients:
    """What was read, before it is put together. Filled by the steps of this module only."""

    contours: ContourFile | None = None
    contours_vintage: str = ""
    epci: EpciTable | None = None
    legal: CommuneTable | None = None
    census: CommuneTable | None = None
    census_vintage: str = ""
    legal_vintage: str = ""
    grid: GridFile | None = None
    osm: OsmFile | None = None
    osm_choice: SourceChoice | None = None
    quarters: list[tuple[SourceChoice, ContourFile]] = field(default_factory=list)
    places: list[tuple[SourceChoice, PlaceFile]] = field(default_factory=list)
    accounts: list[tuple[SourceChoice, FileAccount]] = field(default_factory=list)
    tables: list[tuple[SourceChoice, IndicatorTable]] = field(default_factory=list)
    hospitals: list[tuple[SourceChoice, HospitalVintage]] = field(default_factory=list)
    air: list[tuple[SourceChoice, AirFile]] = field(default_factory=list)
    inventories: list[tuple[SourceChoice, TreeFile]] = field(default_factory=list)
    areas: list[tuple[SourceChoice, AreaFile]] = field(default_factory=list)
    described: list[tuple[SourceChoice, AccessibilityFile]] = field(default_factory=list)
    public_days: Days | None = None
    school_days: Days | None = None
    practitioners: list[tuple[SourceChoice, PractitionerFile]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kitchen:
    """What every step needs: the catalogue, the dated figures, the recipe, where to tell progress."""

    catalogue: Catalogue
    figures: Mapping[str, FigureUse]
    recipe: Recipe
    progress: Progress


Step = Callable[[Ingredients, SourceChoice, SourceSheet, Kitchen], None]


def _contours(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    for file in choice.files.values():
        read = read_contours(
            file,
            sheet.columns,
            repair_limit=kitchen.figures["invalid_polygon_area_change"].value,
            are_communes=True,
            progress=kitchen.progress,
        )
        into.contours = read if into.contours is None else _joined(into.contours, read)
        into.accounts.append((choice, read.account))
    into.contours_vintage = choice.vintage


def _joined(first: ContourFile, second: ContourFile) -> ContourFile:
    return ContourFile(
        first.codes + second.codes,
        first.names + second.names,
        first.communes + second.communes,
        first.outlines + second.outlines,
        first.account,
    )


def _quarters(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    read = read_contours(
        _only(choice, "contours"),
        sheet.columns,
        repair_limit=kitchen.figures["invalid_polygon_area_change"].value,
        layer=choice.layer,
        progress=kitchen.progress,
    )
    into.quarters.append((choice, read))
    into.accounts.append((choice, read.account))


def _epci(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    into.epci = read_epci(_only(choice, "members"), sheet.columns, progress=kitchen.progress)
    into.accounts.append((choice, into.epci.account))


def _legal(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    into.legal = read_legal_populations(_only(choice, "communes"), sheet.columns, progress=kitchen.progress)
    into.legal_vintage = choice.vintage
    into.accounts.append((choice, into.legal.account))


def _census(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    into.census = read_census(_only(choice, "communes"), sheet.columns, progress=kitchen.progress)
    into.census_vintage = choice.vintage
    into.accounts.append((choice, into.census.account))


def _grid(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    into.grid = read_grid(
        _only(choice, "cells"),
        sheet.columns,
        cell_metres=sheet.raw["tables"]["cell_metres"],
        age_tolerance=sheet.raw["tables"]["age_tolerance"],
        progress=kitchen.progress,
    )
    into.accounts.append((choice, into.grid.account))


def _finess(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    read = read_finess(
        _only(choice, "establishments"),
        activities=choice.files.get("activities"),
        equipment=choice.files.get("equipment"),
        mapping=FinessMapping.from_mapping(sheet.raw),
        on=kitchen.recipe.reference_date,
        progress=kitchen.progress,
    )
    into.places.append((choice, read))
    into.accounts.append((choice, read.account))
    into.accounts.extend((choice, account) for account in read.accounts)


def _osm(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    into.osm = read_osm(
        _only(choice, "extract"),
        OsmSheet.from_mapping(sheet.raw),
        walk_metres_per_minute=kitchen.figures["walking_speed"].value * 60,
        car_speed_factor=kitchen.figures["car_speed_factor"].value,
        dwelling_smallest_area=kitchen.figures["dwelling_smallest_area"].value,
        progress=kitchen.progress,
    )
    into.osm_choice = choice
    into.places.append((choice, into.osm.places))
    into.accounts.append((choice, into.osm.account))


def _table(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    described = sheet.raw["tables"] if choice.table is None else choice.table
    publisher, title = described.get("publisher", sheet.publisher), described.get("title", sheet.title)
    markers = kitchen.catalogue.sources["indicator_table"].raw["tables"]
    how = TableSheet.from_mapping(described, source=f"{publisher}, {title}", markers=markers)
    taken = {(_apart(table.sheet), value.key) for _, table in into.tables for value in table.sheet.values}
    twice = sorted(value.key for value in how.values if (_apart(how), value.key) in taken)
    if twice:
        raise HygieError(
            f"La clé « {twice[0]} » est donnée par deux tableaux de la recette.",
            fix=f"Changez-la dans « {choice.name} », ou retirez l’un des deux tableaux.",
        )
    read = read_indicator_table(_only(choice, "table"), how, progress=kitchen.progress)
    into.tables.append((choice, read))
    into.accounts.append((choice, read.account))


def _apart(sheet: TableSheet) -> bool:
    """Whether its zones are in no other table's rows: IRIS stand beside the wider zones of a key."""
    return sheet.level == "iris"


def _hospitals(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    finess = kitchen.catalogue.sources["finess"]
    vintage = read_vintage(choice, sheet, finess=finess, progress=kitchen.progress)
    into.hospitals.append((choice, vintage))
    into.accounts.extend((choice, account) for account in vintage.file.accounts)


def _air(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    how = AirSheet.from_mapping(sheet.raw["tables"], source=f"{sheet.publisher}, {sheet.title}")
    read = read_air(_only(choice, "stations"), how, progress=kitchen.progress)
    into.air.append((choice, read))
    into.accounts.append((choice, read.account))


def _france_services(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    how = FranceServicesSheet.from_mapping(sheet.raw)
    read = read_france_services(_only(choice, "places"), how, progress=kitchen.progress)
    into.places.append((choice, replace(read, partial=sheet.presence_only)))
    into.accounts.append((choice, read.account))


def _acceslibre(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    how = AcceslibreSheet.from_mapping(sheet.raw)
    read = read_acceslibre(_only(choice, "places"), how, progress=kitchen.progress)
    into.described.append((choice, read))
    into.accounts.append((choice, read.account))


def _place_table(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    described = _described(choice, kitchen)
    how = PlaceTable.from_mapping(described, kitchen.catalogue.categories)
    read = read_place_table(_only(choice, "places"), how, progress=kitchen.progress)
    into.places.append((choice, replace(read, partial=described["completeness"] == "presence_only")))
    into.accounts.append((choice, read.account))


def _tree_table(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    how = TreeTable.from_mapping(_described(choice, kitchen))
    read = read_tree_table(_only(choice, "trees"), how, progress=kitchen.progress)
    into.inventories.append((choice, read))
    into.accounts.append((choice, read.account))


def _area_table(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    read = read_area_table(
        _only(choice, "areas"),
        AreaTable.from_mapping(_described(choice, kitchen)),
        repair_limit=kitchen.figures["invalid_polygon_area_change"].value,
        layer=choice.layer,
        progress=kitchen.progress,
    )
    into.areas.append((choice, read))
    into.accounts.append((choice, read.account))


def _practitioners(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    how = PractitionerSheet.from_mapping(_described(choice, kitchen), kitchen.catalogue.categories)
    read = read_practitioners_table(_only(choice, "practitioners"), how, progress=kitchen.progress)
    into.practitioners.append((choice, read))
    into.accounts.append((choice, read.account))


def _described(choice: SourceChoice, kitchen: Kitchen) -> Mapping[str, Any]:
    """What the recipe says of a table; its key cannot be that of a source of the catalogue."""
    if choice.name in kitchen.catalogue.sources:
        raise HygieError(
            f"La clé « {choice.name} » est déjà le nom d’une source du catalogue.",
            fix="Donnez un autre nom à ce tableau, après « key: ».",
        )
    return choice.table or {}


def _public_holidays(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    read = read_public(_only(choice, "calendar"), sheet, kitchen.progress)
    into.public_days = read.days
    into.accounts.append((choice, read.account))


def _school_holidays(into: Ingredients, choice: SourceChoice, sheet: SourceSheet, kitchen: Kitchen) -> None:
    if into.school_days is not None:
        raise HygieError(
            "La recette donne deux calendriers scolaires.",
            fix="Gardez school_holidays ou school_holidays_daily, pas les deux.",
        )
    read = read_school(_only(choice, "calendar"), choice, sheet, kitchen.progress)
    into.school_days = read.days
    into.accounts.append((choice, read.account))


STEPS: Mapping[str, Step] = {
    "admin_contours": _contours,
    "epci_membership": _epci,
    "legal_populations": _legal,
    "insee_census_commune": _census,
    "insee_grid_200m": _grid,
    "iris_contours": _quarters,
    "qpv_2015": _quarters,
    "qpv_2024": _quarters,
    "finess": _finess,
    "france_services": _france_services,
    "acceslibre": _acceslibre,
    "place_table": _place_table,
    "tree_table": _tree_table,
    "area_table": _area_table,
    "practitioner_table": _practitioners,
    "openstreetmap": _osm,
    "public_holidays": _public_holidays,
    "school_holidays": _school_holidays,
    "school_holidays_daily": _school_holidays,
    "drees_apl": _table,
    "insee_filosofi_commune": _table,
    "insee_bpe_commune": _table,
    "data_es_commune": _table,
    "drees_emergency_minutes": _table,
    "insee_filosofi_households": _table,
    "insee_population_series": _table,
    "insee_civil_status": _table,
    "insee_census_2018_shares": _table,
    "caf_rsa": _table,
    "caf_aah": _table,
    "caf_aeeh": _table,
    "caf_low_income": _table,
    "caf_childcare_places": _table,
    "education_ips_primary": _table,
    "education_ips_lower": _table,
    "injep_sport_licences": _table,
    "acceslibre_commune": _table,
    "rna_associations": _table,
    "dgfip_ccas": _table,
    "insee_filosofi_iris": _table,
    "atmo_annual": _air,
    **dict.fromkeys(VINTAGES, _hospitals),
    "indicator_table": _table,
}


def read_ingredients(kitchen: Kitchen) -> Ingredients:
    """Read every source of a recipe, in its order.

    Raises
    ------
    HygieError
        If a source is unknown, given twice, or one of its files has no role here.
    """
    into = Ingredients()
    seen: set[str] = set()
    for choice in kitchen.recipe.sources:
        if choice.source not in STEPS or choice.name in seen:
            twice = choice.name in seen
            raise HygieError(
                f"Source « {choice.name} » {'donnée deux fois' if twice else 'inconnue'} dans la recette.",
                fix="Sources lues : " + ", ".join(STEPS) + ", une fois chacune.",
            )
        seen.add(choice.name)
        _refuse_key(choice)
        sheet = kitchen.catalogue.sources[choice.source]
        into.titles[choice.source] = sheet.title
        STEPS[choice.source](into, choice, sheet, kitchen)
    return into


def _refuse_key(choice: SourceChoice) -> None:
    if choice.key and choice.source not in VINTAGES:
        raise HygieError(
            f"La source « {choice.source} » ne se donne pas en plusieurs millésimes.",
            why=f"La recette lui donne la clé « {choice.key} ».",
            fix="Retirez « key: » ; les sources à plusieurs millésimes sont " + ", ".join(VINTAGES) + ".",
        )


def _only(choice: SourceChoice, role: str) -> Path:
    if role not in choice.files:
        raise HygieError(
            f"La source « {choice.source} » demande un fichier « {role} ».",
            why="Fichiers donnés : " + ", ".join(choice.files) + ".",
            fix=f"Écrivez « {role}: nom-du-fichier » sous files.",
        )
    return choice.files[role]
