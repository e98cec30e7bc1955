"""How each invented official number of Clairval follows from what was drawn of a commune.

Every constant here is made up so that the demo has something to show: orders of magnitude, no
reference, and no number of a real commune, département or country.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hygie.territories.clairval.profiles import Profile

Model = Callable[[Profile, int], float | None]
"""From a commune and a year to the number, or None where there is none; rates are not rounded yet."""

LAST_COUNT = 2022
"""Year of the last invented population, the one that is drawn."""


def people(profile: Profile, year: int) -> float:
    """Invented population of a year: the small communes empty slowly, the others grow slowly."""
    growth = 0.004 if profile.people >= 2_000 else -0.006
    return profile.people * (1 - growth * (LAST_COUNT - year))


def poverty_rate(profile: Profile) -> float:
    """Invented poverty, per cent: about 30 at a mean decile of 3, 9 at 6.5."""
    return min(45.0, max(5.0, 48.0 - 6.0 * profile.decile))


def median_income(profile: Profile) -> float:
    """Invented median, euros a year, to the nearest ten."""
    return round(1_180 + 182 * profile.decile) * 10.0


def _per(base: float, *, change: float = 0.0, poor: float = 0.0) -> Model:
    """So many per 1,000 residents in 2015, moving by ``change`` a year, more where people are poorer."""

    def told(profile: Profile, year: int) -> float:
        weight = 1 + poor * (poverty_rate(profile) / 15 - 1)
        return round(people(profile, year) * max(0.0, base + change * (year - 2015)) * weight / 1_000)

    return told


def _apl(category: str, base: float, *, decimals: int, kept: float = 1.0, yearly: float = 0.0) -> Model:
    """Half from the commune's own supply, half from that around it."""

    def told(profile: Profile, year: int) -> float:
        near = 0.5 + 0.5 * min(1.3, profile.supply.get(category, 1.0))
        return round(base * near * kept * (1 + yearly * (2023 - year)), decimals)

    return told


def _places(category: str) -> Model:
    return lambda profile, _: profile.places.get(category, 0.0)


def _capacity(category: str) -> Model:
    return lambda profile, _: round(profile.capacity.get(category, 0.0))


def _sport(share: float) -> Model:
    """Equipment of all kinds: four for each drawn sports place, and one for each 900 residents."""
    return lambda profile, _: round((4 * profile.places.get("sport", 0.0) + profile.people / 900) * share)


def _poverty(times: float, *, fewest: int) -> Model:
    """A rate kept secret, like the real ones, where too few people live."""

    def told(profile: Profile, _: int) -> float | None:
        return None if profile.people < fewest else round(min(80.0, poverty_rate(profile) * times), 1)

    return told


def _ccas(profile: Profile, _: int) -> float | None:
    """Only the larger communes have a social action centre of their own."""
    if profile.people < 1_500:
        return None
    return round(profile.people * (55 if profile.people > 20_000 else 22) / 1_000) * 1_000.0


def _rounded(amount: Callable[[Profile], float], decimals: int = 1) -> Model:
    return lambda profile, _: round(amount(profile), decimals)


