"""Where a closed service could open again, when nobody names places."""

from __future__ import annotations

from hygie.engines.diagnosis.offset import CandidateSource

PUBLIC_PLACES = (
    CandidateSource(
        "accueils publics, écoles et structures de soins de proximité",
        (
            *("counter", "town_service", "school_nursery", "school_primary"),
            *("health_centre_general", "health_centre_dental", "health_centre_eye"),
            *("health_centre_other", "health_centre_unknown", "msp"),
        ),
    ),
    CandidateSource(
        "autres services publics et établissements de santé ou d’hébergement",
        (
            *("post_office", "sport", "hospital_site", "hospital_service", "ehpad"),
            *("disability_service", "mental_health", "addiction", "sexual_health"),
        ),
    ),
)
"""Where a service could open, public places first: shops and private practices are not offered."""
