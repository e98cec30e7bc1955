"""How the checks of the data are graded, from the catalogue in force on a day."""

from __future__ import annotations

from datetime import date

from hygie.engines.portrait.quality import LIMITS, Limit, QualityRules
from hygie.readers.catalogue import Catalogue


def quality_rules(catalogue: Catalogue, on: date) -> QualityRules:
    """Limits, titles and modes that ``quality_checks`` needs.

    Raises
    ------
    HygieError
        If a figure has no value on that day.
    """
    limits = {
        key: Limit(
            catalogue.figure(f"quality_{key}_watch", on).value,
            catalogue.figure(f"quality_{key}_bad", on).value,
        )
        for key in LIMITS
    }
    categories = catalogue.categories
    return QualityRules(
        limits=limits,
        titles={key: category.title for key, category in categories.items()},
        counted=frozenset(key for key, category in categories.items() if category.capacity_unit),
        modes={key: sheet.mode for key, sheet in catalogue.indicators.items() if sheet.mode},
    )
