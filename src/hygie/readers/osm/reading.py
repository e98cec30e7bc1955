"""Read an OpenStreetMap extract."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hygie.engines.kernel.errors import HygieError
from hygie.readers.osm.areas import Areas, is_water, read_areas
from hygie.readers.osm.drawn import read_shapes
from hygie.readers.osm.durations import crown_radius, metres
from hygie.readers.osm.ledger import Fault, Ledger
from hygie.readers.osm.network import Pace, Survey, network
from hygie.readers.osm.objects import Extract, Found, Wanted, gather
from hygie.readers.osm.places import read_places
from hygie.readers.osm.scan import scan
from hygie.readers.osm.shapes import is_multipolygon
from hygie.readers.osm.sheet import OsmSheet
from hygie.readers.osm.tagtests import Tags
from hygie.readers.records import FileAccount, OsmFile, PlaceFile, PlaceRecord, Progress, silent

GREEN = "green"
"""Category that green spaces give, through their entrances, once a territory is assembled."""


def read_osm(
    path: Path,
    sheet: OsmSheet,
    *,
    walk_metres_per_minute: float,
    car_speed_factor: float | None = None,
    dwelling_smallest_area: float,
    progress: Progress = silent,
) -> OsmFile:
    """Read an extract: PBF, or XML plain or compressed by gzip or bzip2, told apart by its content.

    Memory follows what is kept. Objects may come in any order; nodes and members may be missing, as
    they are at the edge of every extract.

    Parameters
    ----------
    path, sheet
        The file, and which tag means what.
    walk_metres_per_minute
        Walking speed, the same on every way; ferries have their own.
    car_speed_factor
        Share held by car of the speed that the sheet states for each way; None reads no driving way.
    dwelling_smallest_area
        Least footprint of a dwelling, m², itself included.
    progress
        Told of the progress, in bytes then in objects.

    Raises
    ------
    InputError
        If the file is absent, empty, truncated, of another format, or made to harm.
    HygieError
        If the sheet has no table for a profile.
    ValueError
        If a speed is not positive, or the area is negative.
    """
    paces = _paces(walk_metres_per_minute, car_speed_factor)
    _check_settings(sheet, paces, dwelling_smallest_area)
    scanned = scan(path, sheet.limits, progress)
    extract = gather(path, scanned, _wanted(sheet, paces), progress)
    ledger = Ledger(matters=_objects(extract))
    ways = {name: network(Survey(name, extract, sheet, pace, ledger)) for name, pace in paces.items()}
    areas = read_areas(extract, sheet, dwelling_smallest_area, ledger)
    shapes, grown = read_shapes(extract, sheet, ledger), _trees(extract, sheet, ledger)
    places = read_places(extract, sheet, ledger)
    _warn(extract, ledger)
    account = ledger.account(scanned.name, scanned.sha256)
    place_file = _place_file(places, areas, account, ledger)
    closed = (areas.dwellings, areas.buildings, areas.greens, areas.waters)
    return OsmFile(ways, *closed, grown[0], grown[1], place_file, account, grown[2], shapes)


def _paces(walk: float, car_factor: float | None) -> dict[str, Pace]:
    """How fast each profile goes; a car's table states the speed of every way."""
    paces = {"walk": Pace(walk)}
    return paces if car_factor is None else paces | {"car": Pace(walk, car_factor)}


def _check_settings(sheet: OsmSheet, paces: Mapping[str, Pace], smallest: float) -> None:
    speeds = [speed for pace in paces.values() for speed in (pace.metres_per_minute, pace.share)]
    if not (all(0 < speed < math.inf for speed in speeds) and 0 <= smallest < math.inf):
        raise ValueError("a speed is positive, and an area is not negative")
    for profile in paces:
        if profile not in sheet.profiles:
            raise HygieError(
                f"Le profil « {profile} » ne peut pas être lu.",
                why="La fiche OpenStreetMap n’a pas de table pour lui.",
                fix=f"Choisir parmi : {', '.join(sheet.profiles)}.",
            )


def _wanted(sheet: OsmSheet, profiles: Iterable[str]) -> Wanted:
    """Which tags some table has something to say of."""
    tables = [sheet.profiles[name] for name in profiles]

    def area(tags: Tags) -> bool:
        found = Found("way", 0, tags)
        return (
            sheet.buildings.is_building(tags)
            or sheet.greens.line(tags) is not None
            or is_water(found, sheet)
            or bool(sheet.shapes.of(tags))
            or any(table.matters(tags) for table in tables)
            or sheet.places.matters(tags)
        )

    def node(tags: Tags) -> bool:
        return (
            sheet.trees.tree.all_met(tags)
            or bool(sheet.shapes.of(tags, point=True))
            or any(table.cuts(tags) for table in tables)
            or sheet.places.matters(tags)
        )

    def relation(tags: Tags) -> bool:
        return area(tags) if is_multipolygon(tags) else sheet.places.matters(tags)

    return Wanted(node, lambda tags: bool(tags) and (sheet.trees.row.all_met(tags) or area(tags)), relation)


def _objects(extract: Extract) -> dict[str, Found]:
    every = (*extract.nodes.values(), *extract.ways.values(), *extract.relations.values())
    return {found.id: found for found in every}


def _trees(
    extract: Extract, sheet: OsmSheet, ledger: Ledger
) -> tuple[NDArray[np.float64], tuple[str, ...], NDArray[np.float64]]:
    """Single trees as (lon, lat, crown radius), their identifiers and heights; rows are only counted."""
    table = sheet.trees
    rows, ids, heights = [], [], []
    for tree in (node for node in extract.nodes.values() if table.tree.all_met(node.tags)):
        position = extract.positions.get(tree.number)
        if position is None:
            where = extract.off_globe.get(tree.number, "")
            ledger.fail(tree, Fault("lon, lat", where, "coordonnées absentes ou hors du globe"))
            continue
        ledger.use(tree)
        rows.append((*position, crown_radius(tree.tags.get(table.crown_key, ""))))
        ids.append(tree.id)
        heights.append(metres(tree.tags.get(sheet.shapes.height_key, ""), sheet.shapes.highest_metres))
    lines = sum(table.row.all_met(way.tags) for way in extract.ways.values())
    if lines:
        ledger.warnings.append(f"Alignements dont les arbres ne sont pas comptés un à un : {lines}.")
    return np.array(rows, np.float64).reshape(-1, 3), tuple(ids), np.array(heights, np.float64)


def _warn(extract: Extract, ledger: Ledger) -> None:
    if extract.repeated:
        ledger.warnings.append(
            f"Objets présents plusieurs fois, dont le dernier est gardé : {extract.repeated}."
        )
    if extract.off_globe:
        ledger.warnings.append(
            f"Nœuds sans coordonnées ou hors du globe, tenus pour absents : {len(extract.off_globe)}."
        )


def _place_file(
    places: tuple[PlaceRecord, ...], areas: Areas, account: FileAccount, ledger: Ledger
) -> PlaceFile:
    """Places, and the categories this extract provides: presence only, so none without an object."""
    provides = {place.category for place in places} | ({GREEN} if areas.greens else set())
    return PlaceFile(places, account, frozenset(provides), dict(sorted(ledger.unmapped.items())))
