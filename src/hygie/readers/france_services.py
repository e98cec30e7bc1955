"""France services: counters where several administrations are reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hygie.engines.kernel.errors import InputError
from hygie.engines.kernel.french import NARROW, counted
from hygie.readers.records import PlaceFile, PlaceRecord, Progress, RowAt, silent
from hygie.readers.tables.coordinates import placed
from hygie.readers.tables.delimited import Columns, Row
from hygie.readers.tables.points import read_points
from hygie.readers.tables.records import refuse_twice
from hygie.readers.tables.values import BadValueError, insee_code, required
from hygie.readers.weekly_hours import DAYS, weekly_hours

OPTIONAL = ("comment", *DAYS)
SITE = "france_services"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of space gives: a category or none, its hours or not, a note, a label when none."""

    gives: str
    hours: bool
    note: str
    label: str


@dataclass(frozen=True)
class FranceServicesSheet:
    """The catalogue's sheet: columns, kinds of space by label, words for a closed day, what it provides."""

    columns: Columns
    kinds: Mapping[str, Kind]
    closed: frozenset[str]
    provides: frozenset[str]

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> FranceServicesSheet:
        """Sheet of the catalogue.

        Raises
        ------
        InputError
            It does not say all that, or gives two lines to one label.
        """
        kinds: dict[str, Kind] = {}
        try:
            for line in raw["mapping"]["kinds"]:
                kind = Kind(line.get("gives", ""), line["hours"], line.get("note", ""), line.get("label", ""))
                for label in line["labels"]:
                    if label.casefold() in kinds:
                        raise KeyError(label)
                    kinds[label.casefold()] = kind
            closed, provides = frozenset(raw["tables"]["closed"]), frozenset(raw["provides"])
            return cls(raw["columns"], kinds, closed, provides)
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError("la fiche est mal formée.", file=f"{SITE}.yaml", found=str(error)) from error


@dataclass(frozen=True, slots=True)
class _Space:
    number: str
    name: str
    commune: str
    lon: float
    lat: float
    label: str
    days: Mapping[str, str]
    commented: bool


def read_france_services(path: Path, sheet: FranceServicesSheet, *, progress: Progress = silent) -> PlaceFile:
    """Read the national list, as a table (2024) or as GeoJSON (2021).

    A travelling bus is kept and counted as unmapped: its one point is no counter. Hours are in
    OpenStreetMap notation when each day reads strictly and the source makes no remark on them.

    Parameters
    ----------
    path
        The list.
    sheet
        The catalogue's sheet.
    progress
        Told of the bytes read.

    Raises
    ------
    InputError
        The file is not that list.
    """
    seen: dict[str, int] = {}

    def parse(row: Row) -> _Space:
        return _space(row, seen)

    records = read_points(path, sheet.columns, parse=parse, optional=OPTIONAL, progress=progress)
    places, rows, unread, remarked = [], [], 0, 0
    for space in records.kept:
        kind = sheet.kinds.get(space.label.casefold())
        gone = "" if kind and kind.gives else (kind.label if kind else f"format_fs={space.label or 'vide'}")
        rows.append(RowAt(space.commune, space.lon, space.lat, gone))
        if kind is None or not kind.gives:
            continue
        hours = weekly_hours(space.days, sheet.closed) if kind.hours else ""
        unread += hours is None
        remarked += bool(hours) and space.commented
        places.append(_place(space, kind, hours or ""))
    account = replace(records.account, warnings=(*records.account.warnings, *_told(unread, remarked)))
    unmapped = Counter(row.unmapped for row in rows if row.unmapped)
    return PlaceFile(tuple(places), account, sheet.provides, dict(sorted(unmapped.items())), tuple(rows))


def _space(row: Row, seen: dict[str, int]) -> _Space:
    number, name = row.read("id", required), row.read("name", required)
    commune = row.read("commune", insee_code)
    try:
        lon, lat = placed(row["lon"], row["lat"])
    except BadValueError as bad:
        raise row.fault("lon", bad.reason) from bad
    refuse_twice(row, "id", key=number, seen=seen)
    days = {day: row[day] for day in DAYS if day in row.header.positions}
    commented = any(letter.isalnum() for letter in row["comment"])
    return _Space(number, name, commune, lon, lat, row["kind"], days, commented)


def _place(space: _Space, kind: Kind, hours: str) -> PlaceRecord:
    site = f"{SITE}:{'_'.join(space.number.split())}"
    withheld = bool(hours) and space.commented
    remark = "horaires commentés par la source, à vérifier" if withheld else ""
    return PlaceRecord(
        id=f"{site}:{kind.gives}",
        site=site,
        category=kind.gives,
        name=space.name,
        lon=space.lon,
        lat=space.lat,
        commune=space.commune,
        hours="" if withheld else hours,
        note=f"{NARROW}; ".join(text for text in (kind.note, remark) if text),
    )


def _told(unread: int, remarked: int) -> list[str]:
    """What to say of hours left out."""
    reasons = ((unread, "illisibles"), (remarked, "commentés par la source"))
    return [
        f"{counted(n, 'lieu', 'lieux')} du fichier aux horaires {why}, laissés inconnus."
        for n, why in reasons
        if n
    ]
