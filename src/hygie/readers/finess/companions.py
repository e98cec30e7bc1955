"""Files that go with FINESS establishments: authorised activities, installed places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hygie.readers.finess.mapping import FinessMapping, ServiceLine
from hygie.readers.records import FileAccount, Progress, SiteAuthorisation
from hygie.readers.tables.delimited import Row, plain_name
from hygie.readers.tables.records import read_records
from hygie.readers.tables.values import count, finess_code, optional_date, padded, required

LABELS = ("activity_label", "modality_label", "form_label")
"""Roles of the columns that print an authorisation."""

_UNSAID = frozenset({"pasdemodalite", "pasdeforme", "formenonprecisee", "nonsaisonnier"})


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One authorised activity of an establishment; ``until`` is None when the file gives no end.

    ``labels`` are those of its activity, modality and form, as far as the file has them.
    """

    site: str
    activity: str
    modality: str
    form: str
    until: date | None
    labels: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Codes of its activity, modality and form, which tell it from the others of its establishment."""
        return "-".join((self.activity, self.modality, self.form))

    @property
    def title(self) -> str:
        """Labels of its activity, modality and form, without those that say nothing."""
        told = [label for label in self.labels if label and plain_name(label) not in _UNSAID]
        return " · ".join(dict.fromkeys(told)) or f"activité {self.code}"

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
        path, mapping.activity_columns, parse=_authorisation, optional=("until", *LABELS), progress=progress
    )
    by_site: dict[str, list[Authorisation]] = {}
    for authorisation in records.kept:
        by_site.setdefault(authorisation.site, []).append(authorisation)
    return Activities({site: tuple(granted) for site, granted in by_site.items()}, records.account)


def site_authorisations(granted: Activities) -> tuple[SiteAuthorisation, ...]:
    """Authorisations as the hospital watch keeps them, one by establishment, activity, modality and form.

    Of several with the same codes, the one that ends last is kept; one without an end outlasts all.
    """
    latest: dict[tuple[str, str], Authorisation] = {}
    for site, authorisations in granted.by_site.items():
        for told in authorisations:
            known = latest.setdefault((site, told.code), told)
            if known.until is not None and (told.until is None or told.until > known.until):
                latest[site, told.code] = told
    return tuple(
        SiteAuthorisation(site, code, told.title, "" if told.until is None else told.until.isoformat())
        for (site, code), told in latest.items()
    )


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
        labels=tuple(row[role] for role in LABELS),
    )


def _equipment(row: Row) -> _Equipment:
    places = row.read("places", count) if row["places"] else 0.0
    return _Equipment(row.read("site", finess_code), row.read("label", required), row["mode"], places)
