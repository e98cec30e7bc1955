"""FINESS establishments as places: what a resident can obtain there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from hygie.readers.finess.archive import is_archive, read_archive
from hygie.readers.finess.companions import (
    Activities,
    Authorisation,
    Capacities,
    read_activities,
    read_capacities,
    site_authorisations,
)
from hygie.readers.finess.mapping import FinessMapping
from hygie.readers.records import PlaceFile, PlaceRecord, Progress, RowAt, silent
from hygie.readers.tables.coordinates import position
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.records import Records, read_records, refuse_twice
from hygie.readers.tables.values import BadValueError, finess_code, insee_code, padded, required

OPTIONAL = (
    "long_name",
    "extra_name",
    "category_label",
    "commune",
    "department",
    "commune_suffix",
    "lon",
    "lat",
    "x",
    "y",
)


@dataclass(frozen=True, slots=True)
class Establishment:
    """One establishment as the file tells it, checked, its zeros restored."""

    number: str
    names: tuple[str, ...]
    category: str
    category_label: str
    commune: str
    lon: float
    lat: float

    @property
    def name(self) -> str:
        """The long name where there is one."""
        return self.names[1] or self.names[0]

    @property
    def label(self) -> str:
        """Code and label of its category, as the source writes them."""
        return f"{self.category} {self.category_label}".strip()


def read_finess(
    establishments: Path,
    *,
    mapping: FinessMapping,
    on: date,
    activities: Path | None = None,
    equipment: Path | None = None,
    progress: Progress = silent,
) -> PlaceFile:
    """Read establishments; authorised activities and equipment add to what they give.

    Parameters
    ----------
    establishments
        The establishments table (« structureet »), with a header or as the archives have it.
    mapping
        The catalogue's sheet.
    on
        Day at which authorisations are looked at: one past its end is kept, with a note.
    activities
        ``finess_activites_soin``; without it, no hospital site, emergency nor maternity is told.
    equipment
        Installed places; without it capacities are unknown.
    progress
        Told of the bytes read.

    Returns
    -------
    One place for each thing that can be obtained at an establishment, all sharing its ``site``.

    Raises
    ------
    InputError
        One of the files is not the expected table.
    """
    records = _establishments(establishments, mapping, progress=progress)
    granted = read_activities(activities, mapping, progress=progress) if activities else None
    beds = read_capacities(equipment, mapping, progress=progress) if equipment else None
    notes = [_categories(each, mapping, granted=granted, on=on) for each in records.kept]
    found = list(zip(records.kept, notes, strict=True))
    unmapped = Counter(establishment.label for establishment, given in found if not given)
    return PlaceFile(
        places=tuple(place for each, given in found for place in _places(each, given, beds=beds)),
        account=records.account,
        provides=mapping.provides(with_activities=granted is not None),
        unmapped=dict(sorted(unmapped.items())),
        rows=tuple(RowAt(e.commune, e.lon, e.lat, "" if given else e.label) for e, given in found),
        accounts=tuple(companion.account for companion in (granted, beds) if companion),
        authorised=() if granted is None else site_authorisations(granted),
    )


def _establishments(path: Path, mapping: FinessMapping, *, progress: Progress) -> Records[Establishment]:
    seen: dict[str, int] = {}
    parse = partial(parse_establishment, mapping=mapping, seen=seen)
    if is_archive(path, mapping):
        return read_archive(path, mapping, parse=parse, progress=progress)
    return read_records(path, mapping.columns, parse=parse, optional=OPTIONAL, progress=progress)


def parse_establishment(row: Row, mapping: FinessMapping, *, seen: dict[str, int]) -> Establishment:
    """Establishment of a row; ``seen`` remembers the numbers met.

    Raises
    ------
    RowError
        A needed value is missing or wrong, or the number was met before.
    """
    number = row.read("number", finess_code)
    names = (row.read("short_name", required), row["long_name"], row["extra_name"])
    category = padded(3, row.read("category", required))
    try:
        lon, lat = position((row["lon"], row["lat"]), (row["x"], row["y"]))
    except BadValueError as bad:
        role = "lon" if row["lon"] or "x" not in row.header.positions else "x"
        raise row.fault(role, bad.reason) from bad
    found = Establishment(number, names, category, row["category_label"], _commune(row, mapping), lon, lat)
    refuse_twice(row, "number", key=number, seen=seen)
    return found


def _commune(row: Row, mapping: FinessMapping) -> str:
    """INSEE code: its own column, else département and the last three characters; empty when unsaid."""
    if row["commune"]:
        return row.read("commune", insee_code)
    if not (row["department"] and row["commune_suffix"]):
        return ""
    department = padded(2, row["department"])
    start = mapping.overseas.get(department, department)
    return row.read("commune_suffix", lambda text: insee_code(_whole(text, start)))


def _whole(suffix: str, start: str) -> str:
    """The five characters of a commune; some extracts hold them all where the suffix belongs."""
    return suffix if len(suffix) == 5 else start + padded(3, suffix)


def _categories(
    establishment: Establishment, mapping: FinessMapping, *, granted: Activities | None, on: date
) -> dict[str, str]:
    """Note, often empty, by category that the establishment gives; services of activities first."""
    notes: dict[str, str] = {}
    replaced: set[str] = set()
    authorisations = granted.by_site.get(establishment.number, ()) if granted else ()
    for line in mapping.services:
        answering = [authorisation for authorisation in authorisations if authorisation.answers(line)]
        if answering:
            notes[line.category] = _expiry_note(answering, on)
            replaced |= line.replaces
    for category in mapping.by_code(establishment.category, establishment.names):
        if category not in replaced:
            notes.setdefault(category, "")
    return notes


def _expiry_note(authorisations: list[Authorisation], on: date) -> str:
    """What to say when no authorisation still holds on the day, nor is without an end."""
    ends = [authorisation.until for authorisation in authorisations]
    latest = max((end for end in ends if end is not None), default=None)
    if None in ends or latest is None or latest >= on:
        return ""
    return f"date de fin d’autorisation dépassée ({latest:%d/%m/%Y}), à vérifier"


def _places(
    establishment: Establishment, notes: Mapping[str, str], *, beds: Capacities | None
) -> Iterator[PlaceRecord]:
    """One place for each category, with its note and, where known, its capacity."""
    site = f"finess:{establishment.number}"
    capacities = beds.by_site.get(establishment.number, {}) if beds else {}
    for category, note in notes.items():
        yield PlaceRecord(
            id=f"{site}:{category}",
            site=site,
            category=category,
            name=establishment.name,
            lon=establishment.lon,
            lat=establishment.lat,
            commune=establishment.commune,
            capacity=capacities.get(category),
            note=note,
        )
