"""Reading the vintages of files about hospitals that a recipe names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from hygie.engines.kernel.errors import HygieError
from hygie.engines.kernel.french import typeset
from hygie.readers.catalogue import SourceSheet
from hygie.readers.finess import FinessMapping, read_activities, site_authorisations
from hygie.readers.hospitals import HospidiagSheet, HospitalFile, SaeSheet, read_hospidiag, read_sae
from hygie.readers.records import Progress, SiteAuthorisation
from hygie.territories.recipe import SourceChoice

VINTAGES = ("sae", "hospidiag", "finess_activities")
"""Sources that a recipe may give in several vintages, each under its own key."""

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", re.ASCII)


@dataclass(frozen=True)
class HospitalVintage:
    """One vintage: what its files say, and who says it as printed; ``year`` puts vintages in order."""

    file: HospitalFile
    source: str
    year: int
    authorised: tuple[SiteAuthorisation, ...] = ()


def vintage_year(vintage: str) -> int | None:
    """Last year written in a vintage: 2026 for « avril 2026 »; None when there is none."""
    years = _YEAR.findall(vintage)
    return int(years[-1]) if years else None


def read_vintage(
    choice: SourceChoice, sheet: SourceSheet, *, finess: SourceSheet, progress: Progress
) -> HospitalVintage:
    """Read the files of one vintage.

    Parameters
    ----------
    choice
        One of ``VINTAGES``, as the recipe has it.
    sheet, finess
        Its sheet, and that of the establishments, which tells the columns of authorisations.
    progress
        Told of the bytes read.

    Raises
    ------
    HygieError
        If the vintage has no year, or a file is missing.
    InputError
        If a file is not what its role says.
    """
    year = stated_year(choice)
    source = typeset(f"{sheet.publisher}, {sheet.title}")
    if choice.source == "sae":
        read = read_sae(choice.files, SaeSheet.from_mapping(sheet.raw["tables"]), progress=progress)
        return HospitalVintage(read, source, year)
    if choice.source == "hospidiag":
        how = HospidiagSheet.from_mapping(sheet.raw["tables"])
        path = _only(choice, "indicators")
        return HospitalVintage(read_hospidiag(path, how, year=year, progress=progress), source, year)
    mapping = FinessMapping.from_mapping(finess.raw)
    granted = read_activities(_only(choice, "activities"), mapping, progress=progress)
    file = HospitalFile(accounts=(granted.account,))
    return HospitalVintage(file, source, year, site_authorisations(granted))


def stated_year(choice: SourceChoice) -> int:
    """Year of a vintage; HygieError, saying what to write, when it has none."""
    year = vintage_year(choice.vintage)
    if year is None:
        raise HygieError(
            f"Le millésime « {choice.vintage} » de la source « {choice.name} » n’a pas d’année.",
            why="L’année met les millésimes dans l’ordre.",
            fix="Écrivez par exemple « vintage: 2023 ».",
        )
    return year


def _only(choice: SourceChoice, role: str) -> Path:
    if list(choice.files) != [role]:
        raise HygieError(
            f"La source « {choice.name} » demande un seul fichier, « {role} ».",
            why="Fichiers donnés : " + ", ".join(choice.files) + ".",
            fix=f"Écrivez « {role}: nom-du-fichier » sous files.",
        )
    return choice.files[role]