MODELS: Mapping[str, Model] = {
    "people": lambda profile, year: round(people(profile, year)),
    "surface_km2": lambda profile, _: profile.surface,
    "births": _per(11.2, change=-0.28),
    "deaths": _per(10.1, change=0.16),
    "rsa": _per(33.0, change=-0.7, poor=0.9),
    "aah": _per(16.0, change=0.3, poor=0.6),
    "aeeh": _per(4.2, change=0.25, poor=0.4),
    "low_income": _per(72.0, change=0.5, poor=0.9),
    "childcare_individual": _per(14.0),
    "childcare_group": lambda profile, _: round(profile.people * 9 / 1_000) if profile.people > 3_000 else 0,
    "childcare_other": _per(0.8),
    "apl_gp": _apl("gp", 3.4, decimals=2, yearly=0.022),
    "apl_gp_under_65": _apl("gp", 3.4, decimals=2, kept=0.78),
    "apl_gp_under_62": _apl("gp", 3.4, decimals=2, kept=0.67),
    "apl_nurse": _apl("nurse", 148.0, decimals=1),
    "apl_midwife": _apl("midwife", 19.0, decimals=1),
    "apl_physiotherapist": _apl("physiotherapist", 104.0, decimals=1),
    "apl_dentist": _apl("dentist", 57.0, decimals=1),
    "income_households": lambda profile, _: round(profile.people / 2.2),
    "income_people": lambda profile, _: round(profile.people * 0.98),
    "income_median": lambda profile, _: median_income(profile),
    "income_d1": lambda profile, _: round(median_income(profile) * (0.44 + 0.02 * profile.decile), -1),
    "income_d9": lambda profile, _: round(median_income(profile) * 1.78, -1),
    "poverty": _poverty(1.0, fewest=1_000),
    "poverty_under_30": _poverty(1.6, fewest=3_000),
    "poverty_75_plus": _poverty(0.7, fewest=3_000),
    "poverty_single_parent": _poverty(2.0, fewest=3_000),
    "census_under_15": _rounded(lambda profile: 100 * profile.under_15),
    "census_75_plus": _rounded(lambda profile: 100 * profile.over_75),
    "census_unemployment": _rounded(lambda profile: 6 + 0.42 * poverty_rate(profile)),
    "census_social_housing": _rounded(lambda profile: max(1.0, 1.3 * (poverty_rate(profile) - 9))),
    "census_no_diploma": _rounded(lambda profile: 12 + 0.7 * poverty_rate(profile)),
    "bpe_pharmacies": _places("pharmacy"),
    "bpe_food_shops": _places("food_shop"),
    "bpe_post_offices": _places("post_office"),
    "bpe_libraries": lambda profile, _: max(1, round(profile.people / 9_000)) if profile.people > 900 else 0,
    "bpe_elderly_homes": _places("ehpad"),
    "bpe_elderly_places": _capacity("ehpad"),
    "bpe_elderly_care": lambda profile, _: round(profile.people / 14_000),
    "bpe_elderly_help": lambda profile, _: round(profile.people / 7_000),
    "sport_places": _sport(1.0),
    "sport_free": _sport(0.42),
    "sport_accessible": _sport(0.61),
    "sport_transport": _sport(0.38),
    "sport_water": _sport(0.03),
    "sport_licences": _per(205.0, poor=-0.25),
    "erp_described": _per(14.0),
    "erp_step_free": _per(7.5),
    "erp_steps": _per(5.0),
    "erp_parking": _per(6.0),
    "erp_no_parking": _per(4.5),
    "associations_health": _per(0.9),
    "associations_social": _per(0.7),
    "associations_elderly": _per(0.5),
    "ips_primary": _rounded(lambda profile: 103 + 7 * (profile.decile - 5.5)),
    "ips_lower": lambda profile, _: (
        round(101 + 7 * (profile.decile - 5.5), 1) if profile.places.get("school_lower") else None
    ),
    "ccas_spending": _ccas,
    "emergency_minutes": _rounded(lambda profile: 3 + 1.7 * profile.emergency_km),
}
"""By key of a statistic of the catalogue without its year."""

KEPT_BACK = frozenset({"poverty", "poverty_under_30", "poverty_75_plus", "poverty_single_parent"})
"""Numbers that their publisher keeps back in small communes; elsewhere a missing one is not available."""

BY_DEPARTEMENT: Mapping[str, tuple[str, str, str, float]] = {
    "flu_vaccination_65_plus": ("Vaccination contre la grippe des 65 ans et plus", "%", "2024", 51.3),
    "breast_screening": ("Dépistage organisé du cancer du sein", "%", "2023", 44.6),
    "colorectal_screening": ("Dépistage organisé du cancer colorectal", "%", "2023", 29.8),
    "no_gp_17_plus": ("Assurés de 17 ans et plus sans médecin traitant", "%", "2024", 12.9),
}
"""Invented numbers that only the département knows: title, unit, year, value."""
