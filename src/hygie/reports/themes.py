"""Which chapter of the report speaks of what."""

from __future__ import annotations

from hygie.engines.diagnosis.result import IndicatorResult
from hygie.reports.texts import Texts

CHAPTERS = {
    "population": "Population",
    "care": "Accès aux soins",
    "services": "Accès aux services",
    "hours": "Aux bonnes heures",
    "supply": "Offre de soins",
    "equity": "Équité",
    "health": "État de santé et prévention",
    "environment": "Cadre de vie",
    "autonomy": "Autonomie et aide à domicile",
    "hospital": "Hôpital",
    "closures": "Fermetures",
    "other": "Autres chiffres fournis",
    "quality": "Qualité des données",
    "method": "Méthode, sources, valeurs de référence",
}
"""Titles by key, in the order they are read."""

ANNEXES = frozenset({"other", "quality", "method"})

KINDS = {
    "population": "population",
    "gap": "equity",
    "inequality": "equity",
    "closures": "closures",
    "open": "hours",
    "catchment": "supply",
    "retirement": "supply",
    "trees": "environment",
    "school_way": "environment",
}
"""Chapter of each kind of indicator that is not told by its places."""

CARE = frozenset(
    {
        *("gp", "msp", "health_centre_general", "health_centre_dental", "health_centre_eye"),
        *("health_centre_other", "health_centre_unknown", "duty_house", "pharmacy", "nurse", "dentist"),
        *("midwife", "physiotherapist", "laboratory", "hospital_site", "hospital_service", "emergency"),
        *("maternity", "rehabilitation", "long_stay", "psychiatric_clinic", "mental_health"),
        *("addiction", "sexual_health"),
    }
)
AUTONOMY = frozenset({"ehpad", "home_care", "disability_service"})
SURROUNDINGS = frozenset({"green"})

OFFICIAL = {
    "population": "population",
    "care": "supply",
    "health": "health",
    "prevention": "health",
    "services": "services",
    "environment": "environment",
    "equity": "equity",
    "autonomy": "autonomy",
}
"""Chapter of each theme of the official indicators; the others go under « Autres chiffres fournis »."""


def chapter_of(indicator: IndicatorResult, texts: Texts) -> str:
    """Key of the chapter that tells an indicator."""
    kind = texts.indicators[indicator.key].kind
    if kind in KINDS:
        return KINDS[kind]
    for chapter, categories in (("care", CARE), ("autonomy", AUTONOMY), ("environment", SURROUNDINGS)):
        if categories.intersection(indicator.categories):
            return chapter
    return "services"


def official_chapter(theme: str) -> str:
    """Key of the chapter that tells the official indicators of a theme."""
    return OFFICIAL.get(theme, "other")
