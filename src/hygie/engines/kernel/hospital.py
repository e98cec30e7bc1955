"""Hospitals followed over the years: who they are, and what each vintage says that they do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Hospital:
    """One establishment that appears in at least one vintage.

    Attributes
    ----------
    code, entity
        FINESS numbers: of the establishment, and of the legal entity it belongs to (may be empty).
    name, commune
        As printed; ``commune`` is a name.
    inside
        True in the territory, false in its margin.
    """

    code: str
    entity: str
    name: str
    commune: str
    inside: bool


class ActivityKind(StrEnum):
    """How an activity is known."""

    AUTHORISED = "authorised"
    """The health agency allows it (FINESS)."""
    DECLARED = "declared"
    """The establishment fills in the survey form about it (SAE)."""


@dataclass(frozen=True, slots=True)
class HospitalActivity:
    """One activity of an establishment in one vintage.

    Attributes
    ----------
    site
        FINESS number of the establishment.
    kind
        How it is known.
    activity, title
        What tells it from the others, and how it is printed.
    year, vintage
        The year, which puts vintages in order, and the vintage as printed.
    until
        ISO date on which the authorisation ends; empty when none is told.
    """

    site: str
    kind: ActivityKind
    activity: str
    title: str
    year: int
    vintage: str
    until: str = ""


@dataclass(frozen=True)
class HospitalRecords:
    """Hospitals of a territory and of its margin, with what each vintage says of them."""

    hospitals: tuple[Hospital, ...] = ()
    activities: tuple[HospitalActivity, ...] = ()
