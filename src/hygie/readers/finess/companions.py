"""Files that go with FINESS establishments: authorised activities, installed places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hygie.readers.finess.mapping import FinessMapping, ServiceLine
from hygie.readers.records import FileAccount, Progress
from hygie.readers.tables.delimited import Row
from hygie.readers.tables.records import read_records
from hygie.readers.tables.values import count, finess_code, optional_date, padded, required


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One authorised activity of an establishment; ``until`` is None when the file gives no end."""

    site: str
    activity: str
    modality: str
    form: str
    until: date | None

    def answers(self, line: ServiceLine) -> bool:
        """Whether it gives the category of a mapping line."""
        return line.answers(self.activity, modality=self.modality, form=self.form)


@dataclass(frozen=True)
class Activities:
    """Authorisations by establishment number."""

    by_site: Mapping[str, tuple[Authorisation, ...]]
    account: FileAccount


@dataclass(frozen=True)
class Capacities:
    """Installed places by establishment number and category."""

    by_site: Mapping[str, Mapping[str, float]]
    account: FileAccount


@dataclass(frozen=True, slots=True)
class _Equipment:
    site: str
    label: str
    mode: str
    places: float


def read_activities(path: Path, mapping: FinessMapping, *, progress: Progress) -> Activities:
    """Read ``finess_activites_soin``.

    Raises
    ------
    InputError
        The file is not that table.
    """
    records = read_records(
        path, mapping.activity_columns, parse=_authorisation, optional=("until",), progress=progress
    )
    by_site: dict[str, list[Authorisation]] = {}
    for authorisation in records.kept:
        by_site.setdefault(authorisation.site, []).append(authorisation)
    return Activities({site: tuple(granted) for site, granted in by_site.items()}, records.account)


def read_capacities(path: Path, mapping: FinessMapping, *, progress: Progress) -> Capacities:
    """Read installed places, summed over the equipment that the mapping counts.

    Raises
    ------
    InputError
        The file is not that table.
    """
    records = read_records(path, mapping.equipment_columns, parse=_equipment, progress=progress)
    by_site: dict[str, dict[str, float]] = {}
    for equipment in records.kept:
        for line in mapping.capacity:
            if line.answers(equipment.label, equipment.mode):
                places = by_site.setdefault(equipment.site, {})
                places[line.category] = places.get(line.category, 0.0) + equipment.places
    return Capacities(by_site, records.account)


def _authorisation(row: Row) -> Authorisation:
    return Authorisation(
        site=row.read("site", finess_code),
        activity=padded(2, row.read("activity", required)),
        modality=padded(2, row["modality"]) if row["modality"] else "",
        form=padded(2, row["form"]) if row["form"] else "",
        until=row.read("until", optional_date),
    )


def _equipment(row: Row) -> _Equipment:
    places = row.read("places", count) if row["places"] else 0.0
    return _Equipment(row.read("site", finess_code), row.read("label", required), row["mode"], places)
