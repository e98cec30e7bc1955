"""Groups of residents by age, computed only where the age bands of the source allow it exactly."""

from __future__ import annotations

from dataclasses import dataclass

from hygie.engines.diagnosis.result import WHOLE
from hygie.engines.kernel.territory import AgeBand

DWELLINGS = "dwellings"
"""Group of the buildings that may hold homes, where nobody knows how many people live in them."""


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Residents from ``first`` to ``last`` completed years included; ``last`` is None when open."""

    key: str
    first: int
    last: int | None


def age_groups(elderly_age: int) -> tuple[AgeGroup, ...]:
    """Breakdowns every access indicator is read by; no rule depends on any but ``elderly_age``."""
    open_ended = sorted({elderly_age, 75, 80})
    return (AgeGroup("under_18", 0, 17), *(AgeGroup(f"{age}_plus", age, None) for age in open_ended))


def band_key(band: AgeBand) -> str:
    """Key of one age band of a source: ``age_65_79``, ``age_80_plus``."""
    return f"age_{band.first}_{'plus' if band.last is None else band.last}"


def band_columns(group: AgeGroup, bands: tuple[AgeBand, ...]) -> tuple[int, ...] | None:
    """Columns of ``by_age`` that make up the group exactly; None when its limits cut a band.

    Nothing is interpolated: with bands 65-79 and 80 and over, 75 and over is not known.
    """
    wanted, chosen = group.first, []
    for column, band in enumerate(bands):
        if band.first != wanted:
            continue
        chosen.append(column)
        if band.last == group.last:
            return tuple(chosen)
        if band.last is None:
            return None
        wanted = band.last + 1
    return None


def group_label(key: str) -> str:
    """French label of a group: « 65 ans et plus », « 11-17 ans », « moins de 18 ans »."""
    if key == WHOLE:
        return "ensemble"
    if key == DWELLINGS:
        return "bâtiments d’habitation"
    if key.startswith("income_"):
        first, last = key.removeprefix("income_").split("_")
        return f"dixièmes de revenu {first} à {last}"
    parts = key.removeprefix("age_").split("_")
    if parts[0] == "under":
        return f"moins de {parts[1]} ans"
    if parts[1] == "plus":
        return f"{parts[0]} ans et plus"
    return f"{parts[0]}-{parts[1]} ans"
