"""Which categories the sources of a territory can give, and which of them only in part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from hygie.engines.kernel.french import NARROW, WIDE, counted
from hygie.readers.catalogue import Category
from hygie.readers.records import PlaceFile, PlaceRecord
from hygie.territories.area import OUTSIDE, Area
from hygie.territories.supply import sides_of


def provided_by(files: Sequence[PlaceFile], present: Collection[str]) -> frozenset[str]:
    """Categories of which no place is a true zero, or of which there is a place.

    Parameters
    ----------
    files
        Places of each source.
    present
        Categories with a place in the territory or its margin: a partial source provides only these,
        because what it does not show may exist.
    """
    part = frozenset[str]().union(*(file.provides for file in files if file.partial))
    # Entrances are found here: a map without any proves nothing, so it is no source of green spaces.
    return _whole(files) - ({"green"} - set(present)) | part & frozenset(present)


def split_places(
    file: PlaceFile, files: Sequence[PlaceFile]
) -> tuple[tuple[PlaceRecord, ...], tuple[PlaceRecord, ...]]:
    """Places of a source that count, and those set aside: no source provides their category.

    A list of one sort of a category (France services) adds to a source of that category; alone, it
    would make residents seem farther than they are.
    """
    given = frozenset[str]().union(*(each.provides for each in files))
    if not file.partial:
        return file.places, ()
    return (
        tuple(place for place in file.places if place.category in given),
        tuple(place for place in file.places if place.category not in given),
    )


def aside_warnings(
    title: str, aside: Sequence[PlaceRecord], area: Area, categories: Mapping[str, Category]
) -> list[str]:
    """One sentence for each category whose known places here are set aside."""
    told = []
    for key in sorted({place.category for place in aside}):
        of_one = [place for place in aside if place.category == key]
        here = int(np.count_nonzero(sides_of(of_one, area) != OUTSIDE))
        if here:
            plural = categories[key].plural
            told.append(
                f"{title}{WIDE}: {counted(here, 'lieu connu', 'lieux connus')}, hors des comptes{NARROW}; "
                f"aucune source ne donne les autres {plural}, et l’accès n’est pas calculé sans eux."
            )
    return told


def partial_warnings(
    files: Sequence[tuple[str, PlaceFile]], present: Collection[str], categories: Mapping[str, Category]
) -> list[str]:
    """One sentence for each category that only partial sources give: its times are upper bounds.

    ``files`` are the title of each source and its places; ``categories`` are those of the catalogue.
    """
    whole = _whole([file for _, file in files])
    told = []
    for key in sorted({c for _, file in files if file.partial for c in file.provides & frozenset(present)}):
        if key not in whole:
            named = " et ".join(title for title, file in files if file.partial and key in file.provides)
            plural = categories[key].plural
            told.append(
                f"{plural[:1].upper()}{plural[1:]}{WIDE}: une partie seulement est connue ({named})"
                f"{NARROW}; le plus proche peut être un autre, et les temps sont des maximums."
            )
    return told


def _whole(files: Sequence[PlaceFile]) -> frozenset[str]:
    return frozenset[str]().union(*(file.provides for file in files if not file.partial))
