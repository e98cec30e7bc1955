"""Data quality: what the reader of the figures should know about what they stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from hygie.engines.diagnosis.result import Diagnosis
from hygie.engines.kernel.statistic import Statistic
from hygie.engines.kernel.territory import Territory
from hygie.engines.kernel.travel import Movement
from hygie.engines.portrait.quality_model import Facts, Limit, QualityRules
from hygie.engines.portrait.quality_people import imputed_check, population_checks, street_checks
from hygie.engines.portrait.quality_places import lacking_checks, merged_check, remark_check
from hygie.engines.portrait.quality_sources import (
    figure_check,
    missing_check,
    rejected_checks,
    repealed_checks,
    statistic_checks,
    vintage_checks,
)
from hygie.engines.portrait.result import QualityCheck

__all__ = ["LIMITS", "Limit", "QualityRules", "quality_checks"]

LIMITS = (
    *("population", "imputed", "unsnapped", "capacity", "hours", "names", "notes"),
    *("age", "rejected", "not_computed", "to_verify", "statistics"),
)
"""Keys of the limits that grade the checks."""

_CHECKS: tuple[Callable[[Facts], Iterable[QualityCheck]], ...] = (
    population_checks,
    imputed_check,
    street_checks,
    lacking_checks,
    remark_check,
    merged_check,
    repealed_checks,
    vintage_checks,
    rejected_checks,
    statistic_checks,
    missing_check,
    figure_check,
)


def quality_checks(
    territory: Territory,
    diagnosis: Diagnosis,
    *,
    statistics: Sequence[Statistic],
    movements: Mapping[str, Movement],
    year: int,
    rules: QualityRules,
) -> tuple[QualityCheck, ...]:
    """Check the data behind a diagnosis, always in the same order: people, places, sources, results.

    Parameters
    ----------
    territory, diagnosis
        The data, and what was computed from them.
    statistics
        Official numbers of the territory and of the zones around it.
    movements
        By mode: residents and places as joined to the streets.
    year
        Of the reference date: the age of a source is counted from it.
    rules
        Limits of the grades and French titles, from the catalogue.

    Returns
    -------
    tuple
        Keys are unique. No number of residents from 1 to 10 is told.

    Raises
    ------
    ValueError
        If a limit is missing, or a movement was located for another territory.
    """
    if missing := sorted(set(LIMITS) - set(rules.limits)):
        raise ValueError(f"limits missing: {', '.join(missing)}")
    for mode, movement in movements.items():
        sizes = len(movement.people), len(movement.places)
        if sizes != (len(territory.demand), len(territory.places)):
            raise ValueError(f"movement {mode!r} was located for another territory")
    facts = Facts(territory, diagnosis, statistics, movements, year, rules)
    return tuple(found for one in _CHECKS for found in one(facts))
