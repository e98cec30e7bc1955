"""Official numbers in words: value, level, year, status."""

from __future__ import annotations

from collections.abc import Callable

from hygie.engines.kernel.french import NARROW, WIDE, number
from hygie.engines.kernel.statistic import LEVEL_LABELS, Statistic, StatisticStatus
from hygie.engines.portrait.result import OfficialResult
from hygie.reports.words import Shown

Decimals = Callable[[OfficialResult], int]
"""How many decimals to print, by indicator."""

STATUS_WORDS = {
    StatisticStatus.PUBLISHED: "publié",
    StatisticStatus.COMPUTED: "calculé",
    StatisticStatus.ESTIMATE: "estimation",
    StatisticStatus.SECRET: "secret statistique",
    StatisticStatus.NOT_AVAILABLE: "non disponible",
}

NOTHING = Shown("non disponible", number=False)
TIGHT = ("%", "‰", "€")
"""Units printed right after the number."""


def statistic_shown(statistic: Statistic | None, decimals: int) -> Shown:
    """The number of a statistic without its unit, or why there is none; « ≈ » before an estimate."""
    if statistic is None:
        return NOTHING
    if statistic.value is None:
        return Shown(STATUS_WORDS[statistic.status], number=False)
    about = f"≈{NARROW}" if statistic.status is StatisticStatus.ESTIMATE else ""
    return Shown(f"{about}{number(statistic.value, decimals)}")


def with_unit(text: str, unit: str) -> str:
    """« 18 % », « 4,3 consultations par an »: a printed number and its unit."""
    if not unit or unit in ("nombre", "indice"):
        return text
    return f"{text}{NARROW if unit.startswith(TIGHT) else WIDE}{unit}"


def split_title(title: str) -> tuple[str, str]:
    """« Ozone (O3), moyenne annuelle : station Agde (à 29 km) » as its name, and its station or nothing."""
    name, _, place = title.partition(f"{WIDE}: ")
    return (name, place) if place.startswith("station") else (title, "")


def short_year(year: str) -> str:
    """« 2024 » of « 2024 (population municipale 2022) »."""
    return year.partition(" (")[0]


def level_words(statistic: Statistic | None) -> str:
    """« valeur du département », or nothing."""
    return "" if statistic is None else LEVEL_LABELS[statistic.level]


def natural_decimals(value: float) -> int:
    """Decimals to print when the catalogue says nothing: fewer for larger numbers."""
    size = abs(value)
    return 0 if size >= 100 or value == int(value) else (1 if size >= 1 else 2)
