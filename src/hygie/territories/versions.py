"""Two territory folders compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hygie.engines.kernel.errors import HygieError
from hygie.engines.portrait.versions import Version, VersionChange, VersionRules, compare_versions
from hygie.readers.catalogue import Catalogue
from hygie.readers.territory_folder import StoredTerritory, open_territory
from hygie.territories.runs import run_portrait
from hygie.territories.supply import alike


def compare_folders(before: Path, after: Path, catalogue: Catalogue) -> tuple[VersionChange, StoredTerritory]:
    """Diagnose two versions of a territory today, and compare them; gives the second one as well.

    Raises
    ------
    HygieError
        If a folder is not a territory's, or they are not two versions of one.
    """
    old, new = open_territory(before), open_territory(after)
    on = date.fromisoformat(new.reference_date)
    rules = VersionRules(
        same_place=catalogue.figure("same_place_distance", on).value,
        smallest_count=int(catalogue.figure("smallest_count", on).value),
        alike=alike,
    )
    if old.territory.code != new.territory.code:  # said before computing for nothing
        raise HygieError(
            "Ces deux dossiers ne sont pas deux versions d’un même territoire.",
            why=f"Le premier est {old.territory.name}, le second {new.territory.name}.",
            fix="Donnez deux dossiers construits pour le même code.",
        )
    sides = [_version(stored, catalogue) for stored in (old, new)]
    return compare_versions(sides[0], sides[1], new.plane, rules), new


def _version(stored: StoredTerritory, catalogue: Catalogue) -> Version:
    diagnosis = run_portrait(stored, catalogue).diagnosis
    return Version(stored.territory, diagnosis, stored.statistics, stored.reference_date)
